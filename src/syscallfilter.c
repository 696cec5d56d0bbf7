// SPDX-License-Identifier: GPL-2.0-or-later
#include "syscallfilter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>

#ifdef SYSCALLFILTER_LOG
#define SYSCALLFILTER_REFUSE SCMP_ACT_LOG
#else
#define SYSCALLFILTER_REFUSE SCMP_ACT_KILL_PROCESS
#endif

/* What arguments must be: the bits of the first value as in the second. */
struct syscallfilter_call {
	int number;
	unsigned n_arguments;
	struct scmp_arg_cmp arguments[2];
};

enum { SYSCALLFILTER_SOCKET_TYPE = 0xf }; /* the rest are flags: linux/net.h, SOCK_TYPE_MASK */

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
 * The frames, first as the most frequent; then the loop, clients that come and go
 * (a socket each, at a path of theirs: O_PATH opens nothing), requests and lines
 * of the log. At most 30, with openat2().
 */
static const struct syscallfilter_call syscallfilter_running[] = {
	CALL(sendmmsg),
	CALL(recvmmsg),
	CALL(readv),
	CALL(writev),
#ifdef __NR_epoll_wait
	CALL(epoll_wait),
#else
	CALL(epoll_pwait), /* what libc makes of epoll_wait() there */
#endif
	CALL(ppoll),
	CALL(epoll_ctl),
	CALL(read),
	CALL(write),
	CALL(sendmsg),
	CALL(recvmsg),
	CALL(sendto),
	CALL(accept4),
	/* For frames. With a stream it could ask other daemons, in its user's name. */
	CALL_WITH(socket, 2, ARGUMENT(0, UINT64_MAX, AF_UNIX),
		  ARGUMENT(1, SYSCALLFILTER_SOCKET_TYPE, SOCK_DGRAM)),
	CALL(bind),
	CALL(connect),
	CALL(getsockopt),
	CALL_WITH(setsockopt, 2, ARGUMENT(1, UINT64_MAX, SOL_SOCKET),
		  ARGUMENT(2, UINT64_MAX, SO_SNDBUF)),
	CALL(getsockname),
	CALL(close),
	CALL_WITH(fcntl, 1, ARGUMENT(1, UINT64_MAX, F_SETFL)),
	CALL_WITH(openat, 1, ARGUMENT(2, O_PATH, O_PATH)),
	CALL(statx),
	CALL(unlinkat),
	CALL(timerfd_settime),
	CALL(clock_gettime), /* where it is no vDSO's */
	CALL(brk),	     /* memory given back, at the end */
	CALL(munmap),
	CALL(exit_group),
};

_Static_assert(sizeof(syscallfilter_running) / sizeof(syscallfilter_running[0]) < 30,
	       "README and SECURITY.md say: at most 30");

/* Before that: memory, the loop and its timers, and the way to the next stage. */
static const struct syscallfilter_call syscallfilter_starting[] = {
	CALL_WITH(mmap, 1, ARGUMENT(2, PROT_EXEC, 0)),
	CALL_WITH(mprotect, 1, ARGUMENT(2, PROT_EXEC, 0)),
	CALL(mremap),
	CALL(epoll_create1),
	CALL(timerfd_create),
	CALL(fstat),
	CALL(newfstatat), /* what libc makes of fstat() */
	CALL(getrandom),  /* the key of the bridge's hash */
	CALL(getpid),
	CALL(prctl),
	CALL(seccomp),
	CALL(landlock_create_ruleset),
	CALL(landlock_add_rule),
	CALL(landlock_restrict_self),
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
 * Its flags are in memory, out of a filter's sight: it opens whatever else lets it.
 * Where nothing else is in the way, it is as in a kernel that does not have it.
 */
static int syscallfilter_rule_openat2(scmp_filter_ctx filter, enum syscallfilter_stage stage)
{
	uint32_t action =
		stage == SYSCALLFILTER_RUNNING_ALONE ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_ALLOW;

	return seccomp_rule_add(filter, action, SCMP_SYS(openat2), 0);
}

int syscallfilter_enter(enum syscallfilter_stage stage)
{
	scmp_filter_ctx filter = seccomp_init(SYSCALLFILTER_REFUSE);
	int ret = filter ? 0 : -ENOMEM;

	if (ret == 0)
		ret = syscallfilter_allow(filter, syscallfilter_running,
					  sizeof(syscallfilter_running) /
						  sizeof(syscallfilter_running[0]));
	if (ret == 0)
		ret = syscallfilter_rule_openat2(filter, stage);
	if (ret == 0 && stage == SYSCALLFILTER_STARTING)
		ret = syscallfilter_allow(filter, syscallfilter_starting,
					  sizeof(syscallfilter_starting) /
						  sizeof(syscallfilter_starting[0]));
	if (ret == 0)
		ret = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	return ret;
}
