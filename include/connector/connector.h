/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connector: a process of the worker's user that opens one endpoint, by libvdeplug if needed
 * (which loads modules, touches paths and may block), and passes the sockets to the worker. It
 * tries until it succeeds or its channel is closed, and then exits. Only locators that libvdeplug
 * has to serve itself are different: the connector relays their frames for as long as they last.
 */
#pragma once

/*
 * argv as in parts.h. The channel is descriptor 3. CONNECTOR_REMOVE unlinks what CONNECTOR_OPEN
 * left at the endpoint's path. CONNECTOR_CHECK opens nothing. Returns the exit status; for
 * CONNECTOR_CHECK, 0 or an errno.
 */
int connector_main(int argc, char *const *argv);
