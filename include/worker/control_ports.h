/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports, and who is there: query-ports, port-set, port-disconnect. */
#pragma once

#include "control_client.h"
#include "jsonread.h"

/* "drops": {REASON: NUMBER, ...}, of both directions. */
struct port;
void control_ports_write_drops(struct jsonwrite *writer, const struct port *port);

void control_ports_query(struct control_client *client, const struct jsonread *given);
void control_ports_set(struct control_client *client, const struct jsonread *given);
void control_ports_disconnect(struct control_client *client, const struct jsonread *given);
