// SPDX-License-Identifier: GPL-2.0-or-later
#include "bridge.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <time.h>

#include "mac.h"

enum {
	BRIDGE_PROBES = 8,   /* slots to search for an address: one cache line pair */
	BRIDGE_ECHO_MAX = 1, /* s, in whole seconds, until what was sent has come in again */
};

void bridge_init(struct bridge *bridge, unsigned mtu, uint64_t key)
{
	*bridge = (struct bridge){.mtu = mtu, .key = key | 1};
}

int bridge_add(struct bridge *bridge, struct port *port)
{
	unsigned slot = 0;

	while (slot < bridge->n_slots && bridge->ports[slot])
		slot++;
	if (slot == BRIDGE_PORTS_MAX)
		return -ENOSPC;
	if (slot == bridge->n_slots)
		bridge->n_slots++;
	port->bridge = bridge;
	port->index = slot;
	port->number = ++bridge->n_added;
	bridge->ports[slot] = port;
	bridge->n_ports++;
	return 0;
}

void bridge_note(struct bridge *bridge, struct port *port, bool there)
{
	if (port->there == there)
		return;
	port->there = there;
	bridge_isolate(bridge, port, false); /* that was for the peer that is going */
	if (bridge->noted)
		bridge->noted(bridge, port, there);
}

void bridge_isolate(struct bridge *bridge, struct port *port, bool isolated)
{
	if (isolated && !port->isolated)
		bridge->n_isolated++;
	if (!isolated && port->isolated)
		bridge->n_isolated--;
	port->isolated = isolated;
}

void bridge_remove(struct bridge *bridge, struct port *port)
{
	assert(bridge->ports[port->index] == port && port->n_queued == 0);
	bridge_note(bridge, port, false);
	bridge_forget(bridge, port);
	bridge->ports[port->index] = NULL;
	bridge->n_ports--;
	port->bridge = NULL;
}

/*
 * Multiply-shift: for any two addresses, however chosen, a random odd key makes them collide with
 * probability 2 / BRIDGE_MACS (Dietzfelbinger et al. 1997).
 */
static unsigned bridge_hash(const struct bridge *bridge, uint64_t mac)
{
	return (unsigned)(mac * bridge->key >> (64 - BRIDGE_MACS_BITS));
}

static struct bridge_entry *bridge_slot(struct bridge *bridge, uint64_t mac, unsigned probe)
{
	return &bridge->entries[(bridge_hash(bridge, mac) + probe) & (BRIDGE_MACS - 1)];
}

static bool bridge_is_fresh(const struct bridge *bridge, const struct bridge_entry *entry)
{
	return entry->mac != 0 && bridge->now - entry->seen <= BRIDGE_MAC_AGE;
}

/*
 * Whether the entry tells where its address is. Where guests are isolated, one that has been silent
 * for long still keeps its address from the others as long as it is there.
 */
static bool bridge_is_valid(const struct bridge *bridge, const struct bridge_entry *entry)
{
	return bridge_is_fresh(bridge, entry) ||
	       (bridge->isolated && entry->mac != 0 && !bridge->ports[entry->port]->uplink);
}

static bool bridge_is_pinned(const struct bridge *bridge, uint64_t mac)
{
	return bridge->pinned_at && mac == bridge->pinned;
}

static struct bridge_entry *bridge_find(struct bridge *bridge, uint64_t mac)
{
	for (unsigned i = 0; i < BRIDGE_PROBES; i++) {
		struct bridge_entry *entry = bridge_slot(bridge, mac, i);

		if (entry->mac == mac && bridge_is_valid(bridge, entry))
			return entry;
	}
	return NULL;
}

static void bridge_release(struct bridge *bridge, struct bridge_entry *entry)
{
	if (entry->mac == 0)
		return;
	bridge->learned[entry->port]--;
	bridge->changes++;
	entry->mac = 0;
}

/*
 * Whether the port may have one more entry. Searches the table at most once a second per port: a
 * flood of sources must not cause a search for each frame.
 */
static bool bridge_has_room(struct bridge *bridge, unsigned port)
{
	/* Half of the table is shared evenly; the other half is for ports that come later. */
	unsigned share = BRIDGE_MACS / 2 / bridge->n_ports;

	if (share < BRIDGE_SHARE_MIN)
		share = BRIDGE_SHARE_MIN;
	if (bridge->learned[port] < share)
		return true;
	if (bridge->swept[port] == bridge->now)
		return false;
	bridge->swept[port] = bridge->now;
	for (unsigned i = 0; i < BRIDGE_MACS; i++) {
		struct bridge_entry *entry = &bridge->entries[i];

		if (entry->port == port && !bridge_is_fresh(bridge, entry))
			bridge_release(bridge, entry);
	}
	return bridge->learned[port] < share;
}

