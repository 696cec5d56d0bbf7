// SPDX-License-Identifier: GPL-2.0-or-later
#include "ruleset.h"

#include <assert.h>
#include <stdio.h>

/*
 * prerouting: guests speak from their subnet only, never as the gateway, and in
 *   no other protocol; before conntrack, so that a flood costs no entries.
 * input: our DNS and DHCP are for guests, though the kernel would take packets
 *   for the gateway's address on any device.
 * forward: nothing comes in but answers and what was forwarded on purpose. What
 *   conntrack calls invalid would leave without NAT. A segment size of a large
 *   MTU becomes what the way out can carry.
 * postrouting: guests leave with the address of the device they leave by.
 */
static const char ruleset_text[] =
	"table inet %1$s {\n"
	"	flags owner\n"
	"	chain guests {\n"
	"		type filter hook prerouting priority raw\n"
	"		iifname != \"%2$s\" accept\n"
	"		ip saddr %3$s/%4$u ip saddr != %5$s accept\n"
	"		ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept\n"
	"		counter drop\n"
	"	}\n"
	"	chain services {\n"
	"		type filter hook input priority filter\n"
	"		iifname { \"lo\", \"%2$s\" } accept\n"
	"		ip daddr %5$s udp dport { 53, 67 } counter drop\n"
	"		ip daddr %5$s tcp dport 53 counter drop\n"
	"	}\n"
	"	chain inside {\n"
	"		type filter hook forward priority filter\n"
	"		iifname \"%2$s\" ct state invalid counter drop\n"
	"		iifname \"%2$s\" tcp flags syn tcp option maxseg size set rt mtu\n"
	"		oifname != \"%2$s\" accept\n"
	"		ct state established,related accept\n"
	"		ct status dnat accept\n"
	"		counter drop\n"
	"	}\n"
	"	chain outside {\n"
	"		type nat hook postrouting priority srcnat\n"
	"		ip saddr %3$s/%4$u oifname != { \"lo\", \"%2$s\" } masquerade\n"
	"	}\n"
	"}\n";

void ruleset_format(const struct ruleset *ruleset, char text[RULESET_MAX])
{
	const struct subnet *subnet = ruleset->subnet;
	char network[SUBNET_TEXT_MAX];
	char gateway[SUBNET_TEXT_MAX];
	int length;

	subnet_format(subnet_network(subnet->gateway, subnet->prefix), network);
	subnet_format(subnet->gateway, gateway);
	length = snprintf(text, RULESET_MAX, ruleset_text, ruleset->table, ruleset->device, network,
			  subnet->prefix, gateway);
	assert(length < RULESET_MAX);
	(void)length;
}
