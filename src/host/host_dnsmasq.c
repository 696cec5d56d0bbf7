// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_dnsmasq.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "directory.h"
#include "dnsmasq_ports.h"
#include "host_tell.h"
#include "leases.h"
#include "recovery.h"
#include "log.h"

enum {
	HOST_DNSMASQ_RETRY = 5000, /* ms between attempts on port 53 */
	HOST_DNSMASQ_REST = 5000,  /* ms between restarts because the way out comes or goes */
};

/* The file is ours for the moment, because we may not write to another user's. 0, or -errno. */
static int host_dnsmasq_prepare_leases(struct host *host, int fd)
{
	char path[32];
	int writable;
	int ret = 0;
	int n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	writable = open(path, O_RDWR | O_CLOEXEC);
	if (writable < 0)
		return -errno;
	n = leases_prune(writable, &host->plan.subnet, &host->served.dhcp);
	if (n >= 0 && host->plan.ipv6)
		ret = leases_name_server(writable, host->plan.mac);
	close(writable);
	if (ret < 0) /* dnsmasq chooses one then; and leases work even if the disk is full */
		log_debug("%s: cannot write the DUID: %s", host->plan.lease_file, strerror(-ret));
	if (n > 0)
		log_info("forgot %d leases that no longer fit the network", n);
	return n < 0 ? n : 0;
}

/* ---- the state directory and the lease file ------------------------------------ */

/* What must hold, whoever owns it. */
static int host_dnsmasq_look_at_state(struct stat *st, struct problem *problem)
{
	if (stat(STATEDIR, st) < 0)
		return problem_set(problem, STATUS_HOST, "%s: %s", STATEDIR, strerror(errno));
	if (!S_ISDIR(st->st_mode))
		return problem_set(problem, STATUS_HOST, "%s: %s%s", STATEDIR, strerror(ENOTDIR),
				   directory_advice(ENOTDIR));
	return 0;
}

static int host_dnsmasq_refuse_state(const char *what, int error, struct problem *problem)
{
	return problem_set(problem, STATUS_HOST, "cannot %s %s: %s%s", what, STATEDIR,
			   strerror(error), directory_advice(error));
}

/*
 * Keeps the directory ours. The service leaves it to its user, who could put a link in the place of
 * the file that dnsmasq opens by name; so it is taken over, as by the service. 0, or -1 with
 * *problem.
 */
static int host_dnsmasq_own_state(struct problem *problem)
{
	struct stat st;

	if (mkdir(STATEDIR, 0755) < 0 && errno != EEXIST)
		return host_dnsmasq_refuse_state("create", errno, problem);
	if (host_dnsmasq_look_at_state(&st, problem) < 0)
		return -1;
	if (!identity_can_change())
		return 0;
	if (st.st_uid != geteuid() && chown(STATEDIR, geteuid(), getegid()) < 0)
		return host_dnsmasq_refuse_state("take ownership of", errno, problem);
	if ((st.st_mode & 022) && chmod(STATEDIR, 0755) < 0)
		return host_dnsmasq_refuse_state("restrict access to", errno, problem);
	return 0;
}

/* Whether a start could do that. */
static int host_dnsmasq_check_state(struct problem *problem)
{
	bool missing = access(STATEDIR, F_OK) < 0 && errno == ENOENT;
	struct stat st;
	int ret;

	if (!missing && host_dnsmasq_look_at_state(&st, problem) < 0)
		return -1;
	ret = missing ? directory_can_make(STATEDIR) : directory_can_fill(STATEDIR);
	if (ret == -EACCES && !missing && identity_can_change() && st.st_uid != geteuid())
		return 0; /* it will be taken over */
	return ret < 0 ? host_dnsmasq_refuse_state(missing ? "create" : "write to", -ret, problem)
		       : 0;
}

static int host_dnsmasq_refuse_file(const struct host *host, int error)
{
	bool is_other = error == EINVAL || error == EISDIR;

	return problem_set(host->problem, STATUS_HOST, "%s: %s%s", host->plan.lease_file,
			   is_other ? "not a regular file with a single name" : strerror(error),
			   directory_advice(error));
}

static bool host_dnsmasq_can_be_file(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_nlink == 1;
}

