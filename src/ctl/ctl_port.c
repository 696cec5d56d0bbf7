// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_port.h"

#include <inttypes.h>
#include <pwd.h>
#include <string.h>
#include <sys/types.h>

#include "ctl_field.h"
#include "ctl_table.h"
#include "ctl_text.h"

enum { CTL_PORT_COMMAND_MAX = 32 }; /* bytes of the command shown beside the pid */

const char *ctl_port_user(const json_t *port, char text[CTL_PORT_TEXT_MAX])
{
	const struct passwd *user;
	uint64_t uid;

	text[0] = '\0';
	if (!ctl_field_number(port, "uid", &uid))
		return text;
	user = getpwuid((uid_t)uid);
	if (user)
		snprintf(text, CTL_PORT_TEXT_MAX, "%s", user->pw_name);
	else
		snprintf(text, CTL_PORT_TEXT_MAX, "%" PRIu64, uid);
	return text;
}

bool ctl_port_hides_process(const json_t *port)
{
	return json_object_get(port, "uid") && !json_object_get(port, "pid");
}

const char *ctl_port_process(const json_t *port, char text[CTL_PORT_TEXT_MAX])
{
	const char *command = ctl_field_text(port, "command");
	/* libvdeplug's clients say "vde_plug2tap: user=me pid=4711", or "QEMU user=me pid=4711". */
	const char *rest = strstr(command, " user=");
	int length = (int)strcspn(command, ":");
	uint64_t pid;

	if (rest && rest - command < length)
		length = (int)(rest - command);
	if (length > CTL_PORT_COMMAND_MAX)
		length = CTL_PORT_COMMAND_MAX;

	text[0] = '\0';
	if (ctl_port_hides_process(port))
		snprintf(text, CTL_PORT_TEXT_MAX, "(not shown)");
	else if (ctl_field_number(port, "pid", &pid) && pid > 0) /* 0: it is in a container */
		snprintf(text, CTL_PORT_TEXT_MAX, "%.*s%s%" PRIu64, length, command,
			 length > 0 ? " " : "", pid);
	else
		snprintf(text, CTL_PORT_TEXT_MAX, "%.*s", length, command);
	return text;
}

const char *ctl_port_limits(const json_t *port, char text[CTL_PORT_TEXT_MAX])
{
	bool isolated = ctl_field_is_true(port, "isolated");
	char rate[CTL_TEXT_MAX] = "";
	uint64_t bits;

	if (strcmp(ctl_field_text(port, "state"), "off") == 0)
		return "off the network";
	if (ctl_field_number(port, "rate", &bits))
		ctl_text_rate(bits, rate);
	snprintf(text, CTL_PORT_TEXT_MAX, "%s%s%s", isolated ? "isolated" : "",
		 isolated && *rate ? ", " : "", rate);
	return text;
}

/* IPv4, then IPv6, then link-local. */
static unsigned ctl_port_rank(const char *address)
{
	if (!address || !strchr(address, ':'))
		return 0;
	return strncmp(address, "fe80:", strlen("fe80:")) == 0 ? 2 : 1;
}

json_t *ctl_port_addresses(const json_t *port)
{
	const json_t *addresses = json_object_get(port, "addresses");
	json_t *list = json_array();

	for (unsigned rank = 0; rank < 3; rank++) {
		for (size_t i = 0; i < json_array_size(addresses); i++) {
			json_t *address = json_array_get(addresses, i);

			if (ctl_port_rank(json_string_value(address)) == rank)
				json_array_append(list, address);
		}
	}
	return list;
}

uint64_t ctl_port_drops(const json_t *port)
{
	json_t *drops = json_object_get(port, "drops");
	const char *reason;
	json_t *frames;
	uint64_t sum = 0;

	json_object_foreach(drops, reason, frames) sum += ctl_field_count(drops, reason);
	return sum;
}

static void ctl_port_add_texts(struct ctl_table *table, const char *title, const json_t *texts)
{
	for (size_t i = 0; i < json_array_size(texts); i++) {
		const char *text = json_string_value(json_array_get(texts, i));

		ctl_table_add(table, i == 0 ? title : NULL);
		ctl_table_add(table, text ? text : "?");
	}
}

static void ctl_port_add_passed(struct ctl_table *table, const char *title, const json_t *counts,
				const char *frames, const char *bytes)
{
	uint64_t n = ctl_field_count(counts, frames);
	char text[CTL_TEXT_MAX];

	ctl_table_add(table, title);
	ctl_table_format(table, "%" PRIu64 " frame%s, %s", n, n == 1 ? "" : "s",
			 ctl_text_bytes(ctl_field_count(counts, bytes), text));
}

/* For a TAP, which may be off the network, and has kernel queues. */
static void ctl_port_add_state(struct ctl_table *table, const json_t *port)
{
	bool off = strcmp(ctl_field_text(port, "state"), "off") == 0;

	if (!json_object_get(port, "state"))
		return;
	ctl_table_add(table, "State");
	if (off)
		ctl_table_format(table, "off the network: %s", ctl_field_text(port, "why"));
	else
		ctl_table_add(table, "on the network");
	ctl_table_add(table, "Queues");
	ctl_table_format(table, "%" PRIu64, ctl_field_count(port, "queues"));
}

static void ctl_port_add_drops(struct ctl_table *table, const json_t *port)
{
	json_t *drops = json_object_get(port, "drops");
	uint64_t sum = ctl_port_drops(port);
	const char *reason;
	json_t *frames;

	ctl_table_add(table, "Dropped");
	ctl_table_format(table, "%" PRIu64 " frame%s", sum, sum == 1 ? "" : "s");
	json_object_foreach(drops, reason, frames)
	{
		if (ctl_field_count(drops, reason) == 0)
			continue;
		ctl_table_add(table, NULL);
		ctl_table_format(table, "%" PRIu64 " %s", ctl_field_count(drops, reason), reason);
	}
}

int ctl_port_show(const json_t *port, FILE *out)
{
	json_t *addresses = ctl_port_addresses(port);
	char text[CTL_PORT_TEXT_MAX];
	struct ctl_table table;

	ctl_table_init(&table, 2, 0);
	ctl_table_add(&table, "Port");
	ctl_table_format(&table, "%" PRIu64 ", %s", ctl_field_count(port, "id"),
			 ctl_field_text(port, "kind"));
	ctl_table_add(&table, "Endpoint");
	ctl_table_add(&table, ctl_field_text(port, "endpoint"));
	if (*ctl_port_user(port, text)) {
		ctl_table_add(&table, "User");
		ctl_table_add(&table, text);
		ctl_table_add(&table, "Process");
		ctl_table_add(&table, ctl_port_process(port, text));
		if (*ctl_field_text(port, "command")) {
			ctl_table_add(&table, "Command");
			ctl_table_add(&table, ctl_field_text(port, "command"));
		}
	}
	ctl_port_add_state(&table, port);
	ctl_port_add_texts(&table, "MAC", json_object_get(port, "macs"));
	ctl_port_add_texts(&table, "Address", addresses);
	json_decref(addresses);
	ctl_port_add_passed(&table, "In", port, "rx-frames", "rx-bytes");
	ctl_port_add_passed(&table, "Out", port, "tx-frames", "tx-bytes");
	if (json_object_get(port, "queue"))
		ctl_port_add_passed(&table, "Queued", json_object_get(port, "queue"), "frames",
				    "bytes");
	ctl_port_add_drops(&table, port);
	ctl_table_add(&table, "Limits");
	ctl_table_add(&table, ctl_port_limits(port, text));
	return ctl_table_end(&table, out);
}
