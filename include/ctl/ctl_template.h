/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a command in which {fd}, {netdev} and {mac} stand for what is known later. */
#pragma once

enum ctl_template_use {
	CTL_TEMPLATE_FD = 1 << 0,
	CTL_TEMPLATE_NETDEV = 1 << 1,
	CTL_TEMPLATE_MAC = 1 << 2,
};

/* What each stands for. NULL: it is left as it is. */
struct ctl_template_values {
	const char *fd;
	const char *netdev;
	const char *mac;
};

/* Which of them are in the words, which end with NULL. */
unsigned ctl_template_uses(char *const *words);

/*
 * The words with the values in their places, as often as they stand there; what a value says is not
 * looked at again. Words and list are the caller's, for ctl_template_free(). NULL: no memory.
 */
char **ctl_template_fill(char *const *words, const struct ctl_template_values *values);
void ctl_template_free(char **words);
