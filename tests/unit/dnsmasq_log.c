// SPDX-License-Identifier: GPL-2.0-or-later
#include "dnsmasq_log.h"

#include <string.h>
#include <unistd.h>

#include "log.h"
#include "unit.h"

START_TEST(messages_are_found)
{
	ck_assert_str_eq(dnsmasq_log_message("dnsmasq[72]: started, version 2.90"),
			 "started, version 2.90");
	ck_assert_str_eq(dnsmasq_log_message("dnsmasq-dhcp[72]: DHCP, IP range a -- b"),
			 "DHCP, IP range a -- b");
	/* Before it has read its arguments it writes no number. */
	ck_assert_str_eq(dnsmasq_log_message("dnsmasq: bad option"), "dnsmasq: bad option");
	ck_assert_str_eq(dnsmasq_log_message("dnsmasq["), "dnsmasq[");
	ck_assert_str_eq(dnsmasq_log_message("dnsmasq"), "dnsmasq");
	ck_assert_str_eq(dnsmasq_log_message("sh: not found"), "sh: not found");
	ck_assert_str_eq(dnsmasq_log_message(""), "");
}
END_TEST

static const struct {
	const char *message;
	bool is_chatter;
} messages[] = {
	{"started, version 2.90 cachesize 150", true},
	{"compile time options: IPv6 GNU-getopt", true},
	{"DHCP, IP range 192.168.105.2 -- 192.168.105.254, lease time 1h", true},
	{"DHCPv6, IP range fd61::1000 -- fd61::1fff, lease time 1h", true},
	{"DHCPv4-derived IPv6 names on fd61::", true},
	{"router advertisement on fd61::", true},
	{"IPv6 router advertisement enabled", true},
	{"DHCP, sockets bound exclusively to interface vmnet-shared", true},
	{"using only locally-known addresses for vmnet.internal", true},
	{"using nameserver 203.0.113.1#53", true},
	{"cleared cache", true},
	{"warning: no upstream servers configured", true},
	{"warning: interface vmnet-shared does not currently exist", false},
	{"exiting on receipt of SIGTERM", true},
	{"2342 available DHCP range: 192.168.105.2 -- 192.168.105.254", true},
	{"DHCPDISCOVER(vmnet-shared) 52:54:00:00:00:01 no address available", false},
	{"no address range available for DHCP request via vmnet-shared", false},
	{"failed to bind DHCP server socket: Address already in use", false},
	{"LOUD WARNING: use --bind-dynamic", false},
	{"Maximum number of concurrent DNS queries reached (max: 150)", false},
	{"", false},
};

START_TEST(only_what_it_always_tells_is_chatter)
{
	ck_assert_int_eq(dnsmasq_log_is_chatter(messages[_i].message), messages[_i].is_chatter);
}
END_TEST

/* What it wrote, by our log. */
static void written(const char *text, size_t size, char *log, size_t log_size)
{
	struct unit_capture capture;
	struct dnsmasq_log dnsmasq;
	struct loop loop;

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(dnsmasq_log_init(&dnsmasq, &loop), 0);
	ck_assert_int_eq(write(dnsmasq.writer, text, size), (ssize_t)size);
	unit_capture_start(&capture);
	dnsmasq_log_drain(&dnsmasq);
	unit_capture_end(&capture, log, log_size);
	dnsmasq_log_finish(&dnsmasq);
	dnsmasq_log_finish(&dnsmasq);
	loop_finish(&loop);
}

START_TEST(lines_are_told_clean)
{
	static const char text[] = "dnsmasq[1]: started, version 2.90\n"
				   "\n"
				   "dnsmasq[1]: cannot \033[2J read\n"
				   "dnsmasq[1]: never ended";
	char log[1024];

	written(text, sizeof(text) - 1, log, sizeof(log));
	ck_assert_str_eq(log, "vde_vmnet: warning: dnsmasq: cannot ?[2J read\n");
}
END_TEST

START_TEST(long_lines_are_cut)
{
	char text[3 * DNSMASQ_LOG_LINE_MAX];
	char log[4 * DNSMASQ_LOG_LINE_MAX];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 3] = '\n';
	text[sizeof(text) - 2] = 'b';
	text[sizeof(text) - 1] = '\n';
	written(text, sizeof(text), log, sizeof(log));
	ck_assert_uint_eq(strcspn(log, "\n"),
			  strlen("vde_vmnet: warning: dnsmasq: ") + DNSMASQ_LOG_LINE_MAX - 1);
	ck_assert_str_eq(strchr(log, '\n') + 1, "vde_vmnet: warning: dnsmasq: b\n");
}
END_TEST

START_TEST(floods_are_left_out)
{
	char text[2 * (DNSMASQ_LOG_PER_SECOND + 50)];
	static char log[64 * sizeof(text)];
	unsigned lines = 0;

	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "x\n", 2);
	written(text, sizeof(text), log, sizeof(log));
	for (const char *end = log; (end = strchr(end, '\n')); end++)
		lines++;
	ck_assert_uint_le(lines, DNSMASQ_LOG_PER_SECOND + 50 - 1);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(messages_are_found),
		UNIT_CASES(only_what_it_always_tells_is_chatter, messages),
		UNIT_TEST(lines_are_told_clean),
		UNIT_TEST(long_lines_are_cut),
		UNIT_TEST(floods_are_left_out),
	};

	return unit_run("dnsmasq_log", tests, UNIT_COUNT(tests));
}
