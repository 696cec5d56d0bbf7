// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapguard.h"

#include <stdio.h>
#include <string.h>

#include "rule_text.h"
#include "ruleset.h"
#include "tapdrops.h"
#include "ula.h"

/*
 * Frames of other types than these do not pass, because we do not look into them: tags, LLC, and
 * whatever else such a claim could hide in. Neither do IPv6 headers that rules cannot see past but
 * some receivers can (AH, mobility, HIP, shim6). The kernel finds an ICMPv6 message behind other
 * headers; neighbour discovery in fragments is ignored by everyone (RFC 6980).
 *
 * passed_on: nothing gets to TAPs from isolated ports of the worker. The worker sends their
 * broadcasts with a sender that begins like this (worker/portmacs.h), and lets nothing else from
 * them through to a TAP, or from a TAP to them. And nothing is passed on from or to an isolated
 * TAP.
 */

enum { TAPGUARD_SET_MAX = 128 }; /* bytes of "bridge TABLE SET" */

/* Takes the table's name and the text from tapdrops.c. */
static const char tapguard_table[] =
	"table bridge %s {\n"
	"	flags owner\n"
	"	set taps {\n"
	"		type ifname\n"
	"	}\n"
	"	set guests {\n"
	"		type ifname . ether_addr\n"
	"	}\n"
	"	set apart {\n"
	"		type ifname\n"
	"	}\n"
	"	set newcomers {\n"
	"		type ifname\n"
	"	}\n"
	"	map " TAPGUARD_FIRST " {\n"
	"		type ifname : ether_addr\n"
	"		size 512\n"
	"		flags dynamic\n"
	"	}\n"
	"	chain meet {\n"
	"		add @" TAPGUARD_FIRST " { iifname : ether saddr } drop\n"
	"	}\n"
	"	chain unknown {\n"
	"		iifname @newcomers goto meet\n"
	"		goto drop_sender\n"
	"	}\n"
	"%s";

/* Before everything else, so that a frame is counted once. */
static const char tapguard_asked[] = "	chain from_taps {\n"
				     "		type filter hook prerouting priority -300\n"
				     "		iifname @taps goto guard\n"
				     "	}\n"
				     "	chain guard {\n"
				     "		iifname . ether saddr != @guests goto unknown\n";

static const char tapguard_passed_on[] =
	"	chain passed_on {\n"
	"		type filter hook forward priority -300\n"
	"		ether type != { arp, ip, ip6 } goto drop_hidden\n"
	"		ether saddr & ff:ff:00:00:00:00 == " MAC_APART_TEXT
	"00:00:00:00 counter name \"dropped_isolated\" drop\n"
	"		iifname @apart goto drop_isolated\n"
	"		oifname @apart counter name \"dropped_isolated\" "
	"update @by_isolated { oifname counter } drop\n"
	"	}\n";

/*
 * By type, because for most frames there is little to check. By now it is certain that the sender's
 * MAC address is not the gateway's.
 */
static const char tapguard_types[] = "		ether type vmap {\n"
				     "			arp : goto guard_arp,\n"
				     "			ip : goto guard_ip,\n"
				     "			ip6 : goto guard_ip6 }\n"
				     "		goto drop_hidden\n"
				     "	}\n";

/* Takes the gateway's MAC and IPv4 addresses. */
static const char tapguard_arp[] = "	chain guard_arp {\n"
				   "		arp htype != 1 goto drop_hidden\n"
				   "		arp ptype != ip goto drop_hidden\n"
				   "		arp hlen != 6 goto drop_hidden\n"
				   "		arp plen != 4 goto drop_hidden\n"
				   "		arp saddr ether %1$s goto drop_gateway\n"
				   "		arp saddr ip %2$s goto drop_gateway\n"
				   "	}\n"
				   "	chain guard_ip {\n"
				   "		ip saddr %2$s goto drop_gateway\n";

/*
 * On the LAN, a guest must not act as a switch (the worker enforces the same for its guests), nor
 * choose a VLAN.
 */
static const char tapguard_lan[] =
	"		ether type { 0x8100, 0x88a8, 0x9100, 0x9200 } goto drop_hidden\n"
	"		ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 counter drop\n";

