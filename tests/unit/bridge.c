// SPDX-License-Identifier: GPL-2.0-or-later
/* The learning switch, between ports that only write down what they are sent. */
#include "bridge.h"

#include <errno.h>

#include "mac.h"
#include "unit.h"

enum { PORTS = 3, RECORDED_MAX = 4096, BUFFER = 2048, SHARE = BRIDGE_MACS / 2 / PORTS };

#define KEY	     0x9e3779b97f4a7c15u
#define BROADCAST    0xffffffffffffu
#define MULTICAST    0x01005e000001u
#define STATION_A    0x02000000000au
#define STATION_B    0x02000000000bu
#define STATION_C    0x02000000000cu
#define STATION_D    0x02000000000du
#define FIRST_SOURCE 0x020000100000u /* of a flood */

struct recorder {
	struct port port; /* first: a port of ours is its recorder */
	unsigned n;
	unsigned largest; /* batch */
	uint32_t sizes[RECORDED_MAX];
	uint32_t marks[RECORDED_MAX];
	uint8_t last[BUFFER];
};

static struct bridge bridge;
static struct recorder recorders[PORTS];

static void recorder_send(struct port *port, const struct frame *frames, unsigned n)
{
	struct recorder *recorder = (struct recorder *)port;

	if (n > recorder->largest)
		recorder->largest = n;
	for (unsigned i = 0; i < n; i++) {
		ck_assert_uint_lt(recorder->n, RECORDED_MAX);
		recorder->sizes[recorder->n] = frames[i].size;
		memcpy(&recorder->marks[recorder->n++], frames[i].data + FRAME_HEADER, 4);
		memcpy(recorder->last, frames[i].data, frames[i].size);
	}
	port_count_out(port, frames, n);
}

static void make_bridge(unsigned mtu)
{
	static const struct port_ops ops = {.send = recorder_send};

	bridge_init(&bridge, mtu, KEY);
	memset(recorders, 0, sizeof(recorders));
	for (unsigned i = 0; i < PORTS; i++) {
		recorders[i].port.ops = &ops;
		ck_assert_int_eq(bridge_add(&bridge, &recorders[i].port), 0);
	}
}

static void write_mac(uint8_t *data, uint64_t mac)
{
	for (int i = 0; i < MAC_SIZE; i++)
		data[i] = (uint8_t)(mac >> 8 * (MAC_SIZE - 1 - i));
}

/* A frame in a buffer that is full of rubbish; mark tells it from others. */
static struct frame make_frame(uint8_t *buffer, uint64_t to, uint64_t from, uint32_t size,
			       uint32_t mark)
{
	memset(buffer, 0xee, BUFFER);
	write_mac(buffer, to);
	write_mac(buffer + MAC_SIZE, from);
	buffer[12] = 0x08;
	buffer[13] = 0x00;
	memcpy(buffer + FRAME_HEADER, &mark, sizeof(mark));
	return (struct frame){.data = buffer, .size = size};
}

/* Sends a frame in at a port; the ports that it came out of, a bit each. */
static unsigned pass(unsigned in, uint64_t to, uint64_t from)
{
	static uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, to, from, 100, 0);
	unsigned before[PORTS];
	unsigned out = 0;

	for (unsigned i = 0; i < PORTS; i++)
		before[i] = recorders[i].n;
	bridge_input(&bridge, &recorders[in].port, &frame, 1);
	for (unsigned i = 0; i < PORTS; i++)
		out |= (recorders[i].n - before[i]) << i;
	return out;
}

static struct bridge_entry *find_entry(uint64_t mac)
{
	for (unsigned i = 0; i < BRIDGE_MACS; i++) {
		if (bridge.entries[i].mac == mac)
			return &bridge.entries[i];
	}
	return NULL;
}

/* Lets everything that was learned grow that old. */
static void age_all(unsigned seconds)
{
	for (unsigned i = 0; i < BRIDGE_MACS; i++) {
		if (bridge.entries[i].mac != 0)
			bridge.entries[i].seen = bridge.now - seconds;
	}
}

static void flood_with_sources(unsigned port, unsigned n)
{
	for (uint64_t i = 0; i < n; i++)
		pass(port, BROADCAST, FIRST_SOURCE + i);
}

START_TEST(ports_are_numbered_as_added)
{
	make_bridge(1500);
	ck_assert_uint_eq(bridge.n_ports, PORTS);
	for (unsigned i = 0; i < PORTS; i++) {
		ck_assert_uint_eq(recorders[i].port.index, i);
		ck_assert_ptr_eq(recorders[i].port.bridge, &bridge);
	}
}
END_TEST

