// SPDX-License-Identifier: GPL-2.0-or-later
#include "worker.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admission.h"
#include "apart.h"
#include "batch.h"
#include "bridge.h"
#include "clock.h"
#include "connect.h"
#include "control.h"
#include "control_event.h"
#include "dhcp.h"
#include "dropnotice.h"
#include "fdpass.h"
#include "frame.h"
#include "log.h"
#include "loop.h"
#include "mac.h"
#include "mtu.h"
#include "packet.h"
#include "parse.h"
#include "parts.h"
#include "port_listener.h"
#include "port_nic.h"
#include "port_switch.h"
#include "port_tap.h"
#include "port_vde.h"
#include "process.h"
#include "request.h"
#include "sandbox.h"
#include "subnet.h"
#include "syscallfilter.h"
#include "worker_host.h"
#include "worker_state.h"

enum {
	WORKER_TAPS_ASKED = 2, /* requests for TAPs that the host process has not answered yet */
	/* ms until one more is sent all the same: answers are lost while our socket is full. */
	WORKER_TAPS_PATIENCE = 10000,
};

static_assert(GUARD_TEXT_MAX >= (int)WORKER_GATEWAY_MAX, "what the host process says, fits");

static struct worker *worker_of_attach(struct attach *attach)
{
	return container_of(attach->loop, struct worker, loop);
}

static void worker_connect(struct attach *attach)
{
	struct worker *worker = worker_of_attach(attach);
	unsigned endpoint = (unsigned)(attach->endpoint - worker->endpoints);

	if (worker_host_ask(worker, REQUEST_CONNECT, endpoint) < 0)
		attach_set_channel(attach, -1);
}

/* Whatever needs more rights is open now. 0, or -1. */
static int worker_confine(struct worker *worker)
{
	const char *directories[ENDPOINTS_MAX];
	unsigned n = 0;
	int ret;

	for (unsigned i = 0; i < worker->n_endpoints; i++) {
		if (worker->endpoints[i].kind == ENDPOINT_SWITCH)
			directories[n++] = worker->endpoints[i].path;
	}
	ret = sandbox_enter_running(&worker->syscalls, directories, n);
	if (ret == 0)
		return 0;
	log_error("the worker cannot drop its privileges: %s", strerror(-ret));
	worker_end(worker, STATUS_HOST);
	return -1;
}

static void worker_attach_changed(struct attach *attach, int error)
{
	struct worker *worker = worker_of_attach(attach);

	if (error) {
		log_error("%s cannot be opened: %s", attach->endpoint->locator,
			  connect_explain(attach->endpoint, error));
		worker_end(worker, STATUS_HOST);
		return;
	}
	for (unsigned i = 0; i < worker->n_endpoints; i++) {
		if (!worker->attaches[i]->settled)
			return;
	}
	if (worker->ready || worker_confine(worker) < 0)
		return;
	worker->ready = true;
	if (worker_host_ask(worker, REQUEST_READY, 0) < 0) /* never: it is among the first */
		worker_end(worker, STATUS_FAILED);
}

static void worker_device_gone(struct worker *worker)
{
	log_error("the device %s is gone: other software deleted it, or moved it to another "
		  "network namespace; stopping the network",
		  worker->tap_name);
	worker_end(worker, STATUS_FAILED);
}

static void worker_tap_gone(struct port_tap *tap)
{
	worker_device_gone(container_of(tap, struct worker, tap));
}

static void worker_nic_gone(struct port_nic *nic)
{
	worker_device_gone(container_of(nic, struct worker, nic));
}

static void worker_tell_drop(struct bridge *bridge, const struct port *port,
			     const struct frame *frame, enum port_drop drop)
{
	struct worker *worker = container_of(bridge, struct worker, bridge);

	dropnotices_note(&worker->drops, port, frame, drop);
	control_event_drop(&worker->control, port, frame, drop);
}

