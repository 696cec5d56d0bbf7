// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_forwards.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "control.h"
#include "control_copy.h"
#include "hostfwd.h"

/* Parses a line from the host process (REQUEST_FORWARDS). */
static bool control_forwards_item(struct control_client *client, struct jsonwrite *writer)
{
	const char *line = control_copy_line(client);
	char forward[HOSTFWD_TEXT_MAX];
	char guest[DHCP_LABEL_MAX + 1];
	char address[INET6_ADDRSTRLEN];
	char state[16];
	uint64_t begun;
	uint32_t id;

	_Static_assert(HOSTFWD_TEXT_MAX == 135 && DHCP_LABEL_MAX == 63, "as it stands below");
	if (!line || sscanf(line, "%" SCNu32 " %134s %63s %45s %15s %" SCNu64, &id, forward, guest,
			    address, state, &begun) != 6)
		return false;
	jsonwrite_begin_object(writer);
	jsonwrite_named_number(writer, "id", id);
	jsonwrite_named_text(writer, "forward", forward);
	jsonwrite_named_text(writer, "guest", guest);
	jsonwrite_named_text(writer, "address", *address == '-' ? NULL : address);
	jsonwrite_named_text(writer, "state", state);
	jsonwrite_named_number(writer, "connections-begun", begun);
	jsonwrite_end_object(writer);
	return true;
}

void control_forwards_query(struct control_client *client, const struct jsonread *given)
{
	(void)given;
	client->copied = control_forwards_item;
	control_ask(client, REQUEST_FORWARDS, 0);
}

/* ---- forward-apply ---- */

static const char *const control_forwards_lists[] = {"add", "remove"};

enum { CONTROL_FORWARDS_LISTS = 2 };

/* A position in the arguments. */
struct control_forwards_place {
	const struct jsonread *given;
	unsigned list;
	size_t at; /* in that list */
};

/* The text there, and its list in *list; advances. NULL: no more. */
static const char *control_forwards_next(struct control_forwards_place *place, unsigned *list)
{
	for (; place->list < CONTROL_FORWARDS_LISTS; place->list++, place->at = 0) {
		const char *name = control_forwards_lists[place->list];

		*list = place->list;
		if (place->at < jsonread_texts(place->given, name))
			return jsonread_text_at(place->given, name, place->at++);
	}
	return NULL;
}

/* Fills in as many lines as fit. */
static void control_forwards_fill(struct request *request, struct control_forwards_place *place)
{
	size_t used = 0;
	unsigned list;

	for (;;) {
		const struct control_forwards_place here = *place;
		const char *text = control_forwards_next(place, &list);

		if (!text)
			break;
		if (used + strlen(text) + 3 > sizeof(request->text)) {
			*place = here;
			break;
		}
		used += (size_t)snprintf(request->text + used, sizeof(request->text) - used,
					 "%c%s\n", list == 0 ? '+' : '-', text);
	}
}

static bool control_forwards_is_over(const struct control_forwards_place *place)
{
	struct control_forwards_place next = *place;
	unsigned list;

	return !control_forwards_next(&next, &list);
}

static void control_forwards_write(struct request *request, unsigned i, void *context)
{
	struct control_forwards_place *place = context;

	(void)i;
	request->verb = REQUEST_FORWARD_APPLY;
	control_forwards_fill(request, place);
	request->endpoint = control_forwards_is_over(place) ? 0 : 1;
}

/* How many messages are needed, at least one. */
static unsigned control_forwards_count(const struct jsonread *given)
{
	struct control_forwards_place place = {.given = given};
	unsigned n = 0;

	do {
		struct request request = {0};

		control_forwards_write(&request, n++, &place);
	} while (!control_forwards_is_over(&place));
	return n;
}

/* Finds a text that is not exactly one line, and so cannot be a forward. NULL: all can be sent. */
static const char *control_forwards_find_wrong(const struct jsonread *given)
{
	struct control_forwards_place place = {.given = given};
	const char *text;
	unsigned list;

	while ((text = control_forwards_next(&place, &list))) {
		if (*text == '\0' || strlen(text) >= HOSTFWD_TEXT_MAX || strchr(text, '\n'))
			return text;
	}
	return NULL;
}

void control_forwards_apply(struct control_client *client, const struct jsonread *given)
{
	struct control_forwards_place place = {.given = given};
	const char *wrong = control_forwards_find_wrong(given);
	unsigned n;

	if (wrong) {
		control_client_fail(
			client, "GenericError",
			"'%.100s' is not a forward; use one like tcp::2222-192.168.105.2:22",
			wrong);
		return;
	}
	n = control_forwards_count(given);
	if (n > CONTROL_MESSAGES_MAX) /* cannot happen: a command is shorter */
		control_client_fail(client, "GenericError", "too many forwards at once");
	else
		control_ask_all(client, n, control_forwards_write, &place);
}
