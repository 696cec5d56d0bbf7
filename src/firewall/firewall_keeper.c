// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "hash.h"
#include "firewall_legacy.h"
#include "log.h"
#include "firewall_undo.h"

enum {
	TRUCE_UNREAD = 10,	 /* looks in vain, after which it waits for a change */
	TRUCE_SETTLE = 200,	 /* ms of quiet: a firewall makes its rules in many steps */
	TRUCE_SETTLE_MAX = 2000, /* ms; "ufw reload" takes 1.7 s */
	TRUCE_LEGACY = 10000,	 /* ms between two looks at iptables-legacy */
	TRUCE_SHARE = 20,	 /* a look takes at most that part of a processor: large rulesets */
	TRUCE_REST_MAX = 5000,	 /* ms; guests wait for that */
	TRUCE_CHANGES_MAX = 10,	 /* a restart of Docker costs one or two */
	TRUCE_PERIOD = 60000,	 /* ms, for so many changes */
};

/* The kinds of records: what to undo, and how. */
enum { RECORD_RULES, RECORD_LEGACY };

static const char *const truce_records[TRUCE_RECORDS] = {"firewall rules ", "firewall legacy "};

/* ---- what is said ---- */

/* What was said is known by its number. */
static uint64_t truce_hash(const struct firewall_finding *finding)
{
	return hash_fnv64(HASH_FNV64 ^ (finding->traffic << 4 | finding->remedy), finding->chain,
			  strlen(finding->chain));
}

static bool truce_has_said(const struct truce *truce, const struct firewall_finding *finding)
{
	for (unsigned i = 0; i < truce->n_said; i++) {
		if (truce->said[i] == truce_hash(finding))
			return true;
	}
	return false;
}

/* What is wrong, but for what mends it. */
static void truce_describe(const struct firewall_finding *finding, const char *device, char *text,
			   size_t size)
{
	char traffic[128];

	firewall_describe(finding->traffic, traffic, sizeof(traffic));
	if (finding->remedy == FIREWALL_HIDDEN_ZONE)
		snprintf(text, size,
			 "firewalld does not use the zone that %s was put into, as its zone "
			 "vde_vmnet comes first",
			 device);
	else
		snprintf(text, size, "%s drops %s", finding->chain, traffic);
}

/* Why nothing is done where something could be. */
static const char *truce_excuse(const struct truce *truce, const struct firewall_finding *finding)
{
	if (truce->mode != TRUCE_AUTO)
		return "";
	switch (finding->remedy) {
	case FIREWALL_ADVICE:
	case FIREWALL_OTHER_ZONE:
		return " (left alone: perhaps it is meant to)";
	case FIREWALL_LEGACY:
		return " (root alone can change iptables-legacy's rules)";
	default:
		return "";
	}
}

static void truce_tell(const struct truce *truce, const struct firewall_finding *finding)
{
	const char *who = finding->remedy < FIREWALL_ZONE ? "the firewall's chain " : "";
	char what[384];

	if (truce_has_said(truce, finding))
		return;
	truce_describe(finding, truce->guests.device, what, sizeof(what));
	if (truce->mode == TRUCE_PRINT)
		log_info("%s%s; mend it by: %s", who, what, finding->advice);
	else
		log_warning("%s%s%s; mend it by: %s", who, what, truce_excuse(truce, finding),
			    finding->advice);
}

/* ---- what is done ---- */

static void truce_format_record(const struct truce *truce, unsigned kind,
				char record[JOURNAL_RECORD_MAX])
{
	snprintf(record, JOURNAL_RECORD_MAX, "%s%s", truce_records[kind], truce->guests.name);
}

/* Before the first deed of its kind. */
static bool truce_record(struct truce *truce, unsigned kind)
{
	char record[JOURNAL_RECORD_MAX];
	int ret;

	if (truce->recorded[kind])
		return true;
	truce_format_record(truce, kind, record);
	ret = journal_add(truce->journal, record);
	if (ret < 0)
		log_warning("no rule is added to other firewalls: a record of it: %s",
			    strerror(-ret));
	truce->recorded[kind] = ret == 0;
	return ret == 0;
}