static void worker_tell_port(struct bridge *bridge, const struct port *port, bool there)
{
	struct worker *worker = container_of(bridge, struct worker, bridge);

	control_event_port(&worker->control, port, there);
	if (!there && worker->admission.apart)
		apart_stir_later(worker->admission.apart);
}

static void worker_tell_lease(struct lessees *lessees, const struct lessee *lessee, bool added)
{
	control_event_lease(&container_of(lessees, struct worker, admission.lessees)->control,
			    lessee, added);
}

_Static_assert((int)APART_BATCH == (int)REQUEST_APART_MAX, "they are told at once");

static int worker_tell_apart(struct apart *apart, bool are, const struct in6_addr *addresses,
			     unsigned n)
{
	struct request request = {.verb = REQUEST_APART, .endpoint = are, .n_addresses = n};

	memcpy(request.apart, addresses, n * sizeof(addresses[0]));
	return fdpass_send(container_of(apart, struct worker, apart)->host.fd, &request,
			   sizeof(request), NULL, 0);
}

/* Parses a number up to max; PART_NONE gives 0. 0, or -EINVAL. */
static int worker_read_number(const char *text, unsigned max, unsigned *number)
{
	*number = 0;
	return strcmp(text, PART_NONE) == 0 ? 0 : parse_number(text, 0, max, number);
}

/* Reads argv. 0, or -EINVAL. */
static int worker_read_arguments(struct worker *worker, int argc, char *const *argv, unsigned *mtu)
{
	struct admission *admission = &worker->admission;
	enum log_level level;
	struct problem problem;

	if (argc <= WORKER_ARGUMENT_LOCATORS || argc > WORKER_ARGUMENTS_MAX ||
	    log_parse_level(argv[WORKER_ARGUMENT_LEVEL], &level) < 0 ||
	    parse_number(argv[WORKER_ARGUMENT_MTU], MTU_MIN, MTU_MAX, mtu) < 0)
		return -EINVAL;
	log_init(level);
	if (strcmp(argv[WORKER_ARGUMENT_CONTROL], PART_NONE) != 0 &&
	    parse_number(argv[WORKER_ARGUMENT_CONTROL], 0, UINT32_MAX - 1,
			 &worker->control.changers) < 0)
		return -EINVAL;
	if (worker_read_number(argv[WORKER_ARGUMENT_SUBNET], SUBNET_PREFIX_MAX, &worker->subnet) <
		    0 ||
	    worker_read_number(argv[WORKER_ARGUMENT_LEASES], DHCP_LEASES_PER_PORT_MAX,
			       &admission->leases) < 0)
		return -EINVAL;
	worker->joins_udp = strcmp(argv[WORKER_ARGUMENT_UDP], WORKER_JOINS_UDP) == 0;
	worker->device = argv[WORKER_ARGUMENT_DEVICE];
	worker->tap_name = argv[WORKER_ARGUMENT_TAP];
	admission->guarded = strcmp(argv[WORKER_ARGUMENT_GATEWAY], PART_NONE) != 0;
	admission->isolated = strcmp(argv[WORKER_ARGUMENT_ISOLATED], WORKER_ISOLATED) == 0;
	worker->on_lan = strcmp(argv[WORKER_ARGUMENT_LAN], WORKER_ON_LAN) == 0;
	worker->shares_nic = strcmp(argv[WORKER_ARGUMENT_MAC], PART_NONE) != 0;
	if ((admission->guarded &&
	     guard_parse(&admission->guard, argv[WORKER_ARGUMENT_GATEWAY]) < 0) ||
	    (worker->shares_nic && mac_parse(argv[WORKER_ARGUMENT_MAC], worker->mac) < 0))
		return -EINVAL;
	admission->guard.open4 = strstr(argv[WORKER_ARGUMENT_OPEN], WORKER_OPEN4);
	admission->guard.open6 = strstr(argv[WORKER_ARGUMENT_OPEN], WORKER_OPEN6);
	admission->guard.router6 = strstr(argv[WORKER_ARGUMENT_OPEN], WORKER_ROUTER6);
	for (int i = WORKER_ARGUMENT_LOCATORS; i < argc; i++) {
		if (endpoint_parse(&worker->endpoints[worker->n_endpoints++], argv[i], "",
				   &problem) < 0)
			return -EINVAL;
	}
	return 0;
}

