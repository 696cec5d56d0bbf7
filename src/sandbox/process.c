// SPDX-License-Identifier: GPL-2.0-or-later
#include "process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "denylist.h"
#include "fdpass.h"
#include "rlimits.h"

/* glibc only got these wrappers in 2.36; Ubuntu 22.04 has 2.35. */
static int process_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int process_pidfd_send_signal(int pidfd, int signal)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

/*
 * Moves fds to PROCESS_FIRST_FD and up, then status_fd (close-on-exec) and the program, if it is a
 * descriptor, and closes all others: a libnftables socket that lived on in a child would keep our
 * table alive.
 */
static int process_arrange_fds(const struct process_spec *spec, int *status_fd, int *exec_fd)
{
	enum { ABOVE = 64 };
	int fds[PROCESS_FDS_MAX + 2];
	unsigned n = 0;

	for (unsigned i = 0; i < spec->n_fds; i++)
		fds[n++] = spec->fds[i];
	fds[n++] = *status_fd;
	if (!spec->path)
		fds[n++] = *exec_fd;
	for (unsigned i = 0; i < n; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD, ABOVE);
		if (fds[i] < 0)
			return -errno;
	}
	for (unsigned i = 0; i < n; i++) {
		int flags = i < spec->n_fds ? 0 : O_CLOEXEC;

		if (dup3(fds[i], PROCESS_FIRST_FD + (int)i, flags) < 0)
			return -errno;
	}
	if (syscall(SYS_close_range, PROCESS_FIRST_FD + n, ~0U, 0) < 0)
		return -errno;
	*status_fd = PROCESS_FIRST_FD + (int)spec->n_fds;
	*exec_fd = *status_fd + 1;
	return 0;
}

static int process_arrange_stdio(int output)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0)
		return -errno;
	if (output > 0 && dup2(output, STDERR_FILENO) < 0)
		return -errno;
	if (dup2(null, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		return -errno;
	if (null > STDERR_FILENO)
		close(null);
	return 0;
}

static int process_reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

/* Sends the host process the listener that allows our exec. */
static int process_confine(const struct process_spec *spec, int status_fd)
{
	const int none = 0;
	int listener;
	int ret = confinement_enter(spec->confinement, &listener);

	if (ret == 0 && listener >= 0)
		ret = fdpass_send(status_fd, &none, sizeof(none), &listener, 1);
	return ret;
}

/* The child, up to exec; reports what failed through status_fd. */
static void process_child(const struct process_spec *spec, pid_t parent, int status_fd)
{
	int exec_fd = spec->program;
	int ret = process_arrange_stdio(spec->output);

	if (ret == 0)
		ret = process_arrange_fds(spec, &status_fd, &exec_fd);
	if (ret == 0 && setsid() < 0)
		ret = -errno;
	/* The child's user may not be able to access the caller's directory. */
	if (ret == 0 && chdir("/") < 0)
		ret = -errno;
	if (ret == 0)
		ret = process_reset_signals();
	if (ret == 0)
		ret = spec->enter(spec->identity);
	/* After the identity is final, because the kernel clears it when credentials change. */
	if (ret == 0 && prctl(PR_SET_PDEATHSIG, spec->death_signal) < 0)
		ret = -errno;
	if (ret == 0 && getppid() != parent)
		ret = -ESRCH;
	if (ret == 0 && spec->confinement)
		ret = process_confine(spec, status_fd);
	if (ret == 0 &&
	    spec->path) /* last: the limit is also that of what is on its way to others */
		ret = rlimits_lower_files();
	if (ret == 0) {
		if (spec->path) /* by name: if it is a script, its interpreter opens it */
			execve(spec->path, (char *const *)spec->argv, (char *const *)spec->envp);
		else
			syscall(SYS_execveat, exec_fd, "", spec->argv, spec->envp, AT_EMPTY_PATH);
		ret = -errno;
	}
	if (write(status_fd, &ret, sizeof(ret)) != sizeof(ret))
		_exit(126);
	_exit(127);
}

static void process_ready(struct source *source, uint32_t events)
{
	struct process *process = container_of(source, struct process, source);
	int status = process_stop(process, 0);

	(void)events;
	process->ended(process, status);
}

/* The time left, in ms. */
static int process_left(long long deadline)
{
	long long left = deadline - clock_now();

	return left > 0 ? (int)left : 0;
}

/*
 * Waits for exec (end of file) or the error before it, and allows the exec if it must be allowed.
 * Has a time limit: once the child runs as another user, that user can stop it.
 */
static int process_wait_exec(int status_fd)
{
	long long deadline = clock_now() + PROCESS_EXEC_MAX;
	int ret = 0;

	for (;;) {
		struct pollfd said = {.fd = status_fd, .events = POLLIN};
		int error = 0;
		int fds[FDPASS_MAX];
		ssize_t n;

		if (poll(&said, 1, process_left(deadline)) == 0)
			return -ETIMEDOUT;
		n = fdpass_recv(status_fd, &error, sizeof(error), fds);
		if (n == sizeof(error) && error == 0 && fds[0] >= 0)
			ret = denylist_let_execute(fds[0], process_left(deadline));
		fdpass_close(fds);
		if (n != sizeof(error))
			return ret;
		if (error < 0)
			return error;
	}
}

static int process_fork(const struct process_spec *spec, pid_t *pid)
{
	pid_t parent = getpid();
	int status_fds[2]; /* ours and the child's */
	int ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, status_fds) < 0)
		return -errno;
	*pid = fork();
	if (*pid == 0)
		process_child(spec, parent, status_fds[1]);
	ret = *pid < 0 ? -errno : 0;
	close(status_fds[1]);
	if (ret == 0) {
		ret = process_wait_exec(status_fds[0]);
		if (ret < 0) {
			kill(*pid, SIGKILL); /* it exits by itself, unless it was stopped */
			waitpid(*pid, NULL, 0);
		}
	}
	close(status_fds[0]);
	return ret;
}

