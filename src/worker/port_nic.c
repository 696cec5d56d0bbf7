// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_nic.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bridge.h"
#include "mac.h"

/* ---- from the NIC ------------------------------------------------------------ */

union port_nic_control {
	char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct cmsghdr align;
};

/* The kernel has removed an outer tag from the frame; it goes after the addresses. */
static bool port_nic_put_tag(struct msghdr *msg, uint8_t *place)
{
	const struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);
	struct tpacket_auxdata auxdata;
	uint16_t tag[2];

	if (!cmsg || cmsg->cmsg_level != SOL_PACKET || cmsg->cmsg_type != PACKET_AUXDATA)
		return false;
	memcpy(&auxdata, CMSG_DATA(cmsg), sizeof(auxdata));
	if (!(auxdata.tp_status & TP_STATUS_VLAN_VALID))
		return false;
	tag[0] = htons((auxdata.tp_status & TP_STATUS_VLAN_TPID_VALID) ? auxdata.tp_vlan_tpid
								       : ETHERTYPE_VLAN);
	tag[1] = htons(auxdata.tp_vlan_tci);
	memcpy(place, tag, sizeof(tag));
	return true;
}

/*
 * Receives one message: addresses first, then room for a tag, then the rest. Returns its size, or
 * -errno.
 */