START_TEST(a_port_that_left_is_forgotten_and_its_slot_used_again)
{
	struct recorder late = {.port.ops = recorders[0].port.ops};

	make_bridge(1500);
	pass(1, BROADCAST, STATION_B);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_A), 2);
	bridge_remove(&bridge, &recorders[1].port);
	ck_assert_uint_eq(bridge.n_ports, PORTS - 1);
	ck_assert_uint_eq(bridge.learned[1], 0);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_A), 4);
	late.port.ops = recorders[0].port.ops;
	ck_assert_int_eq(bridge_add(&bridge, &late.port), 0);
	ck_assert_uint_eq(late.port.index, 1);
	pass(0, BROADCAST, STATION_A);
	ck_assert_uint_eq(late.n, 1);
}
END_TEST

START_TEST(more_ports_than_there_is_room_for_are_refused)
{
	static struct port ports[BRIDGE_PORTS_MAX];
	struct port late = {0};

	bridge_init(&bridge, 1500, KEY);
	for (unsigned i = 0; i < BRIDGE_PORTS_MAX; i++)
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
	ck_assert_int_eq(bridge_add(&bridge, &late), -ENOSPC);
	bridge_remove(&bridge, &ports[7]);
	ck_assert_int_eq(bridge_add(&bridge, &late), 0);
	ck_assert_uint_eq(late.index, 7);
}
END_TEST

START_TEST(unknown_destination_goes_everywhere_else)
{
	make_bridge(1500);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_A), 6);
	ck_assert_uint_eq(pass(1, STATION_C, STATION_B), 5);
}
END_TEST

START_TEST(learned_destination_gets_it_alone)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	ck_assert_uint_eq(pass(1, STATION_A, STATION_B), 1);
	ck_assert_uint_eq(pass(2, STATION_B, STATION_C), 2);
	ck_assert_uint_eq(bridge.learned[0], 1);
}
END_TEST

START_TEST(destination_at_the_same_port_is_filtered)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	ck_assert_uint_eq(pass(0, STATION_A, STATION_B), 0);
	ck_assert_uint_eq(recorders[0].port.counters.frames_in, 2);
}
END_TEST

START_TEST(multicast_goes_everywhere_else)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_B), 5);
	ck_assert_uint_eq(pass(1, MULTICAST, STATION_B), 5);
}
END_TEST

START_TEST(multicast_source_is_not_learned)
{
	make_bridge(1500);
	ck_assert_uint_eq(pass(0, STATION_B, MULTICAST), 6);
	ck_assert_uint_eq(pass(0, STATION_B, BROADCAST), 6);
	ck_assert_uint_eq(bridge.learned[0], 0);
}
END_TEST

START_TEST(zero_source_is_not_learned)
{
	make_bridge(1500);
	pass(0, STATION_B, 0);
	ck_assert_uint_eq(bridge.learned[0], 0);
	ck_assert_uint_eq(bridge.not_learned, 1);
	ck_assert_uint_eq(pass(1, 0, STATION_B), 5);
}
END_TEST

START_TEST(station_that_moves_is_followed)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	pass(2, BROADCAST, STATION_A);
	ck_assert_uint_eq(pass(1, STATION_A, STATION_B), 4);
	ck_assert_uint_eq(bridge.learned[0], 0);
	ck_assert_uint_eq(bridge.learned[2], 1);
}
END_TEST

/* One second less: the clock may tick between two frames. */
START_TEST(entry_of_full_age_still_counts)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	age_all(BRIDGE_MAC_AGE - 1);
	ck_assert_uint_eq(pass(1, STATION_A, STATION_B), 1);
}
END_TEST

START_TEST(entry_over_age_is_forgotten)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	age_all(BRIDGE_MAC_AGE + 1);
	ck_assert_uint_eq(pass(1, STATION_A, STATION_B), 5);
}
END_TEST

START_TEST(traffic_keeps_an_entry_young)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	age_all(BRIDGE_MAC_AGE - 1);
	pass(0, BROADCAST, STATION_A);
	ck_assert_uint_eq(find_entry(STATION_A)->seen, bridge.now);
	ck_assert_uint_eq(bridge.learned[0], 1);
}
END_TEST

START_TEST(aged_station_is_learned_again)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	age_all(BRIDGE_MAC_AGE + 1);
	pass(2, BROADCAST, STATION_A);
	ck_assert_uint_eq(pass(1, STATION_A, STATION_B), 4);
	ck_assert_uint_eq(bridge.learned[0], 0);
	ck_assert_uint_eq(bridge.learned[2], 1);
}
END_TEST

