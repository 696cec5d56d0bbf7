/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's rules, except for our own tables. */
#pragma once

struct json_t;

/*
 * query() runs a command of nft; command and answer are JSON, and the answer is valid until the
 * next call. Free the result with firewall_json_free(). NULL if an answer is NULL, as when rules
 * change meanwhile.
 *
 * This uses "list chains" and one "list table" for each, never "list ruleset": libnftables 1.0.6
 * reads freed memory when it prints the flags of a table that has any, as ours do.
 */
struct json_t *firewall_list(const char *(*query)(void *from, const char *command), void *from);
