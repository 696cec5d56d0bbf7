/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests of the undo log share: one that is open, and its records. */
#pragma once

#include "undolog.h"

#include "unit.h"

static const char directory[] = "run";
static const char file[] = "run/lab.state";

static struct undolog undolog;
static struct problem problem;

static inline void open_undolog(void)
{
	ck_assert_msg(undolog_open(&undolog, directory, "lab", &problem) == 0, "%s", problem.text);
}

static inline void add(const char *record)
{
	ck_assert_int_eq(undolog_add(&undolog, record), 0);
}

static inline void cancel(const char *record)
{
	ck_assert_int_eq(undolog_cancel(&undolog, record), 0);
}

static inline void collect(void *context, const char *record)
{
	char *all = context;

	strcat(all, record);
	strcat(all, ";");
}

/* Every record that stands, each with ';' behind it. */
static inline const char *standing(void)
{
	static char all[(UNDOLOG_RECORD_MAX + 1) * 4];

	all[0] = '\0';
	ck_assert_int_eq(undolog_each(&undolog, collect, all), 0);
	return all;
}
