// SPDX-License-Identifier: GPL-2.0-or-later
#include "process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "unit.h"

static struct loop loop;
static struct process process;

static int enter(const struct identity *identity)
{
	(void)identity;
	return 0;
}

static int enter_without_gain(const struct identity *identity)
{
	(void)identity;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int enter_in_vain(const struct identity *identity)
{
	(void)identity;
	return -EPERM;
}

/* As the user that it has just become can do to it. */
static int enter_and_be_stopped(const struct identity *identity)
{
	(void)identity;
	return raise(SIGSTOP);
}

static void ended(struct process *which, int status)
{
	(void)which;
	(void)status;
}

static int start(const char *path, int (*by)(const struct identity *identity))
{
	const char *const argv[] = {"true", NULL};
	const char *const envp[] = {NULL};
	const struct process_spec spec = {
		.path = path, .argv = argv, .envp = envp, .death_signal = SIGKILL, .enter = by};

	ck_assert_int_eq(loop_init(&loop), 0);
	return process_start(&process, &loop, &spec, ended);
}

/* A script that waits for what it started; which tells its number in a file. */
static pid_t start_wrapper(const char *script)
{
	char directory[2048];
	char text[2200];
	pid_t pid = 0;

	ck_assert_ptr_nonnull(getcwd(directory, sizeof(directory)));
	snprintf(text, sizeof(text), "#!/bin/sh\nsleep 60 &\necho $! >%s/number\n%s", directory,
		 script);
	unit_write_file("wrapper", text, strlen(text));
	ck_assert_int_eq(chmod("wrapper", 0755), 0);
	unlink("number");
	strcat(directory, "/wrapper");
	ck_assert_int_eq(start(directory, enter), 0);
	for (int i = 0; i < 2000 && pid == 0; i++) {
		FILE *file = fopen("number", "r");

		if (file && fscanf(file, "%d\n", &pid) != 1)
			pid = 0;
		if (file)
			fclose(file);
		usleep(10000);
	}
	ck_assert_int_gt(pid, 0);
	return pid;
}

static void assert_ends(pid_t pid)
{
	struct pollfd ended = {.fd = process_hold(pid), .events = POLLIN};

	if (ended.fd < 0)
		return;
	ck_assert_int_eq(poll(&ended, 1, 20000), 1);
	close(ended.fd);
}

static void assert_no_child(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

START_TEST(it_runs)
{
	ck_assert_int_eq(start("/bin/true", enter), 0);
	ck_assert_int_eq(process_stop(&process, 20000), 0);
	assert_no_child();
}
END_TEST

/* Runs a program that is confined to its end: its exit status, or -errno. */
static int run_confined(const char *path, const char *const *argv)
{
	const char *const envp[] = {NULL};
	const struct confinement confinement = {.program = path, .writes = "/dev/null"};
	const struct process_spec spec = {.path = path,
					  .argv = argv,
					  .envp = envp,
					  .death_signal = SIGKILL,
					  .enter = enter_without_gain,
					  .confinement = &confinement};
	int ret;

	ck_assert_int_eq(loop_init(&loop), 0);
	ret = process_start(&process, &loop, &spec, ended);
	if (ret < 0)
		return ret;
	ret = process_stop(&process, 20000);
	return WIFEXITED(ret) ? WEXITSTATUS(ret) : -ECANCELED;
}

START_TEST(a_confined_one_runs_and_executes_nothing)
{
	char script[256];
	char directory[128];

	ck_assert_int_eq(run_confined("/bin/true", (const char *const[]){"true", NULL}), 0);
	ck_assert_int_eq(run_confined("/bin/false", (const char *const[]){"false", NULL}), 1);
	ck_assert_int_ge(
		run_confined("/usr/bin/env", (const char *const[]){"env", "/bin/true", NULL}), 126);
	ck_assert_int_eq(run_confined("/absent", (const char *const[]){"absent", NULL}), -ENOENT);
	assert_no_child();
	/* A script is one that executes. */
	ck_assert_ptr_nonnull(getcwd(directory, sizeof(directory)));
	unit_write_file("wrapper", "#!/bin/sh\nexec /usr/bin/env sh -c 'exit 7'\n", 43);
	ck_assert_int_eq(chmod("wrapper", 0755), 0);
	snprintf(script, sizeof(script), "%s/wrapper", directory);
	ck_assert_int_eq(run_confined(script, (const char *const[]){"wrapper", NULL}), 7);
}
END_TEST

START_TEST(what_fails_before_is_told)
{
	ck_assert_int_eq(start("/bin/true", enter_in_vain), -EPERM);
	assert_no_child();
	ck_assert_int_eq(start("/etc/passwd", enter), -EACCES);
	assert_no_child();
	ck_assert_int_eq(start("/absent", enter), -ENOENT);
	assert_no_child();
}
END_TEST

START_TEST(one_that_was_stopped_stops_nobody)
{
	ck_assert_int_eq(start("/bin/true", enter_and_be_stopped), -ETIMEDOUT);
	assert_no_child();
}
END_TEST

/* As of dnsmasq, by a script that does not exec it. */
START_TEST(what_it_started_ends_with_it)
{
	pid_t pid = start_wrapper("wait\n");

	process_signal(&process, SIGTERM);
	process_stop(&process, 20000);
	assert_ends(pid);
	pid = start_wrapper("");
	ck_assert_int_eq(process_stop(&process, 20000), 0);
	assert_ends(pid);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(it_runs),
		UNIT_TEST(a_confined_one_runs_and_executes_nothing),
		UNIT_TEST(what_fails_before_is_told),
		UNIT_TEST(one_that_was_stopped_stops_nobody),
		UNIT_TEST(what_it_started_ends_with_it),
	};

	return unit_run("process", tests, UNIT_COUNT(tests));
}
