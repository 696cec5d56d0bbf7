// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks that need nothing of the host but its files and our privileges: the first part of plan.h.
 */
#include "plan.h"
#include "plan_groups.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsmasq.h"
#include "pidfile.h"
#include "sandbox.h"
#include "sysctl.h"
#include "tap.h"

static int plan_check_privilege(struct problem *problem)
{
	char missing[SANDBOX_CAPABILITIES_MAX];

	sandbox_missing_capabilities(missing, sizeof(missing));
	if (*missing)
		return problem_set(problem, STATUS_HOST,
				   "no privilege to create a network (%s): start it with sudo, or "
				   "give %s to its service or container",
				   missing,
				   strchr(missing, ',') ? "these capabilities" : "that capability");
	return 0;
}

static const char *plan_advise_on_tun(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "try: modprobe tun; a container must be given the device";
	case EACCES:
	case EPERM:
		return "vde_vmnet must be able to open it; a container must be given the device";
	default:
		return "something else is in its place: remove that, then: modprobe tun";
	}
}

/* Capabilities only apply to networks of our own user namespace. */
static const char *plan_advise_on_sysctls(int error)
{
	return error == EACCES ? "this network belongs to another user namespace; a container "
				 "needs a network of its own, not its host's"
			       : "in a container, it must be writable";
}

/* Checks the device and its settings: a container may have neither. */
static int plan_check_kernel(const struct config *config, struct problem *problem)
{
	const char *key = config->mode == CONFIG_BRIDGED ? "ipv6/conf/default/disable_ipv6"
							 : "ipv4/conf/default/rp_filter";
	int ret = tap_check();

	if (ret < 0)
		return problem_set(problem, STATUS_HOST, "/dev/net/tun: %s; %s", strerror(-ret),
				   plan_advise_on_tun(-ret));
	ret = sysctl_check(key);
	if (ret < 0 && ret != -ENOENT) /* no IPv6, so nothing to set */
		return problem_set(problem, STATUS_HOST, "/proc/sys/net/%s: %s; %s", key,
				   strerror(-ret), plan_advise_on_sysctls(-ret));
	return 0;
}

static int plan_check_identity(const struct identity *identity,
			       int (*enter)(const struct identity *identity), unsigned n,
			       struct problem *problem)
{
	int ret = sandbox_try(enter, identity, n);

	if (ret == 0)
		return 0;
	if (ret == -EAGAIN)
		return problem_set(problem, STATUS_HOST,
				   "the user %s cannot have %u more processes: raise the limit "
				   "RLIMIT_NPROC (ulimit -u; in a unit, LimitNPROC=)",
				   identity->name, n);
	return problem_set(problem, STATUS_HOST,
			   "cannot run a process as user %s (uid %u, gid %u): %s; a container "
			   "needs a range of users and groups (/proc/self/uid_map and gid_map), "
			   "and no 'deny' in /proc/self/setgroups",
			   identity->name, identity->uid, identity->gid, strerror(-ret));
}

/* Whether it is in RUNDIR, where the host process creates things for the worker. */
static bool plan_is_ours(const char *path)
{
	return strncmp(path, RUNDIR "/", strlen(RUNDIR "/")) == 0;
}

/*
 * Whether it is directly in RUNDIR, where only we create anything, and is not the directory that
 * the plan has.
 */
static bool plan_is_closed(const struct plan *plan, const char *path)
{
	return identity_can_change() && plan_is_ours(path) &&
	       !strchr(path + strlen(RUNDIR "/"), '/') && strcmp(path, plan->directory) != 0;
}

/* Whether the directory of path exists; or can be created, because its own parent exists. */
static bool plan_has_directory(const char *path, bool can_be_made)
{
	char directory[ENDPOINT_PATH_MAX];
	const char *slash = strrchr(path, '/');
	struct stat st;

	snprintf(directory, sizeof(directory), "%.*s/", slash ? (int)(slash - path) : 0, path);
	if (stat(directory, &st) == 0)
		return true;
	if (errno != ENOENT || !can_be_made)
		return false;
	directory[strlen(directory) - 1] = '\0';
	return plan_has_directory(directory, false);
}

/* Whether it is the socket in RUNDIR that the host process creates. */
static bool plan_is_own_tap(const struct plan *plan, const char *path)
{
	char ours[PLAN_PATH_MAX];

	snprintf(ours, sizeof(ours), "%s/%s.tap", RUNDIR, plan->name);
	return strcmp(path, ours) == 0;
}

