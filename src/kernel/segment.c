// SPDX-License-Identifier: GPL-2.0-or-later
#include "segment.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "link_change.h"
#include "link_facts.h"
#include "sysctl.h"

enum { SEGMENT_RECORD_MAX = 128 };

static const char segment_verb[] = "segment ";

/* Of every instance of the segment: what its record begins with. */
static void segment_record(const struct segment *segment, char text[SEGMENT_RECORD_MAX])
{
	char id[UUID_TEXT_MAX];

	snprintf(text, SEGMENT_RECORD_MAX, "%s%s %s ", segment_verb, segment->bridge,
		 parse_format_uuid(segment->id, id));
}

/* A new bridge, deaf to IPv6 before it is up. */
static int segment_make_bridge(const struct segment *segment, struct link *link)
{
	char key[64];
	int ret = link_add_bridge(link, segment->bridge, segment->mac);

	if (ret < 0)
		return ret;
	snprintf(key, sizeof(key), "ipv6/conf/%s/disable_ipv6", segment->bridge);
	ret = sysctl_write(key, 1);
	if (ret == 0 || ret == -ENOENT) /* there is no IPv6 in every kernel */
		return 0;
	link_delete(link, segment->bridge);
	return ret;
}

int segment_check(const struct segment *segment, struct journal *journal)
{
	char record[SEGMENT_RECORD_MAX];

	segment_record(segment, record);
	if (if_nametoindex(segment->bridge) == 0 || journal_others_have(journal, record, NULL) ||
	    journal_has(journal, record)) /* a killed instance's, which a start undoes */
		return 0;
	return -EEXIST;
}

static int segment_claim(const struct segment *segment, struct journal *journal, struct link *link,
			 const char *device)
{
	bool there = if_nametoindex(segment->bridge) != 0;
	char record[SEGMENT_RECORD_MAX];
	size_t length;
	int ret;

	segment_record(segment, record);
	if (segment_check(segment, journal) < 0)
		return -EEXIST;
	length = strlen(record);
	snprintf(record + length, sizeof(record) - length, "%s", device);
	ret = journal_add(journal, record);
	if (ret == 0 && !there)
		ret = segment_make_bridge(segment, link);
	return ret < 0 ? ret : link_enslave(link, device, segment->bridge);
}

int segment_join(const struct segment *segment, struct journal *journal, struct link *link,
		 const char *device)
{
	int ret;

	journal_lock_all_or_go_on(journal);
	ret = segment_claim(segment, journal, link, device);
	journal_unlock_all(journal);
	return ret;
}

/*
 * The last one out is who sees no other instance's port. Records would not tell:
 * those of a killed instance stand until somebody looks at them. Its ports went
 * with it, but for our own, which may take a moment.
 */
static void segment_release(const char *bridge, const char *device)
{
	struct link link;

	if (if_nametoindex(bridge) != 0 && link_init(&link) == 0) {
		if (!link_has_port(&link, bridge, "vmnet-", device))
			link_delete(&link, bridge);
		link_finish(&link);
	}
}

bool segment_undo(struct journal *journal, const char *record)
{
	char bridge[IF_NAMESIZE];
	char device[IF_NAMESIZE];

	/* Bridges of ours alone: no network's name makes a device of this one. */
	if (strncmp(record, segment_verb, strlen(segment_verb)) != 0 ||
	    sscanf(record + strlen(segment_verb), "%15s %*s %15s", bridge, device) != 2 ||
	    strncmp(bridge, "vmnet-_", strlen("vmnet-_")) != 0)
		return false;
	journal_lock_all_or_go_on(journal);
	segment_release(bridge, device);
	journal_cancel(journal, record); /* or two that end at once leave it to each other */
	journal_unlock_all(journal);
	return true;
}

static void segment_leave_record(void *context, const char *record)
{
	segment_undo(context, record);
}

void segment_leave(struct journal *journal)
{
	journal_each(journal, segment_leave_record, journal);
}
