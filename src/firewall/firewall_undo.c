// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewall_json.h"
#include "firewall_legacy.h"
#include "firewall_list.h"
#include "firewall_rule.h"
#include "log.h"

enum { FIREWALL_UNDO_TEXT_MAX = 1 << 18 }; /* bytes of delete commands, about 60 for each rule */

static const char *const firewall_undo_records[FIREWALL_UNDO_KINDS] = {
	[FIREWALL_UNDO_RULES] = "firewall rules ",
	[FIREWALL_UNDO_LEGACY] = "firewall legacy ",
};

void firewall_undo_format(enum firewall_undo kind, const char *name,
			  char record[UNDOLOG_RECORD_MAX])
{
	snprintf(record, UNDOLOG_RECORD_MAX, "%s%s", firewall_undo_records[kind], name);
}

static void firewall_undo_tell(const char *where, const char *comment, const char *name)
{
	log_warning("rules with the comment '%s' remain in %s; to try again: vde_vmnet --cleanup "
		    "--name=%s",
		    comment, where, name);
}

/*
 * One attempt: lists the rules, and deletes those with the comment. Returns whether none is left.
 */
static bool firewall_undo_try(struct nft *nft, const char *comment, char *commands)
{
	struct json_t *ruleset = firewall_list(nft_query, nft);
	struct problem problem;
	bool all;

	if (!ruleset)
		return false;
	all = firewall_rule_format_delete(ruleset, comment, commands, FIREWALL_UNDO_TEXT_MAX);
	firewall_json_free(ruleset);
	return (*commands == '\0' || nft_apply(nft, commands, &problem) == 0) && all;
}

/* Retried if rules change meanwhile, because each attempt is all or nothing. */
bool firewall_undo_rules(struct nft *nft, const char *name)
{
	enum { TRIES = 5 };
	char comment[FIREWALL_RULE_COMMENT_MAX];
	char *commands = malloc(FIREWALL_UNDO_TEXT_MAX);
	bool done = false;

	firewall_rule_comment(name, comment);
	for (int i = 0; i < TRIES && !done && commands; i++)
		done = firewall_undo_try(nft, comment, commands);
	if (!done)
		firewall_undo_tell("other tables", comment, name);
	free(commands);
	return done;
}

bool firewall_undo_legacy(const char *name)
{
	char comment[FIREWALL_RULE_COMMENT_MAX];
	bool done = firewall_legacy_undo(firewall_rule_comment(name, comment));

	if (!done)
		firewall_undo_tell("iptables-legacy", comment, name);
	return done;
}

/* name: the rest of the record, a network's name. Returns whether it is undone. */
static bool firewall_undo_kind(enum firewall_undo kind, const char *name)
{
	struct problem problem;
	struct nft nft = {0};
	bool done = true;

	switch (kind) {
	case FIREWALL_UNDO_RULES:
		done = nft_open(&nft, &problem) == 0 && firewall_undo_rules(&nft, name);
		nft_close(&nft);
		break;
	case FIREWALL_UNDO_LEGACY:
		done = firewall_undo_legacy(name);
		break;
	case FIREWALL_UNDO_KINDS:
		break;
	}
	return done;
}

bool firewall_undo(struct undolog *undolog, const char *record)
{
	for (unsigned kind = 0; kind < FIREWALL_UNDO_KINDS; kind++) {
		size_t length = strlen(firewall_undo_records[kind]);

		if (strncmp(record, firewall_undo_records[kind], length) != 0)
			continue;
		if (firewall_undo_kind(kind, record + length)) /* else it is retried later */
			undolog_cancel(undolog, record);
		return true;
	}
	return false;
}
