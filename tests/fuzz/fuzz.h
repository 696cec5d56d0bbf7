/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target: takes any bytes, and ends the process when something that must be
 * true of the code under test is not. Called by libFuzzer, or by replay.c with the
 * files of a corpus.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
