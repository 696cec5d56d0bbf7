// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_ports.h"

#include <string.h>

#include "admission.h"
#include "apart.h"
#include "bridge.h"
#include "control.h"
#include "control_taps.h"
#include "endpoint.h"
#include "mac.h"
#include "queue.h"
#include "tokens.h"

_Static_assert(TOKENS_RATE_MIN == 8000 && TOKENS_RATE_MAX == 1000000000000, "what is said below");

enum { CONTROL_PORTS_LIST_MAX = 128 }; /* addresses of each kind listed for a port */

/* In the bridge's form: the frame's first byte highest. */
static const char *control_ports_format_mac(uint64_t address, char text[MAC_TEXT_MAX])
{
	uint8_t mac[MAC_SIZE];

	frame_write_address(mac, address);
	return mac_format(mac, text);
}

static void control_ports_write_macs(struct jsonwrite *writer, const struct bridge *bridge,
				     const struct port *port)
{
	uint64_t macs[CONTROL_PORTS_LIST_MAX];
	unsigned n = bridge_list(bridge, port, macs, CONTROL_PORTS_LIST_MAX);
	char text[MAC_TEXT_MAX];

	jsonwrite_name(writer, "macs");
	jsonwrite_begin_list(writer);
	for (unsigned i = 0; i < n && i < CONTROL_PORTS_LIST_MAX; i++)
		jsonwrite_text(writer, control_ports_format_mac(macs[i], text));
	jsonwrite_end_list(writer);
}

static void control_ports_write_addresses(struct jsonwrite *writer,
					  const struct admission *admission,
					  const struct port *port)
{
	struct in6_addr addresses[CONTROL_PORTS_LIST_MAX];
	unsigned n = claims_list(&admission->claims, port->index, addresses, CONTROL_PORTS_LIST_MAX,
				 port->bridge->now);
	char text[INET6_ADDRSTRLEN];

	jsonwrite_name(writer, "addresses");
	jsonwrite_begin_list(writer);
	for (unsigned i = 0; i < n && i < CONTROL_PORTS_LIST_MAX; i++)
		jsonwrite_text(writer, claim_format(&addresses[i], text));
	jsonwrite_end_list(writer);
}

void control_ports_write_drops(struct jsonwrite *writer, const struct port *port)
{
	jsonwrite_name(writer, "drops");
	jsonwrite_begin_object(writer);
	for (int i = 0; i < PORT_DROPS; i++) {
		uint64_t n = port->counters.dropped_in[i] + port->counters.dropped_out[i];

		if (n > 0)
			jsonwrite_named_number(writer, port_drop_name((enum port_drop)i), n);
	}
	jsonwrite_end_object(writer);
}

static void control_ports_write_queue(struct jsonwrite *writer, const struct queue *queue)
{
	jsonwrite_name(writer, "queue");
	jsonwrite_begin_object(writer);
	jsonwrite_named_number(writer, "frames", queue ? queue_frames(queue) : 0);
	jsonwrite_named_number(writer, "bytes", queue ? queue->bytes : 0);
	jsonwrite_end_object(writer);
}

void control_ports_write_peer(struct jsonwrite *writer, const struct control_client *client,
			      const struct port_label *label)
{
	if (!label->user)
		return;
	jsonwrite_named_number(writer, "uid", label->user->uid);
	if (!client->changes && label->user->uid != client->user.uid)
		return;
	jsonwrite_named_number(writer, "pid", (uint64_t)label->user->pid);
	if (label->says && *label->says)
		jsonwrite_named_text(writer, "command", label->says);
}

static void control_ports_write(struct jsonwrite *writer, const struct control_client *client,
				const struct port *port)
{
	const struct control_network *network = &client->control->network;
	const struct port_counters *counters = &port->counters;

	jsonwrite_begin_object(writer);
	jsonwrite_named_number(writer, "id", port->number);
	jsonwrite_named_text(writer, "kind", port->label.kind);
	jsonwrite_named_text(writer, "endpoint", port->label.place);
	control_ports_write_peer(writer, client, &port->label);
	control_ports_write_macs(writer, network->bridge, port);
	control_ports_write_addresses(writer, network->admission, port);
	jsonwrite_named_boolean(writer, "isolated",
				port->isolated || (network->bridge->isolated && !port->uplink));
	jsonwrite_name(writer, "rate");
	if (port->rate > 0)
		jsonwrite_number(writer, port->rate);
	else
		jsonwrite_null(writer);
	jsonwrite_named_number(writer, "rx-frames", counters->frames_in);
	jsonwrite_named_number(writer, "rx-bytes", counters->bytes_in);
	jsonwrite_named_number(writer, "tx-frames", counters->frames_out);
	jsonwrite_named_number(writer, "tx-bytes", counters->bytes_out);
	control_ports_write_drops(writer, port);
	control_ports_write_queue(writer, port->label.queue);
	jsonwrite_end_object(writer);
}

