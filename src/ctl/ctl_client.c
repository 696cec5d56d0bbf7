// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_client.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "ctl_field.h"

enum { CTL_CLIENT_PATH_MAX = 256 };

/* Explains who may open it, as far as its group and mode tell. */
static int ctl_client_refuse(const char *path, const char *name, struct problem *problem)
{
	const struct group *group;
	struct stat st;

	if (stat(path, &st) < 0 || !(st.st_mode & S_IWGRP) || st.st_gid == 0)
		return problem_set(problem, CTL_FORBIDDEN,
				   "permission denied for network '%s': run this as root", name);
	group = getgrgid(st.st_gid);
	if (!group)
		return problem_set(
			problem, CTL_FORBIDDEN,
			"permission denied for network '%s': only root and group %u may use it",
			name, (unsigned)st.st_gid);
	return problem_set(problem, CTL_FORBIDDEN,
			   "permission denied for network '%s': only root and group %.100s may use "
			   "it (to join: sudo usermod -aG %.100s \"$USER\", then log in again)",
			   name, group->gr_name, group->gr_name);
}

static int ctl_client_explain(const struct ctl_client *client, int error, struct problem *problem)
{
	switch (error) {
	case -ETIMEDOUT:
		return problem_set(problem, CTL_FAILED,
				   "network '%s' did not answer within %g s; its log may say why",
				   client->name, (double)client->limit / 1000);
	case -ECONNRESET:
	case -EPIPE:
		return problem_set(problem, CTL_ABSENT,
				   "network '%s' closed the connection: it has stopped, or has too "
				   "many clients",
				   client->name);
	case -EMSGSIZE:
		return problem_set(problem, CTL_FAILED,
				   "network '%s' sent an answer that is too long", client->name);
	default:
		return problem_set(problem, CTL_FAILED, "network '%s': %s", client->name,
				   strerror(-error));
	}
}

static int ctl_client_explain_connect(const struct ctl_client *client, const char *path, int error,
				      struct problem *problem)
{
	switch (error) {
	case -ENOENT:
		return problem_set(problem, CTL_ABSENT,
				   "there is no network '%s' here: %s does not exist; vde_vmnetctl "
				   "list shows those that run",
				   client->name, path);
	case -ECONNREFUSED:
		return problem_set(problem, CTL_ABSENT,
				   "network '%s' is not running: it was killed and left %s; start "
				   "it again, or clean up with: sudo vde_vmnet --name=%s --cleanup",
				   client->name, path, client->name);
	case -EACCES:
		return ctl_client_refuse(path, client->name, problem);
	default:
		return ctl_client_explain(client, error, problem);
	}
}

/* Reads the next message, for json_decref(); NULL with *problem. */
static json_t *ctl_client_next(struct ctl_client *client, int64_t deadline, struct problem *problem)
{
	json_t *message;
	size_t length;
	char *line;
	int ret;

	do {
		ret = ctl_stream_read_line(&client->stream, &line, &length, deadline);
		if (ret < 0) {
			ctl_client_explain(client, ret, problem);
			return NULL;
		}
	} while (length == 0 || (length == 1 && *line == '\r'));
	message = json_loadb(line, length, 0, NULL);
	if (json_is_object(message))
		return message;
	json_decref(message);
	problem_set(problem, CTL_FAILED, "network '%s' sent an answer that is not QMP",
		    client->name);
	return NULL;
}

/* Returns -1 with *problem from an error message. */
static int ctl_client_tell(const json_t *error, const char *command, struct problem *problem)
{
	const char *class = ctl_field_text(error, "class");
	const char *why = ctl_field_text(error, "desc");

	if (strcmp(class, "CommandNotFound") == 0)
		return problem_set(problem, CTL_FAILED,
				   "the network runs another version of vde_vmnet, which has no "
				   "'%s'; restart the network",
				   command);
	return problem_set(
		problem, strcmp(class, "CommandNotAllowed") == 0 ? CTL_FORBIDDEN : CTL_FAILED,
		"%.500s", *why ? why : "the network refused this without giving a reason");
}

/* Reads until the answer to the last command. */
static json_t *ctl_client_answer(struct ctl_client *client, const char *command, int64_t deadline,
				 struct problem *problem)
{
	json_t *message;

