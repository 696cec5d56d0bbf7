// SPDX-License-Identifier: GPL-2.0-or-later
/* What a confined program may do; that it may execute nothing, unit/process tries. */
#include "confinement.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "confined.h"
#include "denylist.h"

enum { MISSING = 77 }; /* this kernel has no Landlock */

static const struct confinement confinement = {
	.program = "/bin/true", .reads = "reads", .writes = "writes"};

static int result(long ret)
{
	return ret < 0 ? errno : 0;
}

static int try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : waitpid(pid, NULL, 0) != pid;
}

static int try_execveat(void)
{
	return result(syscall(SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0));
}

static int try_ptrace(void)
{
	return result(ptrace(PTRACE_TRACEME, 0, 0, 0));
}

static int try_mount(void)
{
	return result(mount("tmpfs", "/tmp", "tmpfs", 0, NULL));
}

static int try_unshare(void)
{
	return result(unshare(CLONE_NEWUSER));
}

static int try_namespace(void)
{
	return result(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

/* Where its flags lie in memory no filter sees them. */
static int try_clone3(void)
{
	return result(syscall(435, NULL, 0));
}

static int try_future(void)
{
	return result(syscall(463, NULL, 0));
}

static int try_unix(void)
{
	return result(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int try_inet(void)
{
	return result(socket(AF_INET, SOCK_DGRAM, 0));
}

static int try_inet6(void)
{
	return result(socket(AF_INET6, SOCK_STREAM, 0));
}

static int try_routes(void)
{
	return result(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
}

static int try_rules(void)
{
	return result(socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
}

static int try_packet(void)
{
	return result(socket(AF_PACKET, SOCK_RAW, 0));
}

static int try_vsock(void)
{
	return result(socket(40, SOCK_STREAM, 0));
}

#ifdef __x86_64__
/* The same calls have other numbers there. */
static int try_x32(void)
{
	return result(syscall(0x40000000 | SYS_getpid));
}

/* getpid(), of 32 bits: an error is a number here. */
static int try_i386(void)
{
	long ret = 20;

	__asm__ volatile("int $0x80" : "+a"(ret) : : "memory", "r8", "r9", "r10", "r11");
	return ret == -EPERM ? EPERM : 0;
}
#endif

static const struct {
	int (*deed)(void);
	int error;
} calls[] = {
	{try_fork, 0},
	{try_unix, 0},
	{try_inet, 0},
	{try_inet6, 0},
	{try_routes, 0},
	{try_execveat, EPERM},
	{try_ptrace, EPERM},
	{try_mount, EPERM},
	{try_unshare, EPERM},
	{try_namespace, EPERM},
	{try_clone3, ENOSYS},
	{try_future, ENOSYS},
	{try_rules, EPROTONOSUPPORT},
	{try_packet, EAFNOSUPPORT},
	{try_vsock, EAFNOSUPPORT},
#ifdef __x86_64__
	{try_x32, ENOSYS},
	{try_i386, EPERM},
#endif
};

static int call_plainly(int i)
{
	return calls[i].deed();
}

/* A kernel without calls of 32 bits ends whoever makes one, with a filter or without. */
static bool is_unknown_to_the_kernel(int i)
{
	int status = confined(call_plainly, i);

	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static int enter_and_call(int i)
{
	int listener;

	return denylist_enter(true, &listener) < 0 || listener != -1 ? 99 : calls[i].deed();
}

START_TEST(calls_fail_and_nobody_is_killed)
{
	int status = confined(enter_and_call, _i);

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV && is_unknown_to_the_kernel(_i))
		return;
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == calls[_i].error,
		      "call %d: wait status %#x instead of errno %d", _i, status, calls[_i].error);
}
END_TEST

/* As in a container whose own filter asks somebody: it goes without. */
static int enter_twice(int argument)
{
	int first;
	int second;

	if (denylist_enter(false, &first) < 0 || first < 0)
		return 1 + argument;
	return denylist_enter(false, &second) < 0 || second != -1 ? 2 : 0;
}

START_TEST(where_another_is_asked_it_goes_without)
{
	ck_assert_int_eq(confined(enter_twice, 0), 0);
}
END_TEST

static const struct {
	const char *path;
	int flags;
	int error;
} files[] = {
	{"reads/file", O_RDONLY, 0},
	{"reads", O_RDONLY | O_DIRECTORY, 0},
	{"writes", O_RDWR | O_APPEND | O_CREAT, 0},
	{"writes", O_RDWR | O_TRUNC, 0},
	{"/etc/passwd", O_RDONLY, 0},
	{"/dev/null", O_RDWR, 0},
	{"/dev/urandom", O_RDONLY, 0},
	{"/proc/self/stat", O_RDONLY, 0},
	{"reads/file", O_WRONLY, EACCES},
	{"reads/new", O_WRONLY | O_CREAT, EACCES},
	{"new", O_WRONLY | O_CREAT, EACCES},
	{"precious", O_RDONLY, EACCES},
	{".", O_RDONLY | O_DIRECTORY, EACCES},
	{"/etc", O_RDONLY | O_DIRECTORY, EACCES},
	{"/proc/self/comm", O_WRONLY, EACCES},
};

static int enter_and_open(int i)
{
	int listener;

	if (confinement_enter(&confinement, &listener) < 0)
		return 99;
	if (open("precious", O_RDONLY) >= 0)
		return MISSING;
	return open(files[i].path, files[i].flags, 0600) < 0 ? errno : 0;
}

START_TEST(files_are_those_it_needs)
{
	int status;

	ck_assert_int_eq(mkdir("reads", 0755), 0);
	unit_write_file("reads/file", "x", 1);
	unit_write_file("writes", "x", 1);
	unit_write_file("precious", "x", 1);
	status = confined(enter_and_open, _i);
	if (WIFEXITED(status) && WEXITSTATUS(status) == MISSING)
		return;
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == files[_i].error,
		      "%s: wait status %#x instead of errno %d", files[_i].path, status,
		      files[_i].error);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(calls_fail_and_nobody_is_killed, calls),
		UNIT_TEST(where_another_is_asked_it_goes_without),
		UNIT_CASES(files_are_those_it_needs, files),
	};

	return unit_run("confinement", tests, UNIT_COUNT(tests));
}
