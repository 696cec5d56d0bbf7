// SPDX-License-Identifier: GPL-2.0-or-later
#include "portsocket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hostfwd.h"
#include "sockopt.h"

socklen_t portsocket_name(int family, const struct in6_addr *address, uint16_t port,
			  struct sockaddr_storage *name)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)name;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)name;

	memset(name, 0, sizeof(*name));
	if (family == AF_INET6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		v6->sin6_addr = *address;
		return sizeof(*v6);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(port);
	v4->sin_addr.s_addr = htonl(hostfwd_unmap(address));
	return sizeof(*v4);
}

static int portsocket_set_up(int fd, int family, bool shares)
{
	int ret = shares ? sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) : 0;

	if (ret == 0 && family == AF_INET)
		return sockopt_set(fd, IPPROTO_IP, IP_FREEBIND, 1);
	if (ret == 0)
		ret = sockopt_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	return ret < 0 ? ret : sockopt_set(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1);
}

int portsocket_open(int family, const struct in6_addr *address, uint16_t port, int type,
		    bool shares)
{
	struct sockaddr_storage name;
	socklen_t size = portsocket_name(family, address, port, &name);
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int ret = fd < 0 ? -errno : portsocket_set_up(fd, family, shares);

	if (ret == 0 && bind(fd, (const struct sockaddr *)&name, size) < 0)
		ret = -errno;
	if (ret == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}
