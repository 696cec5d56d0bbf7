// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_tapclient.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apartrules.h"
#include "clock.h"
#include "foreignbridge.h"
#include "forward_client.h"
#include "host_apart.h"
#include "host_newcomers.h"
#include "host_taps.h"
#include "host_taptell.h"
#include "interface.h"
#include "link_change.h"

enum { HOST_TAPCLIENT_TRIES = 256 }; /* random addresses to try */

/* ---- the bridge they join ---- */

int host_tapclient_bridge(const struct host *host)
{
	const struct plan *plan = &host->plan;

	if (plan->form & PLAN_SHAREDBRIDGE)
		return (int)if_nametoindex(plan->sharedbridge.bridge);
	return plan->form & PLAN_BRIDGED ? host->bridged.facts.index : host->device.index;
}

const char *host_tapclient_bridge_name(const struct host *host)
{
	const struct plan *plan = &host->plan;

	if (plan->form & PLAN_SHAREDBRIDGE)
		return plan->sharedbridge.bridge;
	return plan->form & PLAN_BRIDGED ? host->bridged.facts.name : plan->device;
}

/* We do not change the MTU of a host's bridge: it has the smallest of its members. */
static unsigned host_tapclient_mtu(struct host *host)
{
	struct link_facts bridge;

	if (!(host->plan.form & PLAN_BRIDGED))
		return host->plan.mtu;
	return link_describe(&host->link, host->bridged.facts.index, NULL, &bridge) < 0
		       ? host->plan.interface.mtu
		       : bridge.mtu;
}

int host_tapclient_prepare(struct host *host, const struct guesttap *tap)
{
	return guesttap_prepare(&host->link, tap, host_tapclient_mtu(host));
}

int host_tapclient_join(struct host *host, const struct guesttap *tap)
{
	const struct plan *plan = &host->plan;
	bool is_foreign = !(plan->form & PLAN_SERVED);
	int ret = is_foreign ? foreignbridge_vlan(host_tapclient_bridge_name(host)) : 0;

	if (ret < 0)
		return ret;
	ret = guesttap_join(&host->link, tap, host_tapclient_bridge(host), plan->isolated);
	/* As for the worker's. */
	if (ret == 0 && (plan->form & PLAN_SHAREDBRIDGE))
		ret = link_pass_all(&host->link, tap->name);
	return ret;
}

const char *host_tapclient_explain(int error)
{
	switch (error) {
	case EOPNOTSUPP:
		return "the kernel cannot lock bridge ports: TAPs need Linux 5.18";
	case ENODATA:
		return "the bridge filters by VLAN and gives new ports none (default_pvid 0)";
	case ENOTUNIQ:
		return "a single TAP cannot be isolated on a bridge that is not this network's "
		       "own; --isolated isolates all";
	case EBUSY:
		return "somebody else took a queue of the new device; try again";
	default:
		return strerror(error);
	}
}

/* ---- who may have one ---- */

static bool host_tapclient_is_let_in(const struct host *host, const struct forward_client *client)
{
	const struct plan *plan = &host->plan;

	return client->uid == 0 || client->uid == plan->worker.uid ||
	       forward_client_is_in(client, plan->access);
}

static unsigned host_tapclient_count(const struct host *host, uid_t uid)
{
	unsigned n = 0;

	for (unsigned i = 0; i < HOST_TAPS_MAX; i++)
		n += host->taps.list[i].tap.index != 0 && host->taps.list[i].tap.uid == uid;
	return n;
}

/*
 * On a bridge that is not ours: whether somebody there has the address, whose frames our entry
 * would take. (The worker knows our guests on our own device.) Also whether the bridge, which has
 * the lowest address of its members, would change to the new device's.
 */
static bool host_tapclient_is_elsewhere(struct host *host, const uint8_t mac[MAC_SIZE],
					const uint8_t own[MAC_SIZE])
{
	const char *name = host_tapclient_bridge_name(host);
	int bridge = host_tapclient_bridge(host);
	int vlans[] = {0, foreignbridge_vlan(name)};
	struct link_facts facts;

	for (int i = 0; i < (vlans[1] > 0 ? 2 : 1); i++) {
		int at = foreignbridge_find(&host->link, bridge, mac, vlans[i]);

		if (at != 0 && at != host->device.index)
			return true;
	}
	return !interface_has_own_mac(name) &&
	       link_describe(&host->link, bridge, NULL, &facts) == 0 &&
	       memcmp(own, facts.mac, MAC_SIZE) < 0;
}

