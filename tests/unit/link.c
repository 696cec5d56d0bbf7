// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of addresses and routes after the kernel could not be asked again. */
#include "link.h"
#include "link_facts.h"
#include "link_routes.h"
#include "unit.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

/* What this machine has does not matter. */
struct knowledge {
	unsigned n_addresses;
	unsigned n_defaults;
	unsigned n_defaults6;
};

static struct knowledge look(const struct link *link)
{
	struct in6_addr addresses[LINK_ADDRESSES_MAX];
	char names[LINK_DEFAULTS_MAX][IF_NAMESIZE];

	return (struct knowledge){
		link_list_addresses(link, (int)if_nametoindex("lo"), addresses, LINK_ADDRESSES_MAX),
		link_default_devices(link, AF_INET, names, LINK_DEFAULTS_MAX),
		link_default_devices(link, AF_INET6, names, LINK_DEFAULTS_MAX)};
}

static void assert_same(struct knowledge before, struct knowledge now)
{
	ck_assert_uint_eq(before.n_addresses, now.n_addresses);
	ck_assert_uint_eq(before.n_defaults, now.n_defaults);
	ck_assert_uint_eq(before.n_defaults6, now.n_defaults6);
}

/* Its requests lead nowhere. */
static void break_socket(const struct link *link)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	ck_assert_int_ge(dup2(nowhere, nl_socket_get_fd(link->requests)), 0);
	close(nowhere);
}

START_TEST(what_was_known_stays_if_the_kernel_does_not_tell)
{
	struct knowledge before;
	struct link link;
	int ret;

	ck_assert_int_eq(link_init(&link), 0);
	before = look(&link);
	break_socket(&link);
	unit_limit_descriptors(0);
	ret = link_refresh(&link);
	unit_limit_descriptors(RLIM_INFINITY);
	ck_assert_int_lt(ret, 0);
	assert_same(before, look(&link));
	link_finish(&link);
}
END_TEST

/* After that libnl takes no answer on that socket for the right one, for ever. */
START_TEST(a_request_that_was_lost_is_no_end)
{
	struct knowledge before;
	struct link link;
	int socket;

	ck_assert_int_eq(link_init(&link), 0);
	before = look(&link);
	socket = dup(nl_socket_get_fd(link.requests));
	break_socket(&link);
	ck_assert_int_lt(nl_send_simple(link.requests, RTM_GETLINK, NLM_F_DUMP, NULL, 0), 0);
	ck_assert_int_ge(dup2(socket, nl_socket_get_fd(link.requests)), 0);
	close(socket);
	ck_assert_int_eq(link_refresh(&link), 0);
	assert_same(before, look(&link));
	link_finish(&link);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(what_was_known_stays_if_the_kernel_does_not_tell),
		UNIT_TEST(a_request_that_was_lost_is_no_end),
	};

	return unit_run("link", tests, UNIT_COUNT(tests));
}
