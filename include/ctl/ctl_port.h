/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known about one port, as text; and all of it in a column. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { CTL_PORT_TEXT_MAX = 256 };

/* The user's name or number; "": unknown. */
const char *ctl_port_user(const json_t *port, char text[CTL_PORT_TEXT_MAX]);

/* Whether its process is another user's, which not everybody may see. */
bool ctl_port_hides_process(const json_t *port);

/* "qemu-system-x86 4711"; "": none. */
const char *ctl_port_process(const json_t *port, char text[CTL_PORT_TEXT_MAX]);

/* "isolated, 10 Mbit/s"; "": none. */
const char *ctl_port_limits(const json_t *port, char text[CTL_PORT_TEXT_MAX]);

/* Its addresses, the most useful ones first: a new list, for json_decref(). */
json_t *ctl_port_addresses(const json_t *port);

/* Frames dropped there, for any reason. */
uint64_t ctl_port_drops(const json_t *port);

/* Shows the whole port. 0, or -ENOMEM. */
int ctl_port_show(const json_t *port, FILE *out);
