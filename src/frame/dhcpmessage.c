// SPDX-License-Identifier: GPL-2.0-or-later
#include "dhcpmessage.h"

#include <net/ethernet.h>
#include <string.h>

#include "checksum.h"
#include "claim.h"
#include "mac.h"

enum {
	DHCP_SERVER = 67, /* UDP ports */
	DHCP_CLIENT = 68,
	DHCP6_SERVER = 547,
	DHCP6_CLIENT = 546,

	/* Offsets in a DHCP message */
	DHCP_CIADDR = 12,
	DHCP_YIADDR = 16,
	DHCP_GIADDR = 24,
	DHCP_CHADDR = 28,
	DHCP_COOKIE = 236,
	DHCP_OPTIONS = 240,

	DHCP_REQUEST = 1, /* op; and hardware type Ethernet */
	DHCP_ETHERNET = 1,
	DHCP_OPTION_TIME = 51, /* RFC 2132 */
	DHCP_OPTION_TYPE = 53,
	DHCP_OPTION_SERVER = 54,
	DHCP_OPTION_END = 255,

	DHCP6_OPTIONS = 4, /* offset */
	DHCP6_OPTION_CLIENT = 1,
	DHCP6_OPTION_SERVER = 2,
	DHCP6_OPTION_IA_NA = 3,
	DHCP6_OPTION_IA_TA = 4,
	DHCP6_OPTION_ADDRESS = 5,
	DHCP6_IA_NA = 12, /* bytes before its options */
	DHCP6_IA_TA = 4,
	DHCP6_ADDRESS = 24,
};

enum dhcp_type { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM };
enum dhcp6_type {
	SOLICIT6 = 1,
	ADVERTISE6,
	REQUEST6,
	CONFIRM6,
	RENEW6,
	REBIND6,
	REPLY6,
	RELEASE6,
	DECLINE6,
	RECONFIGURE6,
	INFORMATION6,
	RELAY6,
};

/* ---- DHCP ---- */

/* The option's value, at least size bytes; or NULL. */
static const uint8_t *dhcpmessage_option(const struct layers *message, unsigned code, unsigned size)
{
	static const uint8_t cookie[] = {99, 130, 83, 99};
	uint32_t at = DHCP_OPTIONS;

	if (message->size < at || memcmp(message->data + DHCP_COOKIE, cookie, sizeof(cookie)) != 0)
		return NULL;
	while (at < message->size && message->data[at] != DHCP_OPTION_END) {
		const uint8_t *option = message->data + at;

		if (option[0] == 0) { /* a pad */
			at++;
			continue;
		}
		if (at + 2 > message->size || at + 2 + option[1] > message->size)
			return NULL;
		if (option[0] == code && option[1] >= size)
			return option + 2;
		at += 2 + option[1];
	}
	return NULL;
}

static unsigned dhcpmessage_type(const struct layers *view)
{
	const uint8_t *type = dhcpmessage_option(view, DHCP_OPTION_TYPE, 1);

	return type ? *type : 0;
}

static struct in6_addr dhcpmessage_ipv4(const struct layers *view, unsigned offset)
{
	return claim_map_ipv4(layers_read32(view->data + offset));
}

/*
 * Anything else counts as TAKE: BOOTP, which has no type, and messages that hide their type
 * elsewhere.
 */
static enum dhcpmessage_kind dhcpmessage_client_kind(const struct layers *view)
{
	switch (dhcpmessage_type(view)) {
	case DISCOVER:
		return DHCPMESSAGE_ASK;
	case DECLINE:
	case RELEASE:
		return DHCPMESSAGE_RELEASE;
	case INFORM:
		return DHCPMESSAGE_NONE;
	default:
		return DHCPMESSAGE_TAKE;
	}
}

