// SPDX-License-Identifier: GPL-2.0-or-later
#include "dnsmasq_ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostfwd.h"
#include "portsocket.h"

enum {
	DNSMASQ_PORT_DHCP = 67,
	DNSMASQ_PORT_DHCP6 = 547,
};

/*
 * Opens it as dnsmasq does: next to another program that shares it in the same way. 0, or -errno.
 */
static int dnsmasq_try_port(int family, const struct in6_addr *address, uint16_t port, int type)
{
	int fd = portsocket_open(family, address, port, type, true);
	int ret = 0;

	if (fd < 0)
		return fd;
	if (type == SOCK_STREAM && listen(fd, 1) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int dnsmasq_check_dns(const struct subnet *subnet, const struct in6_addr *prefix6)
{
	static const int types[] = {SOCK_DGRAM, SOCK_STREAM};
	const struct in6_addr gateway = hostfwd_map(subnet->gateway);
	int ret = 0;

	for (int i = 0; i < 2 && ret == 0; i++) {
		ret = dnsmasq_try_port(AF_INET, &gateway, DNSMASQ_PORT_DNS, types[i]);
		if (ret == 0 && prefix6) {
			const struct in6_addr gateway6 = ula_gateway(prefix6);

			ret = dnsmasq_try_port(AF_INET6, &gateway6, DNSMASQ_PORT_DNS, types[i]);
		}
	}
	return ret;
}

int dnsmasq_check_dhcp(bool ipv6)
{
	int ret = dnsmasq_try_port(AF_INET, &in6addr_any, DNSMASQ_PORT_DHCP, SOCK_DGRAM);

	if (ret < 0 || !ipv6)
		return ret;
	return dnsmasq_try_port(AF_INET6, &in6addr_any, DNSMASQ_PORT_DHCP6, SOCK_DGRAM);
}

/* How many IPv4 UDP sockets are bound there; *unread: bytes queued in them. */
static unsigned dnsmasq_count_bound(uint32_t address, uint16_t port, unsigned *unread)
{
	FILE *file = fopen("/proc/net/udp", "re"); /* proc_pid_net(5) */
	char wanted[16];
	char line[256];
	unsigned n = 0;

	*unread = 0;
	if (!file)
		return 0;
	snprintf(wanted, sizeof(wanted), "%08X:%04X", htonl(address), port);
	while (fgets(line, sizeof(line), file)) {
		char local[16] = "";
		unsigned queue = 0;

		if (sscanf(line, " %*[^:]: %15s %*s %*s %*x:%x", local, &queue) != 2 ||
		    strcmp(local, wanted) != 0)
			continue;
		n++;
		*unread += queue;
	}
	fclose(file);
	return n;
}

bool dnsmasq_listens(const struct subnet *subnet)
{
	unsigned unread;

	return dnsmasq_count_bound(subnet->gateway, DNSMASQ_PORT_DNS, &unread) > 0;
}

unsigned dnsmasq_unread(const struct subnet *subnet)
{
	unsigned unread;

	dnsmasq_count_bound(subnet->gateway, DNSMASQ_PORT_DNS, &unread);
	return unread;
}

unsigned dnsmasq_count_dhcp(void)
{
	unsigned unread;

	return dnsmasq_count_bound(INADDR_ANY, DNSMASQ_PORT_DHCP, &unread);
}
