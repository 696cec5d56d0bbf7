// SPDX-License-Identifier: GPL-2.0-or-later
/* What frames say of who has which address. */
#include "claim.h"

#include <arpa/inet.h>
#include <errno.h>

#include "checksum.h"
#include "dissected.h"
#include "hexframe.h"

#define TO	   "ffffffffffff"
#define FROM	   "020000000009"
#define HEAD	   TO " " FROM " "
#define ARP	   "0806 0001080006040001 "
#define LIAR	   "c0a86907"
#define LOCAL6	   "fe80000000000000000000000000000a"
#define OTHER6	   "fd000000000000000000000000000007"
#define NONE6	   "00000000000000000000000000000000"
#define GROUP6	   "ff0200000000000000000001ff000007"
#define ICMP6	   "86dd 60000000 0018 3aff "
#define SOLICIT	   "87000000 00000000 "
#define ADVERTISE  "88000000 20000000 "
#define IPV4(from) "0800 4500001c00000000 4011 0000 " from " c0a86901 0000000000000000"

static const struct {
	const char *hex;
	int n;
	struct {
		enum claim_kind kind;
		const char *address;
	} claims[CLAIMS_A_FRAME];
} frames[] = {
	{HEAD ARP FROM LIAR "000000000000 c0a86901", 1, {{CLAIM_SENDER, "::ffff:192.168.105.7"}}},
	{HEAD ARP FROM "00000000 000000000000" LIAR, 1, {{CLAIM_PROBE, "::ffff:192.168.105.7"}}},
	{HEAD "8100 0000 " ARP FROM LIAR "000000000000 c0a86901",
	 1,
	 {{CLAIM_SENDER, "::ffff:192.168.105.7"}}},
	{HEAD "0024 aaaa03000000 " ARP FROM LIAR "000000000000 c0a86901",
	 1,
	 {{CLAIM_SENDER, "::ffff:192.168.105.7"}}},
	{HEAD "8100 0000 8100 0000 8100 0000 8100 0000 8100 0000 " ARP FROM LIAR
	      "000000000000 c0a86901",
	 -EBADMSG,
	 {{0}}},
	{HEAD ARP FROM "c0a869", 0, {{0}}},
	{HEAD IPV4(LIAR), 1, {{CLAIM_SOURCE, "::ffff:192.168.105.7"}}},
	{HEAD IPV4("00000000"), 0, {{0}}},
	{HEAD "86dd 60000000 0008 11ff " LOCAL6 GROUP6 "0000000000080000",
	 1,
	 {{CLAIM_SOURCE, "fe80::a"}}},
	{HEAD ICMP6 LOCAL6 GROUP6 SOLICIT OTHER6, 1, {{CLAIM_SENDER, "fe80::a"}}},
	{HEAD ICMP6 NONE6 GROUP6 SOLICIT OTHER6, 1, {{CLAIM_PROBE, "fd00::7"}}},
	{HEAD ICMP6 LOCAL6 GROUP6 ADVERTISE LOCAL6, 1, {{CLAIM_SENDER, "fe80::a"}}},
	{HEAD ICMP6 LOCAL6 GROUP6 ADVERTISE OTHER6,
	 2,
	 {{CLAIM_SENDER, "fe80::a"}, {CLAIM_SENDER, "fd00::7"}}},
	{HEAD "86dd 60000000 0020 00ff " LOCAL6 GROUP6 "3a00010400000000 " ADVERTISE OTHER6,
	 2,
	 {{CLAIM_SENDER, "fe80::a"}, {CLAIM_SENDER, "fd00::7"}}},
	{HEAD "86dd 60000000 0020 2cff " LOCAL6 GROUP6 "3a00000100000001 " ADVERTISE OTHER6,
	 -EBADMSG,
	 {{0}}},
	{HEAD "86dd 60000000 0020 2cff " LOCAL6 GROUP6 "3a00000800000001 " ADVERTISE OTHER6,
	 1,
	 {{CLAIM_SOURCE, "fe80::a"}}},
	{HEAD "86dd 60000000 0004 00ff " LOCAL6 GROUP6 "3a000104", -EBADMSG, {{0}}},
	{HEAD "88b5 00", 0, {{0}}},
};

