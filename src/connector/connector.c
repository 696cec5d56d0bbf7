// SPDX-License-Identifier: GPL-2.0-or-later
#include "connector.h"

#include <errno.h>
#include <libvdeplug.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connect.h"
#include "endpoint.h"
#include "fdpass.h"
#include "listensocket.h"
#include "log.h"
#include "parse.h"
#include "parts.h"
#include "process.h"
#include "ptp.h"
#include "ptpdir.h"
#include "sandbox.h"
#include "stranger.h"
#include "switchdir.h"

enum {
	CONNECTOR_CHANNEL = PROCESS_FIRST_FD,
	CONNECTOR_INTERVAL = 250, /* ms between two attempts: reconnects well within a second */
	CONNECTOR_FRAME_MAX = 65536 + 64,
};

struct connector {
	struct endpoint endpoint;
	gid_t group; /* (gid_t)-1: none */
	enum endpoint_generation installed;
};

/*
 * While libvdeplug waits in a handshake, it has a socket beside the switch's: DIR/.PID-00000, or
 * vde.PID-00000 in a fallback directory. Global, because a signal handler can see nothing else.
 */
static char connector_half_made[4][ENDPOINT_PATH_MAX + 16];

static void connector_terminate(int signal)
{
	(void)signal;
	for (unsigned i = 0; i < sizeof(connector_half_made) / sizeof(connector_half_made[0]); i++)
		unlink(connector_half_made[i]);
	_exit(0);
}

static void connector_expect_termination(const struct connector *connector)
{
	static const char *const fallbacks[] = {"/var/run", "/var/tmp", "/tmp"};
	struct sigaction action = {.sa_handler = connector_terminate};

	snprintf(connector_half_made[0], sizeof(connector_half_made[0]), "%s/.%05d-00000",
		 connector->endpoint.path, getpid());
	for (unsigned i = 0; i < 3; i++)
		snprintf(connector_half_made[i + 1], sizeof(connector_half_made[0]),
			 "%s/vde.%05d-00000", fallbacks[i], getpid());
	sigaction(SIGTERM, &action, NULL);
}

static int connector_send(enum connect_kind kind, int error, const int *fds, unsigned n_fds)
{
	const struct connect_message message = {.kind = kind, .error = error};

	return fdpass_send(CONNECTOR_CHANNEL, &message, sizeof(message), fds, n_fds);
}

static VDECONN *connector_vde_open(const struct connector *connector)
{
	char locator[ENDPOINT_LOCATOR_MAX];
	char description[] = "vde_vmnet";
	char group[16];
	bool grouped = connector->group != (gid_t)-1;
	struct vde_open_args args = {.group = grouped ? group : NULL,
				     .mode = grouped ? 0770 : 0700};

	snprintf(group, sizeof(group), "%u", connector->group);
	/* Always SCHEME://…, so that libvdeplug never takes it for a file. */
	snprintf(locator, sizeof(locator), "%s", connector->endpoint.locator);
	errno = 0;
	return vde_open(locator, description, &args);
}

/*
 * Which generation of point-to-point the installed libvdeplug speaks: found by opening one at a
 * private path. The second returns an epoll descriptor.
 */
static enum endpoint_generation connector_ask_generation(void)
{
	char directory[] = "/tmp/vde_vmnet.XXXXXX";
	char path[sizeof(directory) + 2];
	char locator[sizeof(path) + 6];
	char description[] = "vde_vmnet";
	enum endpoint_generation generation = ENDPOINT_GENERATION_1;
	VDECONN *connection;
	int type;
	socklen_t size = sizeof(type);

	if (!mkdtemp(directory))
		return generation;
	snprintf(path, sizeof(path), "%s/p", directory);
	snprintf(locator, sizeof(locator), "ptp://%s", path);
	connection = vde_open(locator, description, NULL);
	if (connection) {
		if (getsockopt(vde_datafd(connection), SOL_SOCKET, SO_TYPE, &type, &size) < 0)
			generation = ENDPOINT_GENERATION_2;
		vde_close(connection);
	}
	unlink(path);
	rmdir(directory);
	return generation;
}

