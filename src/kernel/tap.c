// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Linux 6.2; newer than the headers of Debian 12. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

/* What the worker can take over from the kernel: checksums, and splitting. */
static int tap_set_offloads(int fd, bool *udp)
{
	const unsigned tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;

	*udp = ioctl(fd, TUNSETOFFLOAD, tcp | TUN_F_USO4 | TUN_F_USO6) == 0;
	return *udp || ioctl(fd, TUNSETOFFLOAD, tcp) == 0 ? 0 : -errno;
}

int tap_check(void)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	unsigned features;
	int ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, TUNGETFEATURES, &features) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

int tap_open(const char *name, bool *udp)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	struct ifreq request = {.ifr_flags =
					(short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_TUN_EXCL)};
	int ret;

	if (fd < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	ret = ioctl(fd, TUNSETIFF, &request) < 0 ? -errno : tap_set_offloads(fd, udp);
	if (ret == 0)
		return fd;
	close(fd);
	return ret;
}
