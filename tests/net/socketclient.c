// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raw clients of a socket where emulators connect, for tests. LOCATOR is stream://PATH (a length
 * before each frame) or seqpacket://PATH (a packet a frame).
 *
 *   socketclient LOCATOR tap NAME [again]   a guest: frames between a TAP and the socket, until
 *                                           that ends; again: then it connects to the next one
 *   socketclient LOCATOR strip NAME [again] the same as libkrun does it: the TAP has offloads, and
 *                                           its vnet headers are left out on the way
 *   socketclient LOCATOR stall COUNT        so many connect and never read; until killed
 *   socketclient LOCATOR crowd COUNT        so many connect, the first sends a frame and the
 *                                           others get it; says "done"
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum { FRAME_MAX = 65536 + 64, CLIENTS_MAX = 600, FRAME = 60 };

static bool is_stream;
static const char *path;
static uint8_t bytes[1 << 17]; /* of a stream, that have come */
static size_t n_bytes;

static void die(const char *what)
{
	fprintf(stderr, "socketclient: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int connect_once(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, (is_stream ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int connect_or_die(void)
{
	int fd = connect_once();

	if (fd < 0)
		die(path);
	return fd;
}

static bool send_frame(int fd, const uint8_t *frame, size_t size)
{
	uint32_t length = htonl((uint32_t)size);
	struct iovec iov[] = {{&length, is_stream ? sizeof(length) : 0}, {(void *)frame, size}};
	struct msghdr message = {.msg_iov = iov, .msg_iovlen = 2};
	size_t all = iov[0].iov_len + size;
	ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);

	return n == (ssize_t)all; /* a socket that blocks takes all of it */
}

/* Reads what is there and hands over whole frames. False: it has ended. */
static bool take_frames(int fd, void (*take)(void *to, const uint8_t *frame, size_t size), void *to)
{
	ssize_t n = read(fd, bytes + n_bytes, sizeof(bytes) - n_bytes);
	size_t at = 0;
	uint32_t length;

	if (n <= 0)
		return false;
	if (!is_stream) {
		take(to, bytes, (size_t)n);
		return true;
	}
	n_bytes += (size_t)n;
	while (n_bytes - at >= sizeof(length)) {
		memcpy(&length, bytes + at, sizeof(length));
		length = ntohl(length);
		if (length == 0 || length > FRAME_MAX) {
			fprintf(stderr, "socketclient: a length of %u\n", length);
			exit(3);
		}
		if (n_bytes - at - sizeof(length) < length)
			break;
		take(to, bytes + at + sizeof(length), length);
		at += sizeof(length) + length;
	}
	memmove(bytes, bytes + at, n_bytes - at);
	n_bytes -= at;
	return true;
}

/* A TAP, and whether it has offloads. The vnet headers that come are left out, and those that go
 * say nothing. */
struct guest {
	int tap;
	size_t header; /* bytes */
};

static void to_tap(void *to, const uint8_t *frame, size_t size)
{
	static struct virtio_net_hdr nothing;
	const struct guest *guest = to;
	struct iovec iov[] = {{&nothing, guest->header}, {(void *)frame, size}};

	if (writev(guest->tap, iov, 2) < 0 && errno != EIO)
		die("tap");
}

static void relay(struct guest *guest, int fd)
{
	static uint8_t frame[FRAME_MAX];
	struct pollfd polls[] = {{.fd = guest->tap, .events = POLLIN},
				 {.fd = fd, .events = POLLIN}};

	n_bytes = 0;
	while (poll(polls, 2, -1) > 0) {
		if (polls[0].revents) {
			ssize_t n = read(guest->tap, frame, sizeof(frame));

			if (n > (ssize_t)guest->header &&
			    !send_frame(fd, frame + guest->header, (size_t)n - guest->header))
				return;
		}
		if (polls[1].revents && !take_frames(fd, to_tap, guest))
			return;
	}
}

static void be_a_guest(const char *name, bool strips, bool again)
{
	struct ifreq request = {.ifr_flags =
					(short)(IFF_TAP | IFF_NO_PI | (strips ? IFF_VNET_HDR : 0))};
	struct guest guest = {.tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC),
			      .header = strips ? sizeof(struct virtio_net_hdr) : 0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(guest.tap, TUNSETIFF, &request) < 0)
		die(name);
	if (strips && ioctl(guest.tap, TUNSETOFFLOAD,
			    TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN) < 0)
		die(name);
	do {
		int fd = connect_once();

		if (fd < 0 && !again)
			die(path);
		if (fd >= 0) {
			relay(&guest, fd);
			close(fd);
		}
		usleep(20000);
	} while (again);
}

static void count(void *to, const uint8_t *frame, size_t size)
{
	*(int *)to += size == FRAME && frame[12] == 0x88 && frame[13] == 0xb5;
}

static void crowd(int n)
{
	static int fds[CLIENTS_MAX];
	uint8_t frame[FRAME] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0x55, [12] = 0x88, 0xb5};

	for (int i = 0; i < n; i++) {
		fds[i] = connect_or_die();
		/* Its own frame shows that it is in, and is what the others get. */
		frame[11] = (uint8_t)i;
		frame[10] = (uint8_t)(i >> 8);
		if (!send_frame(fds[i], frame, sizeof(frame)))
			die("send");
		for (int got = 0; i > 0 && got == 0;) {
			struct pollfd polls[] = {{.fd = fds[i - 1], .events = POLLIN},
						 {.fd = fds[i]}};

			n_bytes = 0;
			if (poll(polls, 2, 30000) < 1 || (polls[1].revents & POLLHUP))
				die("sent away");
			if (polls[0].revents && !take_frames(fds[i - 1], count, &got))
				die("ended");
		}
	}
	printf("done\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct rlimit files = {4096, 4096};

	if (argc < 4)
		return 2;
	is_stream = strncmp(argv[1], "stream://", 9) == 0;
	path = strstr(argv[1], "://") + 3;
	setrlimit(RLIMIT_NOFILE, &files);
	if (strcmp(argv[2], "tap") == 0 || strcmp(argv[2], "strip") == 0) {
		be_a_guest(argv[3], argv[2][0] == 's', argc > 4);
	} else if (strcmp(argv[2], "stall") == 0) {
		for (int i = 0; i < atoi(argv[3]); i++)
			connect_or_die();
		printf("joined\n");
		fflush(stdout);
		pause();
	} else if (strcmp(argv[2], "crowd") == 0) {
		crowd(atoi(argv[3]));
	}
	return 0;
}
