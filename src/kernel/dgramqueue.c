// SPDX-License-Identifier: GPL-2.0-or-later
#include "dgramqueue.h"

#include <stdio.h>
#include <string.h>

#include "sysctl.h"
#include "undolog_others.h"

static const char dgramqueue_key[] = "unix/max_dgram_qlen";
static const char dgramqueue_verb[] = "dgramqueue ";

/* If others of ours have raised it, their record has the old value. */
static int dgramqueue_claim(struct undolog *undolog, int value)
{
	char record[UNDOLOG_RECORD_MAX];
	int ret;

	if (!undolog_others_have(undolog, dgramqueue_verb, record)) {
		if (value >= DGRAMQUEUE_FRAMES)
			return 0; /* the host has set it */
		snprintf(record, sizeof(record), "%s%d", dgramqueue_verb, value);
	}
	ret = undolog_add(undolog, record);
	if (ret < 0 || value >= DGRAMQUEUE_FRAMES)
		return ret;
	ret = sysctl_write(dgramqueue_key, DGRAMQUEUE_FRAMES);
	if (ret < 0)
		undolog_cancel(undolog, record);
	return ret;
}

int dgramqueue_raise(struct undolog *undolog)
{
	int value;
	int ret = sysctl_read(dgramqueue_key, &value);

	if (ret < 0)
		return ret;
	undolog_lock_all_or_go_on(undolog);
	ret = dgramqueue_claim(undolog, value);
	undolog_unlock_all(undolog);
	return ret;
}

bool dgramqueue_undo(struct undolog *undolog, const char *record)
{
	int before;
	int now;

	if (strncmp(record, dgramqueue_verb, strlen(dgramqueue_verb)) != 0 ||
	    sscanf(record + strlen(dgramqueue_verb), "%d", &before) != 1 || before <= 0)
		return false;
	undolog_lock_all_or_go_on(undolog);
	/* If it has another value by now, someone wants that. */
	if (sysctl_read(dgramqueue_key, &now) == 0 && now == DGRAMQUEUE_FRAMES &&
	    !undolog_others_have(undolog, dgramqueue_verb, NULL))
		sysctl_write(dgramqueue_key, before);
	/* Still locked: otherwise two that end at once would leave it to each other. */
	undolog_cancel(undolog, record);
	undolog_unlock_all(undolog);
	return true;
}

void dgramqueue_restore(struct undolog *undolog)
{
	undolog_undo(undolog, dgramqueue_undo);
}
