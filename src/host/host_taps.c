// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_taps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connect.h"
#include "fdpass.h"
#include "host_answer.h"
#include "host_newcomers.h"
#include "host_sharedbridge.h"
#include "host_tapclient.h"
#include "host_taptell.h"
#include "interface.h"
#include "link_change.h"
#include "ownsocket.h"
#include "recovery.h"

enum { HOST_TAPS_BACKLOG = 128 };

/* ---- the socket ---- */

/* The endpoint that is in RUNDIR, where the worker creates nothing; NULL: there is none. */
static const struct endpoint *host_taps_endpoint(const struct plan *plan)
{
	for (unsigned i = 0; i < plan->n_endpoints; i++) {
		const struct endpoint *endpoint = &plan->endpoints[i];

		if (endpoint->kind == ENDPOINT_TAP &&
		    strncmp(endpoint->path, RUNDIR "/", strlen(RUNDIR "/")) == 0)
			return endpoint;
	}
	return NULL;
}

/* Opens it to the network's group, and to the worker's user. 0, or -errno. */
static int host_taps_listen(struct host *host, const char *path)
{
	const struct plan *plan = &host->plan;
	bool grouped = plan->access != (gid_t)-1;

	host->taps.fd = ownsocket_bind(path, SOCK_SEQPACKET);
	if (host->taps.fd < 0)
		return host->taps.fd;
	/* While it is still ours: only the owner may. */
	if (chmod(path, grouped ? 0660 : 0600) < 0 ||
	    lchown(path, identity_can_change() ? plan->worker.uid : (uid_t)-1, plan->access) < 0 ||
	    listen(host->taps.fd, HOST_TAPS_BACKLOG) < 0)
		return -errno;
	return 0;
}

int host_taps_open(struct host *host, unsigned endpoint)
{
	const struct connect_message message = {.kind = CONNECT_LISTENER};
	int pair[2];
	int ret;

	if (&host->plan.endpoints[endpoint] != host_taps_endpoint(&host->plan))
		return -ENOENT;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	ret = fdpass_send(pair[1], &message, sizeof(message), &host->taps.fd, 1);
	close(pair[1]);
	if (ret == 0)
		return pair[0];
	close(pair[0]);
	return ret;
}

/* ---- TAPs of an earlier run ---- */

/* They are recognised by our mark, which their holders cannot change. */
static void host_taps_take_back(void *context, const struct guesttap *tap)
{
	struct host *host = context;
	struct link_facts facts;
	int ret;

	if (link_describe(&host->link, tap->index, NULL, &facts) < 0)
		return;
	if (guesttap_is_left(&host->link, &facts)) {
		link_delete_index(&host->link, tap->index);
		return;
	}
	ret = memcmp(facts.mac, tap->own, MAC_SIZE) == 0 ? host_tapclient_prepare(host, tap)
							 : -EADDRNOTAVAIL;
	if (ret == 0)
		ret = host_tapclient_keep(host, tap, 0);
	if (ret < 0)
		log_warning("%s, which uid %u still holds, cannot join %s again: %s", tap->name,
			    tap->uid, host_tapclient_bridge_name(host),
			    host_tapclient_explain(-ret));
	else
		log_info("%s, which uid %u still holds, has joined %s again", tap->name, tap->uid,
			 host_tapclient_bridge_name(host));
}

/* This also notices a holder that sets another address and then the old one again. */
static void host_taps_meet(struct link *link, int index, const uint8_t mac[MAC_SIZE])
{
	struct host *host = container_of(link, struct host, link);

	for (unsigned i = 0; i < HOST_TAPS_MAX && host->taps.n > 0; i++) {
		struct host_tap *slot = &host->taps.list[i];
		bool own = memcmp(mac, slot->tap.own, MAC_SIZE) == 0;

		if (slot->tap.index != index)
			continue;
		slot->met |= own; /* until then, events date from its creation */
		slot->moved |= slot->met && !own;
	}
}