/* Errors that UDP returns while a peer is not there yet, one per frame sent. */
static bool connector_is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNREFUSED ||
	       error == EHOSTUNREACH || error == ENETUNREACH;
}

static volatile sig_atomic_t connector_stopping;

static void connector_stop(int signal)
{
	(void)signal;
	connector_stopping = 1;
}

/* Passes one frame each way, if there are any. False: a side is gone. */
static bool connector_relay_frames(VDECONN *connection, int data, const struct pollfd *polls)
{
	static char frame[CONNECTOR_FRAME_MAX];
	ssize_t n;

	if (polls[0].revents) {
		n = vde_recv(connection, frame, sizeof(frame), 0);
		if (n < 0 && !connector_is_passing(errno))
			return false;
		/* Newer modules return 1 to say that they only did internal work. */
		if (n > 1 && send(data, frame, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
		    errno == ECONNREFUSED)
			return false;
	}
	if (polls[1].revents) {
		n = recv(data, frame, sizeof(frame), MSG_DONTWAIT);
		if (n > 0)
			vde_send(connection, frame, (size_t)n, 0); /* lost, as on any wire */
	}
	return !polls[2].revents && !polls[3].revents;
}

static void connector_relay(VDECONN *connection, int data, int control)
{
	struct pollfd polls[] = {{.fd = vde_datafd(connection), .events = POLLIN},
				 {.fd = data, .events = POLLIN},
				 {.fd = control, .events = POLLIN},
				 {.fd = vde_ctlfd(connection), .events = POLLIN}};
	struct sigaction action = {.sa_handler = connector_stop};
	sigset_t blocked;
	sigset_t open;

	/* SIGTERM is only delivered while nothing is in progress. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &open);
	sigaction(SIGTERM, &action, NULL);
	while (!connector_stopping) {
		if (ppoll(polls, 4, NULL, &open) < 0)
			continue;
		if (!connector_relay_frames(connection, data, polls))
			break;
	}
}

/*
 * Passes one end of two socket pairs to the worker and serves the others. 0 when it is over, or
 * -errno.
 */
static int connector_start_relay(VDECONN *connection)
{
	int data[2] = {-1, -1};
	int control[2] = {-1, -1};
	int ret = 0;

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, data) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0)
		ret = -errno;
	if (ret == 0)
		ret = connector_send(CONNECT_SOCKET, 0, (int[]){data[1], control[1]}, 2);
	close(data[1]);
	close(control[1]);
	if (ret == 0)
		connector_relay(connection, data[0], control[0]);
	vde_close(connection);
	return ret;
}

/*
 * Warns about a directory whose members get no other hint from us: their emulator only says
 * "Permission denied".
 */
static void connector_warn_of_directory(const struct connector *connector, int fd)
{
	int type = 0;
	socklen_t size = sizeof(type);

	if (connector->group != (gid_t)-1 &&
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM &&
	    !ptpdir_lets_in(connector->endpoint.path, connector->group))
		log_warning("%s: members of the group cannot attach: an emulator creates a socket "
			    "next to this one, but the group cannot write to the directory; choose "
			    "a path in a directory that does not exist yet, which will be created "
			    "for the group",
			    connector->endpoint.locator);
}