/* What ruleset_format_sharedbridge() does for the worker's TAP. */
static const char tapguard_hostless[] = "	chain from_newcomers {\n"
					"		type filter hook prerouting priority -300\n"
					"		iifname @newcomers goto meet\n"
					"	}\n"
					"	chain taps_to_host {\n"
					"		type filter hook input priority filter\n"
					"		iifname @taps counter drop\n"
					"	}\n"
					"	chain host_to_taps {\n"
					"		type filter hook output priority filter\n"
					"		oifname @taps counter drop\n"
					"	}\n";

static const char tapguard_closed4[] =
	"		ip protocol vmap { udp : goto guard_udp, icmp : goto guard_icmp }\n"
	"	}\n"
	"	chain guard_udp {\n"
	"		udp dport 68 goto drop_dhcp\n"
	"	}\n"
	"	chain guard_icmp {\n"
	"		icmp type { redirect, router-advertisement } goto drop_router\n";

/*
 * In a fragment, the port may come too late to be checked; such packets go to a client's link-local
 * address.
 */
static const char tapguard_fragments6[] =
	"		ip6 daddr fe80::/10 exthdr frag exists goto drop_hidden\n";

/* A verdict for each; one more may be inserted. */
static const char tapguard_protocols6[] = "		meta l4proto vmap {\n"
					  "			51 : goto drop_hidden,\n"
					  "			135 : goto drop_hidden,\n"
					  "			139 : goto drop_hidden,\n"
					  "			140 : goto drop_hidden,\n"
					  "			icmpv6 : goto guard_icmp6%s }\n"
					  "	}\n"
					  "	chain guard_udp6 {\n"
					  "		udp dport 546 goto drop_dhcp\n"
					  "	}\n"
					  "	chain guard_icmp6 {\n";

static const char tapguard_router6[] =
	"		icmpv6 type { nd-router-advert, nd-redirect } goto drop_router\n";

/* The target of an advertisement or a probe: the address it takes, or is about to. */
static const char tapguard_target6[] =
	"		icmpv6 type nd-neighbor-advert @th,64,128 %1$s goto drop_gateway\n"
	"		icmpv6 type nd-neighbor-solicit ip6 saddr :: @th,64,128 %1$s goto "
	"drop_gateway\n";

enum { TAPGUARD_ADDRESSES_MAX = 3 };

/* The gateway's IPv6 addresses. Returns how many. */
static unsigned tapguard_list_gateway6(const struct tapguard *guard,
				       struct in6_addr addresses[TAPGUARD_ADDRESSES_MAX])
{
	addresses[0] = mac_link_local(guard->mac);
	if (!guard->prefix6)
		return 1;
	addresses[1] = (struct in6_addr){{{0xfe, 0x80, [15] = 1}}}; /* RULESET_ROUTER */
	addresses[2] = ula_gateway(guard->prefix6);
	return 3;
}

static void tapguard_add_target6(const struct in6_addr *address, char text[TAPGUARD_MAX])
{
	char number[2 + 2 * sizeof(*address) + 1] = "0x";

	for (unsigned i = 0; i < sizeof(*address); i++)
		rule_text_add(number, sizeof(number), "%02x", address->s6_addr[i]);
	rule_text_add(text, TAPGUARD_MAX, tapguard_target6, number);
}

static void tapguard_add_ip6(const struct tapguard *guard, char text[TAPGUARD_MAX])
{
	struct in6_addr addresses[TAPGUARD_ADDRESSES_MAX];
	unsigned n = tapguard_list_gateway6(guard, addresses);
	char written[ULA_TEXT_MAX];

	rule_text_add(text, TAPGUARD_MAX, "	chain guard_ip6 {\n");
	for (unsigned i = 0; i < n; i++)
		rule_text_add(text, TAPGUARD_MAX, "		ip6 saddr %s goto drop_gateway\n",
			      ula_format(&addresses[i], written));
	if (!guard->open6)
		rule_text_add(text, TAPGUARD_MAX, "%s", tapguard_fragments6);
	rule_text_add(text, TAPGUARD_MAX, tapguard_protocols6,
		      guard->open6 ? "" : ", udp : goto guard_udp6");
	if (!guard->open6 && !guard->router6)
		rule_text_add(text, TAPGUARD_MAX, "%s", tapguard_router6);
	for (unsigned i = 0; i < n; i++)
		tapguard_add_target6(&addresses[i], text);
	rule_text_add(text, TAPGUARD_MAX, "	}\n");
}

