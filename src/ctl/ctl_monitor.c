// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_monitor.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleantext.h"
#include "ctl_client.h"
#include "ctl_field.h"
#include "ctl_query.h"

enum { CTL_MONITOR_LINE_MAX = 2048 };

static size_t ctl_monitor_add(char *line, size_t length, const char *text)
{
	if (length >= CTL_MONITOR_LINE_MAX - 1)
		return length;
	length += (size_t)snprintf(line + length, CTL_MONITOR_LINE_MAX - length, "%s", text);
	return length < CTL_MONITOR_LINE_MAX ? length : CTL_MONITOR_LINE_MAX - 1;
}

/* A string as it is, anything else as JSON. */
static size_t ctl_monitor_add_value(char *line, size_t length, const json_t *value)
{
	char *text;

	if (json_is_string(value))
		return ctl_monitor_add(line, length, json_string_value(value));
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	length = ctl_monitor_add(line, length, text ? text : "?");
	free(text);
	return length;
}

/* "PORT_CONNECTED" becomes "port connected", padded to a column. */
static size_t ctl_monitor_add_name(char *line, size_t length, const char *event)
{
	char name[32];

	snprintf(name, sizeof(name), "%-*s", (int)strlen("dnsmasq restarted"), event);
	for (char *at = name; *at; at++)
		*at = *at == '_' ? ' ' : (char)tolower((unsigned char)*at);
	return ctl_monitor_add(line, length, name);
}

/* The local time. */
static size_t ctl_monitor_add_time(char *line, size_t length, const json_t *timestamp)
{
	time_t seconds = (time_t)ctl_field_count(timestamp, "seconds");
	struct tm local;
	char text[16];

	if (!localtime_r(&seconds, &local) ||
	    strftime(text, sizeof(text), "%H:%M:%S  ", &local) == 0)
		return length;
	return ctl_monitor_add(line, length, text);
}

void ctl_monitor_show(const json_t *event, FILE *out)
{
	json_t *data = json_object_get(event, "data");
	char line[CTL_MONITOR_LINE_MAX];
	size_t length = 0;
	const char *key;
	json_t *value;

	length = ctl_monitor_add_time(line, length, json_object_get(event, "timestamp"));
	length = ctl_monitor_add_name(line, length, ctl_field_text(event, "event"));
	json_object_foreach(data, key, value)
	{
		length = ctl_monitor_add(line, length, "  ");
		length = ctl_monitor_add(line, length, key);
		length = ctl_monitor_add(line, length, " ");
		length = ctl_monitor_add_value(line, length, value);
	}
	length = cleantext_clean(line, length);
	while (length > 0 && line[length - 1] == ' ')
		length--;
	fprintf(out, "%.*s\n", (int)length, line);
}

/* One line each, so that a script reads one at a time. */
static void ctl_monitor_print_json(const json_t *event, FILE *out)
{
	json_dumpf(event, out, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', out);
}

int ctl_monitor_run(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	struct ctl_client client;
	json_t *event;

	(void)arguments;
	if (ctl_query_open(&client, ctl, problem) == 0) {
		while ((event = ctl_client_next_event(&client, problem))) {
			if (ctl->json)
				ctl_monitor_print_json(event, ctl->out);
			else
				ctl_monitor_show(event, ctl->out);
			json_decref(event);
			if (fflush(ctl->out) != 0)
				break; /* reported at the end */
		}
	}
	ctl_client_close(&client);
	return problem->status ? -1 : 0;
}
