// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages of DHCP and DHCPv6: who leases what. */
#include "dhcpmessage.h"

#include <arpa/inet.h>

#include "checksum.h"
#include "dissected.h"
#include "hexframe.h"

#define GUEST	"020000000009"
#define GATEWAY "021122334455"
#define LOCAL6	"fe800000000000000000000000000009"
#define AGENTS6 "ff020000000000000000000000010002"

enum { UDP4 = FRAME_HEADER + 20, UDP6 = FRAME_HEADER + 40 };

static char hex[2 * HEXFRAME_MAX];

/* So that the datagram ends so many bytes before its packet. */
static struct frame end_before(struct frame frame, uint32_t udp, uint32_t bytes)
{
	uint32_t size = frame.size - udp - bytes;

	if (frame.size < udp + 8)
		return frame;
	frame.data[udp + 4] = (uint8_t)(size >> 8);
	frame.data[udp + 5] = (uint8_t)size;
	return frame;
}

/* A frame of DHCP: op, htype and hlen, the fields by name, and options as hex. */
static struct frame dhcp(const char *ports, const char *fragment, const char *start,
			 const char *ciaddr, const char *yiaddr, const char *giaddr,
			 const char *chaddr, const char *options)
{
	static const char zeros[] = "00000000000000000000000000000000";
	int length = snprintf(hex, sizeof(hex),
			      "ffffffffffff " GUEST " 0800 4500000000%02d%s4011 0000 c0a86909 "
			      "c0a86901 %s 0000 0000 %s00 00000001 0000 0000 %s %s 00000000 %s %s "
			      "00000000000000000000",
			      0, fragment, ports, start, ciaddr, yiaddr, giaddr, chaddr);

	for (int i = 0; i < 12; i++) /* sname and file: 192 bytes */
		length += snprintf(hex + length, sizeof(hex) - (size_t)length, "%s", zeros);
	snprintf(hex + length, sizeof(hex) - (size_t)length, "%s", options);
	return end_before(hexframe(hex), UDP4, 0);
}

#define COOKIE "63825363 "
#define NOIP   "00000000"
#define ASKS   "00440043", "0000"
#define SAYS   "00430044", "0000"

static const struct {
	const char *ports, *fragment, *start, *ciaddr, *yiaddr, *giaddr, *chaddr, *options;
	enum dhcpmessage_kind client, server;
} messages[] = {
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350101ff", DHCPMESSAGE_ASK, 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350103ff", DHCPMESSAGE_TAKE, 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "00000c0161350103ff", DHCPMESSAGE_TAKE, 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350107ff", DHCPMESSAGE_RELEASE, 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350108ff", DHCPMESSAGE_NONE, 0},
	/* BOOTP, with other options, with none, without a cookie; one whose kind is not to be seen
	 */
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "0c0161ff", DHCPMESSAGE_TAKE, 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE, DHCPMESSAGE_TAKE, 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, "", DHCPMESSAGE_TAKE, 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "0c9061350108", DHCPMESSAGE_TAKE, 0},
	/* Another's name; a relay's, which may */
	{ASKS, "010106", NOIP, NOIP, NOIP, "02000000000a", COOKIE "350103ff", DHCPMESSAGE_FOREIGN,
	 0},
	{ASKS, "010106", NOIP, NOIP, NOIP, "02000000000a", COOKIE "350107ff", DHCPMESSAGE_FOREIGN,
	 0},
	{ASKS, "010106", NOIP, NOIP, "c0a86909", "02000000000a", COOKIE "350103ff",
	 DHCPMESSAGE_TAKE, 0},
	{ASKS, "010606", NOIP, NOIP, NOIP, GUEST, COOKIE "350103ff", DHCPMESSAGE_FOREIGN, 0},
	{ASKS, "010108", NOIP, NOIP, NOIP, GUEST, COOKIE "350103ff", DHCPMESSAGE_FOREIGN, 0},
	{ASKS, "020106", NOIP, NOIP, NOIP, GUEST, COOKIE "350103ff", DHCPMESSAGE_NONE, 0},
	/* The first fragment; a later one says nothing */
	{"00440043", "2000", "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350103ff",
	 DHCPMESSAGE_HIDDEN, 0},
	{"00440043", "0001", "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350103ff", DHCPMESSAGE_NONE,
	 0},
	{"00440045", "0000", "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350103ff", DHCPMESSAGE_NONE,
	 0},
	/* Of the server */
	{SAYS, "020106", NOIP, "c0a86909", NOIP, GUEST, COOKIE "350105 330400000e10ff", 0,
	 DHCPMESSAGE_GRANT},
	{SAYS, "020106", NOIP, "c0a86909", NOIP, GUEST, COOKIE "350102 330400000e10ff", 0,
	 DHCPMESSAGE_NONE},
	{SAYS, "020106", NOIP, NOIP, NOIP, GUEST, COOKIE "350106ff", 0, DHCPMESSAGE_DENY},
	{SAYS, "020106", "c0a86909", NOIP, NOIP, GUEST, COOKIE "350105ff", 0, DHCPMESSAGE_NONE},
	{SAYS, "020106", NOIP, "c0a86909", NOIP, GUEST, COOKIE "ff", 0, DHCPMESSAGE_GRANT},
	/* From a port that is no server's */
	{"12340044", "0000", "020106", NOIP, "c0a86909", NOIP, GUEST,
	 COOKIE "350105 330400000e10ff", 0, 0},
};

