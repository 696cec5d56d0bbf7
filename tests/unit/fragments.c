// SPDX-License-Identifier: GPL-2.0-or-later
/* What guests hold of the host's memory for fragments. */
#include "fragments.h"

#include <arpa/inet.h>

#include "checksum.h"
#include "dissected.h"
#include "unit.h"

enum { SIZE = 1480, PORT = 3, TIME4 = 30, TIME6 = 60 };

static const struct siphash_key key = {{1, 2}};
static struct fragments fragments;
static uint8_t memory[2048];
static struct frame frame;

/* A fragment of the datagram with that identification; offset in bytes. */
static enum fragments_verdict say(unsigned port, unsigned id, unsigned offset, unsigned size,
				  bool more, uint32_t now)
{
	const uint16_t words[] = {htons(0x4500), htons((uint16_t)(20 + size)), htons((uint16_t)id),
				  htons((uint16_t)(offset / 8 | (more ? 0x2000 : 0)))};
	uint16_t sum;

	memset(memory, 0, sizeof(memory));
	memcpy(memory, "\x02\0\0\0\0\x01\x02\0\0\0\0\x09\x08\0", 14);
	memcpy(memory + 14, words, sizeof(words));
	memcpy(memory + 22, "\x40\x11\0\0\xc0\xa8\x69\x09\xc0\xa8\x69\x01", 12);
	sum = (uint16_t)~checksum_fold(checksum_add(0, memory + 14, 20));
	memcpy(memory + 24, &sum, 2);
	frame = (struct frame){.data = memory, .size = 34 + size};
	return fragments_judge(&fragments, port, dissected(&frame), now);
}

static enum fragments_verdict say6(unsigned id, unsigned offset, unsigned size, bool more,
				   uint32_t now)
{
	uint16_t word = htons((uint16_t)(offset | (more ? 1 : 0)));
	uint16_t length = htons((uint16_t)(8 + size));
	uint32_t name = htonl(id);

	memset(memory, 0, sizeof(memory));
	memcpy(memory, "\x02\0\0\0\0\x01\x02\0\0\0\0\x09\x86\xdd\x60", 15);
	memcpy(memory + 18, &length, 2);
	memcpy(memory + 20, "\x2c\x40\xfe\x80", 4);
	memory[54] = 17;
	memcpy(memory + 56, &word, 2);
	memcpy(memory + 58, &name, 4);
	frame = (struct frame){.data = memory, .size = 62 + size};
	return fragments_judge(&fragments, PORT, dissected(&frame), now);
}

static void begin(void)
{
	fragments_init(&fragments, &key);
}

/* How many datagrams can be begun at a port before it is full. */
static unsigned fill(unsigned port, unsigned first, uint32_t now)
{
	unsigned n = 0;

	while (n < 10000 && say(port, first + n, 0, SIZE, true, now) == FRAGMENTS_PASS)
		n++;
	return n;
}

START_TEST(what_is_whole_is_free)
{
	begin();
	for (unsigned i = 0; i < 100000; i++) {
		ck_assert_int_eq(say(PORT, i & 0xffff, 0, SIZE, true, 0), FRAGMENTS_PASS);
		ck_assert_int_eq(say(PORT, i & 0xffff, SIZE, SIZE, true, 0), FRAGMENTS_PASS);
		ck_assert_int_eq(say(PORT, i & 0xffff, 2 * SIZE, 7, false, 0), FRAGMENTS_PASS);
		ck_assert_int_eq(say6(i, 0, SIZE, true, 0), FRAGMENTS_PASS);
		ck_assert_int_eq(say6(i, SIZE, 9, false, 0), FRAGMENTS_PASS);
	}
	ck_assert_uint_eq(fragments.families[0].held, 0);
	ck_assert_uint_eq(fragments.families[1].held, 0);
}
END_TEST

START_TEST(what_is_not_finished_has_a_bound)
{
	unsigned n;

	begin();
	n = fill(PORT, 0, 0);
	ck_assert_uint_ge(n, 100);
	ck_assert_uint_le(n * (SIZE + 34), FRAGMENTS_PORT_BUDGET);
	/* Another port has its own part, */
	ck_assert_uint_gt(fill(PORT + 1, 1000, 0), 50);
	/* and all together have no more than the budget. */
	fill(PORT + 2, 2000, 0);
	fill(PORT + 3, 3000, 0);
	ck_assert_uint_le(fragments.families[0].held, FRAGMENTS_BUDGET);
	/* The kernel gives up what is old. */
	ck_assert_int_eq(say(PORT, 9000, 0, SIZE, true, TIME4), FRAGMENTS_FULL);
	ck_assert_int_eq(say(PORT, 9000, 0, SIZE, true, TIME4 + 1), FRAGMENTS_PASS);
	ck_assert_uint_lt(fragments.families[0].held, 2 * SIZE + 4096);
}
END_TEST

