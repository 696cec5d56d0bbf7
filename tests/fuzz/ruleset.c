// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules of other firewalls, as libnftables tells them. Input: its JSON. What we would do
 * about them is in whole commands that say one thing each.
 */
#include "findings.h"
#include "firewall_json.h"
#include "firewall_list.h"

enum { QUESTIONS = 4 }; /* that are answered: each answer may name as many tables as it is long */

struct answers {
	const char *text;
	unsigned n;
};

static const char *query(void *from, const char *command)
{
	struct answers *answers = from;

	FUZZ_CHECK(command[0] == '{');
	return answers->n++ < QUESTIONS ? answers->text : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct answers answers = {.text = text};
	struct json_t *ruleset = firewall_json_load(text);

	if (ruleset) {
		findings_check_all(ruleset, true);
		findings_check_all(ruleset, false);
		firewall_json_free(ruleset);
		firewall_json_free(firewall_list(query, &answers));
	}
	free(text);
	return 0;
}