/* Someone who removes our rules again and again is answered seldom. */
static bool truce_may_change(struct truce *truce)
{
	int64_t now = clock_now();

	if (now - truce->period >= TRUCE_PERIOD) {
		truce->period = now;
		truce->changes = 0;
		truce->held_back = false;
	}
	if (truce->changes++ < TRUCE_CHANGES_MAX)
		return true;
	if (!truce->held_back)
		log_warning("something removes our rules from the firewall again and again; "
			    "they are put back in a minute (--firewall=own: never)");
	truce->held_back = true;
	timer_arm(&truce->look, (unsigned)(truce->period + TRUCE_PERIOD - now));
	return false;
}

static void truce_say_added(const struct firewall_finding *finding)
{
	char traffic[128];

	firewall_describe(finding->traffic, traffic, sizeof(traffic));
	log_info("the firewall's chain %s would drop %s: rules added that accept it",
		 finding->chain, traffic);
	log_debug("added: %s", finding->commands);
}

static void truce_add_rules(struct truce *truce, const struct firewall_finding *finding)
{
	struct problem problem;

	if (!truce_record(truce, RECORD_RULES))
		return;
	if (nft_apply(truce->nft, finding->commands, &problem) == 0)
		truce_say_added(finding);
	else if (!truce_has_said(truce, finding))
		log_warning("no rule can be added to the firewall's chain %s: %s", finding->chain,
			    problem.text);
}

/* 0, or -errno. */
static int truce_add_legacy(struct truce *truce, const struct firewall_finding *finding)
{
	char comment[FIREWALL_COMMENT_MAX];
	char commands[FIREWALL_COMMANDS_MAX];
	char *rest = commands;
	int ret = 0;

	if (!truce_record(truce, RECORD_LEGACY))
		return 0;
	firewall_comment(truce->guests.name, comment);
	memcpy(commands, finding->commands, sizeof(commands));
	for (char *line; ret == 0 && (line = strsep(&rest, "\n"));)
		ret = legacy_run(finding->ipv6, line, comment);
	if (ret == 0)
		truce_say_added(finding);
	else if (!truce_has_said(truce, finding))
		log_warning("no rule can be added to iptables-legacy's %s: %s; tried again in %d s",
			    finding->chain,
			    ret == -EBUSY ? "another program holds /run/xtables.lock"
					  : strerror(-ret),
			    TRUCE_LEGACY / 1000);
	return ret;
}

/* Whether there is no point in going on: each try would wait for the lock. */
static bool truce_mend(struct truce *truce, const struct firewall_finding *finding)
{
	if (finding->remedy == FIREWALL_LEGACY)
		return truce_add_legacy(truce, finding) == -EBUSY;
	truce_add_rules(truce, finding);
	return false;
}

/* ---- looking ---- */

/* NULL with *error: 0, or -errno. */
static struct json_t *truce_load_legacy(int *error)
{
	char *ipv4 = malloc(LEGACY_TEXT_MAX);
	char *ipv6 = malloc(LEGACY_TEXT_MAX);
	struct json_t *ruleset = NULL;
	int ret = ipv4 && ipv6 ? 0 : -ENOMEM;

	if (ret == 0)
		ret = legacy_list(false, ipv4, LEGACY_TEXT_MAX);
	if (ret == 0)
		ret = legacy_list(true, ipv6, LEGACY_TEXT_MAX);
	if (ret == 0)
		ruleset = firewall_iptables_load(ipv4, ipv6);
	*error = ret;
	free(ipv4);
	free(ipv6);
	return ruleset;
}

/* What could not be looked at. */
struct truce_blind {
	bool rules; /* they changed meanwhile */
	int legacy; /* 0, or -errno */
};

