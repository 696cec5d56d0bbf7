// SPDX-License-Identifier: GPL-2.0-or-later
#include "ruleset.h"

#include "apartrules.h"
#include "droprules.h"
#include "forwardrules.h"
#include "limitrules.h"
#include "mac.h"
#include "rule_text.h"

/*
 * prerouting: guests must use sources from their subnet and prefix, or from networks that the host
 * routes by our device (behind a guest, or a second subnet), which root may add. They must never
 * use the gateway's or another address of the host, nor any other protocol. This is checked before
 * conntrack, so that a flood costs no entries.
 *
 * input: our DNS and DHCP are for guests, though the kernel would accept packets for the gateway's
 * address on any device. What the forwarder begins reaches nobody here.
 *
 * forward: the devices in the sets "forwarding" would not forward but for us: what comes in by one
 * goes to guests of some vde_vmnet or nowhere, or the host would become a router for its other
 * networks. Guests leave only by the devices in the sets "uplinks". Both kinds of sets are filled
 * later (ruleset_format_devices()). What begins a connection is counted (limitrules.c), here and at
 * input. Packets that nobody has answered yet may only be for a limited number of the host's
 * neighbours. Guests reach each other through us, too; that is decided before conntrack's state,
 * because it sees only one direction if the answer takes the direct way. If all guests are
 * isolated, nothing gets from one to another: neither new connections, nor errors about another's
 * connection; if some are, nothing gets from or to these (apartrules.c). Nothing comes in but
 * answers and what was forwarded on purpose. What conntrack calls invalid would leave without NAT.
 * The MSS is reduced to what the way out can carry, for guests with a large MTU.
 *
 * answers: from a guest that a port of the host leads to, to wherever the question came from, even
 * by a device that guests do not leave by.
 *
 * postrouting: see natrules.c.
 *
 * output: the questions that our name server asks for guests are soon forgotten.
 *
 * Without an outside, there is one chain for both directions: nothing is forwarded from or to the
 * device, in any protocol, even if the host is a router. If it is not, the kernel would discard
 * what guests send beyond it before the forward hook, so it is refused earlier.
 *
 * What is not let through is in droprules.c.
 */
static const char ruleset_from_guests[] =
	"table inet %1$s {\n"
	"	flags owner\n"
	"%8$s" /* from droprules.c */
	"%9$s" /* from limitrules.c */
	"	chain guests {\n"
	"		type filter hook prerouting priority raw\n"
	"		iifname != \"%2$s\" accept\n"
	"		ip saddr %3$s/%4$u ip saddr != %5$s accept\n"
	"		ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept\n"
	"%6$s"
	"		fib saddr type local goto drop_source\n"
	"		fib saddr . iif oif exists accept\n"
	"		goto drop_source\n"
	"	}\n"
	"	chain services {\n"
	"		type filter hook input priority filter\n"
	"		iifname \"%2$s\" ct state new jump opens\n"
	"%10$s" /* from forwardrules.h */
	"		iifname { \"lo\", \"%2$s\" } accept\n"
	"		ip daddr %5$s udp dport { 53, 67 } goto drop_service\n"
	"		ip daddr %5$s tcp dport 53 goto drop_service\n"
	"%7$s"
	"	}\n";

