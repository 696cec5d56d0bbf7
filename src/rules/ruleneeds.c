// SPDX-License-Identifier: GPL-2.0-or-later
#include "ruleneeds.h"

#include <stddef.h>

#include "rule_text.h"

#define RAW	    "type filter hook prerouting priority raw"
#define PREROUTING  "type filter hook prerouting priority filter"
#define FORWARD	    "type filter hook forward priority filter"
#define DSTNAT	    "type nat hook prerouting priority dstnat - 10"
#define POSTROUTING "type nat hook postrouting priority srcnat - 10"

const struct ruleneed ruleneeds[RULENEEDS] = {
	{"fib", "nft_fib_inet", RAW, "fib saddr . iif oif exists accept", false},
	{"reject", "nft_reject_inet", PREROUTING, "reject with icmpx type admin-prohibited", false},
	{"limit", "nft_limit", PREROUTING, "limit rate 50/second burst 200 packets", false},
	{"ct", "nft_ct", FORWARD, "ct state new accept", false},
	{"ct count", "nft_connlimit", FORWARD, "ct count over 100 drop", false},
	{"masquerade", "nft_masq", POSTROUTING, "meta l4proto 6 masquerade to :61000-65535", true},
	{"dnat", "nft_nat", DSTNAT, "dnat ip to 192.0.2.1", true},
};

const char *ruleneed_format(const struct ruleneed *need, char text[RULENEED_TEXT_MAX])
{
	text[0] = '\0';
	rule_text_add(text, RULENEED_TEXT_MAX,
		      "table inet vde_vmnet_needs {\n\tchain needs {\n\t\t%s\n\t\t%s\n\t}\n}\n",
		      need->hook, need->rule);
	return text;
}

const struct ruleneed *
ruleneed_find_missing(bool outside, bool (*can)(void *context, const char *commands), void *context)
{
	char text[RULENEED_TEXT_MAX];

	for (int i = 0; i < RULENEEDS; i++) {
		if ((outside || !ruleneeds[i].outside) &&
		    !can(context, ruleneed_format(&ruleneeds[i], text)))
			return &ruleneeds[i];
	}
	return NULL;
}