/* Both kinds of rulesets. findings has room for TRUCE_FINDINGS_MAX. */
static unsigned truce_find(const struct firewall_guests *guests, struct nft *nft,
			   struct firewall_finding *findings, struct truce_blind *blind)
{
	struct json_t *ruleset = firewall_list(nft_query, nft);
	unsigned n = 0;

	*blind = (struct truce_blind){.rules = !ruleset};
	if (ruleset)
		n = firewall_find(ruleset, guests, findings);
	firewall_free(ruleset);
	if (!legacy_in_use(false) && !legacy_in_use(true))
		return n;
	ruleset = truce_load_legacy(&blind->legacy);
	if (ruleset)
		n += firewall_find(ruleset, guests, findings + n);
	firewall_free(ruleset);
	return n;
}

/* Whether a finding calls for a deed. */
static bool truce_is_work(enum truce_mode mode, const struct firewall_finding *finding)
{
	return mode == TRUCE_AUTO && (finding->remedy == FIREWALL_RULE ||
				      (finding->remedy == FIREWALL_LEGACY && legacy_may_change()));
}

/* Once, for as long as it lasts. Where the program is not installed, nobody made rules by it. */
static void truce_tell_blind(struct truce *truce, int error)
{
	if (error < 0 && error != -ENOENT && truce->legacy_error == 0)
		log_warning("what rules of iptables-legacy drop is not known, as they cannot be "
			    "read: %s; as root: iptables-legacy -S",
			    strerror(-error));
	truce->legacy_error = error;
}

/* Rules that change meanwhile can be read a little later; what fails on and on is told, once. */
static void truce_look_again(struct truce *truce, bool unread)
{
	if (!unread) {
		truce->unread = 0;
	} else if (++truce->unread < TRUCE_UNREAD) {
		truce_look_soon(truce);
	} else if (truce->unread == TRUCE_UNREAD) {
		log_warning("what other firewalls drop is not known, as their rules cannot be "
			    "read; try: nft -j list chains");
	}
}

static void truce_look(struct truce *truce)
{
	struct firewall_finding *findings = calloc(TRUCE_FINDINGS_MAX, sizeof(*findings));
	struct truce_blind blind = {.rules = true};
	unsigned n = findings ? truce_find(&truce->guests, truce->nft, findings, &blind) : 0;
	bool work = false;
	bool locked = false;

	for (unsigned i = 0; i < n; i++)
		work = work || truce_is_work(truce->mode, &findings[i]);
	work = work && truce_may_change(truce);
	for (unsigned i = 0; i < n; i++) {
		if (!truce_is_work(truce->mode, &findings[i]))
			truce_tell(truce, &findings[i]);
		else if (work && !(locked && findings[i].remedy == FIREWALL_LEGACY))
			locked = truce_mend(truce, &findings[i]) || locked;
	}
	if (locked && truce->changes > 0)
		truce->changes--; /* it is nobody who removes our rules */
	truce->n_said = n;
	for (unsigned i = 0; i < n; i++)
		truce->said[i] = truce_hash(&findings[i]);
	free(findings);
	truce_tell_blind(truce, blind.legacy);
	truce_look_again(truce, blind.rules);
}

static void truce_look_now(struct timer *timer)
{
	struct truce *truce = container_of(timer, struct truce, look);
	int64_t began = clock_read(CLOCK_THREAD_CPUTIME_ID);
	int64_t rest;

	truce->asked = 0;
	truce_look(truce);
	rest = (clock_read(CLOCK_THREAD_CPUTIME_ID) - began) * TRUCE_SHARE;
	truce->rest = clock_now() + (rest < TRUCE_REST_MAX ? rest : TRUCE_REST_MAX);
}

void truce_look_soon(struct truce *truce)
{
	int64_t now = clock_now();
	int64_t when = now + TRUCE_SETTLE;

	if (!truce->loop)
		return;
	if (truce->asked == 0)
		truce->asked = now;
	if (when > truce->asked + TRUCE_SETTLE_MAX)
		when = truce->asked + TRUCE_SETTLE_MAX;
	if (when < truce->rest)
		when = truce->rest;
	timer_arm(&truce->look, when > now ? (unsigned)(when - now) : 1);
}