static const char ruleset_outside[] =
	"	set forwarding { type iface_index; }\n"
	"	set forwarding6 { type iface_index; }\n"
	"	set uplinks { type iface_index; }\n"
	"	set uplinks6 { type iface_index; }\n"
	"%6$s" /* from apartrules.c */
	"	chain inside {\n"
	"		type filter hook forward priority filter\n"
	"		meta nfproto ipv4 iif @forwarding oifname != \"vmnet-*\" goto "
	"drop_transit\n"
	"		meta nfproto ipv6 iif @forwarding6 oifname != \"vmnet-*\" goto "
	"drop_transit\n"
	"		iifname \"%1$s\" ct state new jump opens\n"
	"%2$s"
	"		iifname \"%1$s\" ct direction reply ct status dnat goto answers\n"
	"%4$s"
	"		iifname \"%1$s\" meta nfproto ipv4 oif != @uplinks goto drop_elsewhere\n"
	"		iifname \"%1$s\" meta nfproto ipv6 oif != @uplinks6 goto drop_elsewhere\n"
	"		iifname \"%1$s\" ct state invalid goto drop_invalid\n"
	"		iifname \"%1$s\" ct direction original "
	"meta l4proto != { 6, 17, 136, 132, 1, 58 } goto drop_protocol\n"
	"		iifname \"%1$s\" jump seeks\n"
	"		iifname \"%1$s\" tcp flags syn tcp option maxseg size set rt mtu\n"
	"		oifname != \"%1$s\" accept\n"
	"		ct state established,related accept\n"
	"		ct status dnat accept\n"
	"		goto drop_unasked\n"
	"	}\n"
	"	chain answers {\n"
	"		tcp flags syn tcp option maxseg size set rt mtu\n"
	"		accept\n"
	"	}\n"
	"%5$s"	/* from forwardrules.c: prerouting */
	"%3$s"; /* from natrules.c: postrouting */

static const char ruleset_closed[] = "	chain closed {\n"
				     "		type filter hook forward priority filter\n"
				     "%3$s"
				     "		iifname \"%1$s\" goto drop_closed\n"
				     "		oifname \"%1$s\" goto drop_unasked\n"
				     "	}\n"
				     "	chain beyond {\n"
				     "		type filter hook prerouting priority filter\n"
				     "		iifname != \"%1$s\" accept\n"
				     "%4$s"
				     "		ip daddr %2$s accept\n"
				     "		fib daddr type { local, broadcast, multicast, "
				     "anycast } accept\n"
				     "		fib daddr . iif type { local, broadcast, "
				     "multicast, anycast } accept\n"
				     "		goto drop_closed\n"
				     "	}\n";

/*
 * With br_netfilter (bridge-nf-call-iptables), frames that the bridge passes from guest to guest
 * also get here. They differ from all that the host would forward in not being addressed to the
 * gateway.
 */
static const char ruleset_passed_on[] =
	"		iifname \"%1$s\" oifname \"%1$s\" ether daddr != %2$s accept\n";
static const char ruleset_not_for_us[] = "		ether daddr != %1$s accept\n";

/*
 * No guest is a router or a DHCPv6 server to the host. Before it has an address of its own (::), it
 * may ask for routers, and whether an address is free.
 */
static const char ruleset_guests6[] =
	"		icmpv6 type { nd-router-advert, nd-redirect } %3$s\n"
	"		meta nfproto ipv6 udp dport 546 %3$s\n"
	"		ip6 saddr %1$s/64 ip6 saddr != %2$s accept\n"
	"		ip6 saddr fe80::/10 ip6 saddr != " RULESET_ROUTER " accept\n"
	"		ip6 saddr :: icmpv6 type { nd-router-solicit, nd-neighbor-solicit, "
	"mld-listener-report, mld2-listener-report } accept\n";

static const char ruleset_no_guests6[] = "		meta nfproto ipv6 goto drop_family\n";

static const char ruleset_services6[] =
	"		ip6 daddr %1$s udp dport { 53, 547 } goto drop_service\n"
	"		ip6 daddr %1$s tcp dport 53 goto drop_service\n";

/*
 * If only force_forwarding is on, the host answers for its addresses as if it were no router, and
 * guests that see that drop their default route (RFC 4861, 7.2.5). So the router flag is set here,
 * in the three kinds of the advertisement (solicited, override); 0x7fff, in the bits that receivers
 * ignore, keeps the checksum unchanged.
 */
static const char ruleset_router6[] =
	"	chain router {\n"
	"		type filter hook output priority filter\n"
	"		oifname != \"%1$s\" accept\n"
	"		icmpv6 type nd-neighbor-advert @th,32,32 0x60000000 @th,32,32 set "
	"0xe0007fff\n"
	"		icmpv6 type nd-neighbor-advert @th,32,32 0x40000000 @th,32,32 set "
	"0xc0007fff\n"
	"		icmpv6 type nd-neighbor-advert @th,32,32 0x20000000 @th,32,32 set "
	"0xa0007fff\n"
	"	}\n";

