// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fdpass.h"
#include "host_apart.h"
#include "host_bridged.h"
#include "host_command.h"
#include "host_control.h"
#include "host_forwards_client.h"
#include "host_part.h"
#include "host_tapclient.h"
#include "host_taps.h"
#include "host_taptell.h"
#include "host_tell.h"
#include "host_watchdog.h"
#include "recovery.h"
#include "log.h"
#include "mac.h"
#include "parse.h"
#include "parts.h"
#include "request.h"

enum {
	HOST_WORKER_GRACE = 300,	   /* ms from REQUEST_STOP to SIGKILL */
	HOST_WORKER_CONNECTOR_GRACE = 200, /* ms from SIGTERM to SIGKILL */
	/*
	 * Per second: a well-behaved worker asks for a connector at most every ATTACH_RETRY (250
	 * ms) for each of its endpoints, and reports addresses PORT_NIC_TELLS (20) times.
	 */
	HOST_WORKER_CONNECTS = 4,
	HOST_WORKER_ASKS = 100,
	HOST_WORKER_BUFFER = 200 << 10, /* bytes, which the kernel doubles */
};

static void host_worker_connector_ended(struct process *process, int status)
{
	/* Its result, or the lack of one, went to the worker. */
	(void)process;
	(void)status;
}

/*
 * Starts a connector for the endpoint, unless we open that one ourselves. Returns the worker's end
 * of the channel, or -errno.
 */
static int host_worker_connect(struct host *host, unsigned endpoint)
{
	const struct endpoint *where = &host->plan.endpoints[endpoint];
	gid_t group = endpoint_is_ours(where) ? host->plan.access : host->plan.group;
	char gid[16] = PART_NONE;
	const char *const argv[CONNECTOR_ARGUMENTS + 1] = {
		[CONNECTOR_ARGUMENT_NAME] = CONNECTOR_NAME,
		[CONNECTOR_ARGUMENT_VERB] = CONNECTOR_OPEN,
		[CONNECTOR_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[CONNECTOR_ARGUMENT_GROUP] = gid,
		[CONNECTOR_ARGUMENT_LOCATOR] = where->locator};
	struct process *process = &host->worker.connectors[endpoint];
	int pair[2];
	int ret;

	ret = host_taps_open(host, endpoint);
	if (ret != -ENOENT)
		return ret;
	if (process->pid > 0) /* the previous one ends once it sees that its channel is closed */
		return -EBUSY;
	if (!ratelimit_take(&host->worker.connects, clock_now()))
		return -EBUSY;
	if (group != (gid_t)-1)
		snprintf(gid, sizeof(gid), "%u", group);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	ret = host_part_start(process, &host->loop, &host->program, &host->plan.connector, argv,
			      &pair[1], 1, host_worker_connector_ended);
	close(pair[1]);
	if (ret == 0)
		return pair[0];
	close(pair[0]);
	return ret;
}

/*
 * The worker is now confined, and can make no more ioctl() calls. From here on the device lives and
 * dies with it. If it reports this twice, it gets nothing more.
 */
static void host_worker_give_device(struct host *host)
{
	int ret;

	if (host->worker.ready)
		return;
	ret = host_tell_tap(host);
	if (ret < 0) {
		log_error("cannot pass the device to the worker: %s", strerror(-ret));
		host_end(host, STATUS_FAILED);
		return;
	}
	close(host->device.fd);
	host->device.fd = -1;
	host->worker.ready = true;
	if (host->plan.form == PLAN_NIC)
		host_tell_nic(host);
	if (host->plan.form & PLAN_SERVED)
		host_tell_others(host);
	host_control_give(host);
	host_taptell(host);
}

static void host_worker_answer_connect(struct host *host, unsigned endpoint)
{
	int channel = host_worker_connect(host, endpoint);

	host_tell_channel(host, endpoint, channel);
	if (channel >= 0)
		close(channel);
}

static void host_worker_answer(struct host *host, const struct request *request)
{
	switch ((enum request_verb)request->verb) {
	case REQUEST_READY:
		host_worker_give_device(host);
		break;
	case REQUEST_ADDRESSES:
		host_bridged_receive_for(host, request->addresses, request->n_addresses);
		break;
	case REQUEST_APART:
		host_apart_hear(host, request);
		break;
	case REQUEST_ALIVE:
		host_watchdog_answered(host);
		break;
	case REQUEST_CONNECT:
		host_worker_answer_connect(host, request->endpoint);
		break;
	default: /* request_from_worker() lets no others through */
		host_command_do(host, request);
		break;
	}
}

/* Further requests wait in the socket, whose buffer is small; nothing else waits for them. */
static void host_worker_pause(struct host *host, uint64_t now)
{
	if (!host->worker.asked_too_often)
		log_warning(
			"the worker sends more than %d requests a second; the rest have to wait",
			HOST_WORKER_ASKS);
	host->worker.asked_too_often = true;
	loop_pause(&host->loop, &host->worker.requests);
	timer_arm(&host->worker.pause, ratelimit_wait(&host->worker.asks, now));
}

static void host_worker_resume(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, worker.pause);

	int ret = host->worker.requests.fd < 0
			  ? 0
			  : loop_add(&host->loop, &host->worker.requests, EPOLLIN);

	if (ret == 0)
		return;
	log_error("cannot receive requests from the worker any more: %s", strerror(-ret));
	host_end(host, STATUS_FAILED);
}

