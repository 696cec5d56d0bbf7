// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * insideof PID DEED [ARGUMENT]: makes the process do what somebody who took it over would try,
 * with arguments that are right: that it fails is then the work of what confines it. Prints "0",
 * or the name of the error; "gone" where the process ended of it. The process goes on after that.
 *
 * Deeds: execute, fork, read PATH, write PATH, create PATH, list PATH, ptrace PID, mount,
 * unshare, newuser, uring, bpf, keyctl, newest, socket FAMILY[:PROTOCOL], kill PID; and loop,
 * which is no call: from there on it goes round for ever.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(2);
}

struct call {
	long number;
	unsigned long arguments[6];
	const char *text; /* put into its memory, and its address where an argument is TEXT */
};

#define TEXT 0xdeadbeefUL

/* Below what its stack holds, out of the way of its own. */
enum { BELOW = 4096 };

#if defined(__x86_64__)
#define RESULT(registers) (long)(registers).rax
static unsigned long stack_of(const struct user_regs_struct *registers)
{
	return registers->rsp;
}
static int put_call(pid_t pid, struct user_regs_struct *registers, const struct call *call)
{
	struct iovec iov = {registers, sizeof(*registers)};

	registers->orig_rax = (unsigned long)call->number;
	registers->rdi = call->arguments[0];
	registers->rsi = call->arguments[1];
	registers->rdx = call->arguments[2];
	registers->r10 = call->arguments[3];
	registers->r8 = call->arguments[4];
	registers->r9 = call->arguments[5];
	return (int)ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
}
#elif defined(__aarch64__)
#define RESULT(registers) (long)(registers).regs[0]
static unsigned long stack_of(const struct user_regs_struct *registers)
{
	return registers->sp;
}
static int put_call(pid_t pid, struct user_regs_struct *registers, const struct call *call)
{
	struct iovec iov = {registers, sizeof(*registers)};
	int number = (int)call->number;
	struct iovec syscall_iov = {&number, sizeof(number)};

	for (int i = 0; i < 6; i++)
		registers->regs[i] = call->arguments[i];
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov) < 0)
		return -1;
	return (int)ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &syscall_iov);
}
#endif

/* To the next entry or exit of a system call; false when the process is no more. */
static int goes_on(pid_t pid)
{
	int signal = 0;
	int status;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, 0, signal) < 0 || waitpid(pid, &status, 0) != pid ||
		    !WIFSTOPPED(status))
			return 0;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			return 1;
		/* A signal of its own comes in between, as of a child's end. */
		signal = status >> 16 ? 0 : WSTOPSIG(status);
	}
}

static struct call call_of(const char *deed, const char *argument)
{
	unsigned long number = argument ? strtoul(argument, NULL, 10) : 0;
	const char *second = argument ? strchr(argument, ':') : NULL;
	const struct {
		const char *name;
		struct call call;
	} calls[] = {
		{"execute", {SYS_execve, {TEXT, 0, 0}, "/bin/true"}},
		{"fork", {SYS_clone, {SIGCHLD}, NULL}},
		{"read", {SYS_openat, {(unsigned long)AT_FDCWD, TEXT, O_RDONLY}, argument}},
		{"write", {SYS_openat, {(unsigned long)AT_FDCWD, TEXT, O_WRONLY}, argument}},
		{"create",
		 {SYS_openat, {(unsigned long)AT_FDCWD, TEXT, O_WRONLY | O_CREAT, 0600}, argument}},
		{"list",
		 {SYS_openat, {(unsigned long)AT_FDCWD, TEXT, O_RDONLY | O_DIRECTORY}, argument}},
		{"ptrace", {SYS_ptrace, {PTRACE_SEIZE, number}, NULL}},
		{"mount", {SYS_mount, {TEXT, TEXT, TEXT}, "tmpfs"}},
		{"unshare", {SYS_unshare, {CLONE_NEWNS}, NULL}},
		{"newuser", {SYS_clone, {CLONE_NEWUSER | SIGCHLD}, NULL}},
		{"uring", {425, {0}, NULL}},
		{"bpf", {SYS_bpf, {0}, NULL}},
		{"keyctl", {SYS_keyctl, {0}, NULL}},
		{"newest", {1000, {0}, NULL}},
		{"kill", {SYS_kill, {number, 0}, NULL}},
		{"socket",
		 {SYS_socket,
		  {number, SOCK_RAW, second ? strtoul(second + 1, NULL, 10) : 0},
		  NULL}},
	};

	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, deed) == 0)
			return calls[i].call;
	}
	fprintf(stderr, "insideof PID DEED [ARGUMENT]: no such deed: %s\n", deed);
	exit(2);
}

