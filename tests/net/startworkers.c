// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * startworkers PROGRAM USER N [plain]: executes the worker N times as the host process
 * does, with the product's own code: from a copy in memory (program.h), or from the file
 * itself (plain), as that user. Plays the host process and the connector up to where the
 * worker says that it is ready; looks whether it is confined then, and no sooner; gives
 * it a TAP, and ends it. Prints how many there were.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connect.h"
#include "fdpass.h"
#include "loop.h"
#include "process.h"
#include "program.h"
#include "request.h"
#include "sandbox.h"
#include "tap.h"
#include "parts.h"

enum { PATIENCE = 10000 }; /* ms, on a host that is busy with thieves */

static struct loop loop;
static struct identity user;
static struct program program;
static int tap_fd;

static void ended(struct process *process, int status)
{
	(void)process;
	(void)status;
}

static int fail(const char *what, int error)
{
	fprintf(stderr, "startworkers: %s: %s\n", what, strerror(error));
	return -1;
}

/* Its host's end of their socket in *host. 0, or -1. */
static int start(struct process *worker, int *host)
{
	const char *argv[WORKER_ARGUMENT_LOCATORS + 2] = {
		[WORKER_ARGUMENT_NAME] = WORKER_NAME,
		[WORKER_ARGUMENT_LEVEL] = "error",
		[WORKER_ARGUMENT_MTU] = "1500",
		[WORKER_ARGUMENT_DEVICE] = "vmnet-steal",
		[WORKER_ARGUMENT_TAP] = "vmnet-steal",
		[WORKER_ARGUMENT_LOCATORS] = "vde:///tmp/no-switch"};
	const char *const envp[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
	int pair[2];
	int ret;

	for (unsigned i = 0; i < WORKER_ARGUMENT_LOCATORS; i++)
		argv[i] = argv[i] ? argv[i] : PART_NONE;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return fail("socketpair", errno);
	const struct process_spec spec = {.program = program.fd,
					  .argv = argv,
					  .envp = envp,
					  .fds = &pair[1],
					  .n_fds = 1,
					  .death_signal = SIGKILL,
					  .enter = sandbox_enter_worker,
					  .identity = &user};

	ret = process_start(worker, &loop, &spec, ended);
	close(pair[1]);
	*host = pair[0];
	return ret < 0 ? fail("the worker", -ret) : 0;
}

/* The next verb of the worker's; 0: none. */
static uint32_t hear(int host)
{
	struct pollfd said = {.fd = host, .events = POLLIN};
	struct request request = {0};
	int fds[FDPASS_MAX];

	if (poll(&said, 1, PATIENCE) <= 0)
		return 0;
	return fdpass_recv(host, &request, sizeof(request), fds) == sizeof(request) ? request.verb
										    : 0;
}

static int tell(int host, enum request_verb verb, int fd)
{
	const struct request request = {.verb = verb};
	int ret = fdpass_send(host, &request, sizeof(request), &fd, fd >= 0 ? 1 : 0);

	return ret < 0 ? fail("the worker does not listen", -ret) : 0;
}

/* A channel whose connector says that the switch is waited for. 0, or -1. */
static int give_channel(int host)
{
	const struct connect_message waiting = {.kind = CONNECT_WAITING, .error = ENOENT};
	int pair[2];
	int ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return fail("socketpair", errno);
	ret = fdpass_send(pair[0], &waiting, sizeof(waiting), NULL, 0);
	if (ret == 0)
		ret = tell(host, REQUEST_CHANNEL, pair[1]);
	close(pair[0]);
	close(pair[1]);
	return ret;
}

/* What /proc/PID/status has there; -1: nothing. */
static int status_of(pid_t pid, const char *field)
{
	char path[32];
	char line[128];
	int value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, field, strlen(field)) == 0)
			value = atoi(line + strlen(field));
	}
	if (file)
		fclose(file);
	return value;
}

/* All filters are on, nobody traces it, and others of its user cannot look into it. 0, or -1. */
static int check_confined(pid_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	if (stat(path, &st) < 0)
		return fail(path, errno);
	if (st.st_uid != 0 || status_of(pid, "TracerPid:") != 0 ||
	    status_of(pid, "Seccomp_filters:") != status_of(getpid(), "Seccomp_filters:") + 2)
		return fail("a worker that is ready is not confined", EPERM);
	return 0;
}

static int run_one(void)
{
	struct process worker = {0};
	int host = -1;
	int ret = start(&worker, &host);

	if (ret == 0 && (hear(host) != REQUEST_CONNECT || give_channel(host) < 0 ||
			 hear(host) != REQUEST_READY))
		ret = fail("the worker says something else", EBADMSG);
	if (ret == 0)
		ret = check_confined(worker.pid);
	if (ret == 0 && (tell(host, REQUEST_TAP, tap_fd) < 0 || tell(host, REQUEST_STOP, -1) < 0))
		ret = -1;
	if (ret == 0) {
		int status = process_stop(&worker, PATIENCE);

		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			ret = fail("the worker did not end well", EIO);
	}
	process_stop(&worker, 0);
	if (host >= 0)
		close(host);
	return ret;
}

int main(int argc, char **argv)
{
	struct problem problem = {0};
	bool udp;
	int n = argc >= 4 ? atoi(argv[3]) : 0;
	int done = 0;

	if (n <= 0 || identity_worker(&user, argv[2], (gid_t)-1, NULL, &problem) < 0) {
		fprintf(stderr, "usage: startworkers PROGRAM USER N [plain] (%s)\n", problem.text);
		return 2;
	}
	tap_fd = tap_open("vmnet-steal", &udp);
	if (tap_fd < 0 || loop_init(&loop) < 0 || program_open(&program, argv[1]) < 0)
		return fail("setup", errno) < 0 ? 2 : 0;
	if (argc > 4) {
		program_close(&program);
		program.fd = open(argv[1], O_PATH | O_CLOEXEC);
	} else if (*program.exposure) {
		fprintf(stderr, "startworkers: %s\n", program.exposure);
		return 2;
	}
	while (done < n && run_one() == 0)
		done++;
	printf("%d\n", done);
	return done == n ? 0 : 1;
}
