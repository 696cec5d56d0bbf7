// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_resolv.h"

#include <errno.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "recovery.h"

enum {
	HOST_RESOLV_SETTLE = 50, /* ms: a file is emptied first, and then written */
	HOST_RESOLV_POLL = 2000, /* ms, if not all of the path to it can be watched */
};

/* Logged once. If the file cannot be read, we keep what it said before. */
static void host_resolv_say(struct host *host, int error)
{
	struct host_resolv *resolv = &host->resolv;

	if (error < 0 && error != resolv->error)
		log_warning("%s: %s; guests' DNS queries go to %s", _PATH_RESCONF, strerror(-error),
			    error == -EFBIG || *resolv->copy == '\0'
				    ? "the first name servers in it, or else the host's own, if "
				      "there is one"
				    : "the previous name servers");
	resolv->error = error;
}

/* Writes the copy if it is new. Returns whether it is, or is reached through other devices. */
static bool host_resolv_copy(struct host *host)
{
	struct host_resolv *resolv = &host->resolv;
	char copy[RESOLVCONF_COPY_MAX];
	int ret = resolvconf_read(_PATH_RESCONF, copy);
	uint64_t devices = resolvconf_devices(copy);
	bool is_moved = devices != resolv->devices;

	host_resolv_say(host, ret);
	if (ret < 0 && ret != -EFBIG && *resolv->copy)
		return false;
	resolv->devices = devices;
	if (strcmp(copy, resolv->copy) == 0)
		return is_moved;
	ret = resolvconf_write(resolv->file, copy);
	if (ret < 0) {
		log_warning("%s: %s; still using the previous name servers", resolv->file,
			    strerror(-ret));
		return false;
	}
	memcpy(resolv->copy, copy, sizeof(copy));
	return true;
}

/* Renews the watch before reading: later changes are reported. */
static bool host_resolv_look(struct host *host)
{
	struct host_resolv *resolv = &host->resolv;
	bool is_watched = resolv_watch_renew(&resolv->watch);
	bool is_new = host_resolv_copy(host);

	resolv->settling = false;
	if (!is_watched)
		timer_arm(&resolv->timer, HOST_RESOLV_POLL);
	return is_new;
}

static void host_resolv_expired(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, resolv.timer);

	if (host_resolv_look(host))
		dnsmasq_reload(&host->dnsmasq);
}

/* dnsmasq, and numbers in the file, identify a device by its index. */
void host_resolv_follow(struct host *host)
{
	if (*host->resolv.file && host_resolv_copy(host))
		dnsmasq_reload(&host->dnsmasq);
}

/* The first of several changes determines when they are looked at. */
static void host_resolv_changed(struct resolv_watch *watch)
{
	struct host *host = container_of(watch, struct host, resolv.watch);

	if (host->resolv.settling)
		return;
	host->resolv.settling = true;
	timer_arm(&host->resolv.timer, HOST_RESOLV_SETTLE);
}

/*
 * A separate directory: dnsmasq watches where its servers are listed, and has no access to RUNDIR.
 */
static int host_resolv_make_directory(struct host *host)
{
	const char *directory = host->plan.resolv_directory;
	struct host_resolv *resolv = &host->resolv;
	int ret = recovery_record_directory(&host->undolog, directory);

	snprintf(resolv->file, sizeof(resolv->file), "%s/resolv.conf", directory);
	if (ret == 0)
		ret = recovery_record_file(&host->undolog, resolv->file);
	if (ret < 0)
		return ret;
	return mkdir(directory, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

int host_resolv_up(struct host *host)
{
	struct host_resolv *resolv = &host->resolv;
	int ret;

	if (!*host->plan.resolv_directory)
		return 0;
	ret = host_resolv_make_directory(host);
	if (ret == 0)
		ret = timer_init(&resolv->timer, &host->loop, host_resolv_expired);
	if (ret < 0)
		return host_fail(host, host->plan.resolv_directory, ret);
	ret = resolv_watch_start(&resolv->watch, &host->loop, _PATH_RESCONF, host_resolv_changed);
	if (ret < 0)
		log_info("cannot watch %s: %s; checking it every %d s", _PATH_RESCONF,
			 strerror(-ret), HOST_RESOLV_POLL / 1000);
	host_resolv_look(host);
	return 0;
}

void host_resolv_down(struct host *host)
{
	struct host_resolv *resolv = &host->resolv;

	if (!*resolv->file)
		return;
	resolv_watch_stop(&resolv->watch);
	timer_finish(&resolv->timer);
	resolvconf_remove(resolv->file);
	rmdir(host->plan.resolv_directory);
}
