/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numeric sysctls below /proc/sys/net. */
#pragma once

/* key: "ipv4/conf/eth0/forwarding". 0 with *value, or -errno. */
int sysctl_read(const char *key, int *value);

/* 0, or -errno. */
int sysctl_write(const char *key, int value);

/* Whether it could be written. 0, or -errno. */
int sysctl_check(const char *key);