static ssize_t port_nic_receive(struct port_nic *nic, uint8_t *memory, struct frame *frame,
				bool *outgoing)
{
	enum { ADDRESSES = 2 * MAC_SIZE };
	struct iovec iov[] = {
		{&frame->vnet, sizeof(frame->vnet)},
		{memory, ADDRESSES},
		{memory + ADDRESSES + FRAME_TAG, UPLINK_FRAME_MAX - ADDRESSES - FRAME_TAG}};
	union port_nic_control control;
	struct sockaddr_ll from;
	struct msghdr msg = {.msg_name = &from,
			     .msg_namelen = sizeof(from),
			     .msg_iov = iov,
			     .msg_iovlen = 3,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};
	ssize_t n = recvmsg(nic->socket.fd, &msg, MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	if ((msg.msg_flags & MSG_TRUNC) || n < (ssize_t)(sizeof(frame->vnet) + ETHER_HDR_LEN))
		return -EMSGSIZE;
	*outgoing = from.sll_pkttype == PACKET_OUTGOING;
	frame->vnet.flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM; /* ignore "already verified" */
	frame->size = (uint32_t)(n - (ssize_t)sizeof(frame->vnet));
	if (port_nic_put_tag(&msg, memory + ADDRESSES)) {
		frame->data = memory;
		frame->size += FRAME_TAG;
		frame->vnet.csum_start += FRAME_TAG;
	} else {
		memmove(memory + FRAME_TAG, memory, ADDRESSES);
		frame->data = memory + FRAME_TAG;
	}
	return frame->size;
}

static int port_nic_read(struct port *port, uint8_t *memory, struct frame *frame, unsigned index)
{
	struct port_nic *nic = container_of(port, struct port_nic, wire);

	for (int tries = 0; tries < PORT_BATCH; tries++) {
		ssize_t n = port_nic_receive(nic, memory, frame, &nic->outgoing[index]);

		if (n > 0)
			return 1;
		switch (-n) {
		case EMSGSIZE:
			port->counters.dropped_in[PORT_DROP_LONG]++;
			break;
		case EINVAL: /* an offload that a vnet header cannot express */
			port->counters.dropped_in[PORT_DROP_ERROR]++;
			break;
		default: /* nothing there; or the NIC went down, which the host process reports */
			return 0;
		}
	}
	return 0;
}

/* Frames that the host itself sends arrive here, too; they belong to the other port. */
static void port_nic_pass(struct port *port, struct frame *frames, unsigned n)
{
	struct port_nic *nic = container_of(port, struct port_nic, wire);

	for (unsigned first = 0, i = 1; first < n; i++) {
		if (i < n && nic->outgoing[i] == nic->outgoing[first])
			continue;
		bridge_input(port->bridge, nic->outgoing[first] ? &nic->host : &nic->wire,
			     frames + first, i - first);
		first = i;
	}
}

static void port_nic_ready(struct source *source, uint32_t events)
{
	struct port_nic *nic = container_of(source, struct port_nic, socket);

	(void)events;
	uplink_turn(&nic->uplink, &nic->wire, port_nic_read, port_nic_pass);
}

/* ---- to the LAN and to the host ---------------------------------------------- */

/* Tells the kernel whose frames we want, if that has changed. */
static void port_nic_tell(struct port_nic *nic)
{
	struct bridge *bridge = nic->wire.bridge;
	uint64_t macs[MAC_LIST_MAX];
	unsigned n;

	if (bridge->changes == nic->told)
		return;
	if (bridge->now != nic->second)
		nic->n_tells = 0;
	nic->second = bridge->now;
	if (nic->n_tells++ >= PORT_NIC_TELLS) {
		timer_arm(&nic->later, PORT_NIC_LATER);
		return;
	}
	n = bridge_list_others(bridge, &nic->wire, macs, MAC_LIST_MAX);
	if (nic->addresses(nic, macs, n) < 0)
		timer_arm(&nic->later, PORT_NIC_LATER);
	else
		nic->told = bridge->changes;
}

/* No further frame may come to trigger it. */
static void port_nic_tell_later(struct timer *timer)
{
	struct port_nic *nic = container_of(timer, struct port_nic, later);

	nic->n_tells = 0;
	if (nic->socket.fd >= 0)
		port_nic_tell(nic);
}

static void port_nic_send_wire(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_nic *nic = container_of(port, struct port_nic, wire);

	port_nic_tell(nic);
	uplink_write_lan(&nic->uplink, port, nic->socket.fd, frames, n);
}

/* Replaces the destination address from by to. */
static void port_nic_readdress(const struct frame *frames, unsigned n, const uint8_t *from,
			       const uint8_t *to)
{
	for (unsigned i = 0; i < n; i++) {
		if (memcmp(frames[i].data, from, MAC_SIZE) == 0)
			memcpy(frames[i].data, to, MAC_SIZE);
	}
}

/*
 * The kernel decides whom a frame is for where it comes in, which is the TAP device. That has a
 * different address from the NIC: tools that identify devices by address would mistake it for the
 * NIC.
 */
static void port_nic_send_host(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_nic *nic = container_of(port, struct port_nic, host);

	port_nic_readdress(frames, n, nic->nic_mac, nic->inject_mac);
	uplink_write(&nic->uplink, port, nic->inject.fd, frames, n);
	/* The same frames may still go to other ports. */
	port_nic_readdress(frames, n, nic->inject_mac, nic->nic_mac);
}

/* ---- attach and detach ------------------------------------------------------- */

/* Frames that the host sends to a device without an address are for nobody. */
static void port_nic_inject_ready(struct source *source, uint32_t events)
{
	struct port_nic *nic = container_of(source, struct port_nic, inject);

	(void)events;
	if (read(source->fd, nic->uplink.reserve, UPLINK_FRAME_MAX) < 0 && errno == EBADFD)
		nic->gone(nic);
}

int port_nic_init(struct port_nic *nic, struct loop *loop, struct pool *pool, const char *device,
		  const uint8_t mac[MAC_SIZE], bool joins_udp)
{
	static const struct port_ops wire = {.send = port_nic_send_wire};
	static const struct port_ops host = {.send = port_nic_send_host};
	int ret;

	*nic = (struct port_nic){.wire = {.ops = &wire, .twin = &nic->host, .echoes = true},
				 .host = {.ops = &host, .twin = &nic->wire},
				 .socket = {.fd = -1, .ready = port_nic_ready},
				 .inject = {.fd = -1, .ready = port_nic_inject_ready},
				 .loop = loop};
	memcpy(nic->inject_mac, mac, MAC_SIZE);
	nic->wire.label = (struct port_label){.kind = "nic", .place = device};
	nic->host.label = (struct port_label){.kind = "tap", .place = device};
	snprintf(nic->wire.name, sizeof(nic->wire.name), "%s wire", device);
	snprintf(nic->host.name, sizeof(nic->host.name), "%s host", device);
	ret = uplink_init(&nic->uplink, pool, joins_udp);
	if (ret == 0)
		ret = timer_init(&nic->later, loop, port_nic_tell_later);
	return ret;
}

int port_nic_attach_inject(struct port_nic *nic, int fd)
{
	nic->inject.fd = fd;
	return loop_add(nic->loop, &nic->inject, EPOLLIN);
}

void port_nic_finish(struct port_nic *nic)
{
	if (nic->loop) {
		loop_close(nic->loop, &nic->socket);
		loop_close(nic->loop, &nic->inject);
		timer_finish(&nic->later);
	}
	uplink_finish(&nic->uplink);
}

int port_nic_attach(struct port_nic *nic, int socket)
{
	struct sockaddr_ll address = {0};
	socklen_t size = sizeof(address);
	int ret = 0;

	loop_close(nic->loop, &nic->socket);
	bridge_forget(nic->wire.bridge, &nic->wire);
	bridge_forget(nic->wire.bridge, &nic->host);
	if (socket < 0)
		return 0;
	nic->socket.fd = socket;
	if (getsockname(socket, (struct sockaddr *)&address, &size) < 0)
		ret = -errno;
	if (ret == 0)
		ret = loop_add(nic->loop, &nic->socket, EPOLLIN);
	if (ret < 0) {
		loop_close(nic->loop, &nic->socket);
		return ret;
	}
	memcpy(nic->nic_mac, address.sll_addr, MAC_SIZE);
	bridge_pin(nic->wire.bridge, &nic->host, frame_address(nic->nic_mac));
	nic->told = nic->wire.bridge->changes - 1; /* it does not know our guests yet */
	nic->n_tells = 0;
	port_nic_tell(nic);
	return 0;
}
