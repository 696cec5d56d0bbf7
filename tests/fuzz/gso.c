// SPDX-License-Identifier: GPL-2.0-or-later
/* The split. Input: a vnet header, and the frame behind it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "fuzz.h"
#include "judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame;
	const char *fault;

	if (size < sizeof(frame.vnet) || size - sizeof(frame.vnet) > UINT16_MAX)
		return 0;
	memcpy(&frame.vnet, data, sizeof(frame.vnet));
	frame.size = (uint32_t)(size - sizeof(frame.vnet));
	frame.data = malloc(frame.size ? frame.size : 1);
	if (!frame.data)
		return 0;
	memcpy(frame.data, data + sizeof(frame.vnet), frame.size);
	fault = judge_split(&frame);
	if (fault) {
		fprintf(stderr, "split: %s\n", fault);
		abort();
	}
	free(frame.data);
	return 0;
}
