// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "directory.h"
#include "host_bridged.h"
#include "host_crowd.h"
#include "host_dnsmasq.h"
#include "host_firewall.h"
#include "host_network.h"
#include "host_ready.h"
#include "host_reload.h"
#include "host_watchdog.h"
#include "host_watcher.h"
#include "host_worker.h"
#include "leftover.h"
#include "log.h"
#include "notify.h"
#include "sandbox.h"

void host_end(struct host *host, int status)
{
	if (host->status == STATUS_STOPPED)
		host->status = status;
	loop_stop(&host->loop);
}

int host_fail(struct host *host, const char *what, int error)
{
	return problem_set(host->problem, STATUS_HOST, "%s: %s", what, strerror(-error));
}

/* ---- signals ---- */

/* A terminal that hangs up sends SIGHUP too, and means the end. */
static bool host_has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void host_signal_ready(struct source *source, uint32_t events)
{
	struct host *host = container_of(source, struct host, signals);
	struct signalfd_siginfo info;

	(void)events;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1) {
		host_crowd_log_counter(host);
		host_worker_log_counters(host);
		return;
	}
	if (info.ssi_signo == SIGHUP && *host->config->file && !host->has_terminal) {
		host_reload(host);
		return;
	}
	log_info("stopping: %s", strsignal((int)info.ssi_signo));
	loop_stop(&host->loop);
}

static sigset_t host_signal_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	return set;
}

void host_block_signals(void)
{
	const sigset_t set = host_signal_set();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

void host_unblock_signals(void)
{
	const sigset_t set = host_signal_set();

	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int host_up_loop(struct host *host)
{
	const sigset_t set = host_signal_set();
	int ret;

	host->has_terminal = host_has_terminal();
	signal(SIGPIPE, SIG_IGN);
	host->signals = (struct source){.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK),
					.ready = host_signal_ready};
	if (host->signals.fd < 0)
		return host_fail(host, "signals", -errno);
	ret = loop_init(&host->loop);
	if (ret == 0)
		ret = loop_add(&host->loop, &host->signals, EPOLLIN);
	return ret < 0 ? host_fail(host, "the event loop", ret) : 0;
}

static void host_down_loop(struct host *host)
{
	free(host->reread); /* the first step's: nothing looks at it any more */
	if (host->signals.fd >= 0)
		close(host->signals.fd);
	loop_finish(&host->loop);
}

/* ---- the plan, and what it needs ---- */

enum { HOST_LOCK_TRIES = 10 }; /* of journal_lock_all() */

static bool host_is_told_to_stop(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT));
}

/*
 * Until the address is there, so that two instances do not choose the same subnet.
 * Many may be starting.
 */
static int host_lock_all(struct host *host)
{
	for (int i = 0; i < HOST_LOCK_TRIES; i++) {
		if (journal_lock_all(&host->journal) == 0)
			return 0;
		if (host_is_told_to_stop()) {
			log_info("stopping, before anything was done");
			host->problem->status = STATUS_STOPPED;
			return -1;
		}
		if (i == 0)
			log_info("another network holds %s while it starts; waiting for it",
				 RUNDIR);
	}
	return problem_set(host->problem, STATUS_HOST,
			   "another network has held %s for too long; is a vde_vmnet stopped "
			   "(Ctrl-Z)? Let it go on, or end it",
			   RUNDIR);
}

static int host_up_journal(struct host *host)
{
	unsigned n;
	int ret;

	if (journal_open(&host->journal, RUNDIR, host->config->name, host->problem) < 0)
		return -1;
	n = leftover_undo(&host->journal, &host->loop, &host->program);
	if (n > 0)
		log_info("undid %u thing%s that a killed instance left", n, n == 1 ? "" : "s");
	ret = journal_add_network(&host->journal);
	if (ret < 0)
		return problem_set(host->problem, STATUS_HOST, "cannot write to %s/%s: %s%s",
				   RUNDIR, host->journal.file, strerror(-ret),
				   directory_advice(-ret));
	return host_lock_all(host);
}

