// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_link.h"

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "link_change.h"
#include "link_facts.h"
#include "log.h"
#include "mac.h"

enum {
	HOST_LINK_TEXT_MAX = 128,
	HOST_LINK_LOWER_UP = 1 << 16, /* IFF_LOWER_UP, which <net/if.h> lacks */
	/* ms for news of the worker's end, which comes after the device has gone with it. */
	HOST_LINK_GRACE = 1000,
};

int host_link_guard(struct link *link, const char *tap, bool isolated)
{
	int ret = link_forbid_learning(link, tap);

	return ret == 0 && isolated ? link_isolate_port(link, tap) : ret;
}

/* What a device of ours should be like. */
struct host_link_wanted {
	const char *name;
	const uint8_t *mac;
	unsigned mtu;
	int master;   /* its index; 0: none */
	bool carrier; /* its carrier can be set; a bridge's cannot */
	bool isolated;
};

static bool host_link_has_master(const struct host_link_wanted *wanted,
				 const struct link_facts *facts)
{
	return facts->master == wanted->master;
}

static int host_link_set_master(struct link *link, const struct host_link_wanted *wanted, int index)
{
	int ret = link_set_master(link, index, wanted->master);

	return ret == 0 && wanted->master ? host_link_guard(link, wanted->name, wanted->isolated)
					  : ret;
}

static void host_link_say_master(const struct host_link_wanted *wanted,
				 const struct link_facts *facts, char *what, char *command)
{
	char master[IF_NAMESIZE] = "?";

	if_indextoname((unsigned)(facts->master ? facts->master : wanted->master), master);
	snprintf(what, HOST_LINK_TEXT_MAX,
		 facts->master ? "%s was added to %s" : "%s was removed from %s", wanted->name,
		 master);
	if (wanted->master)
		if_indextoname((unsigned)wanted->master, master);
	snprintf(command, HOST_LINK_TEXT_MAX,
		 wanted->master ? "ip link set %s master %s" : "ip link set %s nomaster",
		 wanted->name, master);
}

static bool host_link_has_mac(const struct host_link_wanted *wanted, const struct link_facts *facts)
{
	return memcmp(facts->mac, wanted->mac, MAC_SIZE) == 0;
}

static int host_link_set_mac(struct link *link, const struct host_link_wanted *wanted, int index)
{
	return link_set_mac(link, index, wanted->mac);
}

static void host_link_say_mac(const struct host_link_wanted *wanted, const struct link_facts *facts,
			      char *what, char *command)
{
	char before[MAC_TEXT_MAX];
	char mac[MAC_TEXT_MAX];

	snprintf(what, HOST_LINK_TEXT_MAX, "the MAC address of %s was %s", wanted->name,
		 mac_format(facts->mac, before));
	snprintf(command, HOST_LINK_TEXT_MAX, "ip link set %s address %s", wanted->name,
		 mac_format(wanted->mac, mac));
}

static bool host_link_has_mtu(const struct host_link_wanted *wanted, const struct link_facts *facts)
{
	return facts->mtu == wanted->mtu;
}

static int host_link_set_mtu(struct link *link, const struct host_link_wanted *wanted, int index)
{
	return link_set_mtu(link, index, wanted->mtu);
}

static void host_link_say_mtu(const struct host_link_wanted *wanted, const struct link_facts *facts,
			      char *what, char *command)
{
	snprintf(what, HOST_LINK_TEXT_MAX, "the MTU of %s was %u", wanted->name, facts->mtu);
	snprintf(command, HOST_LINK_TEXT_MAX, "ip link set %s mtu %u", wanted->name, wanted->mtu);
}

static bool host_link_is_up(const struct host_link_wanted *wanted, const struct link_facts *facts)
{
	(void)wanted;
	return (facts->flags & IFF_UP) != 0;
}

static int host_link_set_up(struct link *link, const struct host_link_wanted *wanted, int index)
{
	(void)index;
	return link_up(link, wanted->name);
}

