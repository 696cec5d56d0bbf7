// SPDX-License-Identifier: GPL-2.0-or-later
#include "watcher.h"

#include <errno.h>
#include <poll.h>

#include "device.h"
#include "forwarding.h"
#include "guesttap.h"
#include "undolog.h"
#include "log.h"
#include "parts.h"
#include "problem.h"
#include "process.h"

enum { WATCHER_HOST_FD = PROCESS_FIRST_FD };

/*
 * We hold the name's lock meanwhile. If a new instance has it, that instance undoes the same
 * things.
 */
static void watcher_set_back(const char *name)
{
	struct undolog undolog;
	struct problem problem = {0};

	if (undolog_open_existing(&undolog, RUNDIR, name, &problem) < 0)
		return;
	undolog_undo(&undolog, forwarding_undo);
	undolog_undo(&undolog, guesttap_undo); /* first, while their bridge still exists */
	undolog_undo(&undolog, device_undo);
	undolog_close(&undolog);
}

int watcher_main(int argc, char *const *argv)
{
	struct pollfd host = {.fd = WATCHER_HOST_FD, .events = POLLIN};
	enum log_level level;

	if (argc != WATCHER_ARGUMENTS || log_parse_level(argv[WATCHER_ARGUMENT_LEVEL], &level) < 0)
		return STATUS_FAILED;
	process_ignore_signals();
	log_init(level);
	while (poll(&host, 1, -1) < 0) {
		if (errno != EINTR)
			return STATUS_FAILED;
	}
	watcher_set_back(argv[WATCHER_ARGUMENT_NETWORK]);
	return STATUS_STOPPED; /* the table goes with the last copy of its socket */
}
