/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>

/* Whether the errno says that descriptors or memory are used up: later there may be some again. */
bool shortage_is(int error);
