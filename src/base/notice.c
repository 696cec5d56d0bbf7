// SPDX-License-Identifier: GPL-2.0-or-later
#include "notice.h"

bool notice_take(struct notice *notice, int64_t now)
{
	if (notice->told && now - notice->since < NOTICE_SILENCE)
		return false;
	notice->told = true;
	notice->since = now;
	return true;
}
