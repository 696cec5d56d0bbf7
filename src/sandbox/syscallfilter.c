// SPDX-License-Identifier: GPL-2.0-or-later
#include "syscallfilter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "problem.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1 /* si_code: asm-generic/siginfo.h, which libc's header leaves out */
#endif

/* A trap tells the call's number; a killed process no longer could. */
#ifdef SYSCALLFILTER_LOG
#define SYSCALLFILTER_REFUSE SCMP_ACT_LOG
#else
#define SYSCALLFILTER_REFUSE SCMP_ACT_TRAP
#endif

/* Conditions on arguments: under the mask (first value) they must equal the second. */
struct syscallfilter_call {
	int number;
	unsigned n_arguments;
	struct scmp_arg_cmp arguments[2];
};

enum {
	SYSCALLFILTER_SOCKET_TYPE = 0xf,  /* the rest are flags: linux/net.h, SOCK_TYPE_MASK */
	SYSCALLFILTER_SO_PASSRIGHTS = 83, /* asm-generic/socket.h of Linux 6.16 */
};

#define CALL(name)                                                                                 \
	{                                                                                          \
		.number = SCMP_SYS(name)                                                           \
	}
#define CALL_WITH(name, n, ...)                                                                    \
	{                                                                                          \
		.number = SCMP_SYS(name), .n_arguments = (n), .arguments = { __VA_ARGS__ }         \
	}
#define ARGUMENT(index, mask, value)                                                               \
	{                                                                                          \
		index, SCMP_CMP_MASKED_EQ, mask, value                                             \
	}

/*
 * Frames first, as the most frequent; then the loop, clients that come and go (a socket each, at a
 * path they give: O_PATH opens nothing), requests and log lines. At most 30, with openat2().
 */
static const struct syscallfilter_call syscallfilter_running[] = {
	CALL(sendmmsg),
	CALL(recvmmsg),
	CALL(readv),
	CALL(writev),
#ifdef __NR_epoll_wait
	CALL(epoll_wait),
#else
	CALL(epoll_pwait), /* libc's implementation of epoll_wait() there */
#endif
	CALL(epoll_ctl),
	CALL(read),
	CALL(write),
	CALL(sendmsg),
	CALL(recvmsg),
	CALL(sendto),
	CALL(accept4),
	/* For frames. With a stream socket it could talk to other daemons in its user's name. */
	CALL_WITH(socket, 2, ARGUMENT(0, UINT64_MAX, AF_UNIX),
		  ARGUMENT(1, SYSCALLFILTER_SOCKET_TYPE, SOCK_DGRAM)),
	CALL(bind),
	CALL(connect),
	CALL(getsockopt),
	CALL_WITH(setsockopt, 2, ARGUMENT(1, UINT64_MAX, SOL_SOCKET),
		  ARGUMENT(2, UINT64_MAX, SO_SNDBUF)),
	CALL_WITH(setsockopt, 2, ARGUMENT(1, UINT64_MAX, SOL_SOCKET),
		  ARGUMENT(2, UINT64_MAX, SO_PASSCRED)),
	CALL_WITH(setsockopt, 2, ARGUMENT(1, UINT64_MAX, SOL_SOCKET),
		  ARGUMENT(2, UINT64_MAX, SYSCALLFILTER_SO_PASSRIGHTS)),
	CALL(getsockname),
	CALL(close),
	CALL_WITH(fcntl, 1, ARGUMENT(1, UINT64_MAX, F_SETFL)),
	CALL_WITH(openat, 1, ARGUMENT(2, O_PATH, O_PATH)),
	CALL(statx),
	CALL(unlinkat),
	CALL(timerfd_settime),
	CALL(sched_yield),
	CALL(clock_gettime), /* where the vDSO does not have it */
	CALL(brk),	     /* frees memory at the end */
	CALL(munmap),
	CALL(exit_group),
};

_Static_assert(sizeof(syscallfilter_running) / sizeof(syscallfilter_running[0]) <= 31,
	       "SECURITY.md says: at most 30; setsockopt() stands here three times, openat2() not");