/* Each takes the host process some time, so others would wait behind many. */
static bool worker_may_ask_for_tap(struct tapdoor *door)
{
	const struct worker *worker = worker_of_attach(&door->attach);

	return worker->taps_asked - worker->taps_answered < WORKER_TAPS_ASKED ||
	       clock_now() >= worker->taps_asked_at + WORKER_TAPS_PATIENCE;
}

static int worker_ask_for_tap(struct tapdoor *door, const struct tap_request *asked, int fd)
{
	struct worker *worker = worker_of_attach(&door->attach);
	struct request request = {.verb = REQUEST_HAND_OUT,
				  .endpoint =
					  (unsigned)(door->attach.endpoint - worker->endpoints)};
	int ret;

	request.tap = *asked;
	ret = fdpass_send(worker->host.fd, &request, sizeof(request), &fd, 1);
	if (ret == 0) {
		worker->taps_asked++;
		worker->taps_asked_at = clock_now();
	}
	return ret;
}

/* An address that the host's bridge finds through us would clash there. */
static bool worker_has_mac(struct tapdoor *door, const uint8_t mac[MAC_SIZE])
{
	return bridge_has_guest(&worker_of_attach(&door->attach)->bridge, mac);
}

/* However many doors there are, other requests need their share of the host process, too. */
static unsigned worker_share_tap_asks(const struct worker *worker)
{
	unsigned n = 0;

	for (unsigned i = 0; i < worker->n_endpoints; i++)
		n += worker->endpoints[i].kind == ENDPOINT_TAP;
	return n > 0 && n < TAPDOOR_ASKS ? TAPDOOR_ASKS / n : 1;
}

static int worker_add_tapdoor(struct worker *worker, unsigned i)
{
	struct tapdoor *door = &worker->tapdoors[i];
	int ret = tapdoor_init(door, &worker->loop, &worker->endpoints[i]);

	door->asks.per_period = worker_share_tap_asks(worker);
	door->may_ask = worker_may_ask_for_tap;
	door->ask = worker_ask_for_tap;
	door->is_taken = worker_has_mac;
	worker->attaches[i] = &door->attach;
	return ret;
}

static int worker_add_port(struct worker *worker, unsigned i)
{
	const struct endpoint *endpoint = &worker->endpoints[i];
	int ret = port_vde_init(&worker->ports[i], &worker->loop, &worker->batch, &worker->outbox,
				&worker->queues, endpoint);

	worker->attaches[i] = &worker->ports[i].attach;
	return ret < 0 ? ret : bridge_add(&worker->bridge, &worker->ports[i].port);
}

static int worker_add_listener(struct worker *worker, unsigned i)
{
	const struct endpoint *endpoint = &worker->endpoints[i];
	struct batch *batch = endpoint->offload ? &worker->large_batch : &worker->batch;
	struct peer_streams *streams =
		endpoint->offload ? &worker->large_streams : &worker->streams;
	int ret = 0;

	if (!batch->memory)
		ret = batch_init_large(batch, worker->bridge.mtu, PACKET_SIZE_MAX);
	if (ret == 0)
		ret = port_listener_init(&worker->listeners[i], &worker->loop, batch,
					 &worker->outbox, &worker->queues, streams, &worker->bridge,
					 endpoint);
	worker->attaches[i] = &worker->listeners[i].clients.attach;
	return ret;
}

