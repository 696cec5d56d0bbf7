// SPDX-License-Identifier: GPL-2.0-or-later
#include "syscallfilter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "confined.h"

/* The sanitizers' runtime makes calls of its own; sandbox.c has no filter then, either. */
#ifdef SANITIZED
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

static void use_ioctl(void)
{
	int n;

	ioctl(0, FIONREAD, &n);
}

static void use_execve(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void use_ptrace(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
}

static void use_io_uring(void)
{
	syscall(SYS_io_uring_setup, 1, NULL);
}

static void use_executable_memory(void)
{
	mprotect((void *)((uintptr_t)use_ioctl & ~(uintptr_t)4095), 4096, PROT_READ | PROT_EXEC);
}

static void use_network(void)
{
	(void)!socket(AF_INET, SOCK_DGRAM, 0);
}

static void use_raw_socket(void)
{
	(void)!socket(AF_PACKET, SOCK_RAW, 0);
}

static void use_socket_option(void)
{
	const int on = 1;

	(void)setsockopt(0, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
}

/* The way to other daemons: D-Bus, docker. */
static void use_stream(void)
{
	(void)!socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void use_seqpacket(void)
{
	(void)!socket(AF_UNIX, SOCK_SEQPACKET, 0);
}

static void use_fork(void)
{
	syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void use_file(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void use_new_file(void)
{
	(void)!open("new", O_WRONLY | O_CREAT, 0600);
}

static void use_signal(void)
{
	kill(1, 0);
}

static void use_prctl(void)
{
	prctl(PR_SET_DUMPABLE, 1);
}

static void use_memory(void)
{
	(void)!mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static const struct {
	void (*deed)(void);
	bool when_starting; /* it is forbidden from the first stage on */
} forbidden[] = {
	{use_ioctl, true},
	{use_execve, true},
	{use_ptrace, true},
	{use_io_uring, true},
	{use_executable_memory, true},
	{use_network, true},
	{use_raw_socket, true},
	{use_socket_option, true},
	{use_stream, true},
	{use_seqpacket, true},
	{use_fork, true},
	{use_file, true},
	{use_new_file, true},
	{use_signal, true},
	{use_prctl, false},
	{use_memory, false},
};

static int start_and_do(int i)
{
	if (syscallfilter_enter(SYSCALLFILTER_STARTING) < 0)
		return 99;
	forbidden[i].deed();
	return 0;
}

static int run_and_do(int i)
{
	if (syscallfilter_enter(SYSCALLFILTER_STARTING) < 0 ||
	    syscallfilter_enter(SYSCALLFILTER_RUNNING) < 0)
		return 99;
	forbidden[i].deed();
	return 0;
}

static int run_alone_and_do(int i)
{
	if (syscallfilter_enter(SYSCALLFILTER_STARTING) < 0 ||
	    syscallfilter_enter(SYSCALLFILTER_RUNNING_ALONE) < 0)
		return 99;
	forbidden[i].deed();
	return 0;
}

static void assert_killed(int status, int i)
{
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
		      "call %d: wait status %d, not SIGSYS", i, status);
}

START_TEST(a_running_worker_dies_of_it)
{
	assert_killed(confined(run_and_do, _i), _i);
}
END_TEST

START_TEST(one_without_landlock_too)
{
	assert_killed(confined(run_alone_and_do, _i), _i);
}
END_TEST

START_TEST(a_starting_one_of_most)
{
	int status = confined(start_and_do, _i);

	if (forbidden[_i].when_starting)
		assert_killed(status, _i);
	else if (!IS_SANITIZED)
		ck_assert_int_eq(status, 0);
}
END_TEST

static int open_again(int argument)
{
	(void)argument;
	if (syscallfilter_enter(SYSCALLFILTER_STARTING) < 0 ||
	    syscallfilter_enter(SYSCALLFILTER_RUNNING) < 0)
		return 99;
	return -syscallfilter_enter(SYSCALLFILTER_STARTING);
}

START_TEST(no_way_back)
{
	assert_killed(confined(open_again, 0), 0);
}
END_TEST

static int do_what_a_worker_does(int stage)
{
	int pair[2];
	char byte;

	if (syscallfilter_enter(SYSCALLFILTER_STARTING) < 0 ||
	    syscallfilter_enter((enum syscallfilter_stage)stage) < 0)
		return 99;
	pair[0] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (pair[0] < 0 || fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0)
		return 1;
	if (read(pair[0], &byte, 1) >= 0 || errno != EAGAIN)
		return 2;
	close(pair[0]);
	return open("/etc/passwd", O_PATH) < 0;
}

START_TEST(its_work_goes_on)
{
	if (IS_SANITIZED)
		return;
	ck_assert_int_eq(confined(do_what_a_worker_does, SYSCALLFILTER_RUNNING), 0);
	ck_assert_int_eq(confined(do_what_a_worker_does, SYSCALLFILTER_RUNNING_ALONE), 0);
}
END_TEST

/* The errno of openat2() for writing, in that stage. */
static int open_for_writing(int stage)
{
	const struct open_how how = {.flags = O_WRONLY | O_CREAT, .mode = 0600};

	if (syscallfilter_enter(SYSCALLFILTER_STARTING) < 0 ||
	    syscallfilter_enter((enum syscallfilter_stage)stage) < 0)
		return 99;
	return syscall(SYS_openat2, AT_FDCWD, "new", &how, sizeof(how)) < 0 ? errno : 0;
}

/* Where Landlock is, that is what forbids it. */
START_TEST(no_openat2_where_nothing_else_is_in_its_way)
{
	if (IS_SANITIZED)
		return;
	ck_assert_int_eq(WEXITSTATUS(confined(open_for_writing, SYSCALLFILTER_RUNNING_ALONE)),
			 ENOSYS);
	ck_assert_int_lt(access("new", F_OK), 0);
	ck_assert_int_eq(confined(open_for_writing, SYSCALLFILTER_RUNNING), 0);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_running_worker_dies_of_it, forbidden),
		UNIT_CASES(one_without_landlock_too, forbidden),
		UNIT_CASES(a_starting_one_of_most, forbidden),
		UNIT_TEST(no_way_back),
		UNIT_TEST(its_work_goes_on),
		UNIT_TEST(no_openat2_where_nothing_else_is_in_its_way),
	};

	return unit_run("syscallfilter", tests, UNIT_COUNT(tests));
}
