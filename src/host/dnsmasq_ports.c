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
		     : setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)) |
			       setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &(int){1},
					  sizeof(int))) < 0 ||
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

static int dnsmasq_try_port6(const struct in6_addr *address, uint16_t port, int type)
{
	const struct sockaddr_in6 name = {
		.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = *address};

	return dnsmasq_try_port((const struct sockaddr *)&name, sizeof(name), type);
}

int dnsmasq_check_dns(const struct subnet *subnet, const struct in6_addr *prefix6)
{
	static const int types[] = {SOCK_DGRAM, SOCK_STREAM};
	int ret = 0;

	for (int i = 0; i < 2 && ret == 0; i++) {
		ret = dnsmasq_try_port4(subnet->gateway, DNSMASQ_PORT_DNS, types[i]);
		if (ret == 0 && prefix6) {
			const struct in6_addr gateway = ula_gateway(prefix6);

			ret = dnsmasq_try_port6(&gateway, DNSMASQ_PORT_DNS, types[i]);
		}
	}
	return ret;
}

int dnsmasq_check_dhcp(bool ipv6)
{
	int ret = dnsmasq_try_port4(INADDR_ANY, DNSMASQ_PORT_DHCP, SOCK_DGRAM);

	if (ret < 0 || !ipv6)
		return ret;
	return dnsmasq_try_port6(&in6addr_any, DNSMASQ_PORT_DHCP6, SOCK_DGRAM);
}

/* How many UDP sockets of IPv4 are bound there. */
static unsigned dnsmasq_count_bound(uint32_t address, uint16_t port)
{
	FILE *file = fopen("/proc/net/udp", "re"); /* proc_pid_net(5) */
	char wanted[16];
	char line[256];
	unsigned n = 0;

	if (!file)
		return 0;
	snprintf(wanted, sizeof(wanted), "%08X:%04X", htonl(address), port);
	while (fgets(line, sizeof(line), file)) {
		char local[16] = "";

		n += sscanf(line, " %*[^:]: %15s", local) == 1 && strcmp(local, wanted) == 0;
	}
	fclose(file);
	return n;
}

bool dnsmasq_listens(const struct subnet *subnet)
{
	return dnsmasq_count_bound(subnet->gateway, DNSMASQ_PORT_DNS) > 0;
}

unsigned dnsmasq_count_dhcp(void)
{
	return dnsmasq_count_bound(INADDR_ANY, DNSMASQ_PORT_DHCP);
}