static void dhcpmessage_read_client4(struct dhcpmessage *message, const struct layers *view,
				     const struct frame *frame)
{
	const uint8_t *dhcp = view->data;

	if (view->size < DHCP_COOKIE) {
		message->kind = DHCPMESSAGE_HIDDEN;
		return;
	}
	if (dhcp[0] != DHCP_REQUEST)
		return;
	memcpy(message->mac, dhcp + DHCP_CHADDR, MAC_SIZE);
	message->n_leases = 1;
	message->leases[0].address = dhcpmessage_ipv4(view, DHCP_CIADDR);
	message->kind = dhcpmessage_client_kind(view);
	/* A relay asks for others. */
	if (dhcp[1] != DHCP_ETHERNET || dhcp[2] != MAC_SIZE ||
	    (layers_read32(dhcp + DHCP_GIADDR) == 0 &&
	     memcmp(message->mac, frame->data + MAC_SIZE, MAC_SIZE) != 0))
		message->kind = DHCPMESSAGE_FOREIGN;
}

static void dhcpmessage_read_server4(struct dhcpmessage *message, const struct layers *view)
{
	unsigned type = view->size < DHCP_COOKIE ? INFORM : dhcpmessage_type(view);
	const uint8_t *time = dhcpmessage_option(view, DHCP_OPTION_TIME, sizeof(uint32_t));

	if (type != ACK && type != NAK && type != 0)
		return;
	memcpy(message->mac, view->data + DHCP_CHADDR, MAC_SIZE);
	message->n_leases = 1;
	message->leases[0].address = dhcpmessage_ipv4(view, DHCP_YIADDR);
	/* BOOTP has no lease time; dnsmasq uses one of a day (dnsmasq_arguments.c). */
	message->leases[0].time = time ? layers_read32(time) : 24 * 3600;
	message->kind = type == NAK ? DHCPMESSAGE_DENY : DHCPMESSAGE_GRANT;
	if (layers_read32(view->data + DHCP_YIADDR) == 0 && type != NAK)
		message->kind = DHCPMESSAGE_NONE; /* the answer to DHCPINFORM */
}

/* ---- DHCPv6 ---- */

/* Takes the next option off the front of view. False: there is none, or it is incomplete. */
static bool dhcpmessage_next6(struct layers *view, unsigned *code, struct layers *value)
{
	if (view->size < 4)
		return false;
	*code = layers_read16(view->data);
	*value = (struct layers){view->data + 4, layers_read16(view->data + 2)};
	return layers_skip(view, 4) && layers_skip(view, value->size);
}

/* False: it is too long, or a second one, and a server may believe the first. */
static bool dhcpmessage_read_duid(struct dhcpmessage_duid *duid, const struct layers *value)
{
	if (value->size > sizeof(duid->bytes) || duid->size > 0)
		return false;
	duid->size = (uint8_t)value->size;
	memcpy(duid->bytes, value->data, value->size);
	return true;
}

/* False: there are more than anyone needs, or two in one. */
static bool dhcpmessage_read_ia(struct dhcpmessage *message, unsigned code, struct layers *value)
{
	struct dhcpmessage_lease *lease = &message->leases[message->n_leases];
	struct layers option;

	if (value->size < DHCP6_IA_TA)
		return true;
	if (message->n_leases == DHCPMESSAGE_LEASES_MAX)
		return false;
	message->n_leases++;
	*lease = (struct dhcpmessage_lease){.temporary = code == DHCP6_OPTION_IA_TA};
	memcpy(&lease->iaid, value->data, sizeof(lease->iaid));
	if (!layers_skip(value, code == DHCP6_OPTION_IA_NA ? DHCP6_IA_NA : DHCP6_IA_TA))
		return true;
	while (dhcpmessage_next6(value, &code, &option)) {
		if (code != DHCP6_OPTION_ADDRESS || option.size < DHCP6_ADDRESS)
			continue;
		if (!IN6_IS_ADDR_UNSPECIFIED(&lease->address))
			return false;
		memcpy(&lease->address, option.data, sizeof(lease->address));
		lease->time = layers_read32(option.data + 20);
	}
	return true;
}

