/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The buffer of a peer's socket: as large as sendbuffer.h says. */
#pragma once

#include <stdint.h>

struct peer;

/* The peer has come. One that has more than we would give keeps it. */
void peer_buffer_begin(struct peer *peer);

/* It was full, and has room now (ns). */
void peer_buffer_adapt(struct peer *peer, int64_t now);
