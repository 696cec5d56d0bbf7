/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where emulators attach, as the user names it: text to struct, no I/O.
 */
#pragma once

#include <stdbool.h>

#include "problem.h"

enum {
	ENDPOINTS_MAX = 16,	    /* of one network */
	ENDPOINT_LOCATOR_MAX = 256, /* with the final 0 */
	ENDPOINT_PATH_MAX = 108,    /* sun_path, unix(7) */
	/* libvdeplug binds DIR/.PID-NUMBER beside DIR/ctl, a switch of ours DIR/NUMBER.SECRET:
	 * 15 characters, at 7-digit pids and 10 digits of the secret */
	ENDPOINT_DIRECTORY_MAX = ENDPOINT_PATH_MAX - 1 - 15,
};

enum endpoint_kind {
	ENDPOINT_VDE,	    /* PATH, vde://PATH: a port of a running vde_switch */
	ENDPOINT_SWITCH,    /* switch://PATH: we are the switch */
	ENDPOINT_PTP,	    /* PATH[], ptp://PATH: one emulator, point to point */
	ENDPOINT_STREAM,    /* stream://PATH: a socket of ours, a length before each frame */
	ENDPOINT_SEQPACKET, /* seqpacket://PATH: a socket of ours, a packet a frame */
	ENDPOINT_TAP,	    /* tap://[PATH]: TAPs of the kernel, on a bridge of ours */
	ENDPOINT_LOCATOR,   /* any other locator that libvdeplug opens */
};

/* Which wire format of VDE point-to-point (doc/design.md, "VDE point to point"). */
enum endpoint_generation {
	ENDPOINT_GENERATION_AUTO, /* the peer's if it is there, else the installed libvdeplug's */
	ENDPOINT_GENERATION_1,
	ENDPOINT_GENERATION_2,
};

struct endpoint {
	enum endpoint_kind kind;
	enum endpoint_generation generation;
	bool offload; /* STREAM, SEQPACKET: what emulators there leave undone is done (stripped.h)
		       */
	char locator[ENDPOINT_LOCATOR_MAX]; /* SCHEME://REST, for libvdeplug and for messages */
	char peer[ENDPOINT_LOCATOR_MAX]; /* an emulator's sock= to meet us; "": no one text does */
	char path[ENDPOINT_PATH_MAX]; /* VDE, SWITCH: the directory; LOCATOR: ""; else the socket */
};

/*
 * Reads PATH, PATH[], PATH[PORT] or SCHEME://REST, some with [NAME=VALUE] behind; a relative path
 * is taken from directory (absolute, without a final slash). Of tap:// without a path, path stays
 * empty until endpoint_name_tap(). 0, or -1 with *problem.
 */
int endpoint_parse(struct endpoint *endpoint, const char *text, const char *directory,
		   struct problem *problem);

/* Gives one of tap:// that has no path this one, absolute. 0, or -1 with *problem. */
int endpoint_name_tap(struct endpoint *endpoint, const char *path, struct problem *problem);

/* Whether we make the sockets that emulators attach to. */
bool endpoint_is_ours(const struct endpoint *endpoint);

/* Whether many emulators connect to one socket of ours, to which path leads. */
bool endpoint_is_socket(const struct endpoint *endpoint);

/* The same of tap:// as well, where they get TAPs instead of sending frames. */
bool endpoint_listens(const struct endpoint *endpoint);

/*
 * What QEMU's -netdev says of it: the options, of which the last ends with "=", and its value, in
 * which every comma is to be written twice. False: QEMU cannot attach there, or nobody can tell.
 */
bool endpoint_netdev(const struct endpoint *endpoint, const char **options, const char **value);

/* Whether both name the same place. */
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

/* Whether guests there can reach each other only through us. */
bool endpoint_can_isolate(const struct endpoint *endpoint);

/* The largest payload of a frame that can pass it, in bytes. */
unsigned endpoint_max_mtu(const struct endpoint *endpoint);