/* Makes what serves endpoint i. 0, or -errno. */
static int worker_add_endpoint(struct worker *worker, unsigned i)
{
	const struct endpoint *endpoint = &worker->endpoints[i];
	int ret;

	if (endpoint->kind == ENDPOINT_SWITCH) {
		ret = port_switch_init(&worker->switches[i], &worker->loop, &worker->batch,
				       &worker->outbox, &worker->queues, &worker->bridge,
				       &worker->secrets.names, endpoint);
		worker->attaches[i] = &worker->switches[i].clients.attach;
	} else if (endpoint_is_socket(endpoint)) {
		ret = worker_add_listener(worker, i);
	} else if (endpoint->kind == ENDPOINT_TAP) {
		ret = worker_add_tapdoor(worker, i);
	} else {
		ret = worker_add_port(worker, i);
	}
	worker->attaches[i]->connect = worker_connect;
	worker->attaches[i]->changed = worker_attach_changed;
	return ret;
}

static int worker_add_uplink(struct worker *worker, struct port *port)
{
	port->uplink = true;
	return bridge_add(&worker->bridge, port);
}

static int worker_add_tap(struct worker *worker)
{
	int ret = port_tap_init(&worker->tap, &worker->loop, &worker->queues.pool, worker->device,
				worker->joins_udp, worker_tap_gone);

	worker->tap.on_lan = worker->on_lan;
	return ret < 0 ? ret : worker_add_uplink(worker, &worker->tap.port);
}

static int worker_add_nic(struct worker *worker)
{
	struct port_nic *nic = &worker->nic;
	int ret = port_nic_init(nic, &worker->loop, &worker->queues.pool, worker->device,
				worker->mac, worker->joins_udp);

	nic->addresses = worker_host_tell_addresses;
	nic->gone = worker_nic_gone;
	if (ret == 0)
		ret = worker_add_uplink(worker, &nic->wire);
	if (ret == 0)
		ret = worker_add_uplink(worker, &nic->host);
	return ret;
}

/* Only where single guests can be isolated, and there is a host beside them. */
static int worker_init_apart(struct worker *worker)
{
	struct apart *apart = &worker->apart;

	if (!worker->admission.guarded || worker->admission.isolated)
		return 0;
	apart->claims = &worker->admission.claims;
	apart->bridge = &worker->bridge;
	apart->tell = worker_tell_apart;
	worker->admission.apart = apart;
	return apart_init(apart, &worker->loop);
}

static int worker_init_control(struct worker *worker)
{
	worker->admission.lessees.changed = worker_tell_lease;
	worker->control.ask = worker_host_ask_for_client;
	worker->control.network = (struct control_network){.bridge = &worker->bridge,
							   .admission = &worker->admission,
							   .apart = worker->admission.apart,
							   .device = worker->device,
							   .subnet = worker->subnet,
							   .n_endpoints = worker->n_endpoints,
							   .endpoints = worker->endpoints,
							   .attaches = worker->attaches};
	return control_init(&worker->control, &worker->loop, worker->secrets.control);
}

/* Whether the network's device is a bridge of ours, beside the TAP. */
static bool worker_has_bridge(const struct worker *worker)
{
	return worker->admission.guarded && strcmp(worker->device, worker->tap_name) != 0;
}

/* Whether the TAP is a member of a bridge, ours or another of the host. */
static bool worker_is_bridged(const struct worker *worker)
{
	return worker_has_bridge(worker) || !(worker->admission.guarded || worker->shares_nic);
}

