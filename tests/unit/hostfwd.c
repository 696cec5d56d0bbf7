// SPDX-License-Identifier: GPL-2.0-or-later
/* Forwards of ports, from text and back. */
#include "hostfwd.h"

#include "unit.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define LABEL_63       "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-012345678"

static struct hostfwd hostfwd;
static struct problem problem;

static const struct {
	const char *text;
	const char *written; /* NULL: refused */
	const char *why;
} forwards[] = {
	{"tcp::2222-192.168.105.2:22", "tcp::2222-192.168.105.2:22", NULL},
	{"udp::53-192.168.105.2", "udp::53-192.168.105.2:53", NULL},
	{"tcp:0.0.0.0:80-192.168.105.2", "tcp::80-192.168.105.2:80", NULL},
	{"tcp:[::]:80-[fd00::2]", "tcp::80-[fd00::2]:80", NULL},
	{"tcp:127.0.0.1:80-192.168.105.2", "tcp:127.0.0.1:80-192.168.105.2:80", NULL},
	{"tcp:192.0.2.1:80-192.168.105.2", "tcp:192.0.2.1:80-192.168.105.2:80", NULL},
	{"tcp:[2001:DB8:0::1]:80-[fd00::2]:8080", "tcp:[2001:db8::1]:80-[fd00::2]:8080", NULL},
	{"tcp:[::1]:80-[fd00::2]:8080", "tcp:[::1]:80-[fd00::2]:8080", NULL},
	{"tcp::8000-8010-192.168.105.2:80", "tcp::8000-8010-192.168.105.2:80", NULL},
	{"tcp::8000-8000-192.168.105.2:80", "tcp::8000-192.168.105.2:80", NULL},
	{"tcp::8000-8010-[fd00::2]", "tcp::8000-8010-[fd00::2]:8000", NULL},
	{"tcp::64512-65535-10.0.0.2:1", "tcp::64512-65535-10.0.0.2:1", NULL},
	{"tcp::1-1024-10.0.0.2:64512", "tcp::1-1024-10.0.0.2:64512", NULL},
	{"tcp::22-52:54:00:AB:cd:ef", "tcp::22-52:54:00:ab:cd:ef:22", NULL},
	{"tcp::22-23-52:54:00:ab:cd:ef:2022", "tcp::22-23-52:54:00:ab:cd:ef:2022", NULL},
	{"tcp::22-Web", "tcp::22-web:22", NULL},
	{"tcp:10.0.0.1:22-web-1:2022", "tcp:10.0.0.1:22-web-1:2022", NULL},
	{"tcp::22-22-web", "tcp::22-web:22", NULL},
	{"tcp::22-22-9-web", "tcp::22-22-9-web:22", NULL},
	{"tcp::22-9web", "tcp::22-9web:22", NULL},
	{"tcp::22-" LABEL_63, "tcp::22-" LABEL_63 ":22", NULL},
	{"udp:[2001:db8:1111:2222:3333:4444:5555:6666]:60000-60009-[fd00::2]:50000",
	 "udp:[2001:db8:1111:2222:3333:4444:5555:6666]:60000-60009-[fd00::2]:50000", NULL},
	{"", NULL, "'' is not a protocol"},
	{"tcp", NULL, "a forward is like"},
	{"tcp:", NULL, "a forward is like"},
	{"tcp:22", NULL, "a forward is like"},
	{"TCP::22-10.0.0.2", NULL, "'TCP' is not a protocol"},
	{"sctp::22-10.0.0.2", NULL, "'sctp' is not a protocol"},
	{"2222:10.0.0.2:22", NULL, "'2222' is not a protocol"},
	{"tcp:2222-10.0.0.2:22", NULL, "is not an address of the host"},
	{"tcp:eth0:22-10.0.0.2", NULL, "'eth0' is not an address of the host"},
	{"tcp:10.0.0:22-10.0.0.2", NULL, "is not an address of the host"},
	{"tcp:[10.0.0.1]:22-10.0.0.2", NULL, "is not an address of the host"},
	{"tcp:[::ffff:10.0.0.1]:22-10.0.0.2", NULL, "is not an address of the host"},
	{"tcp:[::1:22-[fd00::2]:22", NULL, "is not an address of the host"},
	{"tcp:[::1", NULL, "a forward is like"},
	{"tcp:2001:db8::1:22-[fd00::2]", NULL, "is not an address of the host"},
	{"tcp:224.0.0.1:22-10.0.0.2", NULL, "at which others could reach"},
	{"tcp:255.255.255.255:22-10.0.0.2", NULL, "at which others could reach"},
	{"tcp:[ff02::1]:22-[fd00::2]", NULL, "at which others could reach"},
	{"tcp:[fe80::1]:22-[fd00::2]", NULL, "at which others could reach"},
	{"tcp:10.0.0.1:22-[fd00::2]", NULL, "must both be IPv4 or both IPv6"},
	{"tcp:0.0.0.0:22-[fd00::2]", NULL, "must both be IPv4 or both IPv6"},
	{"tcp:[2001:db8::1]:22-10.0.0.2", NULL, "must both be IPv4 or both IPv6"},
	{"tcp:[2001:db8::1]:22-web", NULL, "stands for its IPv4 address"},
	{"tcp:[2001:db8::1]:22-52:54:00:00:00:01", NULL, "stands for its IPv4 address"},
	{"tcp::-10.0.0.2", NULL, "'' is not a port"},
	{"tcp::0-10.0.0.2", NULL, "'0' is not a port"},
	{"tcp::65536-10.0.0.2", NULL, "'65536' is not a port"},
	{"tcp::ssh-10.0.0.2", NULL, "'ssh' is not a port"},
	{"tcp:: 22-10.0.0.2", NULL, "' 22' is not a port"},
	{"tcp::22-0-10.0.0.2", NULL, "'0' is not a port"},
	{"tcp::22-70000-10.0.0.2", NULL, "'70000' is not a port"},
	{"tcp::23-22-10.0.0.2", NULL, "ends (22) before it begins (23)"},
	{"tcp::1-1025-10.0.0.2", NULL, "a range of 1025 ports"},
	{"tcp::22", NULL, "no guest is given"},
	{"tcp::22:10.0.0.2:22", NULL, "no guest is given"},
	{"tcp::22-", NULL, "'' is not a guest"},
	{"tcp::22-:22", NULL, "'' is not a guest"},
	{"tcp::22-10.0.0.2:", NULL, "'' is not a port"},
	{"tcp::22-10.0.0.2:0", NULL, "'0' is not a port"},
	{"tcp::22-10.0.0.2:22:22", NULL, "'22:22' is not a port"},
	{"tcp::22-23-10.0.0.2:65535", NULL, "beyond 65535"},
	{"tcp::22-10.0.0", NULL, "'10.0.0' is not a guest"},
	{"tcp::22-10", NULL, "'10' is not a guest"},
	{"tcp::22-web.lan", NULL, "'web.lan' is not a guest"},
	{"tcp::22--web", NULL, "'-web' is not a guest"},
	{"tcp::22-web:1:2:3:4", NULL, "is not a port"},
	{"tcp::22-fd00::2", NULL, "is not a port"},
	{"tcp::22-[fd00::2", NULL, "is not a guest"},
	{"tcp::22-[fd00::2]22", NULL, "is not GUEST:PORT"},
	{"tcp::22-52:54:00:00:00:01x", NULL, "is not GUEST:PORT"},
	{"tcp::22-01:00:5e:00:00:01", NULL, "no guest can have the MAC"},
	{"tcp::22-127.0.0.1", NULL, "at which a guest can be reached"},
	{"tcp::22-0.0.0.0", NULL, "at which a guest can be reached"},
	{"tcp::22-255.255.255.255", NULL, "at which a guest can be reached"},
	{"tcp::22-[::1]", NULL, "at which a guest can be reached"},
	{"tcp::22-[::]", NULL, "at which a guest can be reached"},
	{"tcp::22-[fe80::2]", NULL, "at which a guest can be reached"},
	{"tcp::22-" LABEL_63 "x", NULL, "is not a guest"},
	{"tcp::22-" LABEL_63 LABEL_63 LABEL_63, NULL, "too long for a forward"},
};

