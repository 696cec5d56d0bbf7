// SPDX-License-Identifier: GPL-2.0-or-later
#include "syscallfilter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "confined.h"
#include "problem.h"

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

	(void)setsockopt(0, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
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

/* With these it would be free of the handler that ends it. */
static void use_signal_handler(void)
{
	syscall(SYS_rt_sigaction, SIGSYS, NULL, NULL, 8);
}

static void use_signal_mask(void)
{
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, NULL, 8);
}

static void use_signal_return(void)
{
	syscall(SYS_rt_sigreturn);
}

static const struct {
	void (*deed)(void);
	const char *name;   /* as the log has it */
	bool when_starting; /* it is forbidden from the first stage on */
} forbidden[] = {
	{use_ioctl, "ioctl", true},
	{use_execve, "execve", true},
	{use_ptrace, "ptrace", true},
	{use_io_uring, "io_uring_setup", true},
	{use_executable_memory, "mprotect", true},
	{use_network, "socket", true},
	{use_raw_socket, "socket", true},
	{use_socket_option, "setsockopt", true},
	{use_stream, "socket", true},
	{use_seqpacket, "socket", true},
	{use_fork, "clone", true},
	{use_file, "openat", true},
	{use_new_file, "openat", true},
	{use_signal, "kill", true},
	{use_signal_handler, "rt_sigaction", true},
	{use_signal_mask, "rt_sigprocmask", true},
	{use_signal_return, "rt_sigreturn", true},
	{use_prctl, "prctl", false},
	{use_memory, "mmap", false},
};

/* What a forwarder may not, beyond these. */
static void use_connect(void)
{
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};

	connect(0, &nobody, sizeof(nobody));
}

static void use_bind(void)
{
	const struct sockaddr_in any = {.sin_family = AF_INET};

	bind(0, (const struct sockaddr *)&any, sizeof(any));
}

static void use_listen(void)
{
	listen(0, 1);
}

static void use_fast_open(void)
{
	const struct msghdr message = {0};

	sendmsg(0, &message, MSG_FASTOPEN | MSG_NOSIGNAL);
}

static void use_shutdown_of_reading(void)
{
	shutdown(0, SHUT_RD);
}

static void use_shutdown_of_both(void)
{
	shutdown(0, SHUT_RDWR);
}

static void use_device_of_socket(void)
{
	setsockopt(0, SOL_SOCKET, SO_BINDTODEVICE, "", 0);
}

static void use_datagram(void)
{
	(void)!socket(AF_UNIX, SOCK_DGRAM, 0);
}

static void use_path(void)
{
	(void)!open("/etc/passwd", O_PATH);
}

static const struct {
	void (*deed)(void);
	const char *name;
} forbidden_when_forwarding[] = {
	{use_connect, "connect"},
	{use_bind, "bind"},
	{use_listen, "listen"},
	{use_fast_open, "sendmsg"},
	{use_shutdown_of_reading, "shutdown"},
	{use_shutdown_of_both, "shutdown"},
	{use_device_of_socket, "setsockopt"},
	{use_datagram, "socket"},
	{use_path, "openat"},
	{use_ioctl, "ioctl"},
	{use_execve, "execve"},
	{use_ptrace, "ptrace"},
	{use_io_uring, "io_uring_setup"},
	{use_executable_memory, "mprotect"},
	{use_network, "socket"},
	{use_stream, "socket"},
	{use_fork, "clone"},
	{use_signal, "kill"},
	{use_prctl, "prctl"},
	{use_memory, "mmap"},
	{use_signal_handler, "rt_sigaction"},
};

static struct syscallfilter filter;
/* Enters the stages in turn. 0, or -errno. */
static int enter(enum syscallfilter_stage first, enum syscallfilter_stage last)
{
	int ret = syscallfilter_init(&filter, "worker");

	if (ret == 0)
		ret = syscallfilter_enter(&filter, first);
	if (ret == 0 && last != first)
		ret = syscallfilter_enter(&filter, last);
	return ret;
}

static int start_and_do(int i)
{
	if (enter(SYSCALLFILTER_STARTING, SYSCALLFILTER_STARTING) < 0)
		return 99;
	forbidden[i].deed();
	return 0;
}

static int run_and_do(int i)
{
	if (enter(SYSCALLFILTER_STARTING, SYSCALLFILTER_RUNNING) < 0)
		return 99;
	forbidden[i].deed();
	return 0;
}

static int run_alone_and_do(int i)
{
	if (enter(SYSCALLFILTER_STARTING, SYSCALLFILTER_RUNNING_ALONE) < 0)
		return 99;
	forbidden[i].deed();
	return 0;
}

/*
 * deed(i) ends its process, and the log has the call, once. (A sanitizer's runtime makes
 * other calls before that.)
 */
static void assert_refused(int (*deed)(int), int i, const char *who, const char *name)
{
	struct unit_capture capture;
	char line[512];
	char wanted[128];
	int status;

	unit_capture_start(&capture);
	status = confined(deed, i);
	unit_capture_end(&capture, line, sizeof(line));
	ck_assert_int_ne(status, 0);
	if (IS_SANITIZED)
		return;
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == STATUS_FAILED,
		      "call %d: wait status %d", i, status);
	snprintf(wanted, sizeof(wanted), "error: the %s made the system call ", who);
	ck_assert_msg(strstr(line, wanted), "call %d: %s", i, line);
	snprintf(wanted, sizeof(wanted), "(%s), which its filter does not allow", name);
	ck_assert_msg(strstr(line, wanted) && strchr(line, '\n') == strrchr(line, '\n'),
		      "call %d: %s", i, line);
}

