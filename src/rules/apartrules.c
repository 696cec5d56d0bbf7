// SPDX-License-Identifier: GPL-2.0-or-later
#include "apartrules.h"

#include <assert.h>
#include <stdio.h>

#include "droprules.h"
#include "hostfwd.h"
#include "mac.h"
#include "rule_text.h"

/* The worker names 4096 at most. */
static const char apartrules_set[] = "	set apart%1$s {\n"
				     "		type ip%2$s_addr\n"
				     "		size 4096\n"
				     "	}\n";

/* By next hop: what is behind such a guest is not for others, either. */
static const char apartrules_to[] = "		rt ip%1$s nexthop @apart%1$s goto %2$s\n";

void apartrules_format(bool ipv6, char text[APARTRULES_MAX])
{
	const char *drop = droprules_chain(DROPRULE_ISOLATED);

	text[0] = '\0';
	rule_text_add(text, APARTRULES_MAX, apartrules_set, "", "v4");
	if (ipv6)
		rule_text_add(text, APARTRULES_MAX, apartrules_set, "6", "v6");
	rule_text_add(text, APARTRULES_MAX,
		      "	set apart_senders {\n"
		      "		type ether_addr\n"
		      "		size 1024\n"
		      "	}\n"
		      "	chain hairpin {\n"
		      "		ether saddr @apart_senders goto %1$s\n"
		      "		ether saddr & ff:ff:00:00:00:00 == " MAC_APART_TEXT
		      "00:00:00:00 goto %1$s\n",
		      drop);
	rule_text_add(text, APARTRULES_MAX, apartrules_to, "", drop);
	if (ipv6)
		rule_text_add(text, APARTRULES_MAX, apartrules_to, "6", drop);
	rule_text_add(text, APARTRULES_MAX, "		accept\n	}\n");
}

/* The addresses of one family, in one command. */
static void apartrules_add(const char *table, const char *verb, bool ipv6,
			   const struct in6_addr *addresses, unsigned n,
			   char text[APARTRULES_CHANGE_MAX])
{
	char address[ULA_TEXT_MAX];
	bool any = false;

	for (unsigned i = 0; i < n; i++) {
		if (!IN6_IS_ADDR_V4MAPPED(&addresses[i]) != ipv6)
			continue;
		if (!any)
			rule_text_add(text, APARTRULES_CHANGE_MAX, "%s element inet %s apart%s { ",
				      verb, table, ipv6 ? "6" : "");
		any = true;
		rule_text_add(text, APARTRULES_CHANGE_MAX, "%s, ",
			      hostfwd_format_plain(&addresses[i], address));
	}
	if (any)
		rule_text_add(text, APARTRULES_CHANGE_MAX, "}\n");
}

const char *apartrules_format_change(const char *table, bool ipv6, bool apart,
				     const struct in6_addr *addresses, unsigned n,
				     char text[APARTRULES_CHANGE_MAX])
{
	assert(n <= APARTRULES_CHANGE_ADDRESSES);
	text[0] = '\0';
	/*
	 * Deleting a missing element would fail and leave the others in place, so they are added
	 * first.
	 */
	for (int family = 0; family < (ipv6 ? 2 : 1); family++) {
		apartrules_add(table, "add", family == 1, addresses, n, text);
		if (!apart)
			apartrules_add(table, "delete", family == 1, addresses, n, text);
	}
	return text;
}

void apartrules_format_sender(const char *table, bool apart, const uint8_t sender[MAC_SIZE],
			      char text[APARTRULES_SENDER_MAX])
{
	char mac[MAC_TEXT_MAX];
	char set[128];

	snprintf(set, sizeof(set), "inet %s apart_senders", table);
	text[0] = '\0';
	rule_text_set_element(text, APARTRULES_SENDER_MAX, set, mac_format(sender, mac), apart);
}
