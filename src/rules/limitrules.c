// SPDX-License-Identifier: GPL-2.0-or-later
#include "limitrules.h"

#include "droprules.h"
#include "rule_text.h"

/*
 * The kernel counts connections in a list that it walks for each new one, and it removes at most 8
 * dead ones from a list per tick (nf_conncount.c). So one guest's are counted in 64 lists, and all
 * guests' in up to 1024. The list is chosen by a number that the kernel derives from the connection
 * with a secret, so no guest can fill one list on purpose. Before connections are counted, their
 * rate is limited, because those that are then dropped have already been added to the lists. Closed
 * TCP connections do not count.
 *
 * A guest is identified by its MAC address. What comes from one port of ours has one (portmacs.h).
 * But behind someone else's switch there may be any number of them, and what does not fit into a
 * full set is not counted there: hence the lists for all.
 *
 * 4000 new connections a second, after 20000 at any pace, are more than any guest sustains: a
 * browser opens some hundred at once, a crawler or a package manager 700 a second.
 */
enum {
	LIMITRULES_LISTS = 64,	     /* for one guest */
	LIMITRULES_LISTS_MAX = 1024, /* for all */
	LIMITRULES_LIST = 128,	     /* connections in each of the lists for all, at least */
	LIMITRULES_LIST_MIN = 4,     /* in each list of one guest, however few the host tracks */
};

static const char limitrules_chain[] =
	"	set new_connections {\n"
	"		type ether_addr\n"
	"		size 1024\n"
	"		flags dynamic,timeout\n"
	"		timeout 10s\n"
	"	}\n"
	"	set connections {\n"
	"		typeof ether saddr . ct id\n"
	"		size 16384\n"
	"		flags dynamic\n"
	"	}\n"
	"	set all_connections {\n"
	"		typeof ct id\n"
	"		size %4$u\n"
	"		flags dynamic\n"
	"	}\n"
	"	chain opens {\n"
	"		ct status & confirmed == confirmed return\n"
	"		update @new_connections { ether saddr limit rate over 4000/second burst "
	"20000 packets } goto %6$s\n"
	"		limit rate over 20000/second burst 40000 packets goto %7$s\n"
	"		add @connections { ether saddr . ct id & %1$u ct count over %2$u } goto "
	"%6$s\n"
	"		add @all_connections { ct id & %3$u ct count over %5$u } goto %7$s\n"
	"%8$s"
	"	}\n";

/*
 * A resolver uses another port for each question, and needs it only for one answer. Without this
 * timeout, the question would hold the port for 30 to 120 seconds, and 40 a second to one server
 * would use up all ports.
 */
static const char limitrules_dns[] = "	ct timeout dns {\n"
				     "		protocol udp\n"
				     "		policy = { unreplied : 10, replied : 3 }\n"
				     "	}\n";

static const char limitrules_dns_rule[] = "		udp dport 53 ct timeout set \"dns\"\n";

/*
 * For each machine of its LAN that is addressed, the host keeps a neighbour entry, and looks for it
 * for 3 s. The kernel has 1024 entries per family (gc_thresh3). An IPv6 prefix has so many
 * addresses that one guest could cut the host off from its own router. So at most a full set of new
 * ones is looked for at a time, and one guest cannot fill the set alone. Neighbours that have
 * answered, such as the router, can always be reached, whatever guests ask for.
 */
static const char limitrules_sets[] = "	set seeking%1$s {\n"
				      "		type ip%2$s_addr\n"
				      "		size 128\n"
				      "		flags dynamic,timeout\n"
				      "		timeout 4s\n"
				      "	}\n"
				      "	set answering%1$s {\n"
				      "		type ip%2$s_addr\n"
				      "		size 256\n"
				      "		flags dynamic,timeout\n"
				      "		timeout 10m\n"
				      "	}\n";
static const char limitrules_answered[] =
	"		update @answering%1$s { rt ip%1$s nexthop }\n";
static const char limitrules_known[] = "		rt ip%1$s nexthop @answering%1$s return\n"
				       "		rt ip%1$s nexthop @seeking%1$s return\n";
static const char limitrules_seekers[] =
	"		update @seekers { ether saddr limit rate over 8/second burst 64 packets } "
	"goto %s\n";
static const char limitrules_seek[] = "		add @seeking%1$s { rt ip%1$s nexthop } return\n";

static void limitrules_format_seeks(bool ipv6, char text[LIMITRULES_MAX])
{
	rule_text_add(text, LIMITRULES_MAX, limitrules_sets, "", "v4");
	if (ipv6)
		rule_text_add(text, LIMITRULES_MAX, limitrules_sets, "6", "v6");
	rule_text_add(text, LIMITRULES_MAX,
		      "	set seekers {\n"
		      "		type ether_addr\n"
		      "		size 1024\n"
		      "		flags dynamic,timeout\n"
		      "		timeout 10s\n"
		      "	}\n"
		      "	chain answered {\n");
	rule_text_add(text, LIMITRULES_MAX, limitrules_answered, "");
	if (ipv6)
		rule_text_add(text, LIMITRULES_MAX, limitrules_answered, "6");
	rule_text_add(text, LIMITRULES_MAX,
		      "	}\n	chain seeks {\n"
		      "		ct status & seen-reply == seen-reply goto answered\n");
	rule_text_add(text, LIMITRULES_MAX, limitrules_known, "");
	if (ipv6)
		rule_text_add(text, LIMITRULES_MAX, limitrules_known, "6");
	rule_text_add(text, LIMITRULES_MAX, limitrules_seekers,
		      droprules_chain(DROPRULE_NEIGHBOURS));
	rule_text_add(text, LIMITRULES_MAX, limitrules_seek, "");
	if (ipv6)
		rule_text_add(text, LIMITRULES_MAX, limitrules_seek, "6");
	rule_text_add(text, LIMITRULES_MAX, "		goto %s\n	}\n",
		      droprules_chain(DROPRULE_NEIGHBOURS));
}

/*
 * Large enough that the random distribution of connections does not fill a list too early; but no
 * guest gets more than half of what all have.
 */
static unsigned limitrules_list_of_guest(unsigned guest, unsigned all)
{
	unsigned most = all / 2 / LIMITRULES_LISTS;
	unsigned mean = (guest + LIMITRULES_LISTS - 1) / LIMITRULES_LISTS;
	unsigned deviation = 1;

	if (most < LIMITRULES_LIST_MIN)
		most = LIMITRULES_LIST_MIN;
	while (deviation * deviation < mean)
		deviation++;
	return mean + 4 * deviation < most ? mean + 4 * deviation : most;
}

unsigned limitrules_all(unsigned tracked)
{
	return tracked / 2;
}

void limitrules_format(const struct limitrules *rules, char text[LIMITRULES_MAX])
{
	unsigned all = limitrules_all(rules->tracked);
	unsigned lists = LIMITRULES_LISTS_MAX;

	while (lists > 1 && all / lists < LIMITRULES_LIST)
		lists /= 2;
	text[0] = '\0';
	if (rules->dns_timeout)
		rule_text_add(text, LIMITRULES_MAX, limitrules_dns);
	rule_text_add(text, LIMITRULES_MAX, limitrules_chain, LIMITRULES_LISTS - 1,
		      limitrules_list_of_guest(rules->guest, all), lists - 1, lists, all / lists,
		      droprules_chain(DROPRULE_CONNECTIONS),
		      droprules_chain(DROPRULE_ALL_CONNECTIONS),
		      rules->dns_timeout ? limitrules_dns_rule : "");
	if (rules->outside)
		limitrules_format_seeks(rules->ipv6, text);
}
