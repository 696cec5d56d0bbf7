// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_leases.h"

#include "ctl_field.h"
#include "ctl_query.h"
#include "ctl_table.h"
#include "ctl_text.h"

static void ctl_leases_add(struct ctl_table *table, const json_t *lease)
{
	char text[CTL_TEXT_MAX];
	uint64_t seconds;

	ctl_table_add(table, ctl_field_text(lease, "address"));
	ctl_table_add(table, ctl_field_text(lease, "name"));
	ctl_table_add(table, ctl_field_text(lease, "mac"));
	if (ctl_field_number(lease, "expires-seconds", &seconds))
		ctl_table_format(table, "in %s", ctl_text_seconds(seconds, text));
	else
		ctl_table_add(table, "never");
	ctl_table_add(table, ctl_field_text(lease, "client-id"));
}

int ctl_leases_show(const json_t *leases, FILE *out)
{
	static const char *const heads[] = {"ADDRESS", "NAME", "MAC", "EXPIRES", "CLIENT ID"};
	enum { COLUMNS = sizeof(heads) / sizeof(heads[0]) };
	struct ctl_table table;

	if (json_array_size(leases) == 0) {
		fputs("No guest has a lease.\n", out);
		return 0;
	}
	ctl_table_begin(&table, heads, COLUMNS, 0);
	for (size_t i = 0; i < json_array_size(leases); i++)
		ctl_leases_add(&table, json_array_get(leases, i));
	return ctl_table_end(&table, out);
}

int ctl_leases_run(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	(void)arguments;
	return ctl_query_show(ctl, "query-leases", JSON_ARRAY, ctl_leases_show, problem);
}