/* A slot for an address that is not in the table, or NULL. */
static struct bridge_entry *bridge_free_slot(struct bridge *bridge, uint64_t mac)
{
	for (unsigned i = 0; i < BRIDGE_PROBES; i++) {
		struct bridge_entry *entry = bridge_slot(bridge, mac, i);

		if (!bridge_is_valid(bridge, entry))
			return entry;
	}
	return NULL;
}

static void bridge_learn(struct bridge *bridge, uint64_t mac, unsigned port)
{
	struct bridge_entry *entry = bridge_find(bridge, mac);

	if (bridge_is_pinned(bridge, mac))
		return;
	if (entry && entry->port == port) {
		entry->seen = bridge->now;
		return;
	}
	if (entry) /* it moved; if its new port has no room, better flooded than misled */
		bridge_release(bridge, entry);
	entry = bridge_free_slot(bridge, mac);
	if (!entry || mac == 0 || !bridge_has_room(bridge, port)) {
		bridge->not_learned++;
		return;
	}
	bridge_release(bridge, entry);
	bridge->learned[port]++;
	bridge->changes++;
	*entry = (struct bridge_entry){.mac = mac, .seen = bridge->now, .port = port};
}

void bridge_forget(struct bridge *bridge, const struct port *port)
{
	for (unsigned i = 0; i < BRIDGE_MACS; i++) {
		if (bridge->entries[i].port == port->index)
			bridge_release(bridge, &bridge->entries[i]);
	}
	if (bridge->filter)
		bridge->filter->forget(bridge->filter, port);
}

struct port *bridge_where(struct bridge *bridge, uint64_t mac)
{
	const struct bridge_entry *entry = bridge_find(bridge, mac);

	return entry ? bridge->ports[entry->port] : NULL;
}

bool bridge_has_guest(struct bridge *bridge, const uint8_t mac[MAC_SIZE])
{
	const struct port *port = bridge_where(bridge, frame_address(mac));

	return port && !port->uplink;
}

void bridge_pin(struct bridge *bridge, const struct port *port, uint64_t mac)
{
	struct bridge_entry *entry = bridge_find(bridge, mac);

	if (entry)
		bridge_release(bridge, entry);
	bridge->pinned = mac;
	bridge->pinned_at = port;
}

unsigned bridge_list(const struct bridge *bridge, const struct port *port, uint64_t *macs,
		     unsigned max)
{
	unsigned left = port ? bridge->learned[port->index] : BRIDGE_MACS;
	unsigned n = 0;

	for (unsigned i = 0; i < BRIDGE_MACS && left > 0; i++) {
		const struct bridge_entry *entry = &bridge->entries[i];

		if (entry->mac == 0 ||
		    (port ? entry->port != port->index : bridge->ports[entry->port]->uplink))
			continue;
		left--;
		if (!bridge_is_valid(bridge, entry))
			continue;
		if (n < max)
			macs[n] = entry->mac;
		n++;
	}
	return n;
}

unsigned bridge_list_others(const struct bridge *bridge, const struct port *port, uint64_t *macs,
			    unsigned max)
{
	unsigned n = 0;

	for (unsigned i = 0; i < BRIDGE_MACS; i++) {
		const struct bridge_entry *entry = &bridge->entries[i];
		const struct port *at = bridge->ports[entry->port];

		if (!bridge_is_valid(bridge, entry) || at == port || at == port->twin)
			continue;
		if (n < max)
			macs[n] = entry->mac;
		n++;
	}
	return n;
}

/* Everything queued came from bridge->from. */
static void bridge_flush(struct port *port)
{
	struct bridge *bridge = port->bridge;

	if (bridge->filter && port->uplink && !bridge->from->uplink)
		bridge->filter->send(bridge->filter, bridge->from, port);
	else
		port->ops->send(port, port->queued, port->n_queued);
	port->n_queued = 0;
}

static void bridge_queue(struct bridge *bridge, struct port *port, const struct frame *frame)
{
	if (port->n_queued == PORT_BATCH)
		bridge_flush(port);
	if (port->n_queued == 0 && !port->busy) {
		port->busy = true;
		bridge->busy[bridge->n_busy++] = port;
	}
	port->queued[port->n_queued++] = *frame;
}

/*
 * Whether a guest's port and an uplink may exchange this frame. Broadcasts from an isolated port
 * must reach the host, whose rules keep them from guests there (rules/tapguard.h).
 */
static bool bridge_may_pass_uplink(const struct bridge *bridge, const struct port *from,
				   const struct port *to, const struct frame *frame)
{
	if (bridge->host == 0 || !(from->isolated || to->isolated))
		return true;
	if (from->uplink)
		return frame_source(frame) == bridge->host;
	return frame_is_multicast(frame) || frame_destination(frame) == bridge->host;
}

/* Not back to where it came from, nor between two guests if one of them is isolated. */
static bool bridge_may_pass(const struct bridge *bridge, const struct port *from,
			    const struct port *to, const struct frame *frame)
{
	if (!to || to == from || to == from->twin)
		return false;
	if (from->uplink || to->uplink)
		return bridge_may_pass_uplink(bridge, from, to, frame);
	return !(bridge->isolated || from->isolated || to->isolated);
}