/* Creates the lease file for dnsmasq's user. */
static int host_dnsmasq_prepare(struct host *host)
{
	const struct identity *owner = &host->plan.dnsmasq;
	struct stat st;
	int ret = 0;
	int fd;

	if (host_dnsmasq_own_state(host->problem) < 0)
		return -1;
	/* Without blocking, which open() would on a pipe that nobody writes to. */
	fd = open(host->plan.lease_file, O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		  0644);
	if (fd < 0 || fstat(fd, &st) < 0)
		ret = -errno;
	else if (!host_dnsmasq_can_be_file(&st))
		ret = -EINVAL;
	else if (identity_can_change() && fchown(fd, geteuid(), getegid()) < 0)
		ret = -errno;
	if (ret == 0 && host->plan.serves_dhcp)
		ret = host_dnsmasq_prepare_leases(host, fd);
	if (ret == 0 && identity_can_change() && fchown(fd, owner->uid, owner->gid) < 0)
		ret = -errno;
	if (fd >= 0)
		close(fd);
	return ret < 0 ? host_dnsmasq_refuse_file(host, -ret) : 0;
}

/* Whether a start could do that. */
static int host_dnsmasq_check_file(struct host *host)
{
	const char *path = host->plan.lease_file;
	int mode = R_OK | (host->plan.serves_dhcp ? W_OK : 0);
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : host_dnsmasq_refuse_file(host, errno);
	if (!host_dnsmasq_can_be_file(&st))
		return host_dnsmasq_refuse_file(host, S_ISLNK(st.st_mode) ? ELOOP : EINVAL);
	if (identity_can_change()) /* it will be ours before it is written to */
		mode = R_OK;
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) < 0
		       ? host_dnsmasq_refuse_file(host, errno)
		       : 0;
}

/* ---- its ports ----------------------------------------------------------------- */

/*
 * A name server on the host, such as BIND, may take port 53 of each new address. Guests still have
 * DHCP, and ask that server. Returns whether that is so; logs a change.
 */
static bool host_dnsmasq_look_at_dns(struct host *host)
{
	const struct plan *plan = &host->plan;
	bool before = host->serving.dns_elsewhere;
	char gateway[SUBNET_TEXT_MAX];

	host->serving.dns_elsewhere =
		plan->serves_dns &&
		dnsmasq_check_dns(&plan->subnet, plan->ipv6 ? &plan->prefix6 : NULL) == -EADDRINUSE;
	subnet_format(plan->subnet.gateway, gateway);
	if (host->serving.dns_elsewhere && !before)
		log_warning("not serving DNS: another program serves it (port 53) at %s, or on "
			    "every address of this host, and guests use that; make it listen on "
			    "its own addresses only, or use --vmnet-disable-dns",
			    gateway);
	if (!host->serving.dns_elsewhere && before)
		log_info("port 53 at %s is free now; guests use our DNS", gateway);
	return host->serving.dns_elsewhere;
}

static int host_dnsmasq_check_ports(struct host *host)
{
	int ret;

	host_dnsmasq_look_at_dns(host);
	if (!host->plan.serves_dhcp)
		return 0;
	ret = dnsmasq_check_dhcp(host->plan.ipv6);
	if (ret == -EADDRINUSE)
		return problem_set(host->problem, STATUS_HOST,
				   "another program serves DHCP (port 67, or 547) on this host and "
				   "does not share the port; ss -Hlunp 'sport = :67 or sport = "
				   ":547' shows which program; "
				   "stop it, or use --vmnet-disable-dhcp");
	return ret < 0 ? host_fail(host, "cannot check the DHCP ports", ret) : 0;
}

int host_dnsmasq_check(struct host *host)
{
	if (!plan_uses_dnsmasq(&host->plan))
		return 0;
	if (host_dnsmasq_check_state(host->problem) < 0 || host_dnsmasq_check_file(host) < 0)
		return -1;
	return host_dnsmasq_check_ports(host);
}

bool host_dnsmasq_serves(const struct host *host)
{
	if (host->plan.serves_dns && !host->serving.dns_elsewhere)
		return dnsmasq_listens(&host->plan.subnet);
	return !host->plan.serves_dhcp || dnsmasq_count_dhcp() > host->serving.dhcp_before;
}

/* ---- dnsmasq ------------------------------------------------------------------- */

/* Whether it ended because port 53 had just been taken: then it continues without. */
static bool host_dnsmasq_lost_dns(struct host *host)
{
	if (host->serving.dns_elsewhere || !host_dnsmasq_look_at_dns(host))
		return false;
	host_dnsmasq_reconfigure(host);
	return true;
}

