// SPDX-License-Identifier: GPL-2.0-or-later
/* Interfaces that no test machine has, as the kernel would describe them. */
#include "interface.h"

#include <net/if_arp.h>

#include "mac.h"
#include "unit.h"

#define ETHER(name_, kind_)                                                                        \
	{                                                                                          \
		.name = name_, .kind = kind_, .type = ARPHRD_ETHER, .flags = IFF_UP                \
	}

static const struct {
	struct link_facts facts;
	const char *master; /* its kind, or NULL */
	bool wireless;
	enum interface_use use;
	const char *why; /* part of it */
} interfaces[] = {
	{ETHER("eth0", ""), NULL, false, INTERFACE_NIC, ""},
	{ETHER("eth0.5", "vlan"), NULL, false, INTERFACE_NIC, ""},
	{ETHER("bond0", "bond"), NULL, false, INTERFACE_NIC, ""},
	{ETHER("veth0", "veth"), NULL, false, INTERFACE_NIC, ""},
	{ETHER("tap0", "tun"), NULL, false, INTERFACE_NIC, ""},
	{ETHER("eth0", ""), "vrf", false, INTERFACE_NIC, ""},
	{ETHER("br0", "bridge"), NULL, false, INTERFACE_BRIDGE, ""},
	{{.name = "lo", .type = ARPHRD_LOOPBACK, .flags = IFF_UP | IFF_LOOPBACK},
	 NULL,
	 false,
	 INTERFACE_NONE,
	 "is the loopback"},
	{ETHER("wlan0", ""), NULL, true, INTERFACE_NONE, "is a Wi-Fi interface: access points"},
	{ETHER("wlan0", ""), NULL, true, INTERFACE_NONE, "use --vmnet-mode=shared"},
	{{.name = "wg0", .kind = "wireguard", .type = ARPHRD_NONE},
	 NULL,
	 false,
	 INTERFACE_NONE,
	 "is not an Ethernet device"},
	{{.name = "tun0", .kind = "tun", .type = ARPHRD_NONE},
	 NULL,
	 false,
	 INTERFACE_NONE,
	 "is not an Ethernet device"},
	{ETHER("vmnet-shared", "tun"), NULL, false, INTERFACE_NONE, "of vde_vmnet itself"},
	{ETHER("vmnet_shared", "tun"), "bridge", false, INTERFACE_NONE, "of vde_vmnet itself"},
	{ETHER("vmnet-shared", "bridge"), NULL, false, INTERFACE_NONE, "of vde_vmnet itself"},
	{ETHER("vmnet-_01234567", "bridge"), NULL, false, INTERFACE_BRIDGE, ""},
	{ETHER("mv0", "macvlan"), NULL, false, INTERFACE_NONE, "its own address"},
	{ETHER("iv0", "ipvlan"), NULL, false, INTERFACE_NONE, "its own address"},
	{ETHER("eth0", ""), "bridge", false, INTERFACE_NONE,
	 "is a member of the bridge up; use --vmnet-interface=up"},
	{ETHER("eth0", ""), "bond", false, INTERFACE_NONE,
	 "is part of up; use --vmnet-interface=up"},
	{ETHER("eth0", ""), "team", false, INTERFACE_NONE, "is part of up"},
	{ETHER("eth0", ""), "openvswitch", false, INTERFACE_NONE, "belongs to up"},
};

START_TEST(an_interface_is_judged)
{
	struct link_facts master = {.name = "up"};
	char why[INTERFACE_WHY_MAX] = "";
	const char *kind = interfaces[_i].master;

	snprintf(master.kind, sizeof(master.kind), "%s", kind ? kind : "");
	ck_assert_int_eq(interface_judge(&interfaces[_i].facts, kind ? &master : NULL,
					 interfaces[_i].wireless, why),
			 interfaces[_i].use);
	ck_assert_msg(strstr(why, interfaces[_i].why), "'%s'", why);
}
END_TEST

static const uint8_t bridges[][MAC_SIZE] = {
	{0x00, 0x11, 0x22, 0x33, 0x44, 0x55},
	{0xfe, 0x54, 0x00, 0x33, 0x44, 0x55},
	{0xfe, 0xff, 0x00, 0x33, 0x44, 0x55},
	{0xfe, 0xff, 0xff, 0xff, 0xff, 0xfe},
};

START_TEST(a_bridge_keeps_the_lowest_address)
{
	uint8_t mac[MAC_SIZE] = {0x02, 0x01, 0x02, 0x03, 0x04, 0x05};

	interface_make_mac(bridges[_i], false, mac);
	ck_assert_int_gt(memcmp(mac, bridges[_i], sizeof(mac)), 0);
	ck_assert_uint_eq(mac[0] & 3, 2); /* of one station, locally administered */
	interface_make_mac(bridges[_i], true, mac);
	ck_assert_mem_eq(mac, bridges[_i], sizeof(mac));
}
END_TEST

START_TEST(a_bridge_that_has_no_address_gets_ours)
{
	const uint8_t none[MAC_SIZE] = {0};
	const uint8_t ours[MAC_SIZE] = {0x02, 0x01, 0x02, 0x03, 0x04, 0x05};
	uint8_t mac[MAC_SIZE];

	memcpy(mac, ours, sizeof(mac));
	interface_make_mac(none, true, mac);
	ck_assert_mem_eq(mac, ours, sizeof(mac));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(an_interface_is_judged, interfaces),
		UNIT_CASES(a_bridge_keeps_the_lowest_address, bridges),
		UNIT_TEST(a_bridge_that_has_no_address_gets_ours),
	};

	return unit_run("interface", tests, UNIT_COUNT(tests));
}