START_TEST(a_flood_of_sources_stays_in_its_ports_share)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	for (unsigned round = 0; round < 4; round++) {
		recorders[0].n = recorders[2].n = 0;
		flood_with_sources(1, SHARE + 1000);
	}
	ck_assert_uint_eq(bridge.learned[1], SHARE);
	ck_assert_uint_ge(bridge.not_learned, 1000);
	ck_assert_uint_eq(pass(1, STATION_A, STATION_B), 1);
	pass(2, BROADCAST, STATION_C);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_A), 4);
}
END_TEST

/* Whether a port learns a station within two seconds; the bridge may sweep once a second. */
static bool learns_in_time(unsigned port, uint64_t mac)
{
	for (int tries = 0; tries < 200; tries++) {
		pass(port, BROADCAST, mac);
		if (find_entry(mac))
			return true;
		usleep(10000);
	}
	return false;
}

START_TEST(a_port_learns_again_when_its_flood_has_aged)
{
	make_bridge(1500);
	flood_with_sources(1, SHARE + 1);
	ck_assert_uint_eq(bridge.learned[1], SHARE);
	age_all(BRIDGE_MAC_AGE + 1);
	ck_assert_msg(learns_in_time(1, STATION_B),
		      "port 1 holds %u entries, all aged, and learns nothing", bridge.learned[1]);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_A), 2);
}
END_TEST

/* What is still in use is not what the sweep takes. */
START_TEST(a_full_port_keeps_its_fresh_entries)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	flood_with_sources(1, SHARE);
	age_all(BRIDGE_MAC_AGE + 1);
	pass(0, BROADCAST, STATION_A);
	pass(1, BROADCAST, FIRST_SOURCE);
	ck_assert(learns_in_time(1, STATION_B));
	ck_assert_uint_eq(bridge.learned[0], 1);
	ck_assert_uint_eq(bridge.learned[1], 2);
	ck_assert_uint_eq(pass(2, STATION_A, STATION_C), 1);
	ck_assert_uint_eq(pass(2, FIRST_SOURCE, STATION_C), 2);
}
END_TEST

START_TEST(station_that_moves_to_a_full_port_is_flooded)
{
	make_bridge(1500);
	flood_with_sources(1, SHARE);
	pass(0, BROADCAST, STATION_A);
	ck_assert_uint_eq(pass(2, STATION_A, STATION_C), 1);
	pass(1, BROADCAST, STATION_A);
	ck_assert_uint_eq(bridge.learned[0], 0);
	ck_assert_uint_eq(bridge.learned[1], SHARE);
	ck_assert_uint_eq(pass(2, STATION_A, STATION_C), 3);
}
END_TEST

START_TEST(a_forgotten_port_has_its_share_again)
{
	make_bridge(1500);
	flood_with_sources(1, SHARE + 1);
	bridge_forget(&bridge, &recorders[1].port);
	ck_assert_uint_eq(bridge.learned[1], 0);
	pass(1, BROADCAST, STATION_B);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_A), 2);
}
END_TEST

START_TEST(forget_leaves_other_ports_alone)
{
	make_bridge(1500);
	pass(0, BROADCAST, STATION_A);
	pass(1, BROADCAST, STATION_B);
	bridge_forget(&bridge, &recorders[1].port);
	ck_assert_uint_eq(pass(2, STATION_B, STATION_C), 3);
	ck_assert_uint_eq(pass(2, STATION_A, STATION_C), 1);
	ck_assert_uint_eq(bridge.learned[0], 1);
	ck_assert_uint_eq(bridge.learned[1], 0);
}
END_TEST

/* Addresses that all fall into one place of the table, as a guest would look for them. */
START_TEST(addresses_that_collide_with_one_key_do_not_with_another)
{
	enum { CHOSEN = 64, SHIFT = 64 - BRIDGE_MACS_BITS };
	static const uint64_t keys[] = {KEY, 0xd6e8feb86659fd93u};
	uint64_t chosen[CHOSEN];
	unsigned n = 0;

	for (uint64_t mac = FIRST_SOURCE; n < CHOSEN; mac++) {
		if (mac * KEY >> SHIFT == 7)
			chosen[n++] = mac;
	}
	for (int k = 0; k < UNIT_COUNT(keys); k++) {
		make_bridge(1500);
		bridge.key = keys[k];
		for (unsigned i = 0; i < CHOSEN; i++)
			pass(1, BROADCAST, chosen[i]);
		if (k == 0)
			ck_assert_uint_eq(bridge.learned[1], 8); /* what is looked at of it */
		else
			ck_assert_uint_ge(bridge.learned[1], CHOSEN - 4);
	}
}
END_TEST

