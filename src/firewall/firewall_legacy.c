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
#include "sandbox.h"

enum { LEGACY_WORDS_MAX = 64, LEGACY_LINE_MAX = 1024, LEGACY_LOCK_FD = 3 };

/* What iptables ends with when it did not get the lock (RESOURCE_PROBLEM). */
enum { LEGACY_BUSY = 4 };

static const char legacy_lock[] = "/run/xtables.lock";

/* ms, CLOCK_MONOTONIC. */
bool legacy_in_use(bool ipv6)
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

/* As iptables itself opens it, and makes it where there is none. */
bool legacy_may_change(void)
{
	int fd = open(legacy_lock, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT && directory_can_make(legacy_lock) == 0;
	close(fd);
	return true;
}

static const char *legacy_find(bool ipv6)
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

/* One program serves both families, and goes by the name it is called. */
static const char *legacy_name(bool ipv6)
{
	return ipv6 ? "ip6tables-legacy" : "iptables-legacy";
}

/*
 * The child: nothing open but stdio, or our table would live as long as it does. One that
 * only reads needs no lock, as the kernel gives it one state of the table, and it gets one
 * of its own: the other may be held, or root's.
 */
static void legacy_child(const char *path, const char *const *argv, int output, bool changes)
{
	static const char *const environment[] = {"XTABLES_LOCKFILE=/proc/self/fd/3",
						  "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
						  NULL};
	int null = open("/dev/null", O_RDWR);
	int lock = changes ? null : memfd_create("xtables.lock", 0);
	sigset_t none;

	setsid(); /* a terminal's Ctrl-C is for us alone */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0 && lock >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
	    dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	    dup2(lock, LEGACY_LOCK_FD) >= 0 &&
	    syscall(SYS_close_range, LEGACY_LOCK_FD + 1, ~0U, 0) == 0 && sandbox_enter_tool() == 0)
		execve(path, (char *const *)argv, (char *const *)environment + changes);
	_exit(127);
}

/* Reads to the end, which is that of the child, until then; *length may get beyond size. */
static bool legacy_read(int fd, char *text, size_t size, size_t *length, int64_t end)
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

static int legacy_result(bool ended, int status)
{
	if (!ended)
		return -ETIMEDOUT;
	if (WIFEXITED(status) && WEXITSTATUS(status) == LEGACY_BUSY)
		return -EBUSY;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

/*
 * Runs it to its end, or until then; text gets what it prints, or is NULL for what changes
 * rules.
 */
static int legacy_execute(bool ipv6, const char *const *argv, char *text, size_t size, int64_t end)
{
	const char *path = legacy_find(ipv6);
	size_t length = 0;
	int status = -1;
	bool ended;
	int fds[2];
	pid_t pid;

	if (!path)
		return -ENOENT;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		legacy_child(path, argv, fds[1], !text);
	close(fds[1]);
	ended = pid > 0 && legacy_read(fds[0], text, text ? size - 1 : 0, &length, end);
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
	return legacy_result(ended, status);
}

static int legacy_list_until(bool ipv6, char *text, size_t size, int64_t end)
{
	const char *const argv[] = {legacy_name(ipv6), "-w", "1", "-S", NULL};

	text[0] = '\0';
	return legacy_in_use(ipv6) ? legacy_execute(ipv6, argv, text, size, end) : 0;
}

int legacy_list(bool ipv6, char *text, size_t size)
{
	return legacy_list_until(ipv6, text, size, clock_now() + LEGACY_PATIENCE);
}

/* Cuts a line into words, at blanks outside quotes. Returns how many. */
static unsigned legacy_split(char *line, const char *words[], unsigned max)
{
	unsigned n = 0;

	for (char *at = line; n < max && *(at += strspn(at, " ")) != '\0';) {
		char end = *at == '"' ? '"' : ' ';

		at += end == '"';
		words[n++] = at;
		at += strcspn(at, end == '"' ? "\"" : " ");
		if (*at != '\0')
			*at++ = '\0';
	}
	return n;
}

static int legacy_run_until(bool ipv6, const char *line, const char *comment, int64_t end)
{
	/* It waits a second for the lock. */
	const char *argv[LEGACY_WORDS_MAX + 8] = {legacy_name(ipv6), "-w", "1"};
	char copy[LEGACY_LINE_MAX];
	unsigned n = 3;

	snprintf(copy, sizeof(copy), "%s", line);
	n += legacy_split(copy, argv + n, LEGACY_WORDS_MAX);
	if (comment) {
		argv[n++] = "-m";
		argv[n++] = "comment";
		argv[n++] = "--comment";
		argv[n++] = comment;
	}
	argv[n] = NULL;
	return legacy_execute(ipv6, argv, NULL, 0, end);
}

int legacy_run(bool ipv6, const char *line, const char *comment)
{
	return legacy_run_until(ipv6, line, comment, clock_now() + LEGACY_PATIENCE);
}

static bool legacy_undo_family(bool ipv6, const char *mark, char *text, int64_t end)
{
	int ret = legacy_list_until(ipv6, text, LEGACY_TEXT_MAX, end);

	for (char *rest = text, *line; ret == 0 && (line = strsep(&rest, "\n"));) {
		if (strncmp(line, "-A ", 3) != 0 || !strstr(line, mark))
			continue;
		line[1] = 'D';
		ret = legacy_run_until(ipv6, line, NULL, end);
	}
	return ret == 0;
}

bool legacy_undo(const char *comment)
{
	int64_t end = clock_now() + LEGACY_PATIENCE;
	char *text = malloc(LEGACY_TEXT_MAX);
	char mark[128];
	bool done;

	snprintf(mark, sizeof(mark), "--comment \"%s\"", comment);
	done = text && legacy_undo_family(false, mark, text, end);
	done = text && legacy_undo_family(true, mark, text, end) && done;
	free(text);
	return done;
}