static bool dhcpmessage_read_options6(struct dhcpmessage *message, struct layers view)
{
	struct layers value;
	unsigned code;
	bool fits = true;

	while (fits && dhcpmessage_next6(&view, &code, &value)) {
		if (code == DHCP6_OPTION_CLIENT)
			fits = dhcpmessage_read_duid(&message->duid, &value);
		else if (code == DHCP6_OPTION_SERVER)
			fits = dhcpmessage_read_duid(&message->server, &value);
		else if (code == DHCP6_OPTION_IA_NA || code == DHCP6_OPTION_IA_TA)
			fits = dhcpmessage_read_ia(message, code, &value);
	}
	return fits;
}

static enum dhcpmessage_kind dhcpmessage_client_kind6(unsigned type)
{
	switch (type) {
	case SOLICIT6: /* may commit at once */
	case REQUEST6:
	case RENEW6:
	case REBIND6:
		return DHCPMESSAGE_TAKE;
	case RELEASE6:
	case DECLINE6:
		return DHCPMESSAGE_RELEASE;
	case RELAY6: /* from another link, which our server does not know */
		return DHCPMESSAGE_HIDDEN;
	default:
		return DHCPMESSAGE_NONE;
	}
}

static void dhcpmessage_read_client6(struct dhcpmessage *message, const struct layers *view,
				     const struct frame *frame)
{
	struct layers options = *view;

	message->ipv6 = true;
	if (!layers_skip(&options, DHCP6_OPTIONS)) {
		message->kind = DHCPMESSAGE_HIDDEN;
		return;
	}
	memcpy(message->mac, frame->data + MAC_SIZE, MAC_SIZE);
	message->kind = dhcpmessage_client_kind6(view->data[0]);
	if (message->kind != DHCPMESSAGE_NONE && !dhcpmessage_read_options6(message, options))
		message->kind = DHCPMESSAGE_HIDDEN;
}

static void dhcpmessage_read_server6(struct dhcpmessage *message, const struct layers *view,
				     const struct frame *frame)
{
	struct layers options = *view;

	message->ipv6 = true;
	if (!layers_skip(&options, DHCP6_OPTIONS) || view->data[0] != REPLY6)
		return;
	memcpy(message->mac, frame->data, MAC_SIZE);
	if (dhcpmessage_read_options6(message, options))
		message->kind = DHCPMESSAGE_GRANT;
}

/* ---- finding the message ---- */

/*
 * Cuts what follows the datagram in its packet: the kernel does, too, so a server never sees it.
 * False: the length is not valid.
 */
static bool dhcpmessage_cut(struct layers *udp)
{
	unsigned size = layers_read16(udp->data + 4);

	if (size < LAYERS_UDP || size > udp->size)
		return false;
	udp->size = size;
	return true;
}

/*
 * Moves to the payload of a UDP datagram for port4 (IPv4) or port6 (IPv6). LAYERS_HIDDEN also if it
 * is a fragment, or a super-frame, which the kernel splits into several messages.
 */
static enum layers_found dhcpmessage_open(struct layers *view,
					  const struct layers_dissected *packet, unsigned port4,
					  unsigned port6)
{
	if (packet->network != LAYERS_FOUND)
		return packet->network;
	if (packet->transport != LAYERS_FOUND || packet->protocol != IPPROTO_UDP)
		return packet->transport == LAYERS_HIDDEN ? LAYERS_HIDDEN : LAYERS_OTHER;
	*view = packet->payload;
	if (view->size < LAYERS_UDP)
		return LAYERS_HIDDEN;
	if (layers_read16(view->data + 2) != (packet->type == ETH_P_IPV6 ? port6 : port4))
		return LAYERS_OTHER;
	if (packet->fragment || packet->frame->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE ||
	    !dhcpmessage_cut(view))
		return LAYERS_HIDDEN;
	layers_skip(view, LAYERS_UDP);
	return LAYERS_FOUND;
}