START_TEST(addresses_that_collide_are_told_apart)
{
	enum { CHOSEN = 8, SHIFT = 64 - BRIDGE_MACS_BITS };
	uint64_t chosen[CHOSEN];
	unsigned n = 0;

	make_bridge(1500);
	/* The last place: what does not fit there goes on at the first. */
	for (uint64_t mac = FIRST_SOURCE; n < CHOSEN; mac++) {
		if (mac * KEY >> SHIFT == BRIDGE_MACS - 1)
			chosen[n++] = mac;
	}
	for (unsigned i = 0; i < CHOSEN; i++)
		pass(1 + i % 2, BROADCAST, chosen[i]);
	ck_assert_uint_eq(bridge.entries[BRIDGE_MACS - 1].mac, chosen[0]);
	ck_assert_uint_eq(bridge.entries[0].mac, chosen[1]);
	for (unsigned i = 0; i < CHOSEN; i++)
		ck_assert_uint_eq(pass(0, chosen[i], STATION_A), 2u << i % 2);
}
END_TEST

START_TEST(the_key_is_odd)
{
	bridge_init(&bridge, 1500, 2);
	ck_assert_uint_eq(bridge.key, 3);
}
END_TEST

/* Sends n frames in at port 0 at once, to every destination in turn; marked 0, 1, 2… */
static void pass_many(unsigned n, const uint64_t *to, unsigned n_to)
{
	static uint8_t buffers[4 * PORT_BATCH][BUFFER];
	struct frame frames[4 * PORT_BATCH];

	for (unsigned i = 0; i < n; i++)
		frames[i] = make_frame(buffers[i], to[i % n_to], STATION_A, 100, i);
	bridge_input(&bridge, &recorders[0].port, frames, n);
}

/* Port 0 is the uplink. */
START_TEST(isolated_guests_reach_the_uplink_only)
{
	make_bridge(1500);
	bridge.isolated = true;
	recorders[0].port.uplink = true;
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_B), 1);
	ck_assert_uint_eq(pass(2, MULTICAST, STATION_C), 1);
	ck_assert_uint_eq(pass(1, STATION_C, STATION_B), 0);
	ck_assert_uint_eq(pass(1, STATION_A, STATION_B), 1);
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_A), 6);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_A), 4);
	ck_assert_uint_eq(pass(2, STATION_A, STATION_C), 1);
}
END_TEST

/* Port 0 is the uplink. One port alone is isolated, for as long as its peer is there. */
START_TEST(an_isolated_port_reaches_the_uplink_only)
{
	make_bridge(1500);
	recorders[0].port.uplink = true;
	bridge_note(&bridge, &recorders[2].port, true);
	bridge_isolate(&bridge, &recorders[2].port, true);
	bridge_isolate(&bridge, &recorders[2].port, true);
	ck_assert_uint_eq(bridge.n_isolated, 1);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_B), 1);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_C), 1);
	ck_assert_uint_eq(pass(1, STATION_C, STATION_B), 0);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_A), 4);
	ck_assert_uint_eq(pass(2, STATION_A, STATION_C), 1);
	bridge_note(&bridge, &recorders[2].port, false);
	ck_assert_uint_eq(bridge.n_isolated, 0);
	ck_assert_uint_eq(pass(1, STATION_C, STATION_B), 4);
}
END_TEST

/* Likewise, where other guests are behind the uplink: it speaks to STATION_A there alone. */
START_TEST(an_isolated_port_reaches_nobody_beside_the_host)
{
	make_bridge(1500);
	bridge.host = STATION_A;
	recorders[0].port.uplink = true;
	bridge_note(&bridge, &recorders[2].port, true);
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_D), 6);
	ck_assert_uint_eq(pass(2, STATION_D, STATION_C), 1);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_D), 4);
	bridge_isolate(&bridge, &recorders[2].port, true);
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_D), 2);
	ck_assert_uint_eq(pass(2, STATION_D, STATION_C), 0);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_D), 0);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_C), 1);
	ck_assert_uint_eq(pass(2, STATION_A, STATION_C), 1);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_A), 4);
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_A), 6);
	ck_assert_uint_eq(pass(1, STATION_D, STATION_B), 1);
}
END_TEST

static unsigned n_came, n_went;

static void count_notes(struct bridge *of, const struct port *port, bool there)
{
	ck_assert_ptr_eq(of, &bridge);
	ck_assert_ptr_eq(port, &recorders[1].port);
	n_came += there;
	n_went += !there;
}

