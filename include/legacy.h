/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of iptables-legacy, which nftables does not show: by the programs
 * iptables-legacy and ip6tables-legacy, as nothing else speaks to them. Needs
 * root, or CAP_NET_RAW besides CAP_NET_ADMIN.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { LEGACY_TEXT_MAX = 65536 };

/* Whether the kernel has a filter table of the family: nothing is run, and none made, before. */
bool legacy_in_use(bool ipv6);

/* What -S prints, cut at size; "" for a family not in use. 0, or -errno (-ENOENT: not installed).
 */
int legacy_list(bool ipv6, char *text, size_t size);

/* Runs it with the words of a line, as -S prints them, and the comment. 0, or -errno. */
int legacy_run(bool ipv6, const char *line, const char *comment);

/* Deletes every rule with that comment. */
void legacy_undo(const char *comment);
