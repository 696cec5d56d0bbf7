// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syscallas PID NAME: makes the process make a system call (without arguments)
 * that it would not by itself, as an attacker inside it could. Prints "killed"
 * when that ended it, else what the call returned.
 */
#include <elf.h>
#include <errno.h>
#include <seccomp.h>
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

/* Runs to the next stop; false when the process is no more. */
static int goes_on(pid_t pid, int how)
{
	int status;

	if (ptrace(how, pid, 0, 0) < 0 || waitpid(pid, &status, 0) < 0)
		return 0;
	return WIFSTOPPED(status);
}

#if defined(__x86_64__)
enum { INSTRUCTION = 2 };
#define PC(registers)	  (registers).rip
#define NUMBER(registers) (registers).rax
#define RESULT(registers) (long)(registers).rax
#elif defined(__aarch64__)
enum { INSTRUCTION = 4 };
#define PC(registers)	  (registers).pc
#define NUMBER(registers) (registers).regs[8]
#define RESULT(registers) (long)(registers).regs[0]
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
	/* It waits in a system call: at the entry of the next it stands behind the instruction. */
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0 || waitpid(pid, NULL, 0) < 0)
		die("attach");
	if (!goes_on(pid, PTRACE_SYSCALL) || ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) < 0)
		die("registers");
	NUMBER(registers) = (unsigned)number;
	PC(registers) -= INSTRUCTION;
#if defined(__x86_64__)
	registers.orig_rax = -1;
#endif
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov) < 0)
		die("registers");
	/* Out of the old call, into ours, out of it. */
	for (int i = 0; i < 3; i++) {
		if (!goes_on(pid, PTRACE_SYSCALL)) {
			puts("killed");
			return 0;
		}
	}
	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) < 0)
		die("registers");
	printf("%ld\n", RESULT(registers));
	kill(pid, SIGKILL);
	return 0;
}
