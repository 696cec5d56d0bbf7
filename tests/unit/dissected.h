/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame as those get it who judge it. */
#pragma once

#include "layers.h"

/* Until the next call. */
static inline const struct layers_dissected *dissected(const struct frame *frame)
{
	static struct layers_dissected packet;

	layers_dissect(&packet, frame);
	return &packet;
}
