// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleantext.h"
#include "clock.h"
#include "firewall_legacy.h"
#include "firewall_look.h"
#include "firewall_rule.h"
#include "log.h"

enum {
	FIREWALL_KEEPER_UNREAD = 10,  /* failed looks, after which it waits for a change */
	FIREWALL_KEEPER_SETTLE = 200, /* ms of quiet: a firewall sets up its rules in many steps */
	FIREWALL_KEEPER_SETTLE_MAX = 2000, /* ms; "ufw reload" takes 1.7 s */
	FIREWALL_KEEPER_LEGACY = 10000,	   /* ms between looks at iptables-legacy */
	/* A look takes at most this fraction of a CPU, even for large rulesets. */
	FIREWALL_KEEPER_SHARE = 20,
	FIREWALL_KEEPER_REST_MAX = 5000,  /* ms; guests have to wait that long */
	FIREWALL_KEEPER_CHANGES_MAX = 10, /* a restart of Docker costs one or two */
	FIREWALL_KEEPER_PERIOD = 60000,	  /* ms, for that many changes */
};

/* Called before the first change of its kind. */
static bool firewall_keeper_record(struct firewall_keeper *keeper, enum firewall_undo kind)
{
	char record[UNDOLOG_RECORD_MAX];
	int ret;

	if (keeper->recorded[kind])
		return true;
	firewall_undo_format(kind, keeper->guests.name, record);
	ret = undolog_add(keeper->undolog, record);
	if (ret < 0)
		log_warning("cannot record rules for other firewalls, so none are added: %s",
			    strerror(-ret));
	keeper->recorded[kind] = ret == 0;
	return ret == 0;
}

/* If someone removes our rules again and again, we seldom put them back. */
static bool firewall_keeper_may_change(struct firewall_keeper *keeper)
{
	int64_t now = clock_now();

	if (now - keeper->period >= FIREWALL_KEEPER_PERIOD) {
		keeper->period = now;
		keeper->changes = 0;
		keeper->held_back = false;
	}
	if (keeper->changes++ < FIREWALL_KEEPER_CHANGES_MAX)
		return true;
	if (!keeper->held_back)
		log_warning("something keeps removing our rules from the firewall; they will be "
			    "restored in a minute (with --firewall=own: never)");
	keeper->held_back = true;
	timer_arm(&keeper->look, (unsigned)(keeper->period + FIREWALL_KEEPER_PERIOD - now));
	return false;
}

static void firewall_keeper_add_rules(struct firewall_keeper *keeper,
				      const struct firewall_finding *finding)
{
	struct problem problem;

	if (!firewall_keeper_record(keeper, FIREWALL_UNDO_RULES))
		return;
	if (nft_apply(keeper->nft, finding->commands, &problem) == 0)
		firewall_report_added(finding);
	else if (!firewall_report_has(&keeper->report, finding))
		log_warning("cannot add a rule to the firewall's chain %s: %s", finding->chain,
			    problem.text);
}

/* 0, or -errno. */
static int firewall_keeper_add_legacy(struct firewall_keeper *keeper,
				      const struct firewall_finding *finding, int64_t end)
{
	char comment[FIREWALL_RULE_COMMENT_MAX];
	char commands[FIREWALL_COMMANDS_MAX];
	char *rest = commands;
	int ret = 0;

	if (!firewall_keeper_record(keeper, FIREWALL_UNDO_LEGACY))
		return 0;
	firewall_rule_comment(keeper->guests.name, comment);
	memcpy(commands, finding->commands, sizeof(commands));
	for (char *line; ret == 0 && (line = strsep(&rest, "\n"));)
		ret = firewall_legacy_run(finding->ipv6, line, comment, end);
	if (ret == 0)
		firewall_report_added(finding);
	else if (!firewall_report_has(&keeper->report, finding))
		log_warning("cannot add a rule to iptables-legacy's %s: %s; trying again in %d s",
			    finding->chain,
			    ret == -EBUSY ? "another program holds /run/xtables.lock"
					  : strerror(-ret),
			    FIREWALL_KEEPER_LEGACY / 1000);
	return ret;
}

