// SPDX-License-Identifier: GPL-2.0-or-later
#include "natrules.h"

#include "forwardrules.h"
#include "rule_text.h"

enum { NATRULES_PART_MAX = 1024 };

/*
 * outside: guests leave with the address of the device they leave by, and with ports of ours. It
 * runs before the host's own NAT (srcnat), because only the first chain that translates a flow
 * counts: many hosts masquerade everything, which would let a guest keep the port it wants. What
 * the host itself sends to a group or to everyone is for its own link, and no answer would come to
 * a translated address. A guest that calls a forwarded port of the host reaches the other guest as
 * the host, too: otherwise the answer would take the direct way, untranslated.
 *
 * ports: what left the NAT in another way does not leave at all. Otherwise, in a protocol without
 * ports (IPsec's ESP, GRE, 6in4), all of a peer's packets would go to the guest that spoke first,
 * even those for the host. The same applies to protocols with ports that conntrack may know but
 * this kernel does not, to flows older than our rules, and to what another table translated first.
 * Answers of guests, as from ports that the host forwards to them, may pass.
 *
 * own: what others, or the host itself, send with an address of the guests' network does not leave
 * either, if conntrack does not see it; nor does what the forwarder begins.
 *
 * new: a packet that begins a flow, before the NAT. If the kernel finds no free port, it silently
 * drops the packet and forgets the flow, so the flow's next packet begins it again. A second
 * beginning within seconds is therefore counted as a drop of the first. (Counting the flows to each
 * destination with ct count walks a list of them: 4000 connections at once then took 3.9 s instead
 * of 2.2 s.)
 *
 * found: a flow that was not dropped is forgotten at once, because guests may reuse the port once
 * it is over. This is the last chain of all: conntrack, too, drops at the end (INT_MAX; with equal
 * priorities, whoever registered first runs first, and our rules need conntrack).
 *
 * Protocols are numbers, because nft takes their names from /etc/protocols, which a minimal system
 * lacks: TCP 6, UDP 17, UDP-Lite 136, SCTP 132, ICMP 1, ICMPv6 58.
 */
static const char natrules_chains[] =
	"	chain outside {\n"
	"		type nat hook postrouting priority srcnat - 10\n"
	"		iifname != \"%1$s\" ip daddr { 224.0.0.0/4, 255.255.255.255 } accept\n"
	"		iifname \"%1$s\" oifname != { \"lo\", \"%1$s\" } goto leaving\n"
	"		iifname \"%1$s\" oifname \"%1$s\" ct status dnat goto leaving\n"
	"		ip saddr %2$s/%3$u oifname != { \"lo\", \"%1$s\" } goto leaving\n"
	"%4$s"
	"	}\n"
	"	chain leaving {\n"
	"		meta l4proto { 6, 17, 136, 132 } masquerade to :%5$u-%6$u\n"
	"		meta l4proto { 1, 58 } masquerade to :%5$u-%6$u\n"
	"	}\n"
	"	chain ports {\n"
	"		type filter hook postrouting priority srcnat + 10\n"
	"		oifname { \"lo\", \"%1$s\" } accept\n"
	"		iifname != \"%1$s\" goto own\n"
	"		ct state invalid,untracked goto drop_untranslated\n"
	"		ct direction reply accept\n"
	"		ct status & snat != snat goto drop_untranslated\n"
	"		meta l4proto 6 ct reply proto-dst != %5$u-%6$u goto drop_untranslated\n"
	"		meta l4proto 17 ct reply proto-dst != %5$u-%6$u goto drop_untranslated\n"
	"		meta l4proto 136 ct reply proto-dst != %5$u-%6$u goto drop_untranslated\n"
	"		meta l4proto 132 ct reply proto-dst != %5$u-%6$u goto drop_untranslated\n"
	"		meta l4proto != { 6, 17, 136, 132, 1, 58 } goto drop_untranslated\n"
	"	}\n"
	"	chain own {\n" FORWARDRULES_ANSWERS_ONLY
	"		ip daddr { 224.0.0.0/4, 255.255.255.255 } accept\n"
	"		ip saddr %2$s/%3$u oif @uplinks goto drop_untranslated\n"
	"%9$s"
	"	}\n"
	"	counter " NATRULES_COUNTER " {\n"
	"	}\n"
	"%7$s"
	"	chain new {\n"
	"		type filter hook postrouting priority srcnat - 20\n"
	"		iifname != \"%1$s\" accept\n"
	"		oifname { \"lo\", \"%1$s\" } accept\n"
	"		ct status & confirmed == confirmed accept\n"
	"%8$s"
	"	}\n"
	"	chain found {\n"
	"		type filter hook postrouting priority 2147483647\n"
	"		iifname != \"%1$s\" accept\n"
	"		ct state != new accept\n"
	"%10$s"
	"	}\n";