START_TEST(two_in_league_leave_a_third_its_part)
{
	begin();
	fill(PORT, 0, 0);
	fill(PORT + 1, 1000, 0);
	ck_assert_uint_ge(fill(PORT + 2, 2000, 0), 44); /* a datagram of 64 KiB */
	ck_assert_uint_ge(fill(PORT + 3, 3000, 0), 20);
	ck_assert_uint_ge(fill(PORT + 4, 4000, 0), 8);
}
END_TEST

START_TEST(two_in_league_cannot_share_a_datagram)
{
	begin();
	for (unsigned i = 0; i < 1000; i++)
		say(PORT + i % 2, 1, 0, SIZE, true, 0);
	ck_assert_uint_le(fragments.families[0].held, FRAGMENTS_PORT_BUDGET);
	ck_assert_uint_ge(fill(PORT + 2, 1000, 0), 2 * 44);
}
END_TEST

START_TEST(the_next_at_a_port_may_begin_two_datagrams)
{
	begin();
	fill(PORT, 0, 0);
	fragments_forget(&fragments, PORT);
	ck_assert_uint_ge(fill(PORT, 1000, 0), 44);
	ck_assert_uint_ge(fill(PORT + 1, 2000, 0), 44);
	/* What was left is given up in its time. */
	ck_assert_uint_ge(fill(PORT, 3000, TIME4 + 1), 100);
}
END_TEST

START_TEST(coming_again_brings_no_new_budget)
{
	begin();
	for (unsigned i = 0; i < 20; i++) {
		fill(PORT, 1000 * i, 0);
		/* Nor is what was left more of it at half the price. */
		for (unsigned n = 0; n < 100; n++)
			say(PORT, 0, 0, SIZE, true, 0);
		fragments_forget(&fragments, PORT);
	}
	ck_assert_uint_le(fragments.families[0].held, FRAGMENTS_BUDGET / 3 * 2);
	ck_assert_uint_ge(fill(PORT + 1, 0x8000, 0), 44);
}
END_TEST

START_TEST(families_have_memories_of_their_own)
{
	unsigned n = 0;

	begin();
	fill(PORT, 0, 0);
	while (say6(n, 0, SIZE, true, 0) == FRAGMENTS_PASS)
		n++;
	ck_assert_uint_gt(n, 100);
	ck_assert_uint_lt(n, 500);
	ck_assert_int_eq(say6(9000, 0, SIZE, true, TIME6), FRAGMENTS_FULL);
	ck_assert_int_eq(say6(9000, 0, SIZE, true, TIME6 + 1), FRAGMENTS_PASS);
}
END_TEST

START_TEST(what_only_looks_finished_is_not)
{
	begin();
	/* A hole, */
	say(PORT, 1, 0, SIZE, true, 0);
	say(PORT, 1, 2 * SIZE, SIZE, false, 0);
	/* one part twice, */
	say(PORT, 2, 0, SIZE, true, 0);
	say(PORT, 2, 0, SIZE, true, 0);
	say(PORT, 2, SIZE, SIZE, false, 0);
	/* a part whose odd bytes the kernel cuts off, */
	say(PORT, 3, 0, SIZE - 1, true, 0);
	say(PORT, 3, SIZE - 1, SIZE, false, 0);
	/* the last one first. */
	say(PORT, 4, SIZE, SIZE, false, 0);
	say(PORT, 4, 0, SIZE, true, 0);
	ck_assert_uint_ge(fragments.families[0].held, 9 * SIZE);
}
END_TEST

START_TEST(what_the_kernel_drops_finishes_nothing)
{
	begin();
	say(PORT, 1, 0, SIZE, true, 0);
	/* A false checksum, a length beyond the frame, a header that is too short. */
	say(PORT, 9, SIZE, SIZE, false, 0);
	memory[19] = 1;
	ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0), FRAGMENTS_BAD);
	say(PORT, 9, SIZE, SIZE, false, 0);
	frame.size--;
	ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0), FRAGMENTS_BAD);
	memory[14] = 0x44;
	ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0), FRAGMENTS_BAD);
	/* A packet of no version, with a checksum that is right. */
	say(PORT, 9, SIZE, SIZE, false, 0);
	memory[14] = 0x55;
	memory[24] -= 0x10;
	ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0), FRAGMENTS_BAD);
	/* Of another Ethernet address, or to another: the same datagram for nobody else. */
	say(PORT, 9, SIZE, SIZE, false, 0);
	fragments.families[0] = (struct fragments_family){0};
	say(PORT, 1, 0, SIZE, true, 0);
	say(PORT, 1, SIZE, SIZE, false, 0);
	ck_assert_uint_eq(fragments.families[0].held, 0);
	say(PORT, 1, 0, SIZE, true, 0);
	memory[0] = 0xff;
	memory[6] = 0x06;
	fragments_judge(&fragments, PORT, dissected(&frame), 0);
	say(PORT, 1, SIZE, SIZE, false, 0);
	ck_assert_uint_eq(fragments.families[0].held, frame.size + 1024);
}
END_TEST

