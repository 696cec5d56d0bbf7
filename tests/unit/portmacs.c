// SPDX-License-Identifier: GPL-2.0-or-later
/* By which MAC address the host sees a port: one, of IP alone, and nobody else's. */
#include "portmacs.h"

#include "unit.h"

enum { SIZE = 64 };

static const uint64_t mac_a = 0x52540000000a, mac_b = 0x52540000000b, group = 0x01005e000001;
static const struct siphash_key key = {{1, 2}};
static struct portmacs portmacs;
static uint8_t memory[PORT_BATCH][SIZE], before[PORT_BATCH][SIZE];
static struct frame frames[PORT_BATCH];

static void make(void)
{
	portmacs_init(&portmacs, &key);
}

/* A frame from that address; what is behind it, is behind both addresses. */
static void make_frame(unsigned i, uint64_t from, const char *behind, size_t size)
{
	memset(memory[i], 0xee, SIZE);
	for (int byte = 0; byte < MAC_SIZE; byte++)
		memory[i][MAC_SIZE + byte] = (uint8_t)(from >> 8 * (MAC_SIZE - 1 - byte));
	memcpy(memory[i] + 2 * MAC_SIZE, behind, size);
	memcpy(before[i], memory[i], SIZE);
	frames[i] = (struct frame){.data = memory[i], .size = SIZE};
}

/* Its sender as the host sees it; all else is as it was, and then the sender is, too. */
static uint64_t seen_as(bool apart, unsigned port, uint64_t from, const char *behind, size_t size)
{
	uint64_t senders[PORT_BATCH];
	uint64_t mac;

	make_frame(0, from, behind, size);
	portmacs_apply(&portmacs, port, apart, frames, 1, senders);
	mac = frame_source(&frames[0]);
	ck_assert_mem_eq(memory[0], before[0], MAC_SIZE);
	ck_assert_mem_eq(memory[0] + 2 * MAC_SIZE, before[0] + 2 * MAC_SIZE, SIZE - 2 * MAC_SIZE);
	portmacs_undo(frames, 1, senders);
	ck_assert_mem_eq(memory[0], before[0], SIZE);
	return mac;
}

static uint64_t seen(unsigned port, uint64_t from, const char *behind, size_t size)
{
	return seen_as(false, port, from, behind, size);
}

#define IPV4	  "\x08\0\x45"
#define SEEN(...) seen(__VA_ARGS__, IPV4, 3)

static bool is_made(uint64_t mac)
{
	return mac >> 48 == 0 && (mac >> 40 & 3) == 2;
}

static const struct {
	const char *behind;
	size_t size;
	bool is_ip;
} kinds[] = {
	{"\x08\0\x45", 3, true},
	{"\x86\xdd\x60", 3, true},
	{"\x81\0\0\0\x08\0\x45", 7, true},
	{"\x88\xa8\0\x01\x81\0\0\x02\x86\xdd\x60", 11, true},
	{"\0\x30\xaa\xaa\x03\0\0\0\x08\0\x45", 11, true},
	{"\x08\x06\0\x01\x08\0\x06\x04\0\x01", 10, false}, /* ARP */
	{"\x81\0\0\0\x08\x06\0\x01", 8, false},
	{"\x88\x63\x11\x09", 4, false},	    /* PPPoE, which knows clients by their address */
	{"\x88\x8e\x01\x01", 4, false},	    /* 802.1X */
	{"\x88\xcc\x02\x07", 4, false},	    /* LLDP */
	{"\0\x26\x42\x42\x03\0", 6, false}, /* spanning tree */
};

START_TEST(what_is_ip_comes_from_the_first_address)
{
	make();
	ck_assert(!portmacs_has_met(&portmacs, 3));
	portmacs_meet(&portmacs, 3, mac_a, false);
	ck_assert(portmacs_has_met(&portmacs, 3));
	portmacs_meet(&portmacs, 3, mac_b, false);
	ck_assert_uint_eq(seen(3, mac_a, kinds[_i].behind, kinds[_i].size), mac_a);
	ck_assert_uint_eq(seen(3, mac_b, kinds[_i].behind, kinds[_i].size),
			  kinds[_i].is_ip ? mac_a : mac_b);
	ck_assert_uint_eq(seen(3, 0, kinds[_i].behind, kinds[_i].size),
			  kinds[_i].is_ip ? mac_a : 0);
	ck_assert_uint_eq(seen(3, group, kinds[_i].behind, kinds[_i].size),
			  kinds[_i].is_ip ? mac_a : group);
}
END_TEST

