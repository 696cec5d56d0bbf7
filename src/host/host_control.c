// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accesslist.h"
#include "host_tell.h"
#include "log.h"
#include "ownsocket.h"
#include "recovery.h"

enum { HOST_CONTROL_BACKLOG = 128 };

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

void host_control_give(struct host *host)
{
	const struct request request = {.verb = REQUEST_CONTROL};

	host_tell_facts(host);
	if (host_tell(host, &request, host->control.fd) < 0)
		return;
	close(host->control.fd);
	host->control.fd = -1;
}