/* An endpoint that can never exist is the user's mistake; one that does not exist yet is not. */
static int plan_check_endpoint(const struct plan *plan, const struct endpoint *endpoint,
			       struct problem *problem)
{
	/* A link to someone else's switch is fine; but what we create must not be a link. */
	int flags = endpoint->kind == ENDPOINT_VDE ? 0 : AT_SYMLINK_NOFOLLOW;
	bool exists;
	struct stat st;

	if (endpoint->kind == ENDPOINT_LOCATOR)
		return 0;
	exists = fstatat(AT_FDCWD, endpoint->path, &st, flags) == 0;
	if (endpoint->kind == ENDPOINT_VDE) {
		if (exists && !S_ISDIR(st.st_mode))
			return problem_set(problem, STATUS_USAGE,
					   "%s: not a directory; use the directory of a vde_switch",
					   endpoint->path);
		return 0;
	}
	if (exists && endpoint->kind != ENDPOINT_SWITCH && !S_ISSOCK(st.st_mode))
		return problem_set(problem, STATUS_USAGE,
				   "%s: exists and is not a socket; choose a free path",
				   endpoint->path);
	if (exists && endpoint->kind == ENDPOINT_SWITCH && !S_ISDIR(st.st_mode))
		return problem_set(problem, STATUS_USAGE,
				   "%s: exists and is not a directory; choose a free path",
				   endpoint->path);
	if (endpoint->kind == ENDPOINT_SWITCH && plan_is_closed(plan, endpoint->path))
		return problem_set(problem, STATUS_USAGE,
				   "%s: in %s a switch must be called NAME.ctl, after its network; "
				   "choose another path, or another --name",
				   endpoint->path, RUNDIR);
	if (endpoint->kind == ENDPOINT_TAP && plan_is_ours(endpoint->path) &&
	    !plan_is_own_tap(plan, endpoint->path))
		return problem_set(problem, STATUS_USAGE,
				   "%s: in %s such a socket must be called NAME.tap, after its "
				   "network; choose another path, or another --name",
				   endpoint->path, RUNDIR);
	if (endpoint->kind != ENDPOINT_SWITCH && endpoint->kind != ENDPOINT_TAP &&
	    identity_can_change() && plan_is_ours(endpoint->path))
		return problem_set(
			problem, STATUS_USAGE,
			"%s: the worker and emulators cannot access %s; choose a path elsewhere",
			endpoint->path, RUNDIR);
	if (plan_is_ours(endpoint->path)) /* RUNDIR is created later */
		return 0;
	if (!plan_has_directory(endpoint->path, endpoint->kind == ENDPOINT_PTP))
		return errno == ENOENT ? problem_set(problem, STATUS_USAGE,
						     "%s: its directory does not exist; create it, "
						     "or choose another path",
						     endpoint->path)
				       : problem_set(problem, STATUS_USAGE, "%s: its directory: %s",
						     endpoint->path, strerror(errno));
	return 0;
}

static void plan_choose_directory(struct plan *plan, const struct config *config)
{
	char ours[PLAN_PATH_MAX];

	snprintf(ours, sizeof(ours), "%s/%s.ctl", RUNDIR, config->name);
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (config->endpoints[i].kind == ENDPOINT_SWITCH &&
		    strcmp(config->endpoints[i].path, ours) == 0)
			memcpy(plan->directory, ours, sizeof(ours));
	}
}

static void plan_choose_form(struct plan *plan, const struct config *config)
{
	switch (config->mode) {
	case CONFIG_SHARED:
		plan->form = PLAN_SHARED;
		break;
	case CONFIG_HOST:
		plan->form = config->has_network_id ? PLAN_SHAREDBRIDGE : PLAN_HOST;
		break;
	case CONFIG_BRIDGED:
		plan->form = PLAN_NIC; /* or a bridge, once the host has been examined */
		break;
	}
	plan->bridges = plan->hands_out && (plan->form & PLAN_SERVED);
}

bool plan_uses_dnsmasq(const struct plan *plan)
{
	return (plan->form & PLAN_SERVED) && (plan->serves_dhcp || plan->serves_dns);
}

/* Finds dnsmasq, if it is needed. */
static int plan_find_dnsmasq(struct plan *plan, struct problem *problem)
{
	if (!plan_uses_dnsmasq(plan))
		return 0;
	if (identity_dnsmasq(&plan->dnsmasq, problem) < 0)
		return -1;
	plan->dnsmasq_path = dnsmasq_find();
	if (plan->dnsmasq_path)
		return 0;
	return problem_set(problem, STATUS_HOST,
			   "dnsmasq is not installed; install the package dnsmasq-base (or "
			   "dnsmasq)");
}

/* Sockets that others create have their own groups: we use those as the user we are. */
static bool plan_makes_sockets(const struct config *config)
{
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (endpoint_is_ours(&config->endpoints[i]))
			return true;
	}
	return false;
}

