// SPDX-License-Identifier: GPL-2.0-or-later
#include "policyrule.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <netlink/netlink.h>
#include <netlink/route/rule.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "rulelist.h"
#include "ula.h"

enum {
	POLICYRULE_TEXT_MAX = 96,
	POLICYRULE_MAIN = 32766, /* the kernel's own rule for main */
	POLICYRULE_NONE = -1,
};

static const char policyrule_verb[] = "rule ";

/* What the host's rules tell. A priority is POLICYRULE_NONE if there is no such rule. */
struct policyrule_view {
	/* the one for the host's own addresses, which ours must not hide */
	int64_t local;
	int64_t main; /* the first that directs everything to main */
	/* the first before local that may direct guests' packets elsewhere */
	int64_t before;
	int64_t other; /* and the first between local and main */
	bool found;    /* ours, where we recorded it */
};

/* For one family. */
struct policyrule_walk {
	const struct policyrule *rules;
	struct policyrule_view *views;
	unsigned n;
	int family;
};

static int policyrule_size(int family)
{
	return family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
}

static bool policyrule_overlaps(const struct policyrule *rule, const struct rulelist_rule *theirs)
{
	return ula_same_start(&rule->network, &theirs->destination,
			      theirs->bits < rule->bits ? theirs->bits : rule->bits);
}

static bool policyrule_covers(const struct policyrule *rule, const struct rulelist_rule *theirs)
{
	return theirs->bits <= rule->bits && policyrule_overlaps(rule, theirs);
}

/* Whether its only condition is a destination. */
static bool policyrule_is_plain(const struct rulelist_rule *theirs)
{
	return !theirs->conditional && *theirs->oif == '\0';
}

/* Whether it applies to every packet to our guests. */
static bool policyrule_takes_all(const struct policyrule *rule, const struct rulelist_rule *theirs)
{
	return policyrule_is_plain(theirs) && (theirs->inverted ? !policyrule_overlaps(rule, theirs)
								: policyrule_covers(rule, theirs));
}

static bool policyrule_takes_none(const struct policyrule *rule, const struct rulelist_rule *theirs)
{
	if (theirs->inverted)
		return policyrule_is_plain(theirs) && policyrule_covers(rule, theirs);
	return !policyrule_overlaps(rule, theirs);
}

/*
 * Whether it may keep packets from our guests: it directs them to another table than main, or
 * nowhere.
 */
static bool policyrule_leads_away(const struct policyrule *rule, const struct rulelist_rule *theirs)
{
	if (policyrule_takes_none(rule, theirs))
		return false;
	/* Without a table it is for the devices of a VRF; ours is in none. */
	if (theirs->action == FR_ACT_TO_TBL)
		return theirs->table != RT_TABLE_MAIN && theirs->table != RT_TABLE_LOCAL &&
		       theirs->table != RT_TABLE_UNSPEC;
	return theirs->action != FR_ACT_NOP;
}

/* Whether it directs all packets to our guests to that table, including our guests' route. */
static bool policyrule_leads_to(const struct policyrule *rule, const struct rulelist_rule *theirs,
				uint32_t table)
{
	return theirs->action == FR_ACT_TO_TBL && theirs->table == table &&
	       theirs->suppressed < (int)rule->bits && policyrule_takes_all(rule, theirs);
}

static bool policyrule_is_ours(const struct policyrule *rule, const struct rulelist_rule *theirs)
{
	return rule->there && !theirs->inverted && !theirs->conditional &&
	       strcmp(theirs->oif, rule->device) == 0 && theirs->priority == rule->priority &&
	       theirs->table == RT_TABLE_MAIN && theirs->bits == rule->bits &&
	       policyrule_overlaps(rule, theirs);
}

static void policyrule_see(const struct policyrule *rule, const struct rulelist_rule *theirs,
			   struct policyrule_view *view)
{
	int64_t *first = view->local == POLICYRULE_NONE ? &view->before : &view->other;

	if (policyrule_is_ours(rule, theirs))
		view->found = true;
	else if (view->main != POLICYRULE_NONE)
		return; /* no packet to our guests gets this far */
	else if (policyrule_leads_to(rule, theirs, RT_TABLE_MAIN))
		view->main = theirs->priority;
	else if (policyrule_leads_away(rule, theirs) && *first == POLICYRULE_NONE)
		*first = theirs->priority;
	else if (policyrule_leads_to(rule, theirs, RT_TABLE_LOCAL))
		view->local = theirs->priority;
}

static void policyrule_see_all(void *context, const struct rulelist_rule *theirs)
{
	const struct policyrule_walk *walk = context;

	for (unsigned i = 0; i < walk->n; i++) {
		if (walk->rules[i].family == walk->family)
			policyrule_see(&walk->rules[i], theirs, &walk->views[i]);
	}
}

