/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports and their peers: query-ports, port-set, port-disconnect. */
#pragma once

#include "control_client.h"
#include "jsonread.h"

struct port;
struct port_label;

/* "drops": {REASON: NUMBER, ...}, for both directions. */
void control_ports_write_drops(struct jsonwrite *writer, const struct port *port);

void control_ports_query(struct control_client *client, const struct jsonread *given);
void control_ports_set(struct control_client *client, const struct jsonread *given);
void control_ports_disconnect(struct control_client *client, const struct jsonread *given);

#define CONTROL_PORTS_ALL_ISOLATED                                                                 \
	"this network runs with --isolated, so all of its ports stay isolated"

/* The port's peer. A client that may only query is not told what other users run. */
void control_ports_write_peer(struct jsonwrite *writer, const struct control_client *client,
			      const struct port_label *label);