/*
 * Whether it belongs to the gateway, a guest, or a device, which the bridge keeps for the host; or
 * is one that the worker uses for isolated ports, of which our rules let nothing pass.
 */
static bool host_tapclient_is_ours(const struct host *host, const uint8_t mac[MAC_SIZE])
{
	if (memcmp(mac, host->plan.mac, MAC_SIZE) == 0 || (mac[0] << 8 | mac[1]) == MAC_APART)
		return true;
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		const struct guesttap *tap = &host->taps.list[i].tap;

		if (tap->index != 0 &&
		    (memcmp(mac, tap->mac, MAC_SIZE) == 0 || memcmp(mac, tap->own, MAC_SIZE) == 0))
			return true;
	}
	return false;
}

/* The device's own address must not be anyone else's, either. */
static bool host_tapclient_is_taken(struct host *host, const uint8_t mac[MAC_SIZE],
				    uint8_t own[MAC_SIZE])
{
	guesttap_own_mac(mac, own);
	return host_tapclient_is_ours(host, mac) || host_tapclient_is_ours(host, own) ||
	       (!(host->plan.form & PLAN_SERVED) && host_tapclient_is_elsewhere(host, mac, own));
}

bool host_tapclient_may_have(struct host *host, const struct guesttap *tap,
			     const uint8_t mac[MAC_SIZE])
{
	return mac_is_station(mac) && !host_tapclient_is_ours(host, mac) &&
	       ((host->plan.form & PLAN_SERVED) ||
		!host_tapclient_is_elsewhere(host, mac, tap->own));
}

/*
 * The one that was asked for, or one that nobody has; and the device's own. The guest may also
 * bring its own. 0, or -1 with *problem.
 */
static int host_tapclient_choose_mac(struct host *host, const struct tap_request *request,
				     struct guesttap *tap, struct problem *problem)
{
	uint8_t *mac = tap->mac;

	if (request->flags & TAP_HAS_MAC) {
		memcpy(mac, request->mac, MAC_SIZE);
		return host_tapclient_is_taken(host, mac, tap->own)
			       ? problem_set(
					 problem, EADDRINUSE,
					 "another guest or the host already has that MAC address")
			       : 0;
	}
	for (unsigned i = 0; i < HOST_TAPCLIENT_TRIES; i++) {
		if (getrandom(mac, MAC_SIZE, 0) != MAC_SIZE)
			return problem_set(problem, EIO, "cannot get random numbers");
		mac_make_local(mac);
		if (host_tapclient_is_taken(host, mac, tap->own))
			continue;
		if (request->flags & TAP_LEARN)
			memset(mac, 0, MAC_SIZE);
		return 0;
	}
	return problem_set(problem, EADDRNOTAVAIL,
			   "found no MAC address higher than that of %s, which takes the lowest of "
			   "its members; give the bridge a MAC address of its own",
			   host_tapclient_bridge_name(host));
}

static int host_tapclient_check(struct host *host, const struct forward_client *client,
				struct problem *problem)
{
	const char *group = host->plan.access_name;

	if (!host_tapclient_is_let_in(host, client))
		return problem_set(problem, EACCES,
				   group ? "only root, the user of the network, and members of the "
					   "group %s may have TAPs"
					 : "only root and the user of the network may have TAPs; "
					   "--vde-group= lets a group in",
				   group);
	host_taps_follow(host); /* some may be gone by now */
	if (host_tapclient_bridge(host) == 0)
		return problem_set(problem, ENETDOWN,
				   "%s is gone; there will be TAPs again once it is back",
				   host_tapclient_bridge_name(host));
	if (host_tapclient_count(host, client->uid) >= HOST_TAPS_PER_USER)
		return problem_set(problem, EDQUOT,
				   "user %u already has %d TAPs, and may have no more", client->uid,
				   HOST_TAPS_PER_USER);
	if (host->taps.n >= HOST_TAPS_MAX)
		return problem_set(problem, ENOSPC,
				   "the network already has %d TAPs, and can have no more",
				   HOST_TAPS_MAX);
	return 0;
}

