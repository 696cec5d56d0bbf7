// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_ports.h"

#include <inttypes.h>
#include <string.h>

#include "ctl_field.h"
#include "ctl_port.h"
#include "ctl_query.h"
#include "ctl_table.h"
#include "ctl_text.h"
#include "parse.h"

enum {
	CTL_PORTS_COLUMNS = 10,
	CTL_PORTS_ROWS = 4, /* of a port's MAC and IP addresses; "ports ID" shows all */
	CTL_PORTS_ID_MAX = INT32_MAX,
};

static const char *ctl_ports_text(const json_t *texts, size_t i)
{
	const char *text = json_string_value(json_array_get(texts, i));

	return text ? text : "?";
}

/* The first of a list, in the port's first row; "" if there is none. */
static void ctl_ports_add_first(struct ctl_table *table, const json_t *texts)
{
	ctl_table_add(table, json_array_size(texts) > 0 ? ctl_ports_text(texts, 0) : "");
}

/* In a row below: the next one, or in the last row how many more there are. */
static void ctl_ports_add_next(struct ctl_table *table, const json_t *texts, size_t row)
{
	size_t n = json_array_size(texts);

	if (row >= n)
		ctl_table_add(table, NULL);
	else if (row == CTL_PORTS_ROWS - 1 && n > CTL_PORTS_ROWS)
		ctl_table_format(table, "and %zu more", n - row);
	else
		ctl_table_add(table, ctl_ports_text(texts, row));
}

static void ctl_ports_add(struct ctl_table *table, const json_t *port)
{
	const json_t *macs = json_object_get(port, "macs");
	json_t *addresses = ctl_port_addresses(port);
	char text[CTL_PORT_TEXT_MAX];
	char bytes[CTL_TEXT_MAX];

	ctl_table_add_number(table, (long long)ctl_field_count(port, "id"));
	ctl_table_add(table, ctl_field_text(port, "kind"));
	ctl_table_add(table, ctl_port_user(port, text));
	ctl_table_add(table, ctl_port_process(port, text));
	ctl_ports_add_first(table, macs);
	ctl_ports_add_first(table, addresses);
	ctl_table_add(table, ctl_text_bytes(ctl_field_count(port, "rx-bytes"), bytes));
	ctl_table_add(table, ctl_text_bytes(ctl_field_count(port, "tx-bytes"), bytes));
	ctl_table_add_number(table, (long long)ctl_port_drops(port));
	ctl_table_add(table, ctl_port_limits(port, text));
	for (size_t row = 1; row < CTL_PORTS_ROWS &&
			     (row < json_array_size(macs) || row < json_array_size(addresses));
	     row++) {
		for (unsigned i = 0; i < 4; i++)
			ctl_table_add(table, NULL);
		ctl_ports_add_next(table, macs, row);
		ctl_ports_add_next(table, addresses, row);
		ctl_table_end_row(table);
	}
	json_decref(addresses);
}

int ctl_ports_show(const json_t *ports, FILE *out)
{
	static const char *const heads[CTL_PORTS_COLUMNS] = {
		"ID",	   "KIND", "USER", "PROCESS", "MAC",
		"ADDRESS", "IN",   "OUT",  "DROPPED", "LIMITS"};
	bool hidden = false;
	struct ctl_table table;
	int ret;

	if (json_array_size(ports) == 0) {
		fputs("No guests are attached.\n", out);
		return 0;
	}
	ctl_table_begin(&table, heads, CTL_PORTS_COLUMNS, 1U << 0 | 1U << 6 | 1U << 7 | 1U << 8);
	for (size_t i = 0; i < json_array_size(ports); i++) {
		ctl_ports_add(&table, json_array_get(ports, i));
		hidden |= ctl_port_hides_process(json_array_get(ports, i));
	}
	ret = ctl_table_end(&table, out);
	if (hidden)
		fputs("\nOther users' processes are shown only to those who may change the "
		      "network: root and its --control-group.\n",
		      out);
	return ret;
}

static int ctl_ports_parse_id(const char *text, json_int_t *id, struct problem *problem)
{
	unsigned number;

	if (parse_number(text, 0, CTL_PORTS_ID_MAX, &number) < 0)
		return problem_set(problem, CTL_USAGE,
				   "%.100s: not a port; use its number from the ID column of "
				   "vde_vmnetctl ports",
				   text);
	*id = number;
	return 0;
}

static int ctl_ports_run_one(const struct ctl *ctl, const char *text, struct problem *problem)
{
	const json_t *port;
	json_int_t id = 0;
	json_t *ports;
	int ret;

	if (ctl_ports_parse_id(text, &id, problem) < 0)
		return -1;
	ports = ctl_query_ask(ctl, "query-ports", NULL, JSON_ARRAY, problem);
	if (!ports)
		return -1;
	port = ctl_field_find(ports, id);
	if (port)
		ret = ctl_query_tell(ctl, port, ctl_port_show, problem);
	else
		ret = problem_set(problem, CTL_FAILED,
				  "there is no port %.100s; vde_vmnetctl ports lists them", text);
	json_decref(ports);
	return ret;
}

int ctl_ports_run(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	if (arguments[0])
		return ctl_ports_run_one(ctl, arguments[0], problem);
	return ctl_query_show(ctl, "query-ports", JSON_ARRAY, ctl_ports_show, problem);
}

/* Parses "isolated=on", "rate=10M" into the object. 0, or -1 with *problem. */
static int ctl_ports_parse_setting(json_t *object, const char *text, struct problem *problem)
{
	int64_t bits;

	if (strcmp(text, "isolated=on") == 0 || strcmp(text, "isolated=off") == 0)
		return json_object_set_new(object, "isolated",
					   json_boolean(strcmp(text, "isolated=on") == 0));
	if (strcmp(text, "rate=none") == 0)
		return json_object_set_new(object, "rate", json_null());
	if (strncmp(text, "rate=", strlen("rate=")) == 0) {
		if (ctl_text_parse_rate(text + strlen("rate="), &bits) == 0)
			return json_object_set_new(object, "rate", json_integer(bits));
		return problem_set(
			problem, CTL_USAGE,
			"%.100s: not a rate; use bits per second, such as 500k, 10M or 1G, or none",
			text);
	}
	return problem_set(
		problem, CTL_USAGE,
		"%.100s: unknown setting; use isolated=on, isolated=off, rate=RATE or rate=none",
		text);
}

int ctl_ports_set(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	json_t *object;
	json_int_t id = 0;
	char done[64];

	if (ctl_ports_parse_id(arguments[0], &id, problem) < 0)
		return -1;
	object = json_pack("{s:I}", "id", id);
	for (char *const *argument = arguments + 1; *argument; argument++) {
		if (ctl_ports_parse_setting(object, *argument, problem) < 0) {
			json_decref(object);
			return -1;
		}
	}
	snprintf(done, sizeof(done), "Port %" JSON_INTEGER_FORMAT " was changed.", id);
	return ctl_query_change(ctl, "port-set", object, done, problem);
}

int ctl_ports_disconnect(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	json_int_t id = 0;
	char done[64];

	if (ctl_ports_parse_id(arguments[0], &id, problem) < 0)
		return -1;
	snprintf(done, sizeof(done), "Port %" JSON_INTEGER_FORMAT " was disconnected.", id);
	return ctl_query_change(ctl, "port-disconnect", json_pack("{s:I}", "id", id), done,
				problem);
}