START_TEST(kinds_of_dhcp)
{
	struct frame frame = dhcp(messages[_i].ports, messages[_i].fragment, messages[_i].start,
				  messages[_i].ciaddr, messages[_i].yiaddr, messages[_i].giaddr,
				  messages[_i].chaddr, messages[_i].options);
	struct dhcpmessage message;

	dhcpmessage_read_client(&message, dissected(&frame));
	ck_assert_int_eq(message.kind, messages[_i].client);
	dhcpmessage_read_server(&message, dissected(&frame));
	ck_assert_int_eq(message.kind, messages[_i].server);
	if (message.kind == DHCPMESSAGE_GRANT) {
		ck_assert_mem_eq(message.mac, "\2\0\0\0\0\x9", MAC_SIZE);
		ck_assert_mem_eq(&message.leases[0].address.s6_addr[12], "\xc0\xa8\x69\x09", 4);
		ck_assert_uint_ge(message.leases[0].time, 3600);
	}
	free(frame.data);
}
END_TEST

static struct frame dhcp6(const char *ports, const char *body)
{
	snprintf(hex, sizeof(hex),
		 "333300010002 " GUEST " 86dd 60000000 0000 11ff " LOCAL6 AGENTS6
		 " %s 0000 0000 %s",
		 ports, body);
	return end_before(hexframe(hex), UDP6, 0);
}

#define ASKS6	"02220223"
#define SAYS6	"02230222"
#define DUID	"00010004 0000aabb "
#define SERVER6 "00020003 0000cc "
#define ADDRESS "00050018 fd000000000000000000000000001234 00000e10 00000e10 "
#define IA	"00030028 00000007 00000000 00000000 " ADDRESS
#define IA2	"00030044 00000007 00000000 00000000 " ADDRESS ADDRESS
#define EMPTY	"0003000c 00000008 00000000 00000000 "
#define TA	"00040020 00000009 " ADDRESS
#define MANY	EMPTY EMPTY EMPTY EMPTY EMPTY EMPTY EMPTY EMPTY

