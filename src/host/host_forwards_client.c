// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_forwards_client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "forward_count.h"
#include "forward_tell.h"
#include "host_answer.h"
#include "host_forwards.h"
#include "log.h"

/* ---- listing ---- */

/* One write per forward: a thousand take a millisecond. 0, or -errno. */
static int host_forwards_client_write(const struct host_forward *forward, int fd)
{
	char guest[DHCP_LABEL_MAX + 1];
	char text[HOSTFWD_TEXT_MAX];
	char address[ULA_TEXT_MAX];

	return dprintf(fd, "%u %s %s %s %s %" PRIu64 "\n", forward->id,
		       hostfwd_format(&forward->hostfwd, text),
		       hostfwd_format_guest(&forward->hostfwd, guest),
		       forward_tell_address(forward, address),
		       forward->active ? "active" : "waiting", forward->begun) < 0
		       ? -errno
		       : 0;
}

void host_forwards_client_list(struct host *host, uint32_t token)
{
	const struct host_forwards *forwards = &host->forwards;
	int fd = host_answer_make_copy("forwards");
	int ret = fd < 0 ? -errno : 0;

	forward_count(host);
	for (unsigned i = 0; i < forwards->n && ret == 0; i++)
		ret = host_forwards_client_write(&forwards->list[i], fd);
	if (ret == 0 && lseek(fd, 0, SEEK_SET) < 0)
		ret = -errno;
	if (ret < 0)
		host_answer(host, token, strerror(-ret), -1);
	else
		host_answer(host, token, "", fd);
	if (fd >= 0)
		close(fd);
}

/* ---- permission ---- */

/* Whether --hostfwd-allow names the client for this forward. */
static bool host_forwards_client_has_name(const struct host *host, const struct hostfwd *hostfwd,
					  const struct forward_client *client)
{
	const struct hostfwd_allows *allows = &host->served.hostfwd_allows;

	for (unsigned i = 0; i < allows->n; i++) {
		if (hostfwd_allow_has(&allows->list[i], hostfwd) &&
		    forward_client_is(client, allows->list[i].who))
			return true;
	}
	return false;
}

static int host_forwards_client_allow(const struct host *host, const struct forward_client *client,
				      const struct hostfwd *list, unsigned n,
				      struct problem *problem)
{
	const struct plan *plan = &host->plan;
	bool changes = client->known && (client->uid == 0 || client->uid == plan->worker.uid ||
					 forward_client_is_in(client, plan->control));

	for (unsigned i = 0; i < n; i++) {
		if (!hostfwd_allows_find(&host->served.hostfwd_allows, &list[i]))
			return host_forwards_refuse(&list[i],
						    "--hostfwd-allow does not permit forwarding "
						    "this port of the host at run time",
						    problem);
		if (!changes && !host_forwards_client_has_name(host, &list[i], client))
			return host_forwards_refuse(
				&list[i],
				"only root, the user of the network, members of --control-group, "
				"and anyone --hostfwd-allow names for this port may do that",
				problem);
	}
	return 0;
}

/* ---- changes ---- */

bool host_forwards_client_begins(const struct host *host, const struct request *request)
{
	return request->verb == REQUEST_FORWARD_APPLY && request->token != 0 &&
	       request->token != host->forwards.batch.token;
}

/* Refusals are rate-limited, because the client could ask again and again. */
static void host_forwards_client_log(struct host *host, bool refused)
{
	const struct forward_batch *batch = &host->forwards.batch;
	const struct forward_client *client = &batch->client;

	if (refused && !notice_take(&host->forwards.refused, (int64_t)clock_now()))
		return;
	log_info("control socket: uid %u (pid %d) asked to add %u forwards and remove %u%s%s",
		 client->known ? client->uid : (uid_t)-1, client->pid, batch->n_add,
		 batch->n_remove, refused ? ": refused: " : "", batch->problem.text);
}

/*
 * All of the batch or nothing. 0; or, with batch->problem, -EACCES if the client may not, else -1.
 */
static int host_forwards_client_change(struct host *host, struct forward_batch *batch)
{
	const struct forward_client *client = &batch->client;
	struct problem *problem = &batch->problem;
	const struct host_forwards_change change = {.dhcp = &host->served.dhcp,
						    .n_add = batch->n_add,
						    .add = batch->lists,
						    .n_remove = batch->n_remove,
						    .remove = forward_batch_removed(batch)};

	if (!host->forwards.list)
		return problem_set(problem, STATUS_HOST,
				   "ports can be forwarded only in --vmnet-mode=shared");
	if (host_forwards_client_allow(host, client, change.add, change.n_add, problem) < 0 ||
	    host_forwards_client_allow(host, client, change.remove, change.n_remove, problem) < 0)
		return -EACCES;
	return host_forwards_change(host, &change, problem);
}

static void host_forwards_client_commit(struct host *host)
{
	struct forward_batch *batch = &host->forwards.batch;
	int ret = batch->problem.status ? -1 : host_forwards_client_change(host, batch);

	host_forwards_client_log(host, ret < 0);
	if (ret == -EACCES)
		host_answer_refusal(host, batch->token, batch->problem.text);
	else
		host_answer(host, batch->token, batch->problem.text, -1);
	forward_batch_end(batch);
}

int host_forwards_client_apply(struct host *host, const struct request *request, int fd)
{
	struct forward_batch *batch = &host->forwards.batch;
	struct forward_client client = {0};

	if (fd >= 0 && forward_client_look(&client, fd, SOCK_STREAM, host->control.path) < 0)
		return -EPROTO;
	if (fd >= 0)
		close(fd);
	if (host_forwards_client_begins(host, request))
		forward_batch_begin(batch, request->token, &client);
	if (request->token == 0 || request->token != batch->token)
		return 0;
	forward_batch_add(batch, request->text);
	if (request->endpoint == 0)
		host_forwards_client_commit(host);
	return 0;
}