	while ((message = ctl_client_next(client, deadline, problem))) {
		const json_t *id = json_object_get(message, "id");
		const json_t *error = json_object_get(message, "error");
		json_t *answer = json_object_get(message, "return");

		/* An error without an id is about a command that it could not parse. */
		if (error && (!id || json_integer_value(id) == client->id)) {
			ctl_client_tell(error, command, problem);
			json_decref(message);
			return NULL;
		}
		if (answer && json_integer_value(id) == client->id) {
			json_incref(answer);
			json_decref(message);
			return answer;
		}
		json_decref(message); /* it was an event */
	}
	return NULL;
}

static json_t *ctl_client_ask_until(struct ctl_client *client, const char *command,
				    json_t *arguments, int64_t deadline, struct problem *problem)
{
	json_t *request =
		json_pack("{s:s,s:I}", "execute", command, "id", (json_int_t)++client->id);
	char *text;
	size_t length;
	int ret;

	if (arguments)
		json_object_set_new(request, "arguments", arguments);
	text = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	if (!text) {
		problem_set(problem, CTL_USAGE, "an argument is not valid UTF-8");
		return NULL;
	}
	length = strlen(text);
	text[length] = '\n'; /* replaces the NUL */
	ret = ctl_stream_send(&client->stream, text, length + 1, deadline);
	free(text);
	if (ret < 0 && ret != -EPIPE) { /* the daemon may have said why before it closed */
		ctl_client_explain(client, ret, problem);
		return NULL;
	}
	return ctl_client_answer(client, command, deadline, problem);
}

json_t *ctl_client_ask(struct ctl_client *client, const char *command, json_t *arguments,
		       struct problem *problem)
{
	return ctl_client_ask_until(client, command, arguments, clock_now() + client->limit,
				    problem);
}

json_t *ctl_client_ask_for(struct ctl_client *client, const char *command, json_t *arguments,
			   json_type type, struct problem *problem)
{
	json_t *answer = ctl_client_ask(client, command, arguments, problem);

	if (!answer || json_typeof(answer) == type)
		return answer;
	problem_set(problem, CTL_FAILED, "network '%s' sent an unexpected answer", client->name);
	json_decref(answer);
	return NULL;
}

/* Reads the greeting. 0, or -1 with *problem. */
static int ctl_client_greet(struct ctl_client *client, int64_t deadline, struct problem *problem)
{
	json_t *message = ctl_client_next(client, deadline, problem);
	const json_t *error = json_object_get(message, "error");
	int ret = 0;

	if (error) /* too many clients, for example */
		ret = ctl_client_tell(error, "QMP", problem);
	else if (!message)
		ret = -1;
	else if (!json_object_get(message, "QMP"))
		ret = problem_set(problem, CTL_FAILED,
				  "network '%s' sent an answer that is not QMP", client->name);
	json_decref(message);
	return ret;
}

int ctl_client_open(struct ctl_client *client, const struct ctl *ctl, const char *name,
		    struct problem *problem)
{
	int64_t deadline = clock_now() + ctl->limit;
	char path[CTL_CLIENT_PATH_MAX];
	struct stat st;
	json_t *answer;
	int ret;

	*client = (struct ctl_client){.limit = ctl->limit, .stream.fd = -1};
	snprintf(client->name, sizeof(client->name), "%s", name);
	snprintf(path, sizeof(path), "%.200s/%s" CTL_SOCKET_SUFFIX, ctl->directory, client->name);
	ret = ctl_stream_open(&client->stream, path, deadline);
	if (ret < 0)
		return ctl_client_explain_connect(client, path, ret, problem);
	client->owner = stat(path, &st) == 0 ? st.st_uid : (uid_t)-1;
	if (ctl_client_greet(client, deadline, problem) < 0)
		return -1;
	answer = ctl_client_ask_until(client, "qmp_capabilities", NULL, deadline, problem);
	json_decref(answer);
	return answer ? 0 : -1;
}

void ctl_client_close(struct ctl_client *client)
{
	ctl_stream_close(&client->stream);
}

json_t *ctl_client_next_event(struct ctl_client *client, struct problem *problem)
{
	json_t *message;

	while ((message = ctl_client_next(client, CTL_STREAM_NO_DEADLINE, problem))) {
		if (json_is_string(json_object_get(message, "event")))
			return message;
		json_decref(message);
	}
	return NULL;
}

int ctl_client_wait_for_end(struct ctl_client *client, struct problem *problem)
{
	int64_t deadline = clock_now() + client->limit;
	size_t length;
	char *line;
	int ret;

	do
		ret = ctl_stream_read_line(&client->stream, &line, &length, deadline);
	while (ret == 0);
	return ret == -ETIMEDOUT ? ctl_client_explain(client, ret, problem) : 0;
}
