// SPDX-License-Identifier: GPL-2.0-or-later
/* What guests may not say, said in many ways. */
#include "guard.h"

#include <errno.h>

#include "dissected.h"
#include "unit.h"

enum { BUFFER = 2048 };

#define GW_MAC	 "\x02\x11\x22\x33\x44\x55"
#define GW_IP	 "\xc0\xa8\x69\x01"
#define GW_LOCAL "\xfe\x80\0\0\0\0\0\0\x00\x11\x22\xff\xfe\x33\x44\x55"
#define GW_ULA	 "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
#define A_MAC	 "\x52\x54\x00\x00\x00\x0a"
#define A_IP	 "\xc0\xa8\x69\x09"
#define A_LOCAL	 "\xfe\x80\0\0\0\0\0\0\x50\x54\0\xff\xfe\0\0\x0a"
#define ANY6	 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ALL	 "\xff\xff\xff\xff\xff\xff"

/* Parts of a frame, as literals: put one behind the other with their sizes. */
struct part {
	const char *bytes;
	unsigned size;
};

#define P(literal)                                                                                 \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}
#define PARTS 16

#define ETHER(source, type) P(ALL source type)
#define ARP_HEAD	    P("\0\x01\x08\0\x06\x04\0\x01")
#define IPV4(protocol, fragment, source)                                                           \
	P("\x45\0\0\x40\0\0" fragment "\x40" protocol "\0\0" source "\xff\xff\xff\xff")
#define IPV6(next, source) P("\x60\0\0\0\0\x40" next "\xff" source A_LOCAL)
#define DHCP_ANSWER	   P("\0\x43\0\x44\0\x10\0\0")
#define DHCP_QUESTION	   P("\0\x44\0\x43\0\x10\0\0")
#define DHCP6_ANSWER	   P("\x02\x23\x02\x22\0\x10\0\0")
#define DHCP6_QUESTION	   P("\x02\x22\x02\x23\0\x10\0\0")
#define RA		   P("\x86\0\0\0\x40\0\x07\x08\0\0\0\0\0\0\0\0")
#define NA(target)	   P("\x88\0\0\0\x60\0\0\0" target)
#define NS(target)	   P("\x87\0\0\0\0\0\0\0" target)
#define REST		   P("0123456789012345678901234567890123456789")
#define TAG(type)	   P("\0\0" type)
#define VLAN_5(type)	   P("\0\x05" type)
#define SNAP(type)	   P("\xaa\xaa\x03\0\0\0" type)
#define OPTIONS(next)	   P(next "\0\x01\x04\0\0\0\0")
#define FRAGMENT(next, at) P(next "\0" at "\0\0\0\1")

