// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapguard.h"

#include "rule_text.h"
#include "ruleset.h"
#include "ula.h"

/*
 * What has another type than these is not looked into, and does not pass: tags, LLC, and whatever
 * else such a claim could be behind. An ICMPv6 message is found behind extension headers by the
 * kernel; neighbour discovery in fragments nobody hears (RFC 6980).
 *
 * passed_on: from a port of the worker that is isolated nothing comes to TAPs. The worker sends
 *   what it says to all with a sender that begins so (worker/portmacs.h), and lets through nothing
 *   else for a TAP, or from one.
 */
static const char tapguard_begin[] = "	chain passed_on {\n"
				     "		type filter hook forward priority -300\n"
				     "		ether type != { arp, ip, ip6 } counter drop\n"
				     "		ether saddr & ff:ff:00:00:00:00 == " MAC_APART_TEXT
				     "00:00:00:00 counter drop\n"
				     "	}\n"
				     "	chain guard {\n"
				     "		ether type != { arp, ip, ip6 } counter drop\n"
				     "		ether saddr %1$s counter drop\n"
				     "		ether type arp arp htype != 1 counter drop\n"
				     "		ether type arp arp ptype != ip counter drop\n"
				     "		ether type arp arp hlen != 6 counter drop\n"
				     "		ether type arp arp plen != 4 counter drop\n"
				     "		arp saddr ether %1$s counter drop\n"
				     "		arp saddr ip %2$s counter drop\n"
				     "		ip saddr %2$s counter drop\n";

static const char tapguard_table[] = "table bridge %1$s {\n"
				     "	flags owner\n"
				     "	set taps {\n"
				     "		type ifname\n"
				     "	}\n";

static const char tapguard_asked[] = "	chain from_taps {\n"
				     "		type filter hook prerouting priority -300\n"
				     "		iifname @taps goto guard\n"
				     "	}\n";

/*
 * On the LAN a guest is neither a switch, as the worker has it for its guests, nor in a VLAN of its
 * choice.
 */
static const char tapguard_lan[] =
	"	chain guard {\n"
	"		ether type { 0x8100, 0x88a8, 0x9100, 0x9200 } counter drop\n"
	"		ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 counter drop\n"
	"	}\n";

/* As ruleset_format_sharedbridge() has it for the worker's TAP. */
static const char tapguard_hostless[] = "	chain taps_to_host {\n"
					"		type filter hook input priority filter\n"
					"		iifname @taps counter drop\n"
					"	}\n"
					"	chain host_to_taps {\n"
					"		type filter hook output priority filter\n"
					"		oifname @taps counter drop\n"
					"	}\n";

static const char tapguard_closed4[] =
	"		ip protocol udp udp dport 68 counter drop\n"
	"		icmp type { redirect, router-advertisement } counter drop\n";

static const char tapguard_dhcp6[] = "		ip6 version 6 udp dport 546 counter drop\n";

static const char tapguard_router6[] =
	"		icmpv6 type { nd-router-advert, nd-redirect } counter drop\n";

/* Of an advertisement, and of a probe, the target: what it takes, or is about to. */
static const char tapguard_gateway6[] =
	"		ip6 saddr %1$s counter drop\n"
	"		icmpv6 type nd-neighbor-advert @th,64,128 %2$s counter drop\n"
	"		icmpv6 type nd-neighbor-solicit ip6 saddr :: @th,64,128 %2$s counter "
	"drop\n";

static void tapguard_add_gateway6(const struct in6_addr *address, char text[TAPGUARD_MAX])
{
	char number[2 + 2 * sizeof(*address) + 1] = "0x";
	char written[ULA_TEXT_MAX];

	for (unsigned i = 0; i < sizeof(*address); i++)
		rule_text_add(number, sizeof(number), "%02x", address->s6_addr[i]);
	rule_text_add(text, TAPGUARD_MAX, tapguard_gateway6, ula_format(address, written), number);
}

void tapguard_format(const struct tapguard *guard, char text[TAPGUARD_MAX])
{
	const struct in6_addr router = {{{0xfe, 0x80, [15] = 1}}}; /* RULESET_ROUTER */
	const struct in6_addr by_mac = mac_link_local(guard->mac);
	char address[SUBNET_TEXT_MAX];
	char mac[MAC_TEXT_MAX];

	text[0] = '\0';
	rule_text_add(text, TAPGUARD_MAX, tapguard_table, guard->table);
	rule_text_add(text, TAPGUARD_MAX, "%s", tapguard_asked);
	rule_text_add(text, TAPGUARD_MAX, tapguard_begin, mac_format(guard->mac, mac),
		      subnet_format(guard->subnet->gateway, address));
	if (!guard->open4)
		rule_text_add(text, TAPGUARD_MAX, "%s", tapguard_closed4);
	if (!guard->open6)
		rule_text_add(text, TAPGUARD_MAX, "%s", tapguard_dhcp6);
	if (!guard->open6 && !guard->router6)
		rule_text_add(text, TAPGUARD_MAX, "%s", tapguard_router6);
	tapguard_add_gateway6(&by_mac, text);
	if (guard->prefix6) {
		struct in6_addr gateway = ula_gateway(guard->prefix6);

		tapguard_add_gateway6(&router, text);
		tapguard_add_gateway6(&gateway, text);
	}
	rule_text_add(text, TAPGUARD_MAX, "	}\n}\n");
}

void tapguard_format_lan(const char *table, char text[TAPGUARD_MAX])
{
	text[0] = '\0';
	rule_text_add(text, TAPGUARD_MAX, tapguard_table, table);
	rule_text_add(text, TAPGUARD_MAX, "%s%s}\n", tapguard_asked, tapguard_lan);
}

void tapguard_format_hostless(const char *table, char text[TAPGUARD_MAX])
{
	text[0] = '\0';
	rule_text_add(text, TAPGUARD_MAX, tapguard_table, table);
	rule_text_add(text, TAPGUARD_MAX, "%s}\n", tapguard_hostless);
}

void tapguard_format_element(const char *table, bool add, const char *tap,
			     char text[TAPGUARD_ELEMENT_MAX])
{
	text[0] = '\0';
	rule_text_add(text, TAPGUARD_ELEMENT_MAX, "%s element bridge %s taps { \"%s\" }\n",
		      add ? "add" : "delete", table, tap);
}
