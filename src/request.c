// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static int request_check(const void *data, size_t size, unsigned n_endpoints, bool from_worker,
			 struct request *request)
{
	bool with_endpoint;

	if (size != sizeof(*request))
		return -EBADMSG;
	memcpy(request, data, sizeof(*request));
	switch (request->verb) {
	case REQUEST_CONNECT:
	case REQUEST_READY:
		if (!from_worker)
			return -EOPNOTSUPP;
		with_endpoint = request->verb == REQUEST_CONNECT;
		break;
	case REQUEST_CHANNEL:
	case REQUEST_COUNTERS:
	case REQUEST_STOP:
		if (from_worker)
			return -EOPNOTSUPP;
		with_endpoint = request->verb == REQUEST_CHANNEL;
		break;
	default:
		return -EOPNOTSUPP;
	}
	return request->endpoint < (with_endpoint ? n_endpoints : 1) ? 0 : -ERANGE;
}

int request_from_worker(const void *data, size_t size, unsigned n_endpoints,
			struct request *request)
{
	return request_check(data, size, n_endpoints, true, request);
}

int request_from_host(const void *data, size_t size, unsigned n_endpoints, struct request *request)
{
	return request_check(data, size, n_endpoints, false, request);
}
