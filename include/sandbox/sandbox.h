/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where privilege falls, in named stages. A child enters its first between
 * fork and exec, the worker two more as it comes up; none leads back.
 */
#pragma once

#include <stdbool.h>

#include "identity.h"

struct syscallfilter;

/*
 * The host process, before it changes anything. Should: administer the network,
 * start and end children as other users; write files wherever root may only if
 * writes_anywhere (a pidfile). Mustn't: hold another capability, be looked into.
 * 0, or -errno.
 */
int sandbox_enter_host(bool writes_anywhere);

/*
 * Worker, connector and forwarder. Should: own exactly the descriptors they were given,
 * be another user. Mustn't: hold a capability, gain one by exec, be root.
 * 0, or -errno.
 */
int sandbox_enter_worker(const struct identity *identity);

/*
 * dnsmasq. Should: serve ports 53, 67 on our device as its final user. Mustn't:
 * hold more than CAP_NET_ADMIN, CAP_NET_RAW and CAP_NET_BIND_SERVICE, or gain
 * anything by exec. 0, or -errno.
 */
int sandbox_enter_dnsmasq(const struct identity *identity);

/*
 * The watcher. Should: write the network's sysctls as our user. Mustn't: hold more than
 * CAP_NET_ADMIN, or gain anything by exec. 0, or -errno.
 */
int sandbox_enter_watcher(const struct identity *identity);

/*
 * A tool of another's that reads or changes rules (iptables-legacy). Should: administer
 * the network as our user. Mustn't: hold more than CAP_NET_ADMIN and CAP_NET_RAW, or
 * gain anything by exec. 0, or -errno.
 */
int sandbox_enter_tool(void);

/*
 * The connector, before it does anything. Should: open what its user may. Mustn't: be
 * looked into by others of its user, also where the program that it was executed from
 * does not see to that (program.h). 0, or -errno.
 */
int sandbox_enter_connector(void);

/*
 * The worker, before it does anything. Should: make its loop and its memory.
 * Mustn't: execute, be traced, call ioctl(), make memory executable; ends when
 * it tries (syscallfilter.h). Makes the filters of this stage and the next. 0, or -errno.
 */
int sandbox_enter_starting(struct syscallfilter *filter);

/*
 * The worker, when its endpoints are open. Should: take the device, move frames, give
 * clients sockets in directories (n of switches of ours), take sockets and requests from
 * the host process. Mustn't: open a file, or make one elsewhere, make any other
 * than the 30 system calls of that, now or ever. Where the kernel has no Landlock,
 * says so: files may be removed and sockets made as far as its user may. 0, or -errno.
 */
int sandbox_enter_running(const struct syscallfilter *filter, const char *const *directories,
			  unsigned n);

/*
 * The forwarder, when it has its memory and before it reads anything. Should: carry bytes between
 * the sockets that the host process gives it, take more of them and messages from there. Mustn't:
 * make, bind or connect a socket, touch a file, be looked into, make any other than the 18 system
 * calls of that, now or ever. 0, or -errno.
 */
int sandbox_enter_forwarder(void);

/*
 * Whether n children (1 or more) can enter a stage as that user: they try, and end. In a
 * container there may be no other user than root. 0, or -errno: -EAGAIN where the limit of
 * his processes is in the way.
 */
int sandbox_try(int (*enter)(const struct identity *identity), const struct identity *identity,
		unsigned n);

/*
 * The capability the host process lacks for its work, by name ("CAP_NET_ADMIN"),
 * or NULL when it has all.
 */
const char *sandbox_missing_capability(void);
