// SPDX-License-Identifier: GPL-2.0-or-later
#include "nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"
#include "nicfilter.h"
#include "sockopt.h"

/*
 * Bytes that may wait in the socket, each way: the host does not slow down for a guest that reads
 * slowly, so a burst of super-frames must fit.
 */
enum { NIC_BUFFER = 8 << 20 };

static int nic_filter(const struct nic *nic, const uint64_t *addresses, unsigned n)
{
	struct sock_filter code[NICFILTER_MAX];
	struct sock_fprog program = {.filter = code};

	program.len = (unsigned short)nicfilter_make(code, nic->index, addresses, n);
	return setsockopt(nic->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0
		       ? -errno
		       : 0;
}

/* option: PACKET_ADD_MEMBERSHIP or PACKET_DROP_MEMBERSHIP; address: a station's, or 0. */
static int nic_join(const struct nic *nic, int option, unsigned short type, uint64_t address)
{
	struct packet_mreq request = {.mr_ifindex = nic->index, .mr_type = type};

	if (type == PACKET_MR_UNICAST) {
		request.mr_alen = MAC_SIZE;
		frame_write_address(request.mr_address, address);
	}
	return setsockopt(nic->fd, SOL_PACKET, option, &request, sizeof(request)) < 0 ? -errno : 0;
}

/* Nobody can list the groups that guests join, so all of them. */
static int nic_configure(struct nic *nic)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(ETH_P_ALL),
				      .sll_ifindex = nic->index};
	int ret = sockopt_set(nic->fd, SOL_PACKET, PACKET_VNET_HDR, 1);

	if (ret == 0)
		ret = sockopt_set(nic->fd, SOL_PACKET, PACKET_AUXDATA, 1);
	if (ret == 0)
		ret = sockopt_set(nic->fd, SOL_SOCKET, SO_RCVBUFFORCE, NIC_BUFFER);
	if (ret == 0)
		ret = sockopt_set(nic->fd, SOL_SOCKET, SO_SNDBUFFORCE, NIC_BUFFER);
	if (ret == 0)
		ret = nic_filter(nic, NULL, 0);
	if (ret == 0)
		ret = nic_join(nic, PACKET_ADD_MEMBERSHIP, PACKET_MR_ALLMULTI, 0);
	if (ret == 0 && bind(nic->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		ret = -errno;
	return ret;
}

int nic_check(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int nic_open(struct nic *nic, int index)
{
	int ret;

	/* Protocol 0: nothing is received before the filter is set. */
	*nic = (struct nic){.index = index,
			    .fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
	if (nic->fd < 0)
		return -errno;
	ret = nic_configure(nic);
	if (ret < 0)
		nic_close(nic);
	return ret;
}

void nic_close(struct nic *nic)
{
	if (nic->fd >= 0)
		close(nic->fd);
	nic->fd = -1;
}

static bool nic_contains(const uint64_t *addresses, unsigned n, uint64_t address)
{
	for (unsigned i = 0; i < n; i++) {
		if (addresses[i] == address)
			return true;
	}
	return false;
}

/* Turns promiscuity on or off. */
static int nic_receive_any(struct nic *nic, bool any)
{
	int ret = 0;

	if (nic->any != any)
		ret = nic_join(nic, any ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP,
			       PACKET_MR_PROMISC, 0);
	if (ret == 0)
		nic->any = any;
	return ret;
}

int nic_receive_for(struct nic *nic, const uint64_t *addresses, unsigned n)
{
	bool any = n > MAC_LIST_MAX;
	unsigned listed = any ? 0 : n;
	int ret = nic_filter(nic, addresses, n);

	for (unsigned i = 0; i < listed && !any; i++) {
		/* A NIC without room for it becomes promiscuous by itself; if it does not: */
		if (!nic_contains(nic->addresses, nic->n, addresses[i]) &&
		    nic_join(nic, PACKET_ADD_MEMBERSHIP, PACKET_MR_UNICAST, addresses[i]) < 0)
			any = true;
	}
	for (unsigned i = 0; i < nic->n; i++) {
		if (!nic_contains(addresses, listed, nic->addresses[i]))
			nic_join(nic, PACKET_DROP_MEMBERSHIP, PACKET_MR_UNICAST, nic->addresses[i]);
	}
	nic->n = listed;
	if (listed > 0)
		memcpy(nic->addresses, addresses, listed * sizeof(addresses[0]));
	if (ret == 0)
		ret = nic_receive_any(nic, any);
	return ret;
}
