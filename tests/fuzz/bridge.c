// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bridge. Input: what the ports are like, then what happens: a port comes or goes, a peer
 * goes, an address is pinned, a batch of frames comes in. No frame goes back to where it came
 * from, to its twin, or, with isolated guests, from one of them to another; none is shorter
 * than a wire carries; and the count of what each port has learned is right.
 */
#include "bridge.h"
#include "fuzz.h"

enum { PORTS = 16, FRAMES = 4, ROOM = 96, MTU = 576 };

static struct bridge bridge;
static struct port ports[PORTS];
static const struct port *from; /* whose frames are under way */

static void receive(struct port *port, const struct frame *frames, unsigned n)
{
	FUZZ_CHECK(n > 0 && n <= PORT_BATCH);
	FUZZ_CHECK(port->bridge == &bridge && bridge.ports[port->index] == port);
	FUZZ_CHECK(port != from && port != from->twin);
	FUZZ_CHECK(!bridge.isolated || from->uplink || port->uplink);
	for (unsigned i = 0; i < n; i++) {
		FUZZ_CHECK(frames[i].size >= FRAME_MIN);
		free(fuzz_copy(frames[i].data, frames[i].size));
		if (bridge.pinned_at && !frame_is_multicast(&frames[i]) &&
		    frame_destination(&frames[i]) == bridge.pinned)
			FUZZ_CHECK(port == bridge.pinned_at);
		if (bridge.pinned_at && frame_source(&frames[i]) == bridge.pinned)
			FUZZ_CHECK(from == bridge.pinned_at);
	}
	port_count_out(port, frames, n);
}

static const struct port_ops ops = {.send = receive};

static void start(struct fuzz_input *input)
{
	unsigned how = fuzz_take(input);

	bridge_init(&bridge, MTU, 0x9e3779b97f4a7c15ULL ^ fuzz_take(input));
	bridge.isolated = how & 1;
	memset(ports, 0, sizeof(ports));
	for (unsigned i = 0; i < PORTS; i++)
		ports[i].ops = &ops;
	ports[0].uplink = true;
	if (how & 2) { /* mode bridged on a NIC: the wire and the host */
		ports[1].uplink = ports[0].echoes = true;
		ports[0].twin = &ports[1];
		ports[1].twin = &ports[0];
	}
}

static void send_frames(struct port *port, unsigned n, struct fuzz_input *input)
{
	struct frame frames[FRAMES] = {0};

	for (unsigned i = 0; i < n; i++) {
		size_t size = fuzz_take(input) % ROOM;

		if (size > input->size)
			size = input->size;
		frames[i].data = malloc(size < FRAME_MIN ? FRAME_MIN : size);
		FUZZ_CHECK(frames[i].data);
		memcpy(frames[i].data, input->data, size);
		frames[i].size = (uint32_t)size;
		input->data += size;
		input->size -= size;
	}
	from = port;
	bridge_input(&bridge, port, frames, n);
	for (unsigned i = 0; i < n; i++)
		free(frames[i].data);
}

static void check_table(void)
{
	unsigned learned[BRIDGE_PORTS_MAX] = {0};

	for (unsigned i = 0; i < BRIDGE_MACS; i++) {
		const struct bridge_entry *entry = &bridge.entries[i];

		FUZZ_CHECK(entry->mac == 0 || bridge.ports[entry->port]);
		FUZZ_CHECK(entry->mac == 0 || !(entry->mac >> 40 & 1));
		learned[entry->port] += entry->mac != 0;
	}
	FUZZ_CHECK(memcmp(learned, bridge.learned, bridge.n_slots * sizeof(learned[0])) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	start(&input);
	while (input.size > 0) {
		unsigned what = fuzz_take(&input);
		struct port *port = &ports[what % PORTS];
		bool there = port->bridge;

		if (!there)
			FUZZ_CHECK(bridge_add(&bridge, port) == 0);
		else if (what >> 4 == 0 && bridge.pinned_at != port)
			bridge_remove(&bridge, port);
		else if (what >> 4 == 1)
			bridge_forget(&bridge, port);
		else if (what >> 4 == 2)
			bridge_pin(&bridge, port, fuzz_take_mac(&input));
		else
			send_frames(port, 1 + (what >> 4) % FRAMES, &input);
	}
	check_table();
	return 0;
}
