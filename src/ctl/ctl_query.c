// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_query.h"

#include "ctl_client.h"
#include "ctl_networks.h"

int ctl_query_open(struct ctl_client *client, const struct ctl *ctl, struct problem *problem)
{
	char name[CTL_NAME_MAX + 1];

	*client = (struct ctl_client){.stream.fd = -1};
	if (ctl_networks_choose(ctl, name, problem) < 0)
		return -1;
	return ctl_client_open(client, ctl, name, problem);
}

json_t *ctl_query_ask(const struct ctl *ctl, const char *command, json_t *arguments, json_type type,
		      struct problem *problem)
{
	struct ctl_client client;
	json_t *answer = NULL;

	if (ctl_query_open(&client, ctl, problem) == 0)
		answer = ctl_client_ask_for(&client, command, arguments, type, problem);
	else
		json_decref(arguments);
	ctl_client_close(&client);
	return answer;
}

void ctl_query_print_json(const json_t *value, FILE *out)
{
	json_dumpf(value, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', out);
}

int ctl_query_tell(const struct ctl *ctl, const json_t *answer,
		   int (*show)(const json_t *answer, FILE *out), struct problem *problem)
{
	if (ctl->json)
		ctl_query_print_json(answer, ctl->out);
	else if (show(answer, ctl->out) < 0)
		return problem_set(problem, CTL_FAILED, "out of memory");
	return 0;
}

int ctl_query_show(const struct ctl *ctl, const char *command, json_type type,
		   int (*show)(const json_t *answer, FILE *out), struct problem *problem)
{
	json_t *answer = ctl_query_ask(ctl, command, NULL, type, problem);
	int ret;

	if (!answer)
		return -1;
	ret = ctl_query_tell(ctl, answer, show, problem);
	json_decref(answer);
	return ret;
}

int ctl_query_change(const struct ctl *ctl, const char *command, json_t *arguments,
		     const char *done, struct problem *problem)
{
	json_t *answer = ctl_query_ask(ctl, command, arguments, JSON_OBJECT, problem);

	if (!answer)
		return -1;
	if (ctl->json)
		ctl_query_print_json(answer, ctl->out);
	else
		fprintf(ctl->out, "%s\n", done);
	json_decref(answer);
	return 0;
}
