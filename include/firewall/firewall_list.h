/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of the kernel, but for our own tables. */
#pragma once

struct json_t;

/*
 * By query(), which answers a command of nft, both in JSON, until the next one. Freed by
 * firewall_json_free(). NULL when an answer is NULL, as when rules change meanwhile.
 *
 * By "list chains" and a "list table" each, never by "list ruleset": libnftables
 * 1.0.6 reads freed memory where it tells the flags of a table that has one, as ours.
 */
struct json_t *firewall_list(const char *(*query)(void *from, const char *command), void *from);
