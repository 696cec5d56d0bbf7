// SPDX-License-Identifier: GPL-2.0-or-later
#include "problem.h"

#include <stdarg.h>
#include <stdio.h>

int problem_set(struct problem *problem, int status, const char *format, ...)
{
	va_list args;

	problem->status = status;
	problem->passes = false;
	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
	return -1;
}

int problem_set_passing(struct problem *problem, const char *format, ...)
{
	va_list args;

	problem->status = STATUS_FAILED;
	problem->passes = true;
	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
	return -1;
}