int process_start(struct process *process, struct loop *loop, const struct process_spec *spec,
		  void (*ended)(struct process *process, int status))
{
	pid_t pid = 0;
	int ret;

	assert(spec->n_fds <= PROCESS_FDS_MAX);
	ret = process_fork(spec, &pid);
	if (ret < 0)
		return ret;
	*process = (struct process){.pid = pid,
				    .pidfd = process_pidfd_open(pid),
				    .loop = loop,
				    .source.ready = process_ready,
				    .ended = ended};
	process->source.fd = process->pidfd;
	ret = process->pidfd < 0 ? -errno : loop_add(loop, &process->source, EPOLLIN);
	if (ret < 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (process->pidfd >= 0)
			close(process->pidfd);
		*process = (struct process){.pidfd = -1, .source.fd = -1};
	}
	return ret;
}

void process_signal(const struct process *process, int signal)
{
	if (process->pid > 0)
		process_pidfd_send_signal(process->pidfd, signal);
}

bool process_has_ended(const struct process *process)
{
	struct pollfd end = {.fd = process->pidfd, .events = POLLIN};

	return process->pid <= 0 || poll(&end, 1, 0) > 0;
}

int process_hold(pid_t pid)
{
	int pidfd = process_pidfd_open(pid);

	return pidfd < 0 ? -errno : pidfd;
}

void process_kill_held(int pidfd, int grace)
{
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};

	if (process_pidfd_send_signal(pidfd, SIGKILL) == 0)
		poll(&ended, 1, grace);
	close(pidfd);
}

int process_stop(struct process *process, int grace)
{
	struct pollfd ended = {.fd = process->pidfd, .events = POLLIN};
	int status = -1;

	if (process->pid <= 0)
		return -1;
	if (poll(&ended, 1, grace) <= 0)
		process_pidfd_send_signal(process->pidfd, SIGKILL);
	/*
	 * Also what it started: it leads a session, and until it is reaped, nothing else gets its
	 * number.
	 */
	kill(-process->pid, SIGKILL);
	while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
		;
	loop_remove(process->loop, &process->source);
	close(process->pidfd);
	process->pid = 0;
	process->pidfd = -1;
	return status;
}

void process_ignore_signals(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE};

	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}
