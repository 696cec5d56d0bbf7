/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Sets an integer option of a socket. 0, or -errno. */
int sockopt_set(int fd, int level, int option, int value);
