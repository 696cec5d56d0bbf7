// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host_worker.h"
#include "leftover.h"
#include "log.h"
#include "notify.h"
#include "sysctl.h"
#include "tap.h"

enum {
	HOST_SETTLE = 50, /* ms: route changes come in flocks */
	HOST_POLL = 5,	  /* ms between two looks whether all is ready; dnsmasq needs 20 */
	HOST_POLLS = 10000 / HOST_POLL, /* ten seconds of them */
};

void host_end(struct host *host, int status)
{
	if (host->status == STATUS_STOPPED)
		host->status = status;
	loop_stop(&host->loop);
}

static int host_fail(struct host *host, const char *what, int error)
{
	return problem_set(host->problem, STATUS_HOST, "%s: %s", what, strerror(-error));
}

/* ---- signals ---- */

static void host_signal_ready(struct source *source, uint32_t events)
{
	struct host *host = container_of(source, struct host, signals);
	struct signalfd_siginfo info;

	(void)events;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1) {
		host_worker_log_counters(host);
		return;
	}
	log_info("stopping: %s", strsignal((int)info.ssi_signo));
	loop_stop(&host->loop);
}

static int host_up_loop(struct host *host)
{
	sigset_t set;
	int ret;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
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
	if (host->signals.fd >= 0)
		close(host->signals.fd);
	loop_finish(&host->loop);
}

/* ---- the plan, and what it needs ---- */

static int host_up_journal(struct host *host)
{
	unsigned n;

	if (journal_open(&host->journal, RUNDIR, host->config->name, host->problem) < 0)
		return -1;
	n = leftover_undo(&host->journal, &host->loop);
	if (n > 0)
		log_info("undid %u things that a killed instance left", n);
	/* Until the address is there, so that two instances do not choose the same subnet. */
	journal_lock_all(&host->journal);
	return 0;
}

static void host_down_journal(struct host *host)
{
	journal_remove(&host->journal);
}

static int host_up_plan(struct host *host)
{
	int ret = link_init(&host->link);

	if (ret < 0)
		return host_fail(host, "rtnetlink", ret);
	return plan_make(&host->plan, host->config, &host->link, host->problem);
}

static void host_down_plan(struct host *host)
{
	link_finish(&host->link);
}

static int host_up_pidfile(struct host *host)
{
	if (!*host->config->pidfile)
		return 0;
	leftover_record_pidfile(&host->journal, host->config->pidfile);
	return pidfile_write(&host->pidfile, host->config->pidfile, host->problem);
}

static void host_down_pidfile(struct host *host)
{
	pidfile_remove(&host->pidfile);
}

/* ---- device, rules, address ---- */

/* Before the device is up: what the host would otherwise believe of its guests. */
static int host_set_sysctls(struct host *host)
{
	static const struct {
		const char *format;
		int value;
		bool optional; /* there is no IPv6 in every kernel */
	} settings[] = {
		{"ipv6/conf/%s/disable_ipv6", 1, true},
		{"ipv6/conf/%s/accept_ra", 0, true},
		{"ipv4/conf/%s/accept_redirects", 0, false},
		{"ipv4/conf/%s/send_redirects", 0, false},
		{"ipv4/conf/%s/rp_filter", 1, false},
		{"ipv4/conf/%s/forwarding", 1, false},
	};

	for (unsigned i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		char key[64];
		int ret;

		snprintf(key, sizeof(key), settings[i].format, host->plan.device);
		ret = sysctl_write(key, settings[i].value);
		if (ret < 0 && !(settings[i].optional && ret == -ENOENT))
			return problem_set(host->problem, STATUS_HOST, "/proc/sys/net/%s: %s", key,
					   strerror(-ret));
	}
	return 0;
}

