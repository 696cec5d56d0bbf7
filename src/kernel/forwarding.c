// SPDX-License-Identifier: GPL-2.0-or-later
#include "forwarding.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "devicenames.h"
#include "sysctl.h"
#include "undolog_others.h"

enum {
	FORWARDING_TEXT_MAX = 64,
	FORWARDING_TRIES = 100, /* ms that a device may take to get its new name */
};

const struct forwarding_family forwarding_ipv4 = {"forwarding ", "ipv4/conf/%s/forwarding"};
const struct forwarding_family forwarding_ipv6 = {"forwarding6 ", "ipv6/conf/%s/force_forwarding"};

/* The start of the device's records, for all instances and versions. */
static void forwarding_start(const struct forwarding_family *family, const char *device,
			     char text[FORWARDING_TEXT_MAX])
{
	/* The final space keeps eth1 and eth10 apart when starts are compared. */
	snprintf(text, FORWARDING_TEXT_MAX, "%s%s ", family->verb, device);
}

static void forwarding_record(const struct forwarding_family *family, const char *device, int index,
			      char text[FORWARDING_TEXT_MAX])
{
	snprintf(text, FORWARDING_TEXT_MAX, "%s%s %d", family->verb, device, index);
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

static struct forwarding_device *forwarding_find(struct forwarding *forwarding, const char *device)
{
	for (unsigned i = 0; i < forwarding->n; i++) {
		if (strcmp(forwarding->devices[i].name, device) == 0)
			return &forwarding->devices[i];
	}
	return NULL;
}

/* Turns it off, unless another instance needs it or the host has become a router. 0, or -errno. */
static int forwarding_restore_name(const struct forwarding_family *family, struct undolog *undolog,
				   const char *device)
{
	char key[FORWARDING_TEXT_MAX];
	char start[FORWARDING_TEXT_MAX];
	int everywhere = 0;

	forwarding_key(family, "all", key);
	if (sysctl_read(key, &everywhere) == 0 && everywhere)
		return 0;
	forwarding_key(family, device, key);
	forwarding_start(family, device, start);
	return undolog_others_have(undolog, start, NULL) ? 0 : sysctl_write(key, 0);
}

/*
 * The same for the device with that index, whatever its name is now. While the kernel renames it,
 * it has no sysctl by either name.
 */
static void forwarding_restore(const struct forwarding_family *family, struct undolog *undolog,
			       int index)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	char name[IF_NAMESIZE];

	for (int i = 0; i < FORWARDING_TRIES && if_indextoname((unsigned)index, name); i++) {
		if (forwarding_restore_name(family, undolog, name) != -ENOENT)
			return;
		nanosleep(&pause, NULL);
	}
}

/* Forgets the device i, with its record. */
static void forwarding_forget(struct forwarding *forwarding, unsigned i)
{
	const struct forwarding_device *device = &forwarding->devices[i];
	char record[FORWARDING_TEXT_MAX];

	forwarding_record(forwarding->family, device->name, device->index, record);
	undolog_cancel(forwarding->undolog, record);
	forwarding->n--;
	memmove(&forwarding->devices[i], &forwarding->devices[i + 1],
		(forwarding->n - i) * sizeof(forwarding->devices[0]));
}

static void forwarding_release(struct forwarding *forwarding, unsigned i)
{
	forwarding_restore(forwarding->family, forwarding->undolog, forwarding->devices[i].index);
	forwarding_forget(forwarding, i);
}

/* If it was renamed, records it by its new name; false: it is gone. */
static bool forwarding_identify(struct forwarding *forwarding, struct forwarding_device *device)
{
	char before[FORWARDING_TEXT_MAX];
	char record[FORWARDING_TEXT_MAX];
	char name[IF_NAMESIZE];

	if (!if_indextoname((unsigned)device->index, name))
		return false;
	if (strcmp(name, device->name) == 0)
		return true;
	forwarding_record(forwarding->family, device->name, device->index, before);
	forwarding_record(forwarding->family, name, device->index, record);
	if (undolog_add(forwarding->undolog, record) == 0) {
		undolog_cancel(forwarding->undolog, before);
		memcpy(device->name, name, sizeof(name));
	}
	return true;
}

