// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_storm.h"

#include "control.h"
#include "control_event.h"

static uint64_t control_storm_count(const struct port *port)
{
	uint64_t n = 0;

	for (int i = 0; i < PORT_DROPS; i++)
		n += port->counters.dropped_in[i] + port->counters.dropped_out[i];
	return n;
}

static void control_storm_look_at(struct control *control, const struct port *port, int64_t now,
				  int64_t passed)
{
	struct control_storm_port *seen = &control->storm.ports[port->index];
	uint64_t dropped = control_storm_count(port);
	uint64_t rate;

	if (seen->number != port->number)
		*seen = (struct control_storm_port){.number = port->number, .dropped = dropped};
	rate = (dropped - seen->dropped) * 1000 / (uint64_t)passed;
	seen->dropped = dropped;
	if (rate >= CONTROL_STORM && notice_take(&seen->told, now))
		control_event_storm(control, port, rate);
}

void control_storm_look(struct control *control, int64_t now)
{
	const struct bridge *bridge = control->network.bridge;
	int64_t passed = now - control->storm.seen;

	if (passed <= 0)
		return;
	control->storm.seen = now;
	for (unsigned i = 0; i < bridge->n_slots; i++) {
		if (bridge->ports[i])
			control_storm_look_at(control, bridge->ports[i], now, passed);
	}
}
