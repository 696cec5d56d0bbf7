// SPDX-License-Identifier: GPL-2.0-or-later
#include "tally.h"

uint64_t tally_take(struct tally *tally, uint64_t count, int64_t now)
{
	uint64_t more = count - tally->said;

	if (count <= tally->said || now < tally->silent_until)
		return 0;
	*tally = (struct tally){.said = count, .silent_until = now + TALLY_SILENCE};
	return more;
}
