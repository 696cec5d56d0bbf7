// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "controlgroup.h"
#include "landlock.h"
#include "log.h"
#include "rlimits.h"
#include "syscallfilter.h"

static const cap_value_t sandbox_dnsmasq_caps[] = {CAP_NET_ADMIN, CAP_NET_BIND_SERVICE,
						   CAP_NET_RAW};

enum {
	SANDBOX_DNSMASQ_CAPS = sizeof(sandbox_dnsmasq_caps) / sizeof(sandbox_dnsmasq_caps[0]),
	SANDBOX_HOST_CAPS_MAX = SANDBOX_DNSMASQ_CAPS + 6,
};

/* Sanitizers need what no worker may do: in such a build nothing is confined. */
#ifdef SANITIZED
#define SANDBOX_CONFINES false
#else
#define SANDBOX_CONFINES true
#endif

static bool sandbox_contains(const cap_value_t *caps, int n, cap_value_t cap)
{
	for (int i = 0; i < n; i++) {
		if (caps[i] == cap)
			return true;
	}
	return false;
}

/* Removes everything but caps from the bounding set, if we may. */
static int sandbox_bound(const cap_value_t *caps, int n)
{
	for (cap_value_t cap = 0; CAP_IS_SUPPORTED(cap); cap++) {
		if (sandbox_contains(caps, n, cap))
			continue;
		/* Without CAP_SETPCAP, no_new_privs has the same effect. */
		if (cap_drop_bound(cap) < 0 && errno != EPERM)
			return -errno;
	}
	return 0;
}

static int sandbox_become(const struct identity *identity)
{
	if (!identity_can_change())
		return 0;
	if (setgroups((size_t)identity->n_groups, identity->groups) < 0)
		return -errno;
	if (setresgid(identity->gid, identity->gid, identity->gid) < 0)
		return -errno;
	if (setresuid(identity->uid, identity->uid, identity->uid) < 0)
		return -errno;
	return 0;
}

/* Holds exactly caps, and keeps them across exec if beyond_exec. */
static int sandbox_hold(const cap_value_t *caps, int n, bool beyond_exec)
{
	cap_t state = cap_init();
	int ret = 0;

	if (!state)
		return -ENOMEM;
	if (n > 0 && (cap_set_flag(state, CAP_PERMITTED, n, caps, CAP_SET) < 0 ||
		      cap_set_flag(state, CAP_EFFECTIVE, n, caps, CAP_SET) < 0))
		ret = -errno;
	if (ret == 0 && beyond_exec && n > 0 &&
	    cap_set_flag(state, CAP_INHERITABLE, n, caps, CAP_SET) < 0)
		ret = -errno;
	if (ret == 0 && cap_set_proc(state) < 0)
		ret = -errno;
	cap_free(state);
	if (ret == 0 && cap_reset_ambient() < 0)
		ret = -errno;
	for (int i = 0; i < n && ret == 0 && beyond_exec; i++) {
		if (cap_set_ambient(caps[i], CAP_SET) < 0)
			ret = -errno;
	}
	return ret;
}

