// SPDX-License-Identifier: GPL-2.0-or-later
#include "droprules.h"

#include <stdio.h>
#include <string.h>

#include "mac.h"
#include "nftlist.h"
#include "rule_text.h"

/* In which networks it applies. */
enum { DROPRULE_INSIDE = 1 << 0, DROPRULE_OUTSIDE = 1 << 1, DROPRULE_ALL = 3 };

struct droprule_row {
	const char *chain;
	const char *counter;
	const char *set;
	const char *what;
	const char *remedy;
	int forms;
	bool refuses; /* the sender gets an answer; only for guests */
};

#define NAMES(name) .chain = "drop_" name, .counter = "dropped_" name, .set = "who_" name

static const struct droprule_row droprules[DROPRULES] = {
	[DROPRULE_SOURCE] = {NAMES("source"), .forms = DROPRULE_ALL,
			     .what = "guests with a source address that the host has no route to "
				     "by this network",
			     .remedy = "for a network behind a guest, add one: ip route add "
				       "NETWORK via GUEST"},
	[DROPRULE_FAMILY] = {NAMES("family"), .forms = DROPRULE_ALL,
			     .what = "guests in IPv6, which is off here"},
	[DROPRULE_ROUTER] = {NAMES("router"), .forms = DROPRULE_ALL,
			     .what = "guests that are routers or DHCPv6 servers, to which the host "
				     "does not listen",
			     .remedy = "turn that off in the guest"},
	[DROPRULE_SERVICE] = {NAMES("service"), .forms = DROPRULE_ALL,
			      .what = "others that ask the DNS or DHCP of guests",
			      .remedy = "they have to ask another server"},
	[DROPRULE_CLOSED] = {NAMES("closed"), .forms = DROPRULE_INSIDE, .refuses = true,
			     .what = "guests to what is beyond the host, which mode host does not "
				     "let them reach",
			     .remedy = "--vmnet-mode=shared does"},
	[DROPRULE_ELSEWHERE] = {NAMES("elsewhere"), .forms = DROPRULE_OUTSIDE, .refuses = true,
				.what = "guests to a network of the host that is behind no uplink",
				.remedy = "--uplink=DEVICE names its device"},
	[DROPRULE_ISOLATED] = {NAMES("isolated"), .forms = DROPRULE_OUTSIDE, .refuses = true,
			       .what = "guests to each other, who are isolated",
			       .remedy = "--isolated isolates all of them, vde_vmnetctl port set a "
					 "single one"},
	[DROPRULE_PROTOCOL] = {NAMES("protocol"), .forms = DROPRULE_OUTSIDE, .refuses = true,
			       .what = "guests in a protocol without ports (ESP, GRE, 6in4), "
				       "which cannot leave by NAT",
			       .remedy = "use it over UDP, as IPsec with NAT traversal"},
	[DROPRULE_UNASKED] = {NAMES("unasked"), .forms = DROPRULE_ALL,
			      .what = "others to guests that did not ask for it",
			      .remedy = "to let it in, forward a port of the host, in mode "
					"shared by --hostfwd"},
	[DROPRULE_TRANSIT] = {NAMES("transit"), .forms = DROPRULE_OUTSIDE,
			      .what = "others that would use this host as a router",
			      .remedy = "if it is one, set net.ipv4.ip_forward (for IPv6 "
					"net.ipv6.conf.all.forwarding) to 1"},
	[DROPRULE_INVALID] =
		{NAMES("invalid"), .forms = DROPRULE_OUTSIDE,
		 .what = "guests in connections that the host does not know (any more)",
		 .remedy = "connect again"},
	[DROPRULE_UNTRANSLATED] =
		{NAMES("untranslated"), .forms = DROPRULE_OUTSIDE,
		 .what = "guests, or the host by its address there, that would leave without NAT, "
			 "or "
			 "with a port of the host's own",
		 .remedy = "take the rules out of the host's firewall that exempt guests from "
			   "connection tracking (notrack) or translate them first"},
	[DROPRULE_LINK_LOCAL] = {NAMES("link_local"), .forms = DROPRULE_OUTSIDE, .refuses = true,
				 .what = "guests to link-local addresses beyond the host "
					 "(169.254.0.0/16), or to others where a cloud hands out "
					 "its keys",
				 .remedy = "--allow-link-local lets them"},
	[DROPRULE_CONNECTIONS] =
		{NAMES("connections"), .forms = DROPRULE_ALL,
		 .what = "guests that have as many connections open as one guest may, or open more "
			 "than 4000 a second",
		 .remedy = "--guest-connections=NUMBER lets each have more, up to a quarter of "
			   "net.netfilter.nf_conntrack_max"},
	[DROPRULE_ALL_CONNECTIONS] =
		{NAMES("all_connections"), .forms = DROPRULE_ALL,
		 .what = "guests that together have half of the connections open that the host "
			 "tracks, or open more than 20000 a second",
		 .remedy = "find the guest (conntrack -L), or set "
			   "net.netfilter.nf_conntrack_max higher and start again"},
	[DROPRULE_NEIGHBOURS] = {NAMES("neighbours"), .forms = DROPRULE_OUTSIDE,
				 .what = "guests to more machines of the host's own networks at "
					 "once than it looks for",
				 .remedy = "ask fewer at a time"},
};

