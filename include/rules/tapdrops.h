/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our table of family bridge that no frame passes: a chain for each reason, which
 * counts in all and for the TAP that it came from, or goes to, and drops. Pure text, and reading of
 * it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	TAPDROPS_MAX = 2048,	   /* bytes of all chains */
	TAPDROPS_CLEAR_MAX = 2048, /* of the commands that forget a TAP */
};

/* Chain, counter and set of each are drop_, dropped_ and by_ with its name, as drop_gateway. */
enum tapdrop {
	TAPDROP_GATEWAY,  /* as the gateway */
	TAPDROP_ROUTER,	  /* as a router */
	TAPDROP_DHCP,	  /* as a DHCP server */
	TAPDROP_HIDDEN,	  /* of another type than is looked into, or ARP of another kind */
	TAPDROP_SENDER,	  /* with a sender that is not the guest */
	TAPDROP_ISOLATED, /* from an isolated guest to another, or to one */
	TAPDROPS,
};

/* Writes counters, sets and chains. */
void tapdrops_format(char text[TAPDROPS_MAX]);

/* Writes the commands that forget what was counted of a TAP, by its name, if anything was. */
void tapdrops_format_clear(const char *table, const char *tap, char text[TAPDROPS_CLEAR_MAX]);

/* Whose frames they are, and why they do not pass; what can be done, NULL: that is as it should be.
 */
const char *tapdrops_what(enum tapdrop reason);
const char *tapdrops_remedy(enum tapdrop reason);

/* Reads frames by reason from a list of the table, with its sets: in all; and of one TAP. */
void tapdrops_read(const char *list, uint64_t counts[TAPDROPS]);
void tapdrops_read_of(const char *list, const char *tap, uint64_t counts[TAPDROPS]);
