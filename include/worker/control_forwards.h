/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports of the host that are forwarded to guests: query-forwards, forward-apply. The host process
 * decides what a forward means and who may have it; here it is a line of text.
 */
#pragma once

#include "control_client.h"
#include "jsonread.h"

void control_forwards_query(struct control_client *client, const struct jsonread *given);
void control_forwards_apply(struct control_client *client, const struct jsonread *given);