/* ---- the answer ---- */

int host_tapclient_apply(struct host *host, const struct guesttap *tap, const char *commands)
{
	struct problem problem = {0};

	if (nft_apply(&host->nft, commands, &problem) == 0)
		return 0;
	log_warning("%s: %s", tap->name, problem.text);
	return -EPERM;
}

/* Adds the TAP to those that our rules guard, or removes it. 0, or -errno. */
static int host_tapclient_guard(struct host *host, const struct guesttap *tap, bool guard)
{
	char commands[TAPGUARD_ELEMENT_MAX];

	tapguard_format_tap(host->plan.table, guard, tap->name,
			    guesttap_is_newcomer(tap) ? NULL : tap->mac, commands);
	return host_tapclient_apply(host, tap, commands);
}

/* Also through the host, if guests can reach each other that way. */
static int host_tapclient_isolate_sender(struct host *host, const struct guesttap *tap,
					 bool isolated)
{
	char commands[APARTRULES_SENDER_MAX];

	if (!host_apart_has_rules(host) || guesttap_is_newcomer(tap))
		return 0;
	apartrules_format_sender(host->plan.table, isolated, tap->mac, commands);
	return host_tapclient_apply(host, tap, commands);
}

int host_tapclient_isolate(struct host *host, struct host_tap *slot, bool isolated)
{
	char commands[TAPGUARD_ELEMENT_MAX];
	int ret = 0;

	if (slot->line.isolated == isolated)
		return 0;
	tapguard_format_apart(host->plan.table, isolated, slot->tap.name, commands);
	ret = host_tapclient_apply(host, &slot->tap, commands);
	if (ret == 0)
		ret = host_tapclient_isolate_sender(host, &slot->tap, isolated);
	if (ret == 0)
		slot->line.isolated = isolated;
	return ret;
}

void host_tapclient_forget(struct host *host, struct host_tap *slot)
{
	if (slot->line.isolated)
		host_tapclient_isolate_sender(host, &slot->tap, false);
	slot->tap.index = 0;
	host->taps.n--;
	host_tapclient_guard(host, &slot->tap, false);
	if (guesttap_is_newcomer(&slot->tap))
		host_newcomers_forget(host, slot);
}

int host_tapclient_adopt(struct host *host, struct host_tap *slot, const uint8_t mac[MAC_SIZE])
{
	struct guesttap *tap = &slot->tap;
	int ret = guesttap_adopt(&host->link, tap, host->plan.name, mac);

	if (ret == 0 && slot->line.isolated)
		ret = host_tapclient_isolate_sender(host, tap, true);
	return ret < 0 ? ret : host_tapclient_guard(host, tap, true);
}

/*
 * A name is free as soon as its TAP is gone, which we learn later: a new one may already have it.
 */
static void host_tapclient_forget_name(struct host *host, const char *name)
{
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		struct host_tap *slot = &host->taps.list[i];

		if (slot->tap.index != 0 && strcmp(slot->tap.name, name) == 0)
			host_tapclient_forget(host, slot);
	}
}

/* Isolates it if that was asked for, unless the whole network is. 0, or -errno. */
static int host_tapclient_set_apart(struct host *host, struct host_tap *slot)
{
	if (!slot->tap.isolated || host->plan.isolated)
		return 0;
	return host->plan.bridges ? host_tapclient_isolate(host, slot, true) : -ENOTUNIQ;
}

int host_tapclient_keep(struct host *host, const struct guesttap *tap, pid_t pid)
{
	host_tapclient_forget_name(host, tap->name);
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		struct host_tap *slot = &host->taps.list[i];
		int ret;

		if (slot->tap.index != 0)
			continue;
		ret = host_tapclient_guard(host, tap, true);
		if (ret < 0)
			return ret;
		*slot = (struct host_tap){
			.tap = *tap,
			.bridge = host_tapclient_bridge(host),
			.told = slot->told,
			.line = {.number = ++host->taps.last, .isolated = host->plan.isolated}};
		host->taps.n++;
		ret = host_tapclient_set_apart(host, slot);
		if (ret == 0)
			ret = host_tapclient_join(host, tap);
		if (ret < 0) {
			host_tapclient_forget(host, slot);
			return ret;
		}
		asker_note(&slot->asker, pid);
		if (guesttap_is_newcomer(tap))
			host_newcomers_came(host);
		host_taptell(host);
		return 0;
	}
	return -ENOSPC;
}

