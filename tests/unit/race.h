/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that do one thing at the same moment, and live until all have done it. */
#pragma once

#include <check.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RACE_RUNNERS = 8 };

/* How many of the runners' calls returned result. */
static inline int race(int (*run)(void), int result)
{
	int start[2];
	int done[2];
	int end[2];
	int n = 0;

	ck_assert(pipe(start) == 0 && pipe(done) == 0 && pipe(end) == 0);
	for (int i = 0; i < RACE_RUNNERS; i++) {
		pid_t child = fork();
		char byte;
		int ret;

		ck_assert_int_ge(child, 0);
		if (child > 0)
			continue;
		close(start[1]);
		close(end[1]);
		if (read(start[0], &byte, 1) != 0) /* its end: all start */
			_exit(1);
		ret = run();
		if (write(done[1], &ret, sizeof(ret)) != sizeof(ret) || read(end[0], &byte, 1) != 0)
			_exit(1);
		_exit(0);
	}
	close(start[1]);
	for (int i = 0; i < RACE_RUNNERS; i++) {
		int ret;

		ck_assert_int_eq(read(done[0], &ret, sizeof(ret)), sizeof(ret));
		n += ret == result;
	}
	close(end[1]);
	for (int i = 0; i < RACE_RUNNERS; i++)
		wait(NULL);
	close(start[0]);
	close(done[0]);
	close(done[1]);
	close(end[0]);
	return n;
}
