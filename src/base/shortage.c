// SPDX-License-Identifier: GPL-2.0-or-later
#include "shortage.h"

#include <errno.h>

bool shortage_is(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}
