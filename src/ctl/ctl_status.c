// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_status.h"

#include <inttypes.h>
#include <string.h>

#include "ctl_field.h"
#include "ctl_query.h"
#include "ctl_table.h"
#include "ctl_text.h"

static void ctl_status_add_text(struct ctl_table *table, const char *title, const json_t *status,
				const char *key)
{
	const char *text = ctl_field_text(status, key);

	if (*text == '\0')
		return;
	ctl_table_add(table, title);
	ctl_table_add(table, text);
}

static void ctl_status_add_running(struct ctl_table *table, const json_t *status)
{
	char text[CTL_TEXT_MAX];
	uint64_t pid;

	ctl_table_add(table, "Running");
	ctl_text_seconds(ctl_field_count(status, "uptime-seconds"), text);
	if (ctl_field_number(status, "pid", &pid))
		ctl_table_format(table, "%s, pid %" PRIu64 ", version %s", text, pid,
				 ctl_field_text(status, "version"));
	else
		ctl_table_format(table, "%s, version %s", text, ctl_field_text(status, "version"));
}

static void ctl_status_add_mode(struct ctl_table *table, const json_t *status)
{
	ctl_table_add(table, "Mode");
	ctl_table_format(table, "%s, MTU %" PRIu64 "%s", ctl_field_text(status, "mode"),
			 ctl_field_count(status, "mtu"),
			 ctl_field_is_true(status, "isolated") ? ", guests are isolated" : "");
}

static void ctl_status_add_ports(struct ctl_table *table, const json_t *status)
{
	ctl_table_add(table, "Ports");
	ctl_table_format(table, "%" PRIu64 ", with %" PRIu64 " guests",
			 ctl_field_count(status, "ports"), ctl_field_count(status, "guests"));
}

/* One per row; the title is beside the first. */
static void ctl_status_add_endpoints(struct ctl_table *table, const json_t *endpoints)
{
	for (size_t i = 0; i < json_array_size(endpoints); i++) {
		const json_t *endpoint = json_array_get(endpoints, i);
		const char *state = ctl_field_text(endpoint, "state");

		ctl_table_add(table, i == 0 ? "Endpoints" : NULL);
		ctl_table_format(table, "%s%s%s%s", ctl_field_text(endpoint, "locator"),
				 *state ? " (" : "", state, *state ? ")" : "");
	}
}

/* The option that attaches a guest; its value comes from the network. */
static void ctl_status_add_socket(struct ctl_table *table, const json_t *status)
{
	const char *value = ctl_field_text(status, "socket");

	if (*value == '\0')
		return;
	ctl_table_add(table, "QEMU");
	ctl_table_format(table, "-netdev %s", value);
}

static void ctl_status_add_uplinks(struct ctl_table *table, const json_t *uplinks)
{
	char text[CTL_TABLE_CELL_MAX] = "";

	for (size_t i = 0; i < json_array_size(uplinks); i++) {
		const char *uplink = json_string_value(json_array_get(uplinks, i));
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, "%s%s", *text ? ", " : "",
			 uplink ? uplink : "?");
	}
	if (json_array_size(uplinks) == 0)
		return;
	ctl_table_add(table, "Uplinks");
	ctl_table_add(table, text);
}

int ctl_status_show(const json_t *status, FILE *out)
{
	struct ctl_table table;

	ctl_table_init(&table, 2, 0);
	ctl_status_add_text(&table, "Network", status, "name");
	ctl_status_add_running(&table, status);
	ctl_status_add_mode(&table, status);
	ctl_status_add_text(&table, "Device", status, "device");
	ctl_status_add_text(&table, "Gateway", status, "gateway");
	ctl_status_add_text(&table, "Subnet", status, "subnet");
	ctl_status_add_text(&table, "IPv6 prefix", status, "prefix6");
	ctl_status_add_text(&table, "Domain", status, "domain");
	ctl_status_add_uplinks(&table, json_object_get(status, "uplinks"));
	ctl_status_add_ports(&table, status);
	ctl_status_add_endpoints(&table, json_object_get(status, "endpoints"));
	ctl_status_add_socket(&table, status);
	return ctl_table_end(&table, out);
}

int ctl_status_run(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	(void)arguments;
	return ctl_query_show(ctl, "query-status", JSON_OBJECT, ctl_status_show, problem);
}
