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

static const char *connect_explain_socket(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "somebody listens there already; name another path";
	case ENOTSOCK:
		return "what is there is no socket; name another path";
	case EPERM:
		return "a socket of another user's is left there; remove it, or name another path";
	case EACCES:
		return "its directory is closed to the worker's user; name another path";
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