/* Reads each family's rules once. 0, or -errno. */
static int policyrule_look(const struct policyrule *rules, unsigned n, struct link *link,
			   struct policyrule_view *views)
{
	static const int families[] = {AF_INET, AF_INET6};
	int ret = 0;

	for (unsigned i = 0; i < n; i++)
		views[i] = (struct policyrule_view){.local = POLICYRULE_NONE,
						    .main = POLICYRULE_NONE,
						    .before = POLICYRULE_NONE,
						    .other = POLICYRULE_NONE};
	for (unsigned f = 0; f < 2 && ret == 0; f++) {
		struct policyrule_walk walk = {
			.rules = rules, .views = views, .n = n, .family = families[f]};
		bool is_asked = false;

		for (unsigned i = 0; i < n; i++)
			is_asked |= rules[i].family == families[f];
		if (is_asked)
			ret = rulelist_each(link, families[f], policyrule_see_all, &walk);
	}
	return ret;
}

/* Ours must come before this; POLICYRULE_NONE: not needed. */
static int64_t policyrule_limit(const struct policyrule_view *view)
{
	int64_t first = view->local == POLICYRULE_NONE ? view->before : view->other;

	if (first != POLICYRULE_NONE)
		return first;
	return view->main == POLICYRULE_NONE ? POLICYRULE_MAIN : POLICYRULE_NONE;
}

/* Ours must not come before this. */
static int64_t policyrule_floor(const struct policyrule_view *view)
{
	return view->local == POLICYRULE_NONE ? 0 : view->local;
}

static void policyrule_format(const struct policyrule *rule, char text[POLICYRULE_TEXT_MAX])
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop(rule->family, &rule->network, address, sizeof(address));
	snprintf(text, POLICYRULE_TEXT_MAX, "%s%u %s/%u%s%s", policyrule_verb, rule->priority,
		 address, rule->bits, *rule->device ? " " : "", rule->device);
}

/* Adds or removes it. 0, or -errno. */
static int policyrule_request(const struct policyrule *rule, struct link *link, bool add)
{
	struct rtnl_rule *request = rtnl_rule_alloc();
	struct nl_addr *network =
		nl_addr_build(rule->family, &rule->network, policyrule_size(rule->family));
	int ret = -NLE_NOMEM;

	if (request && network) {
		nl_addr_set_prefixlen(network, (int)rule->bits);
		rtnl_rule_set_family(request, rule->family);
		rtnl_rule_set_prio(request, rule->priority);
		rtnl_rule_set_table(request, RT_TABLE_MAIN);
		rtnl_rule_set_action(request, FR_ACT_TO_TBL);
		rtnl_rule_set_dst(request, network);
		if (*rule->device)
			rtnl_rule_set_oif(request, rule->device);
		ret = add ? rtnl_rule_add(link->requests, request, NLM_F_EXCL)
			  : rtnl_rule_delete(link->requests, request, 0);
	}
	nl_addr_put(network);
	rtnl_rule_put(request);
	return link_error(ret);
}

static int policyrule_add(struct policyrule *rule, struct link *link, unsigned priority)
{
	char record[POLICYRULE_TEXT_MAX];
	int ret;

	rule->priority = priority;
	policyrule_format(rule, record);
	ret = undolog_add(rule->undolog, record);
	if (ret == 0)
		ret = policyrule_request(rule, link, true);
	rule->there = ret == 0;
	if (ret < 0)
		undolog_cancel(rule->undolog, record);
	return ret == -EEXIST ? 0 : ret; /* someone has an identical one, which does the same */
}

/* Not an error if it is already gone. */
static void policyrule_remove(struct policyrule *rule, struct link *link)
{
	char record[POLICYRULE_TEXT_MAX];

	policyrule_format(rule, record);
	policyrule_request(rule, link, false);
	undolog_cancel(rule->undolog, record);
	rule->there = false;
}

/* Handles that others removed it. 0, or -errno. */
static int policyrule_keep(struct policyrule *rule, struct link *link, bool found)
{
	enum upkeep_verdict verdict = upkeep_judge(&rule->upkeep, found, clock_now());
	char command[POLICYRULE_TEXT_MAX + 64];
	char network[INET6_ADDRSTRLEN];
	char what[POLICYRULE_TEXT_MAX];
	int ret = 0;

	if (verdict == UPKEEP_MEND)
		ret = policyrule_request(rule, link, true);
	if (ret < 0)
		return ret;
	inet_ntop(rule->family, &rule->network, network, sizeof(network));
	snprintf(what, sizeof(what), "our routing rule for %s/%u was missing", network, rule->bits);
	snprintf(command, sizeof(command), "ip %s rule add pref %u to %s/%u%s%s lookup main",
		 rule->family == AF_INET6 ? "-6" : "-4", rule->priority, network, rule->bits,
		 *rule->device ? " oif " : "", rule->device);
	upkeep_say(verdict, what, command);
	return 0;
}

