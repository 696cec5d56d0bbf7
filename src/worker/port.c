// SPDX-License-Identifier: GPL-2.0-or-later
#include "port.h"

#include <inttypes.h>
#include <stdio.h>

#include "log.h"

enum { PORT_DROPS_TEXT = 32 + PORT_DROPS * 64 }; /* a 20-digit number and its name, each */

static const char *const port_drop_names[PORT_DROPS] = {
	[PORT_DROP_SHORT] = "too short",
	[PORT_DROP_LONG] = "too long",
	[PORT_DROP_FULL] = "peer full",
	[PORT_DROP_LATE] = "waited too long",
	[PORT_DROP_DOWN] = "no peer",
	[PORT_DROP_UNPROVEN] = "peer not heard yet",
	[PORT_DROP_RIGHTS] = "not permitted",
	[PORT_DROP_ERROR] = "error",
	[PORT_DROP_GATEWAY] = "as the gateway",
	[PORT_DROP_ROUTER] = "as a router",
	[PORT_DROP_DHCP] = "as a DHCP server",
	[PORT_DROP_HIDDEN] = "not to be seen through",
	[PORT_DROP_BARRED] = "not allowed",
	[PORT_DROP_MOVED] = "with a MAC address of another port",
	[PORT_DROP_TAKEN] = "with an IP address of another port",
	[PORT_DROP_ADDRESSES] = "with too many IP addresses",
	[PORT_DROP_SOUGHT] = "to too many unknown guests",
	[PORT_DROP_LESSEE] = "DHCP for another",
	[PORT_DROP_LEASES] = "too many leases",
	[PORT_DROP_ISOLATED] = "to an isolated guest, or from one",
	[PORT_DROP_FRAGMENTS] = "too many fragments",
	[PORT_DROP_RATE] = "beyond the rate",
};

const char *port_drop_name(enum port_drop drop)
{
	return port_drop_names[drop];
}

static uint64_t port_bytes(const struct frame *frames, unsigned n)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < n; i++)
		bytes += frames[i].size;
	return bytes;
}

void port_count_in(struct port *port, const struct frame *frames, unsigned n)
{
	port->counters.frames_in += n;
	port->counters.bytes_in += port_bytes(frames, n);
}

void port_count_out(struct port *port, const struct frame *frames, unsigned n)
{
	port->counters.frames_out += n;
	port->counters.bytes_out += port_bytes(frames, n);
}

void port_add_counters(struct port *port, const struct port *gone)
{
	struct port_counters *sum = &port->counters;

	sum->frames_in += gone->counters.frames_in;
	sum->bytes_in += gone->counters.bytes_in;
	sum->frames_out += gone->counters.frames_out;
	sum->bytes_out += gone->counters.bytes_out;
	for (int i = 0; i < PORT_DROPS; i++) {
		sum->dropped_in[i] += gone->counters.dropped_in[i];
		sum->dropped_out[i] += gone->counters.dropped_out[i];
	}
}

/* "; dropped DIRECTION: 3 too long, 1 no peer", or nothing. */
static void port_format_drops(const uint64_t dropped[PORT_DROPS], const char *direction, char *text,
			      size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (int i = 0; i < PORT_DROPS; i++) {
		if (dropped[i] == 0)
			continue;
		if (length == 0)
			length += snprintf(text, size, "; dropped %s:", direction);
		length += snprintf(text + length, size - length, "%s %" PRIu64 " %s",
				   text[length - 1] == ':' ? "" : ",", dropped[i],
				   port_drop_names[i]);
	}
}

void port_log_counters(const struct port *port)
{
	const struct port_counters *counters = &port->counters;
	char in[PORT_DROPS_TEXT];
	char out[PORT_DROPS_TEXT];

	port_format_drops(counters->dropped_in, "in", in, sizeof(in));
	port_format_drops(counters->dropped_out, "out", out, sizeof(out));
	log_info("port %s: in %" PRIu64 " frames %" PRIu64 " bytes, out %" PRIu64 " frames %" PRIu64
		 " bytes%s%s",
		 port->name, counters->frames_in, counters->bytes_in, counters->frames_out,
		 counters->bytes_out, in, out);
}
