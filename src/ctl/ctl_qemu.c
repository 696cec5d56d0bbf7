// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

enum { CTL_QEMU_TEXT_MAX = 4096 }; /* bytes of the help; 7.2 prints 130 */

bool ctl_qemu_is_one(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;

	return strncmp(name, "qemu-system-", 12) == 0 || strncmp(name, "qemu-kvm", 8) == 0 ||
	       strcmp(name, "kvm") == 0;
}

/* In the child. No machine and no display, which it would otherwise need even for the help. */
static void ctl_qemu_execute(const char *program, int output)
{
	static const char *const words[] = {"-M", "none", "-display", "none", "-netdev", "help"};
	const char *argv[2 + sizeof(words) / sizeof(words[0])] = {program};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	memcpy(argv + 1, words, sizeof(words));
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDERR_FILENO);
	}
	dup2(output, STDOUT_FILENO);
	execvp(program, (char *const *)argv);
	_exit(127);
}

/* Reads everything until it closes, and adds a NUL. False: too much, or too late. */
static bool ctl_qemu_read(int fd, char text[CTL_QEMU_TEXT_MAX], int64_t deadline)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	size_t used = 0;
	ssize_t size;

	for (;;) {
		int64_t left = deadline - clock_now();

		if (left <= 0 || used == CTL_QEMU_TEXT_MAX - 1)
			return false;
		if (poll(&poll_fd, 1, left > INT_MAX ? INT_MAX : (int)left) <= 0)
			continue;
		size = read(fd, text + used, CTL_QEMU_TEXT_MAX - 1 - used);
		if (size == 0)
			break;
		if (size > 0)
			used += (size_t)size;
		else if (errno != EINTR)
			return false;
	}
	text[used] = '\0';
	return true;
}

/* Runs it and reads its output. False: it failed. */
static bool ctl_qemu_ask(const char *program, char text[CTL_QEMU_TEXT_MAX], int64_t deadline)
{
	int status = 0;
	int ends[2];
	pid_t pid;
	bool told;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	pid = fork();
	if (pid == 0)
		ctl_qemu_execute(program, ends[1]);
	close(ends[1]);
	told = pid > 0 && ctl_qemu_read(ends[0], text, deadline);
	close(ends[0]);
	if (pid < 0)
		return false;
	if (!told)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return told && status == 0;
}

bool ctl_qemu_has(const char *program, const char *type, int64_t limit)
{
	char text[CTL_QEMU_TEXT_MAX];
	bool any = false;
	char *rest;

	if (!ctl_qemu_ask(program, text, clock_now() + limit))
		return true;
	for (char *line = strtok_r(text, "\r\n", &rest); line;
	     line = strtok_r(NULL, "\r\n", &rest)) {
		if (strcmp(line, type) == 0)
			return true;
		any = any || strcmp(line, "tap") == 0 || strcmp(line, "user") == 0 ||
		      strcmp(line, "socket") == 0;
	}
	return !any; /* it was not a list of types */
}