/*
 * Our name server uses another port for each question of a guest. Each would stay in the host's
 * connection tracking for 30 or 120 s: one guest that asked for 2000 names a second caused 24000
 * entries within 25 s, of the 65536 in total that a small host tracks.
 */
static const char ruleset_asks[] =
	"	chain asks {\n"
	"		type filter hook output priority filter\n"
	"		meta skuid %1$u udp dport 53 ct timeout set \"dns\"\n"
	"	}\n";

/*
 * Whoever reaches a cloud's metadata service gets the machine's keys. Not all are at link-local
 * addresses: Alibaba's is at 100.100.100.200, that of Oracle's older cloud at 192.0.0.192, Azure's
 * WireServer, which is also a name server, at 168.63.129.16. In IPv6: Amazon (several addresses of
 * its prefix hand out keys), Google, Oracle, Scaleway, Linode, Alibaba.
 */
static const char ruleset_link_local[] =
	"		iifname \"%1$s\" ip daddr { 169.254.0.0/16, 100.100.100.200, 192.0.0.192 } "
	"goto drop_link_local\n"
	"		iifname \"%1$s\" ip daddr 168.63.129.16 tcp dport != 53 goto "
	"drop_link_local\n";
static const char ruleset_link_local6[] =
	"		iifname \"%1$s\" ip6 daddr { fd00:ec2::/32, fd20:ce::254, "
	"fd00:c1::a9fe:a9fe, fd00:42::42, fd00:a9fe:a9fe::1, fd00:100::100:200 } goto "
	"drop_link_local\n";

static const char ruleset_hairpin[] = "		iifname \"%1$s\" oifname \"%1$s\" goto %2$s\n";

/* Parts that not every network has; empty if not. */
struct ruleset_parts {
	char guests[768];
	char services[256];
	char hairpin[96];
	char outside[NATRULES_MAX];
	char drops[DROPRULES_MAX];
	char limits[LIMITRULES_MAX];
	char link_local[512];
	char passed_on[128];
	char not_for_us[64];
	char forwards[FORWARDRULES_MAX];
	char apart[APARTRULES_MAX];
};

static void ruleset_format_parts(const struct ruleset *ruleset, struct ruleset_parts *parts)
{
	char prefix[ULA_TEXT_MAX];
	char gateway[ULA_TEXT_MAX];
	struct limitrules limits = ruleset->limits;
	struct in6_addr address;
	char mac[MAC_TEXT_MAX];

	*parts = (struct ruleset_parts){0};
	rule_text_add(parts->hairpin, sizeof(parts->hairpin), ruleset_hairpin, ruleset->device,
		      ruleset->isolated ? droprules_chain(DROPRULE_ISOLATED) : "hairpin");
	if (!ruleset->isolated)
		apartrules_format(ruleset->prefix6, parts->apart);
	droprules_format(ruleset->outside, parts->drops);
	limits.outside = ruleset->outside;
	limits.ipv6 = ruleset->prefix6;
	limitrules_format(&limits, parts->limits);
	if (!ruleset->link_local)
		rule_text_add(parts->link_local, sizeof(parts->link_local), ruleset_link_local,
			      ruleset->device);
	if (!ruleset->link_local && ruleset->prefix6)
		rule_text_add(parts->link_local, sizeof(parts->link_local), ruleset_link_local6,
			      ruleset->device);
	natrules_format(&(struct natrules){.device = ruleset->device,
					   .subnet = ruleset->subnet,
					   .prefix6 = ruleset->prefix6,
					   .low = ruleset->port_low,
					   .high = ruleset->port_high},
			parts->outside);
	forwardrules_format(ruleset->device, ruleset->subnet, ruleset->prefix6, parts->forwards);
	if (ruleset->bridge && !ruleset->isolated) {
		mac_format(ruleset->bridge, mac);
		rule_text_add(parts->passed_on, sizeof(parts->passed_on), ruleset_passed_on,
			      ruleset->device, mac);
		rule_text_add(parts->not_for_us, sizeof(parts->not_for_us), ruleset_not_for_us,
			      mac);
	}
	if (!ruleset->prefix6) {
		rule_text_add(parts->guests, sizeof(parts->guests), ruleset_no_guests6);
		return;
	}
	address = ula_gateway(ruleset->prefix6);
	ula_format(ruleset->prefix6, prefix);
	ula_format(&address, gateway);
	rule_text_add(parts->guests, sizeof(parts->guests), ruleset_guests6, prefix, gateway,
		      ruleset->open6 ? "drop" : "goto drop_router");
	rule_text_add(parts->services, sizeof(parts->services), ruleset_services6, gateway);
}

