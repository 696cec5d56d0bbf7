/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network's MTU, in bytes of a frame's payload. */
#pragma once

enum {
	MTU_MIN = 576, /* what every IPv4 host accepts, RFC 791 */
	MTU_DEFAULT = 1500,
	MTU_IPV6 = 1280,     /* less cannot carry IPv6, RFC 8200 */
	MTU_MAX = 65520,     /* frames stay within 64 KiB with headers and tag */
	MTU_TAP_MAX = 65521, /* the kernel's maximum for a TAP device */
};