static void tapguard_begin(const char *table, char text[TAPGUARD_MAX])
{
	char drops[TAPDROPS_MAX];

	tapdrops_format(drops);
	text[0] = '\0';
	rule_text_add(text, TAPGUARD_MAX, tapguard_table, table, drops);
}

void tapguard_format(const struct tapguard *guard, char text[TAPGUARD_MAX])
{
	char address[SUBNET_TEXT_MAX];
	char mac[MAC_TEXT_MAX];

	tapguard_begin(guard->table, text);
	rule_text_add(text, TAPGUARD_MAX, "%s%s%s", tapguard_passed_on, tapguard_asked,
		      tapguard_types);
	rule_text_add(text, TAPGUARD_MAX, tapguard_arp, mac_format(guard->mac, mac),
		      subnet_format(guard->subnet->gateway, address));
	if (!guard->open4)
		rule_text_add(text, TAPGUARD_MAX, "%s", tapguard_closed4);
	rule_text_add(text, TAPGUARD_MAX, "	}\n");
	tapguard_add_ip6(guard, text);
	rule_text_add(text, TAPGUARD_MAX, "}\n");
}

void tapguard_format_lan(const char *table, char text[TAPGUARD_MAX])
{
	tapguard_begin(table, text);
	rule_text_add(text, TAPGUARD_MAX, "%s%s	}\n}\n", tapguard_asked, tapguard_lan);
}

void tapguard_format_hostless(const char *table, char text[TAPGUARD_MAX])
{
	tapguard_begin(table, text);
	rule_text_add(text, TAPGUARD_MAX, "%s}\n", tapguard_hostless);
}

static void tapguard_set_element(const char *table, bool add, const char *set, const char *element,
				 char text[TAPGUARD_ELEMENT_MAX])
{
	char name[TAPGUARD_SET_MAX];

	snprintf(name, sizeof(name), "bridge %s %s", table, set);
	rule_text_set_element(text, TAPGUARD_ELEMENT_MAX, name, element, add);
}

void tapguard_format_tap(const char *table, bool add, const char *tap,
			 const uint8_t guest[MAC_SIZE], char text[TAPGUARD_ELEMENT_MAX])
{
	char clear[TAPDROPS_CLEAR_MAX];
	char mac[MAC_TEXT_MAX];
	char name[64];
	char both[96];

	snprintf(name, sizeof(name), "\"%s\"", tap);
	text[0] = '\0';
	if (guest) {
		snprintf(both, sizeof(both), "%s . %s", name, mac_format(guest, mac));
		tapguard_set_element(table, add, "guests", both, text);
	}
	tapguard_set_element(table, add, "taps", name, text);
	tapguard_set_element(table, add && !guest, "newcomers", name, text);
	if (add)
		return;
	tapguard_set_element(table, false, "apart", name, text);
	tapdrops_format_clear(table, tap, clear);
	rule_text_add(text, TAPGUARD_ELEMENT_MAX, "%s", clear);
}

void tapguard_format_again(const char *table, const char *tap, char text[TAPGUARD_ELEMENT_MAX])
{
	text[0] = '\0';
	rule_text_add(text, TAPGUARD_ELEMENT_MAX,
		      "delete element bridge %s " TAPGUARD_FIRST " { \"%s\" }\n", table, tap);
}

bool tapguard_read_first(const char *list, const char *tap, uint8_t mac[MAC_SIZE])
{
	char start[64];
	char text[MAC_TEXT_MAX];
	const char *at;

	snprintf(start, sizeof(start), "\"%s\" : ", tap);
	at = strstr(list, start);
	if (!at)
		return false;
	snprintf(text, sizeof(text), "%s", at + strlen(start));
	return mac_parse(text, mac) == 0;
}

void tapguard_format_apart(const char *table, bool add, const char *tap,
			   char text[TAPGUARD_ELEMENT_MAX])
{
	char name[64];

	snprintf(name, sizeof(name), "\"%s\"", tap);
	text[0] = '\0';
	tapguard_set_element(table, add, "apart", name, text);
}