static const struct {
	const char *ports, *body;
	enum dhcpmessage_kind client, server;
	unsigned n_leases;
} messages6[] = {
	{ASKS6, "01000001" DUID EMPTY, DHCPMESSAGE_TAKE, 0, 1},
	{ASKS6, "03000001" DUID SERVER6 IA EMPTY TA, DHCPMESSAGE_TAKE, 0, 3},
	{ASKS6, "05000001" DUID SERVER6 IA, DHCPMESSAGE_TAKE, 0, 1},
	{ASKS6, "06000001" DUID IA, DHCPMESSAGE_TAKE, 0, 1},
	{ASKS6, "08000001" DUID SERVER6 IA, DHCPMESSAGE_RELEASE, 0, 1},
	{ASKS6, "09000001" DUID SERVER6 IA, DHCPMESSAGE_RELEASE, 0, 1},
	{ASKS6, "0b000001" DUID, DHCPMESSAGE_NONE, 0, 0},
	{ASKS6, "03000001" DUID IA2, DHCPMESSAGE_HIDDEN, 0, 1},
	{ASKS6, "03000001" DUID MANY, DHCPMESSAGE_TAKE, 0, 8},
	{ASKS6, "03000001" DUID MANY EMPTY, DHCPMESSAGE_HIDDEN, 0, 8},
	/* A server believes the first. */
	{ASKS6,
	 "03000001"
	 "00010004 0000eeee " DUID IA,
	 DHCPMESSAGE_HIDDEN, 0, 0},
	{ASKS6, "08000001" DUID SERVER6 SERVER6 IA, DHCPMESSAGE_HIDDEN, 0, 0},
	{ASKS6, "0c00" LOCAL6 LOCAL6, DHCPMESSAGE_HIDDEN, 0, 0},
	{ASKS6, "01", DHCPMESSAGE_HIDDEN, 0, 0},
	{SAYS6, "07000001" DUID SERVER6 IA, 0, DHCPMESSAGE_GRANT, 1},
	{SAYS6, "02000001" DUID SERVER6 IA, 0, DHCPMESSAGE_NONE, 0},
	{"12340222", "07000001" DUID SERVER6 IA, 0, DHCPMESSAGE_NONE, 0},
};

START_TEST(kinds_of_dhcp6)
{
	struct frame frame = dhcp6(messages6[_i].ports, messages6[_i].body);
	struct dhcpmessage message;

	dhcpmessage_read_client(&message, dissected(&frame));
	ck_assert_int_eq(message.kind, messages6[_i].client);
	if (messages6[_i].server)
		dhcpmessage_read_server(&message, dissected(&frame));
	ck_assert_int_eq(message.kind, messages6[_i].client | messages6[_i].server);
	ck_assert_uint_eq(message.n_leases, messages6[_i].n_leases);
	if (messages6[_i].server) {
		ck_assert_uint_eq(message.duid.size, 4);
		ck_assert_uint_eq(message.server.size, 3);
		ck_assert_uint_eq(message.leases[0].time, 3600);
		ck_assert_uint_eq(message.leases[0].iaid, htonl(7));
		ck_assert_uint_eq(message.leases[0].address.s6_addr[15], 0x34);
	}
	free(frame.data);
}
END_TEST

/* The kernel cuts what is behind the datagram, so a server does not see it. */
static const struct {
	const char *options;
	uint32_t behind;
	enum dhcpmessage_kind kind;
} cut[] = {
	{COOKIE "350108", 3, DHCPMESSAGE_TAKE}, /* BOOTP, not INFORM */
	{COOKIE "350108ff 0000", 2, DHCPMESSAGE_NONE},
	{COOKIE "350101ff 0000", 2, DHCPMESSAGE_ASK},
	{COOKIE, 240, DHCPMESSAGE_HIDDEN}, /* nothing is left */
	{COOKIE, 241, DHCPMESSAGE_HIDDEN},
	{COOKIE "350108ff", (uint32_t)-1, DHCPMESSAGE_HIDDEN}, /* more than there is */
};

START_TEST(what_is_behind_the_datagram_counts_for_nothing)
{
	struct frame frame =
		end_before(dhcp(ASKS, "010106", NOIP, NOIP, NOIP, GUEST, cut[_i].options), UDP4,
			   cut[_i].behind);
	struct dhcpmessage message;

	dhcpmessage_read_client(&message, dissected(&frame));
	ck_assert_int_eq(message.kind, cut[_i].kind);
	free(frame.data);
}
END_TEST

START_TEST(a_super_frame_hides_messages)
{
	struct frame frame = dhcp(ASKS, "010106", NOIP, NOIP, NOIP, GUEST, COOKIE "350108ff");
	struct dhcpmessage message;

	frame.vnet.gso_type = VIRTIO_NET_HDR_GSO_UDP_L4;
	frame.vnet.gso_size = 100;
	dhcpmessage_read_client(&message, dissected(&frame));
	ck_assert_int_eq(message.kind, DHCPMESSAGE_HIDDEN);
	free(frame.data);
}
END_TEST