/* What comes in its place has another number. */
START_TEST(peers_come_and_go)
{
	struct port *port = &recorders[1].port;
	uint64_t number;

	make_bridge(1500);
	bridge.noted = count_notes;
	number = port->number;
	bridge_note(&bridge, port, true);
	bridge_note(&bridge, port, true);
	ck_assert_uint_eq(n_came, 1);
	bridge_remove(&bridge, port);
	ck_assert_uint_eq(n_went, 1);
	ck_assert_int_eq(bridge_add(&bridge, port), 0);
	ck_assert_uint_eq(port->index, 1);
	ck_assert_uint_ne(port->number, number);
	ck_assert_uint_ne(port->number, recorders[0].port.number);
	ck_assert_uint_ne(port->number, recorders[2].port.number);
	ck_assert_uint_eq(n_came, 1);
}
END_TEST

START_TEST(addresses_of_a_port_are_listed)
{
	uint64_t macs[2] = {0};

	make_bridge(1500);
	recorders[0].port.uplink = true;
	pass(0, BROADCAST, STATION_A);
	pass(1, BROADCAST, STATION_B);
	pass(1, BROADCAST, STATION_C);
	pass(2, BROADCAST, STATION_D);
	ck_assert_uint_eq(bridge_list(&bridge, &recorders[1].port, macs, 2), 2);
	ck_assert_uint_eq(macs[0] + macs[1], STATION_B + STATION_C);
	ck_assert_uint_eq(bridge_list(&bridge, &recorders[1].port, macs, 1), 2);
	ck_assert_uint_eq(bridge_list(&bridge, NULL, NULL, 0), 3);
	age_all(BRIDGE_MAC_AGE + 1);
	ck_assert_uint_eq(bridge_list(&bridge, &recorders[1].port, macs, 2), 0);
}
END_TEST

/* Port 0 is the uplink. What lives at a port stays there, however long it is silent, until the port
 * is gone. */
START_TEST(isolated_addresses_stay_at_their_ports)
{
	const uint64_t *dropped = recorders[2].port.counters.dropped_in;

	make_bridge(1500);
	bridge.isolated = true;
	recorders[0].port.uplink = true;
	pass(1, BROADCAST, STATION_B);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_B), 0);
	ck_assert_uint_eq(dropped[PORT_DROP_MOVED], 1);
	ck_assert_uint_eq(recorders[2].port.counters.frames_in, 0);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_A), 2);
	age_all(10 * BRIDGE_MAC_AGE);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_B), 0);
	ck_assert_uint_eq(dropped[PORT_DROP_MOVED], 2);
	/* The uplink cannot take it either; but what lived there may be a guest now. */
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_B), 0);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_A), 1);
	/* Its emulator is gone: another may be it, at once. */
	bridge_forget(&bridge, &recorders[1].port);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_B), 1);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_D), 4);
}
END_TEST

/* Its own silent addresses make room for its new ones; those of others do not. */
START_TEST(isolated_ports_give_up_their_own_addresses_only)
{
	make_bridge(1500);
	bridge.isolated = true;
	recorders[0].port.uplink = true;
	pass(1, BROADCAST, STATION_B);
	for (unsigned i = 0; i < SHARE + 100; i++)
		pass(2, BROADCAST, FIRST_SOURCE + i);
	ck_assert_uint_le(bridge.learned[2], SHARE);
	age_all(BRIDGE_MAC_AGE + 1);
	bridge.swept[2] = 0;
	for (unsigned i = 0; i < SHARE; i++)
		pass(2, BROADCAST, 2 * FIRST_SOURCE + i);
	ck_assert_uint_gt(bridge.learned[2], SHARE / 2);
	ck_assert_ptr_nonnull(find_entry(STATION_B));
	ck_assert_uint_eq(find_entry(STATION_B)->port, 1);
}
END_TEST

static unsigned n_forgotten, n_overheard;

static void count_forgotten(struct bridge_filter *filter, const struct port *port)
{
	(void)filter;
	n_forgotten += port == &recorders[1].port;
}

static void count_overheard(struct bridge_filter *filter, struct bridge *of,
			    const struct frame *frame)
{
	(void)filter;
	(void)of;
	n_overheard += frame->size > 0;
}

static unsigned n_sent_up;

static void send_up(struct bridge_filter *filter, const struct port *from, struct port *uplink)
{
	(void)filter;
	ck_assert(!from->uplink && uplink->uplink);
	uplink->ops->send(uplink, uplink->queued, uplink->n_queued);
	n_sent_up += uplink->n_queued;
}

static unsigned n_judged;

static enum port_drop count_judged(struct bridge_filter *filter, struct port *port,
				   const struct frame *frame)
{
	(void)filter;
	(void)port;
	(void)frame;
	n_judged++;
	return PORT_DROPS;
}

