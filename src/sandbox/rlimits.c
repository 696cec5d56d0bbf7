// SPDX-License-Identifier: GPL-2.0-or-later
#include "rlimits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

#define RLIMITS_KIB	 ((rlim_t)1 << 10)
#define RLIMITS_MIB	 ((rlim_t)1 << 20)
#define RLIMITS_INFINITE RLIM_INFINITY

/*
 * The kernel's values for the first process, or systemd's for a service if those are too high.
 * least: measured, plus a margin. The largest process, ours, has 26 MiB of address space, 17 MiB of
 * data and 330 KiB of stack; leases of a full /16 take 8 MiB.
 */
static const struct rlimits_rule {
	int resource;
	const char *name; /* without RLIMIT_ */
	rlim_t soft;
	rlim_t hard;
	rlim_t least;
} rlimits_rules[] = {
	{RLIMIT_AS, "AS", RLIMITS_INFINITE, RLIMITS_INFINITE, 128 * RLIMITS_MIB},
	{RLIMIT_CORE, "CORE", 0, 0, 0}, /* our processes are not dumpable anyway */
	{RLIMIT_CPU, "CPU", RLIMITS_INFINITE, RLIMITS_INFINITE, 0},
	{RLIMIT_DATA, "DATA", RLIMITS_INFINITE, RLIMITS_INFINITE, 64 * RLIMITS_MIB},
	{RLIMIT_FSIZE, "FSIZE", RLIMITS_INFINITE, RLIMITS_INFINITE, 16 * RLIMITS_MIB},
	{RLIMIT_LOCKS, "LOCKS", RLIMITS_INFINITE, RLIMITS_INFINITE, 0}, /* has no effect */
	{RLIMIT_MEMLOCK, "MEMLOCK", 8 * RLIMITS_MIB, 8 * RLIMITS_MIB, 0},
	{RLIMIT_MSGQUEUE, "MSGQUEUE", 800 * RLIMITS_KIB, 800 * RLIMITS_KIB, 0},
	{RLIMIT_NICE, "NICE", 0, 0, 0},
	/*
	 * A worker takes two for each client. Those on their way to another process count too, for
	 * the user and so for all its networks: if there are more than the sender's limit, nothing
	 * can be passed on (unix(7), ETOOMANYREFS).
	 */
	{RLIMIT_NOFILE, "NOFILE", 524288, 524288, 256},
	{RLIMIT_NPROC, "NPROC", RLIMITS_INFINITE, RLIMITS_INFINITE, 0}, /* only trying tells */
	{RLIMIT_RSS, "RSS", RLIMITS_INFINITE, RLIMITS_INFINITE, 0},	/* has no effect */
	{RLIMIT_RTPRIO, "RTPRIO", 0, 0, 0},
	{RLIMIT_RTTIME, "RTTIME", RLIMITS_INFINITE, RLIMITS_INFINITE, 0},
	{RLIMIT_SIGPENDING, "SIGPENDING", 4096, 4096, 0},
	{RLIMIT_STACK, "STACK", 8 * RLIMITS_MIB, RLIMITS_INFINITE, RLIMITS_MIB},
};

enum { RLIMITS_RULES = sizeof(rlimits_rules) / sizeof(rlimits_rules[0]) };

_Static_assert(RLIMITS_RULES == (int)RLIM_NLIMITS, "every one of them");

static rlim_t rlimits_least_of(rlim_t a, rlim_t b)
{
	return a < b ? a : b; /* RLIM_INFINITY is the largest */
}

/* Raises it as far as we may, and lowers it in any case. */
static void rlimits_apply(const struct rlimits_rule *rule)
{
	struct rlimit limit = {rule->soft, rule->hard};

	if (setrlimit((__rlimit_resource_t)rule->resource, &limit) == 0 ||
	    getrlimit((__rlimit_resource_t)rule->resource, &limit) < 0)
		return;
	limit.rlim_max = rlimits_least_of(limit.rlim_max, rule->hard);
	limit.rlim_cur = rlimits_least_of(limit.rlim_max, rule->soft);
	if (setrlimit((__rlimit_resource_t)rule->resource, &limit) < 0)
		log_debug("cannot set RLIMIT_%s: %s", rule->name, strerror(errno));
}

static rlim_t rlimits_get(int resource)
{
	struct rlimit limit = {0, 0};

	getrlimit((__rlimit_resource_t)resource, &limit);
	return limit.rlim_cur;
}

bool rlimits_set(void)
{
	rlim_t stack = rlimits_get(RLIMIT_STACK);

	/* If it cannot be raised, a write fails instead of killing us. */
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < RLIMITS_RULES; i++)
		rlimits_apply(&rlimits_rules[i]);
	return rlimits_get(RLIMIT_STACK) != stack;
}

int rlimits_try_processes(unsigned n)
{
	unsigned made = 0;
	int hold[2];
	int ret = 0;

	if (rlimits_get(RLIMIT_NPROC) == RLIM_INFINITY)
		return 0;
	if (pipe2(hold, O_CLOEXEC) < 0)
		return -errno;
	while (made < n && ret == 0) {
		pid_t pid = fork();

		if (pid == 0) { /* lives until all were made */
			close(hold[1]);
			_exit(read(hold[0], &(char){0}, 1) != 0);
		}
		ret = pid < 0 ? -errno : 0;
		made += pid > 0;
	}
	close(hold[1]);
	close(hold[0]);
	while (made > 0 && (waitpid(-1, NULL, 0) > 0 || errno == EINTR))
		made--;
	return ret;
}

int rlimits_check(struct problem *problem)
{
	rlim_t seconds = rlimits_get(RLIMIT_CPU);

	for (int i = 0; i < RLIMITS_RULES; i++) {
		const struct rlimits_rule *rule = &rlimits_rules[i];
		rlim_t is = rlimits_get(rule->resource);

		if (is < rule->least)
			return problem_set(problem, STATUS_HOST,
					   "the limit RLIMIT_%s is %llu and cannot be raised from "
					   "here, but a network needs %llu; start it with a higher "
					   "limit (ulimit; in a unit, Limit%s=)",
					   rule->name, (unsigned long long)is,
					   (unsigned long long)rule->least, rule->name);
	}
	if (seconds != RLIM_INFINITY)
		log_warning("the limit RLIMIT_CPU is %llu and cannot be raised from here: the "
			    "network ends when it has used that many seconds of processor time",
			    (unsigned long long)seconds);
	return 0;
}

int rlimits_lower_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	if (limit.rlim_cur <= FD_SETSIZE) /* even that may be refused: fs.nr_open is lower */
		return 0;
	limit.rlim_cur = FD_SETSIZE;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}
