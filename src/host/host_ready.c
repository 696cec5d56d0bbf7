// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_ready.h"

#include <stdio.h>
#include <string.h>

#include "host_advice.h"
#include "host_attach.h"
#include "host_dnsmasq.h"
#include "host_screen.h"
#include "log.h"
#include "notify.h"

enum {
	HOST_READY_POLL = 5, /* ms between two checks whether all is ready; dnsmasq takes 20 */
	HOST_READY_NETWORK_MAX = 256,
	HOST_READY_POLLS = 10000 / HOST_READY_POLL, /* for ten seconds */
};

/* The IPv6 part of the line. */
static void host_ready_format_ipv6(const struct plan *plan, char *text, size_t size)
{
	struct in6_addr gateway = ula_gateway(&plan->prefix6);
	char address[ULA_TEXT_MAX];

	snprintf(text, size, "no IPv6");
	if (plan->ipv6)
		snprintf(text, size, "IPv6 %s/%d", ula_format(&gateway, address), ULA_BITS);
}

/* What the network offers its guests. */
static void host_ready_format_network(const struct host *host, char text[HOST_READY_NETWORK_MAX])
{
	const struct subnet *subnet = &host->plan.subnet;
	const char *interface = host->plan.interface.name;
	char dhcp[3 * SUBNET_TEXT_MAX] = "no DHCP";
	char ipv6[ULA_TEXT_MAX + 16];
	char id[UUID_TEXT_MAX];
	char gateway[SUBNET_TEXT_MAX];
	char first[SUBNET_TEXT_MAX];
	char last[SUBNET_TEXT_MAX];

	if (host->plan.form & PLAN_SHAREDBRIDGE) {
		snprintf(text, HOST_READY_NETWORK_MAX, "network %s on %s, without the host",
			 parse_format_uuid(host->plan.sharedbridge.id, id),
			 host->plan.sharedbridge.bridge);
		return;
	}
	if (host->plan.form & PLAN_BRIDGED) {
		snprintf(text, HOST_READY_NETWORK_MAX, "guests on the network of %s", interface);
		return;
	}
	if (host->plan.serves_dhcp)
		snprintf(dhcp, sizeof(dhcp), "DHCP %s to %s",
			 subnet_format(subnet->dhcp_first, first),
			 subnet_format(subnet->dhcp_last, last));
	host_ready_format_ipv6(&host->plan, ipv6, sizeof(ipv6));
	snprintf(text, HOST_READY_NETWORK_MAX, "%s/%u, %s%s, %s%s",
		 subnet_format(subnet->gateway, gateway), subnet->prefix, dhcp,
		 host->plan.serves_dns ? "" : ", no DNS", ipv6,
		 host->plan.form & PLAN_HOST ? ", no way out" : "");
}

/* One line per event, for files, pipes and the journal. */
static void host_ready_log(const struct host *host)
{
	struct host_advice advice[HOST_ADVICE_MAX];
	unsigned n = host_advice(&host->plan, advice);
	static const char *const emulators[] = {[HOST_ATTACH_NOBODY] = "",
						[HOST_ATTACH_QEMU] = "; QEMU: ",
						[HOST_ATTACH_UML] = "; User Mode Linux: "};
	char options[HOST_ATTACH_MAX];
	const char *emulator = emulators[host_attach_format(&host->plan, options)];

	log_info("ready: %s%s%s", host->ready.summary, emulator, options);
	for (unsigned i = 0; i < n; i++)
		log_at(advice[i].level, "%s", advice[i].text);
}

static void host_ready_announce(struct host *host)
{
	char network[HOST_READY_NETWORK_MAX];
	char endpoints[ENDPOINT_LOCATOR_MAX + 32];

	host_ready_format_network(host, network);
	snprintf(endpoints, sizeof(endpoints), "%s", host->plan.endpoints[0].locator);
	if (host->plan.n_endpoints > 1)
		snprintf(endpoints + strlen(endpoints), sizeof(endpoints) - strlen(endpoints),
			 " and %u more", host->plan.n_endpoints - 1);
	snprintf(host->ready.summary, sizeof(host->ready.summary), "%s, %s, at %s",
		 host->plan.device, network, endpoints);
	if (log_is_on_terminal())
		host_screen_show(&host->plan);
	else
		host_ready_log(host);
	notify_ready(host->ready.summary);
}

static void host_ready_poll(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, ready.poll);

	if (host->worker.ready && (!plan_uses_dnsmasq(&host->plan) || host_dnsmasq_serves(host))) {
		host->ready.reached = true;
		host_ready_announce(host);
	} else if (--host->ready.polls_left == 0) {
		log_error("%s did not start within 10 seconds",
			  host->worker.ready ? "dnsmasq" : "the worker");
		host_end(host, STATUS_FAILED);
	} else {
		timer_arm(timer, HOST_READY_POLL);
	}
}

int host_ready_up(struct host *host)
{
	int ret = timer_init(&host->ready.poll, &host->loop, host_ready_poll);

	if (ret < 0)
		return host_fail(host, "cannot create a timer", ret);
	host->ready.polls_left = HOST_READY_POLLS;
	timer_arm(&host->ready.poll, HOST_READY_POLL);
	return 0;
}

void host_ready_down(struct host *host)
{
	timer_finish(&host->ready.poll);
}
