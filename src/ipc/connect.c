// SPDX-License-Identifier: GPL-2.0-or-later
#include "connect.h"

#include <errno.h>
#include <string.h>

static const char *connect_explain_switch(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "a switch lives there already; name another directory";
	case EPERM:
		return "the directory is another user's; name another one";
	case EACCES:
		return "it is closed to the worker's user; name another directory";
	case ENOTEMPTY:
		return "the directory has other things in it; name another one";
	default:
		return strerror(error);
	}
}

const char *connect_explain(const struct endpoint *endpoint, int error)
{
	return endpoint->kind == ENDPOINT_SWITCH ? connect_explain_switch(error) : strerror(error);
}
