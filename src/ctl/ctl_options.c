// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_options.h"

#include <getopt.h>
#include <string.h>

#include "ctl_verb.h"
#include "parse.h"

enum { CTL_LIMIT_DEFAULT = 10000, CTL_TIMEOUT_MAX = 3600 }; /* ms; seconds */

static const struct option ctl_options[] = {
	{"name", required_argument, NULL, 'n'},
	{"network", required_argument, NULL, 'n'},
	{"json", no_argument, NULL, 'j'},
	{"via", required_argument, NULL, 'V'},
	{"mac", required_argument, NULL, 'm'},
	{"timeout", required_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'v'},
	{0},
};

static int ctl_options_set_timeout(struct ctl *ctl, const char *text, struct problem *problem)
{
	unsigned seconds;

	if (parse_number(text, 1, CTL_TIMEOUT_MAX, &seconds) < 0)
		return problem_set(problem, CTL_USAGE, "--timeout=%.200s: use 1 to %d seconds",
				   text, CTL_TIMEOUT_MAX);
	ctl->limit = (int64_t)seconds * 1000;
	return 0;
}

/* Adds a word that is not an option. Another program's options come after "--". 0, or -1. */
static int ctl_options_add_word(struct ctl *ctl, char *word, struct problem *problem)
{
	if (ctl->n_words > 0 && strcmp(ctl->words[0], "run") == 0)
		return problem_set(
			problem, CTL_USAGE,
			"run: write -- before the command: vde_vmnetctl run -- %.200s ...", word);
	ctl->words[ctl->n_words++] = word; /* getopt has already read these places of argv */
	return 0;
}

/* Adds the words after that. 0, or -1 with *problem. */
static int ctl_options_finish(struct ctl *ctl, char *const *rest, struct problem *problem)
{
	bool runs;

	for (; *rest; rest++)
		ctl->words[ctl->n_words++] = *rest;
	ctl->words[ctl->n_words] = NULL;
	runs = ctl->n_words > 0 && strcmp(ctl->words[0], "run") == 0;
	if ((ctl->via || ctl->mac) && !runs)
		return problem_set(problem, CTL_USAGE, "%s= is only for run; see --help",
				   ctl->via ? "--via" : "--mac");
	return 0;
}

static int ctl_options_refuse(const struct ctl *ctl, const char *option, struct problem *problem)
{
	if (ctl->n_words > 0 && strcmp(ctl->words[0], "run") == 0)
		return problem_set(problem, CTL_USAGE,
				   "%.200s: not an option of run; put -- before the command and "
				   "its options: vde_vmnetctl run -- COMMAND...",
				   option);
	return problem_set(problem, CTL_USAGE, "%.200s: unknown option; --help lists them", option);
}

int ctl_options_read(struct ctl *ctl, int argc, char **argv, struct problem *problem)
{
	int letter;
	int at;

	*ctl = (struct ctl){
		.directory = RUNDIR, .limit = CTL_LIMIT_DEFAULT, .out = stdout, .words = argv + 1};
	optind = 0; /* start over at each call */
	opterr = 0;
	/* "-": in order. For several letters in one word, at stays on that word. */
	while (at = optind > 0 ? optind : 1,
	       (letter = getopt_long(argc, argv, "-:hv", ctl_options, NULL)) != -1) {
		switch (letter) {
		case 1:
			if (ctl_options_add_word(ctl, optarg, problem) < 0)
				return -1;
			break;
		case 'n':
			ctl->name = optarg;
			break;
		case 'j':
			ctl->json = true;
			break;
		case 'V':
			ctl->via = optarg;
			break;
		case 'm':
			ctl->mac = optarg;
			break;
		case 't':
			if (ctl_options_set_timeout(ctl, optarg, problem) < 0)
				return -1;
			break;
		case 'h':
		case 'v':
			ctl->action = letter == 'h' ? CTL_HELP : CTL_VERSION;
			return 0;
		case ':':
			return problem_set(problem, CTL_USAGE, "%.200s: needs a value",
					   argv[optind - 1]);
		default:
			return ctl_options_refuse(ctl, argv[at], problem);
		}
	}
	return ctl_options_finish(ctl, argv + optind, problem);
}

void ctl_options_print_help(FILE *out)
{
	fputs("Usage: vde_vmnetctl [OPTION]... [COMMAND]\n"
	      "Shows the running networks of vde_vmnet on this host, and changes them.\n"
	      "\n"
	      "Without a command, it lists the networks and says what to do next. Commands:\n",
	      out);
	for (const struct ctl_verb *verb = ctl_verbs; verb->words; verb++)
		fprintf(out, "  %s %-*s%s\n", verb->words, (int)(29 - strlen(verb->words)),
			verb->arguments, verb->help);
	fputs("\n"
	      "Options:\n"
	      "  --name=NAME                   the network (default: the only one, or shared if "
	      "there are "
	      "several)\n"
	      "  --network=NAME                the same\n"
	      "  --json                        the answer as JSON, for scripts\n"
	      "  --timeout=SECONDS             how long an answer may take (default: 10)\n"
	      "  --via=VIA                     for run: tap, stream, seqpacket or vde (default: "
	      "the "
	      "fastest)\n"
	      "  --mac=MAC                     for run: the guest's MAC address (default: a new "
	      "one)\n"
	      "  -h, --help                    this text\n"
	      "  -v, --version                 the version\n"
	      "\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 no such network, or it is not "
	      "running,\n"
	      "4 not allowed. For run: 126 COMMAND cannot be executed, 127 COMMAND is not found, "
	      "otherwise\n"
	      "the status of COMMAND.\n"
	      "The manual is vde_vmnetctl(1).\n",
	      out);
}