static const char natrules_leaving6[] =
	"		iifname != \"%2$s\" ip6 daddr ff00::/8 accept\n"
	"		ip6 saddr %1$s/64 oifname != { \"lo\", \"%2$s\" } goto leaving\n";

static const char natrules_own6[] =
	"		ip6 daddr ff00::/8 accept\n"
	"		ip6 saddr %1$s/64 oif @uplinks6 goto drop_untranslated\n";

/*
 * For ipv4 and ipv6. Retries come after 1 s (TCP, RFC 6298) or 5 s (DNS, resolv.conf(5)); conntrack
 * itself remembers every flow for at least 10 s.
 */
static const char natrules_sets[] =
	"	set new_%1$s {\n"
	"		type inet_proto . %1$s_addr . inet_service . %1$s_addr . inet_service\n"
	"		size 16384\n"
	"		flags dynamic,timeout\n"
	"		timeout 6s\n"
	"	}\n"
	"	set exhausted_%1$s {\n"
	"		type inet_proto . %1$s_addr . inet_service\n"
	"		size 16\n"
	"		flags dynamic,timeout\n"
	"		timeout 1m\n"
	"	}\n";

static const char natrules_set_rules[] =
	"		meta nfproto %1$s meta l4proto { 6, 17 } "
	"meta l4proto . %2$s saddr . th sport . %2$s daddr . th dport @new_%1$s "
	"counter name \"" NATRULES_COUNTER "\" "
	"update @exhausted_%1$s { meta l4proto . %2$s daddr . th dport } accept\n"
	"		meta nfproto %1$s meta l4proto { 6, 17 } "
	"add @new_%1$s { meta l4proto . %2$s saddr . th sport . %2$s daddr . th dport }\n";

/* As above, but with the guest's original address and port, which the packet no longer has. */
#define NATRULES_FOUND                                                                             \
	"meta l4proto . ct original %2$s saddr . ct original proto-src . %2$s daddr . th dport "
static const char natrules_found_rule[] =
	"		meta nfproto %1$s meta l4proto { 6, 17 } " NATRULES_FOUND "@new_%1$s "
	"update @new_%1$s { " NATRULES_FOUND "timeout 1ms }\n";

void natrules_format(const struct natrules *rules, char text[NATRULES_MAX])
{
	static const char *const families[][2] = {{"ipv4", "ip"}, {"ipv6", "ip6"}};
	const struct subnet *subnet = rules->subnet;
	char network[SUBNET_TEXT_MAX];
	char prefix[ULA_TEXT_MAX];
	char objects[NATRULES_PART_MAX] = "";
	char begins[NATRULES_PART_MAX] = "";
	char found[NATRULES_PART_MAX] = "";
	char leaving6[256] = "";
	char own6[128] = "";

	subnet_format(subnet_network(subnet->gateway, subnet->prefix), network);
	if (rules->prefix6) {
		ula_format(rules->prefix6, prefix);
		rule_text_add(leaving6, sizeof(leaving6), natrules_leaving6, prefix, rules->device);
		rule_text_add(own6, sizeof(own6), natrules_own6, prefix);
	}
	for (int i = 0; i < (rules->prefix6 ? 2 : 1); i++) {
		rule_text_add(objects, sizeof(objects), natrules_sets, families[i][0]);
		rule_text_add(begins, sizeof(begins), natrules_set_rules, families[i][0],
			      families[i][1]);
		rule_text_add(found, sizeof(found), natrules_found_rule, families[i][0],
			      families[i][1]);
	}
	text[0] = '\0';
	rule_text_add(text, NATRULES_MAX, natrules_chains, rules->device, network, subnet->prefix,
		      leaving6, rules->low, rules->high, objects, begins, own6, found);
}