/* One attempt. 0 if it succeeded, or -errno. */
static int connector_try(const struct connector *connector)
{
	VDECONN *connection;
	bool listener;
	int fd;
	int ret;

	if (connector->endpoint.kind == ENDPOINT_SWITCH) {
		ret = switchdir_open(connector->endpoint.path, connector->group, &fd);
		return ret < 0 ? ret : connector_send(CONNECT_LISTENER, 0, &fd, 1);
	}
	if (endpoint_listens(&connector->endpoint)) {
		ret = listensocket_open(
			connector->endpoint.path,
			connector->endpoint.kind == ENDPOINT_STREAM ? SOCK_STREAM : SOCK_SEQPACKET,
			connector->group, &fd);
		return ret < 0 ? ret : connector_send(CONNECT_LISTENER, 0, &fd, 1);
	}
	if (connector->endpoint.kind == ENDPOINT_PTP) {
		ret = ptp_open(&connector->endpoint, connector->installed, connector->group, &fd,
			       &listener);
		if (ret < 0)
			return ret;
		connector_warn_of_directory(connector, fd);
		return connector_send(listener ? CONNECT_LISTENER : CONNECT_SOCKET, 0, &fd, 1);
	}
	if (connector->endpoint.kind == ENDPOINT_VDE) {
		ret = stranger_check(connector->endpoint.path, connector->group);
		if (ret == -CONNECT_STRANGER)
			return ret;
	}
	connection = connector_vde_open(connector);
	if (!connection) /* no errno: libvdeplug rejected the text */
		return errno ? -errno : -EINVAL;
	if (connector->endpoint.kind == ENDPOINT_LOCATOR)
		return connector_start_relay(connection);
	/* Check again: a stranger may have come meanwhile. */
	ret = stranger_check(connector->endpoint.path, connector->group);
	if (ret < 0) {
		vde_close(connection);
		return ret;
	}
	/* The worker has the sockets now; there is nothing left to serve here. */
	return connector_send(CONNECT_SOCKET, 0,
			      (int[]){vde_datafd(connection), vde_ctlfd(connection)}, 2);
}

/* Waits for the next attempt; false if the worker is gone. */
static bool connector_wait(void)
{
	struct pollfd channel = {.fd = CONNECTOR_CHANNEL, .events = POLLIN};

	return poll(&channel, 1, CONNECTOR_INTERVAL) <= 0;
}

static int connector_open(struct connector *connector)
{
	bool said = false;
	int ret;

	connector_expect_termination(connector);
	if (connector->endpoint.kind == ENDPOINT_PTP)
		connector->installed = connector_ask_generation();
	for (;;) {
		ret = connector_try(connector);
		if (ret == 0)
			return 0;
		log_debug("%s: %s", connector->endpoint.locator, strerror(-ret));
		/* If others connect to us, there is nobody to wait for. */
		if (ret == -EPROTONOSUPPORT || ret == -EINVAL ||
		    connector->endpoint.kind == ENDPOINT_SWITCH ||
		    endpoint_listens(&connector->endpoint)) {
			connector_send(CONNECT_REFUSED, -ret, NULL, 0);
			return 1;
		}
		if (!said && connector_send(CONNECT_WAITING, -ret, NULL, 0) < 0)
			return 1;
		said = true;
		if (!connector_wait())
			return 1;
	}
}

/* If others connect to us, we can tell without opening it. 0, or a positive errno. */
static int connector_check(const struct endpoint *endpoint)
{
	if (endpoint_listens(endpoint))
		return -listensocket_check(endpoint->path);
	return endpoint->kind == ENDPOINT_SWITCH ? -switchdir_check(endpoint->path) : 0;
}

int connector_main(int argc, char *const *argv)
{
	struct connector connector = {.group = (gid_t)-1};
	enum log_level level;
	struct problem problem;
	unsigned gid;

	if (sandbox_enter_connector() < 0)
		return STATUS_FAILED;
	if (argc != CONNECTOR_ARGUMENTS ||
	    log_parse_level(argv[CONNECTOR_ARGUMENT_LEVEL], &level) < 0 ||
	    endpoint_parse(&connector.endpoint, argv[CONNECTOR_ARGUMENT_LOCATOR], "", &problem) < 0)
		return STATUS_USAGE;
	log_init(level);
	if (parse_number(argv[CONNECTOR_ARGUMENT_GROUP], 0, UINT32_MAX - 1, &gid) == 0)
		connector.group = gid;
	if (strcmp(argv[CONNECTOR_ARGUMENT_VERB], CONNECTOR_OPEN) == 0)
		return connector_open(&connector);
	if (strcmp(argv[CONNECTOR_ARGUMENT_VERB], CONNECTOR_CHECK) == 0)
		return connector_check(&connector.endpoint);
	if (connector.endpoint.kind == ENDPOINT_PTP)
		ptp_remove(connector.endpoint.path);
	if (connector.endpoint.kind == ENDPOINT_SWITCH)
		switchdir_remove(connector.endpoint.path);
	if (endpoint_listens(&connector.endpoint))
		listensocket_remove(connector.endpoint.path);
	return 0;
}