/* It remembers what passes it. */
START_TEST(a_filter_is_not_asked_of_what_is_dropped_all_the_same)
{
	struct bridge_filter filter = {.judge = count_judged,
				       .overhear = count_overheard,
				       .send = send_up,
				       .forget = count_forgotten};

	make_bridge(1500);
	bridge.filter = &filter;
	bridge.isolated = true;
	recorders[0].port.uplink = true;
	pass(1, BROADCAST, STATION_B);
	ck_assert_uint_eq(n_judged, 1);
	pass(2, BROADCAST, STATION_B);
	ck_assert_uint_eq(n_judged, 1);
	bridge.filter = NULL;
}
END_TEST

static enum port_drop drop_from_b(struct bridge_filter *filter, struct port *port,
				  const struct frame *frame)
{
	(void)filter;
	ck_assert_ptr_eq(port, &recorders[1].port);
	return frame_source(frame) == STATION_B ? PORT_DROP_GATEWAY : PORT_DROPS;
}

START_TEST(a_filter_judges_guests_before_they_are_learned)
{
	static struct bridge_filter filter = {.judge = drop_from_b,
					      .overhear = count_overheard,
					      .send = send_up,
					      .forget = count_forgotten};

	make_bridge(1500);
	bridge.filter = &filter;
	recorders[0].port.uplink = true;
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_B), 0);
	ck_assert_uint_eq(bridge.learned[1], 0);
	ck_assert_uint_eq(recorders[1].port.counters.dropped_in[PORT_DROP_GATEWAY], 1);
	ck_assert_uint_eq(recorders[1].port.counters.frames_in, 0);
	n_sent_up = 0;
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_A), 5);
	ck_assert_uint_eq(n_sent_up, 1);
	ck_assert_uint_eq(n_overheard, 0);
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_B), 6);
	ck_assert_uint_eq(n_sent_up, 1);
	ck_assert_uint_eq(n_overheard, 1);
	bridge_forget(&bridge, &recorders[1].port);
	ck_assert_uint_eq(n_forgotten, 1);
}
END_TEST

START_TEST(order_is_kept_at_every_port)
{
	static const uint64_t to[] = {STATION_B, BROADCAST, STATION_C, STATION_B};

	make_bridge(1500);
	pass(1, BROADCAST, STATION_B);
	pass(2, BROADCAST, STATION_C);
	recorders[0].n = recorders[1].n = recorders[2].n = 0;
	pass_many(PORT_BATCH, to, UNIT_COUNT(to));
	ck_assert_uint_eq(recorders[0].n, 0);
	ck_assert_uint_eq(recorders[1].n, PORT_BATCH * 3 / 4);
	ck_assert_uint_eq(recorders[2].n, PORT_BATCH / 2);
	for (unsigned port = 1; port < PORTS; port++) {
		for (unsigned i = 1; i < recorders[port].n; i++)
			ck_assert_uint_lt(recorders[port].marks[i - 1], recorders[port].marks[i]);
	}
}
END_TEST

START_TEST(more_than_a_batch_is_sent_in_batches)
{
	static const uint64_t to[] = {STATION_B};
	const unsigned n = 2 * PORT_BATCH + 1;

	make_bridge(1500);
	pass(1, STATION_A, STATION_B);
	pass_many(n, to, 1);
	ck_assert_uint_eq(recorders[1].n, n);
	ck_assert_uint_eq(recorders[1].largest, PORT_BATCH);
	for (unsigned i = 0; i < n; i++)
		ck_assert_uint_eq(recorders[1].marks[i], i);
	ck_assert_uint_eq(recorders[1].port.n_queued, 0);
}
END_TEST

static const struct {
	unsigned mtu;
	uint32_t size;
	bool tagged;
	int drop; /* PORT_DROP_*, or -1: passes */
} limits[] = {
	{1500, 0, false, PORT_DROP_SHORT},
	{1500, 13, false, PORT_DROP_SHORT},
	{1500, 14, false, -1},
	{1500, 60, false, -1},
	{1500, 1514, false, -1},
	{1500, 1515, false, PORT_DROP_LONG},
	{1500, 1518, false, PORT_DROP_LONG},
	{1500, 1515, true, -1},
	{1500, 1518, true, -1},
	{1500, 1519, true, PORT_DROP_LONG},
	{576, 590, false, -1},
	{576, 591, false, PORT_DROP_LONG},
	{576, 594, true, -1},
	{576, 595, true, PORT_DROP_LONG},
};