static int host_up_device(struct host *host)
{
	char alias[CONFIG_NAME_MAX + 32];
	int ret;

	host->tap_fd = tap_open(host->plan.device);
	if (host->tap_fd < 0)
		return problem_set(host->problem, STATUS_HOST, "the TAP device %s: %s",
				   host->plan.device, strerror(-host->tap_fd));
	if (host_set_sysctls(host) < 0)
		return -1;
	snprintf(alias, sizeof(alias), "vde_vmnet network %s", host->config->name);
	ret = link_configure(&host->link, host->plan.device, host->plan.mac, host->config->mtu,
			     alias);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}

static void host_down_device(struct host *host)
{
	if (host->tap_fd >= 0)
		close(host->tap_fd);
	host->tap_fd = -1;
}

static int host_up_nat(struct host *host)
{
	if (nat_open(&host->nat, host->problem) < 0)
		return -1;
	return nat_apply(&host->nat, host->plan.ruleset, host->problem);
}

static void host_down_nat(struct host *host)
{
	nat_close(&host->nat);
}

/* After the rules, so that no packet passes without them. */
static int host_up_address(struct host *host)
{
	const struct subnet *subnet = &host->plan.subnet;
	int ret = link_add_address(&host->link, host->plan.device, subnet->gateway, subnet->prefix);

	if (ret == 0)
		ret = link_up(&host->link, host->plan.device);
	journal_unlock_all(&host->journal);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}

/* ---- forwarding, followed ---- */

static void host_follow_routes(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, settle);
	char devices[LINK_DEFAULTS_MAX][IF_NAMESIZE];
	unsigned n;
	int ret = link_refresh(&host->link);

	if (ret == 0) {
		n = link_default_devices(&host->link, devices, LINK_DEFAULTS_MAX);
		ret = forwarding_follow(&host->forwarding, devices, n);
	}
	if (ret < 0)
		log_warning("the host's default route cannot be followed: %s", strerror(-ret));
}

static void host_routes_changed(struct link *link)
{
	timer_arm(&container_of(link, struct host, link)->settle, HOST_SETTLE);
}

static int host_up_forwarding(struct host *host)
{
	int ret;

	forwarding_init(&host->forwarding, &host->journal);
	ret = timer_init(&host->settle, &host->loop, host_follow_routes);
	if (ret == 0)
		ret = link_watch(&host->link, &host->loop, host_routes_changed);
	if (ret == 0)
		ret = forwarding_follow(&host->forwarding, host->plan.uplinks,
					host->plan.n_uplinks);
	return ret < 0 ? host_fail(host, "forwarding", ret) : 0;
}

static void host_down_forwarding(struct host *host)
{
	timer_finish(&host->settle);
	forwarding_finish(&host->forwarding);
}

/* ---- dnsmasq ---- */

/* Creates the lease file for dnsmasq's user, in a directory that stays ours. */
static int host_prepare_leases(struct host *host)
{
	const struct identity *owner = &host->plan.dnsmasq;
	struct stat st;
	int ret = 0;
	int fd;

	if (mkdir(STATEDIR, 0755) < 0 && errno != EEXIST)
		return problem_set(host->problem, STATUS_HOST, "cannot create %s: %s", STATEDIR,
				   strerror(errno));
	fd = open(host->plan.lease_file, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 || fstat(fd, &st) < 0)
		ret = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		ret = -EINVAL;
	else if (identity_can_change() && fchown(fd, owner->uid, owner->gid) < 0)
		ret = -errno;
	if (fd >= 0)
		close(fd);
	return ret < 0 ? host_fail(host, host->plan.lease_file, ret) : 0;
}

