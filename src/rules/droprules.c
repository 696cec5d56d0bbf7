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
				     "through this network",
			     .remedy = "for a network behind a guest, add a route: ip route add "
				       "NETWORK via GUEST"},
	[DROPRULE_FAMILY] = {NAMES("family"), .forms = DROPRULE_ALL,
			     .what = "guests using IPv6, which is off here"},
	[DROPRULE_ROUTER] =
		{NAMES("router"), .forms = DROPRULE_ALL,
		 .what = "guests acting as routers or DHCPv6 servers, which the host ignores",
		 .remedy = "turn that off in the guest"},
	[DROPRULE_SERVICE] = {NAMES("service"), .forms = DROPRULE_ALL,
			      .what = "others querying the DNS or DHCP server that is for guests",
			      .remedy = "they must use another server"},
	[DROPRULE_CLOSED] =
		{NAMES("closed"), .forms = DROPRULE_INSIDE, .refuses = true,
		 .what = "guests trying to reach beyond the host, which mode host does not allow",
		 .remedy = "--vmnet-mode=shared does"},
	[DROPRULE_ELSEWHERE] = {NAMES("elsewhere"), .forms = DROPRULE_OUTSIDE, .refuses = true,
				.what = "guests trying to reach a network of the host that is not "
					"behind an uplink",
				.remedy = "to allow it, add its device with --uplink=DEVICE"},
	[DROPRULE_ISOLATED] =
		{NAMES("isolated"), .forms = DROPRULE_OUTSIDE, .refuses = true,
		 .what = "guests trying to reach each other despite isolation",
		 .remedy = "--isolated isolates all guests, vde_vmnetctl port set a single one"},
	[DROPRULE_PROTOCOL] = {NAMES("protocol"), .forms = DROPRULE_OUTSIDE, .refuses = true,
			       .what = "guests using a protocol without ports (ESP, GRE, 6in4), "
				       "which cannot pass NAT",
			       .remedy = "use it over UDP, like IPsec with NAT traversal"},
	[DROPRULE_UNASKED] =
		{NAMES("unasked"), .forms = DROPRULE_ALL,
		 .what = "others contacting guests that did not contact them first",
		 .remedy =
			 "to let them in, forward a port of the host (in mode shared, --hostfwd)"},
	[DROPRULE_TRANSIT] = {NAMES("transit"), .forms = DROPRULE_OUTSIDE,
			      .what = "others trying to use this host as a router",
			      .remedy = "if it is one, set net.ipv4.ip_forward (for IPv6 "
					"net.ipv6.conf.all.forwarding) to 1"},
	[DROPRULE_INVALID] =
		{NAMES("invalid"), .forms = DROPRULE_OUTSIDE,
		 .what = "guests in connections that the host does not know, or no longer knows",
		 .remedy = "connect again"},
	[DROPRULE_UNTRANSLATED] =
		{NAMES("untranslated"), .forms = DROPRULE_OUTSIDE,
		 .what = "guests, or the host with its address there, about to leave without NAT, "
			 "or with one of the host's own ports",
		 .remedy = "remove the rules from the host's firewall that exempt guests from "
			   "connection tracking (notrack) or translate them first"},
	[DROPRULE_LINK_LOCAL] =
		{NAMES("link_local"), .forms = DROPRULE_OUTSIDE, .refuses = true,
		 .what = "guests trying to reach link-local addresses beyond the host "
			 "(169.254.0.0/16), or others where a cloud hands out its keys",
		 .remedy = "--allow-link-local allows it"},
	[DROPRULE_CONNECTIONS] = {NAMES("connections"), .forms = DROPRULE_ALL,
				  .what = "guests at their limit of open connections, or opening "
					  "more than 4000 a second",
				  .remedy = "--guest-connections=NUMBER allows each guest more, up "
					    "to a quarter of net.netfilter.nf_conntrack_max"},
	[DROPRULE_ALL_CONNECTIONS] =
		{NAMES("all_connections"), .forms = DROPRULE_ALL,
		 .what = "guests together using half of the connections that the host can track, "
			 "or opening more than 20000 a second",
		 .remedy = "find the guest (conntrack -L), or raise net.netfilter.nf_conntrack_max "
			   "and restart"},
	[DROPRULE_NEIGHBOURS] =
		{NAMES("neighbours"), .forms = DROPRULE_OUTSIDE,
		 .what = "guests looking for too many machines on the host's own networks at once",
		 .remedy = "contact fewer at a time"},
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
