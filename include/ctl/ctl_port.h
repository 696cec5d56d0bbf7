/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of one port, as texts; and all of it in a column. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { CTL_PORT_TEXT_MAX = 256 };

/* The user's name, or his number; "": nobody's. */
const char *ctl_port_user(const json_t *port, char text[CTL_PORT_TEXT_MAX]);

/* Its process is another user's, which not everybody is told. */
bool ctl_port_hides_process(const json_t *port);

/* "qemu-system-x86 4711"; "": none. */
const char *ctl_port_process(const json_t *port, char text[CTL_PORT_TEXT_MAX]);

/* "isolated, 10 Mbit/s"; "": none. */
const char *ctl_port_limits(const json_t *port, char text[CTL_PORT_TEXT_MAX]);

/* Its addresses, those that people use first: a list of its own, for json_decref(). */
json_t *ctl_port_addresses(const json_t *port);

/* Frames that were dropped there, for all reasons. */
uint64_t ctl_port_drops(const json_t *port);

/* The whole port. 0, or -ENOMEM. */
int ctl_port_show(const json_t *port, FILE *out);
