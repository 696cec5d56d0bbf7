/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name servers of resolv.conf(5), as the host's own resolver reads them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	RESOLVCONF_SERVERS_MAX = 3,    /* MAXNS of resolv.h: the host asks no more */
	RESOLVCONF_FILE_MAX = 1 << 20, /* bytes that are read of it */
	RESOLVCONF_COPY_MAX = 3 * 96,  /* bytes of a copy */
	RESOLVCONF_PATH_MAX = 160,
};

/*
 * Makes a file of the servers in text, one a line and in their order, and nothing else of it;
 * where it has none, of the one that the host asks then, its own. Device names and numbers
 * of devices are the only thing that is looked up.
 */
void resolvconf_format(const char *text, char copy[RESOLVCONF_COPY_MAX]);

/*
 * Makes the copy of the file at path; of one that is not there, as of an empty one. 0, or
 * -errno, when it cannot be read; there is a copy as of an empty one all the same.
 */
int resolvconf_read(const char *path, char copy[RESOLVCONF_COPY_MAX]);

/*
 * A number for the devices that a copy names, by their indexes of now: another one where one of
 * them came, went, or was made anew under its name. 0: it names none.
 */
uint64_t resolvconf_devices(const char *copy);

/* Puts the copy at path, at once, in a directory that only we write to. 0, or -errno. */
int resolvconf_write(const char *path, const char *copy);

/* Removes it, whole or half written. */
void resolvconf_remove(const char *path);
