// SPDX-License-Identifier: GPL-2.0-or-later
/* What nft lists of the maps of forwards. */
#include "forwardcounts.h"

#include "hostfwd.h"
#include "unit.h"

enum { MAX = 8 };

static struct forwardcount counts[MAX];
static unsigned n_counts;

static void take(void *context, const struct forwardcount *count)
{
	ck_assert_ptr_eq(context, counts);
	ck_assert_uint_lt(n_counts, MAX);
	counts[n_counts++] = *count;
}

static void read_list(const char *list, unsigned map)
{
	n_counts = 0;
	forwardcounts_read(list, map, take, counts);
}

#define LIST(elements)                                                                             \
	"table inet vde_vmnet-shared {\n\tmap hostfwd {\n\t\ttype inet_proto . inet_service : "    \
	"ipv4_addr . inet_service\n\t\tsize 4096\n\t\tcounter\n" elements "\t}\n}\n"

START_TEST(each_port_has_its_count)
{
	read_list(LIST("\t\telements = { 6 . 2222 counter packets 3 bytes 180 : 192.168.105.9 . 22"
		       ",\n\t\t\t     17 . 65535 counter packets 18446744073709551615 bytes 0 : "
		       "192.168.105.9 . 53 }\n"),
		  0);
	ck_assert_uint_eq(n_counts, 2);
	ck_assert(counts[0].any && counts[0].family == AF_INET);
	ck_assert_int_eq(counts[0].protocol, 6);
	ck_assert_uint_eq(counts[0].port, 2222);
	ck_assert_uint_eq(counts[0].n, 3);
	ck_assert_int_eq(counts[1].protocol, 17);
	ck_assert_uint_eq(counts[1].port, 65535);
	ck_assert_uint_eq(counts[1].n, UINT64_MAX);
}
END_TEST

START_TEST(a_certain_address_is_read)
{
	struct in6_addr v4 = hostfwd_map(0xc6336402);
	struct in6_addr v6 = {.s6_addr = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};

	read_list(LIST("\t\telements = { 198.51.100.2 . 6 . 80 counter packets 7 bytes 1 : "
		       "192.168.105.9 . 8080 }\n"),
		  1);
	ck_assert_uint_eq(n_counts, 1);
	ck_assert(!counts[0].any && counts[0].family == AF_INET && counts[0].n == 7);
	ck_assert_mem_eq(&counts[0].host, &v4, sizeof(v4));
	read_list(LIST("\t\telements = { 2001:db8::1 . 17 . 80 counter packets 1 bytes 1 : "
		       "fd12::9 . 80 }\n"),
		  3);
	ck_assert_uint_eq(n_counts, 1);
	ck_assert(!counts[0].any && counts[0].family == AF_INET6 && counts[0].protocol == 17);
	ck_assert_mem_eq(&counts[0].host, &v6, sizeof(v6));
	read_list(LIST("\t\telements = { 6 . 80 counter packets 1 bytes 1 : fd12::9 . 80 }\n"), 2);
	ck_assert(n_counts == 1 && counts[0].any && counts[0].family == AF_INET6);
}
END_TEST

static const char *const nothings[] = {
	"",
	LIST(""),
	LIST("\t\telements = { }\n"),
	LIST("\t\telements = { ,,, }\n"),
	LIST("\t\telements = { "),
	LIST("\t\telements = { 6 . 80 : 192.168.105.9 . 80 }\n"),
	LIST("\t\telements = { tcp . 80 counter packets 1 bytes 1 : 192.168.105.9 . 80 }\n"),
	LIST("\t\telements = { 6 . 80 counter packets x }\n"),
};

START_TEST(what_is_none_is_left_out)
{
	for (unsigned map = 0; map < FORWARDCOUNTS_MAPS; map++) {
		read_list(nothings[_i], map);
		ck_assert_uint_eq(n_counts, 0);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(each_port_has_its_count),
		UNIT_TEST(a_certain_address_is_read),
		UNIT_CASES(what_is_none_is_left_out, nothings),
	};

	return unit_run("forwardcounts", tests, UNIT_COUNT(tests));
}
