/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer's socket with a message a frame: datagrams, or packets in order. */
#pragma once

struct peer_wire;

extern const struct peer_wire peer_messages;
