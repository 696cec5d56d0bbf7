// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_verb.h"

#include <limits.h>
#include <string.h>

#include "ctl_daemon.h"
#include "ctl_forward.h"
#include "ctl_leases.h"
#include "ctl_list.h"
#include "ctl_monitor.h"
#include "ctl_ports.h"
#include "ctl_run.h"
#include "ctl_status.h"

const struct ctl_verb ctl_verbs[] = {
	{"list", "", "the networks on this host", 0, 0, ctl_list_run},
	{"status", "", "one network: its mode, addresses, endpoints", 0, 0, ctl_status_run},
	{"ports", "[ID]", "who is attached, and how much traffic; with ID, all about one port", 0,
	 1, ctl_ports_run},
	{"leases", "", "the guests' addresses and names", 0, 0, ctl_leases_run},
	{"forward list", "", "the ports of the host that are forwarded to guests", 0, 0,
	 ctl_forward_list},
	{"forward add", "FORWARD...", "adds all, or none: (tcp|udp):[ADDR]:PORT[-END]-GUEST[:PORT]",
	 1, INT_MAX, ctl_forward_add},
	{"forward remove", "FORWARD|ID...",
	 "removes those listed, or none if one cannot be removed", 1, INT_MAX, ctl_forward_remove},
	{"run", "-- COMMAND...", "attaches, and becomes COMMAND; fills in {netdev}, {fd} and {mac}",
	 1, INT_MAX, ctl_run_run},
	{"monitor", "", "what happens, one event on each line, until Ctrl-C", 0, 0,
	 ctl_monitor_run},
	{"port set", "ID SETTING...", "isolated=on|off, rate=RATE|none (10M: bits per second)", 2,
	 INT_MAX, ctl_ports_set},
	{"port disconnect", "ID", "ends a connection; the guest may connect again", 1, 1,
	 ctl_ports_disconnect},
	{"log-level", "LEVEL", "error, warning, info or debug", 1, 1, ctl_daemon_log_level},
	{"reload", "", "reads the configuration again", 0, 0, ctl_daemon_reload},
	{"stop", "", "ends a network, and waits until it has ended", 0, 0, ctl_daemon_stop},
	{0},
};

/* How many of the words belong to the verb; 0: it is a different one. */
static unsigned ctl_verb_match(const struct ctl_verb *verb, char *const *words)
{
	const char *at = verb->words;
	unsigned n = 0;

	for (; words[n] && *at; n++) {
		size_t length = strcspn(at, " ");

		if (strlen(words[n]) != length || strncmp(words[n], at, length) != 0)
			return 0;
		at += length + (at[length] == ' ');
	}
	return *at ? 0 : n;
}

/* Lists what starts with that word, which is not a verb alone. */
static int ctl_verb_refuse(char *const *words, struct problem *problem)
{
	char rest[200] = "";

	for (const struct ctl_verb *verb = ctl_verbs; verb->words; verb++) {
		size_t length = strlen(words[0]);

		if (strncmp(verb->words, words[0], length) != 0 || verb->words[length] != ' ')
			continue;
		snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest), "%s%s",
			 *rest ? ", " : "", verb->words);
	}
	if (*rest && words[1])
		return problem_set(problem, CTL_USAGE,
				   "%.100s %.100s: no such command; use one of: %s", words[0],
				   words[1], rest);
	if (*rest)
		return problem_set(problem, CTL_USAGE, "%.100s: incomplete command; use one of: %s",
				   words[0], rest);
	return problem_set(problem, CTL_USAGE, "%.200s: no such command; --help lists them",
			   words[0]);
}

int ctl_verb_run(const struct ctl *ctl, struct problem *problem)
{
	if (ctl->n_words == 0)
		return ctl_list_introduce(ctl, problem);
	for (const struct ctl_verb *verb = ctl_verbs; verb->words; verb++) {
		unsigned words = ctl_verb_match(verb, ctl->words);
		unsigned arguments = ctl->n_words - words;

		if (words == 0)
			continue;
		if (arguments < verb->least || arguments > verb->most)
			return problem_set(problem, CTL_USAGE, "usage: vde_vmnetctl %s%s%s",
					   verb->words, *verb->arguments ? " " : "",
					   verb->arguments);
		return verb->run(ctl, ctl->words + words, problem);
	}
	return ctl_verb_refuse(ctl->words, problem);
}
