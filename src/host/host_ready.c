// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_ready.h"

#include <stdio.h>
#include <string.h>

#include "host_dnsmasq.h"
#include "log.h"
#include "notify.h"

enum {
	HOST_READY_POLL = 5, /* ms between two looks whether all is ready; dnsmasq needs 20 */
	HOST_READY_NETWORK_MAX = 256,
	HOST_READY_SOCK_MAX = 4 * ENDPOINT_LOCATOR_MAX, /* every character quoted */
	HOST_READY_POLLS = 10000 / HOST_READY_POLL,	/* ten seconds of them */
};

/* Whether a shell takes it as it is. */
static bool host_ready_is_plain(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "%+,-./:=@_")] == '\0';
}

/* As QEMU wants it, between single quotes, which cannot have one of their own between them. */
static void host_ready_quote(const char *text, char quoted[HOST_READY_SOCK_MAX])
{
	int n = 0;

	quoted[0] = '\0';
	for (; *text; text++)
		n += snprintf(quoted + n, HOST_READY_SOCK_MAX - (size_t)n, "%s%c",
			      *text == ','    ? ","
			      : *text == '\'' ? "'\\'"
					      : "",
			      *text);
}

/*
 * The option that attaches QEMU, for pasting into a shell: a comma in an option's value is
 * written twice for QEMU, and what a shell would take apart is between quotes. Point to point,
 * the emulator's socket has to be the group's, or who is only a member of it does not hear us;
 * at a switch libvdeplug sees to that.
 */
static void host_ready_format_qemu(const struct plan *plan, char *text, size_t size)
{
	const struct endpoint *endpoint = &plan->endpoints[0];
	const char *peer = endpoint->peer;
	char access[64] = "";
	const char *quote = host_ready_is_plain(peer) ? "" : "'";
	char sock[HOST_READY_SOCK_MAX];

	text[0] = '\0';
	if (*peer == '\0')
		return;
	host_ready_quote(peer, sock);
	if (endpoint->kind == ENDPOINT_PTP && plan->access_name)
		snprintf(access, sizeof(access), ",group=%s,mode=0770", plan->access_name);
	snprintf(text, size,
		 "; QEMU: -netdev %svde,id=net0,sock=%s%s%s -device virtio-net-pci,netdev=net0",
		 quote, sock, access, quote);
}

/* What guests get in IPv6, as a part of the line. */
static void host_ready_format_ipv6(const struct plan *plan, char *text, size_t size)
{
	struct in6_addr gateway = ula_gateway(&plan->prefix6);
	char address[ULA_TEXT_MAX];

	snprintf(text, size, "no IPv6");
	if (plan->ipv6)
		snprintf(text, size, "IPv6 %s/%d", ula_format(&gateway, address), ULA_BITS);
}

/* What guests do not reach, and what to do about it. */
static void host_ready_advise(const struct plan *plan)
{
	const char *advice = ipv6_advice(plan->forwarding6, plan->n_uplinks6 > 0);
	char warning[NATPORTS_TEXT_MAX];

	if ((plan->form & PLAN_SHARED) && natports_warning(&plan->nat_ports, warning))
		log_warning("%s", warning);
	if ((plan->form & PLAN_SHARED) && plan->n_uplinks == 0 && advice)
		log_warning("the host has no default route; guests get out when it has one");
	else if ((plan->form & PLAN_SHARED) && plan->n_uplinks == 0)
		log_info("the host has no default route in IPv4; guests get out in IPv6, and in "
			 "IPv4 when it has one");
	if (plan->no_ipv6)
		log_info("no IPv6 for guests: %s", plan->no_ipv6);
	else if ((plan->form & PLAN_SHARED) && plan->ipv6 && advice)
		log_info("%s", advice);
}

/* What the network is to its guests. */
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

static void host_ready_announce(struct host *host)
{
	char network[HOST_READY_NETWORK_MAX];
	char endpoints[ENDPOINT_LOCATOR_MAX + 32];
	char qemu[HOST_READY_SOCK_MAX + 192];

	host_ready_format_network(host, network);
	snprintf(endpoints, sizeof(endpoints), "%s", host->plan.endpoints[0].locator);
	if (host->plan.n_endpoints > 1)
		snprintf(endpoints + strlen(endpoints), sizeof(endpoints) - strlen(endpoints),
			 " and %u more", host->plan.n_endpoints - 1);
	host_ready_format_qemu(&host->plan, qemu, sizeof(qemu));
	snprintf(host->ready.summary, sizeof(host->ready.summary), "%s, %s, at %s",
		 host->plan.device, network, endpoints);
	log_info("ready: %s%s", host->ready.summary, qemu);
	host_ready_advise(&host->plan);
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
		return host_fail(host, "a timer", ret);
	host->ready.polls_left = HOST_READY_POLLS;
	timer_arm(&host->ready.poll, HOST_READY_POLL);
	return 0;
}

void host_ready_down(struct host *host)
{
	timer_finish(&host->ready.poll);
}
