// SPDX-License-Identifier: GPL-2.0-or-later
#include "worker.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "bridge.h"
#include "connect.h"
#include "dropnotice.h"
#include "fdpass.h"
#include "guard.h"
#include "log.h"
#include "loop.h"
#include "mac.h"
#include "mtu.h"
#include "parse.h"
#include "parts.h"
#include "port_nic.h"
#include "port_switch.h"
#include "port_tap.h"
#include "port_vde.h"
#include "process.h"
#include "request.h"
#include "sandbox.h"
#include "syscallfilter.h"

enum { WORKER_HOST_FD = PROCESS_FIRST_FD };

static_assert(GUARD_TEXT_MAX >= (int)WORKER_GATEWAY_MAX, "what the host process says, fits");

struct worker {
	struct loop loop;
	struct batch batch;
	struct outbox outbox;
	struct bridge bridge;
	struct bridge_filter filter;
	struct guard guard;
	struct dropnotices drops;
	struct source host;
	struct syscallfilter syscalls;
	struct port_tap tap;
	struct port_nic nic; /* in its place, where guests share a NIC */
	unsigned n_endpoints;
	struct endpoint endpoints[ENDPOINTS_MAX];
	struct attach *attaches[ENDPOINTS_MAX]; /* of the port or switch at the endpoint */
	struct port_vde ports[ENDPOINTS_MAX];
	struct port_switch switches[ENDPOINTS_MAX];
	const char *device;
	bool isolated;
	bool guarded;	/* there is a gateway, which guests shall not play */
	bool joins_udp; /* the device takes UDP super-frames */
	bool shares_nic;
	uint8_t mac[MAC_SIZE]; /* the device's, then */
	bool ready;	       /* the host was told, and gives us the device */
	int status;
};

static void worker_end(struct worker *worker, int status)
{
	worker->status = status;
	loop_stop(&worker->loop);
}

static void worker_send(struct worker *worker, const struct request *request)
{
	int ret = fdpass_send(worker->host.fd, request, sizeof(*request), NULL, 0);

	if (ret < 0) {
		log_error("the host process cannot be asked: %s", strerror(-ret));
		worker_end(worker, STATUS_FAILED);
	}
}

static void worker_request(struct worker *worker, enum request_verb verb, unsigned endpoint)
{
	const struct request request = {.verb = verb, .endpoint = endpoint};

	worker_send(worker, &request);
}

static struct worker *worker_of_attach(struct attach *attach)
{
	return container_of(attach->loop, struct worker, loop);
}

static void worker_connect(struct attach *attach)
{
	struct worker *worker = worker_of_attach(attach);

	worker_request(worker, REQUEST_CONNECT, (unsigned)(attach->endpoint - worker->endpoints));
}

/* All that needs more is open now. 0, or -1. */
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
	log_error("the worker cannot give up what it needs no more: %s", strerror(-ret));
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
	worker_request(worker, REQUEST_READY, 0);
}