static int sandbox_enter(const struct identity *identity, const cap_value_t *caps, int n)
{
	int ret = sandbox_bound(caps, n);

	if (ret == 0 && n > 0 && prctl(PR_SET_KEEPCAPS, 1) < 0)
		ret = -errno;
	if (ret == 0)
		ret = sandbox_become(identity);
	if (ret == 0)
		ret = sandbox_hold(caps, n, true);
	if (ret == 0 && prctl(PR_SET_KEEPCAPS, 0) < 0)
		ret = -errno;
	if (ret == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		ret = -errno;
	return ret;
}

int sandbox_enter_worker(const struct identity *identity)
{
	return sandbox_enter(identity, NULL, 0);
}

int sandbox_enter_dnsmasq(const struct identity *identity)
{
	return sandbox_enter(identity, sandbox_dnsmasq_caps, SANDBOX_DNSMASQ_CAPS);
}

int sandbox_enter_watcher(const struct identity *identity)
{
	static const cap_value_t caps[] = {CAP_NET_ADMIN};
	int ret = sandbox_bound(caps, 1);

	(void)identity;
	/*
	 * Whoever started us could otherwise kill it together with the host process. If it cannot
	 * leave, it stays.
	 */
	if (identity_can_change() && controlgroup_leave() < 0)
		log_debug("the watcher stays in the control group of whoever started it");
	if (ret == 0)
		ret = sandbox_hold(caps, 1, true);
	if (ret == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		ret = -errno;
	return ret;
}

int sandbox_enter_tool(void)
{
	static const cap_value_t caps[] = {CAP_NET_ADMIN, CAP_NET_RAW};
	int ret = sandbox_hold(caps, sizeof(caps) / sizeof(caps[0]), true);

	if (ret == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		ret = -errno;
	return ret;
}

int sandbox_enter_host(bool writes_anywhere)
{
	/* For its own work and dnsmasq's. */
	cap_value_t caps[SANDBOX_HOST_CAPS_MAX] = {CAP_NET_ADMIN, CAP_NET_BIND_SERVICE,
						   CAP_NET_RAW};
	int n = SANDBOX_DNSMASQ_CAPS;
	int ret;

	if (identity_can_change()) { /* to start, and end, children as other users */
		caps[n++] = CAP_SETUID;
		caps[n++] = CAP_SETGID;
		caps[n++] = CAP_SETPCAP;
		caps[n++] = CAP_KILL;
		caps[n++] = CAP_CHOWN;
		if (writes_anywhere)
			caps[n++] = CAP_DAC_OVERRIDE;
	}
	ret = sandbox_bound(caps, n);
	if (ret == 0 && prctl(PR_SET_DUMPABLE, 0) < 0)
		ret = -errno;
	return ret == 0 ? sandbox_hold(caps, n, false) : ret;
}

int sandbox_enter_connector(void)
{
	return prctl(PR_SET_DUMPABLE, 0) < 0 ? -errno : 0;
}

int sandbox_enter_starting(struct syscallfilter *filter)
{
	int ret;

	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
	if (!SANDBOX_CONFINES)
		return 0;
	ret = syscallfilter_init(filter, "worker");
	return ret < 0 ? ret : syscallfilter_enter(filter, SYSCALLFILTER_STARTING);
}

int sandbox_enter_running(const struct syscallfilter *filter, const char *const *directories,
			  unsigned n)
{
	int ret = 0;

	if (!SANDBOX_CONFINES)
		return 0;
	ret = landlock_keep_to(directories, n);
	if (ret == 0)
		return syscallfilter_enter(filter, SYSCALLFILTER_RUNNING);
	/* Some kernels lack it, and some containers forbid it: then the rest must do. */
	if (ret != -ENOSYS && ret != -EOPNOTSUPP && ret != -EPERM)
		return ret;
	log_info("running without Landlock, which this kernel lacks or forbids: emulators' sockets "
		 "are looked for only in the usual directories (see SECURITY.md)");
	return syscallfilter_enter(filter, SYSCALLFILTER_RUNNING_ALONE);
}

int sandbox_enter_forwarder(void)
{
	struct syscallfilter filter;
	int ret;

	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
	if (!SANDBOX_CONFINES)
		return 0;
	ret = syscallfilter_init(&filter, "forwarder");
	if (ret == 0)
		ret = landlock_keep_to(NULL, 0);
	/* Even without Landlock, no remaining call takes a file name. */
	if (ret == -ENOSYS || ret == -EOPNOTSUPP || ret == -EPERM)
		ret = 0;
	return ret < 0 ? ret : syscallfilter_enter(&filter, SYSCALLFILTER_FORWARDING);
}

int sandbox_try(int (*enter)(const struct identity *identity), const struct identity *identity,
		unsigned n)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		int ret = enter(identity);

		_exit(ret < 0 ? -ret : -rlimits_try_processes(n - 1));
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPERM; /* a filter may kill it */
}

void sandbox_missing_capabilities(char *names, size_t size)
{
	static const struct {
		const char *name;
		cap_value_t cap;
		bool of_root; /* for children as other users */
	} needed[] = {
		{"CAP_NET_ADMIN", CAP_NET_ADMIN, false},
		{"CAP_NET_RAW", CAP_NET_RAW, false},
		{"CAP_NET_BIND_SERVICE", CAP_NET_BIND_SERVICE, false},
		{"CAP_SETUID", CAP_SETUID, true},
		{"CAP_SETGID", CAP_SETGID, true},
		{"CAP_SETPCAP", CAP_SETPCAP, true},
		{"CAP_KILL", CAP_KILL, true},
		{"CAP_CHOWN", CAP_CHOWN, true},
	};
	cap_t state = cap_get_proc();
	size_t length = 0;

	*names = '\0';
	for (unsigned i = 0; i < sizeof(needed) / sizeof(needed[0]) && length < size; i++) {
		cap_flag_value_t value = CAP_CLEAR;

		if (needed[i].of_root && !identity_can_change())
			continue;
		if (!state || cap_get_flag(state, needed[i].cap, CAP_EFFECTIVE, &value) < 0 ||
		    value != CAP_SET)
			length += (size_t)snprintf(names + length, size - length, "%s%s",
						   length ? ", " : "", needed[i].name);
	}
	cap_free(state);
}
