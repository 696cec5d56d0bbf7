// SPDX-License-Identifier: GPL-2.0-or-later
/* A client of the control socket, and its turns. What a command does is the test's. */
#include "control_client.h"

#include <sys/socket.h>

#include "control.h"
#include "control_command.h"
#include "unit.h"

static struct loop loop;
static struct control control;
static struct control_client *const client = &control.clients[0];
static int other;
static bool is_held; /* the host process may not be asked now */
static bool asks;    /* the command's answer comes from the host process, later */
static unsigned n_run;

void control_command_run(struct control_client *by, const char *command, size_t size)
{
	(void)command;
	(void)size;
	n_run++;
	by->held = is_held;
	if (is_held)
		return;
	by->greeted = true;
	by->token = asks;
	if (!asks)
		control_client_done(by);
}

void control_command_write_version(struct jsonwrite *writer)
{
	jsonwrite_null(writer);
}

static void setup_client(void)
{
	const struct ucred user = {0};
	int pair[2];

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(turns_init(&control.turns, &loop), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	other = pair[1];
	ck_assert_int_eq(control_client_join(client, &control, pair[0], &user, true), 0);
}

static void say(const char *text)
{
	ck_assert_int_eq(send(other, text, strlen(text), 0), (ssize_t)strlen(text));
}

static void take_turns(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		loop_serve_one(&control.turns.loop);
}

/* Of a greeting, an answer or an event: how many have come. */
static unsigned lines(void)
{
	char text[4096];
	ssize_t n = recv(other, text, sizeof(text), MSG_DONTWAIT);
	unsigned count = 0;

	for (ssize_t i = 0; i < n; i++)
		count += text[i] == '\n';
	return count;
}

enum { ENOUGH = 8 }; /* turns */

START_TEST(each_command_is_answered)
{
	setup_client();
	say("{\"a\": 1}{\"b\": 2}{\"c\": 3}");
	take_turns(ENOUGH);
	ck_assert_uint_eq(n_run, 3);
	ck_assert_uint_eq(lines(), 1 + 3);
}
END_TEST

START_TEST(an_event_takes_no_turn_away)
{
	setup_client();
	say("{\"a\": 1}{\"b\": 2}");
	take_turns(1);
	ck_assert_uint_eq(n_run, 1);
	control_client_tell(client, "event\r\n", 7);
	take_turns(ENOUGH);
	ck_assert_uint_eq(n_run, 2);
	ck_assert_uint_eq(lines(), 1 + 2 + 1);
}
END_TEST

START_TEST(an_event_takes_no_second_try_away)
{
	setup_client();
	say("{\"a\": 1}");
	take_turns(ENOUGH);
	is_held = true;
	say("{\"b\": 2}");
	take_turns(ENOUGH);
	ck_assert_uint_eq(n_run, 2);
	is_held = false;
	control_client_retry(client);
	control_client_tell(client, "event\r\n", 7);
	take_turns(ENOUGH);
	ck_assert_uint_eq(n_run, 3);
	ck_assert_uint_eq(lines(), 1 + 2 + 1);
	/* Nothing is left to do, and no turn is asked for. */
	ck_assert(!client->woken);
}
END_TEST

enum { EVENT = 200, EVENTS = 512, ITEMS = 512 };

static void tell_event(unsigned number)
{
	char event[EVENT + 1];

	snprintf(event, sizeof(event), "event %-*u\r\n", EVENT - 8, number);
	control_client_tell(client, event, EVENT);
}

/* Reads all that has been sent, as text. */
static void hear(char *text, size_t size)
{
	size_t n = strlen(text);
	ssize_t got;

	while ((got = recv(other, text + n, size - n - 1, MSG_DONTWAIT)) > 0)
		n += (size_t)got;
	text[n] = '\0';
}

/* Each port that connects is told while a list of ports is being sent. */
static bool write_item(struct control_client *to, struct jsonwrite *writer)
{
	if (to->at < EVENTS)
		tell_event((unsigned)to->at);
	jsonwrite_number(writer, to->at);
	to->next = to->at + 1;
	return to->next < ITEMS;
}

static void assert_events(const char *text, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		ck_assert_int_eq(strncmp(text, "event ", 6), 0);
		ck_assert_uint_eq((unsigned)atoi(text + 6), i);
		text += EVENT;
	}
	ck_assert_str_eq(text, "");
}

