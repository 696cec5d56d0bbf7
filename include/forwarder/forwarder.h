/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forwarder: a process that carries what this host itself sends to forwarded ports. It has no
 * privileges, and makes, names and connects no sockets: its listening sockets, and one to the guest
 * for each connection, come from the host process (forward_message.h). It never sees a frame, and
 * does not look at what it carries.
 */
#pragma once

int forwarder_main(int argc, char *const *argv);
