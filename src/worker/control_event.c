// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_event.h"

#include <stdio.h>
#include <time.h>

#include "claim.h"
#include "clock.h"
#include "control.h"
#include "control_ports.h"
#include "control_status.h"
#include "hostfwd.h"
#include "lessees.h"
#include "mac.h"

struct control_event {
	struct jsonwrite writer;
	char text[CONTROL_CLIENT_EVENT]; /* a locator, doubled by escapes, and the drop reasons */
};

static struct jsonwrite *control_event_begin(struct control_event *event, const char *name)
{
	struct jsonwrite *writer = &event->writer;

	*writer = (struct jsonwrite){.text = event->text, .size = sizeof(event->text)};
	jsonwrite_begin_object(writer);
	jsonwrite_named_text(writer, "event", name);
	jsonwrite_name(writer, "data");
	jsonwrite_begin_object(writer);
	return writer;
}

static void control_event_send(struct control *control, struct control_event *event)
{
	struct jsonwrite *writer = &event->writer;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	jsonwrite_end_object(writer);
	jsonwrite_name(writer, "timestamp");
	jsonwrite_begin_object(writer);
	jsonwrite_named_number(writer, "seconds", (uint64_t)now.tv_sec);
	jsonwrite_named_number(writer, "microseconds", (uint64_t)now.tv_nsec / 1000);
	jsonwrite_end_object(writer);
	jsonwrite_end_object(writer);
	jsonwrite_raw(writer, "\r\n");
	if (writer->full)
		return;
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		control_client_tell(&control->clients[i], event->text, writer->used);
}

static void control_event_write_port(struct jsonwrite *writer, const struct port *port)
{
	jsonwrite_named_number(writer, "id", port->number);
	jsonwrite_named_text(writer, "kind", port->label.kind);
	jsonwrite_named_text(writer, "endpoint", port->label.place);
	if (port->label.user)
		jsonwrite_named_number(writer, "uid", port->label.user->uid);
}

void control_event_port(struct control *control, const struct port *port, bool there)
{
	struct control_event event;

	control_event_write_port(
		control_event_begin(&event, there ? "PORT_CONNECTED" : "PORT_DISCONNECTED"), port);
	control_event_send(control, &event);
}

void control_event_tap(struct control *control, const struct control_tap *tap, bool there)
{
	const struct ucred user = {.uid = tap->tap.uid};
	const struct port port = {
		.number = tap->id,
		.label = {.kind = CONTROL_TAPS_KIND, .place = tap->tap.name, .user = &user}};

	control_event_port(control, &port, there);
}

void control_event_lease(struct control *control, const struct lessee *lessee, bool added)
{
	struct control_event event;
	struct jsonwrite *writer =
		control_event_begin(&event, added ? "LEASE_ADDED" : "LEASE_REMOVED");
	char text[INET6_ADDRSTRLEN];
	char mac[MAC_TEXT_MAX];

	jsonwrite_named_text(writer, "mac", mac_format(lessee->mac, mac));
	jsonwrite_named_text(writer, "address", claim_format(&lessee->lease.address, text));
	control_event_send(control, &event);
}

void control_event_uplinks(struct control *control)
{
	struct control_event event;
	struct jsonwrite *writer = control_event_begin(&event, "UPLINK_CHANGED");

	jsonwrite_name(writer, "uplinks");
	control_status_write_uplinks(writer, &control->facts);
	control_event_send(control, &event);
}

void control_event_drop(struct control *control, const struct port *port, const struct frame *frame,
			enum port_drop drop)
{
	struct control_event event;
	struct jsonwrite *writer;
	char mac[MAC_TEXT_MAX];

	if ((drop != PORT_DROP_TAKEN && drop != PORT_DROP_MOVED && drop != PORT_DROP_GATEWAY) ||
	    !notice_take(&control->conflict, clock_now()))
		return;
	writer = control_event_begin(&event, "ADDRESS_CONFLICT");
	control_event_write_port(writer, port);
	if (frame)
		jsonwrite_named_text(writer, "mac", mac_format(frame->data + MAC_SIZE, mac));
	jsonwrite_named_text(writer, "reason", port_drop_name(drop));
	control_event_send(control, &event);
}

void control_event_storm(struct control *control, const struct port *port, uint64_t frames)
{
	struct control_event event;
	struct jsonwrite *writer = control_event_begin(&event, "DROP_STORM");

	control_event_write_port(writer, port);
	jsonwrite_named_number(writer, "frames-per-second", frames);
	control_ports_write_drops(writer, port);
	control_event_send(control, &event);
}

/* The text is that of REQUEST_EVENT_FORWARD and REQUEST_EVENT_FORWARDS. */
static void control_event_write_forward(struct jsonwrite *writer, const char *text)
{
	char forward[HOSTFWD_TEXT_MAX];
	char state[16];
	char address[INET6_ADDRSTRLEN];

	_Static_assert(HOSTFWD_TEXT_MAX == 135, "as it stands below");
	if (sscanf(text, "%134s %15s %45s", forward, state, address) != 3)
		return;
	jsonwrite_named_text(writer, "forward", forward);
	jsonwrite_named_text(writer, "state", state);
	jsonwrite_named_text(writer, "address", *address == '-' ? NULL : address);
}

static void control_event_write_forwards(struct jsonwrite *writer, const char *text)
{
	unsigned added = 0;
	unsigned removed = 0;
	unsigned changed = 0;

	(void)!sscanf(text, "%u %u %u", &added, &removed, &changed);
	jsonwrite_named_number(writer, "added", added);
	jsonwrite_named_number(writer, "removed", removed);
	jsonwrite_named_number(writer, "changed", changed);
}

void control_event_of_host(struct control *control, enum request_event kind, const char *text)
{
	static const char *const names[REQUEST_EVENTS] = {
		[REQUEST_EVENT_DNSMASQ] = "DNSMASQ_RESTARTED",
		[REQUEST_EVENT_FIREWALL] = "FIREWALL_BLOCKS",
		[REQUEST_EVENT_FORWARD] = "FORWARD_CHANGED",
		[REQUEST_EVENT_FORWARDS] = "FORWARD_CHANGED",
	};
	struct control_event event;
	struct jsonwrite *writer = control_event_begin(&event, names[kind]);

	if (kind == REQUEST_EVENT_FORWARD)
		control_event_write_forward(writer, text);
	else if (kind == REQUEST_EVENT_FORWARDS)
		control_event_write_forwards(writer, text);
	else if (*text)
		jsonwrite_named_text(writer, "what", text);
	control_event_send(control, &event);
}