static void host_dnsmasq_changed(struct dnsmasq *dnsmasq, int status)
{
	struct host *host = container_of(dnsmasq, struct host, dnsmasq);

	if (status == -1) {
		recovery_record_process(&host->undolog, dnsmasq->process.pid);
		host_tell_event(host, REQUEST_EVENT_DNSMASQ, "");
		return;
	}
	if (host->pulse.ended != 0) { /* already logged, with the reason */
		host->pulse.ended = 0;
		return;
	}
	if (host_dnsmasq_lost_dns(host))
		return;
	if (host->ready.reached) {
		log_warning("dnsmasq exited (%s %d); restarting it",
			    WIFSIGNALED(status) ? "signal" : "status",
			    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		return;
	}
	if (WIFSIGNALED(status))
		log_error("dnsmasq cannot serve %s: it was killed by signal %d (%s)",
			  host->plan.device, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		log_error("dnsmasq cannot serve %s (status %d); its own line above says why",
			  host->plan.device, WEXITSTATUS(status));
	host_end(host, STATUS_HOST);
}

static struct dnsmasq_config host_dnsmasq_config(const struct host *host)
{
	return (struct dnsmasq_config){.device = host->plan.device,
				       .subnet = &host->plan.subnet,
				       .prefix6 = host->plan.ipv6 ? &host->plan.prefix6 : NULL,
				       .routed6 = host->routes.routed6,
				       .dhcp = &host->served.dhcp,
				       .serves_dhcp = host->plan.serves_dhcp,
				       .advertises = host->plan.advertises,
				       .serves_dns = host->plan.serves_dns,
				       .dns_elsewhere = host->serving.dns_elsewhere,
				       .outside = host->plan.form == PLAN_SHARED,
				       .resolv_file = *host->resolv.file ? host->resolv.file : NULL,
				       .resolv_directory = *host->plan.resolv_directory
								   ? host->plan.resolv_directory
								   : NULL,
				       .verbose = log_current_level() >= LOG_LEVEL_DEBUG,
				       .mtu = host->plan.mtu,
				       .lease_file = host->plan.lease_file};
}

static void host_dnsmasq_retry(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, serving.retry);

	if (host_dnsmasq_look_at_dns(host))
		timer_arm(timer, HOST_DNSMASQ_RETRY);
	else
		host_dnsmasq_reconfigure(host);
}

static void host_dnsmasq_rested(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, serving.rest);

	host->serving.rests = false;
	host_dnsmasq_follow(host);
}

int host_dnsmasq_up(struct host *host)
{
	struct dnsmasq_config config;
	int ret;

	if (!plan_uses_dnsmasq(&host->plan))
		return 0;
	if (host_dnsmasq_prepare(host) < 0)
		return -1;
	ret = timer_init(&host->serving.retry, &host->loop, host_dnsmasq_retry);
	if (ret == 0)
		ret = timer_init(&host->serving.rest, &host->loop, host_dnsmasq_rested);
	if (ret < 0)
		return host_fail(host, "cannot create a timer", ret);
	/* Again: now the addresses exist, and other programs have seen them. */
	if (host_dnsmasq_look_at_dns(host))
		timer_arm(&host->serving.retry, HOST_DNSMASQ_RETRY);
	host->serving.dhcp_before = dnsmasq_count_dhcp();
	host->serving.routed6 = host->routes.routed6;
	config = host_dnsmasq_config(host);
	ret = dnsmasq_start(&host->dnsmasq, &host->loop, host->plan.dnsmasq_path,
			    &host->plan.dnsmasq, &config, host_dnsmasq_changed);
	if (ret < 0)
		return host_fail(host, host->plan.dnsmasq_path, ret);
	recovery_record_process(&host->undolog, host->dnsmasq.process.pid);
	return 0;
}

void host_dnsmasq_reconfigure(struct host *host)
{
	const struct dnsmasq_config config = host_dnsmasq_config(host);
	int ret;

	if (!plan_uses_dnsmasq(&host->plan))
		return;
	host->serving.routed6 = config.routed6;
	ret = dnsmasq_reconfigure(&host->dnsmasq, &config);
	if (ret < 0)
		log_warning("cannot restart dnsmasq: %s; trying again", strerror(-ret));
	if (host->serving.dns_elsewhere)
		timer_arm(&host->serving.retry, HOST_DNSMASQ_RETRY);
}

void host_dnsmasq_follow(struct host *host)
{
	struct host_serving *serving = &host->serving;

	if (!plan_uses_dnsmasq(&host->plan) || serving->rests ||
	    serving->routed6 == host->routes.routed6)
		return;
	host_dnsmasq_reconfigure(host);
	serving->rests = true;
	timer_arm(&serving->rest, HOST_DNSMASQ_REST);
}

void host_dnsmasq_down(struct host *host)
{
	dnsmasq_stop(&host->dnsmasq);
	timer_finish(&host->serving.rest);
	timer_finish(&host->serving.retry);
}
