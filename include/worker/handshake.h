/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first message of a VDE switch's client, protocol 3, as libvdeplug sends it (doc/design.md,
 * "VDE switch"). Works on memory only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

enum {
	HANDSHAKE_MAGIC = (int)0xfeedface,
	HANDSHAKE_VERSION = 3,
	HANDSHAKE_SIZE = 12 + sizeof(struct sockaddr_un), /* bytes, without the description */
	HANDSHAKE_MAX = HANDSHAKE_SIZE + 128,		  /* bytes, with the longest description */
};

struct handshake {
	/*
	 * Of the client's socket. If the first byte is 0, it is an abstract name and all bytes are
	 * part of it.
	 */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	char description[64]; /* who the client says it is; printable, truncated */
};

/*
 * Parses the size bytes received so far. 1: complete; 0: more must come; -EPROTO: not a VDE client;
 * -EPROTONOSUPPORT: another version; -EINVAL: neither an absolute path of a socket nor an abstract
 * name.
 */
int handshake_parse(struct handshake *handshake, const void *data, size_t size);

/* Whether the client's socket has an abstract name, as with User Mode Linux and Bochs. */
bool handshake_is_abstract(const struct handshake *handshake);
