/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first message of a VDE switch's client, protocol 3, as libvdeplug sends it
 * (doc/design.md, "VDE switch"). Memory only.
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
	HANDSHAKE_MAX = HANDSHAKE_SIZE + 128,		  /* with the longest description */
};

struct handshake {
	/* Of the client's socket. The first byte 0: an abstract name, which all bytes are a part
	 * of. */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	char description[64]; /* printable; cut; who the client says it is */
};

/*
 * Reads the size bytes that came so far. 1: that is all of it; 0: more must
 * come; -EPROTO: no VDE client, -EPROTONOSUPPORT: another version, -EINVAL: neither
 * an absolute path of a socket, nor an abstract name.
 */
int handshake_parse(struct handshake *handshake, const void *data, size_t size);

/* Whether the client's socket has an abstract name, as those of User Mode Linux and Bochs have. */
bool handshake_is_abstract(const struct handshake *handshake);
