/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports of the host that lead to guests: query-forwards, forward-apply. What a forward means and
 * who may have it, the host process finds out; here it is a line of text.
 */
#pragma once

#include "control_client.h"
#include "jsonread.h"

void control_forwards_query(struct control_client *client, const struct jsonread *given);
void control_forwards_apply(struct control_client *client, const struct jsonread *given);
