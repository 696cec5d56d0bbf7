/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the network: query-status. */
#pragma once

#include "control_client.h"
#include "jsonread.h"

void control_status_query(struct control_client *client, const struct jsonread *given);

/* The uplink devices, as a list. */
struct request_facts;
void control_status_write_uplinks(struct jsonwrite *writer, const struct request_facts *facts);
