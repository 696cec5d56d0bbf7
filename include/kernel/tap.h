/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The TAP device: the host's end of the network. */
#pragma once

#include <stdbool.h>

/*
 * Makes a TAP called name (shorter than IFNAMSIZ) that lives as long as its descriptor is open
 * anywhere. Frames start with a struct virtio_net_hdr (10 bytes). Offloads are on: super-frames of
 * TCP, and of UDP (*udp) if the kernel can (Linux 6.2). Returns the descriptor, non-blocking and
 * close-on-exec, or -errno; -EBUSY if the name is taken.
 */
int tap_open(const char *name, bool *udp);

/* Whether we can use TAP devices. 0, or -errno. */
int tap_check(void);
