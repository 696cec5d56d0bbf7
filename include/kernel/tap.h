/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TAP device: the host's end of the network. */
#pragma once

#include <stdbool.h>

/*
 * Makes a TAP called name (shorter than IFNAMSIZ) that lives as long as its
 * descriptor is open anywhere; frames carry a struct virtio_net_hdr (10 bytes)
 * in front, offloads are on: super-frames of TCP, and of UDP (*udp) where the
 * kernel has that (Linux 6.2). The descriptor is non-blocking and close-on-exec. Returns it, or
 * -errno; -EBUSY when the name is taken.
 */
int tap_open(const char *name, bool *udp);

/* Whether there is such a device at all, for us. 0, or -errno. */
int tap_check(void);