static void bridge_send_to(struct bridge *bridge, const struct port *from, unsigned to,
			   const struct frame *frame)
{
	struct port *port = bridge->ports[to];

	if (bridge_may_pass(bridge, from, port, frame))
		bridge_queue(bridge, port, frame);
}

static void bridge_send_on(struct bridge *bridge, const struct port *from,
			   const struct frame *frame)
{
	const struct bridge_entry *entry = NULL;

	if (!frame_is_multicast(frame)) {
		uint64_t destination = frame_destination(frame);

		if (bridge_is_pinned(bridge, destination)) {
			bridge_send_to(bridge, from, bridge->pinned_at->index, frame);
			return;
		}
		entry = bridge_find(bridge, destination);
	}
	if (entry) {
		bridge_send_to(bridge, from, entry->port, frame);
		return;
	}
	for (unsigned i = 0; i < bridge->n_slots; i++)
		bridge_send_to(bridge, from, i, frame);
}

/*
 * Whether it comes in a second time: its sender is at another port and sent something there just
 * now. A frame for a guest is different: it would not have left, so its sender has moved.
 */
static bool bridge_is_echo(struct bridge *bridge, const struct port *from,
			   const struct frame *frame)
{
	const struct bridge_entry *entry;

	if (!from->echoes)
		return false;
	entry = bridge_find(bridge, frame_source(frame));
	if (!entry || entry->port == from->index || bridge->now - entry->seen > BRIDGE_ECHO_MAX)
		return false;
	entry = frame_is_multicast(frame) ? NULL : bridge_find(bridge, frame_destination(frame));
	return !entry || entry->port == from->index || bridge->ports[entry->port] == from->twin;
}

void bridge_drop(struct bridge *bridge, struct port *port, const struct frame *frame,
		 enum port_drop drop)
{
	port->counters.dropped_in[drop]++;
	if (bridge->dropped)
		bridge->dropped(bridge, port, frame, drop);
}

/* Whether its sender's address lives at another port, and guests are isolated. */
static bool bridge_is_anothers(struct bridge *bridge, const struct port *from,
			       const struct frame *frame)
{
	const struct bridge_entry *entry =
		bridge->isolated ? bridge_find(bridge, frame_source(frame)) : NULL;

	return entry && entry->port != from->index && !bridge->ports[entry->port]->uplink;
}

bool bridge_takes(struct bridge *bridge, struct port *from, const struct frame *frame)
{
	if (!frame_is_whole(frame)) {
		from->counters.dropped_in[PORT_DROP_SHORT]++;
		return false;
	}
	/* A super-frame's offload keeps its segments within the MTU. */
	if (frame->vnet.gso_type == VIRTIO_NET_HDR_GSO_NONE &&
	    frame->size > frame_limit(frame, bridge->mtu)) {
		bridge_drop(bridge, from, frame, PORT_DROP_LONG);
		return false;
	}
	return true;
}

/* Counts and refuses a frame that may not pass. */
static bool bridge_admit(struct bridge *bridge, struct port *from, const struct frame *frame)
{
	if (!bridge_takes(bridge, from, frame))
		return false;
	/* First, because the filter remembers what it passes. */
	if (bridge_is_anothers(bridge, from, frame)) {
		bridge_drop(bridge, from, frame, PORT_DROP_MOVED);
		return false;
	}
	if (bridge->filter && !from->uplink) {
		enum port_drop drop = bridge->filter->judge(bridge->filter, from, frame);

		if (drop != PORT_DROPS) {
			bridge_drop(bridge, from, frame, drop);
			return false;
		}
	}
	if (bridge_is_pinned(bridge, frame_source(frame)) && bridge->pinned_at != from) {
		bridge_drop(bridge, from, frame, PORT_DROP_BARRED);
		return false;
	}
	return true;
}

void bridge_input(struct bridge *bridge, struct port *from, struct frame *frames, unsigned n)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	bridge->now = (uint32_t)now.tv_sec;
	bridge->from = from;
	for (unsigned i = 0; i < n; i++) {
		struct frame *frame = &frames[i];

		if (!bridge_admit(bridge, from, frame) || bridge_is_echo(bridge, from, frame))
			continue;
		port_count_in(from, frame, 1);
		frame_pad(frame);
		if (!(frame->data[MAC_SIZE] & 1))
			bridge_learn(bridge, frame_source(frame), from->index);
		if (bridge->filter && from->uplink)
			bridge->filter->overhear(bridge->filter, bridge, frame);
		bridge_send_on(bridge, from, frame);
	}
	for (unsigned i = 0; i < bridge->n_busy; i++) {
		bridge_flush(bridge->busy[i]);
		bridge->busy[i]->busy = false;
	}
	bridge->n_busy = 0;
}