START_TEST(frames_outside_the_limits_are_counted_and_dropped)
{
	static uint8_t buffer[BUFFER];
	struct frame frame =
		make_frame(buffer, BROADCAST, STATION_A, limits[_i].size, limits[_i].size);
	const struct port_counters *in = &recorders[0].port.counters;
	bool passes = limits[_i].drop < 0;

	make_bridge(limits[_i].mtu);
	if (limits[_i].tagged)
		memcpy(buffer + 12, "\x81\x00", 2);
	bridge_input(&bridge, &recorders[0].port, &frame, 1);
	ck_assert_uint_eq(recorders[1].n, passes);
	ck_assert_uint_eq(recorders[2].n, passes);
	ck_assert_uint_eq(in->frames_in, passes);
	ck_assert_uint_eq(in->bytes_in, passes ? limits[_i].size : 0);
	ck_assert_uint_eq(bridge.learned[0], passes);
	for (int drop = 0; drop < PORT_DROPS; drop++)
		ck_assert_uint_eq(in->dropped_in[drop], drop == limits[_i].drop);
}
END_TEST

START_TEST(a_dropped_frame_does_not_stop_its_batch)
{
	static uint8_t buffers[3][BUFFER];
	static const uint32_t sizes[] = {100, 9, 200};
	struct frame frames[3];

	make_bridge(1500);
	for (unsigned i = 0; i < 3; i++)
		frames[i] = make_frame(buffers[i], BROADCAST, STATION_A, sizes[i], i);
	bridge_input(&bridge, &recorders[0].port, frames, 3);
	ck_assert_uint_eq(recorders[1].n, 2);
	ck_assert_uint_eq(recorders[1].marks[1], 2);
	ck_assert_uint_eq(recorders[0].port.counters.dropped_in[PORT_DROP_SHORT], 1);
}
END_TEST

START_TEST(a_short_frame_leaves_padded_with_zeros)
{
	static const uint8_t zeros[FRAME_MIN];
	static uint8_t buffer[BUFFER];
	struct frame frame = make_frame(buffer, BROADCAST, STATION_A, FRAME_HEADER, 0xffffffff);

	make_bridge(1500);
	bridge_input(&bridge, &recorders[0].port, &frame, 1);
	ck_assert_uint_eq(recorders[1].sizes[0], FRAME_MIN);
	ck_assert_mem_eq(recorders[1].last + FRAME_HEADER, zeros, FRAME_MIN - FRAME_HEADER);
}
END_TEST

/* Ports 1 and 2 are two sides of a NIC; 1 is its wire. */
static void make_twins(void)
{
	make_bridge(1500);
	recorders[1].port.twin = &recorders[2].port;
	recorders[2].port.twin = &recorders[1].port;
	recorders[1].port.echoes = true;
}

START_TEST(nothing_passes_between_twins)
{
	make_twins();
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_A), 1 << 1 | 1 << 2);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_B), 1 << 0);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_C), 1 << 0);
	ck_assert_uint_eq(pass(1, STATION_C, STATION_B), 0);
	ck_assert_uint_eq(pass(2, STATION_B, STATION_C), 0);
	ck_assert_uint_eq(pass(0, STATION_B, STATION_A), 1 << 1);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_A), 1 << 2);
}
END_TEST

START_TEST(what_comes_in_again_is_not_passed_on)
{
	make_twins();
	pass(0, BROADCAST, STATION_A);
	pass(2, BROADCAST, STATION_C);
	pass(0, BROADCAST, STATION_D);
	ck_assert_uint_eq(pass(1, STATION_B, STATION_A), 0);
	ck_assert_uint_eq(pass(1, STATION_C, STATION_A), 0);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_A), 0);
	ck_assert_uint_eq(pass(1, MULTICAST, STATION_C), 0);
	ck_assert_uint_eq(find_entry(STATION_A)->port, 0);
	/* Who moved to the LAN is believed by what it sends to one. */
	ck_assert_uint_eq(pass(1, STATION_D, STATION_A), 1 << 0);
	ck_assert_uint_eq(find_entry(STATION_A)->port, 1);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_A), 1 << 0);
}
END_TEST

/* As one that moved to the LAN says first of all; or whose address a guest had used. */
START_TEST(what_comes_in_later_is_nothing_that_went_out)
{
	make_twins();
	pass(0, BROADCAST, STATION_A);
	pass(2, BROADCAST, STATION_C);
	age_all(1);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_A), 0);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_C), 0);
	age_all(2);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_A), 1 << 0);
	ck_assert_uint_eq(pass(1, BROADCAST, STATION_C), 1 << 0);
	ck_assert_uint_eq(find_entry(STATION_A)->port, 1);
}
END_TEST

START_TEST(a_pinned_address_is_at_its_port_whoever_claims_it)
{
	make_twins();
	pass(0, BROADCAST, STATION_C);
	bridge_pin(&bridge, &recorders[2].port, STATION_C);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_A), 1 << 2);
	ck_assert_uint_eq(pass(0, BROADCAST, STATION_C), 0);
	ck_assert_uint_eq(recorders[0].port.counters.dropped_in[PORT_DROP_BARRED], 1);
	ck_assert_uint_eq(pass(2, BROADCAST, STATION_C), 1 << 0);
	ck_assert_uint_eq(pass(0, STATION_C, STATION_A), 1 << 2);
	ck_assert_ptr_null(find_entry(STATION_C));
}
END_TEST