static void host_down_journal(struct host *host)
{
	if (leftover_stays(&host->journal))
		journal_close(&host->journal);
	else
		journal_remove(&host->journal);
}

int host_up_plan(struct host *host)
{
	int ret = link_init(&host->link);
	char device[IF_NAMESIZE];

	if (ret < 0)
		return host_fail(host, "rtnetlink", ret);
	plan_name_device(host->config->name, device);
	/* Only --check finds one: a start has deleted it. */
	if (device_is_left(&host->journal, &host->link, device))
		memcpy(host->link.own, device, sizeof(device));
	return plan_make(&host->plan, host->config, &host->link, host->problem);
}

static void host_down_plan(struct host *host)
{
	link_finish(&host->link);
}

static int host_up_pidfile(struct host *host)
{
	int ret;

	if (!*host->config->pidfile)
		return 0;
	ret = leftover_record_pidfile(&host->journal, host->config->pidfile);
	if (ret < 0)
		return host_fail(host, "a record of the pidfile", ret);
	return pidfile_write(&host->pidfile, host->config->pidfile, host->problem);
}

static void host_down_pidfile(struct host *host)
{
	pidfile_remove(&host->pidfile);
}

/* ---- the worker ---- */

/* RUNDIR is ours alone: what the worker shall fill there is made for it, and given to it. */
static int host_up_directory(struct host *host)
{
	const struct identity *owner = &host->plan.worker;
	const char *path = host->plan.directory;
	int ret;

	if (!*path)
		return 0;
	ret = leftover_record_directory(&host->journal, path);
	if (ret == 0 && mkdir(path, 0700) < 0 && errno != EEXIST)
		ret = -errno;
	if (ret == 0 && identity_can_change() && lchown(path, owner->uid, owner->gid) < 0)
		ret = -errno;
	return ret < 0 ? host_fail(host, path, ret) : 0;
}

static void host_down_directory(struct host *host)
{
	if (*host->plan.directory)
		rmdir(host->plan.directory);
}

static int host_up_worker(struct host *host)
{
	int ret = 0;

	for (unsigned i = 0; i < host->config->n_endpoints && ret == 0; i++)
		ret = leftover_record_endpoint(&host->journal, &host->plan.worker,
					       host->config->endpoints[i].locator);
	if (ret < 0)
		return host_fail(host, "a record of the endpoints", ret);
	if (host_worker_up(host) < 0)
		return -1;
	leftover_record_process(&host->journal, host->worker.pid);
	return 0;
}

/* ---- all of it, in order ---- */

struct host_step {
	int forms;			 /* of enum plan_form: where it is taken */
	int (*up)(struct host *host);	 /* may be NULL */
	void (*down)(struct host *host); /* also after a failure of up(); may be NULL */
};

static const struct host_step host_steps[] = {
	{PLAN_ALL, host_up_loop, host_down_loop},
	{PLAN_ALL, host_worker_up_program, host_worker_down_program},
	{PLAN_ALL, host_up_journal, host_down_journal},
	{PLAN_ALL, host_up_plan, host_down_plan},
	/* What may be refused, as in containers, before anything is made. */
	{PLAN_OURS, host_network_up_nftables, host_network_down_nat},
	{PLAN_SERVED, host_dnsmasq_check, NULL},
	{PLAN_ALL, host_up_pidfile, host_down_pidfile},
	{PLAN_OURS, host_network_up_device, host_network_down_device},
	{PLAN_SEGMENT, host_network_up_segment, host_network_down_segment},
	{PLAN_OURS, host_network_up_nat, host_network_down_nat},
	{PLAN_OURS, host_network_up_address, NULL},
	{PLAN_BRIDGED, host_bridged_up_device, host_network_down_device},
	{PLAN_SERVED, host_network_up_watch, host_network_down_watch},
	{PLAN_SHARED, host_watcher_up, host_watcher_down},
	{PLAN_SHARED, host_network_up_forwarding, host_network_down_forwarding},
	{PLAN_SERVED, host_firewall_up, host_firewall_down},
	{PLAN_ALL, host_network_up_queue, host_network_down_queue},
	/* Deleted after the worker's end, before its rules go. */
	{PLAN_ALL, NULL, host_network_down_device},
	{PLAN_ALL, host_up_directory, host_down_directory},
	{PLAN_ALL, host_up_worker, host_worker_down},
	{PLAN_BRIDGED, host_bridged_up, host_bridged_down},
	/* It ends while its device is still there. */
	{PLAN_SERVED, host_dnsmasq_up, host_dnsmasq_down},
	{PLAN_ALL, host_ready_up, host_ready_down},
	{PLAN_SHARED, host_crowd_up, host_crowd_down},
	{PLAN_ALL, host_watchdog_up, host_watchdog_down},
};