START_TEST(what_a_frame_says)
{
	struct claim claims[CLAIMS_A_FRAME];
	struct frame frame = hexframe(frames[_i].hex);
	char text[INET6_ADDRSTRLEN];

	ck_assert_int_eq(claim_read(claims, dissected(&frame)), frames[_i].n);
	for (int i = 0; i < frames[_i].n; i++) {
		ck_assert_int_eq(claims[i].kind, frames[_i].claims[i].kind);
		inet_ntop(AF_INET6, &claims[i].address, text, sizeof(text));
		ck_assert_str_eq(text, frames[_i].claims[i].address);
	}
	free(frame.data);
}
END_TEST

/* Cut anywhere, it is read to its end at most. */
START_TEST(every_beginning_of_a_frame)
{
	struct claim claims[CLAIMS_A_FRAME];
	struct frame whole = hexframe(frames[_i].hex);

	for (uint32_t size = FRAME_HEADER; size <= whole.size; size++) {
		struct frame frame = {.data = malloc(size), .size = size};

		memcpy(frame.data, whole.data, size);
		ck_assert_int_le(claim_read(claims, dissected(&frame)), CLAIMS_A_FRAME);
		free(frame.data);
	}
	free(whole.data);
}
END_TEST

static struct frame defend(uint8_t *memory, const char *address)
{
	static const uint8_t mac[MAC_SIZE] = {2, 0x11, 0x22, 0x33, 0x44, 0x55};
	struct frame asked = hexframe(HEAD "0806");
	struct claim probe = {.kind = CLAIM_PROBE};
	struct frame answer;

	ck_assert_int_eq(inet_pton(AF_INET6, address, &probe.address), 1);
	claim_defend(&answer, memory, &probe, &asked, mac);
	free(asked.data);
	ck_assert_uint_le(answer.size, CLAIM_DEFENCE_MAX);
	return answer;
}

START_TEST(an_ipv4_probe_is_answered_to_its_sender)
{
	uint8_t memory[CLAIM_DEFENCE_MAX];
	struct frame answer = defend(memory, "::ffff:192.168.105.7");
	struct frame wanted = hexframe(FROM " 021122334455 0806 0001080006040002 021122334455" LIAR
					    " " FROM " 00000000");

	ck_assert_uint_eq(answer.size, FRAME_MIN);
	ck_assert_mem_eq(answer.data, wanted.data, wanted.size);
	free(wanted.data);
}
END_TEST

START_TEST(an_ipv6_probe_is_answered_to_all)
{
	uint8_t memory[CLAIM_DEFENCE_MAX];
	struct frame answer = defend(memory, "fd00::7");
	struct frame wanted = hexframe("333300000001 021122334455 86dd 60000000 0020 3aff " OTHER6
				       " ff020000000000000000000000000001 8800");
	uint64_t sum = checksum_add_number(checksum_add_number(0, IPPROTO_ICMPV6), 32);

	ck_assert_uint_eq(answer.size, CLAIM_DEFENCE_MAX);
	ck_assert_mem_eq(answer.data, wanted.data, wanted.size);
	ck_assert_uint_eq(checksum_fold(checksum_add(sum, answer.data + 22, 64)), 0xffff);
	free(wanted.data);
}
END_TEST

START_TEST(an_address_is_written_as_people_do)
{
	const struct in6_addr address = {.s6_addr = {0xfd, [15] = 7}};
	struct in6_addr mapped = claim_map_ipv4(0xc0a86907);
	char text[INET6_ADDRSTRLEN];

	ck_assert_str_eq(claim_format(&mapped, text), "192.168.105.7");
	ck_assert_str_eq(claim_format(&address, text), "fd00::7");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(what_a_frame_says, frames),
		UNIT_CASES(every_beginning_of_a_frame, frames),
		UNIT_TEST(an_ipv4_probe_is_answered_to_its_sender),
		UNIT_TEST(an_ipv6_probe_is_answered_to_all),
		UNIT_TEST(an_address_is_written_as_people_do),
	};

	return unit_run("claim", tests, UNIT_COUNT(tests));
}
