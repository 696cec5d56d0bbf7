// SPDX-License-Identifier: GPL-2.0-or-later
/* What is decided for guests' IPv6, by what the kernel has and the host does. */
#include "ipv6.h"

#include "unit.h"

static const struct {
	bool has_force;
	bool host_forwards;
	bool has_route;
	enum ipv6_forwarding forwarding;
	bool routed;
	const char *advice; /* a part of it; NULL: none */
} hosts[] = {
	{false, false, false, IPV6_FORWARDING_NONE, false, "conf.all.forwarding=1"},
	{false, false, true, IPV6_FORWARDING_NONE, false, "conf.all.forwarding=1"},
	{false, true, false, IPV6_FORWARDING_HOST, false, "no IPv6 default route"},
	{false, true, true, IPV6_FORWARDING_HOST, true, NULL},
	{true, false, false, IPV6_FORWARDING_DEVICE, false, "no IPv6 default route"},
	{true, false, true, IPV6_FORWARDING_DEVICE, true, NULL},
	{true, true, false, IPV6_FORWARDING_DEVICE, false, "no IPv6 default route"},
	{true, true, true, IPV6_FORWARDING_DEVICE, true, NULL},
};

START_TEST(guests_get_out_where_the_host_can_let_them)
{
	enum ipv6_forwarding forwarding =
		ipv6_choose_forwarding(hosts[_i].has_force, hosts[_i].host_forwards);
	const char *advice = ipv6_advice(forwarding, hosts[_i].has_route, false);

	ck_assert_int_eq(forwarding, hosts[_i].forwarding);
	ck_assert(ipv6_is_routed(forwarding, hosts[_i].has_route) == hosts[_i].routed);
	ck_assert((advice == NULL) == (hosts[_i].advice == NULL));
	ck_assert(!advice || strstr(advice, hosts[_i].advice));
	advice = ipv6_advice(IPV6_FORWARDING_DEVICE, false, true);
	ck_assert(strstr(advice, "no --uplink device has an IPv6 route"));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(guests_get_out_where_the_host_can_let_them, hosts),
	};

	return unit_run("ipv6", tests, UNIT_COUNT(tests));
}
