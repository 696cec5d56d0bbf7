// SPDX-License-Identifier: GPL-2.0-or-later
#include "problem.h"

#include <stdarg.h>
#include <stdio.h>

static int problem_write(struct problem *problem, int status, bool passes, const char *format,
			 va_list args)
{
	problem->status = status;
	problem->passes = passes;
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	return -1;
}

int problem_set(struct problem *problem, int status, const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = problem_write(problem, status, false, format, args);
	va_end(args);
	return ret;
}

int problem_set_passing(struct problem *problem, const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = problem_write(problem, STATUS_FAILED, true, format, args);
	va_end(args);
	return ret;
}
