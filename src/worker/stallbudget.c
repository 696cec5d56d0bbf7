// SPDX-License-Identifier: GPL-2.0-or-later
#include "stallbudget.h"

#include <time.h>

/* ns since it was last seen. */
static int64_t stallbudget_elapsed(struct stallbudget *budget)
{
	int64_t before = budget->seen;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	budget->seen = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	return budget->seen - before;
}

bool stallbudget_begin(struct stallbudget *budget)
{
	stallbudget_return(budget, stallbudget_elapsed(budget) / STALLBUDGET_SHARE);
	return budget->left > 0;
}

int64_t stallbudget_end(struct stallbudget *budget)
{
	int64_t spent = stallbudget_elapsed(budget);

	budget->left -= spent;
	return spent;
}

void stallbudget_return(struct stallbudget *budget, int64_t spent)
{
	budget->left += spent;
	if (budget->left > STALLBUDGET_MAX)
		budget->left = STALLBUDGET_MAX;
}