static void host_link_say_up(const struct host_link_wanted *wanted, const struct link_facts *facts,
			     char *what, char *command)
{
	(void)facts;
	snprintf(what, HOST_LINK_TEXT_MAX, "%s was down", wanted->name);
	snprintf(command, HOST_LINK_TEXT_MAX, "ip link set %s up", wanted->name);
}

/* If it is down, it has no carrier anyway. */
static bool host_link_has_carrier(const struct host_link_wanted *wanted,
				  const struct link_facts *facts)
{
	return !wanted->carrier || (facts->flags & HOST_LINK_LOWER_UP) != 0 ||
	       (facts->flags & IFF_UP) == 0;
}

static int host_link_set_carrier(struct link *link, const struct host_link_wanted *wanted,
				 int index)
{
	(void)wanted;
	return link_set_carrier(link, index);
}

static void host_link_say_carrier(const struct host_link_wanted *wanted,
				  const struct link_facts *facts, char *what, char *command)
{
	(void)facts;
	snprintf(what, HOST_LINK_TEXT_MAX, "the carrier of %s was off", wanted->name);
	snprintf(command, HOST_LINK_TEXT_MAX, "ip link set %s carrier on", wanted->name);
}

/* In this order. The MTU comes before the addresses, because below 1280 bytes there is no IPv6. */
static const struct host_link_part {
	bool (*is_right)(const struct host_link_wanted *wanted, const struct link_facts *facts);
	int (*mend)(struct link *link, const struct host_link_wanted *wanted, int index);
	void (*say)(const struct host_link_wanted *wanted, const struct link_facts *facts,
		    char *what, char *command);
} host_link_parts[] = {
	{host_link_has_master, host_link_set_master, host_link_say_master},
	{host_link_has_mac, host_link_set_mac, host_link_say_mac},
	{host_link_has_mtu, host_link_set_mtu, host_link_say_mtu},
	{host_link_is_up, host_link_set_up, host_link_say_up},
	{host_link_has_carrier, host_link_set_carrier, host_link_say_carrier},
};

/* True: it was restored. */
static bool host_link_follow_part(struct link *link, const struct host_link_part *part,
				  const struct host_link_wanted *wanted,
				  const struct link_facts *facts, struct upkeep *upkeep)
{
	enum upkeep_verdict verdict =
		upkeep_judge(upkeep, part->is_right(wanted, facts), clock_now());
	char command[HOST_LINK_TEXT_MAX];
	char what[HOST_LINK_TEXT_MAX];
	int ret = 0;

	if (verdict == UPKEEP_RIGHT || verdict == UPKEEP_LEFT)
		return false;
	if (verdict == UPKEEP_MEND)
		ret = part->mend(link, wanted, facts->index);
	part->say(wanted, facts, what, command);
	if (ret == 0)
		upkeep_say(verdict, what, command);
	else
		log_warning("%s: %s; to fix it, run: %s", what, strerror(-ret), command);
	return verdict == UPKEEP_MEND;
}

/* True: something was restored. */
static bool host_link_follow_parts(struct link *link, const struct host_link_wanted *wanted,
				   const struct link_facts *facts,
				   struct upkeep upkeeps[HOST_DEVICE_PARTS_MAX])
{
	bool is_mended = false;

	static_assert(sizeof(host_link_parts) / sizeof(host_link_parts[0]) == HOST_DEVICE_PARTS_MAX,
		      "an upkeep each");
	for (unsigned i = 0; i < HOST_DEVICE_PARTS_MAX; i++)
		is_mended |= host_link_follow_part(link, &host_link_parts[i], wanted, facts,
						   &upkeeps[i]);
	return is_mended;
}

/* Kernels before 6.2 rename a device only while it is down. 0, or -errno. */
static int host_link_rename(struct host *host, const struct link_facts *facts)
{
	const char *name = host->plan.device;
	int ret = link_rename(&host->link, facts->index, name);

	if (ret == 0 || link_down(&host->link, facts->index) < 0)
		return ret;
	return link_rename(&host->link, facts->index, name); /* it is set up again later */
}

