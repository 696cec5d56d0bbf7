// SPDX-License-Identifier: GPL-2.0-or-later
#include "policyrule.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/rule.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"

enum {
	POLICYRULE_TEXT_MAX = 96,
	POLICYRULE_MAIN = 32766, /* the kernel's own rule for main */
	POLICYRULE_NONE = -1,
};

static const char policyrule_verb[] = "rule ";

/* What the host's rules say. Priorities are POLICYRULE_NONE where there is none. */
struct policyrule_view {
	const struct policyrule *rule;
	int64_t main;  /* the first that leads everything to main */
	int64_t other; /* the first that may lead guests' packets elsewhere */
	bool found;    /* ours, where it is recorded to be */
};

static int policyrule_size(int family)
{
	return family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
}

static bool policyrule_overlaps(const struct policyrule *rule, struct nl_addr *destination)
{
	struct nl_addr *ours =
		nl_addr_build(rule->family, &rule->network, policyrule_size(rule->family));
	unsigned bits = nl_addr_get_prefixlen(destination);
	bool overlaps = true;

	if (ours) {
		nl_addr_set_prefixlen(ours, (int)(bits < rule->bits ? bits : rule->bits));
		overlaps = nl_addr_cmp_prefix(ours, destination) == 0;
	}
	nl_addr_put(ours);
	return overlaps;
}

/* Whether nothing is asked of a packet. */
static bool policyrule_is_for_all(struct rtnl_rule *theirs)
{
	return !rtnl_rule_get_dst(theirs) && !rtnl_rule_get_src(theirs) &&
	       !rtnl_rule_get_iif(theirs) && !rtnl_rule_get_oif(theirs) &&
	       rtnl_rule_get_mark(theirs) == 0;
}

/* Whether it may keep packets from our guests: it leads to another table than main, or nowhere. */
static bool policyrule_leads_away(const struct policyrule *rule, struct rtnl_rule *theirs)
{
	struct nl_addr *destination = rtnl_rule_get_dst(theirs);
	uint8_t action = rtnl_rule_get_action(theirs);
	uint32_t table = rtnl_rule_get_table(theirs);

	if (destination && !policyrule_overlaps(rule, destination))
		return false;
	/* Without a table it is for the devices of a VRF, which ours is not in. */
	if (action == FR_ACT_TO_TBL)
		return table != RT_TABLE_MAIN && table != RT_TABLE_LOCAL &&
		       table != RT_TABLE_UNSPEC;
	return action != FR_ACT_NOP;
}

static bool policyrule_is_ours(const struct policyrule *rule, struct rtnl_rule *theirs)
{
	struct nl_addr *destination = rtnl_rule_get_dst(theirs);
	const char *device = rtnl_rule_get_oif(theirs);

	return rule->there && destination && strcmp(device ? device : "", rule->device) == 0 &&
	       rtnl_rule_get_prio(theirs) == rule->priority &&
	       rtnl_rule_get_table(theirs) == RT_TABLE_MAIN &&
	       nl_addr_get_prefixlen(destination) == rule->bits &&
	       policyrule_overlaps(rule, destination);
}

static void policyrule_see(struct nl_object *object, void *context)
{
	struct rtnl_rule *theirs = (struct rtnl_rule *)object;
	struct policyrule_view *view = context;
	int64_t priority = rtnl_rule_get_prio(theirs);

	if (policyrule_is_ours(view->rule, theirs))
		view->found = true;
	else if (policyrule_leads_away(view->rule, theirs) &&
		 (view->other == POLICYRULE_NONE || priority < view->other))
		view->other = priority;
	else if (rtnl_rule_get_table(theirs) == RT_TABLE_MAIN && policyrule_is_for_all(theirs) &&
		 (view->main == POLICYRULE_NONE || priority < view->main))
		view->main = priority;
}

/* 0, or -errno. */
static int policyrule_look(const struct policyrule *rule, struct link *link,
			   struct policyrule_view *view)
{
	struct nl_cache *rules = NULL;
	int ret = rtnl_rule_alloc_cache(link->requests, rule->family, &rules);

	*view = (struct policyrule_view){
		.rule = rule, .main = POLICYRULE_NONE, .other = POLICYRULE_NONE};
	if (ret < 0)
		return link_error(ret);
	nl_cache_foreach(rules, policyrule_see, view);
	nl_cache_free(rules);
	return 0;
}

/* What ours must not stand behind; POLICYRULE_NONE: it is not needed. */
static int64_t policyrule_limit(const struct policyrule_view *view)
{
	if (view->main == POLICYRULE_NONE)
		return view->other == POLICYRULE_NONE ? POLICYRULE_MAIN : view->other;
	return view->other < view->main ? view->other : POLICYRULE_NONE;
}

static void policyrule_format(const struct policyrule *rule, char text[POLICYRULE_TEXT_MAX])
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop(rule->family, &rule->network, address, sizeof(address));
	snprintf(text, POLICYRULE_TEXT_MAX, "%s%u %s/%u%s%s", policyrule_verb, rule->priority,
		 address, rule->bits, *rule->device ? " " : "", rule->device);
}

/* Adds it or takes it away. 0, or -errno. */
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
	return ret == -EEXIST ? 0 : ret; /* somebody has the same, and it does the same */
}

/* What is gone already is no error. */
static void policyrule_remove(struct policyrule *rule, struct link *link)
{
	char record[POLICYRULE_TEXT_MAX];

	policyrule_format(rule, record);
	policyrule_request(rule, link, false);
	undolog_cancel(rule->undolog, record);
	rule->there = false;
}

/* Where it was taken away by others. 0, or -errno. */
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
	snprintf(what, sizeof(what), "our rule to %s/%u was gone", network, rule->bits);
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

/* There is none yet, or not where it has to be. 0, or -errno. */
static int policyrule_place(struct policyrule *rule, struct link *link, int64_t limit)
{
	unsigned priority = limit > 0 ? (unsigned)limit - 1 : 0;
	char network[INET6_ADDRSTRLEN];
	bool moved = rule->there;
	int ret;

	if (moved)
		policyrule_remove(rule, link);
	ret = policyrule_add(rule, link, priority);
	inet_ntop(rule->family, &rule->network, network, sizeof(network));
	if (ret == 0 && !moved)
		log_info("other software has rules for routes before those of the table main (ip "
			 "%srule, at %lld); so that guests are reached, there is one for %s/%u "
			 "before them now, at %u",
			 rule->family == AF_INET6 ? "-6 " : "", (long long)limit, network,
			 rule->bits, priority);
	return ret;
}

int policyrule_follow(struct policyrule *rule, struct link *link)
{
	struct policyrule_view view;
	int64_t limit;
	int ret = policyrule_look(rule, link, &view);

	if (ret < 0)
		return ret;
	limit = policyrule_limit(&view);
	if (limit == POLICYRULE_NONE) {
		if (rule->there)
			policyrule_remove(rule, link);
		return 0;
	}
	if (!rule->there || (rule->priority >= limit && rule->priority > 0))
		return policyrule_place(rule, link, limit);
	return policyrule_keep(rule, link, view.found);
}

void policyrule_finish(struct policyrule *rule, struct link *link)
{
	if (rule->there)
		policyrule_remove(rule, link);
}

/* As policyrule_format() wrote it, and nothing else. */
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
	if (ret < 0 && ret != -ENODEV && ret != -ENOENT) /* gone already */
		return false;
	undolog_cancel(undolog, record);
	return true;
}
