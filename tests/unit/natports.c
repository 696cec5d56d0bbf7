// SPDX-License-Identifier: GPL-2.0-or-later
#include "natports.h"

#include <arpa/inet.h>

#include "unit.h"

static struct natports_use use;

static FILE *text(const char *string)
{
	return fmemopen((void *)(uintptr_t)string, strlen(string), "r");
}

static void reads(void (*read)(struct natports_use *use, FILE *file), const char *string)
{
	FILE *file = text(string);

	ck_assert_ptr_nonnull(file);
	read(&use, file);
	fclose(file);
}

/* A socket as /proc/net/tcp and udp show it; ports, states, and addresses of four bytes. */
static void listens(enum natports_kind kind, const char *address, unsigned port, unsigned peer,
		    unsigned state)
{
	char line[256];
	FILE *file;

	snprintf(line, sizeof(line),
		 "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
		 "  12: %s:%04X %0*d:%04X %02X 00000000:00000000 00:00000000 00000000     0 0 1\n",
		 address, port, (int)strlen(address), 0, peer, state);
	file = text(line);
	natports_read_sockets(&use, file, kind);
	fclose(file);
}

/* An address's four words as this machine's kernel prints them. */
static const char *shown(int family, const char *address)
{
	static char hex[33];
	uint32_t words[4];

	ck_assert_int_eq(inet_pton(family, address, words), 1);
	for (int i = 0; i < (family == AF_INET ? 1 : 4); i++)
		snprintf(hex + 8 * (size_t)i, sizeof(hex) - 8 * (size_t)i, "%08X", words[i]);
	return hex;
}

static void begin(const char *local, const char *reserved)
{
	use = (struct natports_use){0};
	reads(natports_read_local, local);
	reads(natports_read_reserved, reserved);
}

static const struct {
	const char *local;
	const char *reserved;
	unsigned low;
	unsigned high;
	bool shared; /* with the host's connections */
} ranges[] = {
	{"32768\t60999\n", "\n", 61000, 65535, false},
	{"1024\t60999\n", "\n", 61000, 65535, false},
	{"32768\t61000\n", "\n", 61001, 65535, false},
	{"32768\t64511\n", "\n", 64512, 65535, false},
	/* Fewer than 1024 are left above: below, not from the bottom. */
	{"32768\t64512\n", "\n", 24576, 32767, false},
	{"32768\t65535\n", "\n", 24576, 32767, false},
	{"2048\t65535\n", "\n", 1024, 2047, false},
	{"2047\t65535\n", "\n", 61000, 65535, true},
	{"1024\t65535\n", "\n", 61000, 65535, true},
	{"0\t65535\n", "\n", 61000, 65535, true},
	{"1\t65535\n", "\n", 61000, 65535, true},
	/* Reserved for a service of the host. */
	{"32768\t60999\n", "61000\n", 61001, 65535, false},
	{"32768\t60999\n", "8080,62000-65535,9000-9010\n", 24576, 32767, false},
	{"32768\t60999\n", "63000,64000\n", 61000, 62999, false},
	{"1024\t65535\n", "61000-61999,65000\n", 62000, 64999, true},
	{"1024\t65535\n", "61000-65535\n", 52808, 60999, true},
	{"1024\t65535\n", "1024-65535\n", 61000, 65535, false},
	{"", "", 61000, 65535, false},
	{"nonsense\n", "nonsense\n", 61000, 65535, false},
	{"70000 80000\n", "70000,4294967295\n", 61000, 65535, false},
};

START_TEST(they_are_outside_of_what_the_host_uses)
{
	struct natports ports;

	begin(ranges[_i].local, ranges[_i].reserved);
	ports = natports_choose(&use);
	ck_assert_uint_eq(ports.low, ranges[_i].low);
	ck_assert_uint_eq(ports.high, ranges[_i].high);
	ck_assert_int_eq(ports.local, ranges[_i].shared);
	ck_assert_uint_eq(ports.n_listeners, 0);
	ck_assert_uint_eq(natports_count(&ports), ranges[_i].high - ranges[_i].low + 1);
}
END_TEST

enum { ESTABLISHED = 1, CLOSED = 7, LISTENING = 10 };

