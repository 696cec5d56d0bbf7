// SPDX-License-Identifier: GPL-2.0-or-later
#include "worker_host.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fdpass.h"
#include "log.h"
#include "process.h"

enum { WORKER_HOST_FD = PROCESS_FIRST_FD };

static_assert(CLAIMS_PREFIXES_MAX >= 1 + GUARD_OWN6_MAX + (int)REQUEST_PREFIXES_MAX,
	      "there is room for the gateway's and all others");

/* ---- to the host process ---- */

int worker_host_send(struct worker *worker, const struct request *request)
{
	int ret = fdpass_send(worker->host.fd, request, sizeof(*request), NULL, 0);

	if (ret < 0 && ret != -EAGAIN) {
		log_error("cannot send to the host process: %s", strerror(-ret));
		worker_end(worker, STATUS_FAILED);
	}
	return ret;
}

int worker_host_ask(struct worker *worker, enum request_verb verb, unsigned endpoint)
{
	const struct request request = {.verb = verb, .endpoint = endpoint};

	return worker_host_send(worker, &request);
}

int worker_host_tell_addresses(struct port_nic *nic, const uint64_t *macs, unsigned n)
{
	struct worker *worker = container_of(nic, struct worker, nic);
	struct request request = {.verb = REQUEST_ADDRESSES};

	request.n_addresses = n > MAC_LIST_MAX ? MAC_LIST_MAX + 1 : n;
	memcpy(request.addresses, macs, (n > MAC_LIST_MAX ? MAC_LIST_MAX : n) * sizeof(macs[0]));
	return worker_host_send(worker, &request);
}

int worker_host_ask_for_client(struct control *control, const struct request *request, int fd)
{
	const struct worker *worker = container_of(control, struct worker, control);

	return fdpass_send(worker->host.fd, request, sizeof(*request), &fd, fd >= 0 ? 1 : 0);
}

/* ---- from the host process ---- */

static void worker_host_log_counters(const struct worker *worker)
{
	for (unsigned i = 0; i < worker->bridge.n_slots; i++) {
		if (worker->bridge.ports[i])
			port_log_counters(worker->bridge.ports[i]);
	}
	for (unsigned i = 0; i < worker->n_endpoints; i++) {
		if (worker->endpoints[i].kind == ENDPOINT_SWITCH)
			clients_log_counters(&worker->switches[i].clients);
		else if (endpoint_is_socket(&worker->endpoints[i]))
			clients_log_counters(&worker->listeners[i].clients);
		else if (worker->endpoints[i].kind != ENDPOINT_TAP)
			refusals_log_counters(&worker->ports[i].refusals,
					      worker->endpoints[i].locator);
	}
	if (worker->bridge.not_learned > 0)
		log_info("addresses not learned, for want of room: %" PRIu64,
			 worker->bridge.not_learned);
}

/* Where guests share a NIC, it is the way to the host beside it. */
static void worker_host_take_tap(struct worker *worker, int fd)
{
	const struct source *there = worker->shares_nic ? &worker->nic.inject : &worker->tap.source;
	int ret = -EINVAL;

	if (fd >= 0 && there->fd < 0)
		ret = worker->shares_nic ? port_nic_attach_inject(&worker->nic, fd)
					 : port_tap_attach(&worker->tap, fd);
	if (ret == 0) {
		bridge_note(&worker->bridge,
			    worker->shares_nic ? &worker->nic.host : &worker->tap.port, true);
		return;
	}
	log_error("the device %s cannot be used: %s", worker->tap_name, strerror(-ret));
	worker_end(worker, STATUS_FAILED);
}

static void worker_host_take_nic(struct worker *worker, int fd)
{
	int ret = worker->shares_nic ? port_nic_attach(&worker->nic, fd) : -EINVAL;

	if (ret == 0) {
		bridge_note(&worker->bridge, &worker->nic.wire, fd >= 0);
		return;
	}
	log_error("the NIC cannot be used: %s", strerror(-ret));
	worker_end(worker, STATUS_FAILED);
}

static void worker_host_take_control(struct worker *worker, int fd)
{
	int ret = fd >= 0 && !door_is_open(&worker->control.door)
			  ? control_listen(&worker->control, fd)
			  : -EINVAL;

	if (ret == 0)
		return;
	log_error("the control socket cannot be used: %s", strerror(-ret));
	worker_end(worker, STATUS_FAILED);
}