START_TEST(a_forward_is_read_and_written_or_refused)
{
	char text[HOSTFWD_TEXT_MAX];
	int ret = hostfwd_parse(forwards[_i].text, &hostfwd, &problem);

	ck_assert_msg(ret == (forwards[_i].written ? 0 : -1), "'%s': %s", forwards[_i].text,
		      problem.text);
	if (forwards[_i].written) {
		ck_assert_str_eq(hostfwd_format(&hostfwd, text), forwards[_i].written);
		ck_assert_int_eq(hostfwd_parse(text, &hostfwd, &problem), 0);
		ck_assert_str_eq(hostfwd_format(&hostfwd, text), forwards[_i].written);
		return;
	}
	ck_assert_int_eq(problem.status, STATUS_USAGE);
	ck_assert_msg(strstr(problem.text, forwards[_i].why), "'%s': %s", forwards[_i].text,
		      problem.text);
}
END_TEST

START_TEST(its_parts_are_kept)
{
	static const uint8_t mac[] = {0x52, 0x54, 0x00, 0xab, 0xcd, 0xef};
	struct in6_addr mapped = hostfwd_map(IP(192, 0, 2, 1));

	ck_assert_int_eq(
		hostfwd_parse("udp:192.0.2.1:22-31-52:54:00:ab:cd:ef:2022", &hostfwd, &problem), 0);
	ck_assert_int_eq(hostfwd.protocol, IPPROTO_UDP);
	ck_assert(!hostfwd.any);
	ck_assert_mem_eq(&hostfwd.host, &mapped, sizeof(mapped));
	ck_assert_uint_eq(hostfwd_unmap(&hostfwd.host), IP(192, 0, 2, 1));
	ck_assert(IN6_IS_ADDR_V4MAPPED(&hostfwd.host));
	ck_assert_uint_eq(hostfwd.first, 22);
	ck_assert_uint_eq(hostfwd.last, 31);
	ck_assert_uint_eq(hostfwd_n_ports(&hostfwd), 10);
	ck_assert_uint_eq(hostfwd.guest_port, 2022);
	ck_assert_int_eq(hostfwd.guest, HOSTFWD_MAC);
	ck_assert_mem_eq(hostfwd.mac, mac, sizeof(mac));
	ck_assert_int_eq(hostfwd_family(&hostfwd), AF_INET);
	ck_assert_int_eq(hostfwd_parse("tcp::22-[fd00::2]", &hostfwd, &problem), 0);
	ck_assert(hostfwd.any);
	ck_assert(IN6_IS_ADDR_UNSPECIFIED(&hostfwd.host));
	ck_assert_int_eq(hostfwd_family(&hostfwd), AF_INET6);
}
END_TEST