static void plan_choose_access(struct plan *plan, const struct config *config)
{
	plan->access = plan->group;
	plan->access_name = *config->group ? config->group : NULL;
	if (!*config->group && plan_makes_sockets(config))
		plan->access_name = identity_default_group(&plan->worker, &plan->access);
	if (!plan->access_name)
		plan->access = (gid_t)-1;
}

/* The same group may query the control socket, even if others create the emulators' sockets. */
static void plan_choose_readers(struct plan *plan, const struct config *config)
{
	struct identity worker = plan->worker;

	plan->readers = plan->access;
	if (!*config->group && !plan_makes_sockets(config) &&
	    !identity_default_group(&worker, &plan->readers))
		plan->readers = (gid_t)-1;
}

static int plan_choose_control(struct plan *plan, const struct config *config,
			       struct problem *problem)
{
	plan->control = (gid_t)-1;
	if (!*config->control_group || identity_group(config->control_group, &plan->control) == 0)
		return 0;
	return problem_set(problem, STATUS_USAGE,
			   "--control-group=%s: no such group; groupadd --system %s creates it",
			   config->control_group, config->control_group);
}

/* Checks the names in --hostfwd-allow: a misspelt one would match nobody, unnoticed. */
static int plan_check_allows(const struct hostfwd_allows *allows, struct problem *problem)
{
	for (unsigned i = 0; i < allows->n; i++) {
		const char *who = allows->list[i].who;
		gid_t gid;
		uid_t uid;

		if (*who == '\0' ||
		    (*who == '@' ? identity_group(who + 1, &gid) : identity_user(who, &uid)) == 0)
			continue;
		return problem_set(problem, STATUS_USAGE,
				   *who == '@' ? "--hostfwd-allow=…,%s: no such group"
					       : "--hostfwd-allow=…,%s: no such user",
				   who);
	}
	return 0;
}

/* Copies what needs no decision. */
static void plan_take_over(struct plan *plan, const struct config *config)
{
	plan->name = config->name;
	plan->mode = config->mode;
	plan->pidfile = config->pidfile;
	plan->firewall = config->firewall;
	plan->serves_dhcp = !config->disable_dhcp;
	plan->leases_per_port = config->dhcp.leases_per_port;
	plan->serves_dns = !config->disable_dns;
	plan->advertises = !config->disable_dhcp && !config->disable_ra;
	plan->isolated = config->isolated;
	plan->n_hostfwds = config->n_hostfwds;
	plan->hostfwds = config->hostfwds;
	plan->n_endpoints = config->n_endpoints;
	plan->endpoints = config->endpoints;
	plan->hands_out = false;
	for (unsigned i = 0; i < config->n_endpoints; i++)
		plan->hands_out |= config->endpoints[i].kind == ENDPOINT_TAP;
}

int plan_check_host(struct plan *plan, const struct config *config, struct problem *problem)
{
	const char *sudo_uid = getuid() == 0 ? getenv("SUDO_UID") : NULL;

	if (plan_check_privilege(problem) < 0 || plan_check_kernel(config, problem) < 0)
		return -1;
	plan_take_over(plan, config);
	plan_choose_form(plan, config);
	plan->group = (gid_t)-1;
	plan_choose_directory(plan, config);
	if (*config->group && identity_group(config->group, &plan->group) < 0)
		return problem_set(
			problem, STATUS_USAGE,
			"--vde-group=%s: no such group; groupadd --system %s creates it%s",
			config->group, config->group,
			strcmp(config->group, "vde-vmnet") == 0
				? ", as does make install with systemd"
				: "");
	if (identity_worker(&plan->worker, config->user, plan->group, sudo_uid, problem) < 0 ||
	    plan_find_dnsmasq(plan, problem) < 0)
		return -1;
	plan_choose_access(plan, config);
	plan_choose_readers(plan, config);
	if (plan_choose_control(plan, config, problem) < 0 ||
	    plan_check_allows(&config->hostfwd_allows, problem) < 0)
		return -1;
	plan_choose_groups(plan);
	if (plan_check_identity(&plan->worker, sandbox_enter_worker,
				1 + config->n_endpoints + (config->n_hostfwds > 0), problem) < 0)
		return -1;
	if (plan_uses_dnsmasq(plan) &&
	    plan_check_identity(&plan->dnsmasq, sandbox_enter_dnsmasq, 2, problem) < 0)
		return -1;
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (plan_check_endpoint(plan, &config->endpoints[i], problem) < 0)
			return -1;
	}
	if (*config->pidfile && pidfile_check(config->pidfile, problem) < 0)
		return -1;
	return 0;
}
