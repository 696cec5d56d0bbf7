// SPDX-License-Identifier: GPL-2.0-or-later
#include "dgramqueue.h"

#include <stdio.h>
#include <string.h>

#include "sysctl.h"

static const char dgramqueue_key[] = "unix/max_dgram_qlen";
static const char dgramqueue_verb[] = "dgramqueue ";

/* Raised by others already: theirs says what was there before. */
static int dgramqueue_claim(struct journal *journal, int value)
{
	char record[JOURNAL_RECORD_MAX];
	int ret;

	if (!journal_others_have(journal, dgramqueue_verb, record)) {
		if (value >= DGRAMQUEUE_FRAMES)
			return 0; /* the host's own doing */
		snprintf(record, sizeof(record), "%s%d", dgramqueue_verb, value);
	}
	ret = journal_add(journal, record);
	if (ret < 0 || value >= DGRAMQUEUE_FRAMES)
		return ret;
	ret = sysctl_write(dgramqueue_key, DGRAMQUEUE_FRAMES);
	if (ret < 0)
		journal_cancel(journal, record);
	return ret;
}

int dgramqueue_raise(struct journal *journal)
{
	int value;
	int ret = sysctl_read(dgramqueue_key, &value);

	if (ret < 0)
		return ret;
	journal_lock_all_or_go_on(journal);
	ret = dgramqueue_claim(journal, value);
	journal_unlock_all(journal);
	return ret;
}

bool dgramqueue_undo(struct journal *journal, const char *record)
{
	int before;
	int now;

	if (strncmp(record, dgramqueue_verb, strlen(dgramqueue_verb)) != 0 ||
	    sscanf(record + strlen(dgramqueue_verb), "%d", &before) != 1 || before <= 0)
		return false;
	journal_lock_all_or_go_on(journal);
	/* Another value by now is somebody's wish. */
	if (sysctl_read(dgramqueue_key, &now) == 0 && now == DGRAMQUEUE_FRAMES &&
	    !journal_others_have(journal, dgramqueue_verb, NULL))
		sysctl_write(dgramqueue_key, before);
	journal_cancel(journal, record); /* or two that end at once leave it to each other */
	journal_unlock_all(journal);
	return true;
}

static void dgramqueue_restore_record(void *context, const char *record)
{
	dgramqueue_undo(context, record);
}

void dgramqueue_restore(struct journal *journal)
{
	journal_each(journal, dgramqueue_restore_record, journal);
}
