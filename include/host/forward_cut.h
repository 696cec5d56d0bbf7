/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that a change of forwards leaves behind: cut, so that no guest gets another's. */
#pragma once

#include "forwardrules.h"
#include "link.h"
#include "subnet.h"

/*
 * Those that were led by what is gone; and of UDP those that the host itself has had at a port that
 * leads to a guest now, whose sender would reach the host on and on.
 */
void forward_cut(const struct forwardrules_change *change, const struct link *link);

/* All that were led into a network, whoever led them. prefix6: NULL: it has none. */
void forward_cut_all(const struct subnet *subnet, const struct in6_addr *prefix6);