/* Where the call was, a jump to itself: written by the tracer, whom no protection keeps out. */
static int make_loop(pid_t pid, struct user_regs_struct *registers)
{
#if defined(__x86_64__)
	unsigned long place = registers->rip;
	unsigned long code = 0xfeeb;
	unsigned long size = 2;
#elif defined(__aarch64__)
	unsigned long place = registers->pc;
	unsigned long code = 0x14000000;
	unsigned long size = 4;
#endif
	unsigned long mask = (1UL << 8 * size) - 1;
	unsigned long word = (unsigned long)ptrace(PTRACE_PEEKTEXT, pid, place, 0);

	return (int)ptrace(PTRACE_POKETEXT, pid, place, (word & ~mask) | code);
}

/* Puts the text below its stack, and the text's address where it belongs. */
static void give_text(pid_t pid, const struct user_regs_struct *registers, struct call *call)
{
	unsigned long place = (stack_of(registers) - BELOW) & ~15UL;
	struct iovec ours;
	struct iovec theirs;

	if (!call->text)
		return;
	ours = (struct iovec){(void *)call->text, strlen(call->text) + 1};
	theirs = (struct iovec){(void *)place, ours.iov_len};
	if (process_vm_writev(pid, &ours, 1, &theirs, 1, 0) != (ssize_t)ours.iov_len)
		die("its memory");
	for (int i = 0; i < 6; i++) {
		if (call->arguments[i] == TEXT)
			call->arguments[i] = place;
	}
}

int main(int argc, char **argv)
{
	struct user_regs_struct registers;
	struct user_regs_struct before;
	struct iovec iov = {&registers, sizeof(registers)};
	pid_t pid = argc >= 3 ? atoi(argv[1]) : 0;
	struct call call;
	int status;

	if (pid <= 0) {
		fprintf(stderr, "usage: insideof PID DEED [ARGUMENT]\n");
		return 2;
	}
	call = strcmp(argv[2], "loop") == 0 ? (struct call){0} : call_of(argv[2], argv[3]);
	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0 || waitpid(pid, &status, 0) < 0)
		die("attach");
	/* It waited in a system call, which the stop has ended: to the entry of the next. */
	if (!goes_on(pid) || ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) < 0)
		die("registers");
	if (strcmp(argv[2], "loop") == 0) {
		if (make_loop(pid, &registers) < 0 || ptrace(PTRACE_DETACH, pid, 0, 0) < 0)
			die("loop");
		return 0;
	}
	before = registers;
	give_text(pid, &registers, &call);
	if (put_call(pid, &registers, &call) < 0)
		die("registers");
	if (!goes_on(pid) || ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) < 0) {
		puts("gone");
		return 0;
	}
	puts(RESULT(registers) >= 0 ? "0" : strerrorname_np((int)-RESULT(registers)));
	/* As if a signal had come in between: it makes its call again. */
	registers = before;
#if defined(__x86_64__)
	registers.rax = (unsigned long)-EINTR;
#elif defined(__aarch64__)
	registers.regs[0] = (unsigned long)-EINTR;
#endif
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov) < 0 ||
	    ptrace(PTRACE_DETACH, pid, 0, 0) < 0)
		die("detach");
	return 0;
}
