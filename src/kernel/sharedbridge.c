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

/* The start of the records of all instances with the identifier. */
static void sharedbridge_record(const struct sharedbridge *shared,
				char text[SHAREDBRIDGE_RECORD_MAX])
{
	char id[UUID_TEXT_MAX];

	snprintf(text, SHAREDBRIDGE_RECORD_MAX, "%s%s %s ", sharedbridge_verb, shared->bridge,
		 parse_format_uuid(shared->id, id));
}

/* A new bridge, with IPv6 off before it is up. */
static int sharedbridge_make_bridge(const struct sharedbridge *shared, struct link *link)
{
	char key[64];
	int ret = link_add_bridge(link, shared->bridge, shared->mac);

	if (ret < 0)
		return ret;
	snprintf(key, sizeof(key), "ipv6/conf/%s/disable_ipv6", shared->bridge);
	ret = sysctl_write(key, 1);
	if (ret == 0 || ret == -ENOENT) /* not every kernel has IPv6 */
		return 0;
	link_delete(link, shared->bridge);
	return ret;
}

int sharedbridge_check(const struct sharedbridge *shared, struct undolog *undolog)
{
	char record[SHAREDBRIDGE_RECORD_MAX];

	sharedbridge_record(shared, record);
	if (if_nametoindex(shared->bridge) == 0 || undolog_others_have(undolog, record, NULL) ||
	    undolog_has(undolog, record)) /* left by a killed instance; a start undoes that */
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
 * An instance is the last one out if it sees no other's port. Records do not tell: those of a
 * killed instance remain until someone looks at them. Its ports went with it, except our own, which
 * may take a moment. 0, or -errno: the bridge may be left.
 */
static int sharedbridge_release(const char *bridge, const char *device)
{
	struct link link;
	int ret;

	if (if_nametoindex(bridge) == 0)
		return errno == ENODEV ? 0 : -errno;
	ret = link_init(&link);
	if (ret == 0 && !link_has_port(&link, bridge, "vmnet-", device))
		ret = link_delete(&link, bridge);
	link_finish(&link);
	return ret == -ENODEV ? 0 : ret;
}

bool sharedbridge_undo(struct undolog *undolog, const char *record)
{
	char bridge[IF_NAMESIZE];
	char device[IF_NAMESIZE];
	int ret;

	/* Only bridges of ours: no network's name gives a device such a name. */
	if (strncmp(record, sharedbridge_verb, strlen(sharedbridge_verb)) != 0 ||
	    sscanf(record + strlen(sharedbridge_verb), "%15s %*s %15s", bridge, device) != 2 ||
	    strncmp(bridge, "vmnet-_", strlen("vmnet-_")) != 0)
		return false;
	undolog_lock_all_or_go_on(undolog);
	ret = sharedbridge_release(bridge, device);
	/* Still locked: otherwise two that end at once would leave it to each other. */
	if (ret == 0)
		undolog_cancel(undolog, record);
	undolog_unlock_all(undolog);
	return ret == 0;
}

void sharedbridge_leave(struct undolog *undolog)
{
	undolog_undo(undolog, sharedbridge_undo);
}
