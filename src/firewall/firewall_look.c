// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_look.h"

#include <errno.h>
#include <stdlib.h>

#include "clock.h"
#include "firewall.h"
#include "firewall_iptables.h"
#include "firewall_json.h"
#include "firewall_legacy.h"
#include "firewall_list.h"

/* NULL with *error: 0, or -errno. */
static struct json_t *firewall_look_load_legacy(int64_t end, int *error)
{
	char *ipv4 = malloc(FIREWALL_LEGACY_TEXT_MAX);
	char *ipv6 = malloc(FIREWALL_LEGACY_TEXT_MAX);
	struct json_t *ruleset = NULL;
	int ret = ipv4 && ipv6 ? 0 : -ENOMEM;

	if (ret == 0)
		ret = firewall_legacy_list(false, ipv4, FIREWALL_LEGACY_TEXT_MAX, end);
	if (ret == 0)
		ret = firewall_legacy_list(true, ipv6, FIREWALL_LEGACY_TEXT_MAX, end);
	if (ret == 0)
		ruleset = firewall_iptables_load(ipv4, ipv6);
	*error = ret;
	free(ipv4);
	free(ipv6);
	return ruleset;
}

void firewall_look(struct firewall_look *look, const struct firewall_guests *guests,
		   struct nft *nft)
{
	struct json_t *ruleset = firewall_list(nft_query, nft);

	look->n = 0;
	look->rules_unread = !ruleset;
	look->legacy_error = 0;
	look->legacy_end = clock_now() + FIREWALL_LEGACY_TIME;
	if (ruleset)
		look->n = firewall_find(ruleset, guests, look->findings);
	firewall_json_free(ruleset);
	if (!firewall_legacy_in_use(false) && !firewall_legacy_in_use(true))
		return;
	ruleset = firewall_look_load_legacy(look->legacy_end, &look->legacy_error);
	if (ruleset)
		look->n += firewall_find(ruleset, guests, look->findings + look->n);
	firewall_json_free(ruleset);
}
