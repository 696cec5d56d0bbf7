// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_status.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "admission.h"
#include "attach.h"
#include "clock.h"
#include "control.h"
#include "subnet.h"
#include "ula.h"

void control_status_write_uplinks(struct jsonwrite *writer, const struct request_facts *facts)
{
	jsonwrite_begin_list(writer);
	for (unsigned i = 0; i < facts->n_uplinks; i++)
		jsonwrite_text(writer, facts->uplinks[i]);
	jsonwrite_end_list(writer);
}

/* The gateway's addresses, if guests are served. */
static void control_status_write_subnet(struct jsonwrite *writer,
					const struct control_network *network)
{
	const struct guard *guard = &network->admission->guard;
	uint32_t gateway = be32toh(guard->ipv4[0]);
	char text[SUBNET_TEXT_MAX];
	char subnet[SUBNET_TEXT_MAX + 4];
	char address[INET6_ADDRSTRLEN];
	char prefix[INET6_ADDRSTRLEN + 4];

	if (!network->admission->guarded)
		return;
	jsonwrite_named_text(writer, "gateway", subnet_format(gateway, text));
	subnet_format(subnet_network(gateway, network->subnet), text);
	snprintf(subnet, sizeof(subnet), "%s/%u", text, network->subnet);
	jsonwrite_named_text(writer, "subnet", subnet);
	for (unsigned i = 0; i < guard->n_own6; i++) {
		struct in6_addr network6 = guard->ipv6[i];

		if (IN6_IS_ADDR_LINKLOCAL(&network6))
			continue;
		memset(network6.s6_addr + ULA_BITS / 8, 0, sizeof(network6) - ULA_BITS / 8);
		inet_ntop(AF_INET6, &network6, address, sizeof(address));
		snprintf(prefix, sizeof(prefix), "%s/%d", address, ULA_BITS);
		jsonwrite_named_text(writer, "prefix6", prefix);
		break;
	}
}

static const char *control_status_state(const struct attach *attach)
{
	if (!attach->settled)
		return "opening";
	if (attach->said)
		return "waiting";
	return attach->endpoint->kind == ENDPOINT_VDE || attach->endpoint->kind == ENDPOINT_LOCATOR
		       ? "connected"
		       : "open";
}

static void control_status_write_endpoints(struct jsonwrite *writer,
					   const struct control_network *network)
{
	jsonwrite_name(writer, "endpoints");
	jsonwrite_begin_list(writer);
	for (unsigned i = 0; i < network->n_endpoints; i++) {
		jsonwrite_begin_object(writer);
		jsonwrite_named_text(writer, "locator", network->endpoints[i].locator);
		jsonwrite_named_text(writer, "state", control_status_state(network->attaches[i]));
		jsonwrite_end_object(writer);
	}
	jsonwrite_end_list(writer);
}

static unsigned control_status_count_ports(const struct bridge *bridge)
{
	unsigned n = 0;

	for (unsigned i = 0; i < bridge->n_slots; i++)
		n += bridge->ports[i] && bridge->ports[i]->there;
	return n;
}

/* The value for QEMU's -netdev that attaches a guest; commas are doubled. */
static void control_status_write_socket(struct jsonwrite *writer, const struct endpoint *endpoint)
{
	char text[2 * ENDPOINT_LOCATOR_MAX + 64];
	const char *options;
	const char *value;
	int n;

	if ((endpoint->kind != ENDPOINT_SWITCH && endpoint->kind != ENDPOINT_STREAM) ||
	    !endpoint_netdev(endpoint, &options, &value))
		return;
	n = snprintf(text, sizeof(text), "%s", options);
	for (const char *at = value; *at && n < (int)sizeof(text) - 2; at++) {
		if (*at == ',')
			text[n++] = ',';
		text[n++] = *at;
	}
	text[n] = '\0';
	jsonwrite_named_text(writer, "socket", text);
}

void control_status_query(struct control_client *client, const struct jsonread *given)
{
	const struct control *control = client->control;
	const struct control_network *network = &control->network;
	const struct request_facts *facts = &control->facts;
	struct jsonwrite writer = control_client_begin(client);

	(void)given;
	jsonwrite_begin_object(&writer);
	jsonwrite_named_text(&writer, "name", facts->name);
	jsonwrite_named_text(&writer, "mode", facts->mode);
	jsonwrite_named_text(&writer, "device", network->device);
	jsonwrite_named_text(&writer, "version", VERSION);
	jsonwrite_named_number(&writer, "pid", facts->pid);
	jsonwrite_named_number(&writer, "uptime-seconds",
			       (uint64_t)(clock_now() - control->since) / 1000);
	jsonwrite_named_number(&writer, "mtu", network->bridge->mtu);
	jsonwrite_named_boolean(&writer, "isolated", network->bridge->isolated);
	control_status_write_subnet(&writer, network);
	if (*facts->domain)
		jsonwrite_named_text(&writer, "domain", facts->domain);
	control_status_write_endpoints(&writer, network);
	jsonwrite_named_number(&writer, "ports",
			       control_status_count_ports(network->bridge) + control->taps.n);
	jsonwrite_named_number(&writer, "guests",
			       bridge_list(network->bridge, NULL, NULL, 0) +
				       control_taps_count_guests(&control->taps));
	jsonwrite_name(&writer, "uplinks");
	control_status_write_uplinks(&writer, facts);
	control_status_write_socket(&writer, &network->endpoints[0]);
	jsonwrite_end_object(&writer);
	control_client_end(client, &writer);
}
