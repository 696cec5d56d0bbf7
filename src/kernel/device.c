// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "link_change.h"
#include "link_facts.h"

enum { DEVICE_RECORD_MAX = 64 };

static const char device_verb[] = "device ";

void device_format_alias(const struct undolog *undolog, char alias[DEVICE_ALIAS_MAX])
{
	/* The undo log's file is NAME.state. */
	int length = (int)(strlen(undolog->file) - strlen(".state"));

	snprintf(alias, DEVICE_ALIAS_MAX, "vde_vmnet network %.*s", length, undolog->file);
}

int device_record(struct undolog *undolog, const char *name)
{
	char record[DEVICE_RECORD_MAX];
	unsigned index = if_nametoindex(name);

	if (index == 0)
		return -errno;
	snprintf(record, sizeof(record), "%s%u %s", device_verb, index, name);
	return undolog_add(undolog, record);
}

/* Reads exactly what device_record() wrote. */
static bool device_read(const char *record, int *index, char name[IF_NAMESIZE])
{
	int end = 0;

	return strncmp(record, device_verb, strlen(device_verb)) == 0 &&
	       sscanf(record + strlen(device_verb), "%d %15[^ /]%n", index, name, &end) == 2 &&
	       *index > 0 && record[strlen(device_verb) + (size_t)end] == '\0';
}

/* It may have been renamed. */
static bool device_is_ours(const struct undolog *undolog, struct link *link, int index)
{
	char alias[DEVICE_ALIAS_MAX];

	device_format_alias(undolog, alias);
	return link_has_alias(link, index, alias);
}

static int device_delete_index(const struct undolog *undolog, struct link *link, int index)
{
	int ret = 0;

	if (device_is_ours(undolog, link, index))
		ret = link_delete_index(link, index);
	return ret == -ENODEV ? 0 : ret; /* it went by itself, with its last descriptor */
}

struct device_context {
	struct undolog *undolog;
	struct link *link;
	const char *name; /* to look for */
	bool found;
	int ret;
};

static void device_delete_record(void *data, const char *record)
{
	struct device_context *context = data;
	char name[IF_NAMESIZE];
	int index;
	int ret;

	if (!device_read(record, &index, name))
		return;
	ret = device_delete_index(context->undolog, context->link, index);
	if (ret == 0)
		undolog_cancel(context->undolog, record);
	else
		context->ret = ret;
}

int device_delete(struct undolog *undolog, struct link *link)
{
	struct device_context context = {.undolog = undolog, .link = link};

	undolog_each(undolog, device_delete_record, &context);
	return context.ret;
}

bool device_undo(struct undolog *undolog, const char *record)
{
	char name[IF_NAMESIZE];
	struct link link;
	int index;
	int ret;

	if (!device_read(record, &index, name))
		return false;
	ret = link_init(&link);
	if (ret == 0)
		ret = device_delete_index(undolog, &link, index);
	link_finish(&link);
	if (ret == 0)
		undolog_cancel(undolog, record);
	return ret == 0;
}

static void device_match_record(void *data, const char *record)
{
	struct device_context *context = data;
	char name[IF_NAMESIZE];
	int index;

	if (device_read(record, &index, name) && index == (int)if_nametoindex(context->name) &&
	    device_is_ours(context->undolog, context->link, index))
		context->found = true;
}

bool device_is_left(struct undolog *undolog, struct link *link, const char *name)
{
	struct device_context context = {.undolog = undolog, .link = link, .name = name};

	if (if_nametoindex(name) != 0 && !undolog_is_elsewhere(undolog))
		undolog_each(undolog, device_match_record, &context);
	return context.found;
}
