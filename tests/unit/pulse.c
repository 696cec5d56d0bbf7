// SPDX-License-Identifier: GPL-2.0-or-later
#include "pulse.h"

#include <signal.h>
#include <sys/wait.h>

#include "unit.h"

/* How one goes on: what is seen of it at each of so many looks, two seconds apart. */
static const struct {
	const char *what;
	char state;
	long user; /* ms in each two seconds */
	long system;
	bool asked;
	bool unread;
	unsigned hangs_at; /* the look, counted from 1; 0: never */
} lives[] = {
	{"stopped", 'T', 0, 0, true, true, 5},
	{"stopped, and nothing asked", 'T', 0, 0, false, false, 5},
	{"asleep over its questions", 'S', 0, 0, true, true, 5},
	{"an endless loop", 'R', 2000, 0, true, true, 5},
	{"an endless loop on a busy machine", 'R', 300, 10, true, true, 8},
	{"waiting for the processor", 'R', 0, 0, true, true, 0},
	{"waiting for it, and getting a little", 'R', 10, 10, true, true, 0},
	{"waiting for it, woken just now", 'S', 10, 10, true, true, 0},
	{"in a flood", 'R', 1000, 1000, true, true, 0},
	{"in a flood of what costs it much", 'R', 1500, 300, true, true, 0},
	{"waiting for a disk", 'D', 0, 0, true, true, 0},
	{"looked into by a debugger", 't', 0, 0, true, true, 0},
	{"deaf, as behind a firewall", 'S', 0, 0, true, false, 0},
	{"idle, and nothing asked", 'S', 0, 0, false, false, 0},
	{"busy, and nothing asked", 'R', 2000, 0, false, false, 0},
};

START_TEST(a_life)
{
	struct pulse pulse = {0};
	struct pulse_look look = {.state = lives[_i].state,
				  .asked = lives[_i].asked,
				  .leaves_unread = lives[_i].unread};
	unsigned hangs_at = 0;

	for (unsigned i = 1; i <= 60 && hangs_at == 0; i++) {
		if (pulse_look(&pulse, &look))
			hangs_at = i;
		look.now += PULSE_INTERVAL;
		look.user += lives[_i].user;
		look.system += lives[_i].system;
	}
	ck_assert_msg(hangs_at == lives[_i].hangs_at, "%s: at look %u instead of %u",
		      lives[_i].what, hangs_at, lives[_i].hangs_at);
}
END_TEST

START_TEST(a_sign_of_life_begins_anew)
{
	const struct pulse_look stopped = {.state = 'T', .asked = true, .leaves_unread = true};
	const struct pulse_look awake = {.state = 'S', .asked = true};
	struct pulse pulse = {0};

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < PULSE_LOOKS; i++)
			ck_assert(!pulse_look(&pulse, &stopped));
		if (round == 1)
			ck_assert(!pulse_look(&pulse, &awake));
		else
			pulse_begin(&pulse);
	}
}
END_TEST

START_TEST(a_process_is_read)
{
	struct pulse_look look = {0};
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			;
	}
	while (look.user < 100) {
		ck_assert_int_eq(pulse_read(&look, pid), 0);
		ck_assert_int_eq(look.state, 'R');
	}
	kill(pid, SIGSTOP);
	ck_assert_int_eq(waitpid(pid, NULL, WUNTRACED), pid);
	ck_assert_int_eq(pulse_read(&look, pid), 0);
	ck_assert_int_eq(look.state, 'T');
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ck_assert_int_eq(pulse_read(&look, pid), -2); /* ENOENT */
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_life, lives),
		UNIT_TEST(a_sign_of_life_begins_anew),
		UNIT_TEST(a_process_is_read),
	};

	return unit_run("pulse", tests, UNIT_COUNT(tests));
}