static void worker_device_gone(struct worker *worker)
{
	log_error("the device %s was removed", worker->device);
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

static void worker_tell_addresses(struct port_nic *nic, const uint64_t *macs, unsigned n)
{
	struct worker *worker = container_of(nic, struct worker, nic);
	struct request request = {.verb = REQUEST_ADDRESSES};

	request.n_addresses = n > MAC_LIST_MAX ? MAC_LIST_MAX + 1 : n;
	memcpy(request.addresses, macs, (n > MAC_LIST_MAX ? MAC_LIST_MAX : n) * sizeof(macs[0]));
	worker_send(worker, &request);
}

static void worker_log_counters(const struct worker *worker)
{
	for (unsigned i = 0; i < worker->bridge.n_slots; i++) {
		if (worker->bridge.ports[i])
			port_log_counters(worker->bridge.ports[i]);
	}
	for (unsigned i = 0; i < worker->n_endpoints; i++) {
		if (worker->endpoints[i].kind == ENDPOINT_SWITCH)
			port_switch_log_counters(&worker->switches[i]);
	}
	if (worker->bridge.not_learned > 0)
		log_info("addresses not learned, for want of room: %" PRIu64,
			 worker->bridge.not_learned);
}

/* Where guests share a NIC, it is the way to the host beside it. */
static void worker_take_tap(struct worker *worker, int fd)
{
	const struct source *there = worker->shares_nic ? &worker->nic.inject : &worker->tap.source;
	int ret = -EINVAL;

	if (fd >= 0 && there->fd < 0)
		ret = worker->shares_nic ? port_nic_attach_inject(&worker->nic, fd)
					 : port_tap_attach(&worker->tap, fd);
	if (ret == 0)
		return;
	log_error("the device %s cannot be used: %s", worker->device, strerror(-ret));
	worker_end(worker, STATUS_FAILED);
}

static void worker_take_nic(struct worker *worker, int fd)
{
	int ret = worker->shares_nic ? port_nic_attach(&worker->nic, fd) : -EINVAL;

	if (ret == 0)
		return;
	log_error("the NIC cannot be used: %s", strerror(-ret));
	worker_end(worker, STATUS_FAILED);
}

/* Does what the host process says; fd came with it, or is -1. */
static void worker_obey(struct worker *worker, const struct request *request, int fd)
{
	switch ((enum request_verb)request->verb) {
	case REQUEST_CHANNEL:
		attach_set_channel(worker->attaches[request->endpoint], fd);
		break;
	case REQUEST_TAP:
		worker_take_tap(worker, fd);
		break;
	case REQUEST_NIC:
		worker_take_nic(worker, fd);
		break;
	case REQUEST_ASK:
		worker_request(worker, REQUEST_ALIVE, 0);
		break;
	case REQUEST_LEVEL:
		log_set_level((enum log_level)request->endpoint);
		break;
	case REQUEST_STOP:
		worker_end(worker, STATUS_STOPPED);
		break;
	case REQUEST_COUNTERS:
		worker_log_counters(worker);
		break;
	case REQUEST_CONNECT: /* its own, which request_from_host() refuses */
	case REQUEST_READY:
	case REQUEST_ADDRESSES:
	case REQUEST_ALIVE:
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
		log_error("the host process says what no worker understands");
		worker_end(worker, STATUS_FAILED);
		return;
	}
	worker_obey(worker, &request, fds[0]);
}

static void worker_tell_drop(struct bridge *bridge, const struct port *port,
			     const struct frame *frame, enum port_drop drop)
{
	dropnotices_note(&container_of(bridge, struct worker, bridge)->drops, port, frame, drop);
}

static enum port_drop worker_judge(const struct bridge_filter *filter, const struct frame *frame)
{
	static const enum port_drop drops[GUARD_VERDICTS] = {
		[GUARD_PASS] = PORT_DROPS,	   [GUARD_GATEWAY] = PORT_DROP_GATEWAY,
		[GUARD_ROUTER] = PORT_DROP_ROUTER, [GUARD_DHCP] = PORT_DROP_DHCP,
		[GUARD_HIDDEN] = PORT_DROP_HIDDEN,
	};
	const struct worker *worker = container_of(filter, struct worker, filter);

	return drops[guard_judge(&worker->guard, frame)];
}

/* Reads argv. 0, or -EINVAL. */
static int worker_read_arguments(struct worker *worker, int argc, char *const *argv, unsigned *mtu)
{
	enum log_level level;
	struct problem problem;

	if (argc <= WORKER_ARGUMENT_LOCATORS || argc > WORKER_ARGUMENTS_MAX ||
	    log_parse_level(argv[WORKER_ARGUMENT_LEVEL], &level) < 0 ||
	    parse_number(argv[WORKER_ARGUMENT_MTU], MTU_MIN, MTU_MAX, mtu) < 0)
		return -EINVAL;
	log_init(level);
	worker->joins_udp = strcmp(argv[WORKER_ARGUMENT_UDP], WORKER_JOINS_UDP) == 0;
	worker->device = argv[WORKER_ARGUMENT_DEVICE];
	worker->guarded = strcmp(argv[WORKER_ARGUMENT_GATEWAY], PART_NONE) != 0;
	worker->isolated = strcmp(argv[WORKER_ARGUMENT_ISOLATED], WORKER_ISOLATED) == 0;
	worker->shares_nic = strcmp(argv[WORKER_ARGUMENT_MAC], PART_NONE) != 0;
	if ((worker->guarded && guard_parse(&worker->guard, argv[WORKER_ARGUMENT_GATEWAY]) < 0) ||
	    (worker->shares_nic && mac_parse(argv[WORKER_ARGUMENT_MAC], worker->mac) < 0))
		return -EINVAL;
	worker->guard.open4 = strstr(argv[WORKER_ARGUMENT_OPEN], WORKER_OPEN4);
	worker->guard.open6 = strstr(argv[WORKER_ARGUMENT_OPEN], WORKER_OPEN6);
	worker->guard.router6 = strstr(argv[WORKER_ARGUMENT_OPEN], WORKER_ROUTER6);
	for (int i = WORKER_ARGUMENT_LOCATORS; i < argc; i++) {
		if (endpoint_parse(&worker->endpoints[worker->n_endpoints++], argv[i], "",
				   &problem) < 0)
			return -EINVAL;
	}
	return 0;
}

/* Makes what serves endpoint i. 0, or -errno. */
static int worker_add_endpoint(struct worker *worker, unsigned i)
{
	const struct endpoint *endpoint = &worker->endpoints[i];
	int ret;

	if (endpoint->kind == ENDPOINT_SWITCH) {
		ret = port_switch_init(&worker->switches[i], &worker->loop, &worker->batch,
				       &worker->outbox, &worker->bridge, endpoint);
		worker->attaches[i] = &worker->switches[i].attach;
	} else {
		ret = port_vde_init(&worker->ports[i], &worker->loop, &worker->batch,
				    &worker->outbox, endpoint);
		worker->attaches[i] = &worker->ports[i].attach;
		if (ret == 0)
			ret = bridge_add(&worker->bridge, &worker->ports[i].port);
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
	int ret = port_tap_init(&worker->tap, &worker->loop, worker->device, worker->joins_udp,
				worker_tap_gone);

	return ret < 0 ? ret : worker_add_uplink(worker, &worker->tap.port);
}

static int worker_add_nic(struct worker *worker)
{
	struct port_nic *nic = &worker->nic;
	int ret = port_nic_init(nic, &worker->loop, worker->device, worker->mac, worker->joins_udp);

	nic->addresses = worker_tell_addresses;
	nic->gone = worker_nic_gone;
	if (ret == 0)
		ret = worker_add_uplink(worker, &nic->wire);
	if (ret == 0)
		ret = worker_add_uplink(worker, &nic->host);
	return ret;
}

static int worker_init(struct worker *worker, unsigned mtu, uint64_t key)
{
	int ret = loop_init(&worker->loop);

	if (ret == 0)
		ret = batch_init(&worker->batch, mtu);
	outbox_init(&worker->outbox);
	bridge_init(&worker->bridge, mtu, key);
	worker->bridge.dropped = worker_tell_drop;
	worker->filter.judge = worker_judge;
	worker->bridge.isolated = worker->isolated;
	if (worker->guarded)
		worker->bridge.filter = &worker->filter;
	worker->host = (struct source){.fd = WORKER_HOST_FD, .ready = worker_host_ready};
	if (ret == 0)
		ret = loop_add(&worker->loop, &worker->host, EPOLLIN);
	if (ret == 0)
		ret = worker->shares_nic ? worker_add_nic(worker) : worker_add_tap(worker);
	for (unsigned i = 0; i < worker->n_endpoints && ret == 0; i++)
		ret = worker_add_endpoint(worker, i);
	return ret;
}

static void worker_finish(struct worker *worker)
{
	for (unsigned i = 0; i < worker->n_endpoints; i++) {
		if (worker->endpoints[i].kind == ENDPOINT_SWITCH)
			port_switch_finish(&worker->switches[i]);
		else
			port_vde_finish(&worker->ports[i]);
	}
	port_tap_finish(&worker->tap);
	port_nic_finish(&worker->nic);
	batch_finish(&worker->batch);
	loop_finish(&worker->loop);
}

/* Every client of a switch takes two descriptors; the usual limit is 1024. */
static void worker_raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		log_debug("descriptors: %s", strerror(errno));
}

/* Only the host process ends a worker: a signal to the whole group must not come first. */
static void worker_ignore_signals(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE};

	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

int worker_main(int argc, char *const *argv)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	unsigned mtu = 0;
	uint64_t key = 0; /* of the bridge's hash */
	int ret = worker ? 0 : -ENOMEM;
	int status;

	worker_ignore_signals();
	worker_raise_limits();
	umask(0); /* who may use a switch's sockets, their directory decides */
	/* Before any filter: since 2.41 glibc does more for it than the one system call. */
	if (ret == 0 && getrandom(&key, sizeof(key), 0) != sizeof(key))
		ret = -errno;
	if (ret == 0)
		ret = sandbox_enter_starting(&worker->syscalls);
	if (ret == 0)
		ret = worker_read_arguments(worker, argc, argv, &mtu);
	if (ret == 0)
		ret = worker_init(worker, mtu, key);
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
