/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to attach an emulator. */
#pragma once

#include "plan.h"

enum {
	HOST_ATTACH_SOCK_MAX = 4 * ENDPOINT_LOCATOR_MAX, /* bytes; every character quoted */
	HOST_ATTACH_MAX = HOST_ATTACH_SOCK_MAX + 160,
};

/* Emulators whose options for the first endpoint are known. */
enum host_attach { HOST_ATTACH_NOBODY, HOST_ATTACH_QEMU, HOST_ATTACH_UML };

/*
 * The options that attach an emulator to the first endpoint, ready to paste into a shell; empty for
 * HOST_ATTACH_NOBODY. For QEMU, commas in values are doubled; what a shell would interpret is
 * quoted. Point to point, the emulator's socket must belong to the group, or the worker cannot send
 * to an emulator that a member of it runs; with a switch, libvdeplug takes care of that.
 */
enum host_attach host_attach_format(const struct plan *plan, char text[HOST_ATTACH_MAX]);
