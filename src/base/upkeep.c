// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep.h"

#include <stdio.h>

#include "clock.h"
#include "log.h"
#include "sysctl.h"

enum upkeep_verdict upkeep_judge(struct upkeep *upkeep, bool is_right, int64_t now)
{
	if (is_right) {
		upkeep->left = false;
		return UPKEEP_RIGHT;
	}
	if (upkeep->left)
		return UPKEEP_LEFT;
	if (upkeep->mended != 0 && now - upkeep->mended < UPKEEP_SOON) {
		upkeep->left = true;
		return UPKEEP_GIVE_UP;
	}
	upkeep->mended = now;
	return UPKEEP_MEND;
}

void upkeep_say(enum upkeep_verdict verdict, const char *what, const char *command)
{
	if (verdict == UPKEEP_MEND)
		log_warning(
			"other software changed something that guests need: %s; it was restored",
			what);
	if (verdict == UPKEEP_GIVE_UP)
		log_warning("other software again changed something that guests need, within a "
			    "minute after it was restored: %s; it is not restored this time, so "
			    "guests may be cut off; to fix it, run: %s",
			    what, command);
}

int upkeep_sysctl(struct upkeep *upkeep, const char *key, int value)
{
	enum upkeep_verdict verdict;
	char command[160];
	char what[160];
	int now;
	int ret = sysctl_read(key, &now);

	if (ret < 0)
		return ret;
	verdict = upkeep_judge(upkeep, now == value, clock_now());
	if (verdict == UPKEEP_MEND)
		ret = sysctl_write(key, value);
	if (ret < 0)
		return ret;
	/* With slashes, because a device name may contain dots. */
	snprintf(what, sizeof(what), "net/%s was %d", key, now);
	snprintf(command, sizeof(command), "sysctl net/%s=%d", key, value);
	upkeep_say(verdict, what, command);
	return 0;
}
