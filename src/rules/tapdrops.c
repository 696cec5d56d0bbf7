// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapdrops.h"

#include <stdio.h>
#include <string.h>

#include "nftlist.h"
#include "rule_text.h"

struct tapdrop_row {
	const char *name;
	const char *what;
	const char *remedy;
};

static const struct tapdrop_row tapdrops[TAPDROPS] = {
	[TAPDROP_GATEWAY] = {"gateway", "guests on TAPs posing as the gateway",
			     "give the guest an address other than the gateway's"},
	[TAPDROP_ROUTER] = {"router", "guests on TAPs acting as routers",
			    "turn that off in the guest"},
	[TAPDROP_DHCP] = {"dhcp", "guests on TAPs acting as DHCP servers",
			  "turn that off in the guest"},
	[TAPDROP_HIDDEN] =
		{"hidden",
		 "guests on TAPs using protocols other than ARP, IPv4 and IPv6, or VLAN tags",
		 "use only these, without tags"},
	[TAPDROP_SENDER] = {"sender",
			    "guests on TAPs using a MAC address other than the one they were given",
			    "use the one in the answer to the request"},
	[TAPDROP_ISOLATED] = {"isolated", "guests on TAPs, to or from isolated guests", NULL},
};

/* 512: all TAPs there can be, and the worker's port. */
static const char tapdrops_row[] = "	counter dropped_%1$s {\n"
				   "	}\n"
				   "	set by_%1$s {\n"
				   "		type ifname\n"
				   "		size 512\n"
				   "		flags dynamic\n"
				   "	}\n"
				   "	chain drop_%1$s {\n"
				   "		counter name \"dropped_%1$s\"\n"
				   "		update @by_%1$s { iifname counter } drop\n"
				   "	}\n";

void tapdrops_format(char text[TAPDROPS_MAX])
{
	text[0] = '\0';
	for (int i = 0; i < TAPDROPS; i++)
		rule_text_add(text, TAPDROPS_MAX, tapdrops_row, tapdrops[i].name);
}

void tapdrops_format_clear(const char *table, const char *tap, char text[TAPDROPS_CLEAR_MAX])
{
	char element[32];

	snprintf(element, sizeof(element), "\"%s\"", tap);
	text[0] = '\0';
	for (int i = 0; i < TAPDROPS; i++) {
		char set[128];

		snprintf(set, sizeof(set), "bridge %s by_%s", table, tapdrops[i].name);
		rule_text_set_element(text, TAPDROPS_CLEAR_MAX, set, element, false);
	}
}

const char *tapdrops_what(enum tapdrop reason)
{
	return tapdrops[reason].what;
}

const char *tapdrops_remedy(enum tapdrop reason)
{
	return tapdrops[reason].remedy;
}

void tapdrops_read(const char *list, uint64_t counts[TAPDROPS])
{
	for (int i = 0; i < TAPDROPS; i++) {
		char counter[32];

		snprintf(counter, sizeof(counter), "dropped_%s", tapdrops[i].name);
		counts[i] = nftlist_counter(list, counter);
	}
}

/* The frames of an element in the set that begins there and ends with the first line of "}". */
static uint64_t tapdrops_read_element(const char *set, const char *element)
{
	const char *end = strstr(set, "\t}\n");
	const char *at = strstr(set, element);

	return at && end && at < end ? nftlist_packets(at) : 0;
}

void tapdrops_read_of(const char *list, const char *tap, uint64_t counts[TAPDROPS])
{
	char element[64];

	snprintf(element, sizeof(element), "\"%s\" counter ", tap);
	for (int i = 0; i < TAPDROPS; i++) {
		char start[48];
		const char *set;

		snprintf(start, sizeof(start), "set by_%s {", tapdrops[i].name);
		set = strstr(list, start);
		counts[i] = set ? tapdrops_read_element(set, element) : 0;
	}
}
