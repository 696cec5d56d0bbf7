// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A raw client of an endpoint, for tests: sends frames of any size, prints the
 * ones it gets, or connects and never reads.
 *
 *   vdeclient LOCATOR send SIZE COUNT [DST [SRC [TYPE]]]   TYPE in hex, default 88b5
 *   vdeclient LOCATOR recv MILLISECONDS [TYPE]   prints "SIZE DST SRC TYPE TAIL" per frame
 *   vdeclient LOCATOR stall              floods nothing, reads nothing, until killed
 *   vdeclient LOCATOR tap NAME           what vde_plug2tap does, for frames of any size
 *   vdeclient PATH ptp2 MILLISECONDS     speaks point-to-point generation 2, which no
 *                                        Debian package has yet: joins or listens, echoes
 */
#include <errno.h>
#include <fcntl.h>
#include <libvdeplug.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static uint8_t frame[70000];

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void read_mac(const char *text, uint8_t *mac)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4,
		   mac + 5) != 6)
		die(text);
}

static void send_frames(VDECONN *connection, int argc, char **argv)
{
	size_t size = strtoul(argv[3], NULL, 10);
	unsigned type = argc > 7 ? (unsigned)strtoul(argv[7], NULL, 16) : 0x88b5;

	memset(frame, 0xa5, sizeof(frame));
	read_mac(argc > 5 ? argv[5] : "ff:ff:ff:ff:ff:ff", frame);
	read_mac(argc > 6 ? argv[6] : "02:00:00:00:00:77", frame + 6);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
	for (int i = 0; i < atoi(argv[4]); i++) {
		if (vde_send(connection, frame, size, 0) < 0)
			die("send");
		if (i % 16 == 15)
			usleep(1000);
	}
	usleep(50000);
}

static void print_frame(ssize_t n, unsigned wanted)
{
	unsigned type = (unsigned)frame[12] << 8 | frame[13];

	if (n < 14 || (wanted && type != wanted))
		return;
	printf("%zd ", n);
	for (int i = 0; i < 12; i++)
		printf("%02x%s", frame[i], i == 5 || i == 11 ? " " : ":");
	printf("%04x %02x\n", type, frame[n - 1]);
	fflush(stdout);
}

static void receive_frames(VDECONN *connection, int milliseconds, unsigned type)
{
	long long end = now() + milliseconds;

	printf("listening\n");
	fflush(stdout);
	while (now() < end) {
		struct pollfd readable = {.fd = vde_datafd(connection), .events = POLLIN};

		if (poll(&readable, 1, 10) > 0)
			print_frame(vde_recv(connection, frame, sizeof(frame), 0), type);
	}
}

static void plug_tap(VDECONN *connection, const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	struct pollfd polls[] = {{.fd = open("/dev/net/tun", O_RDWR), .events = POLLIN},
				 {.fd = vde_datafd(connection), .events = POLLIN},
				 {.fd = vde_ctlfd(connection), .events = POLLIN}};
	ssize_t n;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(polls[0].fd, TUNSETIFF, &request) < 0)
		die(name);
	while (poll(polls, 3, -1) > 0 && !polls[2].revents) {
		if (polls[0].revents) {
			n = read(polls[0].fd, frame, sizeof(frame));
			if (n > 0)
				vde_send(connection, frame, (size_t)n, 0);
		}
		if (polls[1].revents) {
			n = vde_recv(connection, frame, sizeof(frame), 0);
			if (n > 0 && write(polls[0].fd, frame, (size_t)n) < 0 && errno != EIO)
				die(name);
		}
	}
}

/* A fake of libvdeplug's point-to-point of 2025 (doc/design.md, "VDE point to point"). */
static int join_or_listen(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	unsigned char answer = 0;
	int peer;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
		if (recv(fd, &answer, 1, 0) != 1 || answer != 0) {
			printf("refused %d\n", answer);
			exit(2);
		}
		printf("joined\n");
		fflush(stdout);
		return fd;
	}
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 1) < 0)
		die("bind");
	printf("waiting\n");
	fflush(stdout);
	peer = accept(fd, NULL, NULL);
	send(peer, &answer, 1, 0);
	printf("joined\n");
	fflush(stdout);
	return peer;
}

static void echo(int fd, int milliseconds)
{
	long long end = now() + milliseconds;

	while (now() < end) {
		struct pollfd readable = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (poll(&readable, 1, 10) <= 0)
			continue;
		n = recv(fd, frame, sizeof(frame), 0);
		if (n <= 0)
			exit(0);
		print_frame(n, 0);
		memcpy(frame + 6, "\2\0\0\0\0\x78", 6);
		send(fd, frame, (size_t)n, 0);
	}
}

int main(int argc, char **argv)
{
	VDECONN *connection;

	if (argc < 3)
		return 2;
	if (strcmp(argv[2], "ptp2") == 0) {
		echo(join_or_listen(argv[1]), atoi(argv[3]));
		return 0;
	}
	connection = vde_open(argv[1], (char[]){"vdeclient"}, NULL);
	if (!connection)
		die(argv[1]);
	if (strcmp(argv[2], "send") == 0)
		send_frames(connection, argc, argv);
	else if (strcmp(argv[2], "recv") == 0)
		receive_frames(connection, atoi(argv[3]),
			       argc > 4 ? (unsigned)strtoul(argv[4], NULL, 16) : 0);
	else if (strcmp(argv[2], "tap") == 0)
		plug_tap(connection, argv[3]);
	else if (strcmp(argv[2], "stall") == 0)
		pause();
	vde_close(connection);
	return 0;
}
