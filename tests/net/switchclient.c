// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raw clients of a VDE switch, protocol 3, good and bad ones, for tests:
 *
 *   switchclient DIR churn CLIENTS ROUNDS   all join, each sends a frame and gets those of
 *                                           the others, all leave; again
 *   switchclient DIR stall CLIENTS          all join and never read; until killed
 *   switchclient DIR flood FRAMES [stay]    joins, sends frames of as many source addresses;
 *                                           and is there until killed
 *   switchclient DIR hostile CASE [PATH]    must be sent away: prints "refused"
 *   switchclient DIR half CLIENTS           all connect and say nothing; prints how long
 *                                           it took (ms) until all were sent away
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 600, FRAME = 60 };

struct request {
	uint32_t magic;
	uint32_t version;
	uint32_t type;
	struct sockaddr_un socket;
	char description[16];
} __attribute__((packed));

struct client {
	int control;
	int data;
	struct sockaddr_un own;
};

static const char *directory;
static struct client clients[CLIENTS_MAX];

static void die(const char *what)
{
	fprintf(stderr, "switchclient: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void connect_control(struct client *client)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	client->control = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/ctl", directory);
	if (connect(client->control, (struct sockaddr *)&address, sizeof(address)) < 0)
		die(address.sun_path);
}

static void bind_data(struct client *client)
{
	static int number;

	client->data = socket(AF_UNIX, SOCK_DGRAM, 0);
	client->own = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(client->own.sun_path, sizeof(client->own.sun_path), "%s/.%05d-%05d", directory,
		 getpid(), number++);
	if (bind(client->data, (struct sockaddr *)&client->own, sizeof(client->own)) < 0)
		die(client->own.sun_path);
	chmod(client->own.sun_path, 0770);
}

static void join_switch(struct client *client)
{
	struct request request = {.magic = 0xfeedface, .version = 3, .description = "switchclient"};
	struct sockaddr_un answer;

	connect_control(client);
	bind_data(client);
	request.socket = client->own;
	if (send(client->control, &request, sizeof(request), 0) != sizeof(request))
		die("request");
	if (recv(client->control, &answer, sizeof(answer), MSG_WAITALL) != sizeof(answer)) {
		errno = ECONNREFUSED;
		die("answer");
	}
	if (connect(client->data, (struct sockaddr *)&answer, sizeof(answer)) < 0)
		die(answer.sun_path);
}

static void leave_switch(struct client *client)
{
	unlink(client->own.sun_path);
	close(client->control);
	close(client->data);
}

static void send_frame(const struct client *client, unsigned source)
{
	uint8_t frame[FRAME] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0x55};

	frame[8] = (uint8_t)(source >> 16);
	frame[9] = (uint8_t)(source >> 8);
	frame[10] = (uint8_t)source;
	frame[12] = 0x88;
	frame[13] = 0xb5;
	if (send(client->data, frame, sizeof(frame), 0) < 0)
		die("send");
}

/* Takes what is there; the number of frames of our type. */
static unsigned drain(const struct client *client)
{
	uint8_t frame[2048];
	unsigned n = 0;
	ssize_t size;

	while ((size = recv(client->data, frame, sizeof(frame), MSG_DONTWAIT)) > 0)
		n += frame[12] == 0x88 && frame[13] == 0xb5;
	return n;
}

static void churn(int n, int rounds)
{
	for (int round = 0; round < rounds; round++) {
		long long end = now() + 30000;
		unsigned got = 0;

		for (int i = 0; i < n; i++)
			join_switch(&clients[i]);
		send_frame(&clients[0], 1);
		while (got < (unsigned)n - 1 && now() < end) {
			for (int i = 1; i < n; i++)
				got += drain(&clients[i]);
		}
		if (got != (unsigned)n - 1) {
			fprintf(stderr, "round %d: %u of %d got the frame\n", round, got, n - 1);
			exit(1);
		}
		for (int i = 0; i < n; i++)
			leave_switch(&clients[i]);
	}
	printf("done\n");
}

/* Whether the switch ends the connection. */
static int sent_away(int fd, int milliseconds)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	char answer[256];

	return poll(&readable, 1, milliseconds) > 0 && recv(fd, answer, sizeof(answer), 0) <= 0;
}

static void hostile(const char *what, const char *path)
{
	struct request request = {.magic = 0xfeedface, .version = 3};
	size_t size = sizeof(request);
	struct client client;

	connect_control(&client);
	bind_data(&client);
	request.socket = client.own;
	if (path)
		snprintf(request.socket.sun_path, sizeof(request.socket.sun_path), "%s", path);
	if (strcmp(what, "short") == 0)
		size = 40;
	else if (strcmp(what, "magic") == 0)
		request.magic = 0xdeadbeef;
	else if (strcmp(what, "version") == 0)
		request.version = 2;
	else if (strcmp(what, "unterminated") == 0)
		memset(request.socket.sun_path, '/', sizeof(request.socket.sun_path));
	send(client.control, &request, size, MSG_NOSIGNAL);
	if (strcmp(what, "long") == 0) {
		/* Joined by now; what comes after the request is nothing to a switch. */
		char noise[65536] = {0};

		for (int i = 0; i < 100; i++)
			send(client.control, noise, sizeof(noise), MSG_NOSIGNAL | MSG_DONTWAIT);
		printf("refused\n");
	} else {
		printf(sent_away(client.control, 20000) ? "refused\n" : "served\n");
	}
	unlink(client.own.sun_path);
}

static void half(int n)
{
	long long start = now();

	for (int i = 0; i < n; i++) {
		connect_control(&clients[i]);
		if (i % 2) /* some begin */
			send(clients[i].control, "\xce\xfa\xed\xfe", 4, MSG_NOSIGNAL);
	}
	for (int i = 0; i < n; i++) {
		if (!sent_away(clients[i].control, 30000))
			die("still there");
	}
	printf("%lld\n", now() - start);
}

int main(int argc, char **argv)
{
	struct rlimit files = {4096, 4096};
	int n;

	if (argc < 4)
		return 2;
	directory = argv[1];
	setrlimit(RLIMIT_NOFILE, &files);
	n = atoi(argv[3]) < CLIENTS_MAX ? atoi(argv[3]) : CLIENTS_MAX;
	if (strcmp(argv[2], "churn") == 0) {
		churn(n, atoi(argv[4]));
	} else if (strcmp(argv[2], "half") == 0) {
		half(n);
	} else if (strcmp(argv[2], "hostile") == 0) {
		hostile(argv[3], argc > 4 ? argv[4] : NULL);
	} else if (strcmp(argv[2], "stall") == 0) {
		for (int i = 0; i < n; i++)
			join_switch(&clients[i]);
		printf("joined\n");
		fflush(stdout);
		pause();
	} else if (strcmp(argv[2], "flood") == 0) {
		join_switch(&clients[0]);
		for (int i = 0; i < atoi(argv[3]); i++) {
			send_frame(&clients[0], (unsigned)i);
			drain(&clients[0]);
		}
		if (argc > 4)
			pause();
		leave_switch(&clients[0]);
		printf("done\n");
	}
	return 0;
}
