/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table for people: cells are added one by one, row by row, and each column is as wide as its
 * widest cell. A terminal shows the cells but does not obey them (cleantext.h), whoever chose the
 * text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	CTL_TABLE_CELL_MAX = 512, /* bytes; longer text is cut between characters */
	CTL_TABLE_COLUMNS_MAX = 16,
};

struct ctl_table {
	unsigned n_columns;
	unsigned right; /* bit N: column N is right-aligned, as for numbers */
	size_t n_cells;
	size_t room;
	char **cells;
	bool failed; /* out of memory */
};

void ctl_table_init(struct ctl_table *table, unsigned n_columns, unsigned right);

/* The same, with a heading for each column. */
void ctl_table_begin(struct ctl_table *table, const char *const *heads, unsigned n_columns,
		     unsigned right);

/* Frees the cells. */
void ctl_table_finish(struct ctl_table *table);

/* Adds a cell. "" is shown as "-"; NULL stays blank. */
void ctl_table_add(struct ctl_table *table, const char *text);
void ctl_table_format(struct ctl_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds a number; alignment is the column's. */
void ctl_table_add_number(struct ctl_table *table, long long number);

/* Fills the current row with blank cells. */
void ctl_table_end_row(struct ctl_table *table);

/* Omits trailing spaces. 0, or -ENOMEM if a cell could not be allocated. */
int ctl_table_print(const struct ctl_table *table, FILE *out);

/* The same, and frees the cells. */
int ctl_table_end(struct ctl_table *table, FILE *out);
