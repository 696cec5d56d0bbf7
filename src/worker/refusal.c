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
	[REFUSAL_REQUEST] = {"it does not speak the VDE switch protocol (version 3)",
			     "attach only emulators with VDE here"},
	[REFUSAL_SILENT] =
		{"it disconnected before sending a request",
		 "if it is an emulator, it could not create its socket: check that it is in the "
		 "group that it names (QEMU: group=GROUP) and may write to the switch's directory"},
	[REFUSAL_LATE] = {"it did not send its request within 2 s",
			  "it is stopped, or does not speak VDE (QEMU's -netdev stream needs an "
			  "endpoint stream://)"},
	[REFUSAL_ABSENT] = {"its socket is not at the path that it names",
			    "it must see the switch's directory at the same path as vde_vmnet and "
			    "be able to write there, even in a container"},
	[REFUSAL_NAME] = {"there is no socket here with the abstract name that it gave",
			  "run it in the network namespace of vde_vmnet, not in a container's"},
	[REFUSAL_RIGHTS] = {"the worker's user may not write to its socket",
			    "let it give the socket to a group that both are in (QEMU: "
			    "group=GROUP,mode=0770), or run it as the worker's user"},
	[REFUSAL_OWNER] = {"its socket belongs to another user",
			   "run the emulator as the same user throughout"},
	[REFUSAL_KIND] = {"it did not name a socket that it reads",
			  "it must create one before it sends its request"},
	[REFUSAL_ROOM] = {"there are too many clients, in total or for this user",
			  "close some, or use another endpoint"},
	[REFUSAL_LENGTH] = {"it sent an impossible frame length",
			    "it must send four bytes of length, most significant first, before "
			    "each frame, as QEMU's -netdev stream does"},
	[REFUSAL_BUSY] = {"a point-to-point endpoint takes one emulator, and one is attached",
			  "stop that one, or use switch:// for several"},
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
		log_warning("%s: refused a client (uid %u, pid %d): %s%s%s%s%s; %s", locator,
			    user->uid, user->pid, refusal_texts[refusal].why, *socket ? ", " : "",
			    socket, refusal == REFUSAL_OTHER ? ": " : "",
			    refusal == REFUSAL_OTHER ? strerror(-error) : "",
			    refusal_texts[refusal].remedy);
	else
		log_debug("%s: refused a client (uid %u, pid %d): %s: %s", locator, user->uid,
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
