/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where privilege falls, in named stages. Each is entered once by a child
 * between fork and exec (sandbox_enter_*), or asked of the caller itself.
 */
#pragma once

#include "identity.h"

/*
 * Worker and connector. Should: own exactly the descriptors they were given,
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
 * The capability the host process lacks for its work, by name ("CAP_NET_ADMIN"),
 * or NULL when it has all.
 */
const char *sandbox_missing_capability(void);