/* Allowed before that: memory, the loop and its timers, and what the next stage needs. */
static const struct syscallfilter_call syscallfilter_starting[] = {
	CALL_WITH(mmap, 1, ARGUMENT(2, PROT_EXEC, 0)),
	CALL_WITH(mprotect, 1, ARGUMENT(2, PROT_EXEC, 0)),
	CALL(mremap),
	CALL(epoll_create1),
	CALL(timerfd_create),
	CALL(fstat),
	CALL(newfstatat), /* libc's implementation of fstat() */
	CALL(getpid),
	CALL(prctl),
	CALL(seccomp),
	CALL(landlock_create_ruleset),
	CALL(landlock_add_rule),
	CALL(landlock_restrict_self),
};

/*
 * The forwarder: moves bytes between sockets that it is given, through pipes; datagrams from any
 * sender and back; the loop, the host process's messages, log lines. It makes, names and connects
 * no socket, not even by a flag of sendmsg(). Nor can it stop a listener from listening, after
 * which that could be connected.
 */
static const struct syscallfilter_call syscallfilter_forwarding[] = {
	CALL(splice),
#ifdef __NR_epoll_wait
	CALL(epoll_wait),
#else
	CALL(epoll_pwait),
#endif
	CALL(epoll_ctl),
	CALL(recvmsg),
	CALL_WITH(sendmsg, 1, ARGUMENT(2, MSG_FASTOPEN, 0)),
	CALL(accept4),
	CALL(pipe2),
	CALL_WITH(shutdown, 1, ARGUMENT(1, UINT64_MAX, SHUT_WR)),
	CALL_WITH(getsockopt, 2, ARGUMENT(1, UINT64_MAX, SOL_SOCKET),
		  ARGUMENT(2, UINT64_MAX, SO_ERROR)),
	CALL_WITH(setsockopt, 2, ARGUMENT(1, UINT64_MAX, SOL_SOCKET),
		  ARGUMENT(2, UINT64_MAX, SO_LINGER)),
	CALL(close),
	CALL(read),  /* timers */
	CALL(write), /* the log */
	CALL(timerfd_settime),
	CALL(clock_gettime),
	CALL(brk),
	CALL(munmap),
	CALL(exit_group),
};

static int syscallfilter_allow(scmp_filter_ctx filter, const struct syscallfilter_call *calls,
			       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int ret = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, calls[i].number,
						 calls[i].n_arguments, calls[i].arguments);

		if (ret < 0)
			return ret;
	}
	return 0;
}

/*
 * A filter cannot see its flags, which are in memory: it opens whatever nothing else forbids. If
 * nothing else does, it fails as on a kernel without it.
 */
static int syscallfilter_rule_openat2(scmp_filter_ctx filter, enum syscallfilter_stage stage)
{
	uint32_t action =
		stage == SYSCALLFILTER_RUNNING_ALONE ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_ALLOW;

	return seccomp_rule_add(filter, action, SCMP_SYS(openat2), 0);
}

/* Who makes the calls, for the handler. */
static const char *syscallfilter_who = "";

/* Names of the calls by number, for the handler: libseccomp allocates to look one up. */
enum { SYSCALLFILTER_NAMES = 512, SYSCALLFILTER_NAME_MAX = 32 };
static char syscallfilter_names[SYSCALLFILTER_NAMES][SYSCALLFILTER_NAME_MAX];

static void syscallfilter_learn_names(void)
{
	for (int i = 0; i < SYSCALLFILTER_NAMES; i++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, i);

		snprintf(syscallfilter_names[i], SYSCALLFILTER_NAME_MAX, "%s",
			 name ? name : "unknown");
		free(name);
	}
}

/*
 * Runs right at the refused call, and does not return: there is no rt_sigreturn() to return by. A
 * running worker or forwarder may make all the calls it needs; log_error() allocates nothing. If it
 * makes another refused call, the kernel kills the process, because a handler's own signal is
 * blocked.
 */
