// SPDX-License-Identifier: GPL-2.0-or-later
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "log.h"
#include "mac.h"

/* Whether a guest could have them all: MAC_LIST_MAX at the most, or one more for "any". */
static bool request_has_addresses(const struct request *request, unsigned max)
{
	if (request->n_addresses > max)
		return false;
	for (unsigned i = 0; i < request->n_addresses && i < MAC_LIST_MAX; i++) {
		if (request->addresses[i] >> 48 || (request->addresses[i] >> 40 & 1))
			return false;
	}
	return true;
}

static int request_check(const void *data, size_t size, unsigned n_endpoints, bool from_worker,
			 struct request *request)
{
	unsigned limit = 1; /* of endpoint */
	unsigned max_addresses = 0;

	if (size != sizeof(*request))
		return -EBADMSG;
	memmove(request, data, sizeof(*request)); /* callers may read into the same */
	switch (request->verb) {
	case REQUEST_CONNECT:
	case REQUEST_READY:
	case REQUEST_ALIVE:
		if (!from_worker)
			return -EOPNOTSUPP;
		limit = request->verb == REQUEST_CONNECT ? n_endpoints : 1;
		break;
	case REQUEST_ADDRESSES:
		if (!from_worker)
			return -EOPNOTSUPP;
		max_addresses = MAC_LIST_MAX + 1;
		break;
	case REQUEST_CHANNEL:
	case REQUEST_TAP:
	case REQUEST_NIC:
	case REQUEST_COUNTERS:
	case REQUEST_ASK:
	case REQUEST_STOP:
		if (from_worker)
			return -EOPNOTSUPP;
		limit = request->verb == REQUEST_CHANNEL ? n_endpoints : 1;
		break;
	case REQUEST_LEVEL:
		if (from_worker)
			return -EOPNOTSUPP;
		limit = LOG_LEVEL_DEBUG + 1;
		break;
	default:
		return -EOPNOTSUPP;
	}
	if (request->endpoint >= limit || !request_has_addresses(request, max_addresses))
		return -ERANGE;
	return 0;
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