enum { HOST_STEPS = sizeof(host_steps) / sizeof(host_steps[0]) };

static int host_step_up(struct host *host, const struct host_step *step)
{
	return step->forms & (int)host->plan.form && step->up ? step->up(host) : 0;
}

static void host_step_down(struct host *host, const struct host_step *step)
{
	if (step->forms & (int)host->plan.form && step->down)
		step->down(host);
}

void host_init(struct host *host, const struct config *config, struct problem *problem)
{
	*host = (struct host){.config = config,
			      .problem = problem,
			      .signals.fd = -1,
			      .requests.fd = -1,
			      .tap_fd = -1,
			      .program.fd = -1,
			      .link.source.fd = -1,
			      .transit.netconf.source.fd = -1,
			      .bridged.nic.fd = -1,
			      .loop.epoll_fd = -1,
			      .pidfile = {.fd = -1, .directory = -1},
			      .journal = {.directory_fd = -1, .fd = -1}};
}

int host_give_up_privilege(struct host *host)
{
	int ret = sandbox_enter_host(*host->config->pidfile);

	return ret < 0 ? host_fail(host, "privileges", ret) : 0;
}

int host_run(const struct config *config, struct problem *problem)
{
	struct host host;
	unsigned steps = 0;
	int ret;

	host_init(&host, config, problem);
	umask(022); /* of a caller with 077, sudo's too, nobody would get through RUNDIR */
	ret = plan_check_host(&host.plan, config, problem);
	if (ret == 0)
		ret = host_give_up_privilege(&host);
	while (ret == 0 && steps < HOST_STEPS)
		ret = host_step_up(&host, &host_steps[steps++]);
	if (ret == 0 && loop_run(&host.loop) < 0)
		host.status = STATUS_FAILED;
	if (ret == 0)
		notify_stopping();
	while (steps-- > 0)
		host_step_down(&host, &host_steps[steps]);
	return ret < 0 ? problem->status : host.status;
}

int host_cleanup(const struct config *config, struct problem *problem)
{
	struct program program;
	struct journal journal;
	struct loop loop;
	unsigned n;

	if (journal_open_existing(&journal, RUNDIR, config->name, problem) < 0) {
		if (problem->status != 0)
			return problem->status;
		log_info("network '%s' left nothing behind", config->name);
		return STATUS_STOPPED;
	}
	if (loop_init(&loop) < 0) {
		journal_close(&journal);
		problem_set(problem, STATUS_FAILED, "no event loop");
		return problem->status;
	}
	program_open(&program, "/proc/self/exe"); /* without one, endpoints stay */
	n = leftover_undo(&journal, &loop, &program);
	program_close(&program);
	loop_finish(&loop);
	if (journal.n_records > 0) { /* it was said which */
		journal_close(&journal);
		return STATUS_FAILED;
	}
	journal_remove(&journal);
	if (n > 0)
		log_info("undid %u thing%s that network '%s' left", n, n == 1 ? "" : "s",
			 config->name);
	else
		log_info("network '%s' left nothing behind", config->name);
	return STATUS_STOPPED;
}