START_TEST(every_beginning_of_a_message)
{
	struct frame whole = dhcp6(messages6[_i].ports, messages6[_i].body);
	struct dhcpmessage message;

	for (uint32_t size = FRAME_HEADER; size <= whole.size; size++) {
		struct frame frame = {.data = malloc(size), .size = size};

		memcpy(frame.data, whole.data, size);
		dhcpmessage_read_client(&message, dissected(&frame));
		dhcpmessage_read_server(&message, dissected(&frame));
		free(frame.data);
	}
	free(whole.data);
}
END_TEST

static const struct {
	const char *address;
	bool ipv6, temporary;
	uint32_t size;
} releases[] = {
	{"::ffff:192.168.105.9", false, false, UDP4 + 8 + 240 + 10},
	{"fd00::1234", true, false, UDP6 + 8 + 4 + 8 + 7 + 44},
	{"fd00::1234", true, true, UDP6 + 8 + 4 + 8 + 7 + 36},
};

/* It is what the reader takes for one, of the same lease, with checksums that are right. */
START_TEST(a_release_is_read_again)
{
	static const struct dhcpmessage_place place = {{2, 0x11, 0x22, 0x33, 0x44, 0x55},
						       0x0169a8c0};
	struct dhcpmessage given = {.ipv6 = releases[_i].ipv6,
				    .mac = {2, 0, 0, 0, 0, 9},
				    .duid = {4, {0, 0, 0xaa, 0xbb}},
				    .server = {3, {0, 0, 0xcc}},
				    .leases[0] = {.iaid = 7, .temporary = releases[_i].temporary}};
	uint8_t *memory = malloc(DHCPMESSAGE_MAX);
	struct frame frame = {.data = memory};
	uint32_t udp = given.ipv6 ? UDP6 : UDP4;
	uint32_t addresses = given.ipv6 ? 32 : 8;
	struct dhcpmessage read;
	uint64_t sum;

	ck_assert_int_eq(inet_pton(AF_INET6, releases[_i].address, &given.leases[0].address), 1);
	dhcpmessage_make_release(&frame, &given, &place);
	ck_assert_uint_eq(frame.size, releases[_i].size);
	sum = checksum_add_number(checksum_add_number(0, IPPROTO_UDP),
				  (uint16_t)(frame.size - udp));
	ck_assert_uint_eq(checksum_fold(checksum_add(sum, frame.data + udp - addresses,
						     frame.size - udp + addresses)),
			  0xffff);
	if (!given.ipv6)
		ck_assert_uint_eq(checksum_fold(checksum_add(0, frame.data + FRAME_HEADER, 20)),
				  0xffff);
	dhcpmessage_read_client(&read, dissected(&frame));
	ck_assert_int_eq(read.kind, DHCPMESSAGE_RELEASE);
	ck_assert_mem_eq(read.mac, given.mac, MAC_SIZE);
	ck_assert_mem_eq(&read.leases[0].address, &given.leases[0].address, 16);
	if (given.ipv6) {
		ck_assert_mem_eq(read.duid.bytes, given.duid.bytes, given.duid.size);
		ck_assert_uint_eq(read.server.size, given.server.size);
		ck_assert_uint_eq(read.leases[0].iaid, given.leases[0].iaid);
		ck_assert_int_eq(read.leases[0].temporary, given.leases[0].temporary);
	}
	free(memory);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(kinds_of_dhcp, messages),
		UNIT_CASES(kinds_of_dhcp6, messages6),
		UNIT_CASES(what_is_behind_the_datagram_counts_for_nothing, cut),
		UNIT_TEST(a_super_frame_hides_messages),
		UNIT_CASES(every_beginning_of_a_message, messages6),
		UNIT_CASES(a_release_is_read_again, releases),
	};

	return unit_run("dhcpmessage", tests, UNIT_COUNT(tests));
}
