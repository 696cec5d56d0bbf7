// SPDX-License-Identifier: GPL-2.0-or-later
#include "program.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "unit.h"

enum { GIVEN_FD = 9 };

static void become_nobody(void)
{
	if (geteuid() == 0 && (setresgid(UNIT_NOBODY, UNIT_NOBODY, UNIT_NOBODY) < 0 ||
			       setresuid(UNIT_NOBODY, UNIT_NOBODY, UNIT_NOBODY) < 0))
		_exit(99);
}

/*
 * A process that executes what fd is, with one descriptor, and stands at its first
 * instruction: to nobody else was it given to run before.
 */
static pid_t start_and_stop(int fd)
{
	static const char *const argv[] = {"true", NULL};
	static const char *const envp[] = {NULL};
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		if (dup2(null, GIVEN_FD) < 0)
			_exit(98);
		become_nobody();
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
		_exit(97);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSTOPPED(status));
	ck_assert_int_eq(ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL),
			 0);
	ck_assert_int_eq(ptrace(PTRACE_CONT, pid, 0, 0), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8), "status %x", status);
	return pid;
}

/* What one of the same user gets: the exit status of a child that tries. */
static int look_into(pid_t pid)
{
	pid_t thief = fork();
	int status;

	if (thief == 0) {
		int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		bool has;

		become_nobody();
		has = syscall(SYS_pidfd_getfd, pidfd, GIVEN_FD, 0) >= 0;
		_exit(has ? 0 : errno);
	}
	ck_assert_int_eq(waitpid(thief, &status, 0), thief);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

START_TEST(it_is_the_same_program)
{
	struct program program;
	struct stat copy;
	struct stat st;

	ck_assert_int_eq(program_open(&program, "/proc/self/exe"), 0);
	ck_assert_str_eq(program.exposure, "");
	ck_assert_int_eq(stat("/proc/self/exe", &st), 0);
	ck_assert_int_eq(fstat(program.fd, &copy), 0);
	ck_assert_int_eq(copy.st_size, st.st_size);
#ifndef SANITIZED
	ck_assert_int_eq(copy.st_mode & 07777, 0111);
#endif
	program_close(&program);
	program_close(&program);
	ck_assert_int_eq(program.fd, -1);
}
END_TEST

/* Neither by who makes it nor by who is executed from it. */
START_TEST(it_does_not_change)
{
	struct program program;

	ck_assert_int_eq(program_open(&program, "/bin/true"), 0);
	ck_assert_int_eq(pwrite(program.fd, "x", 1, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(program.fd, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(fcntl(program.fd, F_GET_SEALS) & F_SEAL_SEAL, F_SEAL_SEAL);
	program_close(&program);
}
END_TEST

START_TEST(nobody_looks_into_it_from_the_first_instruction)
{
	struct program program;
	pid_t pid;

#ifdef SANITIZED
	return; /* its copy can be read */
#endif
	ck_assert_int_eq(program_open(&program, "/bin/true"), 0);
	pid = start_and_stop(program.fd);
	ck_assert_int_eq(look_into(pid), EPERM);
	end(pid);
	program_close(&program);
}
END_TEST

/* What this is for: the program itself lets them. */
START_TEST(the_file_itself_would_let_them)
{
	int fd = open("/bin/true", O_PATH | O_CLOEXEC);
	pid_t pid = start_and_stop(fd);

	ck_assert_int_eq(look_into(pid), 0);
	end(pid);
	close(fd);
}
END_TEST

START_TEST(what_is_not_there_is_told)
{
	struct program program;

	ck_assert_int_eq(program_open(&program, "absent"), -ENOENT);
	ck_assert_int_eq(program.fd, -1);
	program_close(&program);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(it_is_the_same_program),
		UNIT_TEST(it_does_not_change),
		UNIT_TEST(nobody_looks_into_it_from_the_first_instruction),
		UNIT_TEST(the_file_itself_would_let_them),
		UNIT_TEST(what_is_not_there_is_told),
	};

	return unit_run("program", tests, UNIT_COUNT(tests));
}
