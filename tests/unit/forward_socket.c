// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets of forwarded ports: the port stays ours, whether it listens, does not, or begins to. */
#include "forward_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { PORT = 20222, TURNS = 4000 };

static struct hostfwd hostfwd;

/* What another does there: how often a socket of its own listens. */
static atomic_uint *stolen;

static const struct sockaddr_in place = {.sin_family = AF_INET};

/* In a network of its own where that may be made, else in the one that is there. */
static void make(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	struct problem problem;
	int fd;

	if (unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) {
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		ck_assert_int_eq(ioctl(fd, SIOCSIFFLAGS, &lo), 0);
		close(fd);
	}
	ck_assert_int_eq(hostfwd_parse("tcp:127.0.0.1:20222-10.0.0.2:22", &hostfwd, &problem), 0);
}

static struct sockaddr_in address(void)
{
	struct sockaddr_in address = place;

	address.sin_port = htons(PORT);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

static void steal(void)
{
	const struct sockaddr_in to = address();

	for (;;) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
		if (bind(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 && listen(fd, 1) == 0)
			atomic_fetch_add(stolen, 1);
		close(fd);
	}
}

START_TEST(nobody_gets_in_between)
{
	unsigned failed = 0;
	pid_t thief;
	int fd;

	make();
	stolen = mmap(NULL, sizeof(*stolen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ck_assert(stolen != MAP_FAILED);
	fd = forward_socket_listen(&hostfwd);
	ck_assert_int_ge(fd, 0);
	thief = fork();
	if (thief == 0)
		steal();
	for (unsigned i = 0; i < TURNS; i++) {
		failed += forward_socket_open(fd, &hostfwd, true) != 0;
		failed += forward_socket_open(fd, &hostfwd, false) != 0;
	}
	kill(thief, SIGKILL);
	waitpid(thief, NULL, 0);
	ck_assert_msg(failed == 0 && atomic_load(stolen) == 0, "%u failed, %u stolen", failed,
		      atomic_load(stolen));
	forward_socket_close(fd, &hostfwd);
}
END_TEST

/* Connections that are over, or not yet: neither is in the way, of a start as well. */
START_TEST(connections_are_not_in_the_way)
{
	struct sockaddr_in to;
	int client[2];
	int taken[2];
	int fd;

	make();
	to = address();
	fd = forward_socket_listen(&hostfwd);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(forward_socket_open(fd, &hostfwd, true), 0);
		client[i] = socket(AF_INET, SOCK_STREAM, 0);
		ck_assert_int_eq(connect(client[i], (struct sockaddr *)&to, sizeof(to)), 0);
		taken[i] = accept(fd, NULL, NULL);
		ck_assert_int_ge(taken[i], 0);
		ck_assert_int_eq(forward_socket_open(fd, &hostfwd, false), 0);
		ck_assert_int_eq(connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to,
					 sizeof(to)),
				 -1);
		ck_assert_int_eq(errno, ECONNREFUSED);
	}
	close(taken[0]); /* first, so that it is remembered */
	close(client[0]);
	forward_socket_close(fd, &hostfwd);
	fd = forward_socket_listen(&hostfwd);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(forward_socket_open(fd, &hostfwd, true), 0);
	/* While it listens, and while it does not, it is nobody else's. */
	for (int i = 0; i < 2; i++) {
		int other = socket(AF_INET, SOCK_STREAM, 0);

		setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
		ck_assert_int_eq(bind(other, (struct sockaddr *)&to, sizeof(to)), -1);
		ck_assert_int_eq(errno, EADDRINUSE);
		close(other);
		ck_assert_int_eq(forward_socket_listen(&hostfwd), -EADDRINUSE);
		ck_assert_int_eq(forward_socket_open(fd, &hostfwd, false), 0);
	}
	forward_socket_close(fd, &hostfwd);
	close(taken[1]);
	close(client[1]);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(nobody_gets_in_between),
		UNIT_TEST(connections_are_not_in_the_way),
	};

	return unit_run("forward_socket", tests, UNIT_COUNT(tests));
}