static void host_taps_settled(struct settle *settle)
{
	host_taps_follow(container_of(settle, struct host, taps.settle));
}

static void host_taps_changed(struct link *link)
{
	settle_disturb(&container_of(link, struct host, link)->taps.settle);
}

/* In other forms, the steps for routes or for the LAN's interface watch links. 0, or -errno. */
static int host_taps_watch(struct host *host)
{
	int ret;

	if (!(host->plan.form & PLAN_SHAREDBRIDGE))
		return 0;
	ret = settle_init(&host->taps.settle, &host->loop, host_taps_settled);
	return ret < 0 ? ret : link_watch(&host->link, &host->loop, host_taps_changed);
}

/*
 * A bridge with an address of its own keeps it whatever its members do; otherwise a holder could
 * change it by its TAP's.
 */
static void host_taps_warn_of_mac(const struct host *host)
{
	char mac[MAC_TEXT_MAX];
	const struct link_facts *bridge = &host->bridged.facts;

	if (host->plan.form & PLAN_BRIDGE && !interface_has_own_mac(bridge->name))
		log_warning(
			"%s takes the lowest MAC address of its members, so whoever holds a TAP "
			"can change it for a moment; to prevent that: ip link set %s address %s",
			bridge->name, bridge->name, mac_format(bridge->mac, mac));
}

int host_taps_up(struct host *host)
{
	const struct endpoint *endpoint = host_taps_endpoint(&host->plan);
	int ret;

	if (!host->plan.hands_out)
		return 0;
	host->link.met = host_taps_meet;
	ret = host_newcomers_init(host);
	if (ret == 0)
		ret = guesttap_record(&host->undolog);
	if (ret == 0 && endpoint)
		ret = recovery_record_file(&host->undolog, endpoint->path);
	if (ret == 0 && endpoint)
		ret = host_taps_listen(host, endpoint->path);
	if (ret == 0)
		ret = guesttap_each(&host->link, host->plan.name, host_taps_take_back, host);
	if (ret == 0)
		ret = host_taps_watch(host);
	if (ret < 0)
		return host_fail(host, endpoint ? endpoint->path : host->plan.device, ret);
	if (host->plan.bridges) /* for other bridges it was logged with the device */
		host_sharedbridge_warn_of_filter(host->plan.device);
	host_taps_warn_of_mac(host);
	return 0;
}

void host_taps_down(struct host *host)
{
	const struct endpoint *endpoint = host_taps_endpoint(&host->plan);

	if (!host->plan.hands_out)
		return;
	settle_finish(&host->taps.settle);
	timer_finish(&host->taps.newcomers);
	if (host->taps.fd >= 0)
		close(host->taps.fd);
	host->taps.fd = -1;
	if (endpoint)
		unlink(endpoint->path);
	undolog_undo(&host->undolog, guesttap_undo);
}

/* ---- while the network runs ---- */

static void host_taps_expel(struct host *host, struct host_tap *slot, enum tapline_off off,
			    const char *why)
{
	slot->line.off = off;
	host->taps.expelled++;
	guesttap_expel(&host->link, &slot->tap);
	log_warning("%s, which was created for uid %u, %s; it is off the network until its holder "
		    "requests another",
		    slot->tap.name, slot->tap.uid, why);
}

static int host_taps_rejoin(struct host *host, const struct host_tap *slot)
{
	int ret = host_tapclient_prepare(host, &slot->tap);

	return ret < 0 ? ret : host_tapclient_join(host, &slot->tap);
}

/*
 * When a bridge that is not ours is deleted, its members leave it but stay up: we set them down
 * until it is back. If other software takes one off, it may have reasons, so that one stays off.
 */
