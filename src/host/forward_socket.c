// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "forward_port.h"
#include "forwardrules.h"
#include "portsocket.h"
#include "sockopt.h"

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62 /* asm-generic/socket.h of Linux 5.1 */
#endif

enum {
	FORWARD_SOCKET_FIRST = 1024, /* FD_SETSIZE: libnftables cannot use a higher one */
	FORWARD_SOCKET_LOOPBACK = 1, /* the index of "lo", in every network namespace */
	FORWARD_SOCKET_BACKLOG = 4096,
	/* A guest that is gone is noticed within six minutes. */
	FORWARD_SOCKET_KEEPALIVE = 240, /* s of silence */
	FORWARD_SOCKET_PROBES = 4,
	FORWARD_SOCKET_INTERVAL = 30, /* s */
};

/* Drops what arrived on another device. */
static int forward_socket_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(SKF_AD_OFF + SKF_AD_IFINDEX)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FORWARD_SOCKET_LOOPBACK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return -errno;
	return sockopt_set(fd, SOL_SOCKET, SO_LOCK_FILTER, 1);
}

/* Accepted sockets inherit these from their listener. */
static int forward_socket_set_up(int fd, const struct hostfwd *hostfwd)
{
	int ret;

	if (hostfwd->protocol == IPPROTO_TCP)
		return sockopt_set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	ret = sockopt_set(fd, SOL_SOCKET, SO_MARK, FORWARDRULES_MARK);
	if (ret < 0)
		return ret;
	return hostfwd_family(hostfwd) == AF_INET6
		       ? sockopt_set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
		       : sockopt_set(fd, IPPROTO_IP, IP_PKTINFO, 1);
}

/* Moves it to a high number, if there is one. */
static int forward_socket_lift(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, FORWARD_SOCKET_FIRST);

	if (high < 0)
		return fd;
	close(fd);
	return high;
}

int forward_socket_listen(const struct hostfwd *hostfwd)
{
	int fd = forward_port_open(hostfwd, hostfwd->first);
	int ret = fd < 0 ? fd : forward_socket_filter(fd);

	if (ret == 0)
		ret = forward_socket_set_up(fd, hostfwd);
	if (ret == 0)
		return forward_socket_lift(fd);
	if (fd >= 0)
		close(fd);
	return ret;
}

/*
 * With SO_REUSEADDR, others could bind here, and listen whenever we do not, so we try to start
 * listening without it. Connections that the kernel still remembers get in the way then; with it,
 * only those that lack it do. They inherit it from their listener, so it is set once we listen.
 */
static int forward_socket_begin(int fd)
{
	int ret = listen(fd, FORWARD_SOCKET_BACKLOG) < 0 ? -errno : 0;
	int shares = sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);

	if (ret == 0)
		return shares;
	if (ret == -EADDRINUSE && listen(fd, FORWARD_SOCKET_BACKLOG) == 0)
		return 0;
	sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 0);
	return ret;
}

int forward_socket_open(int fd, const struct hostfwd *hostfwd, bool open)
{
	int ret;

	if (hostfwd->protocol != IPPROTO_TCP)
		return 0;
	if (open)
		return forward_socket_begin(fd);
	ret = sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 0);
	shutdown(fd, SHUT_RD); /* makes a listening socket stop listening */
	return ret;
}

void forward_socket_close(int fd, const struct hostfwd *hostfwd)
{
	if (fd < 0)
		return;
	if (hostfwd->protocol == IPPROTO_TCP) {
		shutdown(fd, SHUT_RD);
		sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	}
	close(fd);
}

/* Sends small segments at once, as they came; and notices a guest that is gone. */
static int forward_socket_set_up_stream(int fd)
{
	int ret = sockopt_set(fd, IPPROTO_TCP, TCP_NODELAY, 1);

	if (ret == 0)
		ret = sockopt_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	if (ret == 0)
		ret = sockopt_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, FORWARD_SOCKET_KEEPALIVE);
	if (ret == 0)
		ret = sockopt_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, FORWARD_SOCKET_INTERVAL);
	if (ret == 0)
		ret = sockopt_set(fd, IPPROTO_TCP, TCP_KEEPCNT, FORWARD_SOCKET_PROBES);
	return ret;
}

int forward_socket_connect(const struct hostfwd *hostfwd, const struct in6_addr *address,
			   int device)
{
	bool stream = hostfwd->protocol == IPPROTO_TCP;
	struct sockaddr_storage name;
	socklen_t size =
		portsocket_name(hostfwd_family(hostfwd), address, hostfwd->guest_port, &name);
	int fd = socket(name.ss_family,
			(stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int ret = fd < 0 ? -errno : sockopt_set(fd, SOL_SOCKET, SO_BINDTOIFINDEX, device);

	if (ret == 0 && stream)
		ret = forward_socket_set_up_stream(fd);
	if (ret == 0 && connect(fd, (const struct sockaddr *)&name, size) < 0 &&
	    errno != EINPROGRESS)
		ret = -errno;
	if (ret == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}