/* A TAP's guest must not have the address of another guest of ours. */
static void worker_host_find(struct worker *worker, const struct request *request)
{
	struct request found = {.verb = REQUEST_FOUND,
				.endpoint =
					bridge_has_guest(&worker->bridge, request->taps[0].mac)};

	found.taps[0] = request->taps[0];
	worker_host_send(worker, &found);
}

/* Endpoints take turns: anyone who asks at one waits for a few requests at others. */
static void worker_host_ask_for_next_tap(struct worker *worker, uint32_t answered)
{
	unsigned first = worker->first_tapdoor;

	worker->taps_answered = answered;
	for (unsigned i = 0; i < worker->n_endpoints; i++) {
		unsigned at = (first + i) % worker->n_endpoints;
		uint32_t asked = worker->taps_asked;

		if (worker->endpoints[at].kind == ENDPOINT_TAP)
			tapdoor_serve(&worker->tapdoors[at]);
		if (worker->taps_asked != asked)
			worker->first_tapdoor = at + 1;
	}
}

/* Does what the host process says; fd came with the message, or is -1. */
static void worker_host_obey(struct worker *worker, const struct request *request, int fd)
{
	switch ((enum request_verb)request->verb) {
	case REQUEST_CHANNEL:
		attach_set_channel(worker->attaches[request->endpoint], fd);
		break;
	case REQUEST_TAP:
		worker_host_take_tap(worker, fd);
		break;
	case REQUEST_NIC:
		worker_host_take_nic(worker, fd);
		break;
	case REQUEST_ASK:
		worker_host_ask(worker, REQUEST_ALIVE, 0);
		break;
	case REQUEST_LEVEL:
		log_set_level((enum log_level)request->endpoint);
		break;
	case REQUEST_OTHERS:
		guard_set_others(&worker->admission.guard, request->others, request->n_addresses);
		break;
	case REQUEST_PREFIXES:
		admission_set_prefixes(&worker->admission, request->prefixes, request->n_addresses);
		break;
	case REQUEST_STOP:
		worker_end(worker, STATUS_STOPPED);
		break;
	case REQUEST_COUNTERS:
		worker_host_log_counters(worker);
		break;
	case REQUEST_CONTROL:
		worker_host_take_control(worker, fd);
		break;
	case REQUEST_FIND:
		worker_host_find(worker, request);
		break;
	case REQUEST_HANDED_OUT:
		worker_host_ask_for_next_tap(worker, request->token);
		break;
	case REQUEST_FACTS:
	case REQUEST_RESULT:
	case REQUEST_EVENT:
	case REQUEST_SLOTS:
		control_hear(&worker->control, request, fd);
		break;
	case REQUEST_CONNECT: /* these go to the host process; request_from_host() refuses them */
	case REQUEST_READY:
	case REQUEST_ADDRESSES:
	case REQUEST_ALIVE:
	case REQUEST_SET_LEVEL:
	case REQUEST_RELOAD:
	case REQUEST_QUIT:
	case REQUEST_LEASES:
	case REQUEST_FORWARDS:
	case REQUEST_FORWARD_APPLY:
	case REQUEST_APART:
	case REQUEST_HAND_OUT:
	case REQUEST_TAPS:
	case REQUEST_TAP_SET:
	case REQUEST_FOUND:
		break;
	}
}

static void worker_host_ready(struct source *source, uint32_t events)
{
	struct worker *worker = container_of(source, struct worker, host);
	struct request request = {0};
	int fds[FDPASS_MAX];
	ssize_t n = fdpass_recv(source->fd, &request, sizeof(request), fds);

	(void)events;
	if (n == -EAGAIN)
		return;
	if (n <= 0) { /* the host process is gone, and with it the network */
		worker_end(worker, STATUS_FAILED);
		return;
	}
	if (request_from_host(&request, (size_t)n, worker->n_endpoints, &request) < 0) {
		log_error("the host process sent a message that the worker does not understand");
		worker_end(worker, STATUS_FAILED);
		return;
	}
	worker_host_obey(worker, &request, fds[0]);
}

int worker_host_init(struct worker *worker)
{
	worker->host = (struct source){.fd = WORKER_HOST_FD, .ready = worker_host_ready};
	return loop_add(&worker->loop, &worker->host, EPOLLIN);
}
