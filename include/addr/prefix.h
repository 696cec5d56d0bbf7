/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network of either family, as processes tell it to each other. */
#pragma once

#include <netinet/in.h>
#include <stdint.h>

struct prefix {
	struct in6_addr address; /* IPv4 is mapped (::ffff:0:0/96) */
	uint32_t bits;		 /* of that, up to 128 */
};