static void host_dnsmasq_changed(struct dnsmasq *dnsmasq, int status)
{
	struct host *host = container_of(dnsmasq, struct host, dnsmasq);

	if (status == -1) {
		leftover_record_process(&host->journal, dnsmasq->process.pid);
		return;
	}
	if (host->ready) {
		log_warning("dnsmasq ended (%s %d); it is started again",
			    WIFSIGNALED(status) ? "signal" : "status",
			    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		return;
	}
	log_error("dnsmasq cannot serve %s (status %d); its own line above says why",
		  host->plan.device, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	host_end(host, STATUS_HOST);
}

static int host_up_dnsmasq(struct host *host)
{
	const struct dnsmasq_config config = {.device = host->plan.device,
					      .subnet = &host->plan.subnet,
					      .dhcp = !host->config->disable_dhcp,
					      .verbose = log_current_level() >= LOG_LEVEL_DEBUG,
					      .mtu = host->config->mtu,
					      .lease_file = host->plan.lease_file};
	int ret;

	if (host_prepare_leases(host) < 0)
		return -1;
	ret = dnsmasq_start(&host->dnsmasq, &host->loop, host->plan.dnsmasq_path,
			    &host->plan.dnsmasq, &config, host_dnsmasq_changed);
	if (ret < 0)
		return host_fail(host, host->plan.dnsmasq_path, ret);
	leftover_record_process(&host->journal, host->dnsmasq.process.pid);
	return 0;
}

static void host_down_dnsmasq(struct host *host)
{
	dnsmasq_stop(&host->dnsmasq);
}

/* ---- the worker, and the moment when all is there ---- */

/* The option that attaches QEMU; a comma in an option's value is written twice. */
static void host_format_qemu(const char *peer, char *text, size_t size)
{
	char sock[2 * ENDPOINT_LOCATOR_MAX];
	size_t n = 0;

	text[0] = '\0';
	if (*peer == '\0')
		return;
	for (; *peer && n + 2 < sizeof(sock); peer++) {
		if (*peer == ',')
			sock[n++] = ',';
		sock[n++] = *peer;
	}
	sock[n] = '\0';
	snprintf(text, size,
		 "; QEMU: -netdev vde,id=net0,sock=%s -device virtio-net-pci,netdev=net0", sock);
}

static void host_announce(struct host *host)
{
	const struct subnet *subnet = &host->plan.subnet;
	char dhcp[3 * SUBNET_TEXT_MAX] = "no DHCP";
	char endpoints[ENDPOINT_LOCATOR_MAX + 32];
	char qemu[2 * ENDPOINT_LOCATOR_MAX + 96];
	char gateway[SUBNET_TEXT_MAX];
	char first[SUBNET_TEXT_MAX];
	char last[SUBNET_TEXT_MAX];

	if (!host->config->disable_dhcp)
		snprintf(dhcp, sizeof(dhcp), "DHCP %s to %s",
			 subnet_format(subnet->dhcp_first, first),
			 subnet_format(subnet->dhcp_last, last));
	snprintf(endpoints, sizeof(endpoints), "%s", host->config->endpoints[0].locator);
	if (host->config->n_endpoints > 1)
		snprintf(endpoints + strlen(endpoints), sizeof(endpoints) - strlen(endpoints),
			 " and %u more", host->config->n_endpoints - 1);
	host_format_qemu(host->config->endpoints[0].peer, qemu, sizeof(qemu));
	log_info("ready: %s, %s/%u, %s, at %s%s", host->plan.device,
		 subnet_format(subnet->gateway, gateway), subnet->prefix, dhcp, endpoints, qemu);
	if (host->plan.n_uplinks == 0)
		log_warning("the host has no default route; guests get out when it has one");
	notify_ready(host->plan.device);
}

static void host_poll_ready(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, poll);

	if (host->worker_ready && dnsmasq_answers(&host->plan.subnet)) {
		host->ready = true;
		host_announce(host);
	} else if (--host->polls_left == 0) {
		log_error("%s did not start within 10 seconds",
			  host->worker_ready ? "dnsmasq" : "the worker");
		host_end(host, STATUS_FAILED);
	} else {
		timer_arm(timer, HOST_POLL);
	}
}

static int host_up_worker(struct host *host)
{
	int ret = timer_init(&host->poll, &host->loop, host_poll_ready);

	if (ret < 0)
		return host_fail(host, "a timer", ret);
	for (unsigned i = 0; i < host->config->n_endpoints; i++)
		leftover_record_endpoint(&host->journal, &host->plan.worker,
					 host->config->endpoints[i].locator);
	if (host_worker_up(host) < 0)
		return -1;
	leftover_record_process(&host->journal, host->worker.pid);
	host->polls_left = HOST_POLLS;
	timer_arm(&host->poll, HOST_POLL);
	return 0;
}

static void host_down_worker(struct host *host)
{
	host_worker_down(host);
	timer_finish(&host->poll);
}

/* ---- all of it, in order ---- */

static const struct {
	int (*up)(struct host *host);
	void (*down)(struct host *host); /* also after a failure of up() */
} host_steps[] = {
	{host_up_loop, host_down_loop},
	{host_up_journal, host_down_journal},
	{host_up_plan, host_down_plan},
	{host_up_pidfile, host_down_pidfile},
	{host_up_device, host_down_device},
	{host_up_nat, host_down_nat},
	{host_up_address, NULL},
	{host_up_forwarding, host_down_forwarding},
	{host_up_worker, host_down_worker},
	{host_up_dnsmasq, host_down_dnsmasq}, /* ends while its device is still there */
};

enum { HOST_STEPS = sizeof(host_steps) / sizeof(host_steps[0]) };

static void host_init(struct host *host, const struct config *config, struct problem *problem)
{
	*host = (struct host){.config = config,
			      .problem = problem,
			      .signals.fd = -1,
			      .requests.fd = -1,
			      .tap_fd = -1,
			      .link.source.fd = -1,
			      .loop.epoll_fd = -1,
			      .pidfile.fd = -1,
			      .journal = {.directory_fd = -1, .fd = -1}};
}

int host_run(const struct config *config, struct problem *problem)
{
	struct host host;
	unsigned steps = 0;
	int ret;

	host_init(&host, config, problem);
	ret = plan_check_host(&host.plan, config, problem);
	while (ret == 0 && steps < HOST_STEPS)
		ret = host_steps[steps++].up(&host);
	if (ret == 0 && loop_run(&host.loop) < 0)
		host.status = STATUS_FAILED;
	if (ret == 0)
		notify_stopping();
	while (steps-- > 0) {
		if (host_steps[steps].down)
			host_steps[steps].down(&host);
	}
	return ret < 0 ? problem->status : host.status;
}

int host_check(const struct config *config, struct problem *problem)
{
	struct journal journal = {.directory_fd = -1, .fd = -1};
	struct nat nat = {0};
	struct link link = {0};
	struct plan plan = {0};
	int ret = plan_check_host(&plan, config, problem);

	/* The lock tells whether the name is in use; a journal that is not there is fine. */
	problem->status = ret < 0 ? problem->status : 0;
	if (ret == 0 && journal_open_existing(&journal, RUNDIR, config->name, problem) < 0 &&
	    problem->status != 0)
		ret = -1;
	if (ret == 0 && link_init(&link) < 0)
		ret = problem_set(problem, STATUS_HOST, "rtnetlink cannot be used");
	if (ret == 0)
		ret = plan_make(&plan, config, &link, problem);
	if (ret == 0)
		ret = nat_open(&nat, problem);
	if (ret == 0)
		ret = nat_check(&nat, plan.ruleset, problem);
	if (ret == 0)
		plan_print(&plan, config);
	nat_close(&nat);
	link_finish(&link);
	journal_close(&journal);
	return ret < 0 ? problem->status : STATUS_STOPPED;
}

int host_cleanup(const struct config *config, struct problem *problem)
{
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
	n = leftover_undo(&journal, &loop);
	journal_remove(&journal);
	loop_finish(&loop);
	log_info("undid %u things that network '%s' left", n, config->name);
	return STATUS_STOPPED;
}
