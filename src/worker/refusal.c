// SPDX-License-Identifier: GPL-2.0-or-later
#include "refusal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"

enum { REFUSAL_TEXT_MAX = REFUSALS * 96 };

static const struct {
	const char *why;
	const char *remedy;
} refusal_texts[REFUSALS] = {
	[REFUSAL_REQUEST] = {"it does not speak the protocol of a VDE switch (version 3)",
			     "attach an emulator with VDE here, and nothing else"},
	[REFUSAL_SILENT] = {"it hung up before it said what it wants",
			    "if it is an emulator, it could not make its socket: see that it is in "
			    "the group that it names (QEMU: group=GROUP), and may write to the "
			    "switch's directory"},
	[REFUSAL_LATE] = {"it did not send its request within 2 s",
			  "see whether it is stopped, and start it again"},
	[REFUSAL_ABSENT] = {"its socket is not at the path that it names",
			    "let it see the switch's directory at the same path as vde_vmnet does, "
			    "and write there, also in a container"},
	[REFUSAL_NAME] =
		{"no socket here has the abstract name that it names",
		 "it must run in the network namespace of vde_vmnet, not in a container's"},
	[REFUSAL_RIGHTS] = {"the worker's user may not write to its socket",
			    "let it give that to a group both are in (QEMU: "
			    "group=GROUP,mode=0770), or run it as the worker's user"},
	[REFUSAL_OWNER] = {"its socket is another user's",
			   "run the emulator as one user from start to end"},
	[REFUSAL_KIND] = {"what it names is not a socket that it reads",
			  "it has to make one before it asks"},
	[REFUSAL_ROOM] = {"there is no room for one more, or for one more of this user",
			  "end some, or use another endpoint"},
	[REFUSAL_LENGTH] = {"it sent a length that no frame has",
			    "let it send four bytes of length, the highest first, before each "
			    "frame, as QEMU's -netdev stream does"},
	[REFUSAL_BUSY] = {"point to point is for one emulator, and one is there",
			  "end that, or use switch:// for several"},
	[REFUSAL_OTHER] = {"it cannot be served", "try again"},
};

enum refusal refusal_of_socket(int error, bool abstract)
{
	switch (-error) {
	case ENOENT:
	case ENOTDIR:
	case EXDEV:  /* not a usual directory, and only those can be looked at */
	case EAGAIN: /* not cached, which a socket just made would be */
		return REFUSAL_ABSENT;
	case EACCES:
		return REFUSAL_RIGHTS;
	case EPERM:
		return REFUSAL_OWNER;
	case ECONNREFUSED:
		return abstract ? REFUSAL_NAME : REFUSAL_KIND;
	case ENOTSOCK:
	case EPROTOTYPE:
	case ELOOP:
		return REFUSAL_KIND;
	case ENOSPC:
		return REFUSAL_ROOM;
	default:
		return REFUSAL_OTHER;
	}
}

void refusals_note(struct refusals *refusals, enum refusal refusal, const char *locator,
		   const struct ucred *user, const char *socket, int error)
{
	refusals->counts[refusal]++;
	if (notice_take(&refusals->notices[refusal], clock_now()))
		log_warning("%s: a client of uid %u (pid %d) is refused: %s%s%s%s%s; %s", locator,
			    user->uid, user->pid, refusal_texts[refusal].why, *socket ? ", " : "",
			    socket, refusal == REFUSAL_OTHER ? ": " : "",
			    refusal == REFUSAL_OTHER ? strerror(-error) : "",
			    refusal_texts[refusal].remedy);
	else
		log_debug("%s: a client of uid %u (pid %d) is refused: %s: %s", locator, user->uid,
			  user->pid, socket, strerror(-error));
}

void refusals_log_counters(const struct refusals *refusals, const char *locator)
{
	char text[REFUSAL_TEXT_MAX];
	uint64_t all = 0;
	int length = 0;

	for (int i = 0; i < REFUSALS; i++) {
		if (refusals->counts[i] == 0)
			continue;
		length +=
			snprintf(text + length, sizeof(text) - (size_t)length, "%s%" PRIu64 ": %s",
				 all == 0 ? "" : "; ", refusals->counts[i], refusal_texts[i].why);
		all += refusals->counts[i];
	}
	if (all > 0)
		log_info("%s: clients refused: %" PRIu64 " (%s)", locator, all, text);
}
