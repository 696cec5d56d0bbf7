/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an emulator is attached. */
#pragma once

#include "plan.h"

enum {
	HOST_ATTACH_SOCK_MAX = 4 * ENDPOINT_LOCATOR_MAX, /* bytes; every character quoted */
	HOST_ATTACH_MAX = HOST_ATTACH_SOCK_MAX + 160,
};

/* An emulator whose options for the first endpoint are known. */
enum host_attach { HOST_ATTACH_NOBODY, HOST_ATTACH_QEMU, HOST_ATTACH_UML };

/*
 * The options that attach an emulator to the first endpoint, for pasting into a shell; empty for
 * HOST_ATTACH_NOBODY. A comma in an option's value is written twice for QEMU, and what a shell
 * would take apart is between quotes. Point to point, the emulator's socket has to be the group's,
 * or a member of it does not hear us; at a switch libvdeplug sees to that.
 */
enum host_attach host_attach_format(const struct plan *plan, char text[HOST_ATTACH_MAX]);
