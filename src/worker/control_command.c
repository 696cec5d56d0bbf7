// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_command.h"

#include <stdio.h>
#include <string.h>

#include "control.h"
#include "control_forwards.h"
#include "control_leases.h"
#include "control_ports.h"
#include "control_status.h"
#include "log.h"

static void control_command_capabilities(struct control_client *client,
					 const struct jsonread *given)
{
	if (client->greeted) {
		control_client_fail(client, "CommandNotFound", "qmp_capabilities was already sent");
	} else if (jsonread_texts(given, "enable") > 0) {
		control_client_fail(client, "GenericError",
				    "there is no capability '%.100s'; the greeting lists them",
				    jsonread_text_at(given, "enable", 0));
	} else {
		client->greeted = true;
		control_client_done(client);
	}
}

void control_command_write_version(struct jsonwrite *writer)
{
	static const char *const names[] = {"qemu", "vde_vmnet"};
	unsigned version[3] = {0};

	(void)!sscanf(VERSION, "%u.%u.%u", &version[0], &version[1], &version[2]);
	jsonwrite_begin_object(writer);
	for (unsigned i = 0; i < 2; i++) { /* QEMU's own clients look for the first */
		jsonwrite_name(writer, names[i]);
		jsonwrite_begin_object(writer);
		jsonwrite_named_number(writer, "major", version[0]);
		jsonwrite_named_number(writer, "minor", version[1]);
		jsonwrite_named_number(writer, "micro", version[2]);
		jsonwrite_end_object(writer);
	}
	jsonwrite_named_text(writer, "package", "vde_vmnet " VERSION);
	jsonwrite_end_object(writer);
}

static void control_command_version(struct control_client *client, const struct jsonread *given)
{
	struct jsonwrite writer = control_client_begin(client);

	(void)given;
	control_command_write_version(&writer);
	control_client_end(client, &writer);
}

static void control_command_reload(struct control_client *client, const struct jsonread *given)
{
	(void)given;
	control_ask(client, REQUEST_RELOAD, 0);
}

static void control_command_quit(struct control_client *client, const struct jsonread *given)
{
	(void)given;
	control_ask(client, REQUEST_QUIT, 0);
}

static void control_command_level(struct control_client *client, const struct jsonread *given)
{
	enum log_level level;

	if (log_parse_level(jsonread_text(given, "level"), &level) < 0)
		control_client_fail(client, "GenericError",
				    "the level must be error, warning, info or debug");
	else
		control_ask(client, REQUEST_SET_LEVEL, level);
}

static void control_command_commands(struct control_client *client, const struct jsonread *given);

static const struct control_command control_commands[] = {
	{.name = "qmp_capabilities",
	 .run = control_command_capabilities,
	 .arguments = {{"enable", JSONREAD_TEXTS, false}}},
	{.name = "query-version", .run = control_command_version},
	{.name = "query-commands", .run = control_command_commands},
	{.name = "query-status", .run = control_status_query},
	{.name = "query-ports", .run = control_ports_query},
	{.name = "query-leases", .run = control_leases_query},
	{.name = "query-forwards", .run = control_forwards_query},
	{.name = "forward-apply", /* the host process decides who may change which */
	 .run = control_forwards_apply,
	 .arguments = {{"add", JSONREAD_TEXTS, false}, {"remove", JSONREAD_TEXTS, false}}},
	{.name = "port-set",
	 .changes = true,
	 .run = control_ports_set,
	 .arguments = {{"id", JSONREAD_NUMBER, true},
		       {"isolated", JSONREAD_BOOLEAN, false},
		       {"rate", JSONREAD_NUMBER_OR_NULL, false}}},
	{.name = "port-disconnect",
	 .changes = true,
	 .run = control_ports_disconnect,
	 .arguments = {{"id", JSONREAD_NUMBER, true}}},
	{.name = "log-level",
	 .changes = true,
	 .run = control_command_level,
	 .arguments = {{"level", JSONREAD_TEXT, true}}},
	{.name = "reload", .changes = true, .run = control_command_reload},
	{.name = "quit", .changes = true, .run = control_command_quit},
};

enum { CONTROL_COMMANDS = sizeof(control_commands) / sizeof(control_commands[0]) };

static bool control_command_name(struct control_client *client, struct jsonwrite *writer)
{
	if (client->at == CONTROL_COMMANDS)
		return false;
	jsonwrite_begin_object(writer);
	jsonwrite_named_text(writer, "name", control_commands[client->at].name);
	jsonwrite_end_object(writer);
	client->next = client->at + 1;
	return true;
}

static void control_command_commands(struct control_client *client, const struct jsonread *given)
{
	(void)given;
	control_client_list(client, control_command_name);
}

static const struct control_command *control_command_find(const char *name)
{
	for (unsigned i = 0; i < CONTROL_COMMANDS; i++) {
		if (strcmp(control_commands[i].name, name) == 0)
			return &control_commands[i];
	}
	return NULL;
}

static void control_command_execute(struct control_client *client, struct jsonread *given)
{
	const struct control_command *command = control_command_find(given->command);

	if (!client->greeted && (!command || command->run != control_command_capabilities)) {
		control_client_fail(client, "CommandNotFound",
				    "the first command must be qmp_capabilities");
	} else if (!command) {
		control_client_fail(client, "CommandNotFound", "there is no command '%.100s'",
				    given->command);
	} else if (command->changes && !client->changes) {
		control_client_fail(
			client, "CommandNotAllowed",
			"only root, the network's user and members of --control-group may use %s",
			command->name);
	} else if (jsonread_check(given, command->arguments) < 0) {
		control_client_fail(client, "GenericError", "%s: %s", command->name,
				    given->problem);
	} else {
		if (command->changes)
			log_info("control socket: uid %u (pid %d) requested %s", client->user.uid,
				 client->user.pid, command->name);
		command->run(client, given);
	}
}

void control_command_run(struct control_client *client, const char *text, size_t size)
{
	struct jsonread *given = &client->control->reader;
	int ret = jsonread_parse(given, text, size);

	memcpy(client->id, given->id, sizeof(client->id));
	if (ret < 0)
		control_client_fail(client, "GenericError", "%s", given->problem);
	else
		control_command_execute(client, given);
	jsonread_empty(given);
}
