// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl.h"

#include <errno.h>
#include <locale.h>
#include <string.h>

#include "cleantext.h"
#include "ctl_options.h"
#include "ctl_socketclient.h"
#include "ctl_verb.h"
#include "problem.h"

static int ctl_run(struct ctl *ctl, struct problem *problem)
{
	switch (ctl->action) {
	case CTL_HELP:
		ctl_options_print_help(ctl->out);
		return 0;
	case CTL_VERSION:
		fputs("vde_vmnetctl " VERSION "\n", ctl->out);
		return 0;
	case CTL_RUN:
		break;
	}
	return ctl_verb_run(ctl, problem);
}

/* Output that could not be written, for example to a full disk, is an error. */
static int ctl_flush(struct problem *problem)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return problem_set(problem, CTL_FAILED, "cannot write to standard output");
}

static int ctl_complain(const char *program, struct problem *problem)
{
	problem->text[cleantext_clean(problem->text, strlen(problem->text))] = '\0';
	fprintf(stderr, "%s: %s\n", program, problem->text);
	return problem->status;
}

/* Runs as the program with the other name. */
static int ctl_be_socketclient(char **argv, struct problem *problem)
{
	if (ctl_socketclient_run(argv + 1, stdout, problem) < 0 || ctl_flush(problem) < 0)
		return ctl_complain(CTL_SOCKETCLIENT, problem);
	return CTL_DONE;
}

int main(int argc, char **argv)
{
	struct problem problem = {0};
	struct ctl ctl;

	setlocale(LC_CTYPE, ""); /* for the width of characters */
	if (argc > 0 && ctl_socketclient_is_meant(argv[0]))
		return ctl_be_socketclient(argv, &problem);
	if (ctl_options_read(&ctl, argc, argv, &problem) < 0 || ctl_run(&ctl, &problem) < 0 ||
	    ctl_flush(&problem) < 0)
		return ctl_complain("vde_vmnetctl", &problem);
	return CTL_DONE;
}