START_TEST(no_two_ports_have_one_address)
{
	make();
	portmacs_meet(&portmacs, 3, mac_a, false);
	portmacs_meet(&portmacs, 4, mac_a, false);
	portmacs_meet(&portmacs, 5, mac_a, false);
	ck_assert_uint_eq(SEEN(3, mac_a), mac_a);
	ck_assert(is_made(SEEN(4, mac_a)));
	ck_assert(is_made(SEEN(5, mac_a)));
	ck_assert_uint_ne(SEEN(4, mac_a), SEEN(5, mac_a));
	ck_assert_uint_eq(SEEN(4, mac_b), SEEN(4, mac_a));
	/* It was made, but who has seen it may take it when it is free only. */
	portmacs_meet(&portmacs, 6, SEEN(4, mac_a), false);
	ck_assert_uint_ne(SEEN(6, mac_a), SEEN(4, mac_a));
}
END_TEST

START_TEST(what_is_anothers_or_no_address_is_not_taken)
{
	make();
	portmacs_meet(&portmacs, 3, mac_a, true);
	portmacs_meet(&portmacs, 4, 0, false);
	portmacs_meet(&portmacs, 5, group, false);
	for (unsigned port = 3; port <= 5; port++)
		ck_assert(is_made(SEEN(port, mac_b)));
	portmacs_meet(&portmacs, 6, mac_a, false);
	ck_assert_uint_eq(SEEN(6, mac_b), mac_a);
}
END_TEST

START_TEST(who_goes_leaves_his_address)
{
	make();
	portmacs_meet(&portmacs, 3, mac_a, false);
	portmacs_forget(&portmacs, 3);
	portmacs_forget(&portmacs, 3);
	ck_assert(!portmacs_has_met(&portmacs, 3));
	portmacs_meet(&portmacs, 4, mac_a, false);
	portmacs_meet(&portmacs, 3, mac_b, false);
	ck_assert_uint_eq(SEEN(4, mac_b), mac_a);
	ck_assert_uint_eq(SEEN(3, mac_a), mac_b);
}
END_TEST

START_TEST(each_frame_of_a_batch_gets_its_own_back)
{
	uint64_t senders[PORT_BATCH];

	make();
	portmacs_meet(&portmacs, 3, mac_a, false);
	for (unsigned i = 0; i < PORT_BATCH; i++)
		make_frame(i, mac_a + i % 5, i % 3 ? IPV4 : "\x08\x06\0", 3);
	portmacs_apply(&portmacs, 3, false, frames, PORT_BATCH, senders);
	for (unsigned i = 0; i < PORT_BATCH; i++)
		ck_assert_uint_eq(frame_source(&frames[i]), i % 3 ? mac_a : mac_a + i % 5);
	portmacs_undo(frames, PORT_BATCH, senders);
	ck_assert_mem_eq(memory, before, sizeof(memory));
}
END_TEST

/* By what stands for the address that it has else, for each its own; of IP and ARP. */
START_TEST(who_is_apart_is_seen_so)
{
	uint64_t apart;

	make();
	portmacs_meet(&portmacs, 3, mac_a, false);
	apart = seen_as(true, 3, mac_a, IPV4, 3);
	ck_assert_uint_eq(apart >> 32, 0x766d);
	ck_assert_uint_eq(seen_as(true, 3, mac_b, IPV4, 3), apart);
	ck_assert_uint_eq(seen_as(true, 3, mac_b, "\x08\x06\0", 3), apart);
	ck_assert_uint_eq(seen_as(true, 3, mac_b, "\x88\x63\x11\x09", 4), mac_b);
	ck_assert_uint_eq(SEEN(3, mac_a), mac_a);
	/* At a port of many guests, which never meets one. */
	ck_assert_uint_eq(seen_as(true, 4, mac_a, IPV4, 3), apart);
	ck_assert_uint_eq(seen_as(true, 4, mac_b, IPV4, 3) >> 32, 0x766d);
	ck_assert_uint_ne(seen_as(true, 4, mac_b, IPV4, 3), apart);
	ck_assert_uint_eq(SEEN(4, mac_b), mac_b);
	/* Such an address is no guest's, and what stands for it is another. */
	portmacs_meet(&portmacs, 5, apart, false);
	ck_assert_uint_ne(SEEN(5, apart) >> 32, 0x766d);
	ck_assert(is_made(SEEN(5, apart)));
	ck_assert_uint_ne(seen_as(true, 5, apart, IPV4, 3), apart);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(what_is_ip_comes_from_the_first_address, kinds),
		UNIT_TEST(no_two_ports_have_one_address),
		UNIT_TEST(what_is_anothers_or_no_address_is_not_taken),
		UNIT_TEST(who_goes_leaves_his_address),
		UNIT_TEST(each_frame_of_a_batch_gets_its_own_back),
		UNIT_TEST(who_is_apart_is_seen_so),
	};

	return unit_run("portmacs", tests, UNIT_COUNT(tests));
}
