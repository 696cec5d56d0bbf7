// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_dnsmasq.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leases.h"
#include "leftover.h"
#include "log.h"

/* Of a file that is ours for the moment: we may not write to another's. 0, or -errno. */
static int host_dnsmasq_prune(struct host *host, int fd)
{
	char path[32];
	int writable;
	int n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	writable = open(path, O_RDWR | O_CLOEXEC);
	if (writable < 0)
		return -errno;
	n = leases_prune(writable, &host->plan.subnet, &host->config->dhcp);
	close(writable);
	if (n > 0)
		log_info("%d leases do not fit the network any more and are forgotten", n);
	return n < 0 ? n : 0;
}

/*
 * The directory stays ours. The service leaves it to its user, who could put a link
 * in the place of the file that dnsmasq opens by its name; as the service does, it
 * is taken over. 0, or -errno.
 */
static int host_dnsmasq_own_state(void)
{
	struct stat st;

	if (mkdir(STATEDIR, 0755) < 0 && errno != EEXIST)
		return -errno;
	if (!identity_can_change())
		return 0;
	if (stat(STATEDIR, &st) < 0)
		return -errno;
	if (st.st_uid != geteuid() && chown(STATEDIR, geteuid(), getegid()) < 0)
		return -errno;
	return (st.st_mode & 022) && chmod(STATEDIR, 0755) < 0 ? -errno : 0;
}

/* Creates the lease file for dnsmasq's user. */
static int host_dnsmasq_prepare(struct host *host)
{
	const struct identity *owner = &host->plan.dnsmasq;
	struct stat st;
	int ret = host_dnsmasq_own_state();
	int fd;

	if (ret < 0)
		return problem_set(host->problem, STATUS_HOST, "cannot create %s: %s", STATEDIR,
				   strerror(-ret));
	/* Without waiting: of a pipe that nobody writes to, open() would. */
	fd = open(host->plan.lease_file, O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		  0644);
	if (fd < 0 || fstat(fd, &st) < 0)
		ret = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		ret = -EINVAL;
	else if (identity_can_change() && fchown(fd, geteuid(), getegid()) < 0)
		ret = -errno;
	if (ret == 0 && !host->config->disable_dhcp)
		ret = host_dnsmasq_prune(host, fd);
	if (ret == 0 && identity_can_change() && fchown(fd, owner->uid, owner->gid) < 0)
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

static struct dnsmasq_config host_dnsmasq_config(const struct host *host)
{
	return (struct dnsmasq_config){.device = host->plan.device,
				       .subnet = &host->plan.subnet,
				       .prefix6 = host->plan.ipv6 ? &host->plan.prefix6 : NULL,
				       .routed6 = host->routed6,
				       .dhcp = &host->config->dhcp,
				       .serves_dhcp = !host->config->disable_dhcp,
				       .outside = host->plan.form == PLAN_SHARED,
				       .verbose = log_current_level() >= LOG_LEVEL_DEBUG,
				       .mtu = host->config->mtu,
				       .lease_file = host->plan.lease_file};
}

int host_dnsmasq_up(struct host *host)
{
	const struct dnsmasq_config config = host_dnsmasq_config(host);
	int ret;

	if (host_dnsmasq_prepare(host) < 0)
		return -1;
	ret = dnsmasq_check_port(&host->plan.subnet);
	if (ret == -EADDRINUSE)
		return problem_set(host->problem, STATUS_HOST,
				   "another program serves DNS (port 53) on every address of this "
				   "host; stop it, or let it listen on its own addresses only");
	if (ret < 0)
		return host_fail(host, "port 53", ret);
	ret = dnsmasq_start(&host->dnsmasq, &host->loop, host->plan.dnsmasq_path,
			    &host->plan.dnsmasq, &config, host_dnsmasq_changed);
	if (ret < 0)
		return host_fail(host, host->plan.dnsmasq_path, ret);
	leftover_record_process(&host->journal, host->dnsmasq.process.pid);
	return 0;
}

void host_dnsmasq_reconfigure(struct host *host)
{
	const struct dnsmasq_config config = host_dnsmasq_config(host);
	int ret = dnsmasq_reconfigure(&host->dnsmasq, &config);

	if (ret < 0)
		log_warning("dnsmasq cannot be started again: %s; it is tried again",
			    strerror(-ret));
}

void host_dnsmasq_down(struct host *host)
{
	dnsmasq_stop(&host->dnsmasq);
}