static bool control_ports_item(struct control_client *client, struct jsonwrite *writer)
{
	const struct bridge *bridge = client->control->network.bridge;
	uint64_t at = client->at;

	while (at < bridge->n_slots && !(bridge->ports[at] && bridge->ports[at]->there))
		at++;
	client->next = at + 1;
	if (at >= bridge->n_slots && client->copy >= 0) {
		client->item = control_taps_item;
		client->at = client->next = 0;
		return client->item(client, writer);
	}
	if (at >= bridge->n_slots)
		return false;
	control_ports_write(writer, client, bridge->ports[at]);
	return true;
}

void control_ports_query(struct control_client *client, const struct jsonread *given)
{
	(void)given;
	client->copied = control_ports_item;
	if (client->control->taps.n > 0)
		control_ask(client, REQUEST_TAPS, 0);
	else
		control_client_list(client, control_ports_item);
}

/* The port with the id in the arguments; NULL: there is none, and the client has been told. */
static struct port *control_ports_find(struct control_client *client, const struct jsonread *given)
{
	const struct bridge *bridge = client->control->network.bridge;
	uint64_t number = 0;

	jsonread_number(given, "id", &number);
	for (unsigned i = 0; i < bridge->n_slots; i++) {
		struct port *port = bridge->ports[i];

		if (port && port->there && port->number == number)
			return port;
	}
	control_client_fail(client, "GenericError",
			    "there is no port %llu; vde_vmnetctl ports lists them",
			    (unsigned long long)number);
	return NULL;
}

/* Whether frames can reach TAPs without passing the worker or a rule. */
static bool control_ports_lead_to_taps(const struct control_network *network)
{
	for (unsigned i = 0; i < network->n_endpoints; i++) {
		if (network->endpoints[i].kind == ENDPOINT_TAP)
			return network->bridge->host == 0 && !network->bridge->isolated;
	}
	return false;
}

/* The TAP with the id in the arguments; NULL: it is not one. */
static const struct control_tap *control_ports_find_tap(struct control_client *client,
							const struct jsonread *given)
{
	uint64_t number = 0;

	jsonread_number(given, "id", &number);
	return control_taps_find(&client->control->taps, number);
}

/* Why the settings are not possible; NULL: they are. */
static const char *control_ports_refuse(const struct control_network *network,
					const struct port *port, const struct jsonread *given)
{
	uint64_t rate;
	bool isolated;

	if (port->uplink)
		return "this port leads to the host and cannot be changed: guests need it";
	if (jsonread_boolean(given, "isolated", &isolated) && !isolated && port->bridge->isolated)
		return CONTROL_PORTS_ALL_ISOLATED;
	if (jsonread_boolean(given, "isolated", &isolated) && isolated &&
	    control_ports_lead_to_taps(network))
		return "the port would still reach guests at tap://, whose bridge is not this "
		       "network's; --isolated isolates all";
	if (jsonread_number(given, "rate", &rate) &&
	    (rate < TOKENS_RATE_MIN || rate > TOKENS_RATE_MAX))
		return "a rate must be from 8000 to 1000000000000 bits per second";
	return NULL;
}

/* Needs the host's rules, so it is done when they are in force. */
static void control_ports_isolate(struct control_client *client, struct port *port, bool isolated)
{
	const struct control_network *network = &client->control->network;

	bridge_isolate(network->bridge, port, isolated);
	if (!network->apart) {
		control_client_done(client);
		return;
	}
	if (apart_tell_all(network->apart) < 0)
		control_ask_later(client);
	else
		control_ask(client, REQUEST_APART, 0);
}

static void control_ports_set_port(struct control_client *client, const struct jsonread *given)
{
	const struct control_network *network = &client->control->network;
	struct port *port = control_ports_find(client, given);
	const char *refusal = port ? control_ports_refuse(network, port, given) : NULL;
	uint64_t rate = 0;
	bool isolated;

	if (!port)
		return;
	if (refusal) {
		control_client_fail(client, "GenericError", "%s", refusal);
		return;
	}
	if (jsonread_number(given, "rate", &rate) || jsonread_is_null(given, "rate"))
		port->ops->limit(port, rate);
	if (jsonread_boolean(given, "isolated", &isolated))
		control_ports_isolate(client, port, isolated);
	else
		control_client_done(client);
}

void control_ports_set(struct control_client *client, const struct jsonread *given)
{
	const struct control_tap *tap = control_ports_find_tap(client, given);

	if (tap)
		control_taps_set(client, tap, given);
	else
		control_ports_set_port(client, given);
}

static void control_ports_hang_up(struct control_client *client, const struct jsonread *given)
{
	struct port *port = control_ports_find(client, given);

	if (!port)
		return;
	if (!port->ops->hang_up) {
		control_client_fail(
			client, "GenericError",
			"this port leads to the host and cannot be disconnected: guests need it");
		return;
	}
	port->ops->hang_up(port);
	control_client_done(client);
}

void control_ports_disconnect(struct control_client *client, const struct jsonread *given)
{
	const struct control_tap *tap = control_ports_find_tap(client, given);

	if (tap)
		control_taps_disconnect(client, tap);
	else
		control_ports_hang_up(client, given);
}
