// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest end of a bench where the guest is at a TAP: a TAP with offloads in the guest's
 * namespace on one side, that of the contender on the other, and between them what an emulator
 * does, a read and a write a frame.
 *
 *	tapend USER NAMESPACE DEVICE ask PATH     a TAP that the network at tap://PATH hands out
 *	tapend USER NAMESPACE DEVICE name TAP     a TAP of that name, which is there
 *
 * It is started in the host's namespace; NAMESPACE, a path, is the guest's. It says "ready", and
 * the MAC address that the guest must have ("-": any), when it is attached.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "tap.h"
#include "tap_ask.h"
#include "tool.h"

enum {
	FRAME_MAX = sizeof(struct virtio_net_hdr) + 65536 + 64,
	FRAMES = 64, /* from one side before the other is looked at */
};

static int open_by_name(const char *name)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		die(name);
	return fd;
}

static int ask_for_one(const char *path, char mac[MAC_TEXT_MAX])
{
	const struct tap_request request = {.version = TAP_MESSAGE_VERSION, .queues = 1};
	struct tap_given given;
	int ret = tap_ask(path, &request, &given);

	if (ret < 0) {
		fprintf(stderr, "%s: %s\n", path, given.answer.why);
		errno = -ret;
		die(path);
	}
	mac_format(given.answer.mac, mac);
	return given.fds[0];
}

static void move(int from, int to)
{
	static uint8_t frame[FRAME_MAX];

	for (unsigned i = 0; i < FRAMES; i++) {
		ssize_t n = read(from, frame, sizeof(frame));

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("read");
		if (write(to, frame, (size_t)n) < 0 && errno != EIO && errno != EINVAL)
			die("write");
	}
}

int main(int argc, char **argv)
{
	const unsigned offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
	char mac[MAC_TEXT_MAX] = "-";
	struct pollfd fds[2] = {{.events = POLLIN}, {.events = POLLIN}};
	bool udp;
	int namespace;

	if (argc != 6) {
		fputs("usage: tapend USER NAMESPACE DEVICE ask|name PATH|TAP\n", stderr);
		return 2;
	}
	namespace = open(argv[2], O_RDONLY | O_CLOEXEC);
	fds[0].fd = strcmp(argv[4], "ask") == 0 ? ask_for_one(argv[5], mac) : open_by_name(argv[5]);
	if (ioctl(fds[0].fd, TUNSETOFFLOAD, offloads) < 0)
		die("offloads");
	if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0)
		die(argv[2]);
	fds[1].fd = tap_open(argv[3], &udp);
	if (fds[1].fd < 0 || ioctl(fds[1].fd, TUNSETOFFLOAD, offloads) < 0)
		die(argv[3]);
	become(argv[1]);
	printf("ready %s\n", mac);
	fflush(stdout);
	while (poll(fds, 2, -1) >= 0) {
		if (fds[0].revents)
			move(fds[0].fd, fds[1].fd);
		if (fds[1].revents)
			move(fds[1].fd, fds[0].fd);
	}
	die("poll");
}
