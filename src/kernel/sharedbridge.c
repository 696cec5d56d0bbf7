// SPDX-License-Identifier: GPL-2.0-or-later
#include "sharedbridge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "link_change.h"
#include "link_facts.h"
#include "sysctl.h"
#include "undolog_others.h"

enum { SHAREDBRIDGE_RECORD_MAX = 128 };

static const char sharedbridge_verb[] = "segment ";

/* Of every instance of the identifier: what its record begins with. */
static void sharedbridge_record(const struct sharedbridge *shared,
				char text[SHAREDBRIDGE_RECORD_MAX])
{
	char id[UUID_TEXT_MAX];

	snprintf(text, SHAREDBRIDGE_RECORD_MAX, "%s%s %s ", sharedbridge_verb, shared->bridge,
		 parse_format_uuid(shared->id, id));
}

/* A new bridge, deaf to IPv6 before it is up. */
static int sharedbridge_make_bridge(const struct sharedbridge *shared, struct link *link)
{
	char key[64];
	int ret = link_add_bridge(link, shared->bridge, shared->mac);

	if (ret < 0)
		return ret;
	snprintf(key, sizeof(key), "ipv6/conf/%s/disable_ipv6", shared->bridge);
	ret = sysctl_write(key, 1);
	if (ret == 0 || ret == -ENOENT) /* there is no IPv6 in every kernel */
		return 0;
	link_delete(link, shared->bridge);
	return ret;
}

int sharedbridge_check(const struct sharedbridge *shared, struct undolog *undolog)
{
	char record[SHAREDBRIDGE_RECORD_MAX];

	sharedbridge_record(shared, record);
	if (if_nametoindex(shared->bridge) == 0 || undolog_others_have(undolog, record, NULL) ||
	    undolog_has(undolog, record)) /* a killed instance's, which a start undoes */
		return 0;
	return -EEXIST;
}

static int sharedbridge_claim(const struct sharedbridge *shared, struct undolog *undolog,
			      struct link *link, const char *device)
{
	bool there = if_nametoindex(shared->bridge) != 0;
	char record[SHAREDBRIDGE_RECORD_MAX];
	size_t length;
	int ret;

	sharedbridge_record(shared, record);
	if (sharedbridge_check(shared, undolog) < 0)
		return -EEXIST;
	length = strlen(record);
	snprintf(record + length, sizeof(record) - length, "%s", device);
	ret = undolog_add(undolog, record);
	if (ret == 0 && !there)
		ret = sharedbridge_make_bridge(shared, link);
	if (ret == 0)
		ret = link_enslave(link, device, shared->bridge);
	return ret < 0 ? ret : link_pass_all(link, device);
}

int sharedbridge_join(const struct sharedbridge *shared, struct undolog *undolog, struct link *link,
		      const char *device)
{
	int ret;

	undolog_lock_all_or_go_on(undolog);
	ret = sharedbridge_claim(shared, undolog, link, device);
	undolog_unlock_all(undolog);
	return ret;
}

/*
 * The last one out is who sees no other instance's port. Records would not tell:
 * those of a killed instance stand until somebody looks at them. Its ports went
 * with it, but for our own, which may take a moment.
 */
static void sharedbridge_release(const char *bridge, const char *device)
{
	struct link link;

	if (if_nametoindex(bridge) != 0 && link_init(&link) == 0) {
		if (!link_has_port(&link, bridge, "vmnet-", device))
			link_delete(&link, bridge);
		link_finish(&link);
	}
}

bool sharedbridge_undo(struct undolog *undolog, const char *record)
{
	char bridge[IF_NAMESIZE];
	char device[IF_NAMESIZE];

	/* Bridges of ours alone: no network's name makes a device of this one. */
	if (strncmp(record, sharedbridge_verb, strlen(sharedbridge_verb)) != 0 ||
	    sscanf(record + strlen(sharedbridge_verb), "%15s %*s %15s", bridge, device) != 2 ||
	    strncmp(bridge, "vmnet-_", strlen("vmnet-_")) != 0)
		return false;
	undolog_lock_all_or_go_on(undolog);
	sharedbridge_release(bridge, device);
	undolog_cancel(undolog, record); /* or two that end at once leave it to each other */
	undolog_unlock_all(undolog);
	return true;
}

void sharedbridge_leave(struct undolog *undolog)
{
	undolog_undo(undolog, sharedbridge_undo);
}