/* Returns whether to stop: any further attempt would also wait for the lock, or hang. */
static bool firewall_keeper_mend(struct firewall_keeper *keeper,
				 const struct firewall_finding *finding, int64_t end)
{
	int ret = 0;

	if (finding->remedy == FIREWALL_LEGACY)
		ret = firewall_keeper_add_legacy(keeper, finding, end);
	else
		firewall_keeper_add_rules(keeper, finding);
	return ret == -EBUSY || ret == -ETIMEDOUT;
}

/* Whether we should fix the finding. */
static bool firewall_keeper_is_work(enum firewall_mode mode, const struct firewall_finding *finding)
{
	return mode == FIREWALL_MODE_AUTO &&
	       (finding->remedy == FIREWALL_RULE ||
		(finding->remedy == FIREWALL_LEGACY && firewall_legacy_may_change()));
}

/*
 * Logged once, for as long as it lasts. If the program is not installed, nobody has made rules with
 * it.
 */
static void firewall_keeper_tell_unread(struct firewall_keeper *keeper, int error)
{
	if (error < 0 && error != -ENOENT && keeper->legacy_error == 0)
		log_warning("cannot read the rules of iptables-legacy, so what they drop is "
			    "unknown: %s; as root, try: iptables-legacy -S",
			    strerror(-error));
	keeper->legacy_error = error;
}

/* Rules that changed meanwhile can be read a little later; a lasting failure is logged, once. */
static void firewall_keeper_look_again(struct firewall_keeper *keeper, bool unread)
{
	if (!unread) {
		keeper->unread = 0;
	} else if (++keeper->unread < FIREWALL_KEEPER_UNREAD) {
		firewall_keeper_look_soon(keeper);
	} else if (keeper->unread == FIREWALL_KEEPER_UNREAD) {
		log_warning("cannot read other firewalls' rules, so what they drop is unknown; "
			    "try: nft -j list chains");
	}
}

static void firewall_keeper_tell(struct firewall_keeper *keeper,
				 const struct firewall_finding *finding)
{
	char what[FIREWALL_REPORT_MAX];

	if (!keeper->blocked || firewall_report_has(&keeper->report, finding))
		return;
	firewall_report_describe(finding, keeper->guests.device, what);
	keeper->blocked(keeper, what);
}

/* Fixes what was found, as far as that is wanted, and logs what is not fixed. */
static void firewall_keeper_answer(struct firewall_keeper *keeper, const struct firewall_look *look)
{
	bool work = false;
	bool blocked = false;

	for (unsigned i = 0; i < look->n; i++)
		work = work || firewall_keeper_is_work(keeper->mode, &look->findings[i]);
	work = work && firewall_keeper_may_change(keeper);
	for (unsigned i = 0; i < look->n; i++) {
		const struct firewall_finding *finding = &look->findings[i];

		if (!firewall_keeper_is_work(keeper->mode, finding)) {
			firewall_keeper_tell(keeper, finding);
			firewall_report_finding(&keeper->report, keeper->mode,
						keeper->guests.device, finding);
		} else if (work && !(blocked && finding->remedy == FIREWALL_LEGACY)) {
			blocked =
				firewall_keeper_mend(keeper, finding, look->legacy_end) || blocked;
		}
	}
	if (blocked && keeper->changes > 0)
		keeper->changes--; /* nobody removed our rules */
	firewall_report_keep(&keeper->report, look);
}

static void firewall_keeper_look(struct firewall_keeper *keeper)
{
	struct firewall_look *look = malloc(sizeof(*look));

	if (look) {
		firewall_look(look, &keeper->guests, keeper->nft);
		firewall_keeper_answer(keeper, look);
		firewall_keeper_tell_unread(keeper, look->legacy_error);
	}
	firewall_keeper_look_again(keeper, !look || look->rules_unread);
	free(look);
}

static void firewall_keeper_look_now(struct timer *timer)
{
	struct firewall_keeper *keeper = container_of(timer, struct firewall_keeper, look);
	int64_t began = clock_read(CLOCK_THREAD_CPUTIME_ID);
	int64_t rest;

	keeper->asked = 0;
	firewall_keeper_look(keeper);
	rest = (clock_read(CLOCK_THREAD_CPUTIME_ID) - began) * FIREWALL_KEEPER_SHARE;
	keeper->rest =
		clock_now() + (rest < FIREWALL_KEEPER_REST_MAX ? rest : FIREWALL_KEEPER_REST_MAX);
}

