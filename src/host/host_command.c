// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "host_answer.h"
#include "host_forwards_client.h"
#include "host_newcomers.h"
#include "host_reload.h"
#include "host_taplist.h"
#include "host_taps.h"
#include "leases.h"
#include "log.h"

enum { HOST_COMMAND_LEASES_MAX = 4 << 20 }; /* bytes of a lease file: 40000 leases */

/*
 * dnsmasq may rewrite the file at any time, and guests choose names in it: the worker gets a copy
 * to parse itself. The descriptor, or -errno.
 */
static int host_command_copy_leases(const struct host *host)
{
	int from = leases_open(host->plan.lease_file, HOST_COMMAND_LEASES_MAX);
	int to = host_answer_make_copy("leases");
	int ret = to < 0 ? -errno : 0;
	off_t start = 0;
	ssize_t n = 0;

	if (ret == 0 && from < 0)
		ret = from;
	while (ret == 0 &&
	       (n = sendfile(to, from, &start, (size_t)(HOST_COMMAND_LEASES_MAX - start))) > 0)
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

static void host_command_leases(const struct host *host, uint32_t token)
{
	int fd;

	if (!(host->plan.form & PLAN_SERVED) || !host->plan.serves_dhcp) {
		host_answer(host, token, "this network serves no DHCP", -1);
		return;
	}
	fd = host_command_copy_leases(host);
	host_answer(host, token, fd < 0 ? strerror(-fd) : "", fd);
	if (fd >= 0)
		close(fd);
}

static void host_command_reload(struct host *host, uint32_t token)
{
	char why[REQUEST_TEXT_MAX] = "";

	if (!*host->config->file)
		snprintf(why, sizeof(why),
			 "this network was started without --config: there is nothing to reload");
	else
		host_reload(host, why, sizeof(why));
	host_answer(host, token, why, -1);
}

void host_command_do(struct host *host, const struct request *request)
{
	switch ((enum request_verb)request->verb) {
	case REQUEST_SET_LEVEL:
		host_reload_set_level(host, (enum log_level)request->endpoint);
		host_answer(host, request->token, "", -1);
		break;
	case REQUEST_RELOAD:
		host_command_reload(host, request->token);
		break;
	case REQUEST_LEASES:
		host_command_leases(host, request->token);
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
		host_answer(host, request->token, "", -1);
		loop_stop(&host->loop);
		break;
	default:
		break;
	}
}
