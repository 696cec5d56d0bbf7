// SPDX-License-Identifier: GPL-2.0-or-later
#include "handshake.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Host byte order: both ends are on one machine. */
struct handshake_request {
	uint32_t magic;
	uint32_t version;
	/* low byte 0: a port, 1: port 0; above it the wanted number, ignored */
	uint32_t type;
	struct sockaddr_un socket;
} __attribute__((packed));

enum { HANDSHAKE_PATH = sizeof(((struct sockaddr_un *)0)->sun_path) };

_Static_assert(sizeof(struct handshake_request) == HANDSHAKE_SIZE, "as libvdeplug has it");

static void handshake_describe(char *description, size_t room, const char *text, size_t size)
{
	size_t n = size < room - 1 ? size : room - 1;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\0')
			n = i;
		else
			description[i] = text[i] > ' ' && text[i] < 0x7f ? text[i] : ' ';
	}
	description[n] = '\0';
}

/* An absolute path; or an abstract name, in which NUL is a byte like any other. */
static bool handshake_is_name(const char path[HANDSHAKE_PATH])
{
	static const char none[HANDSHAKE_PATH];

	return path[0] == '/' || (path[0] == '\0' && memcmp(path, none, HANDSHAKE_PATH) != 0);
}

bool handshake_is_abstract(const struct handshake *handshake)
{
	return handshake->path[0] == '\0';
}

int handshake_parse(struct handshake *handshake, const void *data, size_t size)
{
	struct handshake_request request = {0};

	memcpy(&request, data, size < sizeof(request) ? size : sizeof(request));
	if (size >= sizeof(request.magic) && request.magic != (uint32_t)HANDSHAKE_MAGIC)
		return -EPROTO;
	if (size >= sizeof(request.magic) + sizeof(request.version) &&
	    request.version != HANDSHAKE_VERSION)
		return -EPROTONOSUPPORT;
	if (size < sizeof(request))
		return 0;
	if (request.socket.sun_family != AF_UNIX || !handshake_is_name(request.socket.sun_path))
		return -EINVAL;
	memcpy(handshake->path, request.socket.sun_path, sizeof(request.socket.sun_path));
	handshake->path[sizeof(handshake->path) - 1] = '\0';
	handshake_describe(handshake->description, sizeof(handshake->description),
			   (const char *)data + sizeof(request), size - sizeof(request));
	return 1;
}