void firewall_keeper_look_soon(struct firewall_keeper *keeper)
{
	int64_t now = clock_now();
	int64_t when = now + FIREWALL_KEEPER_SETTLE;

	if (!keeper->loop)
		return;
	if (keeper->asked == 0)
		keeper->asked = now;
	if (when > keeper->asked + FIREWALL_KEEPER_SETTLE_MAX)
		when = keeper->asked + FIREWALL_KEEPER_SETTLE_MAX;
	if (when < keeper->rest)
		when = keeper->rest;
	timer_arm(&keeper->look, when > now ? (unsigned)(when - now) : 1);
}

static void firewall_keeper_look_at_legacy(struct timer *timer)
{
	struct firewall_keeper *keeper = container_of(timer, struct firewall_keeper, legacy);

	if (firewall_legacy_in_use(false) || firewall_legacy_in_use(true))
		firewall_keeper_look_soon(keeper);
	timer_arm(timer, FIREWALL_KEEPER_LEGACY);
}

/* Records of a killed instance that could not be undone before this start are ours to undo, too. */
static void firewall_keeper_adopt_records(struct firewall_keeper *keeper)
{
	char record[UNDOLOG_RECORD_MAX];

	for (unsigned kind = 0; kind < FIREWALL_UNDO_KINDS; kind++) {
		firewall_undo_format(kind, keeper->guests.name, record);
		keeper->recorded[kind] = undolog_has(keeper->undolog, record);
	}
}

int firewall_keeper_start(struct firewall_keeper *keeper, enum firewall_mode mode,
			  const struct firewall_guests *guests, struct nft *nft, struct loop *loop,
			  struct undolog *undolog)
{
	int ret;

	*keeper = (struct firewall_keeper){
		.mode = mode, .guests = *guests, .nft = nft, .loop = loop, .undolog = undolog};
	firewall_keeper_adopt_records(keeper);
	ret = timer_init(&keeper->look, loop, firewall_keeper_look_now);
	if (ret == 0)
		ret = timer_init(&keeper->legacy, loop, firewall_keeper_look_at_legacy);
	if (ret < 0)
		return ret;
	timer_arm(&keeper->legacy, FIREWALL_KEEPER_LEGACY);
	firewall_keeper_look_now(&keeper->look);
	return 0;
}

static void firewall_keeper_cancel_record(const struct firewall_keeper *keeper,
					  enum firewall_undo kind)
{
	char record[UNDOLOG_RECORD_MAX];

	firewall_undo_format(kind, keeper->guests.name, record);
	undolog_cancel(keeper->undolog, record);
}

void firewall_keeper_stop(struct firewall_keeper *keeper)
{
	if (!keeper->loop)
		return;
	timer_finish(&keeper->look);
	timer_finish(&keeper->legacy);
	if (keeper->recorded[FIREWALL_UNDO_LEGACY] && firewall_undo_legacy(keeper->guests.name))
		firewall_keeper_cancel_record(keeper, FIREWALL_UNDO_LEGACY);
	if (keeper->recorded[FIREWALL_UNDO_RULES] &&
	    firewall_undo_rules(keeper->nft, keeper->guests.name))
		firewall_keeper_cancel_record(keeper, FIREWALL_UNDO_RULES);
	keeper->loop = NULL;
}

void firewall_keeper_check(enum firewall_mode mode, const struct firewall_guests *guests,
			   struct nft *nft)
{
	struct firewall_look *look = malloc(sizeof(*look));

	if (!look)
		return;
	firewall_look(look, guests, nft);
	for (unsigned i = 0; i < look->n; i++) {
		const struct firewall_finding *finding = &look->findings[i];
		bool work = firewall_keeper_is_work(mode, finding);
		char what[FIREWALL_REPORT_MAX];

		firewall_report_describe(finding, guests->device, what);
		cleantext_print("firewall   %s; %s: %s\n", what,
				work ? "a start fixes it, as does" : "to fix it, run",
				finding->advice);
	}
	free(look);
}
