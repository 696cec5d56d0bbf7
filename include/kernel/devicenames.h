/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of devices by name, each in them once. */
#pragma once

#include <net/if.h>
#include <stdbool.h>

bool devicenames_have(const char names[][IF_NAMESIZE], unsigned n, const char *name);

/* Adds it, unless it is there or there are max. How many there are now. */
unsigned devicenames_add(char names[][IF_NAMESIZE], unsigned n, unsigned max, const char *name);
