/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of device names without duplicates. */
#pragma once

#include <net/if.h>
#include <stdbool.h>

bool devicenames_have(const char names[][IF_NAMESIZE], unsigned n, const char *name);

/* Adds it, unless it is there or the list has max. Returns the new length. */
unsigned devicenames_add(char names[][IF_NAMESIZE], unsigned n, unsigned max, const char *name);
