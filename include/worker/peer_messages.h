/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer's socket with one message per frame: datagram or seqpacket. */
#pragma once

struct peer_wire;

extern const struct peer_wire peer_messages;
