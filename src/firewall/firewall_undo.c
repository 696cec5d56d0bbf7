// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_undo.h"

#include <stdlib.h>

#include "firewall.h"
#include "firewall_legacy.h"
#include "log.h"

enum { TRUCE_UNDO_TEXT_MAX = 1 << 18 }; /* bytes of commands that delete, some 60 a rule */

static void truce_undo_tell(const char *where, const char *comment, const char *name)
{
	log_warning("rules with the comment '%s' stay in %s; vde_vmnet --cleanup --name=%s tries "
		    "again",
		    comment, where, name);
}

/* One step: lists, and deletes what it may of those with the comment. Whether none is left. */
static bool truce_undo_try(struct nft *nft, const char *comment, char *commands)
{
	struct json_t *ruleset = firewall_list(nft_query, nft);
	struct problem problem;
	bool all;

	if (!ruleset)
		return false;
	all = firewall_undo_commands(ruleset, comment, commands, TRUCE_UNDO_TEXT_MAX);
	firewall_free(ruleset);
	return (*commands == '\0' || nft_apply(nft, commands, &problem) == 0) && all;
}

/* Again when rules change meanwhile: it is all or nothing. */
bool truce_undo_rules(struct nft *nft, const char *name)
{
	enum { TRIES = 5 };
	char comment[FIREWALL_COMMENT_MAX];
	char *commands = malloc(TRUCE_UNDO_TEXT_MAX);
	bool done = false;

	firewall_comment(name, comment);
	for (int i = 0; i < TRIES && !done && commands; i++)
		done = truce_undo_try(nft, comment, commands);
	if (!done)
		truce_undo_tell("other tables", comment, name);
	free(commands);
	return done;
}

bool truce_undo_legacy(const char *name)
{
	char comment[FIREWALL_COMMENT_MAX];
	bool done = legacy_undo(firewall_comment(name, comment));

	if (!done)
		truce_undo_tell("iptables-legacy", comment, name);
	return done;
}
