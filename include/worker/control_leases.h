/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leases: query-leases, from a copy of dnsmasq's lease file. The file has names that guests choose,
 * so it is parsed here and not in the host process.
 */
#pragma once

#include "control_client.h"
#include "jsonread.h"

void control_leases_query(struct control_client *client, const struct jsonread *given);
