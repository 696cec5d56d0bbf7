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

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(each_command_is_answered),
		UNIT_TEST(an_event_takes_no_turn_away),
		UNIT_TEST(an_event_takes_no_second_try_away),
	};

	return unit_run("control_client", tests, UNIT_COUNT(tests));
}