static const struct {
	const char *name;
	enum guard_verdict verdict;
	struct part parts[PARTS];
} cases[] = {
	{"nothing", GUARD_PASS, {P("")}},
	{"a guest's", GUARD_PASS, {ETHER(A_MAC, "\x88\xb5"), REST}},
	{"the MAC", GUARD_GATEWAY, {ETHER(GW_MAC, "\x88\xb5"), REST}},
	{"the MAC, nothing else", GUARD_GATEWAY, {ETHER(GW_MAC, "\x08\x00")}},
	{"the MAC, tagged", GUARD_GATEWAY, {ETHER(GW_MAC, "\x81\x00"), TAG("\x08\x00"), REST}},

	{"ARP request",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x08\x06"), ARP_HEAD, P(A_MAC A_IP "\0\0\0\0\0\0" GW_IP)}},
	{"ARP probe",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x08\x06"), ARP_HEAD, P(A_MAC "\0\0\0\0\0\0\0\0\0\0" GW_IP)}},
	{"ARP as gateway",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x08\x06"), ARP_HEAD, P(A_MAC GW_IP "\0\0\0\0\0\0" A_IP)}},
	{"gratuitous ARP",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x08\x06"), ARP_HEAD, P(A_MAC GW_IP ALL GW_IP)}},
	{"ARP reply",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x08\x06"), P("\0\x01\x08\0\x06\x04\0\x02" A_MAC GW_IP A_MAC A_IP)}},
	{"ARP of no kind",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x08\x06"), P("\0\x06\x08\0\x06\x04\0\x63" A_MAC GW_IP A_MAC A_IP)}},
	{"ARP with the MAC inside",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x08\x06"), ARP_HEAD, P(GW_MAC A_IP "\0\0\0\0\0\0" A_IP)}},
	{"ARP, other sizes",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x08\x06"), P("\0\x01\x08\0\x04\x04\0\x01" A_MAC GW_IP ALL A_IP)}},
	{"ARP, cut", GUARD_HIDDEN, {ETHER(A_MAC, "\x08\x06"), ARP_HEAD, P(A_MAC GW_IP ALL)}},
	{"ARP in a tag",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x81\x00"), TAG("\x08\x06"), ARP_HEAD, P(A_MAC GW_IP ALL GW_IP)}},
	{"ARP in SNAP",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x00\x24"), SNAP("\x08\x06"), ARP_HEAD, P(A_MAC GW_IP ALL GW_IP)}},

	{"TCP", GUARD_PASS, {ETHER(A_MAC, "\x08\x00"), IPV4("\x06", "\0\0", A_IP), REST}},
	{"TCP to port 68",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x06", "\0\0", A_IP), DHCP_ANSWER}},
	{"TCP as gateway",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x06", "\0\0", GW_IP), REST}},
	{"DNS as gateway",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x11", "\0\0", GW_IP), P("\0\x35\x80\0\0\x10\0\0")}},
	{"IPv4, cut",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x08\x00"), P("\x45\0\0\x40\0\0\0\0\x40\x11\0\0" GW_IP)}},
	{"DHCP question",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x11", "\0\0", "\0\0\0\0"), DHCP_QUESTION}},
	{"DHCP answer",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x11", "\0\0", A_IP), DHCP_ANSWER}},
	{"DHCP answer, other port",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x11", "\0\0", A_IP), P("\x10\0\0\x44")}},
	{"DHCP answer, first fragment",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x11", "\x20\0", A_IP), DHCP_ANSWER}},
	{"a later fragment",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x11", "\x20\x01", A_IP), DHCP_ANSWER}},
	{"UDP without ports",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x11", "\x20\0", A_IP), P("\0\x43\0")}},
	{"DHCP answer, IP options",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x08\x00"),
	  P("\x46\0\0\x40\0\0\0\0\x40\x11\0\0" A_IP "\xff\xff\xff\xff\x01\x01\x01\x01"),
	  DHCP_ANSWER}},
	{"DHCP answer in a tag",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x81\x00"), TAG("\x08\x00"), IPV4("\x11", "\0\0", A_IP), DHCP_ANSWER}},
	{"DHCP answer in two tags",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x88\xa8"), TAG("\x81\x00"), TAG("\x08\x00"), IPV4("\x11", "\0\0", A_IP),
	  DHCP_ANSWER}},
	{"ICMP echo",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x01", "\0\0", A_IP), P("\x08\0")}},
	{"ICMP redirect",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x01", "\0\0", A_IP), P("\x05\x01")}},
	{"ICMP router",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x08\x00"), IPV4("\x01", "\0\0", A_IP), P("\x09\0")}},

	{"TCP over IPv6", GUARD_PASS, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x06", A_LOCAL), REST}},
	{"IPv6, cut",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x86\xdd"), P("\x60\0\0\0\0\x40\x3a\xff" A_LOCAL)}},
	{"as the link-local",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x06", GW_LOCAL), REST}},
	{"as the ULA", GUARD_GATEWAY, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x11", GW_ULA), REST}},
	{"echo6", GUARD_PASS, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), P("\x80\0\0\0")}},
	{"router solicitation",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", ANY6), P("\x85\0\0\0\0\0\0\0")}},
	{"RA", GUARD_ROUTER, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA, cut", GUARD_ROUTER, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), P("\x86")}},
	{"redirect6",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), P("\x89\0\0\0")}},
	{"RA in a tag",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x81\x00"), TAG("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in VLAN 5",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x81\x00"), VLAN_5("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in old tags",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x91\x00"), TAG("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in SNAP",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x00\x40"), SNAP("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in the other SNAP",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x00\x40"), P("\xaa\xaa\x03\0\0\xf8\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in a tag in SNAP",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x00\x40"), SNAP("\x81\x00"), TAG("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in SNAP in a tag",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x81\x00"), TAG("\x00\x40"), SNAP("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in four tags",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x81\x00"), TAG("\x81\x00"), TAG("\x81\x00"), TAG("\x81\x00"),
	  TAG("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"RA in five tags",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x81\x00"), TAG("\x81\x00"), TAG("\x81\x00"), TAG("\x81\x00"),
	  TAG("\x81\x00"), TAG("\x86\xdd"), IPV6("\x3a", A_LOCAL), RA}},
	{"a tag, cut", GUARD_PASS, {ETHER(A_MAC, "\x81\x00"), P("\0\0\x86")}},
	{"LLC of others",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x00\x26"), P("\x42\x42\x03\0\0\0\x86\xdd"), REST}},
	{"RA behind options",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x00", A_LOCAL), OPTIONS("\x3c"), OPTIONS("\x3a"), RA}},
	{"RA behind routing",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x2b", A_LOCAL), OPTIONS("\x3a"), RA}},
	{"RA behind AH",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x33", A_LOCAL), P("\x3a\x01\0\0\0\0\0\0\0\0\0\0"), RA}},
	{"RA in a fragment",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x2c", A_LOCAL), FRAGMENT("\x3a", "\0\x01"), RA}},
	{"RA in an atomic fragment",
	 GUARD_ROUTER,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x2c", A_LOCAL), FRAGMENT("\x3a", "\0\0"), RA}},
	{"options fill the first fragment",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x2c", A_LOCAL), FRAGMENT("\x3c", "\0\x01"),
	  P("\x3a\x02\x01\x04\0\0\0\0")}},
	{"nothing in the first fragment",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x2c", A_LOCAL), FRAGMENT("\x3a", "\0\x01")}},
	/* What is behind the packet's own end is nobody's header: the next fragment has that. */
	{"only padding behind the first fragment's options",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x86\xdd"), P("\x60\0\0\0\0\x10\x2c\xff" A_LOCAL A_LOCAL),
	  FRAGMENT("\x3c", "\0\x01"), OPTIONS("\x3a"), P("\x80\0\0\0"), REST}},
	{"only padding behind the first fragment's header, for UDP",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x86\xdd"), P("\x60\0\0\0\0\x08\x2c\xff" A_LOCAL A_LOCAL),
	  FRAGMENT("\x11", "\0\x01"), DHCP6_QUESTION, REST}},
	{"only padding behind the first fragment's header of IPv4",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x08\x00"), P("\x45\0\0\x14\0\0\x20\0\x40\x11\0\0" A_IP "\xff\xff\xff\xff"),
	  DHCP_QUESTION, REST}},
	{"a later fragment6",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x2c", A_LOCAL), FRAGMENT("\x3a", "\0\x09"), RA}},
	{"more headers than there are",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3c", A_LOCAL), OPTIONS("\x3c"), OPTIONS("\x3c"),
	  OPTIONS("\x3c"), OPTIONS("\x3c"), OPTIONS("\x3c"), OPTIONS("\x3c"), OPTIONS("\x3c"),
	  OPTIONS("\x3c"), OPTIONS("\x3a"), RA}},
	{"ESP", GUARD_PASS, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x32", A_LOCAL), RA}},
	{"NA", GUARD_PASS, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), NA(A_LOCAL)}},
	{"NA as gateway",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), NA(GW_LOCAL)}},
	{"NA as the ULA",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), NA(GW_ULA)}},
	{"NA, cut",
	 GUARD_HIDDEN,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), P("\x88\0\0\0\x60\0\0\0\xfe\x80")}},
	{"NS for the gateway",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", A_LOCAL), NS(GW_ULA)}},
	{"DAD", GUARD_PASS, {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", ANY6), NS(A_LOCAL)}},
	{"DAD for the gateway's",
	 GUARD_GATEWAY,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3a", ANY6), NS(GW_ULA)}},
	{"DHCPv6 question",
	 GUARD_PASS,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x11", A_LOCAL), DHCP6_QUESTION}},
	{"DHCPv6 answer",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x11", A_LOCAL), DHCP6_ANSWER}},
	{"DHCPv6 answer behind options",
	 GUARD_DHCP,
	 {ETHER(A_MAC, "\x86\xdd"), IPV6("\x3c", A_LOCAL), OPTIONS("\x11"), DHCP6_ANSWER}},
};

static struct guard guard;

/* Memory of its own size, so that a sanitizer sees what is read beyond. */
static struct frame make_frame(const struct part *parts)
{
	struct frame frame = {.data = malloc(BUFFER)};

	for (int i = 0; i < PARTS && parts[i].bytes; i++) {
		memcpy(frame.data + frame.size, parts[i].bytes, parts[i].size);
		frame.size += parts[i].size;
	}
	frame.data = realloc(frame.data, frame.size ? frame.size : 1);
	return frame;
}

static void make_guard(void)
{
	ck_assert_int_eq(guard_parse(&guard, "02:11:22:33:44:55,192.168.105.1,fd00::1"), 0);
}

START_TEST(a_frame_is_judged)
{
	struct frame frame = make_frame(cases[_i].parts);
	enum guard_verdict verdict;

	make_guard();
	verdict = guard_judge(&guard, dissected(&frame));
	ck_assert_msg(verdict == cases[_i].verdict, "%s: %d", cases[_i].name, verdict);
	free(frame.data);
}
END_TEST

/* A frame that is cut anywhere is read to its end only, and is no worse than the whole. */
START_TEST(a_frame_may_be_cut_anywhere)
{
	struct frame whole = make_frame(cases[_i].parts);

	make_guard();
	for (uint32_t size = 0; size < whole.size; size++) {
		struct frame cut = {.data = malloc(size ? size : 1), .size = size};
		enum guard_verdict verdict;

		memcpy(cut.data, whole.data, size);
		verdict = guard_judge(&guard, dissected(&cut));
		if (cases[_i].verdict == GUARD_PASS)
			ck_assert_msg(verdict == GUARD_PASS || verdict == GUARD_HIDDEN, "%s at %u",
				      cases[_i].name, size);
		free(cut.data);
	}
	free(whole.data);
}
END_TEST

static const struct {
	const char *text;
	unsigned n_ipv6; /* 0: is refused */
} texts[] = {
	{"02:11:22:33:44:55,10.0.0.1", 1},
	{"02:11:22:33:44:55,10.0.0.1,fd00::1,fd00::2,fd00::3", 4},
	{"02:11:22:33:44:55,10.0.0.1,fd00::1,fd00::2,fd00::3,fd00::4", 0},
	{"", 0},
	{"-", 0},
	{"02:11:22:33:44:55", 0},
	{"02:11:22:33:44:55,", 0},
	{"02:11:22:33:44:55,10.0.0.1,", 0},
	{"02:11:22:33:44:55,10.0.0.1,10.0.0.2", 0},
	{"02:11:22:33:44:5,10.0.0.1", 0},
};

START_TEST(a_guard_is_read)
{
	ck_assert_int_eq(guard_parse(&guard, texts[_i].text), texts[_i].n_ipv6 ? 0 : -EINVAL);
	if (texts[_i].n_ipv6)
		ck_assert_uint_eq(guard.n_ipv6, texts[_i].n_ipv6);
}
END_TEST

/* An ARP reply that says that 10.9.0.1 is there. */
static enum guard_verdict judge_claim(void)
{
	uint8_t claim[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0,	 0,    0,  1, 8, 6,
			   0,	 1,    8,    0,	   6,	 4,    0,    2,	   0x52, 0x54, 0,  0, 0, 1,
			   10,	 9,    0,    1,	   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 10, 9, 0, 1};
	const struct frame frame = {.data = claim, .size = sizeof(claim)};

	return guard_judge(&guard, dissected(&frame));
}

START_TEST(other_addresses_come_and_go)
{
	const struct in6_addr second = {.s6_addr = {[10] = 0xff, 0xff, 10, 9, 0, 1}};
	struct in6_addr many[3 * GUARD_OTHERS_MAX];

	make_guard();
	ck_assert_int_eq(judge_claim(), GUARD_PASS);
	guard_set_others(&guard, &second, 1);
	ck_assert_int_eq(judge_claim(), GUARD_GATEWAY);
	ck_assert_uint_eq(guard.n_ipv6, 2);
	guard_set_others(&guard, NULL, 0);
	ck_assert_int_eq(judge_claim(), GUARD_PASS);
	/* More than fit, of either family. */
	for (unsigned i = 0; i < 3 * GUARD_OTHERS_MAX; i++)
		many[i] = i % 2 ? in6addr_loopback : second;
	guard_set_others(&guard, many, 3 * GUARD_OTHERS_MAX);
	ck_assert_uint_eq(guard.n_ipv4, 1 + GUARD_OTHERS_MAX);
	ck_assert_uint_eq(guard.n_ipv6, GUARD_OWN6_MAX + GUARD_OTHERS_MAX);
	ck_assert_int_eq(judge_claim(), GUARD_GATEWAY);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_frame_is_judged, cases),
		UNIT_CASES(a_frame_may_be_cut_anywhere, cases),
		UNIT_CASES(a_guard_is_read, texts),
		UNIT_TEST(other_addresses_come_and_go),
	};

	return unit_run("guard", tests, UNIT_COUNT(tests));
}
