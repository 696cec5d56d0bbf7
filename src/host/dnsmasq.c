// SPDX-License-Identifier: GPL-2.0-or-later
#include "dnsmasq.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "clock.h"
#include "sandbox.h"

enum {
	DNSMASQ_DELAY_MIN = 100,   /* ms: back within a second, but no busy loop */
	DNSMASQ_DELAY_MAX = 10000, /* ms */
	DNSMASQ_STABLE = 30000,	   /* ms alive after which the delay starts over */
};

const char *dnsmasq_find(void)
{
	static const char *const paths[] = {"/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq",
					    "/sbin/dnsmasq", "/usr/bin/dnsmasq"};

	for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	}
	return NULL;
}

static void dnsmasq_ended(struct process *process, int status);

/*
 * dnsmasq_reload() may signal it before it has a handler: then the signal is ignored, because it
 * has yet to read its servers anyway.
 */
static int dnsmasq_enter(const struct identity *identity)
{
	if (signal(SIGHUP, SIG_IGN) == SIG_ERR)
		return -errno;
	return sandbox_enter_dnsmasq(identity);
}

static int dnsmasq_launch(struct dnsmasq *dnsmasq)
{
	static const char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
						  NULL};
	const struct process_spec spec = {.path = dnsmasq->path,
					  .argv = dnsmasq->arguments.argv,
					  .envp = environment,
					  .output = dnsmasq->log.writer,
					  .death_signal = SIGKILL,
					  .enter = dnsmasq_enter,
					  .identity = dnsmasq->identity,
					  .confinement = &dnsmasq->confinement};

	dnsmasq->started = clock_now();
	return process_start(&dnsmasq->process, dnsmasq->loop, &spec, dnsmasq_ended);
}

/* Strings of the configuration belong to the plan, which outlives this. */
static void dnsmasq_configure(struct dnsmasq *dnsmasq, const struct dnsmasq_config *config)
{
	dnsmasq_make_arguments(&dnsmasq->arguments, config);
	dnsmasq->confinement = (struct confinement){.program = dnsmasq->path,
						    .reads = config->resolv_directory,
						    .writes = config->lease_file};
}

static void dnsmasq_schedule(struct dnsmasq *dnsmasq)
{
	timer_arm(&dnsmasq->restart, dnsmasq->delay);
	dnsmasq->delay *= 2;
	if (dnsmasq->delay > DNSMASQ_DELAY_MAX)
		dnsmasq->delay = DNSMASQ_DELAY_MAX;
}

static void dnsmasq_ended(struct process *process, int status)
{
	struct dnsmasq *dnsmasq = container_of(process, struct dnsmasq, process);

	dnsmasq_log_drain(&dnsmasq->log);
	if (clock_now() - dnsmasq->started > DNSMASQ_STABLE)
		dnsmasq->delay = DNSMASQ_DELAY_MIN;
	dnsmasq_schedule(dnsmasq);
	dnsmasq->changed(dnsmasq, status);
}

/* Starts it, or schedules a retry. */
static int dnsmasq_try(struct dnsmasq *dnsmasq)
{
	int ret = dnsmasq_launch(dnsmasq);

	if (ret < 0)
		dnsmasq_schedule(dnsmasq);
	else
		dnsmasq->changed(dnsmasq, -1);
	return ret;
}

static void dnsmasq_restart(struct timer *timer)
{
	dnsmasq_try(container_of(timer, struct dnsmasq, restart));
}

int dnsmasq_start(struct dnsmasq *dnsmasq, struct loop *loop, const char *path,
		  const struct identity *identity, const struct dnsmasq_config *config,
		  void (*changed)(struct dnsmasq *dnsmasq, int status))
{
	int ret;

	dnsmasq->loop = loop;
	dnsmasq->path = path;
	dnsmasq->identity = identity;
	dnsmasq->changed = changed;
	dnsmasq->delay = DNSMASQ_DELAY_MIN;
	dnsmasq_configure(dnsmasq, config);
	ret = timer_init(&dnsmasq->restart, loop, dnsmasq_restart);
	if (ret == 0)
		ret = dnsmasq_log_init(&dnsmasq->log, loop);
	return ret < 0 ? ret : dnsmasq_launch(dnsmasq);
}

int dnsmasq_reconfigure(struct dnsmasq *dnsmasq, const struct dnsmasq_config *config)
{
	process_signal(&dnsmasq->process, SIGTERM);
	process_stop(&dnsmasq->process, DNSMASQ_GRACE);
	timer_disarm(&dnsmasq->restart);
	dnsmasq_configure(dnsmasq, config);
	dnsmasq->delay = DNSMASQ_DELAY_MIN;
	return dnsmasq_try(dnsmasq);
}

void dnsmasq_reload(struct dnsmasq *dnsmasq)
{
	process_signal(&dnsmasq->process, SIGHUP);
}

void dnsmasq_stop(struct dnsmasq *dnsmasq)
{
	process_signal(&dnsmasq->process, SIGTERM);
	process_stop(&dnsmasq->process, DNSMASQ_GRACE);
	timer_finish(&dnsmasq->restart);
	dnsmasq_log_finish(&dnsmasq->log);
}
