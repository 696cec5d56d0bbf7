/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where emulators attach, as the user writes it: text to struct, no I/O. */
#pragma once

#include <stdbool.h>

#include "problem.h"

enum {
	ENDPOINTS_MAX = 16,	    /* per network */
	ENDPOINT_LOCATOR_MAX = 256, /* with the NUL */
	ENDPOINT_PATH_MAX = 108,    /* sun_path, unix(7) */
	/*
	 * libvdeplug binds DIR/.PID-NUMBER beside DIR/ctl; our switch binds DIR/NUMBER.SECRET: 15
	 * characters, with 7-digit pids and 10 digits of the secret.
	 */
	ENDPOINT_DIRECTORY_MAX = ENDPOINT_PATH_MAX - 1 - 15,
};

enum endpoint_kind {
	ENDPOINT_VDE,	    /* PATH, vde://PATH: a port of a running vde_switch */
	ENDPOINT_SWITCH,    /* switch://PATH: we are the switch */
	ENDPOINT_PTP,	    /* PATH[], ptp://PATH: one emulator, point to point */
	ENDPOINT_STREAM,    /* stream://PATH: our socket, with a length before each frame */
	ENDPOINT_SEQPACKET, /* seqpacket://PATH: our socket, with one frame per packet */
	ENDPOINT_TAP,	    /* tap://[PATH]: kernel TAPs, on a bridge of ours */
	ENDPOINT_LOCATOR,   /* any other locator that libvdeplug opens */
};

/* Which wire format VDE point-to-point uses (doc/design.md, "VDE point to point"). */
enum endpoint_generation {
	ENDPOINT_GENERATION_AUTO, /* the peer's if it is there, else the installed libvdeplug's */
	ENDPOINT_GENERATION_1,
	ENDPOINT_GENERATION_2,
};

struct endpoint {
	enum endpoint_kind kind;
	enum endpoint_generation generation;
	/* STREAM, SEQPACKET: do what the emulators there leave undone (stripped.h) */
	bool offload;
	char locator[ENDPOINT_LOCATOR_MAX]; /* SCHEME://REST, for libvdeplug and messages */
	/* the sock= by which an emulator meets us; "": no single text does */
	char peer[ENDPOINT_LOCATOR_MAX];
	/* VDE, SWITCH: the directory; LOCATOR: ""; else the socket */
	char path[ENDPOINT_PATH_MAX];
};

/*
 * Parses PATH, PATH[], PATH[PORT] or SCHEME://REST, some with [NAME=VALUE] at the end. A relative
 * path starts at directory (absolute, without a final slash). For tap:// without a path, path stays
 * empty until endpoint_name_tap(). 0, or -1 with *problem.
 */
int endpoint_parse(struct endpoint *endpoint, const char *text, const char *directory,
		   struct problem *problem);

/* Gives a tap:// without a path this one, absolute. 0, or -1 with *problem. */
int endpoint_name_tap(struct endpoint *endpoint, const char *path, struct problem *problem);

/* Whether we make the sockets that emulators attach to. */
bool endpoint_is_ours(const struct endpoint *endpoint);

/* Whether many emulators connect to one socket of ours, at path. */
bool endpoint_is_socket(const struct endpoint *endpoint);

/* The same, or tap://, where they get TAPs instead of sending frames. */
bool endpoint_listens(const struct endpoint *endpoint);

/*
 * The QEMU -netdev for it: the options, the last of which ends with "=", and its value, in which
 * every comma must be doubled. False: QEMU cannot attach there, or we cannot tell.
 */
bool endpoint_netdev(const struct endpoint *endpoint, const char **options, const char **value);

/* Whether both name the same place. */
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

/* Whether guests there can only reach each other through us. */
bool endpoint_can_isolate(const struct endpoint *endpoint);

/* The largest payload of a frame that can pass through it, in bytes. */
unsigned endpoint_max_mtu(const struct endpoint *endpoint);
