/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cuts the connections that a change of forwards leaves behind, so that no guest gets another's. */
#pragma once

#include "forwardrules.h"
#include "link.h"
#include "subnet.h"

/*
 * Cuts connections of the forwards that are gone; and, for UDP, those that the host itself had on a
 * port that now leads to a guest: their sender would go on reaching the host.
 */
void forward_cut(const struct forwardrules_change *change, const struct link *link);

/* Cuts all that were forwarded into a network, by any instance. prefix6: NULL if it has none. */
void forward_cut_all(const struct subnet *subnet, const struct in6_addr *prefix6);
