// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "host_drops.h"
#include "host_natports.h"
#include "host_reload.h"
#include "host_tell.h"
#include "log.h"

/* A terminal that hangs up also sends SIGHUP, which then means stop. */
static bool host_signals_find_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void host_signals_ready(struct source *source, uint32_t events)
{
	struct host *host = container_of(source, struct host, signals.source);
	struct signalfd_siginfo info;

	(void)events;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1) {
		host_natports_log_counter(host);
		host_drops_log_counters(host);
		host_tell_counters(host);
		return;
	}
	if (info.ssi_signo == SIGHUP && *host->config->file && !host->signals.has_terminal) {
		host_reload(host, (char[1]){0}, 1);
		return;
	}
	log_info("stopping: %s", strsignal((int)info.ssi_signo));
	loop_stop(&host->loop);
}

static sigset_t host_signals_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	return set;
}

void host_signals_block(void)
{
	const sigset_t set = host_signals_set();

	signal(SIGCHLD, SIG_DFL); /* if our caller ignores it, we could not wait for children */
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void host_signals_unblock(void)
{
	const sigset_t set = host_signals_set();

	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int host_signals_up(struct host *host)
{
	const sigset_t set = host_signals_set();
	struct source *source = &host->signals.source;
	int ret;

	host->signals.has_terminal = host_signals_find_terminal();
	signal(SIGPIPE, SIG_IGN);
	*source = (struct source){.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK),
				  .ready = host_signals_ready};
	ret = source->fd < 0 ? -errno : loop_add(&host->loop, source, EPOLLIN);
	return ret < 0 ? host_fail(host, "cannot receive signals", ret) : 0;
}

void host_signals_down(struct host *host)
{
	if (host->signals.source.fd >= 0)
		close(host->signals.source.fd);
}

bool host_signals_tell_to_stop(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT));
}
