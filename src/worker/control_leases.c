// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_leases.h"

#include <arpa/inet.h>
#include <string.h>

#include "admission.h"
#include "clock.h"
#include "control.h"
#include "control_copy.h"
#include "leaseline.h"
#include "mac.h"

/* The file has no MAC address for DHCPv6 leases, but we saw the request. */
static const char *control_leases_find_mac(const struct lessees *lessees, const char *address_text,
					   char text[MAC_TEXT_MAX])
{
	struct in6_addr address;

	if (inet_pton(AF_INET6, address_text, &address) != 1)
		return NULL;
	for (unsigned i = 0; i < LESSEES_MAX; i++) {
		const struct lessee *entry = &lessees->entries[i];

		if (entry->expires != 0 && entry->ipv6 &&
		    IN6_ARE_ADDR_EQUAL(&entry->lease.address, &address))
			return mac_format(entry->mac, text);
	}
	return NULL;
}

static void control_leases_write(struct jsonwrite *writer, const struct control_client *client,
				 const struct leaseline *lease)
{
	int64_t left = lease->expires - clock_read(CLOCK_REALTIME) / 1000;
	const char *mac = lease->mac;
	char text[MAC_TEXT_MAX];

	jsonwrite_begin_object(writer);
	if (lease->ipv6)
		mac = control_leases_find_mac(&client->control->network.admission->lessees,
					      lease->address, text);
	jsonwrite_named_text(writer, "mac", mac);
	jsonwrite_named_text(writer, "address", lease->address);
	if (*lease->name)
		jsonwrite_named_text(writer, "name", lease->name);
	jsonwrite_name(writer, "expires-seconds");
	if (lease->expires == 0)
		jsonwrite_null(writer);
	else
		jsonwrite_number(writer, left > 0 ? (uint64_t)left : 0);
	if (*lease->id)
		jsonwrite_named_text(writer, "client-id", lease->id);
	jsonwrite_end_object(writer);
}

static bool control_leases_item(struct control_client *client, struct jsonwrite *writer)
{
	struct leaseline lease;
	const char *line;

	while ((line = control_copy_line(client))) {
		if (leaseline_read(&lease, line)) {
			control_leases_write(writer, client, &lease);
			return true;
		}
		client->at = client->next;
	}
	return false;
}

void control_leases_query(struct control_client *client, const struct jsonread *given)
{
	(void)given;
	client->copied = control_leases_item;
	control_ask(client, REQUEST_LEASES, 0);
}
