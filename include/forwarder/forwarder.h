/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forwarder: a process that carries what this host itself sends to forwarded ports. It has no
 * privilege, and makes, names and connects no socket: those that it listens at, and one to the
 * guest for each connection, it has from the host process (forward_message.h). It never sees a
 * frame, and what it carries it does not look at.
 */
#pragma once

int forwarder_main(int argc, char *const *argv);