void ruleset_format(const struct ruleset *ruleset, char text[RULESET_MAX])
{
	const struct subnet *subnet = ruleset->subnet;
	char network[SUBNET_TEXT_MAX];
	char gateway[SUBNET_TEXT_MAX];
	struct ruleset_parts parts;

	subnet_format(subnet_network(subnet->gateway, subnet->prefix), network);
	subnet_format(subnet->gateway, gateway);
	ruleset_format_parts(ruleset, &parts);
	text[0] = '\0';
	rule_text_add(text, RULESET_MAX, ruleset_from_guests, ruleset->table, ruleset->device,
		      network, subnet->prefix, gateway, parts.guests, parts.services, parts.drops,
		      parts.limits, ruleset->outside ? FORWARDRULES_ANSWERS_ONLY : "");
	if (ruleset->outside)
		rule_text_add(text, RULESET_MAX, ruleset_outside, ruleset->device, parts.hairpin,
			      parts.outside, parts.link_local, parts.forwards, parts.apart);
	else
		rule_text_add(text, RULESET_MAX, ruleset_closed, ruleset->device, gateway,
			      parts.passed_on, parts.not_for_us);
	if (ruleset->outside && ruleset->resolver != 0 && ruleset->limits.dns_timeout)
		rule_text_add(text, RULESET_MAX, ruleset_asks, (unsigned)ruleset->resolver);
	if (ruleset->outside && ruleset->prefix6)
		rule_text_add(text, RULESET_MAX, ruleset_router6, ruleset->device);
	rule_text_add(text, RULESET_MAX, "}\n");
}

/*
 * The host hears nothing from the guests of a shared bridge, and says nothing to them. A bridge
 * passes frames for the host to input with the port they came in by, including those of link-local
 * protocols, which it does not forward.
 */
static const char ruleset_sharedbridge[] = "table bridge %1$s {\n"
					   "	flags owner\n"
					   "	chain to_host {\n"
					   "		type filter hook input priority filter\n"
					   "		iifname \"%2$s\" counter drop\n"
					   "	}\n"
					   "	chain from_host {\n"
					   "		type filter hook output priority filter\n"
					   "		oifname \"%2$s\" counter drop\n"
					   "	}\n"
					   "}\n";

void ruleset_format_sharedbridge(const char *table, const char *device, char text[RULESET_MAX])
{
	text[0] = '\0';
	rule_text_add(text, RULESET_MAX, ruleset_sharedbridge, table, device);
}

static void ruleset_format_set(const char *table, const char *set,
			       const struct ruleset_devices *devices, char text[RULESET_MAX])
{
	rule_text_add(text, RULESET_MAX, "flush set inet %s %s\n", table, set);
	if (devices->n == 0)
		return;
	rule_text_add(text, RULESET_MAX, "add element inet %s %s { ", table, set);
	for (unsigned i = 0; i < devices->n; i++)
		rule_text_add(text, RULESET_MAX, "%d, ", devices->indexes[i]);
	rule_text_add(text, RULESET_MAX, "}\n");
}

void ruleset_format_devices(const char *table, const struct ruleset_devices *forwarding,
			    const struct ruleset_devices *uplinks, bool ipv6,
			    char text[RULESET_MAX])
{
	text[0] = '\0';
	ruleset_format_set(table, ipv6 ? "forwarding6" : "forwarding", forwarding, text);
	ruleset_format_set(table, ipv6 ? "uplinks6" : "uplinks", uplinks, text);
}
