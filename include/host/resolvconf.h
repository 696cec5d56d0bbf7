/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name servers of resolv.conf(5), as the host's own resolver reads them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	RESOLVCONF_SERVERS_MAX = 3,    /* MAXNS of resolv.h: the host uses no more */
	RESOLVCONF_FILE_MAX = 1 << 20, /* bytes read at most */
	RESOLVCONF_COPY_MAX = 3 * 96,  /* bytes of a copy */
	RESOLVCONF_PATH_MAX = 160,
};

/*
 * Writes the servers in text, one per line and in order, and nothing else; if there are none,
 * 127.0.0.1, which the host would ask. Looks up nothing but device names and indexes.
 */
void resolvconf_format(const char *text, char copy[RESOLVCONF_COPY_MAX]);

/*
 * Makes the copy of the file at path; a missing file counts as empty. 0, or -errno if it cannot be
 * read; then the copy is as for an empty file.
 */
int resolvconf_read(const char *path, char copy[RESOLVCONF_COPY_MAX]);

/*
 * A number for the devices named in a copy, by their current indexes: it differs when one of them
 * came, went, or was created again under the same name. 0: none.
 */
uint64_t resolvconf_devices(const char *copy);

/* Replaces the copy at path atomically, in a directory that only we write to. 0, or -errno. */
int resolvconf_write(const char *path, const char *copy);

/* Removes it, and a half-written one. */
void resolvconf_remove(const char *path);
