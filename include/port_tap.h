/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The uplink: the host's TAP device. */
#pragma once

#include "batch.h"
#include "loop.h"
#include "port.h"

struct port_tap {
	struct port port;
	struct source source;
	struct loop *loop;
	struct batch *batch;
	void (*gone)(struct port_tap *tap); /* the device was removed by someone */
};

/*
 * Makes a port of a TAP descriptor (tap_open(); not owned). device is its name.
 * Add port.port to a bridge next. 0, or -errno.
 */
int port_tap_init(struct port_tap *tap, struct loop *loop, struct batch *batch, int fd,
		  const char *device, void (*gone)(struct port_tap *tap));
void port_tap_finish(struct port_tap *tap);