static const struct {
	enum natports_kind kind;
	int family;
	const char *address;
	unsigned port;
	unsigned peer;
	unsigned state;
	unsigned low;
	unsigned high;
} sockets[] = {
	{NATPORTS_UDP, AF_INET, "0.0.0.0", 61820, 0, CLOSED, 61821, 65535},
	{NATPORTS_UDP, AF_INET6, "::", 61820, 0, CLOSED, 61821, 65535},
	{NATPORTS_UDP, AF_INET, "198.51.100.2", 64000, 0, CLOSED, 61000, 63999},
	{NATPORTS_UDP, AF_INET6, "2001:db8::1", 64000, 0, CLOSED, 61000, 63999},
	{NATPORTS_UDP, AF_INET6, "::ffff:198.51.100.2", 64000, 0, CLOSED, 61000, 63999},
	{NATPORTS_TCP, AF_INET, "0.0.0.0", 65535, 0, LISTENING, 61000, 65534},
	{NATPORTS_TCP, AF_INET6, "::", 61000, 0, LISTENING, 61001, 65535},
	{NATPORTS_TCP, AF_INET, "0.0.0.0", 8080, 0, LISTENING, 61000, 65535},
	/* No peer of theirs but the one they have, or none that is not on the host. */
	{NATPORTS_UDP, AF_INET, "198.51.100.2", 64000, 53, ESTABLISHED, 61000, 65535},
	{NATPORTS_TCP, AF_INET, "198.51.100.2", 64000, 443, ESTABLISHED, 61000, 65535},
	{NATPORTS_UDP, AF_INET, "127.0.0.1", 64000, 0, CLOSED, 61000, 65535},
	{NATPORTS_TCP, AF_INET, "127.8.9.1", 64000, 0, LISTENING, 61000, 65535},
	{NATPORTS_TCP, AF_INET6, "::1", 64000, 0, LISTENING, 61000, 65535},
	{NATPORTS_TCP, AF_INET6, "::ffff:127.0.0.1", 64000, 0, LISTENING, 61000, 65535},
};

START_TEST(they_are_not_what_the_host_listens_on)
{
	struct natports ports;
	char warning[NATPORTS_TEXT_MAX];

	begin("32768\t60999\n", "\n");
	listens(sockets[_i].kind, shown(sockets[_i].family, sockets[_i].address), sockets[_i].port,
		sockets[_i].peer, sockets[_i].state);
	ports = natports_choose(&use);
	ck_assert_uint_eq(ports.low, sockets[_i].low);
	ck_assert_uint_eq(ports.high, sockets[_i].high);
	ck_assert_ptr_null(natports_warning(&ports, warning));
}
END_TEST

START_TEST(a_named_range_is_taken_as_it_is_and_warned_of)
{
	char warning[NATPORTS_TEXT_MAX];
	struct natports ports;

	begin("32768\t60999\n", "5000-5999\n");
	ports = natports_name(&use, 5000, 6000);
	ck_assert_ptr_null(natports_warning(&ports, warning));
	ports = natports_name(&use, 60999, 65535);
	ck_assert_ptr_eq(natports_warning(&ports, warning), warning);
	ck_assert_str_eq(
		warning,
		"guests' NAT uses the ports 60999-65535, which the host also uses (some "
		"are in net.ipv4.ip_local_port_range): packets from peers to a service that "
		"listens there can reach a guest instead; use --nat-ports for other ports");
	listens(NATPORTS_UDP, shown(AF_INET, "0.0.0.0"), 61820, 0, CLOSED);
	listens(NATPORTS_TCP, shown(AF_INET, "0.0.0.0"), 62000, 0, LISTENING);
	ports = natports_name(&use, 61000, 65535);
	natports_warning(&ports, warning);
	ck_assert_ptr_nonnull(
		strstr(warning, "(the host listens on udp 61820, tcp 62000): packets from peers to "
				"these services there"));
	for (unsigned port = 1024; port < 2024; port++)
		listens(NATPORTS_TCP, shown(AF_INET6, "::"), port, 0, LISTENING);
	ports = natports_name(&use, 1024, 65535);
	ck_assert_uint_eq(ports.n_listeners, 1002);
	ck_assert_ptr_nonnull(
		strstr(natports_warning(&ports, warning),
		       "range, and the host listens on tcp 1024, tcp 1025, tcp 1026, tcp 1027 and "
		       "998 more)"));
}
END_TEST

/* Ports of the local range that are reserved, the kernel gives to nobody. */
START_TEST(what_is_reserved_is_free_for_who_names_it)
{
	char warning[NATPORTS_TEXT_MAX];
	struct natports ports;

	begin("1024\t65535\n", "61000-65535\n");
	ports = natports_name(&use, 61000, 65535);
	ck_assert_ptr_null(natports_warning(&ports, warning));
}
END_TEST

START_TEST(what_is_no_socket_is_ignored)
{
	FILE *file = text("nonsense\n  1: 00:1 0 0\n\n  2: zz:0016 00:0000 0A\n");
	struct natports_use empty = {0};

	use = empty;
	natports_read_sockets(&use, file, NATPORTS_TCP);
	fclose(file);
	ck_assert_mem_eq(&use, &empty, sizeof(use));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(they_are_outside_of_what_the_host_uses, ranges),
		UNIT_CASES(they_are_not_what_the_host_listens_on, sockets),
		UNIT_TEST(a_named_range_is_taken_as_it_is_and_warned_of),
		UNIT_TEST(what_is_reserved_is_free_for_who_names_it),
		UNIT_TEST(what_is_no_socket_is_ignored),
	};

	return unit_run("natports", tests, UNIT_COUNT(tests));
}
