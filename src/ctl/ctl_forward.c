// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_forward.h"

#include <stdlib.h>
#include <string.h>

#include "ctl_client.h"
#include "ctl_field.h"
#include "ctl_query.h"
#include "ctl_table.h"

static void ctl_forward_add_row(struct ctl_table *table, const json_t *forward)
{
	ctl_table_add_number(table, (long long)ctl_field_count(forward, "id"));
	ctl_table_add(table, ctl_field_text(forward, "forward"));
	ctl_table_add(table, ctl_field_text(forward, "guest"));
	ctl_table_add(table, ctl_field_text(forward, "address"));
	ctl_table_add_number(table, (long long)ctl_field_count(forward, "connections-begun"));
	ctl_table_add(table, ctl_field_text(forward, "state"));
}

int ctl_forward_show(const json_t *forwards, FILE *out)
{
	static const char *const heads[] = {"ID", "FORWARD", "GUEST", "ADDRESS", "BEGUN", "STATE"};
	enum { COLUMNS = sizeof(heads) / sizeof(heads[0]) };
	struct ctl_table table;

	if (json_array_size(forwards) == 0) {
		fputs("No ports are forwarded.\n", out);
		return 0;
	}
	ctl_table_begin(&table, heads, COLUMNS, 1U << 0 | 1U << 4);
	for (size_t i = 0; i < json_array_size(forwards); i++)
		ctl_forward_add_row(&table, json_array_get(forwards, i));
	return ctl_table_end(&table, out);
}

int ctl_forward_list(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	(void)arguments;
	return ctl_query_show(ctl, "query-forwards", JSON_ARRAY, ctl_forward_show, problem);
}

/* Those in after that are not in before: what was added, in the daemon's form. */
static json_t *ctl_forward_new_ones(const json_t *before, json_t *after)
{
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(after); i++) {
		json_t *forward = json_array_get(after, i);

		if (!ctl_field_find(before, json_integer_value(json_object_get(forward, "id"))))
			json_array_append(list, forward);
	}
	return list;
}

static json_t *ctl_forward_query(struct ctl_client *client, struct problem *problem)
{
	return ctl_client_ask_for(client, "query-forwards", NULL, JSON_ARRAY, problem);
}

/* The forwards as the user wrote them. NULL with *problem. */
static json_t *ctl_forward_words(char *const *arguments, struct problem *problem)
{
	json_t *texts = json_array();

	for (; *arguments; arguments++) {
		json_t *text = json_string(*arguments);

		if (!text) {
			json_decref(texts);
			problem_set(problem, CTL_USAGE, "%.200s: not valid UTF-8", *arguments);
			return NULL;
		}
		json_array_append_new(texts, text);
	}
	return texts;
}

/*
 * Sends {"add" or "remove": texts} as one transaction. Takes over the reference. 0, or -1 with
 * *problem.
 */
static int ctl_forward_apply(struct ctl_client *client, const char *key, json_t *texts,
			     struct problem *problem)
{
	json_t *answer =
		ctl_client_ask(client, "forward-apply", json_pack("{s:o}", key, texts), problem);

	json_decref(answer);
	return answer ? 0 : -1;
}

static int ctl_forward_show_added(const json_t *forwards, FILE *out)
{
	if (json_array_size(forwards) > 0)
		return ctl_forward_show(forwards, out);
	fputs("All of these forwards already existed.\n", out);
	return 0;
}

static int ctl_forward_add_all(struct ctl_client *client, const struct ctl *ctl,
			       char *const *arguments, struct problem *problem)
{
	json_t *texts = ctl_forward_words(arguments, problem);
	json_t *before = texts ? ctl_forward_query(client, problem) : NULL;
	json_t *after = NULL;
	json_t *added;
	int ret;

	if (!before)
		json_decref(texts);
	else if (ctl_forward_apply(client, "add", texts, problem) == 0)
		after = ctl_forward_query(client, problem);
	if (!after) {
		json_decref(before);
		return -1;
	}
	added = ctl_forward_new_ones(before, after);
	ret = ctl_query_tell(ctl, added, ctl_forward_show_added, problem);
	json_decref(added);
	json_decref(before);
	json_decref(after);
	return ret;
}

/* Replaces numbers that the user wrote by the text of their forwards. 0, or -1 with *problem. */
static int ctl_forward_name_all(json_t *texts, const json_t *forwards, struct problem *problem)
{
	for (size_t i = 0; i < json_array_size(texts); i++) {
		const char *word = json_string_value(json_array_get(texts, i));
		const char *text;

		if (strspn(word, "0123456789") != strlen(word))
			continue;
		text = ctl_field_text(ctl_field_find(forwards, strtoll(word, NULL, 10)), "forward");
		if (*text == '\0')
			return problem_set(
				problem, CTL_FAILED,
				"there is no forward %.100s; vde_vmnetctl forward list shows them",
				word);
		json_array_set_new(texts, i, json_string(text));
	}
	return 0;
}

static int ctl_forward_remove_all(struct ctl_client *client, const struct ctl *ctl,
				  char *const *arguments, struct problem *problem)
{
	json_t *texts = ctl_forward_words(arguments, problem);
	json_t *forwards = texts ? ctl_forward_query(client, problem) : NULL;
	size_t n = json_array_size(texts);
	int ret = -1;

	if (forwards)
		ret = ctl_forward_name_all(texts, forwards, problem);
	json_decref(forwards);
	if (ret < 0) {
		json_decref(texts);
		return -1;
	}
	if (ctl_forward_apply(client, "remove", texts, problem) < 0)
		return -1;
	if (ctl->json)
		fputs("{}\n", ctl->out);
	else
		fprintf(ctl->out, "%zu removed.\n", n);
	return 0;
}

static int ctl_forward_change(const struct ctl *ctl, char *const *arguments,
			      int (*change)(struct ctl_client *client, const struct ctl *ctl,
					    char *const *arguments, struct problem *problem),
			      struct problem *problem)
{
	struct ctl_client client;
	int ret = ctl_query_open(&client, ctl, problem);

	if (ret == 0)
		ret = change(&client, ctl, arguments, problem);
	ctl_client_close(&client);
	return ret;
}

int ctl_forward_add(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	return ctl_forward_change(ctl, arguments, ctl_forward_add_all, problem);
}

int ctl_forward_remove(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	return ctl_forward_change(ctl, arguments, ctl_forward_remove_all, problem);
}
