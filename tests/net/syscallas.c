// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syscallas PID NAME: makes the process make a system call (without arguments)
 * that it would not by itself, as an attacker inside it could. Prints "killed"
 * when that ended it, else what the call returned.
 */
#include <elf.h>
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* Runs to the next stop; false when the process is no more, or dies of a forbidden call. */
static int goes_on(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SYSCALL, pid, 0, 0) < 0 || waitpid(pid, &status, 0) < 0)
		return 0;
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSYS)
		return WIFSTOPPED(status);
	ptrace(PTRACE_DETACH, pid, 0, SIGSYS);
	return 0;
}

/*
 * At the entry of a system call, puts another in its place, with no arguments. The
 * filter is asked after that, so it judges the other.
 */
#if defined(__x86_64__)
#define RESULT(registers) (long)(registers).rax
static int replace_call(pid_t pid, struct user_regs_struct *registers, int number)
{
	struct iovec iov = {registers, sizeof(*registers)};

	registers->orig_rax = (unsigned)number;
	registers->rdi = registers->rsi = registers->rdx = 0;
	registers->r10 = registers->r8 = registers->r9 = 0;
	return (int)ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
}
#elif defined(__aarch64__)
#define RESULT(registers) (long)(registers).regs[0]
static int replace_call(pid_t pid, struct user_regs_struct *registers, int number)
{
	struct iovec iov = {registers, sizeof(*registers)};
	struct iovec call = {&number, sizeof(number)};

	for (int i = 0; i < 6; i++)
		registers->regs[i] = 0;
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov) < 0)
		return -1;
	return (int)ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &call);
}
#endif

int main(int argc, char **argv)
{
	struct user_regs_struct registers;
	struct iovec iov = {&registers, sizeof(registers)};
	pid_t pid = argc == 3 ? atoi(argv[1]) : 0;
	int number = argc == 3 ? seccomp_syscall_resolve_name(argv[2]) : -1;

	if (pid <= 0 || number < 0) {
		fprintf(stderr, "usage: syscallas PID NAME\n");
		return 2;
	}
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0 || waitpid(pid, NULL, 0) < 0)
		die("attach");
	/* It waited in a system call, which the stop has ended: to the entry of the next. */
	if (!goes_on(pid) || ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) < 0)
		die("registers");
	if (replace_call(pid, &registers, number) < 0)
		die("registers");
	/* Out of the call, and to the next: where the filter forbids it, that is never reached. */
	if (!goes_on(pid) || ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) < 0 ||
	    !goes_on(pid)) {
		puts("killed");
		return 0;
	}
	printf("%ld\n", RESULT(registers));
	kill(pid, SIGKILL);
	return 0;
}
