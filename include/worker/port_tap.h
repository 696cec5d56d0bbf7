/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The uplink: the host's TAP device, with offloads. It delivers super-frames, and consecutive
 * segments sent to it are joined.
 */
#pragma once

#include "loop.h"
#include "uplink.h"

struct port_tap {
	struct port port;
	struct source source;
	struct loop *loop;
	struct uplink uplink;
	bool on_lan;			    /* it leads to other switches: see uplink_write_lan() */
	void (*gone)(struct port_tap *tap); /* someone removed the device */
};

/*
 * Makes a port for a TAP that is not there yet: what is sent to it is dropped. device is its name;
 * joins_udp: it takes UDP super-frames. Add port.port to a bridge next. 0, or -errno.
 */
int port_tap_init(struct port_tap *tap, struct loop *loop, struct pool *pool, const char *device,
		  bool joins_udp, void (*gone)(struct port_tap *tap));
void port_tap_finish(struct port_tap *tap);

/* Takes over the descriptor (tap_open()), also on failure. 0, or -errno. */
int port_tap_attach(struct port_tap *tap, int fd);