static void truce_look_at_legacy(struct timer *timer)
{
	struct truce *truce = container_of(timer, struct truce, legacy);

	if (legacy_in_use(false) || legacy_in_use(true))
		truce_look_soon(truce);
	timer_arm(timer, TRUCE_LEGACY);
}

/* What a killed instance recorded, and could not be undone before this start: ours to undo, too. */
static void truce_adopt_records(struct truce *truce)
{
	char record[JOURNAL_RECORD_MAX];

	for (unsigned kind = 0; kind < TRUCE_RECORDS; kind++) {
		truce_format_record(truce, kind, record);
		truce->recorded[kind] = journal_has(truce->journal, record);
	}
}

int truce_start(struct truce *truce, enum truce_mode mode, const struct firewall_guests *guests,
		struct nft *nft, struct loop *loop, struct journal *journal)
{
	int ret;

	*truce = (struct truce){
		.mode = mode, .guests = *guests, .nft = nft, .loop = loop, .journal = journal};
	truce_adopt_records(truce);
	ret = timer_init(&truce->look, loop, truce_look_now);
	if (ret == 0)
		ret = timer_init(&truce->legacy, loop, truce_look_at_legacy);
	if (ret < 0)
		return ret;
	timer_arm(&truce->legacy, TRUCE_LEGACY);
	truce_look_now(&truce->look);
	return 0;
}

static void truce_cancel_record(const struct truce *truce, unsigned kind)
{
	char record[JOURNAL_RECORD_MAX];

	truce_format_record(truce, kind, record);
	journal_cancel(truce->journal, record);
}

void truce_stop(struct truce *truce)
{
	if (!truce->loop)
		return;
	timer_finish(&truce->look);
	timer_finish(&truce->legacy);
	if (truce->recorded[RECORD_LEGACY] && truce_undo_legacy(truce->guests.name))
		truce_cancel_record(truce, RECORD_LEGACY);
	if (truce->recorded[RECORD_RULES] && truce_undo_rules(truce->nft, truce->guests.name))
		truce_cancel_record(truce, RECORD_RULES);
	truce->loop = NULL;
}

void truce_check(enum truce_mode mode, const struct firewall_guests *guests, struct nft *nft)
{
	struct firewall_finding *findings = calloc(TRUCE_FINDINGS_MAX, sizeof(*findings));
	struct truce_blind blind;
	unsigned n = findings ? truce_find(guests, nft, findings, &blind) : 0;

	for (unsigned i = 0; i < n; i++) {
		bool work = truce_is_work(mode, &findings[i]);
		char what[384];

		truce_describe(&findings[i], guests->device, what, sizeof(what));
		printf("firewall   %s; %s: %s\n", what,
		       work ? "a start mends it, as would" : "mend it by", findings[i].advice);
	}
	free(findings);
}

/* name: what stands behind the kind, a network's. Whether it is undone. */
static bool truce_undo_kind(unsigned kind, const char *name)
{
	struct problem problem;
	struct nft nft = {0};
	bool done = true;

	switch (kind) {
	case RECORD_RULES:
		done = nft_open(&nft, &problem) == 0 && truce_undo_rules(&nft, name);
		nft_close(&nft);
		break;
	case RECORD_LEGACY:
		done = truce_undo_legacy(name);
		break;
	}
	return done;
}

bool truce_undo(struct journal *journal, const char *record)
{
	for (unsigned kind = 0; kind < TRUCE_RECORDS; kind++) {
		size_t length = strlen(truce_records[kind]);

		if (strncmp(record, truce_records[kind], length) != 0)
			continue;
		if (truce_undo_kind(kind, record + length)) /* else it is tried again */
			journal_cancel(journal, record);
		return true;
	}
	return false;
}
