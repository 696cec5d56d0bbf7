/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a command, in which {fd}, {netdev} and {mac} are replaced later. */
#pragma once

enum ctl_template_use {
	CTL_TEMPLATE_FD = 1 << 0,
	CTL_TEMPLATE_NETDEV = 1 << 1,
	CTL_TEMPLATE_MAC = 1 << 2,
};

/* The replacements. NULL: leave it as it is. */
struct ctl_template_values {
	const char *fd;
	const char *netdev;
	const char *mac;
};

/* Which of them are in the words (NULL-terminated). */
unsigned ctl_template_uses(char *const *words);

/*
 * The words with all occurrences replaced; values are not replaced again. The caller frees words
 * and list with ctl_template_free(). NULL: out of memory.
 */
char **ctl_template_fill(char *const *words, const struct ctl_template_values *values);
void ctl_template_free(char **words);
