/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets the buffer of a peer's socket to the size chosen by sendbuffer.h. */
#pragma once

#include <stdint.h>

struct peer;

/* The peer has come. If its buffer is larger than ours would be, it stays. */
void peer_buffer_begin(struct peer *peer);

/* It was full, and now (ns) has room. */
void peer_buffer_adapt(struct peer *peer, int64_t now);
