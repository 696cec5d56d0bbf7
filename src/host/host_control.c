// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accesslist.h"
#include "devicenames.h"
#include "host_forwards_client.h"
#include "host_newcomers.h"
#include "host_reload.h"
#include "host_taplist.h"
#include "host_taps.h"
#include "host_tell.h"
#include "log.h"
#include "ownsocket.h"
#include "recovery.h"

enum {
	HOST_CONTROL_BACKLOG = 128,
	HOST_CONTROL_LEASES_MAX = 4 << 20, /* bytes of a lease file: 40000 leases */
};

/* ---- the socket ---- */

/* A failure to let a group in is logged; whoever runs the network can connect in any case. */
static void host_control_let_in(const struct host *host)
{
	const struct plan *plan = &host->plan;
	const char *path = host->control.path;
	gid_t other = plan->control == plan->readers ? (gid_t)-1 : plan->control;
	int ret = 0;

	/* While it is still ours: only the owner may. */
	if (chmod(path, plan->readers != (gid_t)-1 ? 0660 : 0600) < 0)
		ret = -errno;
	/* The socket's own group can connect even if access lists are not supported. */
	if (ret == 0 && other != (gid_t)-1)
		ret = accesslist_add_group(path, other, plan->readers != (gid_t)-1);
	if (ret < 0)
		log_warning("%s: members of --control-group can connect only if they are also in "
			    "the network's group: %s",
			    path, strerror(-ret));
	if (lchown(path, identity_can_change() ? plan->worker.uid : (uid_t)-1, plan->readers) < 0)
		log_warning("%s: only root can connect: %s", path, strerror(errno));
}

static int host_control_listen(struct host *host)
{
	host->control.fd = ownsocket_bind(host->control.path, SOCK_STREAM);
	if (host->control.fd < 0)
		return host->control.fd;
	host_control_let_in(host);
	return listen(host->control.fd, HOST_CONTROL_BACKLOG) < 0 ? -errno : 0;
}

int host_control_up(struct host *host)
{
	int ret;

	snprintf(host->control.path, sizeof(host->control.path), "%s/%s.control", RUNDIR,
		 host->plan.name);
	ret = recovery_record_file(&host->undolog, host->control.path);
	if (ret == 0)
		ret = host_control_listen(host);
	return ret < 0 ? host_fail(host, host->control.path, ret) : 0;
}

void host_control_down(struct host *host)
{
	if (host->control.fd >= 0)
		close(host->control.fd);
	host->control.fd = -1;
	if (*host->control.path)
		unlink(host->control.path);
}

/* ---- what the worker is told ---- */

static void host_control_add_uplinks(struct request_facts *facts,
				     const char (*uplinks)[IF_NAMESIZE], unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		facts->n_uplinks = devicenames_add(facts->uplinks, facts->n_uplinks,
						   REQUEST_UPLINKS_MAX, uplinks[i]);
}

static void host_control_find_facts(const struct host *host, struct request_facts *facts)
{
	const struct plan *plan = &host->plan;

	snprintf(facts->name, sizeof(facts->name), "%s", plan->name);
	snprintf(facts->mode, sizeof(facts->mode), "%s", config_mode_name(plan->mode));
	if ((plan->form & PLAN_SERVED) && (plan->serves_dhcp || plan->serves_dns))
		snprintf(facts->domain, sizeof(facts->domain), "%s", host->served.dhcp.domain);
	facts->pid = (uint32_t)getpid();
	if (plan->form & PLAN_BRIDGED)
		host_control_add_uplinks(facts, &plan->interface.name, 1);
	host_control_add_uplinks(facts, plan->uplinks, plan->n_uplinks);
	host_control_add_uplinks(facts, plan->uplinks6, plan->n_uplinks6);
}

void host_control_tell_facts(struct host *host)
{
	struct request request = {.verb = REQUEST_FACTS};

	host_control_find_facts(host, &request.facts);
	if (!host->worker.ready ||
	    memcmp(&request.facts, &host->control.facts, sizeof(request.facts)) == 0)
		return;
	if (host_tell(host, &request, -1) == 0)
		host->control.facts = request.facts;
}

