/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where privileges are dropped, in named stages. A child enters its first between fork and exec,
 * the worker two more during startup; no stage can be left.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "identity.h"

struct syscallfilter;

/*
 * The host process, before it changes anything. Can: administer the network, start and end children
 * as other users; write files anywhere as root only with writes_anywhere (a pidfile). Cannot: hold
 * other capabilities, be inspected. 0, or -errno.
 */
int sandbox_enter_host(bool writes_anywhere);

/*
 * Worker, connector and forwarder. Can: use exactly the descriptors they were given, as another
 * user. Cannot: hold a capability, gain one by exec, be root. 0, or -errno.
 */
int sandbox_enter_worker(const struct identity *identity);

/*
 * dnsmasq. Can: serve ports 53 and 67 on our device as its final user. Cannot: hold more than
 * CAP_NET_ADMIN, CAP_NET_RAW and CAP_NET_BIND_SERVICE, or gain anything by exec. 0, or -errno.
 */
int sandbox_enter_dnsmasq(const struct identity *identity);

/*
 * The watcher. Can: write the network's sysctls as our user. Cannot: hold more than CAP_NET_ADMIN,
 * or gain anything by exec. 0, or -errno.
 */
int sandbox_enter_watcher(const struct identity *identity);

/*
 * An external tool that reads or changes rules (iptables-legacy). Can: administer the network as
 * our user. Cannot: hold more than CAP_NET_ADMIN and CAP_NET_RAW, or gain anything by exec. 0, or
 * -errno.
 */
int sandbox_enter_tool(void);

/*
 * The connector, before it does anything. Can: open what its user may. Cannot: be inspected by
 * other processes of its user, even if the program that it was executed from does not ensure that
 * (program.h). 0, or -errno.
 */
int sandbox_enter_connector(void);

/*
 * The worker, before it does anything. Can: make its loop and its memory. Cannot: execute, be
 * traced, call ioctl(), make memory executable; an attempt ends it (syscallfilter.h). Makes the
 * filters of this stage and the next. 0, or -errno.
 */
int sandbox_enter_starting(struct syscallfilter *filter);

/*
 * The worker, when its endpoints are open. Can: take the device, move frames, give clients sockets
 * in directories (n, of our switches), take sockets and requests from the host process. Cannot:
 * open a file, create one elsewhere, or ever make a system call other than the 30 for that. If the
 * kernel has no Landlock, logs it: files can then be removed and sockets made wherever its user
 * may. 0, or -errno.
 */
int sandbox_enter_running(const struct syscallfilter *filter, const char *const *directories,
			  unsigned n);

/*
 * The forwarder, when it has its memory and before it reads anything. Can: move bytes between the
 * sockets that the host process gives it, receive more sockets and messages from there. Cannot:
 * make, bind or connect a socket, touch a file, be inspected, or ever make a system call other than
 * the 18 for that. 0, or -errno.
 */
int sandbox_enter_forwarder(void);

/*
 * Whether n children (1 or more) can enter a stage as that user: tries it with children that then
 * end. A container may have no other user than root. 0, or -errno: -EAGAIN if the user's process
 * limit is in the way.
 */
int sandbox_try(int (*enter)(const struct identity *identity), const struct identity *identity,
		unsigned n);

enum { SANDBOX_CAPABILITIES_MAX = 160 }; /* bytes: the names of all */

/*
 * The names of the capabilities that the host process needs and lacks, separated by commas
 * ("CAP_NET_ADMIN, CAP_NET_RAW"); "" if it has all.
 */
void sandbox_missing_capabilities(char *names, size_t size);