/* Opens n descriptors, or none. Returns how many. */
static unsigned host_tapclient_open_vhost(unsigned n, int *fds)
{
	for (unsigned i = 0; i < n; i++) {
		fds[i] = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
		if (fds[i] >= 0)
			continue;
		while (i-- > 0)
			close(fds[i]);
		return 0;
	}
	return n;
}

/* Creates it; fds gets its descriptors, then vhost-net's. Returns how many, or -1 with *problem. */
static int host_tapclient_make(struct host *host, const struct forward_client *client,
			       const struct tap_request *request, struct guesttap *tap,
			       struct tap_answer *answer, int *fds, struct problem *problem)
{
	unsigned n = request->queues;
	int ret;

	if (host_tapclient_choose_mac(host, request, tap, problem) < 0)
		return -1;
	ret = guesttap_make(&host->link, host->plan.name, host_tapclient_mtu(host), n, fds, tap);
	if (ret < 0)
		return problem_set(problem, -ret, "cannot create a TAP: %s",
				   host_tapclient_explain(-ret));
	ret = host_tapclient_keep(host, tap, client->pid);
	if (ret < 0) {
		for (unsigned i = 0; i < n; i++)
			close(fds[i]);
		return problem_set(problem, -ret, "the TAP cannot join the bridge: %s",
				   host_tapclient_explain(-ret));
	}
	*answer = (struct tap_answer){
		.version = TAP_MESSAGE_VERSION, .queues = n, .mtu = host->plan.mtu};
	if (request->flags & TAP_VHOST)
		answer->vhosts = host_tapclient_open_vhost(n, fds + n);
	memcpy(answer->mac, tap->mac, MAC_SIZE);
	snprintf(answer->name, sizeof(answer->name), "%s", tap->name);
	return (int)(n + answer->vhosts);
}

static void host_tapclient_log(struct host *host, const struct forward_client *client,
			       const struct guesttap *tap, const struct problem *problem)
{
	char mac[MAC_TEXT_MAX];

	if (problem->status == 0)
		log_info("%s for uid %u (pid %d), whose guest %s %s", tap->name, client->uid,
			 client->pid, guesttap_is_newcomer(tap) ? "brings" : "is",
			 guesttap_is_newcomer(tap) ? "its own MAC address"
						   : mac_format(tap->mac, mac));
	else if (notice_take(&host->taps.refused, clock_now()))
		log_info("no TAP for uid %u (pid %d): %s", client->uid, client->pid, problem->text);
}

int host_tapclient_hand_out(struct host *host, const struct request *request, int fd)
{
	const struct endpoint *endpoint = &host->plan.endpoints[request->endpoint];
	struct forward_client client = {0};
	struct guesttap tap = {0};
	struct problem problem = {0};
	struct tap_answer answer;
	int fds[TAP_DESCRIPTORS_MAX];
	int n = -1;
	int ret;

	if (endpoint->kind != ENDPOINT_TAP || fd < 0 ||
	    forward_client_look(&client, fd, SOCK_SEQPACKET, endpoint->path) < 0)
		return -EPROTO;
	tap.uid = client.uid;
	tap.plain = request->tap.flags & TAP_PLAIN;
	tap.isolated = request->tap.flags & TAP_ISOLATED;
	if (host_tapclient_check(host, &client, &problem) == 0)
		n = host_tapclient_make(host, &client, &request->tap, &tap, &answer, fds, &problem);
	if (n < 0)
		tap_answer_refuse(&answer, problem.status, problem.text);
	host_tapclient_log(host, &client, &tap, &problem);
	/* If the client is gone, or does not read, the TAP goes when its descriptors are closed. */
	ret = tap_answer_send(fd, &answer, fds, n < 0 ? 0 : (unsigned)n);
	if (ret == -ETOOMANYREFS)
		log_warning("%s was not handed out: too many descriptors are in answers that "
			    "clients have not read yet; a higher LimitNOFILE= allows more",
			    tap.name);
	for (int i = 0; i < n; i++)
		close(fds[i]);
	close(fd);
	return 0;
}