static const struct {
	unsigned protocol, size; /* of the first part */
} short_headers[] = {{6, 16}, {58, 0}, {17, 0}, {0, 8}, {60, 8}};

/* The kernel does not keep such a first part, but those that follow it. */
START_TEST(a_first_part_has_its_headers_whole)
{
	begin();
	say6(1, 0, short_headers[_i].size, true, 0);
	memory[54] = (uint8_t)short_headers[_i].protocol;
	memory[63] = 1; /* extension header: of 16 bytes */
	ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0), FRAGMENTS_BAD);
}
END_TEST

START_TEST(no_datagram_ends_behind_the_end_of_all)
{
	begin();
	ck_assert_int_eq(say6(1, 65528, 7, false, 0), FRAGMENTS_PASS);
	ck_assert_int_eq(say6(1, 65528, 8, false, 0), FRAGMENTS_BAD);
	ck_assert_int_eq(say6(1, 65528, 8, true, 0), FRAGMENTS_BAD);
	ck_assert_int_eq(say(PORT, 1, 65528, 7, false, 0), FRAGMENTS_PASS);
	ck_assert_int_eq(say(PORT, 1, 65528, 8, false, 0), FRAGMENTS_BAD);
	/* Another version than it says is nothing for the kernel, and finishes nothing. */
	say6(2, 0, SIZE, true, 0);
	say6(3, SIZE, SIZE, false, 0);
	memory[14] = 0x50;
	fragments.families[1] = (struct fragments_family){0};
	ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0), FRAGMENTS_PASS);
	ck_assert_uint_eq(fragments.families[1].held, 0);
}
END_TEST

START_TEST(behind_extension_headers_none_is_finished)
{
	begin();
	for (unsigned i = 0; i < 2; i++) {
		say6(1, i == 0 ? 0 : SIZE, SIZE, i == 0, 0);
		/* Destination options before it. */
		memmove(memory + 62, memory + 54, SIZE + 8);
		memcpy(memory + 54, "\x2c\0\x01\x04\0\0\0\0", 8);
		memory[20] = 60;
		memory[18] += 8;
		frame.size += 8;
		fragments.families[1] = (struct fragments_family){0};
		ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0),
				 FRAGMENTS_PASS);
		ck_assert_uint_gt(fragments.families[1].held, SIZE);
	}
}
END_TEST

START_TEST(what_is_no_fragment_costs_nothing)
{
	begin();
	ck_assert_int_eq(say(PORT, 1, 0, SIZE, false, 0), FRAGMENTS_PASS);
	ck_assert_int_eq(say6(1, 0, SIZE, false, 0), FRAGMENTS_PASS);
	memcpy(memory + 12, "\x08\x06", 2);
	ck_assert_int_eq(fragments_judge(&fragments, PORT, dissected(&frame), 0), FRAGMENTS_PASS);
	/* Cut short anywhere, it is read within its end. */
	for (unsigned size = 14; size < 100; size++) {
		uint8_t *end = malloc(size);

		say(PORT, 1, 0, 66, true, 0);
		memcpy(end, memory, size);
		frame = (struct frame){.data = end, .size = size};
		fragments_judge(&fragments, PORT, dissected(&frame), 0);
		say6(1, 0, 38, true, 0);
		memcpy(end, memory, size);
		frame = (struct frame){.data = end, .size = size};
		fragments_judge(&fragments, PORT, dissected(&frame), 0);
		free(end);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(what_is_whole_is_free),
		UNIT_TEST(what_is_not_finished_has_a_bound),
		UNIT_TEST(two_in_league_leave_a_third_its_part),
		UNIT_TEST(two_in_league_cannot_share_a_datagram),
		UNIT_TEST(the_next_at_a_port_may_begin_two_datagrams),
		UNIT_TEST(coming_again_brings_no_new_budget),
		UNIT_TEST(families_have_memories_of_their_own),
		UNIT_TEST(what_only_looks_finished_is_not),
		UNIT_TEST(what_the_kernel_drops_finishes_nothing),
		UNIT_CASES(a_first_part_has_its_headers_whole, short_headers),
		UNIT_TEST(no_datagram_ends_behind_the_end_of_all),
		UNIT_TEST(behind_extension_headers_none_is_finished),
		UNIT_TEST(what_is_no_fragment_costs_nothing),
	};

	return unit_run("fragments", tests, UNIT_COUNT(tests));
}
