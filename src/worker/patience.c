// SPDX-License-Identifier: GPL-2.0-or-later
#include "patience.h"

#include <time.h>

/* ns since it was last seen. */
static int64_t patience_elapsed(struct patience *patience)
{
	int64_t before = patience->seen;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	patience->seen = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	return patience->seen - before;
}

bool patience_begin(struct patience *patience)
{
	patience_give_back(patience, patience_elapsed(patience) / PATIENCE_SHARE);
	return patience->left > 0;
}

int64_t patience_end(struct patience *patience)
{
	int64_t spent = patience_elapsed(patience);

	patience->left -= spent;
	return spent;
}

void patience_give_back(struct patience *patience, int64_t spent)
{
	patience->left += spent;
	if (patience->left > PATIENCE_MAX)
		patience->left = PATIENCE_MAX;
}