/* Our rules and dnsmasq use the device's name: under another one there is no network. */
static int host_link_follow_name(struct host *host, const struct link_facts *facts)
{
	bool is_right = strcmp(facts->name, host->plan.device) == 0;
	enum upkeep_verdict verdict = upkeep_judge(&host->device.name, is_right, clock_now());
	char what[HOST_LINK_TEXT_MAX];
	int ret = verdict == UPKEEP_MEND ? host_link_rename(host, facts) : 0;

	if (verdict == UPKEEP_RIGHT)
		return 0;
	snprintf(what, sizeof(what), "%s was called %s", host->plan.device, facts->name);
	if (verdict == UPKEEP_MEND && ret == 0) {
		upkeep_say(verdict, what, "");
		return 0;
	}
	log_error("other software renamed %s to %s, and it cannot be renamed back%s%s; stopping "
		  "the network, whose rules need the old name",
		  host->plan.device, facts->name,
		  ret < 0 ? ": " : ": this was the second time in a minute",
		  ret < 0 ? strerror(-ret) : "");
	host_end(host, STATUS_FAILED);
	return -1;
}

/*
 * The device goes with the worker, and may be gone before we hear of the worker's end, which is
 * reported by itself. Only if the worker lives on has other software removed its device.
 */
static void host_link_lost(struct host *host, const char *name)
{
	int64_t now = clock_now();

	if (process_has_ended(&host->worker.process))
		return;
	if (host->device.gone_since == 0)
		host->device.gone_since = now;
	if (now - host->device.gone_since < HOST_LINK_GRACE) {
		settle_disturb(&host->routes.settle);
		return;
	}
	log_error("the device %s is gone: other software deleted it, or moved it to another "
		  "network namespace; stopping the network",
		  name);
	host_end(host, STATUS_FAILED);
}

/* A TAP that is a member of our bridge, whatever its name. */
static enum host_link_state host_link_follow_tap(struct host *host)
{
	struct link_facts facts;
	const struct host_link_wanted wanted = {.name = facts.name,
						.mac = host->plan.mac,
						.mtu = host->plan.mtu,
						.master = host->device.index,
						.carrier = true,
						.isolated = host->plan.isolated};

	if (link_describe(&host->link, host->device.tap, NULL, &facts) < 0) {
		host_link_lost(host, host->plan.tap);
		return HOST_LINK_GONE;
	}
	return host_link_follow_parts(&host->link, &wanted, &facts, host->device.tap_parts)
		       ? HOST_LINK_MENDED
		       : HOST_LINK_UP;
}

enum host_link_state host_link_follow(struct host *host)
{
	const struct plan *plan = &host->plan;
	const struct host_link_wanted wanted = {.name = plan->device,
						.mac = plan->mac,
						.mtu = plan->mtu,
						.carrier = !plan->bridges};
	enum host_link_state tap = HOST_LINK_UP;
	struct link_facts facts;
	bool is_mended = false;

	if (link_describe(&host->link, host->device.index, NULL, &facts) < 0) {
		host_link_lost(host, plan->device);
		return HOST_LINK_GONE;
	}
	if (strcmp(facts.name, plan->device) != 0) {
		if (host_link_follow_name(host, &facts) < 0 ||
		    link_describe(&host->link, host->device.index, NULL, &facts) < 0)
			return HOST_LINK_GONE;
		is_mended = true;
	}
	is_mended |= host_link_follow_parts(&host->link, &wanted, &facts, host->device.parts);
	if (plan->bridges)
		tap = host_link_follow_tap(host);
	if (tap == HOST_LINK_GONE)
		return tap;
	if (is_mended || tap == HOST_LINK_MENDED)
		return HOST_LINK_MENDED;
	return facts.flags & IFF_UP ? HOST_LINK_UP : HOST_LINK_DOWN;
}
