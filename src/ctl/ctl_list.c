// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_list.h"

#include <jansson.h>
#include <string.h>

#include "ctl_client.h"
#include "ctl_field.h"
#include "ctl_networks.h"
#include "ctl_query.h"
#include "ctl_table.h"
#include "ctl_text.h"

/* The state of one of several networks asked. */
static const char *ctl_list_state(int status)
{
	switch (status) {
	case CTL_DONE:
		return "running";
	case CTL_ABSENT:
		return "not-running";
	case CTL_FORBIDDEN:
		return "not-allowed";
	default:
		return "not-answering";
	}
}

/* {"name", "state", "status" or "problem"} */
static json_t *ctl_list_ask(const struct ctl *ctl, const char *name)
{
	struct problem problem = {0};
	struct ctl_client client;
	json_t *status = NULL;
	json_t *found;

	if (ctl_client_open(&client, ctl, name, &problem) == 0)
		status = ctl_client_ask(&client, "query-status", NULL, &problem);
	ctl_client_close(&client);
	found = json_pack("{s:s,s:s}", "name", name, "state", ctl_list_state(problem.status));
	if (status)
		json_object_set_new(found, "status", status);
	else
		json_object_set_new(found, "problem", json_string(problem.text));
	return found;
}

static json_t *ctl_list_ask_all(const struct ctl *ctl, struct ctl_networks *networks,
				struct problem *problem)
{
	json_t *list;

	if (ctl_networks_read(networks, ctl->directory, problem) < 0)
		return NULL;
	list = json_array();
	for (unsigned i = 0; i < networks->n; i++)
		json_array_append_new(list, ctl_list_ask(ctl, networks->names[i]));
	return list;
}

static void ctl_list_add_status(struct ctl_table *table, const json_t *status)
{
	char text[CTL_TEXT_MAX];

	ctl_table_add(table, ctl_field_text(status, "mode"));
	ctl_table_add(table, ctl_field_text(status, "subnet"));
	ctl_table_add(table, ctl_field_text(status, "device"));
	ctl_table_add_number(table, (long long)ctl_field_count(status, "ports"));
	ctl_table_add_number(table, (long long)ctl_field_count(status, "guests"));
	ctl_table_add(table, ctl_text_seconds(ctl_field_count(status, "uptime-seconds"), text));
}

/* Below it, the problems with some of them. */
static int ctl_list_show(const json_t *list, FILE *out)
{
	static const char *const heads[] = {"NETWORK", "STATE", "MODE",	  "SUBNET",
					    "DEVICE",  "PORTS", "GUESTS", "UP"};
	enum { COLUMNS = sizeof(heads) / sizeof(heads[0]) };
	struct ctl_table table;
	struct ctl_table problems;
	int ret;

	ctl_table_begin(&table, heads, COLUMNS, 1U << 5 | 1U << 6);
	ctl_table_init(&problems, 1, 0);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *found = json_array_get(list, i);
		const json_t *status = json_object_get(found, "status");
		char state[CTL_TEXT_MAX];

		snprintf(state, sizeof(state), "%s", ctl_field_text(found, "state"));
		if (strchr(state, '-'))
			*strchr(state, '-') = ' ';
		ctl_table_add(&table, ctl_field_text(found, "name"));
		ctl_table_add(&table, state);
		if (status)
			ctl_list_add_status(&table, status);
		else
			ctl_table_add(&problems, ctl_field_text(found, "problem"));
		ctl_table_end_row(&table);
	}
	ret = ctl_table_end(&table, out);
	if (ret == 0 && problems.n_cells > 0) {
		fputc('\n', out);
		ret = ctl_table_print(&problems, out);
	}
	ctl_table_finish(&problems);
	return ret;
}

/* Says that nothing runs, or that this user may not see everything. */
static void ctl_list_say_none(const struct ctl_networks *networks, FILE *out)
{
	fputs(networks->partly ? "No network that you can see is running; root sees all: sudo "
				 "vde_vmnetctl list\n"
			       : "No network is running.\n",
	      out);
}

static int ctl_list_print(const struct ctl *ctl, const struct ctl_networks *networks,
			  const json_t *list, struct problem *problem)
{
	if (ctl->json || networks->n > 0)
		return ctl_query_tell(ctl, list, ctl_list_show, problem);
	ctl_list_say_none(networks, ctl->out);
	return 0;
}

static bool ctl_list_has_running(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (json_object_get(json_array_get(list, i), "status"))
			return true;
	}
	return false;
}

static void ctl_list_advise(const struct ctl *ctl, const struct ctl_networks *networks,
			    const json_t *list)
{
	fputs("\nWhat next:\n", ctl->out);
	if (networks->n == 0)
		fputs("  sudo vde_vmnet                         starts one, until Ctrl-C\n"
		      "  sudo systemctl start vde_vmnet@shared  starts one as a service\n",
		      ctl->out);
	if (ctl_list_has_running(list))
		fputs("  vde_vmnetctl ports                     who is attached\n"
		      "  vde_vmnetctl leases                    addresses and names of the guests\n"
		      "  vde_vmnetctl forward add tcp::2222-GUEST:22\n"
		      "                                         port 2222 of the host leads to ssh "
		      "of that guest\n"
		      "  vde_vmnetctl monitor                   what happens, as it happens\n",
		      ctl->out);
	if (networks->n > 1)
		fputs("  vde_vmnetctl --name=NETWORK COMMAND    chooses one of them\n", ctl->out);
	fputs("  vde_vmnetctl --help                    all commands\n", ctl->out);
}

static int ctl_list_tell(const struct ctl *ctl, bool advise, struct problem *problem)
{
	static struct ctl_networks networks;
	json_t *list = ctl_list_ask_all(ctl, &networks, problem);
	int ret;

	if (!list)
		return -1;
	ret = ctl_list_print(ctl, &networks, list, problem);
	if (ret == 0 && advise)
		ctl_list_advise(ctl, &networks, list);
	json_decref(list);
	return ret;
}

int ctl_list_run(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	(void)arguments;
	return ctl_list_tell(ctl, false, problem);
}

int ctl_list_introduce(const struct ctl *ctl, struct problem *problem)
{
	return ctl_list_tell(ctl, !ctl->json, problem);
}