/*
 * A packet without an Ethernet header is one that we ourselves sent to a group, looped back: it is
 * not counted. Packets from others may come through a tunnel, and have none either.
 */
static const char droprules_of_guests[] =
	"		ether saddr != 00:00:00:00:00:00 counter name \"%1$s\" "
	"update @%2$s { ether saddr }\n";

static const char droprules_of_others[] = "		counter name \"%1$s\"\n"
					  "		update @%2$s { ether saddr }\n";

static const char droprules_objects[] = "	counter %1$s {\n"
					"	}\n"
					"	set %2$s {\n"
					"		type ether_addr\n"
					"		size 16\n"
					"		flags dynamic,timeout\n"
					"		timeout 1m\n"
					"	}\n";

/*
 * An answer lets a guest's program fail at once. Each guest gets at most 50 per second; the rest is
 * dropped silently. The burst of 200 is enough, because a program that was refused stops asking.
 */
static const char droprules_refuse[] =
	"	set refused {\n"
	"		type ether_addr\n"
	"		size 1024\n"
	"		flags dynamic,timeout\n"
	"		timeout 10s\n"
	"	}\n"
	"	chain refuse {\n"
	"		update @refused { ether saddr limit rate 50/second burst 200 packets } "
	"goto answer\n"
	"		drop\n"
	"	}\n"
	"	chain answer {\n"
	"		meta l4proto 6 reject with tcp reset\n"
	"		reject with icmpx type admin-prohibited\n"
	"	}\n";

/* What the host itself sends has no Ethernet header either, when it leaves. */
static bool droprules_is_of_guests(enum droprule reason)
{
	return reason != DROPRULE_SERVICE && reason != DROPRULE_UNASKED &&
	       reason != DROPRULE_TRANSIT && reason != DROPRULE_UNTRANSLATED;
}

void droprules_format(bool outside, char text[DROPRULES_MAX])
{
	text[0] = '\0';
	rule_text_add(text, DROPRULES_MAX, droprules_refuse);
	for (int i = 0; i < DROPRULES; i++) {
		const struct droprule_row *row = &droprules[i];

		if (!(row->forms & (outside ? DROPRULE_OUTSIDE : DROPRULE_INSIDE)))
			continue;
		rule_text_add(text, DROPRULES_MAX, droprules_objects, row->counter, row->set);
		rule_text_add(text, DROPRULES_MAX, "	chain %s {\n", row->chain);
		rule_text_add(text, DROPRULES_MAX,
			      droprules_is_of_guests((enum droprule)i) ? droprules_of_guests
								       : droprules_of_others,
			      row->counter, row->set);
		rule_text_add(text, DROPRULES_MAX, "		%s\n	}\n",
			      row->refuses ? "goto refuse" : "drop");
	}
}

const char *droprules_chain(enum droprule reason)
{
	return droprules[reason].chain;
}

const char *droprules_set(enum droprule reason)
{
	return droprules[reason].set;
}

const char *droprules_what(enum droprule reason)
{
	return droprules[reason].what;
}

const char *droprules_remedy(enum droprule reason)
{
	return droprules[reason].remedy;
}

bool droprules_refuses(enum droprule reason)
{
	return droprules[reason].refuses;
}

void droprules_read(const char *list, uint64_t counts[DROPRULES])
{
	for (int i = 0; i < DROPRULES; i++)
		counts[i] = nftlist_counter(list, droprules[i].counter);
}

bool droprules_read_mac(const char *list, char mac[DROPRULES_MAC_MAX])
{
	const char *first = nftlist_first(list);

	return first && sscanf(first, "%17[0-9a-f:]", mac) == 1 &&
	       strlen(mac) == DROPRULES_MAC_MAX - 1 &&
	       strncmp(mac, MAC_APART_TEXT, strlen(MAC_APART_TEXT)) != 0;
}