static void syscallfilter_refused(int signal, siginfo_t *info, void *context)
{
	int number = info->si_syscall;

	(void)signal;
	(void)context;
	if (info->si_code != SYS_SECCOMP)
		log_error("somebody sent the %s a SIGSYS", syscallfilter_who);
	else
		log_error("the %s made the system call %d (%s), which its filter does not allow; "
			  "this is a bug in vde_vmnet or a library, or an attack",
			  syscallfilter_who, number,
			  number >= 0 && number < SYSCALLFILTER_NAMES ? syscallfilter_names[number]
								      : "unknown");
	_exit(STATUS_FAILED);
}

static int syscallfilter_handle_refusals(void)
{
	struct sigaction action = {.sa_sigaction = syscallfilter_refused, .sa_flags = SA_SIGINFO};

	syscallfilter_learn_names();
	sigfillset(&action.sa_mask);
	return sigaction(SIGSYS, &action, NULL) < 0 ? -errno : 0;
}

/* Reads what libseccomp wrote: before 2.6 it can only export to descriptors. */
static int syscallfilter_export(scmp_filter_ctx filter, struct syscallfilter_program *program)
{
	size_t size = sizeof(program->code);
	int fds[2]; /* a pipe holds a page at least: it all fits, or the write fails */
	ssize_t n = 0;
	int ret;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	ret = seccomp_export_bpf(filter, fds[1]);
	close(fds[1]);
	if (ret == 0)
		n = read(fds[0], program->code, size);
	if (n < 0)
		ret = -errno;
	else if (ret == 0 && (n == 0 || read(fds[0], &(char){0}, 1) != 0))
		ret = -E2BIG;
	close(fds[0]);
	program->length = (unsigned short)((size_t)n / sizeof(program->code[0]));
	return ret;
}

/* Allows the calls of a worker in that stage. 0, or -errno. */
static int syscallfilter_allow_worker(scmp_filter_ctx filter, enum syscallfilter_stage stage)
{
	int ret = syscallfilter_allow(filter, syscallfilter_running,
				      sizeof(syscallfilter_running) /
					      sizeof(syscallfilter_running[0]));

	if (ret == 0)
		ret = syscallfilter_rule_openat2(filter, stage);
	if (ret == 0 && stage == SYSCALLFILTER_STARTING)
		ret = syscallfilter_allow(filter, syscallfilter_starting,
					  sizeof(syscallfilter_starting) /
						  sizeof(syscallfilter_starting[0]));
	return ret;
}

static int syscallfilter_make(struct syscallfilter_program *program, enum syscallfilter_stage stage)
{
	scmp_filter_ctx filter = seccomp_init(SYSCALLFILTER_REFUSE);
	int ret = filter ? 0 : -ENOMEM;

	if (ret == 0 && stage == SYSCALLFILTER_FORWARDING)
		ret = syscallfilter_allow(filter, syscallfilter_forwarding,
					  sizeof(syscallfilter_forwarding) /
						  sizeof(syscallfilter_forwarding[0]));
	else if (ret == 0)
		ret = syscallfilter_allow_worker(filter, stage);
	if (ret == 0)
		ret = syscallfilter_export(filter, program);
	if (filter)
		seccomp_release(filter);
	return ret;
}

int syscallfilter_init(struct syscallfilter *filter, const char *who)
{
	int ret = syscallfilter_handle_refusals();

	syscallfilter_who = who;

	for (int stage = 0; stage < SYSCALLFILTER_STAGES && ret == 0; stage++)
		ret = syscallfilter_make(&filter->programs[stage], (enum syscallfilter_stage)stage);
	return ret;
}

int syscallfilter_enter(const struct syscallfilter *filter, enum syscallfilter_stage stage)
{
	const struct syscallfilter_program *program = &filter->programs[stage];
	const struct sock_fprog prog = {.len = program->length,
					.filter = (struct sock_filter *)program->code};

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0 ? -errno : 0;
}
