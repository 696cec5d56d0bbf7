// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_bridged.h"

#include <errno.h>
#include <string.h>

#include "bridgefilter.h"
#include "host_taps.h"
#include "host_tell.h"
#include "interface.h"
#include "link_change.h"
#include "link_facts.h"
#include "log.h"
#include "mac.h"
#include "redirect.h"
#include "undolog_others.h"

enum {
	HOST_BRIDGED_RETRY = 1000, /* ms until an unusable one is tried again */
};

/* ---- the device -------------------------------------------------------------- */

/* With tap://, isolated TAPs are isolated from guests on this device, too. 0, or -errno. */
static int host_bridged_guard_device(struct host *host)
{
	int ret = link_guard_port(&host->link, host->plan.device);

	return ret == 0 && host->plan.hands_out && host->plan.isolated
		       ? link_isolate_port(&host->link, host->plan.device)
		       : ret;
}

/*
 * Makes our device a member of the bridge, or redirects it into the NIC's receive path. 0, or
 * -errno.
 */
static int host_bridged_attach_device(struct host *host)
{
	int device = (int)if_nametoindex(host->plan.device);

	if (host->plan.form == PLAN_BRIDGE) {
		int ret = link_enslave(&host->link, host->plan.device, host->bridged.facts.name);

		return ret < 0 ? ret : host_bridged_guard_device(host);
	}
	return redirect_set(&host->link, device, host->bridged.facts.index);
}

static int host_bridged_fail_attach(struct host *host, int error)
{
	if (host->plan.form == PLAN_NIC && error != -EPERM)
		return problem_set(host->problem, STATUS_HOST,
				   "cannot redirect frames to %s: %s; the kernel needs "
				   "sch_ingress, cls_u32 and act_mirred",
				   host->plan.interface.name, strerror(-error));
	return host_fail(host, host->plan.interface.name, error);
}

/* Rules meant for packets that the host forwards also hit those between guests and the LAN. */
static void host_bridged_warn_of_filter(const struct host *host)
{
	const char *name = host->plan.interface.name;
	const char *program = host->plan.form == PLAN_BRIDGE ? bridgefilter_program() : NULL;

	if (program)
		log_warning("net.bridge.bridge-nf-call-%s is 1 (Docker sets it): the firewall's "
			    "FORWARD rules also apply to frames that only cross %s; if guests get "
			    "no answers, set it to 0, or run: %s -I FORWARD -i %s -o %s -j ACCEPT "
			    "(with Docker: -I DOCKER-USER)",
			    program, name, program, name, name);
}

int host_bridged_up_device(struct host *host)
{
	int ret;

	host->bridged.facts = host->plan.interface;
	ret = host_bridged_attach_device(host);
	if (ret < 0)
		return host_bridged_fail_attach(host, ret);
	ret = link_up(&host->link, host->plan.device);
	undolog_unlock_all(&host->undolog);
	if (ret < 0)
		return host_fail(host, host->plan.device, ret);
	host_bridged_warn_of_filter(host);
	return 0;
}

/* ---- the interface ----------------------------------------------------------- */

/* Reopens the NIC and passes it to the worker. 0, or -errno. */
static int host_bridged_open_nic(struct host *host)
{
	struct host_bridged *bridged = &host->bridged;
	int ret;

	nic_close(&bridged->nic);
	ret = nic_open(&bridged->nic, bridged->facts.index);
	host_tell_nic(host);
	return ret;
}

static void host_bridged_lose(struct host *host)
{
	struct host_bridged *bridged = &host->bridged;

	log_warning("%s is gone; guests stay attached, waiting for it", bridged->facts.name);
	bridged->facts.index = 0;
	bridged->refused = false;
	if (host->plan.form != PLAN_NIC)
		return;
	nic_close(&bridged->nic);
	host_tell_nic(host);
}

/* Logged once. Then it is treated as gone, because it may be by now. */
static void host_bridged_fail_use(struct host *host, int error)
{
	struct host_bridged *bridged = &host->bridged;

	if (!bridged->refused)
		log_warning("cannot use %s: %s; trying again every second", bridged->facts.name,
			    strerror(-error));
	bridged->refused = true;
	bridged->facts.index = 0;
	timer_arm(&host->bridged.settle.timer, HOST_BRIDGED_RETRY);
}

/* Looks for an interface with the name that the last one had when it went. */
static void host_bridged_find(struct host *host)
{
	struct host_bridged *bridged = &host->bridged;
	enum interface_use wanted =
		host->plan.form == PLAN_BRIDGE ? INTERFACE_BRIDGE : INTERFACE_NIC;
	enum interface_use use = INTERFACE_NONE;
	struct problem problem;
	struct link_facts now;
	int ret;

	if (link_describe(&host->link, 0, bridged->facts.name, &now) < 0)
		return;
	if (interface_choose(&host->link, now.name, &now, &use, &problem) == 0 && use != wanted)
		problem_set(&problem, STATUS_HOST,
			    "%s is now a different kind of device; restart vde_vmnet to use it",
			    now.name);
	if (use != wanted) {
		if (!bridged->refused)
			log_warning("%s", problem.text);
		bridged->refused = true;
		return;
	}
	bridged->facts = now;
	ret = host_bridged_attach_device(host);
	if (ret == 0 && host->plan.form == PLAN_NIC)
		ret = host_bridged_open_nic(host);
	if (ret < 0) {
		host_bridged_fail_use(host, ret);
		return;
	}
	bridged->refused = false;
	bridged->outside = false;
	log_info("%s is back%s", now.name, now.flags & IFF_UP ? "" : ", but down");
}

