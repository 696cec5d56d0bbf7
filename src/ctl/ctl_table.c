// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_table.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cleantext.h"

enum { CTL_TABLE_GAP = 2 }; /* spaces between columns */

void ctl_table_init(struct ctl_table *table, unsigned n_columns, unsigned right)
{
	assert(n_columns > 0 && n_columns <= CTL_TABLE_COLUMNS_MAX);
	*table = (struct ctl_table){.n_columns = n_columns, .right = right};
}

void ctl_table_begin(struct ctl_table *table, const char *const *heads, unsigned n_columns,
		     unsigned right)
{
	ctl_table_init(table, n_columns, right);
	for (unsigned i = 0; i < n_columns; i++)
		ctl_table_add(table, heads[i]);
}

void ctl_table_finish(struct ctl_table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cells[i]);
	free(table->cells);
	table->cells = NULL;
	table->n_cells = 0;
}

/* Takes over the cell. */
static void ctl_table_push(struct ctl_table *table, char *cell)
{
	if (table->n_cells == table->room && !table->failed) {
		size_t room = table->room ? 2 * table->room : 64;
		char **cells = realloc(table->cells, room * sizeof(*cells));

		if (!cells) {
			table->failed = true;
		} else {
			table->cells = cells;
			table->room = room;
		}
	}
	if (!cell || table->n_cells == table->room) {
		table->failed = true;
		free(cell);
		return;
	}
	table->cells[table->n_cells++] = cell;
}

/* A printable copy, or NULL. */
static char *ctl_table_clean(const char *text)
{
	size_t length = strnlen(text, CTL_TABLE_CELL_MAX);
	char *cell;

	/* Not within a character: its continuation bytes start with the bits 10. */
	while (text[length] != '\0' && length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	cell = strndup(text, length);
	if (!cell)
		return NULL;
	length = cleantext_clean(cell, length);
	while (length > 0 && cell[length - 1] == ' ')
		length--;
	cell[length] = '\0';
	return cell;
}

void ctl_table_add(struct ctl_table *table, const char *text)
{
	char *cell = text ? ctl_table_clean(text) : calloc(1, 1);

	if (text && cell && *cell == '\0') {
		free(cell);
		cell = strdup("-");
	}
	ctl_table_push(table, cell);
}

void ctl_table_format(struct ctl_table *table, const char *format, ...)
{
	char text[CTL_TABLE_CELL_MAX + 8];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	ctl_table_add(table, text);
}

void ctl_table_add_number(struct ctl_table *table, long long number)
{
	ctl_table_format(table, "%lld", number);
}

void ctl_table_end_row(struct ctl_table *table)
{
	while (table->n_cells % table->n_columns != 0 && !table->failed)
		ctl_table_add(table, NULL);
}

/* The width on a terminal: two columns for an ideograph, none for an accent. */
static unsigned ctl_table_width(const char *text)
{
	mbstate_t state = {0};
	unsigned width = 0;

	while (*text != '\0') {
		wchar_t character;
		size_t length = mbrtowc(&character, text, MB_LEN_MAX, &state);
		int columns = 1;

		if (length == (size_t)-1 || length == (size_t)-2) { /* a locale without UTF-8 */
			state = (mbstate_t){0};
			length = 1;
			columns = ((unsigned char)*text & 0xc0) != 0x80;
		} else {
			columns = wcwidth(character);
		}
		width += columns > 0 ? (unsigned)columns : 0;
		text += length;
	}
	return width;
}

static void ctl_table_print_row(const struct ctl_table *table, char *const *cells,
				const unsigned *widths, FILE *out)
{
	unsigned owed = 0; /* spaces, written only before another cell */

	for (unsigned i = 0; i < table->n_columns; i++) {
		unsigned width = ctl_table_width(cells[i]);
		unsigned pad = widths[i] - width;

		if (cells[i][0] == '\0') {
			owed += widths[i] + CTL_TABLE_GAP;
			continue;
		}
		if (table->right & (1U << i)) {
			owed += pad;
			pad = 0;
		}
		fprintf(out, "%*s%s", (int)owed, "", cells[i]);
		owed = pad + CTL_TABLE_GAP;
	}
	fputc('\n', out);
}

int ctl_table_print(const struct ctl_table *table, FILE *out)
{
	unsigned widths[CTL_TABLE_COLUMNS_MAX] = {0};

	if (table->failed)
		return -ENOMEM;
	for (size_t i = 0; i < table->n_cells; i++) {
		unsigned width = ctl_table_width(table->cells[i]);

		if (width > widths[i % table->n_columns])
			widths[i % table->n_columns] = width;
	}
	for (size_t i = 0; i + table->n_columns <= table->n_cells; i += table->n_columns)
		ctl_table_print_row(table, table->cells + i, widths, out);
	return 0;
}

int ctl_table_end(struct ctl_table *table, FILE *out)
{
	int ret = ctl_table_print(table, out);

	ctl_table_finish(table);
	return ret;
}
