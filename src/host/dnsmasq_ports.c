// SPDX-License-Identifier: GPL-2.0-or-later
#include "dnsmasq_ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	DNSMASQ_PORT_DNS = 53,
	DNSMASQ_PORT_DHCP = 67,
	DNSMASQ_PORT_DHCP6 = 547,
};

/*
 * As dnsmasq opens it: beside another program that does the same. The address may not be
 * there yet. 0, or -errno.
 */
static int dnsmasq_try_port(const struct sockaddr *address, socklen_t size, int type)
{
	int fd = socket(address->sa_family, type | SOCK_CLOEXEC, 0);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) < 0 ||
	    (address->sa_family == AF_INET
		     ? setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &(int){1}, sizeof(int))
		     : setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int))) < 0 ||
	    bind(fd, address, size) < 0 || (type == SOCK_STREAM && listen(fd, 1) < 0))
		ret = -errno;
	close(fd);
	return ret;
}

static int dnsmasq_try_port4(uint32_t address, uint16_t port, int type)
{
	const struct sockaddr_in name = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};

	return dnsmasq_try_port((const struct sockaddr *)&name, sizeof(name), type);
}

int dnsmasq_check_dns(const struct subnet *subnet)
{
	int ret = dnsmasq_try_port4(subnet->gateway, DNSMASQ_PORT_DNS, SOCK_DGRAM);

	return ret < 0 ? ret : dnsmasq_try_port4(subnet->gateway, DNSMASQ_PORT_DNS, SOCK_STREAM);
}

int dnsmasq_check_dhcp(bool ipv6)
{
	const struct sockaddr_in6 any6 = {.sin6_family = AF_INET6,
					  .sin6_port = htons(DNSMASQ_PORT_DHCP6)};
	int ret = dnsmasq_try_port4(INADDR_ANY, DNSMASQ_PORT_DHCP, SOCK_DGRAM);

	if (ret < 0 || !ipv6)
		return ret;
	return dnsmasq_try_port((const struct sockaddr *)&any6, sizeof(any6), SOCK_DGRAM);
}

bool dnsmasq_listens(const struct subnet *subnet)
{
	FILE *file = fopen("/proc/net/udp", "re"); /* proc_pid_net(5) */
	char wanted[16];
	char line[256];
	bool found = false;

	if (!file)
		return false;
	snprintf(wanted, sizeof(wanted), "%08X:%04X", htonl(subnet->gateway), DNSMASQ_PORT_DNS);
	while (!found && fgets(line, sizeof(line), file)) {
		char local[16] = "";

		found = sscanf(line, " %*[^:]: %15s", local) == 1 && strcmp(local, wanted) == 0;
	}
	fclose(file);
	return found;
}