START_TEST(a_running_worker_ends_with_it)
{
	assert_refused(run_and_do, _i, "worker", forbidden[_i].name);
}
END_TEST

START_TEST(one_without_landlock_too)
{
	assert_refused(run_alone_and_do, _i, "worker", forbidden[_i].name);
}
END_TEST

START_TEST(a_starting_one_with_most)
{
	if (forbidden[_i].when_starting)
		assert_refused(start_and_do, _i, "worker", forbidden[_i].name);
	else if (!IS_SANITIZED)
		ck_assert_int_eq(confined(start_and_do, _i), 0);
}
END_TEST

static int forward_and_do(int i)
{
	if (syscallfilter_init(&filter, "forwarder") < 0 ||
	    syscallfilter_enter(&filter, SYSCALLFILTER_FORWARDING) < 0)
		return 99;
	forbidden_when_forwarding[i].deed();
	return 0;
}

START_TEST(a_forwarder_ends_with_it)
{
	assert_refused(forward_and_do, _i, "forwarder", forbidden_when_forwarding[_i].name);
}
END_TEST

static int do_what_a_forwarder_does(int argument)
{
	int pair[2];
	int fds[2];
	int error;
	socklen_t size = sizeof(error);

	(void)argument;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0 ||
	    write(pair[0], "bytes", 5) != 5 || syscallfilter_init(&filter, "forwarder") < 0 ||
	    syscallfilter_enter(&filter, SYSCALLFILTER_FORWARDING) < 0)
		return 99;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0 ||
	    splice(pair[1], NULL, fds[1], NULL, 100, SPLICE_F_NONBLOCK) != 5 ||
	    splice(fds[0], NULL, pair[1], NULL, 5, SPLICE_F_NONBLOCK) != 5)
		return 1;
	if (getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error != 0)
		return 2;
	return shutdown(pair[0], SHUT_WR) < 0 || close(pair[0]) < 0 ? 3 : 0;
}

START_TEST(the_forwarders_work_goes_on)
{
	if (!IS_SANITIZED)
		ck_assert_int_eq(confined(do_what_a_forwarder_does, 0), 0);
}
END_TEST

/* A later filter takes away only: what the first of them forbids stays so. */
static int open_again(int argument)
{
	(void)argument;
	if (enter(SYSCALLFILTER_STARTING, SYSCALLFILTER_RUNNING) < 0)
		return 99;
	return -syscallfilter_enter(&filter, SYSCALLFILTER_STARTING);
}

START_TEST(no_way_back)
{
	int status = confined(open_again, 0);

	ck_assert_int_ne(status, 0);
	ck_assert_int_ne(WEXITSTATUS(status), 99);
}
END_TEST

/*
 * What a library does to load a filter is different from version to version: libseccomp
 * 2.6 blocks signals for it. So a stage is entered with this one call: all others are
 * forbidden here, as the strictest filter could.
 */
static int enter_with_one_call(int stage)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (syscallfilter_init(&filter, "worker") < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		return 99;
	syscall(SYS_exit_group, -syscallfilter_enter(&filter, (enum syscallfilter_stage)stage));
	return 98;
}

START_TEST(a_stage_is_entered_by_one_call)
{
	ck_assert_int_eq(confined(enter_with_one_call, _i), 0);
}
END_TEST

/* A program that does not fit would be half a filter. */
START_TEST(programs_have_room_to_grow)
{
	ck_assert_int_eq(syscallfilter_init(&filter, "worker"), 0);
	for (int i = 0; i < SYSCALLFILTER_STAGES; i++) {
		ck_assert_int_gt(filter.programs[i].length, 20);
		ck_assert_int_lt(filter.programs[i].length, SYSCALLFILTER_CODE_MAX / 2);
	}
}
END_TEST

static int do_what_a_worker_does(int stage)
{
	int pair[2];
	char byte;

	if (enter(SYSCALLFILTER_STARTING, (enum syscallfilter_stage)stage) < 0)
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

	if (enter(SYSCALLFILTER_STARTING, (enum syscallfilter_stage)stage) < 0)
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
		UNIT_CASES(a_running_worker_ends_with_it, forbidden),
		UNIT_CASES(one_without_landlock_too, forbidden),
		UNIT_CASES(a_starting_one_with_most, forbidden),
		UNIT_CASES(a_stage_is_entered_by_one_call, filter.programs),
		UNIT_CASES(a_forwarder_ends_with_it, forbidden_when_forwarding),
		UNIT_TEST(the_forwarders_work_goes_on),
		UNIT_TEST(programs_have_room_to_grow),
		UNIT_TEST(no_way_back),
		UNIT_TEST(its_work_goes_on),
		UNIT_TEST(no_openat2_where_nothing_else_is_in_its_way),
	};

	return unit_run("syscallfilter", tests, UNIT_COUNT(tests));
}
