// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fdpass.h"
#include "host_bridged.h"
#include "host_watchdog.h"
#include "mac.h"
#include "parse.h"
#include "parts.h"
#include "request.h"
#include "sandbox.h"

enum {
	HOST_WORKER_GRACE = 300,    /* ms from REQUEST_STOP to SIGKILL */
	HOST_CONNECTOR_GRACE = 200, /* ms from SIGTERM to SIGKILL */
	HOST_REMOVE_GRACE = 500,    /* ms that removing sockets may take */
	HOST_CHECK_GRACE = 2000,    /* ms that a look at an endpoint may take */
	/* A second: one that is itself asks for a connector every DIAL_RETRY (250 ms) at the most,
	 * for each of its endpoints, and tells addresses PORT_PACKET_TELLS (20) times. */
	HOST_CONNECTS = 4,
	HOST_ASKS = 100,
};

/* Nothing of our environment but what the journal needs to tell our lines apart. */
struct host_environment {
	char journal[128];
	const char *envp[4];
};

static void host_make_environment(struct host_environment *environment)
{
	const char *stream = getenv("JOURNAL_STREAM");

	*environment = (struct host_environment){.envp = {"PATH=/usr/bin:/bin", "LC_ALL=C"}};
	if (!stream)
		return;
	snprintf(environment->journal, sizeof(environment->journal), "JOURNAL_STREAM=%s", stream);
	environment->envp[2] = environment->journal;
}

/* Starts this program again, with what a part of it gets of our environment. 0, or -errno. */
static int host_execute(struct process *process, struct loop *loop, struct process_spec *spec,
			void (*ended)(struct process *process, int status))
{
	struct host_environment environment;

	host_make_environment(&environment);
	spec->envp = environment.envp;
	return process_start(process, loop, spec, ended);
}

/* As worker or connector. 0, or -errno. */
static int host_start_part(struct process *process, struct loop *loop,
			   const struct program *program, const struct identity *identity,
			   const char *const *argv, const int *fds, unsigned n_fds,
			   void (*ended)(struct process *process, int status))
{
	bool connector = strcmp(argv[0], CONNECTOR_NAME) == 0;
	struct process_spec spec = {.program = program->fd,
				    .argv = argv,
				    .fds = fds,
				    .n_fds = n_fds,
				    /* a connector tidies up when it is terminated */
				    .death_signal = connector ? SIGTERM : SIGKILL,
				    .enter = sandbox_enter_worker,
				    .identity = identity};

	return host_execute(process, loop, &spec, ended);
}

int host_start_watcher(struct process *process, struct loop *loop, const struct program *program,
		       const char *const *argv, const int *fds, unsigned n_fds,
		       void (*ended)(struct process *process, int status))
{
	struct process_spec spec = {.program = program->fd,
				    .argv = argv,
				    .fds = fds,
				    .n_fds = n_fds,
				    .death_signal = 0, /* that is when its work begins */
				    .enter = sandbox_enter_watcher};

	return host_execute(process, loop, &spec, ended);
}

static void host_connector_ended(struct process *process, int status)
{
	/* Its result, or the lack of one, went to the worker. */
	(void)process;
	(void)status;
}