/*
 * Receives a message. A descriptor, of a client's connection, is accepted only with
 * REQUEST_HAND_OUT and with a message for which host_forwards_client_begins() is true: *fd, else
 * -1. Returns bytes, 0 at the end, or -errno.
 */
static ssize_t host_worker_receive(struct host *host, struct request *request, int *fd)
{
	const size_t head = offsetof(struct request, text);
	int from = host->worker.requests.fd;
	int fds[FDPASS_MAX];
	ssize_t n;

	*fd = -1;
	if (recv(from, request, head, MSG_PEEK) != (ssize_t)head ||
	    (request->verb != REQUEST_HAND_OUT && !host_forwards_client_begins(host, request)))
		return fdpass_recv_data(from, request, sizeof(*request));
	n = fdpass_recv(from, request, sizeof(*request), fds);
	*fd = fds[0];
	return n > 0 && fds[1] >= 0 ? -EMSGSIZE : n;
}

/* 0, or -errno: the worker may not send this. */
static int host_worker_hear(struct host *host, const struct request *request, int fd)
{
	if (request->verb == REQUEST_FORWARD_APPLY)
		return host_forwards_client_apply(host, request, fd);
	if (request->verb == REQUEST_HAND_OUT) {
		int ret = host_tapclient_hand_out(host, request, fd);

		host->taps.answered++;
		host_tell_handed_out(host);
		return ret;
	}
	host_worker_answer(host, request);
	return 0;
}

/*
 * Whether it leaves our messages unread. Three quarters of the socket stay free then, for messages
 * that are no answers.
 */
static bool host_worker_is_behind(const struct host *host)
{
	struct pollfd socket = {.fd = host->worker.requests.fd, .events = POLLOUT};

	return poll(&socket, 1, 0) == 0;
}

/* A request is heard when there is room for its answer: none is lost. */
static void host_worker_request_ready(struct source *source, uint32_t events)
{
	struct host *host = container_of(source, struct host, worker.requests);
	struct request request = {0};
	uint64_t now = clock_now();
	ssize_t n;
	int ret;
	int fd;

	if (events & EPOLLOUT)
		loop_watch(&host->loop, source, EPOLLIN);
	if (host_worker_is_behind(host)) {
		loop_watch(&host->loop, source, EPOLLOUT);
		return;
	}
	if (!ratelimit_take(&host->worker.asks, now)) {
		host_worker_pause(host, now);
		return;
	}
	n = host_worker_receive(host, &request, &fd);
	if (n == -EAGAIN)
		return;
	if (n == 0 || n == -ECONNRESET) { /* it is ending; its pidfd tells how */
		loop_close(&host->loop, source);
		return;
	}
	ret = n < 0 ? (int)n
		    : request_from_worker(&request, (size_t)n, host->plan.n_endpoints, &request);
	if (ret == 0)
		ret = host_worker_hear(host, &request, fd);
	if (ret == 0)
		return;
	log_error("the worker sent an invalid request: %s", strerror(-ret));
	host_end(host, STATUS_FAILED);
}

static void host_worker_ended(struct process *process, int status)
{
	struct host *host = container_of(process, struct host, worker.process);

	if (WIFEXITED(status) && WEXITSTATUS(status) != STATUS_STOPPED) {
		host_end(host, WEXITSTATUS(status)); /* it has logged why */
		return;
	}
	if (WIFSIGNALED(status))
		log_error("the worker was killed by signal %d", WTERMSIG(status));
	else
		log_error("the worker exited unexpectedly");
	host_end(host, STATUS_FAILED);
}

/* WORKER_ARGUMENT_GATEWAY. */
static void host_worker_format_gateway(const struct plan *plan, char text[WORKER_GATEWAY_MAX])
{
	struct in6_addr gateway6 = ula_gateway(&plan->prefix6);
	char mac[MAC_TEXT_MAX];
	char gateway[SUBNET_TEXT_MAX];
	char text6[ULA_TEXT_MAX];
	int length;

	snprintf(text, WORKER_GATEWAY_MAX, PART_NONE);
	if (!(plan->form & PLAN_SERVED))
		return;
	length = snprintf(text, WORKER_GATEWAY_MAX, "%s,%s", mac_format(plan->mac, mac),
			  subnet_format(plan->subnet.gateway, gateway));
	if (plan->ipv6)
		snprintf(text + length, (size_t)(WORKER_GATEWAY_MAX - length), ",%s,%s",
			 ula_format(&gateway6, text6), RULESET_ROUTER);
}

/* The families in which we are not DHCP server or router, so a guest may be. */
static const char *host_worker_open(const struct plan *plan)
{
	if (!plan->serves_dhcp)
		return WORKER_OPEN4 WORKER_OPEN6;
	if (!plan->ipv6)
		return WORKER_OPEN6;
	return plan->advertises ? PART_NONE : WORKER_ROUTER6;
}