void dhcpmessage_read_client(struct dhcpmessage *message, const struct layers_dissected *packet)
{
	struct layers view;

	message->kind = DHCPMESSAGE_NONE;
	message->n_leases = 0;
	switch (dhcpmessage_open(&view, packet, DHCP_SERVER, DHCP6_SERVER)) {
	case LAYERS_FOUND:
		memset(message, 0, offsetof(struct dhcpmessage, leases));
		if (packet->type == ETH_P_IPV6)
			dhcpmessage_read_client6(message, &view, packet->frame);
		else
			dhcpmessage_read_client4(message, &view, packet->frame);
		break;
	case LAYERS_HIDDEN:
		message->kind = DHCPMESSAGE_HIDDEN;
		break;
	default:
		break;
	}
}

void dhcpmessage_read_server(struct dhcpmessage *message, const struct layers_dissected *packet)
{
	bool ipv6 = packet->type == ETH_P_IPV6;
	struct layers view;

	message->kind = DHCPMESSAGE_NONE;
	if (dhcpmessage_open(&view, packet, DHCP_CLIENT, DHCP6_CLIENT) != LAYERS_FOUND ||
	    layers_read16(view.data - LAYERS_UDP) != (ipv6 ? DHCP6_SERVER : DHCP_SERVER))
		return;
	memset(message, 0, offsetof(struct dhcpmessage, leases));
	if (ipv6)
		dhcpmessage_read_server6(message, &view, packet->frame);
	else
		dhcpmessage_read_server4(message, &view);
}

/* ---- a release ---- */

static uint8_t *dhcpmessage_put16(uint8_t *at, unsigned number)
{
	*at++ = (uint8_t)(number >> 8);
	*at++ = (uint8_t)number;
	return at;
}

static uint8_t *dhcpmessage_put(uint8_t *at, const void *data, size_t size)
{
	memcpy(at, data, size);
	return at + size;
}

static uint8_t *dhcpmessage_put_duid(uint8_t *at, unsigned code,
				     const struct dhcpmessage_duid *duid)
{
	at = dhcpmessage_put16(dhcpmessage_put16(at, code), duid->size);
	return dhcpmessage_put(at, duid->bytes, duid->size);
}

/* Fills in a zeroed UDP header; addresses: both, as a range of the IP header. */
static void dhcpmessage_finish_udp(uint8_t *udp, unsigned from, unsigned to, size_t size,
				   const uint8_t *addresses, size_t addresses_size)
{
	uint64_t sum;
	uint16_t folded;

	dhcpmessage_put16(dhcpmessage_put16(dhcpmessage_put16(udp, from), to), (unsigned)size);
	sum = checksum_add(0, addresses, addresses_size);
	sum = checksum_add_number(checksum_add_number(sum, IPPROTO_UDP), (uint16_t)size);
	folded = (uint16_t)~checksum_fold(checksum_add(sum, udp, size));
	if (folded == 0) /* would mean "no checksum" */
		folded = 0xffff;
	memcpy(udp + 6, &folded, sizeof(folded));
}

static uint8_t *dhcpmessage_make_release4(uint8_t *ip, const struct dhcpmessage *message,
					  const struct dhcpmessage_place *place)
{
	static const uint8_t cookie[] = {99, 130, 83, 99};
	const uint8_t *address = &message->leases[0].address.s6_addr[12];
	uint8_t *udp = ip + LAYERS_IPV4;
	uint8_t *dhcp = udp + LAYERS_UDP;
	uint8_t *at = dhcp + DHCP_OPTIONS;
	uint16_t sum;

	dhcp[0] = DHCP_REQUEST;
	dhcp[1] = DHCP_ETHERNET;
	dhcp[2] = MAC_SIZE;
	memcpy(dhcp + DHCP_CIADDR, address, sizeof(uint32_t));
	memcpy(dhcp + DHCP_CHADDR, message->mac, MAC_SIZE);
	memcpy(dhcp + DHCP_COOKIE, cookie, sizeof(cookie));
	at = dhcpmessage_put(at, (uint8_t[]){DHCP_OPTION_TYPE, 1, RELEASE}, 3);
	at = dhcpmessage_put(at, (uint8_t[]){DHCP_OPTION_SERVER, sizeof(place->ipv4)}, 2);
	at = dhcpmessage_put(at, &place->ipv4, sizeof(place->ipv4));
	*at++ = DHCP_OPTION_END;

	ip[0] = 0x45;
	dhcpmessage_put16(ip + 2, (unsigned)(at - ip));
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, address, sizeof(uint32_t));
	memcpy(ip + 16, &place->ipv4, sizeof(place->ipv4));
	sum = (uint16_t)~checksum_fold(checksum_add(0, ip, LAYERS_IPV4));
	memcpy(ip + 10, &sum, sizeof(sum));
	dhcpmessage_finish_udp(udp, DHCP_CLIENT, DHCP_SERVER, (size_t)(at - udp), ip + 12, 8);
	return at;
}

