/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>

/* Whether the errno means that descriptors or memory ran out: there may be some again later. */
bool shortage_is(int error);
