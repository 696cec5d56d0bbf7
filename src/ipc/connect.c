// SPDX-License-Identifier: GPL-2.0-or-later
#include "connect.h"

#include <errno.h>
#include <string.h>

static const char *connect_explain_switch(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "a switch is already running there; choose another directory";
	case EPERM:
		return "the directory belongs to another user; choose another one";
	case EACCES:
		return "the worker's user cannot access it; choose another directory";
	case ENOTEMPTY:
		return "the directory has other things in it; choose another one";
	default:
		return strerror(error);
	}
}

static const char *connect_explain_socket(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "another program already listens there; choose another path";
	case ENOTSOCK:
		return "what is there is not a socket; choose another path";
	case EPERM:
		return "a socket is there that the worker's user may not replace; if no program "
		       "uses it (ss -lxp), remove it, or choose another path";
	case EACCES:
		return "the worker's user cannot access its directory; choose another path";
	default:
		return strerror(error);
	}
}

const char *connect_explain(const struct endpoint *endpoint, int error)
{
	if (endpoint_listens(endpoint))
		return connect_explain_socket(error);
	return endpoint->kind == ENDPOINT_SWITCH ? connect_explain_switch(error) : strerror(error);
}
