/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table for eyes: cells are added one after the other, row by row, and each column is as wide
 * as its widest cell. A terminal shows the cells and does not obey them (cleantext.h), whoever
 * chose the text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	CTL_TABLE_CELL_MAX = 512, /* bytes; the rest is cut, at a character's end */
	CTL_TABLE_COLUMNS_MAX = 16,
};

struct ctl_table {
	unsigned n_columns;
	unsigned right; /* bit N: column N is set to the right, as numbers are */
	size_t n_cells;
	size_t room;
	char **cells;
	bool failed; /* there was no memory */
};

void ctl_table_init(struct ctl_table *table, unsigned n_columns, unsigned right);

/* The same, with a head over each column. */
void ctl_table_begin(struct ctl_table *table, const char *const *heads, unsigned n_columns,
		     unsigned right);

/* Frees the cells. */
void ctl_table_finish(struct ctl_table *table);

/* The next cell. What is empty is shown as "-"; NULL stays blank. */
void ctl_table_add(struct ctl_table *table, const char *text);
void ctl_table_format(struct ctl_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A number of at most so many, right or left. */
void ctl_table_add_number(struct ctl_table *table, long long number);

/* Ends the row that was begun with blank cells. */
void ctl_table_end_row(struct ctl_table *table);

/* Without blanks at the end of a line. 0, or -ENOMEM where a cell had no memory. */
int ctl_table_print(const struct ctl_table *table, FILE *out);

/* The same, and frees the cells. */
int ctl_table_end(struct ctl_table *table, FILE *out);