static int worker_init(struct worker *worker, unsigned mtu)
{
	int ret = loop_init(&worker->loop);

	worker->loop.spins = worker->has_cpus;
	if (ret == 0)
		ret = batch_init(&worker->batch, mtu);
	if (ret == 0)
		ret = queues_init(&worker->queues, &worker->secrets.flows);
	if (ret == 0)
		ret = inboxes_init(&worker->inboxes, &worker->loop, &worker->queues);
	outbox_init(&worker->outbox);
	bridge_init(&worker->bridge, mtu, worker->secrets.bridge);
	worker->bridge.inboxes = &worker->inboxes;
	worker->bridge.dropped = worker_tell_drop;
	worker->bridge.noted = worker_tell_port;
	worker->admission.uplink = &worker->tap.port;
	worker->admission.bridged = worker_is_bridged(worker);
	admission_init(&worker->admission, &worker->secrets.admission, worker->subnet);
	worker->bridge.isolated = worker->admission.isolated;
	if (worker_has_bridge(worker))
		worker->bridge.host = worker->admission.guard.mac;
	worker->bridge.filter = &worker->admission.filter;
	if (mtu > SEGMENTS_USUAL_MTU)
		worker->bridge.segments = &worker->admission.segments;
	if (ret == 0)
		ret = worker_host_init(worker);
	if (ret == 0)
		ret = worker->shares_nic ? worker_add_nic(worker) : worker_add_tap(worker);
	for (unsigned i = 0; i < worker->n_endpoints && ret == 0; i++)
		ret = worker_add_endpoint(worker, i);
	if (ret == 0)
		ret = worker_init_apart(worker);
	return ret < 0 ? ret : worker_init_control(worker);
}

static void worker_finish(struct worker *worker)
{
	worker->bridge.noted = NULL;
	worker->admission.lessees.changed = NULL;
	control_finish(&worker->control);
	apart_finish(&worker->apart);
	worker->bridge.filter = NULL; /* guests keep their leases when the network stops */
	for (unsigned i = 0; i < worker->n_endpoints; i++) {
		if (worker->endpoints[i].kind == ENDPOINT_SWITCH)
			port_switch_finish(&worker->switches[i]);
		else if (endpoint_is_socket(&worker->endpoints[i]))
			port_listener_finish(&worker->listeners[i]);
		else if (worker->endpoints[i].kind == ENDPOINT_TAP)
			tapdoor_finish(&worker->tapdoors[i]);
		else
			port_vde_finish(&worker->ports[i]);
	}
	port_tap_finish(&worker->tap);
	port_nic_finish(&worker->nic);
	inboxes_finish(&worker->inboxes);
	peer_streams_finish(&worker->streams);
	peer_streams_finish(&worker->large_streams);
	queues_finish(&worker->queues);
	batch_finish(&worker->batch);
	batch_finish(&worker->large_batch);
	loop_finish(&worker->loop);
}

static bool worker_has_cpus(void)
{
	cpu_set_t cpus;

	/* An error means that there are more CPUs than fit into the set. */
	return sched_getaffinity(0, sizeof(cpus), &cpus) < 0 || CPU_COUNT(&cpus) > 1;
}

int worker_main(int argc, char *const *argv)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	unsigned mtu = 0;
	int ret = worker ? 0 : -ENOMEM;
	int status;

	if (ret == 0) {
		worker->control.self = geteuid();
		worker->control.changers = (gid_t)-1;
	}
	process_ignore_signals();
	umask(0); /* the directory decides who may use a switch's sockets */
	if (ret == 0 && getrandom(&worker->secrets, sizeof(worker->secrets), 0) !=
				(ssize_t)sizeof(worker->secrets))
		ret = -errno;
	if (ret == 0)
		worker->has_cpus = worker_has_cpus();
	if (ret == 0)
		ret = sandbox_enter_starting(&worker->syscalls);
	if (ret == 0)
		ret = worker_read_arguments(worker, argc, argv, &mtu);
	if (ret == 0)
		ret = worker_init(worker, mtu);
	if (ret < 0) {
		log_error("the worker cannot start: %s", strerror(-ret));
		free(worker);
		return STATUS_FAILED;
	}
	for (unsigned i = 0; i < worker->n_endpoints; i++)
		attach_start(worker->attaches[i]);
	ret = loop_run(&worker->loop);
	status = ret < 0 ? STATUS_FAILED : worker->status;
	worker_finish(worker);
	free(worker);
	return status;
}