void host_control_give(struct host *host)
{
	const struct request request = {.verb = REQUEST_CONTROL};

	host_control_tell_facts(host);
	if (host_tell(host, &request, host->control.fd) < 0)
		return;
	close(host->control.fd);
	host->control.fd = -1;
}

void host_control_tell_event(const struct host *host, enum request_event event, const char *text)
{
	struct request request = {.verb = REQUEST_EVENT, .endpoint = event};

	snprintf(request.text, sizeof(request.text), "%s", text);
	if (host->worker.ready)
		host_tell(host, &request, -1);
}

/* ---- what clients want ---- */

void host_control_tell_result(const struct host *host, uint32_t token, const char *why, int fd)
{
	struct request request = {.verb = REQUEST_RESULT, .token = token};

	snprintf(request.text, sizeof(request.text), "%s", why);
	host_tell(host, &request, fd);
}

void host_control_tell_refusal(const struct host *host, uint32_t token, const char *why)
{
	struct request request = {.verb = REQUEST_RESULT, .endpoint = 1, .token = token};

	snprintf(request.text, sizeof(request.text), "%s", why);
	host_tell(host, &request, -1);
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* linux/memfd.h of Linux 6.3 */
#endif

/* Where vm.memfd_noexec is 2, the flag is required; before Linux 6.3, it does not exist. */
int host_control_make_copy(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? memfd_create(name, MFD_CLOEXEC) : fd;
}

/*
 * dnsmasq may rewrite the file at any time, and guests choose names in it: the worker gets a copy
 * to parse itself. The descriptor, or -errno.
 */
static int host_control_copy_leases(const struct host *host)
{
	int from = open(host->plan.lease_file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int to = host_control_make_copy("leases");
	off_t start = 0;
	struct stat st = {0};
	ssize_t n = 0;
	int ret = 0;

	if (from < 0 || to < 0 || fstat(from, &st) < 0)
		ret = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_size > HOST_CONTROL_LEASES_MAX)
		ret = -EFBIG;
	while (ret == 0 && start < st.st_size &&
	       (n = sendfile(to, from, &start, (size_t)(st.st_size - start))) > 0)
		;
	if (n < 0)
		ret = -errno;
	if (ret == 0 && lseek(to, 0, SEEK_SET) < 0)
		ret = -errno;
	if (from >= 0)
		close(from);
	if (ret == 0)
		return to;
	if (to >= 0)
		close(to);
	return ret;
}

static void host_control_answer_leases(const struct host *host, uint32_t token)
{
	int fd;

	if (!(host->plan.form & PLAN_SERVED) || !host->plan.serves_dhcp) {
		host_control_tell_result(host, token, "this network serves no DHCP", -1);
		return;
	}
	fd = host_control_copy_leases(host);
	host_control_tell_result(host, token, fd < 0 ? strerror(-fd) : "", fd);
	if (fd >= 0)
		close(fd);
}

static void host_control_answer_reload(struct host *host, uint32_t token)
{
	char why[REQUEST_TEXT_MAX] = "";

	if (!*host->config->file)
		snprintf(why, sizeof(why),
			 "this network was started without --config: there is nothing to reload");
	else
		host_reload(host, why, sizeof(why));
	host_control_tell_result(host, token, why, -1);
}

void host_control_answer(struct host *host, const struct request *request)
{
	switch ((enum request_verb)request->verb) {
	case REQUEST_SET_LEVEL:
		host_reload_set_level(host, (enum log_level)request->endpoint);
		host_control_tell_result(host, request->token, "", -1);
		break;
	case REQUEST_RELOAD:
		host_control_answer_reload(host, request->token);
		break;
	case REQUEST_LEASES:
		host_control_answer_leases(host, request->token);
		break;
	case REQUEST_FORWARDS:
		host_forwards_client_list(host, request->token);
		break;
	case REQUEST_TAPS:
		host_taplist_answer(host, request->token);
		break;
	case REQUEST_TAP_SET:
		host_taps_set(host, request);
		break;
	case REQUEST_FOUND:
		host_newcomers_hear(host, request);
		break;
	case REQUEST_QUIT:
		log_info("stopping: requested by a client of the control socket");
		host_control_tell_result(host, request->token, "", -1);
		loop_stop(&host->loop);
		break;
	default:
		break;
	}
}
