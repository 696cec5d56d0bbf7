// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_taps.h"

#include <string.h>

#include "bridge.h"
#include "claim.h"
#include "control.h"
#include "control_copy.h"
#include "control_event.h"
#include "control_ports.h"
#include "mac.h"
#include "tapline.h"

/* ---- the list ---- */

void control_taps_hear(struct control *control, const struct request *request)
{
	struct control_taps *taps = &control->taps;

	for (unsigned i = 0; i < request->n_addresses; i++) {
		const struct request_tap *now = &request->taps[i];
		struct control_tap *slot = &taps->slots[now->slot];
		bool another = slot->tap.number != now->number;

		if (another && slot->tap.number != 0) {
			taps->n--;
			control_event_tap(control, slot, false);
		}
		slot->tap = *now;
		if (another && now->number != 0) {
			taps->n++;
			slot->id = ++control->network.bridge->n_added;
			control_event_tap(control, slot, true);
		}
	}
}

unsigned control_taps_count_guests(const struct control_taps *taps)
{
	unsigned n = 0;

	for (unsigned i = 0; i < REQUEST_TAP_SLOTS; i++)
		n += taps->slots[i].tap.number != 0 && !taps->slots[i].tap.off;
	return n;
}

const struct control_tap *control_taps_find(const struct control_taps *taps, uint64_t id)
{
	for (unsigned i = 0; i < REQUEST_TAP_SLOTS; i++) {
		if (taps->slots[i].tap.number != 0 && taps->slots[i].id == id)
			return &taps->slots[i];
	}
	return NULL;
}

static const struct control_tap *control_taps_find_number(const struct control_taps *taps,
							  uint32_t number)
{
	for (unsigned i = 0; i < REQUEST_TAP_SLOTS; i++) {
		if (number != 0 && taps->slots[i].tap.number == number)
			return &taps->slots[i];
	}
	return NULL;
}

/* ---- answers ---- */

static void control_taps_write_lists(struct jsonwrite *writer, const struct control_tap *tap,
				     const struct tapline *line)
{
	char address[INET6_ADDRSTRLEN];
	char mac[MAC_TEXT_MAX];

	jsonwrite_name(writer, "macs");
	jsonwrite_begin_list(writer);
	if (mac_is_station(tap->tap.mac)) /* else its guest has not sent anything yet */
		jsonwrite_text(writer, mac_format(tap->tap.mac, mac));
	jsonwrite_end_list(writer);
	jsonwrite_name(writer, "addresses");
	jsonwrite_begin_list(writer);
	for (unsigned i = 0; i < line->n_addresses; i++)
		jsonwrite_text(writer, claim_format(&line->addresses[i], address));
	jsonwrite_end_list(writer);
}

static void control_taps_write_drops(struct jsonwrite *writer, const struct tapline *line)
{
	static const enum port_drop drops[TAPLINE_DROPS] = {
		[TAPLINE_FULL] = PORT_DROP_FULL,	[TAPLINE_GATEWAY] = PORT_DROP_GATEWAY,
		[TAPLINE_ROUTER] = PORT_DROP_ROUTER,	[TAPLINE_DHCP] = PORT_DROP_DHCP,
		[TAPLINE_HIDDEN] = PORT_DROP_HIDDEN,	[TAPLINE_SENDER] = PORT_DROP_BARRED,
		[TAPLINE_ISOLATED] = PORT_DROP_ISOLATED};

	jsonwrite_name(writer, "drops");
	jsonwrite_begin_object(writer);
	for (int i = 0; i < TAPLINE_DROPS; i++) {
		if (line->drops[i] > 0)
			jsonwrite_named_number(writer,
					       i == TAPLINE_SENDER
						       ? "with another MAC address than its own"
						       : port_drop_name(drops[i]),
					       line->drops[i]);
	}
	jsonwrite_end_object(writer);
}

static void control_taps_write_state(struct jsonwrite *writer, const struct tapline *line)
{
	static const char *const why[TAPLINE_OFFS] = {
		[TAPLINE_ADDRESS] = "its device had a MAC address other than its own",
		[TAPLINE_BRIDGE] = "other software removed it from the bridge",
		[TAPLINE_ASKED] = "it was disconnected"};

	jsonwrite_named_text(writer, "state", line->off == TAPLINE_ON ? "on" : "off");
	if (line->off != TAPLINE_ON)
		jsonwrite_named_text(writer, "why", why[line->off]);
}

static void control_taps_write(struct jsonwrite *writer, const struct control_client *client,
			       const struct control_tap *tap, const struct tapline *line)
{
	const struct ucred user = {.uid = tap->tap.uid, .pid = line->pid};
	const struct port_label label = {.user = &user, .says = line->command};

	jsonwrite_begin_object(writer);
	jsonwrite_named_number(writer, "id", tap->id);
	jsonwrite_named_text(writer, "kind", CONTROL_TAPS_KIND);
	jsonwrite_named_text(writer, "endpoint", tap->tap.name);
	control_ports_write_peer(writer, client, &label);
	control_taps_write_lists(writer, tap, line);
	control_taps_write_state(writer, line);
	jsonwrite_named_number(writer, "queues", line->queues);
	jsonwrite_named_boolean(writer, "isolated", line->isolated);
	jsonwrite_name(writer, "rate");
	jsonwrite_null(writer);
	jsonwrite_named_number(writer, "rx-frames", line->frames_in);
	jsonwrite_named_number(writer, "rx-bytes", line->bytes_in);
	jsonwrite_named_number(writer, "tx-frames", line->frames_out);
	jsonwrite_named_number(writer, "tx-bytes", line->bytes_out);
	control_taps_write_drops(writer, line);
	jsonwrite_end_object(writer);
}

bool control_taps_item(struct control_client *client, struct jsonwrite *writer)
{
	struct tapline line;
	const char *text;

	while ((text = control_copy_line(client))) {
		const struct control_tap *tap =
			tapline_read(&line, text)
				? control_taps_find_number(&client->control->taps, line.number)
				: NULL;

		if (tap) { /* else it went while the client was reading */
			control_taps_write(writer, client, tap, &line);
			return true;
		}
		client->at = client->next;
	}
	return false;
}

/* ---- changes ---- */

struct control_taps_change {
	enum request_tap_set what;
	uint32_t number;
};

static void control_taps_write_change(struct request *request, unsigned i, void *context)
{
	const struct control_taps_change *change = context;

	(void)i;
	request->verb = REQUEST_TAP_SET;
	request->endpoint = change->what;
	request->taps[0].number = change->number;
}

static void control_taps_ask(struct control_client *client, const struct control_tap *tap,
			     enum request_tap_set what)
{
	struct control_taps_change change = {.what = what, .number = tap->tap.number};

	control_ask_all(client, 1, control_taps_write_change, &change);
}

void control_taps_set(struct control_client *client, const struct control_tap *tap,
		      const struct jsonread *given)
{
	uint64_t rate;
	bool isolated;

	if (jsonread_number(given, "rate", &rate))
		control_client_fail(client, "GenericError",
				    "a TAP cannot have a rate: the kernel moves its frames");
	else if (!jsonread_boolean(given, "isolated", &isolated))
		control_client_done(client);
	else if (!isolated && client->control->network.bridge->isolated)
		control_client_fail(client, "GenericError", CONTROL_PORTS_ALL_ISOLATED);
	else
		control_taps_ask(client, tap, isolated ? REQUEST_TAP_ISOLATE : REQUEST_TAP_JOIN);
}

void control_taps_disconnect(struct control_client *client, const struct control_tap *tap)
{
	control_taps_ask(client, tap, REQUEST_TAP_EXPEL);
}