static int forwarding_claim(struct forwarding *forwarding, const char *name)
{
	struct forwarding_device device = {.index = (int)if_nametoindex(name)};
	char key[FORWARDING_TEXT_MAX];
	char record[FORWARDING_TEXT_MAX];
	char start[FORWARDING_TEXT_MAX];
	int value;
	int ret;

	forwarding_key(forwarding->family, name, key);
	forwarding_start(forwarding->family, name, start);
	forwarding_record(forwarding->family, name, device.index, record);
	ret = device.index == 0 ? -ENOENT : sysctl_read(key, &value);
	if (ret < 0)
		return ret;
	if (value && !undolog_others_have(forwarding->undolog, start, NULL))
		return 0; /* the host has set it: not ours to turn off */
	ret = undolog_add(forwarding->undolog, record);
	if (ret == 0)
		ret = sysctl_write(key, 1);
	if (ret < 0) {
		undolog_cancel(forwarding->undolog, record);
		return ret;
	}
	snprintf(device.name, sizeof(device.name), "%s", name);
	forwarding->devices[forwarding->n++] = device;
	return 0;
}

static int forwarding_keep(struct forwarding *forwarding, const char *name)
{
	struct forwarding_device *device = forwarding_find(forwarding, name);
	char key[FORWARDING_TEXT_MAX];

	if (!device)
		return forwarding->n < LINK_DEFAULTS_MAX ? forwarding_claim(forwarding, name) : 0;
	forwarding_key(forwarding->family, name, key);
	return upkeep_sysctl(&device->upkeep, key, 1);
}

int forwarding_follow(struct forwarding *forwarding, char devices[][IF_NAMESIZE], unsigned n)
{
	int first = 0;

	undolog_lock_all_or_go_on(forwarding->undolog);
	for (unsigned i = forwarding->n; i-- > 0;) {
		if (!forwarding_identify(forwarding, &forwarding->devices[i]))
			forwarding_forget(forwarding, i);
		else if (!devicenames_have(devices, n, forwarding->devices[i].name))
			forwarding_release(forwarding, i);
	}
	for (unsigned i = 0; i < n; i++) {
		int ret = forwarding_keep(forwarding, devices[i]);

		/* One that has gone forwards nothing; there is another event for that. */
		if (first == 0 && ret != -ENOENT)
			first = ret;
	}
	undolog_unlock_all(forwarding->undolog);
	return first;
}

bool forwarding_is_ours(const struct forwarding *forwarding, int index, const char *device)
{
	char start[FORWARDING_TEXT_MAX];

	/* It may have been renamed just now. */
	for (unsigned i = 0; i < forwarding->n; i++) {
		if (forwarding->devices[i].index == index)
			return true;
	}
	forwarding_start(forwarding->family, device, start);
	return undolog_others_have(forwarding->undolog, start, NULL);
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

/*
 * Reads exactly what forwarding_record() wrote. Versions up to 0.1.0 wrote no index; *index is 0
 * then.
 */
static bool forwarding_read(const struct forwarding_family *family, const char *record,
			    char device[IF_NAMESIZE], int *index)
{
	int end = 0;

	record += strlen(family->verb);
	*index = 0;
	if (sscanf(record, "%15[^ /]%n", device, &end) != 1)
		return false;
	record += end;
	end = 0;
	return strcmp(record, " ") == 0 ||
	       (sscanf(record, " %d%n", index, &end) == 1 && *index > 0 && record[end] == '\0');
}

bool forwarding_undo(struct undolog *undolog, const char *record)
{
	const struct forwarding_family *family = forwarding_family_of(record);
	char device[IF_NAMESIZE];
	int index;

	if (!family || !forwarding_read(family, record, device, &index))
		return false;
	undolog_lock_all_or_go_on(undolog);
	/* By its current name; a device made with that name since is another. */
	if (index == 0)
		forwarding_restore_name(family, undolog, device);
	else
		forwarding_restore(family, undolog, index);
	/* Still locked: otherwise two that end at once would leave it to each other. */
	undolog_cancel(undolog, record);
	undolog_unlock_all(undolog);
	return true;
}
