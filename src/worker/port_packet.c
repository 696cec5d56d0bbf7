// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_packet.h"

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

union port_packet_control {
	char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct cmsghdr align;
};

/* The kernel has taken an outer tag out of the frame: its place is behind the addresses. */
static bool port_packet_put_tag(struct msghdr *msg, uint8_t *place)
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

/* One message: addresses first, then room for a tag, then the rest. Its size, or -errno. */
static ssize_t port_packet_receive(struct port_packet *packet, uint8_t *memory, struct frame *frame,
				   bool *outgoing)
{
	enum { ADDRESSES = 2 * MAC_SIZE };
	struct iovec iov[] = {
		{&frame->vnet, sizeof(frame->vnet)},
		{memory, ADDRESSES},
		{memory + ADDRESSES + FRAME_TAG, UPLINK_FRAME_MAX - ADDRESSES - FRAME_TAG}};
	union port_packet_control control;
	struct sockaddr_ll from;
	struct msghdr msg = {.msg_name = &from,
			     .msg_namelen = sizeof(from),
			     .msg_iov = iov,
			     .msg_iovlen = 3,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};
	ssize_t n = recvmsg(packet->nic.fd, &msg, MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	if ((msg.msg_flags & MSG_TRUNC) || n < (ssize_t)(sizeof(frame->vnet) + ETHER_HDR_LEN))
		return -EMSGSIZE;
	*outgoing = from.sll_pkttype == PACKET_OUTGOING;
	frame->vnet.flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM; /* not that others have verified it */
	frame->size = (uint32_t)(n - (ssize_t)sizeof(frame->vnet));
	if (port_packet_put_tag(&msg, memory + ADDRESSES)) {
		frame->data = memory;
		frame->size += FRAME_TAG;
		frame->vnet.csum_start += FRAME_TAG;
	} else {
		memmove(memory + FRAME_TAG, memory, ADDRESSES);
		frame->data = memory + FRAME_TAG;
	}
	return frame->size;
}

static int port_packet_read(struct port *port, uint8_t *memory, struct frame *frame, unsigned index)
{
	struct port_packet *packet = container_of(port, struct port_packet, wire);

	for (int tries = 0; tries < PORT_BATCH; tries++) {
		ssize_t n = port_packet_receive(packet, memory, frame, &packet->outgoing[index]);

		if (n > 0)
			return 1;
		switch (-n) {
		case EMSGSIZE:
			port->counters.dropped_in[PORT_DROP_LONG]++;
			break;
		case EINVAL: /* an offload that has no words in a vnet header */
			port->counters.dropped_in[PORT_DROP_ERROR]++;
			break;
		default: /* there is none; or the NIC went down, which the host process says */
			return 0;
		}
	}
	return 0;
}

static void port_packet_ready(struct source *source, uint32_t events)
{
	struct port_packet *packet = container_of(source, struct port_packet, nic);
	struct frame *frames = packet->uplink.frames;
	unsigned n;

	(void)events;
	uplink_read(&packet->uplink, &packet->wire, port_packet_read, &n);
	for (unsigned first = 0, i = 1; first < n; i++) {
		if (i < n && packet->outgoing[i] == packet->outgoing[first])
			continue;
		bridge_input(packet->wire.bridge,
			     packet->outgoing[first] ? &packet->host : &packet->wire,
			     frames + first, i - first);
		first = i;
	}
}

/* ---- to the LAN and to the host ---------------------------------------------- */

/* Tells the kernel whose frames we want, when that has changed. */
static void port_packet_tell(struct port_packet *packet)
{
	struct bridge *bridge = packet->wire.bridge;
	uint64_t macs[MAC_LIST_MAX];
	unsigned n;

	if (bridge->changes == packet->told)
		return;
	if (bridge->now != packet->second)
		packet->n_tells = 0;
	packet->second = bridge->now;
	if (packet->n_tells++ >= PORT_PACKET_TELLS) {
		timer_arm(&packet->later, PORT_PACKET_LATER);
		return;
	}
	packet->told = bridge->changes;
	n = bridge_list_others(bridge, &packet->wire, macs, MAC_LIST_MAX);
	packet->addresses(packet, macs, n);
}

/* It may be that no frame comes any more that would remind us. */
static void port_packet_tell_later(struct timer *timer)
{
	struct port_packet *packet = container_of(timer, struct port_packet, later);

	packet->n_tells = 0;
	if (packet->nic.fd >= 0)
		port_packet_tell(packet);
}

static void port_packet_send_wire(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_packet *packet = container_of(port, struct port_packet, wire);
	unsigned first = 0;

	port_packet_tell(packet);
	for (unsigned i = 0; i < n; i++) {
		if (!frame_is_link_local(&frames[i]))
			continue;
		/* The LAN's switch would take us for a switch, and might close its port. */
		port->counters.dropped_out[PORT_DROP_BARRED]++;
		uplink_write(&packet->uplink, port, packet->nic.fd, frames + first, i - first);
		first = i + 1;
	}
	uplink_write(&packet->uplink, port, packet->nic.fd, frames + first, n - first);
}

/* Puts an address in the place of another, where frames are sent there. */
static void port_packet_readdress(const struct frame *frames, unsigned n, const uint8_t *from,
				  const uint8_t *to)
{
	for (unsigned i = 0; i < n; i++) {
		if (memcmp(frames[i].data, from, MAC_SIZE) == 0)
			memcpy(frames[i].data, to, MAC_SIZE);
	}
}

/*
 * The kernel looks whom a frame is for where it comes in, which is at the TAP
 * device. That does not have the NIC's address: tools that know devices by their
 * addresses would take it for the NIC.
 */
static void port_packet_send_host(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_packet *packet = container_of(port, struct port_packet, host);

	port_packet_readdress(frames, n, packet->nic_mac, packet->inject_mac);
	uplink_write(&packet->uplink, port, packet->inject.fd, frames, n);
	/* Others may yet be given the same frames. */
	port_packet_readdress(frames, n, packet->inject_mac, packet->nic_mac);
}

/* ---- come and go ------------------------------------------------------------- */

/* What the host sends by a device that has no address is for nobody. */
static void port_packet_inject_ready(struct source *source, uint32_t events)
{
	struct port_packet *packet = container_of(source, struct port_packet, inject);

	(void)events;
	if (read(source->fd, packet->uplink.memory, UPLINK_FRAME_MAX) < 0 && errno == EBADFD)
		packet->gone(packet);
}

int port_packet_init(struct port_packet *packet, struct loop *loop, const char *device,
		     const uint8_t mac[MAC_SIZE], bool joins_udp)
{
	static const struct port_ops wire = {.send = port_packet_send_wire};
	static const struct port_ops host = {.send = port_packet_send_host};
	int ret;

	*packet =
		(struct port_packet){.wire = {.ops = &wire, .twin = &packet->host, .echoes = true},
				     .host = {.ops = &host, .twin = &packet->wire},
				     .nic = {.fd = -1, .ready = port_packet_ready},
				     .inject = {.fd = -1, .ready = port_packet_inject_ready},
				     .loop = loop};
	memcpy(packet->inject_mac, mac, MAC_SIZE);
	snprintf(packet->wire.name, sizeof(packet->wire.name), "%s wire", device);
	snprintf(packet->host.name, sizeof(packet->host.name), "%s host", device);
	ret = uplink_init(&packet->uplink, joins_udp);
	if (ret == 0)
		ret = timer_init(&packet->later, loop, port_packet_tell_later);
	return ret;
}

int port_packet_attach_inject(struct port_packet *packet, int fd)
{
	packet->inject.fd = fd;
	return loop_add(packet->loop, &packet->inject, EPOLLIN);
}

void port_packet_finish(struct port_packet *packet)
{
	if (packet->loop) {
		loop_close(packet->loop, &packet->nic);
		loop_close(packet->loop, &packet->inject);
		timer_finish(&packet->later);
	}
	uplink_finish(&packet->uplink);
}

int port_packet_attach(struct port_packet *packet, int socket)
{
	struct sockaddr_ll address = {0};
	socklen_t size = sizeof(address);
	int ret = 0;

	loop_close(packet->loop, &packet->nic);
	bridge_forget(packet->wire.bridge, &packet->wire);
	bridge_forget(packet->wire.bridge, &packet->host);
	if (socket < 0)
		return 0;
	packet->nic.fd = socket;
	if (getsockname(socket, (struct sockaddr *)&address, &size) < 0)
		ret = -errno;
	if (ret == 0)
		ret = loop_add(packet->loop, &packet->nic, EPOLLIN);
	if (ret < 0) {
		loop_close(packet->loop, &packet->nic);
		return ret;
	}
	memcpy(packet->nic_mac, address.sll_addr, MAC_SIZE);
	bridge_pin(packet->wire.bridge, &packet->host, frame_address(packet->nic_mac));
	packet->told = packet->wire.bridge->changes - 1; /* it knows nothing of our guests yet */
	packet->n_tells = 0;
	port_packet_tell(packet);
	return 0;
}