void policyrule_init(struct policyrule *rule, struct undolog *undolog, int family,
		     const void *network, unsigned bits, const char *device)
{
	*rule = (struct policyrule){.undolog = undolog, .family = family, .bits = bits};
	memcpy(&rule->network, network, (size_t)policyrule_size(family));
	snprintf(rule->device, sizeof(rule->device), "%s", device);
}

/* Adds it, or moves it to where it must be. 0, or -errno. */
static int policyrule_place(struct policyrule *rule, struct link *link, int64_t limit)
{
	unsigned priority = (unsigned)limit - 1;
	char network[INET6_ADDRSTRLEN];
	bool moved = rule->there;
	int ret;

	if (moved)
		policyrule_remove(rule, link);
	ret = policyrule_add(rule, link, priority);
	inet_ntop(rule->family, &rule->network, network, sizeof(network));
	if (ret == 0 && !moved)
		log_info("other software has routing rules that come before the main table (ip "
			 "%srule, at %lld); so that guests can be reached, added one for %s/%u "
			 "before them, at %u",
			 rule->family == AF_INET6 ? "-6 " : "", (long long)limit, network,
			 rule->bits, priority);
	return ret;
}

/*
 * Of two with the same priority the older comes first, and the host's own addresses have the very
 * first.
 */
static void policyrule_say_blocked(struct policyrule *rule, int64_t limit)
{
	if (!rule->blocked)
		log_warning("other software has a routing rule that comes before all others (ip "
			    "%srule, at %lld), so ours cannot come before it: guests may be cut "
			    "off; give that rule a higher number, with room before it",
			    rule->family == AF_INET6 ? "-6 " : "", (long long)limit);
	rule->blocked = true;
}

static int policyrule_follow_one(struct policyrule *rule, struct link *link,
				 const struct policyrule_view *view)
{
	int64_t limit = policyrule_limit(view);
	int64_t floor = policyrule_floor(view);
	bool is_blocked = limit != POLICYRULE_NONE && limit <= floor;

	if (rule->there && (limit == POLICYRULE_NONE || is_blocked))
		policyrule_remove(rule, link);
	if (is_blocked)
		policyrule_say_blocked(rule, limit);
	else
		rule->blocked = false;
	if (limit == POLICYRULE_NONE || is_blocked)
		return 0;
	if (!rule->there || rule->priority >= limit || rule->priority < floor)
		return policyrule_place(rule, link, limit);
	return policyrule_keep(rule, link, view->found);
}

int policyrule_follow(struct policyrule *rules, unsigned n, struct link *link)
{
	struct policyrule_view views[POLICYRULES_MAX];
	int ret = n <= POLICYRULES_MAX ? policyrule_look(rules, n, link, views) : -EINVAL;

	for (unsigned i = 0; i < n && ret == 0; i++)
		ret = policyrule_follow_one(&rules[i], link, &views[i]);
	return ret;
}

int policyrule_propose(const struct policyrule *rules, unsigned n, struct link *link,
		       int64_t priorities[POLICYRULES_MAX])
{
	struct policyrule_view views[POLICYRULES_MAX];
	int ret = n <= POLICYRULES_MAX ? policyrule_look(rules, n, link, views) : -EINVAL;

	for (unsigned i = 0; i < n && ret == 0; i++) {
		int64_t limit = policyrule_limit(&views[i]);

		priorities[i] = limit > policyrule_floor(&views[i]) ? limit - 1 : -1;
	}
	return ret;
}

void policyrule_finish(struct policyrule *rule, struct link *link)
{
	if (rule->there)
		policyrule_remove(rule, link);
}

/* Reads exactly what policyrule_format() wrote. */
static bool policyrule_read(const char *record, struct policyrule *rule)
{
	char address[INET6_ADDRSTRLEN];
	char again[POLICYRULE_TEXT_MAX];

	*rule = (struct policyrule){.there = true};
	if (strncmp(record, policyrule_verb, strlen(policyrule_verb)) != 0 ||
	    sscanf(record + strlen(policyrule_verb), "%u %45[^/]/%u %15[^ /]", &rule->priority,
		   address, &rule->bits, rule->device) < 3)
		return false;
	rule->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(rule->family, address, &rule->network) != 1 ||
	    rule->bits > 8U * (unsigned)policyrule_size(rule->family))
		return false;
	policyrule_format(rule, again);
	return strcmp(record, again) == 0;
}

bool policyrule_undo(struct undolog *undolog, const char *record)
{
	struct policyrule rule;
	struct link link;
	int ret;

	if (!policyrule_read(record, &rule))
		return false;
	ret = link_init(&link);
	if (ret == 0)
		ret = policyrule_request(&rule, &link, false);
	link_finish(&link);
	if (ret < 0 && ret != -ENODEV && ret != -ENOENT) /* already gone */
		return false;
	undolog_cancel(undolog, record);
	return true;
}