void host_worker_remove_endpoint(struct loop *loop, const struct program *program,
				 const struct identity *identity, const char *locator)
{
	const char *const argv[CONNECTOR_ARGUMENTS + 1] = {
		[CONNECTOR_ARGUMENT_NAME] = CONNECTOR_NAME,
		[CONNECTOR_ARGUMENT_VERB] = CONNECTOR_REMOVE,
		[CONNECTOR_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[CONNECTOR_ARGUMENT_GROUP] = PART_NONE,
		[CONNECTOR_ARGUMENT_LOCATOR] = locator};
	struct process process = {0};

	if (host_start_part(&process, loop, program, identity, argv, NULL, 0,
			    host_connector_ended) == 0)
		process_stop(&process, HOST_REMOVE_GRACE);
}

int host_worker_check_endpoint(struct loop *loop, const struct program *program,
			       const struct identity *identity, const char *locator)
{
	const char *const argv[CONNECTOR_ARGUMENTS + 1] = {
		[CONNECTOR_ARGUMENT_NAME] = CONNECTOR_NAME,
		[CONNECTOR_ARGUMENT_VERB] = CONNECTOR_CHECK,
		[CONNECTOR_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[CONNECTOR_ARGUMENT_GROUP] = PART_NONE,
		[CONNECTOR_ARGUMENT_LOCATOR] = locator};
	struct process process = {0};
	int ret = host_start_part(&process, loop, program, identity, argv, NULL, 0,
				  host_connector_ended);
	int status;

	if (ret < 0)
		return ret;
	status = process_stop(&process, HOST_CHECK_GRACE);
	return WIFEXITED(status) ? WEXITSTATUS(status) : ETIMEDOUT;
}

/* Starts a connector for the endpoint; returns the worker's end of its channel, or -errno. */
static int host_connect(struct host *host, unsigned endpoint)
{
	const struct endpoint *where = &host->config->endpoints[endpoint];
	gid_t group = endpoint_is_ours(where) ? host->plan.access : host->plan.group;
	char gid[16] = PART_NONE;
	const char *const argv[CONNECTOR_ARGUMENTS + 1] = {
		[CONNECTOR_ARGUMENT_NAME] = CONNECTOR_NAME,
		[CONNECTOR_ARGUMENT_VERB] = CONNECTOR_OPEN,
		[CONNECTOR_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[CONNECTOR_ARGUMENT_GROUP] = gid,
		[CONNECTOR_ARGUMENT_LOCATOR] = where->locator};
	struct process *process = &host->connectors[endpoint];
	int pair[2];
	int ret;

	if (process->pid > 0) /* the last one ends when it sees that its channel is closed */
		return -EBUSY;
	if (!allowance_take(&host->connects, clock_now()))
		return -EBUSY;
	if (group != (gid_t)-1)
		snprintf(gid, sizeof(gid), "%u", group);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	ret = host_start_part(process, &host->loop, &host->program, &host->plan.worker, argv,
			      &pair[1], 1, host_connector_ended);
	close(pair[1]);
	if (ret == 0)
		return pair[0];
	close(pair[0]);
	return ret;
}

static void host_tell(struct host *host, enum request_verb verb, unsigned endpoint, int fd)
{
	const struct request request = {.verb = verb, .endpoint = endpoint};
	int ret = fdpass_send(host->requests.fd, &request, sizeof(request), &fd, fd >= 0 ? 1 : 0);

	if (ret < 0)
		log_debug("the worker does not listen: %s", strerror(-ret));
}

/*
 * The worker is confined: it makes no ioctl() any more. From here on the device lives and
 * dies with it. One that says so twice gets nothing more.
 */
static void host_give_device(struct host *host)
{
	const struct request request = {.verb = REQUEST_TAP};
	int ret;

	if (host->worker_ready)
		return;
	ret = fdpass_send(host->requests.fd, &request, sizeof(request), &host->tap_fd, 1);
	if (ret < 0) {
		log_error("the worker cannot be given the device: %s", strerror(-ret));
		host_end(host, STATUS_FAILED);
		return;
	}
	close(host->tap_fd);
	host->tap_fd = -1;
	host->worker_ready = true;
	if (host->plan.form == PLAN_NIC)
		host_worker_give_nic(host);
}

static void host_answer(struct host *host, const struct request *request)
{
	int channel;

	if (request->verb == REQUEST_READY) {
		host_give_device(host);
		return;
	}
	if (request->verb == REQUEST_ADDRESSES) {
		host_bridged_receive_for(host, request->addresses, request->n_addresses);
		return;
	}
	if (request->verb == REQUEST_ALIVE) {
		host_watchdog_answered(host);
		return;
	}
	channel = host_connect(host, request->endpoint);
	host_tell(host, REQUEST_CHANNEL, request->endpoint, channel);
	if (channel >= 0)
		close(channel);
}

/* What it asks waits in the socket, which is small; nothing else waits for it. */
static void host_turn_deaf(struct host *host, uint64_t now)
{
	int fd = host->requests.fd;

	if (!host->insists)
		log_warning("the worker asks more than %d times a second; it is listened to no "
			    "more often",
			    HOST_ASKS);
	host->insists = true;
	loop_remove(&host->loop, &host->requests);
	host->requests.fd = fd; /* kept; the timer brings it back */
	timer_arm(&host->deaf, allowance_wait(&host->asks, now));
}

static void host_listen_again(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, deaf);

	if (host->requests.fd >= 0)
		loop_add(&host->loop, &host->requests, EPOLLIN);
}

static void host_request_ready(struct source *source, uint32_t events)
{
	struct host *host = container_of(source, struct host, requests);
	struct request request = {0};
	uint64_t now = clock_now();
	int fds[FDPASS_MAX];
	ssize_t n;
	int ret;

	(void)events;
	if (!allowance_take(&host->asks, now)) {
		host_turn_deaf(host, now);
		return;
	}
	n = fdpass_recv(source->fd, &request, sizeof(request), fds);
	fdpass_close(fds); /* we take none from there */
	if (n == -EAGAIN)
		return;
	if (n == 0) { /* it is ending; its pidfd says how */
		loop_close(&host->loop, source);
		return;
	}
	ret = n < 0 ? (int)n
		    : request_from_worker(&request, (size_t)n, host->config->n_endpoints, &request);
	if (ret == 0) {
		host_answer(host, &request);
		return;
	}
	log_error("the worker asks for what no worker may: %s", strerror(-ret));
	host_end(host, STATUS_FAILED);
}

static void host_worker_ended(struct process *process, int status)
{
	struct host *host = container_of(process, struct host, worker);

	if (WIFEXITED(status) && WEXITSTATUS(status) != STATUS_STOPPED) {
		host_end(host, WEXITSTATUS(status)); /* it has said why */
		return;
	}
	if (WIFSIGNALED(status))
		log_error("the worker was killed by signal %d", WTERMSIG(status));
	else
		log_error("the worker ended by itself");
	host_end(host, STATUS_FAILED);
}

/* WORKER_ARGUMENT_GATEWAY. */
static void host_format_gateway(const struct plan *plan, char text[WORKER_GATEWAY_MAX])
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

/* Who called sudo must never get the device; anyone else was chosen by root, who is told. */
int host_worker_up_program(struct host *host)
{
	const struct identity *worker = &host->plan.worker;
	int ret = program_open(&host->program, "/proc/self/exe");
	const char *exposure = host->program.exposure;

	if (ret < 0)
		return host_fail(host, "/proc/self/exe", ret);
	if (*exposure && worker->caller)
		return problem_set(host->problem, STATUS_HOST,
				   "%s, so %s could take over the worker while it starts, and with "
				   "it the network's device; change that, or let another user move "
				   "the frames (--user=nobody)",
				   exposure, worker->name);
	if (*exposure)
		log_warning("%s: other processes of the user %s can take over the worker while it "
			    "starts, and with it the network's device",
			    exposure, worker->name);
	return 0;
}

void host_worker_down_program(struct host *host)
{
	program_close(&host->program);
}

int host_worker_up(struct host *host)
{
	const struct config *config = host->config;
	char gateway[WORKER_GATEWAY_MAX];
	char mac[MAC_TEXT_MAX] = PART_NONE;
	char mtu[16];
	const char *argv[WORKER_ARGUMENTS_MAX + 1] = {
		[WORKER_ARGUMENT_NAME] = WORKER_NAME,
		[WORKER_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[WORKER_ARGUMENT_MTU] = mtu,
		[WORKER_ARGUMENT_UDP] = host->tap_joins_udp ? WORKER_JOINS_UDP : PART_NONE,
		[WORKER_ARGUMENT_DEVICE] = host->plan.device,
		[WORKER_ARGUMENT_GATEWAY] = gateway,
		[WORKER_ARGUMENT_ISOLATED] = config->isolated ? WORKER_ISOLATED : PART_NONE,
		[WORKER_ARGUMENT_MAC] = mac};
	int pair[2];
	int ret;

	snprintf(mtu, sizeof(mtu), "%u", host->plan.mtu);
	host_format_gateway(&host->plan, gateway);
	if (host->plan.form == PLAN_NIC)
		mac_format(host->plan.mac, mac);
	for (unsigned i = 0; i < config->n_endpoints; i++)
		argv[WORKER_ARGUMENT_LOCATORS + i] = config->endpoints[i].locator;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return problem_set(host->problem, STATUS_FAILED, "a socket pair: %s",
				   strerror(errno));
	ret = host_start_part(&host->worker, &host->loop, &host->program, &host->plan.worker, argv,
			      &pair[1], 1, host_worker_ended);
	close(pair[1]);
	host->requests = (struct source){.fd = pair[0], .ready = host_request_ready};
	host->asks.per_period = HOST_ASKS;
	host->connects.per_period = HOST_CONNECTS * config->n_endpoints;
	if (ret == 0)
		ret = timer_init(&host->deaf, &host->loop, host_listen_again);
	if (ret == 0)
		ret = loop_add(&host->loop, &host->requests, EPOLLIN);
	if (ret < 0) {
		host_worker_down(host);
		return problem_set(host->problem, STATUS_FAILED, "the worker cannot start: %s",
				   strerror(-ret));
	}
	return 0;
}

void host_worker_down(struct host *host)
{
	const struct config *config = host->config;

	if (host->requests.fd >= 0) {
		if (host->ready) /* of what never was a network there is nothing to tell */
			host_worker_log_counters(host);
		host_tell(host, REQUEST_STOP, 0, -1);
		process_stop(&host->worker, HOST_WORKER_GRACE);
		loop_close(&host->loop, &host->requests);
	}
	timer_finish(&host->deaf);
	process_stop(&host->worker, 0);
	for (unsigned i = 0; i < config->n_endpoints; i++)
		process_signal(&host->connectors[i], SIGTERM);
	for (unsigned i = 0; i < config->n_endpoints; i++)
		process_stop(&host->connectors[i], HOST_CONNECTOR_GRACE);
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (endpoint_is_ours(&config->endpoints[i]))
			host_worker_remove_endpoint(&host->loop, &host->program, &host->plan.worker,
						    config->endpoints[i].locator);
	}
}

void host_worker_give_nic(struct host *host)
{
	if (host->worker_ready)
		host_tell(host, REQUEST_NIC, 0, host->bridged.nic.fd);
}

void host_worker_log_counters(struct host *host)
{
	host_tell(host, REQUEST_COUNTERS, 0, -1);
}

void host_worker_ask(struct host *host)
{
	host_tell(host, REQUEST_ASK, 0, -1);
}

void host_worker_set_level(struct host *host, enum log_level level)
{
	host_tell(host, REQUEST_LEVEL, level, -1);
}
