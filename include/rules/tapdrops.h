/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our table of family bridge for frames that do not pass: a chain for each reason,
 * which counts the frame, in total and for the TAP that it came from or goes to, and drops it. Pure
 * text, and reading of it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	TAPDROPS_MAX = 2048,	   /* bytes of all chains */
	TAPDROPS_CLEAR_MAX = 2048, /* for the commands that forget a TAP */
};

/*
 * Each has a chain, a counter and a set: drop_, dropped_ and by_ before its name, as in
 * drop_gateway.
 */
enum tapdrop {
	TAPDROP_GATEWAY,  /* as the gateway */
	TAPDROP_ROUTER,	  /* as a router */
	TAPDROP_DHCP,	  /* as a DHCP server */
	TAPDROP_HIDDEN,	  /* a type that we do not look into, or ARP of another kind */
	TAPDROP_SENDER,	  /* a sender other than the guest */
	TAPDROP_ISOLATED, /* from an isolated guest to another guest, or to an isolated one */
	TAPDROPS,
};

/* Writes the counters, sets and chains. */
void tapdrops_format(char text[TAPDROPS_MAX]);

/* Writes the commands that forget what was counted for the TAP of that name, if anything. */
void tapdrops_format_clear(const char *table, const char *tap, char text[TAPDROPS_CLEAR_MAX]);

/*
 * Whose frames they are, and why they are dropped; and what can be done about it, NULL: that is how
 * it should be.
 */
const char *tapdrops_what(enum tapdrop reason);
const char *tapdrops_remedy(enum tapdrop reason);

/* Reads frames by reason from a listing of the table with its sets: in total, and for one TAP. */
void tapdrops_read(const char *list, uint64_t counts[TAPDROPS]);
void tapdrops_read_of(const char *list, const char *tap, uint64_t counts[TAPDROPS]);
