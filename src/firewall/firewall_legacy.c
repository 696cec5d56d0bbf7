// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_legacy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "directory.h"
#include "firewall_iptables.h"
#include "rlimits.h"
#include "sandbox.h"

enum { FIREWALL_LEGACY_WORDS_MAX = 64, FIREWALL_LEGACY_LOCK_FD = 3 };

/* iptables' exit status if it could not get the lock (RESOURCE_PROBLEM). */
enum { FIREWALL_LEGACY_BUSY = 4 };

static const char firewall_legacy_lock[] = "/run/xtables.lock";

bool firewall_legacy_in_use(bool ipv6)
{
	FILE *file = fopen(ipv6 ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names", "re");
	char name[32];
	bool found = false;

	if (!file && errno == EACCES)
		return access(ipv6 ? "/sys/module/ip6table_filter" : "/sys/module/iptable_filter",
			      F_OK) == 0;
	while (file && !found && fgets(name, sizeof(name), file))
		found = strcmp(name, "filter\n") == 0;
	if (file)
		fclose(file);
	return found;
}

/* Opens it as iptables itself does, which creates it if it is missing. */
bool firewall_legacy_may_change(void)
{
	int fd = open(firewall_legacy_lock, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT && directory_can_make(firewall_legacy_lock) == 0;
	close(fd);
	return true;
}

static const char *firewall_legacy_find(bool ipv6)
{
	static const char *const paths[][2] = {
		{"/usr/sbin/iptables-legacy", "/usr/sbin/ip6tables-legacy"},
		{"/sbin/iptables-legacy", "/sbin/ip6tables-legacy"},
		{"/usr/bin/iptables-legacy", "/usr/bin/ip6tables-legacy"}, /* Arch */
	};

	for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (access(paths[i][ipv6], X_OK) == 0)
			return paths[i][ipv6];
	}
	return NULL;
}

/* One program serves both families; its name selects the family. */
static const char *firewall_legacy_name(bool ipv6)
{
	return ipv6 ? "ip6tables-legacy" : "iptables-legacy";
}

/*
 * In the child: closes everything but stdio, or our table would live as long as it does. Reading
 * needs no lock, because the kernel returns one consistent state of the table; so a reader gets a
 * lock file of its own, because the real one may be held, or be root's.
 */
static void firewall_legacy_child(const char *path, const char *const *argv, int output,
				  bool changes)
{
	static const char *const environment[] = {"XTABLES_LOCKFILE=/proc/self/fd/3",
						  "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
						  NULL};
	int null = open("/dev/null", O_RDWR);
	int lock = changes ? null : memfd_create("xtables.lock", 0);
	sigset_t none;

	setsid(); /* a terminal's Ctrl-C is only for us */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0 && lock >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
	    dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	    dup2(lock, FIREWALL_LEGACY_LOCK_FD) >= 0 &&
	    syscall(SYS_close_range, FIREWALL_LEGACY_LOCK_FD + 1, ~0U, 0) == 0 &&
	    rlimits_lower_files() == 0 && sandbox_enter_tool() == 0)
		execve(path, (char *const *)argv, (char *const *)environment + changes);
	_exit(127);
}

/* Reads until the child ends, or until end (ms, clock_now()). *length may exceed size. */
static bool firewall_legacy_read(int fd, char *text, size_t size, size_t *length, int64_t end)
{
	char beyond[4096] = {0};

	for (;;) {
		struct pollfd output = {.fd = fd, .events = POLLIN};
		int64_t left = end - clock_now();
		bool fits = *length < size;
		ssize_t n;

		if (left <= 0 || (poll(&output, 1, (int)left) < 0 && errno != EINTR))
			return false;
		if (!output.revents)
			continue;
		n = read(fd, fits ? text + *length : beyond,
			 fits ? size - *length : sizeof(beyond));
		if (n == 0)
			return true;
		*length += n > 0 ? (size_t)n : 0;
	}
}

static int firewall_legacy_result(bool ended, int status)
{
	if (!ended)
		return -ETIMEDOUT;
	if (WIFEXITED(status) && WEXITSTATUS(status) == FIREWALL_LEGACY_BUSY)
		return -EBUSY;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

/*
 * Runs it until it exits, or until end (ms, clock_now()). text gets its output, or is NULL for
 * commands that change rules.
 */
static int firewall_legacy_execute(bool ipv6, const char *const *argv, char *text, size_t size,
				   int64_t end)
{
	const char *path = firewall_legacy_find(ipv6);
	size_t length = 0;
	int status = -1;
	bool ended;
	int fds[2];
	pid_t pid;

	if (!path)
		return -ENOENT;
	if (clock_now() >= end)
		return -ETIMEDOUT;
	if (end > clock_now() + FIREWALL_LEGACY_CALL_TIME)
		end = clock_now() + FIREWALL_LEGACY_CALL_TIME;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		firewall_legacy_child(path, argv, fds[1], !text);
	close(fds[1]);
	ended = pid > 0 && firewall_legacy_read(fds[0], text, text ? size - 1 : 0, &length, end);
	close(fds[0]);
	if (pid < 0)
		return -EAGAIN;
	if (!ended)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (text && length >= size)
		return -E2BIG;
	if (text)
		text[length] = '\0';
	return firewall_legacy_result(ended, status);
}

int firewall_legacy_list(bool ipv6, char *text, size_t size, int64_t end)
{
	const char *const argv[] = {firewall_legacy_name(ipv6), "-w", "1", "-S", NULL};

	text[0] = '\0';
	return firewall_legacy_in_use(ipv6) ? firewall_legacy_execute(ipv6, argv, text, size, end)
					    : 0;
}

int firewall_legacy_run(bool ipv6, const char *line, const char *comment, int64_t end)
{
	/* It waits a second for the lock. */
	const char *argv[FIREWALL_LEGACY_WORDS_MAX + 8] = {firewall_legacy_name(ipv6), "-w", "1"};
	char copy[FIREWALL_IPTABLES_LINE_MAX];
	char *rest = copy;
	unsigned n = 3;

	snprintf(copy, sizeof(copy), "%s", line);
	while (n < 3 + FIREWALL_LEGACY_WORDS_MAX && (argv[n] = firewall_iptables_word(&rest)))
		n++;
	if (comment) {
		argv[n++] = "-m";
		argv[n++] = "comment";
		argv[n++] = "--comment";
		argv[n++] = comment;
	}
	argv[n] = NULL;
	return firewall_legacy_execute(ipv6, argv, NULL, 0, end);
}

static bool firewall_legacy_undo_family(bool ipv6, const char *mark, char *text, int64_t end)
{
	int ret = firewall_legacy_list(ipv6, text, FIREWALL_LEGACY_TEXT_MAX, end);

	for (char *rest = text, *line; ret == 0 && (line = strsep(&rest, "\n"));) {
		if (strncmp(line, "-A ", 3) != 0 || !strstr(line, mark))
			continue;
		line[1] = 'D';
		ret = firewall_legacy_run(ipv6, line, NULL, end);
	}
	return ret == 0;
}

bool firewall_legacy_undo(const char *comment)
{
	int64_t end = clock_now() + FIREWALL_LEGACY_UNDO_TIME;
	char *text = malloc(FIREWALL_LEGACY_TEXT_MAX);
	char mark[128];
	bool done;

	snprintf(mark, sizeof(mark), "--comment \"%s\"", comment);
	done = text && firewall_legacy_undo_family(false, mark, text, end);
	done = text && firewall_legacy_undo_family(true, mark, text, end) && done;
	free(text);
	return done;
}