START_TEST(guests_are_listed_and_changes_are_noticed)
{
	uint64_t macs[2];
	unsigned changes;

	make_twins();
	ck_assert_uint_eq(bridge_list_others(&bridge, &recorders[1].port, macs, 2), 0);
	pass(0, BROADCAST, STATION_A);
	pass(1, BROADCAST, STATION_B);
	pass(2, BROADCAST, STATION_C);
	ck_assert_uint_eq(bridge_list_others(&bridge, &recorders[1].port, macs, 2), 1);
	ck_assert_uint_eq(macs[0], STATION_A);
	changes = bridge.changes;
	pass(0, BROADCAST, STATION_A);
	ck_assert_uint_eq(bridge.changes, changes);
	pass(0, BROADCAST, FIRST_SOURCE);
	pass(0, BROADCAST, FIRST_SOURCE + 1);
	ck_assert_uint_ne(bridge.changes, changes);
	ck_assert_uint_eq(bridge_list_others(&bridge, &recorders[1].port, macs, 2), 3);
	age_all(BRIDGE_MAC_AGE + 1);
	ck_assert_uint_eq(bridge_list_others(&bridge, &recorders[1].port, macs, 2), 0);
	changes = bridge.changes;
	bridge_forget(&bridge, &recorders[0].port);
	ck_assert_uint_ne(bridge.changes, changes);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(ports_are_numbered_as_added),
		UNIT_TEST(a_port_that_left_is_forgotten_and_its_slot_used_again),
		UNIT_TEST(more_ports_than_there_is_room_for_are_refused),
		UNIT_TEST(unknown_destination_goes_everywhere_else),
		UNIT_TEST(learned_destination_gets_it_alone),
		UNIT_TEST(destination_at_the_same_port_is_filtered),
		UNIT_TEST(multicast_goes_everywhere_else),
		UNIT_TEST(multicast_source_is_not_learned),
		UNIT_TEST(zero_source_is_not_learned),
		UNIT_TEST(station_that_moves_is_followed),
		UNIT_TEST(entry_of_full_age_still_counts),
		UNIT_TEST(entry_over_age_is_forgotten),
		UNIT_TEST(traffic_keeps_an_entry_young),
		UNIT_TEST(aged_station_is_learned_again),
		UNIT_TEST(a_flood_of_sources_stays_in_its_ports_share),
		UNIT_TEST(a_port_learns_again_when_its_flood_has_aged),
		UNIT_TEST(a_full_port_keeps_its_fresh_entries),
		UNIT_TEST(station_that_moves_to_a_full_port_is_flooded),
		UNIT_TEST(a_forgotten_port_has_its_share_again),
		UNIT_TEST(forget_leaves_other_ports_alone),
		UNIT_TEST(addresses_that_collide_with_one_key_do_not_with_another),
		UNIT_TEST(addresses_that_collide_are_told_apart),
		UNIT_TEST(the_key_is_odd),
		UNIT_TEST(isolated_guests_reach_the_uplink_only),
		UNIT_TEST(an_isolated_port_reaches_the_uplink_only),
		UNIT_TEST(an_isolated_port_reaches_nobody_beside_the_host),
		UNIT_TEST(peers_come_and_go),
		UNIT_TEST(addresses_of_a_port_are_listed),
		UNIT_TEST(isolated_addresses_stay_at_their_ports),
		UNIT_TEST(isolated_ports_give_up_their_own_addresses_only),
		UNIT_TEST(a_filter_judges_guests_before_they_are_learned),
		UNIT_TEST(a_filter_is_not_asked_of_what_is_dropped_all_the_same),
		UNIT_TEST(order_is_kept_at_every_port),
		UNIT_TEST(more_than_a_batch_is_sent_in_batches),
		UNIT_CASES(frames_outside_the_limits_are_counted_and_dropped, limits),
		UNIT_TEST(a_dropped_frame_does_not_stop_its_batch),
		UNIT_TEST(nothing_passes_between_twins),
		UNIT_TEST(what_comes_in_again_is_not_passed_on),
		UNIT_TEST(what_comes_in_later_is_nothing_that_went_out),
		UNIT_TEST(a_pinned_address_is_at_its_port_whoever_claims_it),
		UNIT_TEST(guests_are_listed_and_changes_are_noticed),
		UNIT_TEST(a_short_frame_leaves_padded_with_zeros),
	};

	return unit_run("bridge", tests, UNIT_COUNT(tests));
}