static const struct {
	const char *a;
	const char *b;
	bool overlap;
} pairs[] = {
	{"tcp::22-10.0.0.2", "tcp::22-10.0.0.3", true},
	{"tcp::22-10.0.0.2", "udp::22-10.0.0.3", false},
	{"tcp::22-10.0.0.2", "tcp::22-[fd00::2]", false},
	{"tcp::22-10.0.0.2", "tcp::23-10.0.0.2:22", false},
	{"tcp::22-10.0.0.2", "tcp:192.0.2.1:22-10.0.0.2", true},
	{"tcp:192.0.2.2:22-10.0.0.2", "tcp:192.0.2.1:22-10.0.0.2", false},
	{"tcp:192.0.2.1:22-10.0.0.2", "tcp:192.0.2.1:20-22-web:50", true},
	{"tcp:192.0.2.1:20-30-10.0.0.2", "tcp::30-40-10.0.0.2", true},
	{"tcp:192.0.2.1:20-30-10.0.0.2", "tcp::31-40-10.0.0.2", false},
	{"tcp::20-40-10.0.0.2", "tcp::30-10.0.0.2", true},
};

START_TEST(one_port_leads_to_one_guest)
{
	struct hostfwd other;

	ck_assert_int_eq(hostfwd_parse(pairs[_i].a, &hostfwd, &problem), 0);
	ck_assert_int_eq(hostfwd_parse(pairs[_i].b, &other, &problem), 0);
	ck_assert(hostfwd_overlap(&hostfwd, &other) == pairs[_i].overlap);
	ck_assert(hostfwd_overlap(&other, &hostfwd) == pairs[_i].overlap);
	ck_assert(!hostfwd_equal(&other, &hostfwd));
	ck_assert(hostfwd_equal(&hostfwd, &hostfwd));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_forward_is_read_and_written_or_refused, forwards),
		UNIT_TEST(its_parts_are_kept),
		UNIT_CASES(one_port_leads_to_one_guest, pairs),
	};

	return unit_run("hostfwd", tests, UNIT_COUNT(tests));
}
