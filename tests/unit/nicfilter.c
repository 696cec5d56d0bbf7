// SPDX-License-Identifier: GPL-2.0-or-later
/* The program, run by a machine of our own as the kernel runs it (linux/filter.h). */
#include "nicfilter.h"

#include <linux/if_packet.h>
#include <stdbool.h>

#include "mac.h"
#include "unit.h"

enum { INDEX = 7, FRAME = 60 };

static const uint64_t guests[] = {0x020000000001, 0x020100000001, 0xfedcba987654};

/* What a packet socket knows of a frame beside its bytes. */
struct arrival {
	uint32_t index;
	uint32_t type;
	uint8_t data[FRAME];
};

static uint32_t load(const struct arrival *arrival, uint32_t size, uint32_t offset)
{
	uint32_t value = 0;

	if (offset == (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX))
		return arrival->index;
	if (offset == (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE))
		return arrival->type;
	for (uint32_t i = 0; i < (size == BPF_W ? 4 : size == BPF_H ? 2 : 1); i++) {
		ck_assert_uint_lt(offset + i, FRAME);
		value = value << 8 | arrival->data[offset + i];
	}
	return value;
}

static bool jumps(uint16_t test, uint32_t a, uint32_t k)
{
	switch (test) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGT:
		return a > k;
	case BPF_JSET:
		return a & k;
	default:
		ck_abort_msg("an instruction of no use: %u", test);
	}
	return false;
}

static bool passes(const struct arrival *arrival, const uint64_t *addresses, unsigned n)
{
	struct sock_filter program[NICFILTER_MAX];
	unsigned length = nicfilter_make(program, INDEX, addresses, n);
	uint32_t a = 0;

	ck_assert_uint_le(length, NICFILTER_MAX);
	for (unsigned i = 0; i < length; i++) {
		const struct sock_filter *code = &program[i];

		switch (BPF_CLASS(code->code)) {
		case BPF_LD:
			a = load(arrival, BPF_SIZE(code->code), code->k);
			break;
		case BPF_JMP:
			i += jumps(BPF_OP(code->code), a, code->k) ? code->jt : code->jf;
			break;
		case BPF_RET:
			return code->k != 0;
		default:
			ck_abort_msg("an instruction of no use: %u", code->code);
		}
	}
	ck_abort_msg("ran over the end");
	return false;
}

#define GUEST	"\x02\x00\x00\x00\x00\x01"
#define GUEST3	"\xfe\xdc\xba\x98\x76\x54"
#define ALIKE	"\x02\x02\x00\x00\x00\x01" /* as the first two guests, but for the start */
#define OTHER	"\x02\x00\x00\x00\x00\x09"
#define ALL	"\xff\xff\xff\xff\xff\xff"
#define SOLICIT "\x33\x33\xff\x00\x00\x01"
#define SPAN	"\x01\x80\xc2\x00\x00\x00"
#define BEHIND	"\x01\x80\xc2\x00\x00\x10"
#define IPV4	"\x08\x00"
#define ARP	"\x08\x06"
#define IPV6	"\x86\xdd"

static const struct {
	const char *to;
	const char *ethertype;
	uint32_t type;
	bool passes;
	bool passes_any; /* where guests have any address */
	uint32_t index;
	uint8_t next; /* header of IPv6 */
} frames[] = {
	{GUEST, IPV4, PACKET_OTHERHOST, true, true, INDEX, 0},
	{GUEST, IPV4, PACKET_OUTGOING, true, true, INDEX, 0},
	{GUEST3, IPV4, PACKET_OTHERHOST, true, true, INDEX, 0},
	{GUEST3, IPV4, PACKET_OUTGOING, true, true, INDEX, 0},
	{ALIKE, IPV4, PACKET_OUTGOING, false, true, INDEX, 0},
	{OTHER, IPV4, PACKET_OTHERHOST, false, true, INDEX, 0},
	{OTHER, IPV4, PACKET_OUTGOING, false, true, INDEX, 0},
	{OTHER, IPV4, PACKET_HOST, false, false, INDEX, 0},
	{GUEST, IPV4, PACKET_HOST, false, false, INDEX, 0},
	{OTHER, ARP, PACKET_HOST, false, false, INDEX, 0},
	{GUEST, IPV4, PACKET_OTHERHOST, false, false, INDEX + 1, 0},
	{ALL, ARP, PACKET_BROADCAST, false, false, INDEX + 1, 0},
	{ALL, ARP, PACKET_BROADCAST, true, true, INDEX, 0},
	{ALL, IPV4, PACKET_OUTGOING, true, true, INDEX, 0},
	{SOLICIT, IPV6, PACKET_MULTICAST, true, true, INDEX, 58},
	{SPAN, IPV4, PACKET_MULTICAST, false, false, INDEX, 0},
	{SPAN, IPV4, PACKET_OUTGOING, false, false, INDEX, 0},
	{BEHIND, IPV4, PACKET_MULTICAST, true, true, INDEX, 0},
	/* Answers to a guest that is not listed yet. */
	{OTHER, ARP, PACKET_OTHERHOST, true, true, INDEX, 0},
	{OTHER, ARP, PACKET_OUTGOING, true, true, INDEX, 0},
	{OTHER, IPV6, PACKET_OUTGOING, true, true, INDEX, 58},
	{OTHER, IPV6, PACKET_OUTGOING, false, true, INDEX, 6},
};

START_TEST(what_guests_may_see_passes)
{
	struct arrival arrival = {.index = frames[_i].index, .type = frames[_i].type};
	uint64_t many[MAC_LIST_MAX] = {0};

	memcpy(arrival.data, frames[_i].to, 6);
	memcpy(arrival.data + 12, frames[_i].ethertype, 2);
	arrival.data[20] = frames[_i].next;
	ck_assert_int_eq(passes(&arrival, guests, UNIT_COUNT(guests)), frames[_i].passes);
	ck_assert_int_eq(passes(&arrival, NULL, MAC_LIST_MAX + 1), frames[_i].passes_any);
	/* As many as there can be, ours the last. */
	for (unsigned i = 0; i < MAC_LIST_MAX; i++)
		many[i] = 0x060000000000 + i;
	memcpy(many + MAC_LIST_MAX - UNIT_COUNT(guests), guests, sizeof(guests));
	ck_assert_int_eq(passes(&arrival, many, MAC_LIST_MAX), frames[_i].passes);
}
END_TEST

START_TEST(no_address_but_those_that_are_named)
{
	struct arrival arrival = {.index = INDEX, .type = PACKET_OUTGOING};

	memcpy(arrival.data, GUEST3, 6);
	memcpy(arrival.data + 12, IPV4, 2);
	ck_assert(passes(&arrival, guests, 3));
	ck_assert(!passes(&arrival, guests, 2)); /* the last is not of the list */
	ck_assert(!passes(&arrival, guests, 0));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {UNIT_CASES(what_guests_may_see_passes, frames),
					  UNIT_TEST(no_address_but_those_that_are_named)};

	return unit_run("nicfilter", tests, UNIT_COUNT(tests));
}
