/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firewalld, by D-Bus: a device joins a zone, and leaves it. The only user of
 * sd-bus. The bus is connected to when it is first needed; firewalld is never
 * started by this.
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>

#include "loop.h"
#include "timer.h"

/* Our zone, which "make install" gives to firewalld. */
#define FIREWALLD_ZONE "vde_vmnet"

struct sd_bus;

struct firewalld {
	struct sd_bus *bus; /* NULL: not connected */
	struct loop *loop;
	struct source source;
	struct timer timeout;
	bool waiting; /* for an answer */
	/* error: what firewalld says, or NULL when the device is in the zone. */
	void (*joined)(struct firewalld *firewalld, const char *error);
};

void firewalld_init(struct firewalld *firewalld, struct loop *loop,
		    void (*joined)(struct firewalld *firewalld, const char *error));

/* Takes a zeroed one. */
void firewalld_finish(struct firewalld *firewalld);

/* Asks that the device join our zone; joined() is told. No effect while an answer is awaited. */
void firewalld_join(struct firewalld *firewalld, const char *device);

/* Takes the device out of our zone, also that of a dead instance; waits 2 s at most. */
void firewalld_leave(const char *device);
