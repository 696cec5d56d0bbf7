// SPDX-License-Identifier: GPL-2.0-or-later
#include "forwarding.h"

#include <stdio.h>
#include <string.h>

#include "sysctl.h"

enum { FORWARDING_TEXT_MAX = 64 };

static const char forwarding_verb[] = "forwarding ";

static void forwarding_record(const char *device, char text[FORWARDING_TEXT_MAX])
{
	/* The final blank keeps eth1 apart from eth10 where records are compared by start. */
	snprintf(text, FORWARDING_TEXT_MAX, "%s%s ", forwarding_verb, device);
}

static void forwarding_key(const char *device, char text[FORWARDING_TEXT_MAX])
{
	snprintf(text, FORWARDING_TEXT_MAX, "ipv4/conf/%s/forwarding", device);
}

void forwarding_init(struct forwarding *forwarding, struct journal *journal)
{
	*forwarding = (struct forwarding){.journal = journal};
}

static bool forwarding_contains(char devices[][IF_NAMESIZE], unsigned n, const char *device)
{
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(devices[i], device) == 0)
			return true;
	}
	return false;
}

/* Turns it off, unless another instance needs it or the host became a router meanwhile. */
static void forwarding_restore(struct journal *journal, const char *device)
{
	char key[FORWARDING_TEXT_MAX];
	char record[FORWARDING_TEXT_MAX];
	int everywhere = 0;

	forwarding_key(device, key);
	forwarding_record(device, record);
	if (sysctl_read("ipv4/conf/all/forwarding", &everywhere) == 0 && everywhere)
		return;
	if (!journal_others_have(journal, record, NULL))
		sysctl_write(key, 0);
}

static void forwarding_release(struct forwarding *forwarding, unsigned i)
{
	char record[FORWARDING_TEXT_MAX];

	forwarding_record(forwarding->devices[i], record);
	forwarding_restore(forwarding->journal, forwarding->devices[i]);
	journal_cancel(forwarding->journal, record);
	forwarding->n--;
	memmove(forwarding->devices[i], forwarding->devices[i + 1],
		(forwarding->n - i) * sizeof(forwarding->devices[0]));
}

static int forwarding_claim(struct forwarding *forwarding, const char *device)
{
	char key[FORWARDING_TEXT_MAX];
	char record[FORWARDING_TEXT_MAX];
	int value;
	int ret;

	forwarding_key(device, key);
	forwarding_record(device, record);
	ret = sysctl_read(key, &value);
	if (ret < 0)
		return ret;
	if (value && !journal_others_have(forwarding->journal, record, NULL))
		return 0; /* the host's own doing: not ours to turn off */
	ret = journal_add(forwarding->journal, record);
	if (ret == 0)
		ret = sysctl_write(key, 1);
	if (ret < 0) {
		journal_cancel(forwarding->journal, record);
		return ret;
	}
	snprintf(forwarding->devices[forwarding->n++], IF_NAMESIZE, "%s", device);
	return 0;
}

int forwarding_follow(struct forwarding *forwarding, char devices[][IF_NAMESIZE], unsigned n)
{
	int first = 0;

	journal_lock_all(forwarding->journal);
	for (unsigned i = forwarding->n; i-- > 0;) {
		if (!forwarding_contains(devices, n, forwarding->devices[i]))
			forwarding_release(forwarding, i);
	}
	for (unsigned i = 0; i < n && forwarding->n < LINK_DEFAULTS_MAX; i++) {
		int ret = 0;

		if (!forwarding_contains(forwarding->devices, forwarding->n, devices[i]))
			ret = forwarding_claim(forwarding, devices[i]);
		if (first == 0)
			first = ret;
	}
	journal_unlock_all(forwarding->journal);
	return first;
}

void forwarding_finish(struct forwarding *forwarding)
{
	if (forwarding->journal)
		forwarding_follow(forwarding, NULL, 0);
}

bool forwarding_undo(struct journal *journal, const char *record)
{
	char device[IF_NAMESIZE];

	if (strncmp(record, forwarding_verb, strlen(forwarding_verb)) != 0)
		return false;
	journal_lock_all(journal);
	if (sscanf(record + strlen(forwarding_verb), "%15[^ /]", device) == 1)
		forwarding_restore(journal, device);
	journal_cancel(journal, record); /* or two that end at once leave it to each other */
	journal_unlock_all(journal);
	return true;
}
