// SPDX-License-Identifier: GPL-2.0-or-later
#include "legacy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEGACY_WORDS_MAX = 64, LEGACY_LINE_MAX = 1024 };

bool legacy_in_use(bool ipv6)
{
	FILE *file = fopen(ipv6 ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names", "re");
	char name[32];
	bool found = false;

	while (file && !found && fgets(name, sizeof(name), file))
		found = strcmp(name, "filter\n") == 0;
	if (file)
		fclose(file);
	return found;
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

/* The child: nothing open but stdio, or our table would live as long as it does. */
static void legacy_child(const char *path, const char *const *argv, int output)
{
	static const char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
						  NULL};
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	    dup2(output >= 0 ? output : null, STDOUT_FILENO) >= 0 &&
	    syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0)
		execve(path, (char *const *)argv, (char *const *)environment);
	_exit(127);
}

/* Runs it to its end; text (or NULL) gets what it prints. It waits 2 s for xtables' lock (-w 2). */
static int legacy_execute(bool ipv6, const char *const *argv, char *text, size_t size)
{
	const char *path = legacy_find(ipv6);
	int fds[2] = {-1, -1};
	size_t length = 0;
	int status = -1;
	ssize_t n = 0;
	pid_t pid;

	if (!path)
		return -ENOENT;
	if (text && pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		legacy_child(path, argv, fds[1]);
	if (fds[1] >= 0)
		close(fds[1]);
	while (pid > 0 && text && length < size - 1 &&
	       ((n = read(fds[0], text + length, size - 1 - length)) > 0 ||
		(n < 0 && errno == EINTR)))
		length += n > 0 ? (size_t)n : 0;
	if (text)
		text[length] = '\0';
	if (fds[0] >= 0)
		close(fds[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

int legacy_list(bool ipv6, char *text, size_t size)
{
	const char *const argv[] = {legacy_name(ipv6), "-w", "2", "-S", NULL};

	text[0] = '\0';
	return legacy_in_use(ipv6) ? legacy_execute(ipv6, argv, text, size) : 0;
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

int legacy_run(bool ipv6, const char *line, const char *comment)
{
	const char *argv[LEGACY_WORDS_MAX + 8] = {legacy_name(ipv6), "-w", "2"};
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
	return legacy_execute(ipv6, argv, NULL, 0);
}

static void legacy_undo_family(bool ipv6, const char *mark, char *text)
{
	if (legacy_list(ipv6, text, LEGACY_TEXT_MAX) < 0)
		return;
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		if (strncmp(line, "-A ", 3) != 0 || !strstr(line, mark))
			continue;
		line[1] = 'D';
		legacy_run(ipv6, line, NULL);
	}
}

void legacy_undo(const char *comment)
{
	char *text = malloc(LEGACY_TEXT_MAX);
	char mark[128];

	snprintf(mark, sizeof(mark), "--comment \"%s\"", comment);
	if (text) {
		legacy_undo_family(false, mark, text);
		legacy_undo_family(true, mark, text);
	}
	free(text);
}
