// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_port.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "portsocket.h"
#include "sockopt.h"

int forward_port_open(const struct hostfwd *hostfwd, uint16_t port)
{
	bool stream = hostfwd->protocol == IPPROTO_TCP;
	int type = stream ? SOCK_STREAM : SOCK_DGRAM;
	int fd = portsocket_open(hostfwd_family(hostfwd), &hostfwd->host, port, type, false);

	if (fd != -EADDRINUSE || !stream)
		return fd;
	/*
	 * Connections that are over must not keep the port from us. (For UDP this would share it.)
	 */
	fd = portsocket_open(hostfwd_family(hostfwd), &hostfwd->host, port, type, true);
	if (fd >= 0) /* nobody else may bind there now */
		sockopt_set(fd, SOL_SOCKET, SO_REUSEADDR, 0);
	return fd;
}

/* Why a port cannot be had: our own DNS and DHCP have theirs at the gateway's address. */
static int forward_port_refuse(const char *protocol, unsigned port, struct problem *problem)
{
	enum { DNS = 53, DHCP = 67, DHCPV6 = 547 };

	if (port == DNS || port == DHCP || port == DHCPV6)
		return problem_set(problem, STATUS_HOST,
				   "port %u (%s) is in use on the host, by vde_vmnet's own DNS or "
				   "DHCP or by another program; forward it for one address of the "
				   "host: %s:ADDRESS:%u-...",
				   port, protocol, protocol, port);
	return problem_set(problem, STATUS_HOST,
			   "the host itself uses port %u (%s); ss -Hln%cp 'sport = :%u' shows "
			   "which program",
			   port, protocol, *protocol, port);
}

int forward_port_check(const struct hostfwd *hostfwd, struct problem *problem)
{
	const char *protocol = hostfwd->protocol == IPPROTO_TCP ? "tcp" : "udp";

	for (unsigned port = hostfwd->first; port <= hostfwd->last; port++) {
		int fd = forward_port_open(hostfwd, (uint16_t)port);

		if (fd == -EADDRINUSE)
			return forward_port_refuse(protocol, port, problem);
		if (fd == -EACCES)
			return problem_set(problem, STATUS_HOST,
					   "no privilege to use port %u (CAP_NET_BIND_SERVICE)",
					   port);
		if (fd < 0)
			return problem_set(problem, STATUS_HOST, "port %u (%s): %s", port, protocol,
					   strerror(-fd));
		close(fd);
	}
	return 0;
}
