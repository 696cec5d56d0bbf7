// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules of iptables-legacy, as its -S prints them. Input: that, which is taken for those of
 * both families. What we would do about them is in whole commands that say one thing each.
 */
#include "findings.h"
#include "firewall_iptables.h"
#include "firewall_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct json_t *ruleset = firewall_iptables_load(text, text);

	FUZZ_CHECK(ruleset && firewall_iptables_is_legacy(ruleset));
	findings_check_all(ruleset, true);
	firewall_json_free(ruleset);
	free(text);
	return 0;
}