static int host_worker_start(struct host *host)
{
	const struct plan *plan = &host->plan;
	char gateway[WORKER_GATEWAY_MAX];
	char mac[MAC_TEXT_MAX] = PART_NONE;
	char mtu[16];
	char subnet[16];
	char leases[16];
	char control[16] = PART_NONE;
	const char *argv[WORKER_ARGUMENTS_MAX + 1] = {
		[WORKER_ARGUMENT_NAME] = WORKER_NAME,
		[WORKER_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[WORKER_ARGUMENT_MTU] = mtu,
		[WORKER_ARGUMENT_UDP] = host->device.joins_udp ? WORKER_JOINS_UDP : PART_NONE,
		[WORKER_ARGUMENT_DEVICE] = host->plan.device,
		[WORKER_ARGUMENT_TAP] = host->plan.tap,
		[WORKER_ARGUMENT_GATEWAY] = gateway,
		[WORKER_ARGUMENT_SUBNET] = subnet,
		[WORKER_ARGUMENT_LEASES] = leases,
		[WORKER_ARGUMENT_ISOLATED] = plan->isolated ? WORKER_ISOLATED : PART_NONE,
		[WORKER_ARGUMENT_LAN] = plan->form == PLAN_BRIDGE ? WORKER_ON_LAN : PART_NONE,
		[WORKER_ARGUMENT_OPEN] = host_worker_open(plan),
		[WORKER_ARGUMENT_CONTROL] = control,
		[WORKER_ARGUMENT_MAC] = mac};
	int pair[2];
	int ret;

	snprintf(mtu, sizeof(mtu), "%u", host->plan.mtu);
	snprintf(subnet, sizeof(subnet), "%u", plan->form & PLAN_SERVED ? plan->subnet.prefix : 0);
	snprintf(leases, sizeof(leases), "%u", plan->serves_dhcp ? plan->leases_per_port : 0);
	host_worker_format_gateway(&host->plan, gateway);
	if (host->plan.form == PLAN_NIC)
		mac_format(host->plan.mac, mac);
	if (plan->control != (gid_t)-1)
		snprintf(control, sizeof(control), "%u", plan->control);
	for (unsigned i = 0; i < plan->n_endpoints; i++)
		argv[WORKER_ARGUMENT_LOCATORS + i] = plan->endpoints[i].locator;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return problem_set(host->problem, STATUS_FAILED, "cannot create a socket pair: %s",
				   strerror(errno));
	/* 170 messages: at most 64 for clients, and everything else. */
	for (int i = 0; i < 2; i++)
		(void)setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &(int){HOST_WORKER_BUFFER},
				 sizeof(int));
	ret = host_part_start(&host->worker.process, &host->loop, &host->program,
			      &host->plan.worker, argv, &pair[1], 1, host_worker_ended);
	close(pair[1]);
	host->worker.requests = (struct source){.fd = pair[0], .ready = host_worker_request_ready};
	host->worker.asks.per_period = HOST_WORKER_ASKS;
	host->worker.connects.per_period = HOST_WORKER_CONNECTS * plan->n_endpoints;
	if (ret == 0)
		ret = timer_init(&host->worker.pause, &host->loop, host_worker_resume);
	if (ret == 0)
		ret = loop_add(&host->loop, &host->worker.requests, EPOLLIN);
	if (ret < 0) {
		host_worker_down(host);
		return problem_set(host->problem, STATUS_FAILED, "cannot start the worker: %s",
				   strerror(-ret));
	}
	return 0;
}

int host_worker_up(struct host *host)
{
	int ret = 0;

	for (unsigned i = 0; i < host->plan.n_endpoints && ret == 0; i++)
		ret = recovery_record_endpoint(&host->undolog, &host->plan.worker,
					       host->plan.endpoints[i].locator);
	if (ret < 0)
		return host_fail(host, "cannot record the endpoints", ret);
	if (host_worker_start(host) < 0)
		return -1;
	recovery_record_process(&host->undolog, host->worker.process.pid);
	return 0;
}

void host_worker_down(struct host *host)
{
	const struct plan *plan = &host->plan;

	if (host->worker.requests.fd >= 0) {
		if (host->ready.reached) /* else there never was a network to report on */
			host_tell_counters(host);
		host_tell_stop(host);
		process_stop(&host->worker.process, HOST_WORKER_GRACE);
		loop_close(&host->loop, &host->worker.requests);
	}
	timer_finish(&host->worker.pause);
	process_stop(&host->worker.process, 0);
	for (unsigned i = 0; i < plan->n_endpoints; i++)
		process_signal(&host->worker.connectors[i], SIGTERM);
	for (unsigned i = 0; i < plan->n_endpoints; i++)
		process_stop(&host->worker.connectors[i], HOST_WORKER_CONNECTOR_GRACE);
	for (unsigned i = 0; i < plan->n_endpoints; i++) {
		if (endpoint_is_ours(&plan->endpoints[i]))
			host_part_remove_endpoint(&host->loop, &host->program,
						  &host->plan.connector,
						  plan->endpoints[i].locator);
	}
}