static void host_bridged_say_down(const struct link_facts *facts)
{
	log_warning("%s is down; guests are cut off until it is up", facts->name);
}

/* Whoever takes our device out of the bridge may have reasons: this is logged, not undone. */
static void host_bridged_check_member(struct host *host)
{
	struct host_bridged *bridged = &host->bridged;
	struct link_facts device;
	bool member;

	if (host->plan.form != PLAN_BRIDGE ||
	    link_describe(&host->link, 0, host->plan.device, &device) < 0)
		return;
	member = device.master == bridged->facts.index;
	if (!member && !bridged->outside)
		log_warning("%s was removed from %s; guests are cut off until it is put back: ip "
			    "link set %s master %s",
			    device.name, bridged->facts.name, device.name, bridged->facts.name);
	if (member && bridged->outside) {
		host_bridged_guard_device(host);
		log_info("%s is a member of %s again", device.name, bridged->facts.name);
	}
	bridged->outside = !member;
}

/* Logs what has changed, and acts on it. */
static void host_bridged_compare(struct host *host, const struct link_facts *now)
{
	struct host_bridged *bridged = &host->bridged;
	const struct link_facts before = bridged->facts;

	bridged->facts = *now;
	if (strcmp(before.name, now->name) != 0)
		log_info("%s is now called %s; guests are still on it", before.name, now->name);
	if ((before.flags & IFF_UP) && !(now->flags & IFF_UP))
		host_bridged_say_down(now);
	if (!(before.flags & IFF_UP) && (now->flags & IFF_UP))
		log_info("%s is up", now->name);
	if (host->plan.form == PLAN_NIC && memcmp(before.mac, now->mac, MAC_SIZE) != 0) {
		int ret;

		log_info("%s now has another MAC address", now->name);
		ret = host_bridged_open_nic(host);
		if (ret < 0)
			host_bridged_fail_use(host, ret);
	}
}

static void host_bridged_look(struct host *host)
{
	struct host_bridged *bridged = &host->bridged;
	struct link_facts now;

	if (bridged->facts.index != 0) {
		int ret = link_describe(&host->link, bridged->facts.index, NULL, &now);

		if (ret == 0) {
			host_bridged_compare(host, &now);
			host_bridged_check_member(host);
			return;
		}
		if (ret == -ENODEV)
			host_bridged_lose(host);
	}
	if (bridged->facts.index == 0)
		host_bridged_find(host);
}

static void host_bridged_follow(struct settle *settle)
{
	struct host *host = container_of(settle, struct host, bridged.settle);

	host_bridged_look(host);
	host_taps_follow(host);
}

static void host_bridged_changed(struct link *link)
{
	settle_disturb(&container_of(link, struct host, link)->bridged.settle);
}

int host_bridged_up(struct host *host)
{
	int ret = settle_init(&host->bridged.settle, &host->loop, host_bridged_follow);

	if (ret == 0)
		ret = link_watch(&host->link, &host->loop, host_bridged_changed);
	if (ret == 0 && host->plan.form == PLAN_NIC)
		ret = host_bridged_open_nic(host);
	if (ret < 0)
		return host_fail(host, host->plan.interface.name, ret);
	if (!(host->bridged.facts.flags & IFF_UP))
		host_bridged_say_down(&host->bridged.facts);
	host_bridged_changed(&host->link); /* catches up on what happened since the plan was made */
	return 0;
}

void host_bridged_down(struct host *host)
{
	settle_finish(&host->bridged.settle);
	nic_close(&host->bridged.nic);
}

void host_bridged_receive_for(struct host *host, const uint64_t *addresses, unsigned n)
{
	struct host_bridged *bridged = &host->bridged;
	bool crowded = n > MAC_LIST_MAX;
	int ret;

	if (bridged->nic.fd < 0) /* it went away after the worker asked */
		return;
	ret = nic_receive_for(&bridged->nic, addresses, n);
	if (ret < 0 && !bridged->failing)
		log_warning("%s cannot receive frames for guests: %s", bridged->facts.name,
			    strerror(-ret));
	bridged->failing = ret < 0;
	if (crowded && !bridged->crowded)
		log_info("guests have more than %d MAC addresses: %s is promiscuous for as long as "
			 "they do",
			 MAC_LIST_MAX, bridged->facts.name);
	bridged->crowded = bridged->crowded || crowded;
}
