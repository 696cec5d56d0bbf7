// SPDX-License-Identifier: GPL-2.0-or-later
/* Which fragments count: those that a bridge of the host may get. */
#include "admission.h"

#include <arpa/inet.h>

#include "checksum.h"
#include "unit.h"

enum { UPLINK, GUEST, OTHER, PORTS, SIZE = 1480, DATAGRAMS = 1000, MANY = BRIDGE_MACS };

#define KEY	  0x9e3779b97f4a7c15u
#define GUEST_MAC 0x02000000000au
#define OTHER_MAC 0x02000000000bu
#define NOBODY	  0x02000000000cu
#define GROUP	  0x01005e000001u

static struct bridge bridge;
static struct port ports[PORTS];
static struct admission admission;
static unsigned n_sent; /* to the uplink */

static void send_frames(struct port *port, const struct frame *frames, unsigned n)
{
	(void)frames;
	n_sent += port->uplink ? n : 0;
}

static void make(bool bridged)
{
	static const struct port_ops ops = {.send = send_frames};
	const struct siphash_key key = {{1, 2}};

	bridge_init(&bridge, 1500, KEY);
	admission = (struct admission){.bridged = bridged};
	admission_init(&admission, &key, 0);
	bridge.filter = &admission.filter;
	for (unsigned i = 0; i < PORTS; i++) {
		ports[i] = (struct port){.ops = &ops, .uplink = i == UPLINK};
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
	}
	n_sent = 0;
}

static void write_mac(uint8_t *data, uint64_t mac)
{
	for (int i = 0; i < MAC_SIZE; i++)
		data[i] = (uint8_t)(mac >> 8 * (MAC_SIZE - 1 - i));
}

/* The first fragment of a datagram with that identification. */
static void begin(unsigned at, uint64_t from, uint64_t to, unsigned id)
{
	static uint8_t memory[FRAME_HEADER + 20 + SIZE];
	const uint16_t words[] = {htons(0x4500), htons(20 + SIZE), htons((uint16_t)id),
				  htons(0x2000)};
	struct frame frame = {.data = memory, .size = sizeof(memory)};
	uint16_t sum;

	memset(memory, 0, sizeof(memory));
	write_mac(memory, to);
	write_mac(memory + MAC_SIZE, from);
	memory[12] = 0x08;
	memcpy(memory + 14, words, sizeof(words));
	memcpy(memory + 22, "\x40\x11\0\0\xc0\xa8\x69\x09\xc0\xa8\x69\x01", 12);
	sum = (uint16_t)~checksum_fold(checksum_add(0, memory + 14, 20));
	memcpy(memory + 24, &sum, 2);
	bridge_input(&bridge, &ports[at], &frame, 1);
}

/* Frames that are no fragments, from so many addresses. */
static void speak(unsigned at, uint64_t from, unsigned n)
{
	uint8_t memory[FRAME_MIN] = {[12] = 0x88, [13] = 0xb5};
	struct frame frame = {.data = memory, .size = sizeof(memory)};

	for (unsigned i = 0; i < n; i++) {
		write_mac(memory, GROUP);
		write_mac(memory + MAC_SIZE, from + i);
		bridge_input(&bridge, &ports[at], &frame, 1);
	}
	n_sent = 0;
}

/* How many datagrams that the guest began to send there were let through. */
static unsigned begun(uint64_t to)
{
	const struct port_counters *counters = &ports[GUEST].counters;
	uint64_t before = counters->frames_in;

	for (unsigned i = 0; i < DATAGRAMS; i++)
		begin(GUEST, GUEST_MAC, to, i);
	return (unsigned)(counters->frames_in - before);
}

static const uint64_t flooded[] = {NOBODY, GROUP, 0xffffffffffffu};

START_TEST(those_to_a_bridge_count_whoever_they_are_for)
{
	make(true);
	ck_assert_uint_lt(begun(flooded[_i]), DATAGRAMS / 2);
	ck_assert_uint_gt(ports[GUEST].counters.dropped_in[PORT_DROP_FRAGMENTS], 0);
}
END_TEST

START_TEST(those_to_what_is_behind_the_bridge_count)
{
	make(true);
	speak(UPLINK, OTHER_MAC, 1);
	ck_assert_uint_lt(begun(OTHER_MAC), DATAGRAMS / 2);
}
END_TEST

START_TEST(those_to_another_guest_do_not)
{
	make(true);
	speak(OTHER, OTHER_MAC, 1);
	ck_assert_uint_eq(begun(OTHER_MAC), DATAGRAMS);
	ck_assert_uint_eq(n_sent, 0);
}
END_TEST

START_TEST(without_a_bridge_none_do)
{
	make(false);
	ck_assert_uint_eq(begun(NOBODY), DATAGRAMS);
}
END_TEST

/* The bridge forgets where an address was that moves to a port without room, and floods. */
START_TEST(those_to_ones_own_address_count)
{
	unsigned sent = 0;

	make(true);
	speak(GUEST, 0x020000100000u, MANY);
	for (unsigned i = 0; i < DATAGRAMS; i++) {
		speak(OTHER, OTHER_MAC, 1);
		begin(GUEST, OTHER_MAC, OTHER_MAC, i);
		sent += n_sent;
	}
	ck_assert_uint_gt(sent, 0);
	ck_assert_uint_lt(sent, DATAGRAMS / 2);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(those_to_a_bridge_count_whoever_they_are_for, flooded),
		UNIT_TEST(those_to_what_is_behind_the_bridge_count),
		UNIT_TEST(those_to_another_guest_do_not),
		UNIT_TEST(without_a_bridge_none_do),
		UNIT_TEST(those_to_ones_own_address_count),
	};

	return unit_run("admission", tests, UNIT_COUNT(tests));
}