static void host_taps_follow_master(struct host *host, struct host_tap *slot, int master)
{
	int bridge = host_tapclient_bridge(host);
	int ret = 0;

	if (master == bridge && slot->bridge == bridge)
		return;
	if (bridge != 0 && slot->bridge == bridge) {
		host_taps_expel(host, slot, TAPLINE_BRIDGE,
				"was taken off the bridge by other software");
		return;
	}
	if (bridge == 0 && slot->bridge != 0)
		guesttap_expel(&host->link, &slot->tap);
	if (bridge != 0)
		ret = host_taps_rejoin(host, slot);
	slot->bridge = ret == 0 ? bridge : 0;
	if (ret < 0 && !slot->failing)
		log_warning("%s, which uid %u holds, cannot join %s again: %s", slot->tap.name,
			    slot->tap.uid, host_tapclient_bridge_name(host),
			    host_tapclient_explain(-ret));
	slot->failing = ret < 0;
}

static void host_taps_follow_one(struct host *host, struct host_tap *slot)
{
	struct link_facts facts;
	int ret = link_describe(&host->link, slot->tap.index, NULL, &facts);

	if (ret == 0 && guesttap_is_left(&host->link, &facts)) {
		log_info("deleting %s: it was made persistent, and nobody holds it", facts.name);
		ret = link_delete_index(&host->link, slot->tap.index) == 0 ? -ENODEV : 0;
	}
	if (ret == -ENODEV) {
		log_debug("%s is gone", slot->tap.name);
		host_tapclient_forget(host, slot);
	}
	if (ret < 0 || slot->line.off != TAPLINE_ON)
		return;
	if (memcmp(facts.mac, slot->tap.own, MAC_SIZE) != 0 || slot->moved)
		host_taps_expel(host, slot, TAPLINE_ADDRESS,
				"has a different MAC address from the one it was given");
	else
		host_taps_follow_master(host, slot, facts.master);
}

void host_taps_follow(struct host *host)
{
	for (unsigned i = 0; i < HOST_TAPS_MAX && host->taps.n > 0; i++) {
		if (host->taps.list[i].tap.index != 0)
			host_taps_follow_one(host, &host->taps.list[i]);
	}
	/*
	 * Restores entries that one of them displaced by taking an address, even if nobody noticed
	 * that.
	 */
	for (unsigned i = 0; i < HOST_TAPS_MAX && host->taps.n > 0; i++) {
		const struct host_tap *slot = &host->taps.list[i];

		if (slot->tap.index != 0 && slot->bridge != 0 && slot->line.off == TAPLINE_ON &&
		    !guesttap_is_newcomer(&slot->tap))
			guesttap_enter(&host->link, &slot->tap);
	}
	host_taptell(host);
}

/* ---- requests from clients of the control socket ---- */

struct host_tap *host_taps_find(struct host *host, uint32_t number)
{
	for (unsigned i = 0; i < HOST_TAPS_MAX; i++) {
		struct host_tap *slot = &host->taps.list[i];

		if (slot->tap.index != 0 && slot->line.number == number)
			return slot;
	}
	return NULL;
}

/* Returns why not; "": it is done. */
static const char *host_taps_change(struct host *host, struct host_tap *slot,
				    enum request_tap_set what)
{
	if (!slot)
		return "this TAP is gone";
	if (slot->line.off != TAPLINE_ON)
		return "this TAP is already off the network, and stays off";
	if (what == REQUEST_TAP_EXPEL)
		host_taps_expel(host, slot, TAPLINE_ASKED,
				"was disconnected by a client of the control socket");
	else if (!host->plan.bridges && what == REQUEST_TAP_ISOLATE)
		return "a single TAP cannot be isolated on a bridge that is not this network's "
		       "own; --isolated isolates all";
	else if (!host->plan.isolated &&
		 host_tapclient_isolate(host, slot, what == REQUEST_TAP_ISOLATE) < 0)
		return "cannot change the host's rules for isolation; the log says why";
	return "";
}

void host_taps_set(struct host *host, const struct request *request)
{
	struct host_tap *slot = host_taps_find(host, request->taps[0].number);
	const char *why = host_taps_change(host, slot, (enum request_tap_set)request->endpoint);

	host_taptell(host);
	host_answer(host, request->token, why, -1);
}