/* From the client's link-local address. */
static uint8_t *dhcpmessage_make_release6(uint8_t *ip, const struct dhcpmessage *message)
{
	static const uint8_t servers[sizeof(struct in6_addr)] = {
		0xff, 2, [13] = 1, [15] = 2}; /* ff02::1:2, RFC 8415 section 7.1 */
	const struct dhcpmessage_lease *lease = &message->leases[0];
	const unsigned ia = lease->temporary ? DHCP6_IA_TA : DHCP6_IA_NA;
	const struct in6_addr source = mac_link_local(message->mac);
	uint8_t *udp = ip + LAYERS_IPV6;
	uint8_t *at = udp + LAYERS_UDP;

	at[0] = RELEASE6;
	at = dhcpmessage_put_duid(at + DHCP6_OPTIONS, DHCP6_OPTION_CLIENT, &message->duid);
	at = dhcpmessage_put_duid(at, DHCP6_OPTION_SERVER, &message->server);
	at = dhcpmessage_put16(at, lease->temporary ? DHCP6_OPTION_IA_TA : DHCP6_OPTION_IA_NA);
	at = dhcpmessage_put16(at, ia + 4 + DHCP6_ADDRESS);
	dhcpmessage_put(at, &lease->iaid, sizeof(lease->iaid));
	at = dhcpmessage_put16(at + ia, DHCP6_OPTION_ADDRESS);
	at = dhcpmessage_put16(at, DHCP6_ADDRESS);
	dhcpmessage_put(at, &lease->address, sizeof(lease->address));
	at += DHCP6_ADDRESS;

	ip[0] = 0x60;
	dhcpmessage_put16(ip + 4, (unsigned)(at - udp));
	ip[6] = IPPROTO_UDP;
	ip[7] = 1;
	memcpy(ip + 8, &source, sizeof(source));
	memcpy(ip + 24, servers, sizeof(servers));
	dhcpmessage_finish_udp(udp, DHCP6_CLIENT, DHCP6_SERVER, (size_t)(at - udp), ip + 8, 32);
	return at;
}

void dhcpmessage_make_release(struct frame *frame, const struct dhcpmessage *message,
			      const struct dhcpmessage_place *place)
{
	static const uint8_t servers[MAC_SIZE] = {0x33, 0x33, 0, 1, 0, 2};
	uint8_t *ip = frame->data + FRAME_HEADER;
	const uint8_t *end;

	*frame = (struct frame){.data = frame->data};
	memset(frame->data, 0, DHCPMESSAGE_MAX);
	memcpy(frame->data, message->ipv6 ? servers : place->mac, MAC_SIZE);
	memcpy(frame->data + MAC_SIZE, message->mac, MAC_SIZE);
	dhcpmessage_put16(frame->data + MAC_SIZE + MAC_SIZE, message->ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	end = message->ipv6 ? dhcpmessage_make_release6(ip, message)
			    : dhcpmessage_make_release4(ip, message, place);
	frame->size = (uint32_t)(end - frame->data);
}
