// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_state.h"

#include <string.h>

void host_init(struct host *host, const struct config *config, struct problem *problem)
{
	*host = (struct host){.config = config,
			      .served = {.given = config->given,
					 .dhcp = config->dhcp,
					 .hostfwd_allows = config->hostfwd_allows},
			      .problem = problem,
			      .signals.source.fd = -1,
			      .worker.requests.fd = -1,
			      .forwarder.channel.fd = -1,
			      .control.fd = -1,
			      .taps.fd = -1,
			      .device.fd = -1,
			      .pulse.socket.fd = -1,
			      .program.fd = -1,
			      .link.source.fd = -1,
			      .transit.netconf.source.fd = -1,
			      .bridged.nic.fd = -1,
			      .loop.epoll_fd = -1,
			      .pidfile = {.fd = -1, .directory = -1},
			      .undolog = {.directory_fd = -1, .fd = -1}};
}

int host_fail(struct host *host, const char *what, int error)
{
	return problem_set(host->problem, STATUS_HOST, "%s: %s", what, strerror(-error));
}

void host_end(struct host *host, int status)
{
	if (host->status == STATUS_STOPPED)
		host->status = status;
	loop_stop(&host->loop);
}
