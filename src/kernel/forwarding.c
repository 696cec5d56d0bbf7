// SPDX-License-Identifier: GPL-2.0-or-later
#include "forwarding.h"

#include <stdio.h>
#include <string.h>

#include "sysctl.h"
#include "undolog_others.h"

enum { FORWARDING_TEXT_MAX = 64 };

const struct forwarding_family forwarding_ipv4 = {"forwarding ", "ipv4/conf/%s/forwarding"};
const struct forwarding_family forwarding_ipv6 = {"forwarding6 ", "ipv6/conf/%s/force_forwarding"};

static void forwarding_record(const struct forwarding_family *family, const char *device,
			      char text[FORWARDING_TEXT_MAX])
{
	/* The final blank keeps eth1 apart from eth10 where records are compared by start. */
	snprintf(text, FORWARDING_TEXT_MAX, "%s%s ", family->verb, device);
}

static void forwarding_key(const struct forwarding_family *family, const char *device,
			   char text[FORWARDING_TEXT_MAX])
{
	snprintf(text, FORWARDING_TEXT_MAX, family->key, device);
}

void forwarding_init(struct forwarding *forwarding, const struct forwarding_family *family,
		     struct undolog *undolog)
{
	*forwarding = (struct forwarding){.family = family, .undolog = undolog};
}

static bool forwarding_contains(const char devices[][IF_NAMESIZE], unsigned n, const char *device)
{
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(devices[i], device) == 0)
			return true;
	}
	return false;
}

/* Turns it off, unless another instance needs it or the host became a router meanwhile. */
static void forwarding_restore(const struct forwarding_family *family, struct undolog *undolog,
			       const char *device)
{
	char key[FORWARDING_TEXT_MAX];
	char record[FORWARDING_TEXT_MAX];
	int everywhere = 0;

	forwarding_key(family, "all", key);
	if (sysctl_read(key, &everywhere) == 0 && everywhere)
		return;
	forwarding_key(family, device, key);
	forwarding_record(family, device, record);
	if (!undolog_others_have(undolog, record, NULL))
		sysctl_write(key, 0);
}

static void forwarding_release(struct forwarding *forwarding, unsigned i)
{
	char record[FORWARDING_TEXT_MAX];

	forwarding_record(forwarding->family, forwarding->devices[i], record);
	forwarding_restore(forwarding->family, forwarding->undolog, forwarding->devices[i]);
	undolog_cancel(forwarding->undolog, record);
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

	forwarding_key(forwarding->family, device, key);
	forwarding_record(forwarding->family, device, record);
	ret = sysctl_read(key, &value);
	if (ret < 0)
		return ret;
	if (value && !undolog_others_have(forwarding->undolog, record, NULL))
		return 0; /* the host's own doing: not ours to turn off */
	ret = undolog_add(forwarding->undolog, record);
	if (ret == 0)
		ret = sysctl_write(key, 1);
	if (ret < 0) {
		undolog_cancel(forwarding->undolog, record);
		return ret;
	}
	snprintf(forwarding->devices[forwarding->n++], IF_NAMESIZE, "%s", device);
	return 0;
}

int forwarding_follow(struct forwarding *forwarding, char devices[][IF_NAMESIZE], unsigned n)
{
	int first = 0;

	undolog_lock_all_or_go_on(forwarding->undolog);
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
	undolog_unlock_all(forwarding->undolog);
	return first;
}

bool forwarding_is_ours(const struct forwarding *forwarding, const char *device)
{
	char record[FORWARDING_TEXT_MAX];

	if (forwarding_contains(forwarding->devices, forwarding->n, device))
		return true;
	forwarding_record(forwarding->family, device, record);
	return undolog_others_have(forwarding->undolog, record, NULL);
}

void forwarding_finish(struct forwarding *forwarding)
{
	if (forwarding->undolog)
		forwarding_follow(forwarding, NULL, 0);
}

static const struct forwarding_family *forwarding_family_of(const char *record)
{
	static const struct forwarding_family *const families[] = {&forwarding_ipv4,
								   &forwarding_ipv6};

	for (unsigned i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (strncmp(record, families[i]->verb, strlen(families[i]->verb)) == 0)
			return families[i];
	}
	return NULL;
}

/* As forwarding_record() wrote it, and nothing else. */
static bool forwarding_read(const struct forwarding_family *family, const char *record,
			    char device[IF_NAMESIZE])
{
	int end = 0;

	record += strlen(family->verb);
	return sscanf(record, "%15[^ /]%n", device, &end) == 1 && strcmp(record + end, " ") == 0;
}

bool forwarding_undo(struct undolog *undolog, const char *record)
{
	const struct forwarding_family *family = forwarding_family_of(record);
	char device[IF_NAMESIZE];

	if (!family || !forwarding_read(family, record, device))
		return false;
	undolog_lock_all_or_go_on(undolog);
	forwarding_restore(family, undolog, device);
	undolog_cancel(undolog, record); /* or two that end at once leave it to each other */
	undolog_unlock_all(undolog);
	return true;
}