START_TEST(who_reads_keeps_the_connection_whatever_comes_meanwhile)
{
	static char text[1 << 20];
	char *after;

	setup_client();
	say("{\"a\": 1}");
	take_turns(ENOUGH);
	control_client_list(client, write_item);
	control_client_wake(client);
	for (unsigned i = 0; i < ITEMS + ENOUGH * ENOUGH; i++) {
		take_turns(1);
		hear(text, sizeof(text));
	}
	ck_assert_ptr_nonnull(client->control);
	after = strstr(text, "]}\r\n");
	ck_assert_ptr_nonnull(after);
	assert_events(after + 4, EVENTS);
	ck_assert(!client->woken);
}
END_TEST

/* However many come, and however many turns it takes, the list is whole. */
static bool write_item_among_many(struct control_client *to, struct jsonwrite *writer)
{
	for (unsigned i = 0; i < 3; i++)
		tell_event(3 * (unsigned)to->at + i);
	jsonwrite_number(writer, to->at);
	to->next = to->at + 1;
	return to->next < ITEMS;
}

START_TEST(a_list_is_completed_before_the_connection_ends)
{
	static char text[1 << 20];
	const char *after;

	setup_client();
	say("{\"a\": 1}");
	take_turns(ENOUGH);
	control_client_list(client, write_item_among_many);
	control_client_wake(client);
	for (unsigned i = 0; i < ITEMS + ENOUGH * ENOUGH && client->control; i++) {
		take_turns(1);
		tell_event(0);
		hear(text, sizeof(text));
	}
	ck_assert_ptr_null(client->control);
	after = strstr(text, "511]}\r\n");
	ck_assert_ptr_nonnull(after);
}
END_TEST

START_TEST(who_does_not_read_is_hung_up_on)
{
	setup_client();
	say("{\"a\": 1}");
	take_turns(ENOUGH);
	for (unsigned i = 0; i < 100000 && client->control; i++)
		tell_event(i);
	ck_assert_ptr_null(client->control);
}
END_TEST

/* Whatever is unread of the events, an answer of the host process has room. */
START_TEST(an_answer_has_room_after_events)
{
	static char text[1 << 20];
	const int small = 1;
	char why[600];
	unsigned n = 0;
	char *answer;

	setup_client();
	ck_assert_int_eq(
		setsockopt(client->source.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
	say("{\"a\": 1}");
	take_turns(ENOUGH);
	hear(text, sizeof(text));
	asks = true;
	say("{\"b\": 2}");
	take_turns(ENOUGH);
	memset(client->id, '1', sizeof(client->id) - 1);
	client->id[sizeof(client->id) - 1] = '\0';
	while (client->n_events + EVENT <= sizeof(client->events))
		tell_event(n++);
	text[0] = '\0';
	hear(text, sizeof(text)); /* so that more of them can be sent, but not all */
	take_turns(1);
	ck_assert_uint_gt(client->n_out, 0);
	client->token = 0;
	memset(why, '\"', sizeof(why) - 1);
	why[sizeof(why) - 1] = '\0';
	control_client_fail(client, "GenericError", "%s", why);
	control_client_wake(client);
	for (unsigned i = 0; i < 10 * n; i++) {
		take_turns(1);
		hear(text, sizeof(text));
	}
	ck_assert_ptr_nonnull(client->control);
	answer = strstr(text, "{\"error\"");
	ck_assert_ptr_nonnull(answer);
	memmove(answer, strstr(answer, "\r\n") + 2, strlen(strstr(answer, "\r\n") + 2) + 1);
	assert_events(text, n);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(each_command_is_answered),
		UNIT_TEST(an_event_takes_no_turn_away),
		UNIT_TEST(an_event_takes_no_second_try_away),
		UNIT_TEST(who_reads_keeps_the_connection_whatever_comes_meanwhile),
		UNIT_TEST(a_list_is_completed_before_the_connection_ends),
		UNIT_TEST(who_does_not_read_is_hung_up_on),
		UNIT_TEST(an_answer_has_room_after_events),
	};

	return unit_run("control_client", tests, UNIT_COUNT(tests));
}
