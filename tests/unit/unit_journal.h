/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests of the journal share: one that is open, and its records. */
#pragma once

#include "journal.h"

#include "unit.h"

static const char directory[] = "run";
static const char file[] = "run/lab.state";

static struct journal journal;
static struct problem problem;

static inline void open_journal(void)
{
	ck_assert_msg(journal_open(&journal, directory, "lab", &problem) == 0, "%s", problem.text);
}

static inline void add(const char *record)
{
	ck_assert_int_eq(journal_add(&journal, record), 0);
}

static inline void cancel(const char *record)
{
	ck_assert_int_eq(journal_cancel(&journal, record), 0);
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
	static char all[(JOURNAL_RECORD_MAX + 1) * 4];

	all[0] = '\0';
	ck_assert_int_eq(journal_each(&journal, collect, all), 0);
	return all;
}
