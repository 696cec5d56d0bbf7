// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hostile clients of a control socket, as many as a user may have, as fast as they can, until
 * they are ended:
 *
 *	askers USER SOCKET KIND
 *
 * KIND is one of those below, or "busy", which does the same to a socket of its own, and asks
 * nobody. It says "ready" when it begins.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "tool.h"

enum {
	CLIENTS = 8,		/* CONTROL_CLIENTS_PER_USER */
	COMMAND_MAX = 40 << 10, /* more than a command may have */
	GREETING_SIZE = sizeof("{\"execute\":\"qmp_capabilities\"}") - 1,
};

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static char text[COMMAND_MAX];
static size_t size; /* of what each sends, again and again */
static struct pollfd clients[CLIENTS];
static size_t sent[CLIENTS]; /* of the greeting and text; from text's begin again then */
static bool reads = true;

static void add(const char *part)
{
	size_t n = strlen(part);

	if (size + n > sizeof(text))
		return;
	memcpy(text + size, part, n);
	size += n;
}

static void add_until(size_t end, const char *part)
{
	while (size + strlen(part) <= end)
		add(part);
}

/* ---- what they send ---- */

static void make_endless(void)
{
	add("{\"execute\":\"");
	add_until(sizeof(text), "x");
}

static void make_deep(void)
{
	add_until(9 * 5, "{\"a\":");
}

static void make_binary(void)
{
	srand(1);
	for (; size < 4096; size++)
		text[size] = (char)(size % 64 ? rand() : '\0');
}

/* As long as a command may be, and what takes longest to read. */
static void make_long(void)
{
	add("{\"execute\":\"query-version\",\"id\":[");
	add_until(32000, "1e9,");
	add("1]}");
}

static void make_questions(void)
{
	add("{\"execute\":\"query-ports\"}{\"execute\":\"query-leases\"}");
	add("{\"execute\":\"query-forwards\"}{\"execute\":\"query-status\"}");
}

/* Whoever never reads what it asked for, nor events. */
static void make_unread(void)
{
	make_questions();
	reads = false;
}

/* Of whom the host process can be asked to do something, and is refused each time. */
static void make_forwards(void)
{
	char part[64];

	add("{\"execute\":\"forward-apply\",\"arguments\":{\"remove\":[");
	for (unsigned i = 0; size < 30000; i++) {
		snprintf(part, sizeof(part), "\"tcp::%u-192.168.105.200:80\",", 10000 + i);
		add(part);
	}
	add("\"tcp::9999-192.168.105.200:80\"]}}");
}

/* ---- how ---- */

static int join(void)
{
	static const char greeting[] = "{\"execute\":\"qmp_capabilities\"}";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    send(fd, greeting, GREETING_SIZE, MSG_NOSIGNAL) > 0)
		return fd;
	close(fd);
	return -1; /* so many wait to be let in */
}

static void leave(unsigned i)
{
	if (clients[i].fd >= 0)
		close(clients[i].fd);
	clients[i].fd = -1;
}

static void talk(unsigned i)
{
	static char answers[64 << 10];
	ssize_t n = 1;

	if (reads && (clients[i].revents & POLLIN))
		n = recv(clients[i].fd, answers, sizeof(answers), 0);
	if (n == 0 || (n < 0 && errno != EAGAIN) || (clients[i].revents & (POLLHUP | POLLERR))) {
		leave(i);
		return;
	}
	if (!(clients[i].revents & POLLOUT))
		return;
	n = send(clients[i].fd, text + sent[i], size - sent[i], MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN)
		leave(i);
	else if (n > 0)
		sent[i] = (sent[i] + (size_t)n) % size;
}

static void talk_all(void)
{
	while (1) {
		for (unsigned i = 0; i < CLIENTS; i++) {
			if (clients[i].fd >= 0)
				continue;
			clients[i] = (struct pollfd){.fd = join(),
						     .events = POLLOUT | (reads ? POLLIN : 0)};
			sent[i] = 0;
		}
		poll(clients, CLIENTS, 1);
		for (unsigned i = 0; i < CLIENTS; i++) {
			if (clients[i].fd >= 0 && clients[i].revents)
				talk(i);
		}
	}
}

/* A byte of a command a millisecond. */
static void talk_slowly(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (1) {
		for (unsigned i = 0; i < CLIENTS; i++) {
			if (clients[i].fd < 0)
				clients[i].fd = join();
			else if (send(clients[i].fd, " ", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
				leave(i);
		}
		nanosleep(&pause, NULL);
	}
}

static void come_and_go(void)
{
	while (1) {
		int fd = join();

		if (fd >= 0)
			close(fd);
	}
}

/* The same at a socket of its own, whose name the kernel chooses. */
static void be_busy(void)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(address);

	address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (bind(listener, (struct sockaddr *)&address, sizeof(address.sun_family)) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) < 0 ||
	    listen(listener, CLIENTS) < 0)
		die("bind");
	while (1) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (connect(fd, (struct sockaddr *)&address, length) < 0)
			die("connect");
		send(fd, text, sizeof(text), MSG_NOSIGNAL);
		close(accept(listener, NULL, NULL));
		close(fd);
	}
}

static const struct kind {
	const char *name;
	void (*make)(void);
	void (*run)(void);
} kinds[] = {
	{"busy", NULL, be_busy},	   {"slow", NULL, talk_slowly},
	{"connects", NULL, come_and_go},   {"endless", make_endless, talk_all},
	{"deep", make_deep, talk_all},	   {"binary", make_binary, talk_all},
	{"long", make_long, talk_all},	   {"questions", make_questions, talk_all},
	{"unread", make_unread, talk_all}, {"forwards", make_forwards, talk_all},
};

int main(int argc, char **argv)
{
	const struct kind *kind = kinds;

	if (argc != 4 || strlen(argv[2]) >= sizeof(address.sun_path)) {
		fputs("usage: askers USER SOCKET KIND\n", stderr);
		return 2;
	}
	memcpy(address.sun_path, argv[2], strlen(argv[2]) + 1);
	while (strcmp(kind->name, argv[3]) != 0) {
		if (++kind == kinds + sizeof(kinds) / sizeof(kinds[0])) {
			errno = EINVAL;
			die(argv[3]);
		}
	}
	become(argv[1]);
	if (kind->make)
		kind->make();
	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i].fd = -1;
	puts("ready");
	fflush(stdout);
	kind->run();
	return 0;
}
