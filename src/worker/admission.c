// SPDX-License-Identifier: GPL-2.0-or-later
#include "admission.h"

#include <endian.h>
#include <string.h>

#include "apart.h"
#include "loop.h"
#include "packet.h"

enum { ADMISSION_PREFIX6 = 64 }; /* prefix length of each of the gateway's IPv6 prefixes */

/*
 * An isolated guest does not hear its neighbours, so we tell it in their place that an address is
 * in use: in the gateway's name or, if there is none, from a locally administered address.
 */
static void admission_defend(const struct admission *admission, struct port *port,
			     const struct claim *probe, const struct frame *asked)
{
	static const uint8_t nobody[MAC_SIZE] = {2, 0, 0, 0, 0, 1};
	uint8_t memory[CLAIM_DEFENCE_MAX];
	struct frame answer;

	claim_defend(&answer, memory, probe, asked,
		     admission->guarded ? admission->lessees.place.mac : nobody);
	port->ops->send(port, &answer, 1);
}

/*
 * No address moves between an isolated port and another. It would take along what the host has for
 * it, and the guest that has it at its own port may send there (admission_judge_isolation()).
 */
static bool admission_keeps(const struct admission *admission, const struct port *port,
			    const struct in6_addr *address)
{
	const struct bridge *bridge = port->bridge;
	unsigned at;

	if (bridge->n_isolated == 0)
		return false;
	claims_where(&admission->claims, address, &at);
	return at != CLAIMS_NOWHERE && at != port->index &&
	       (port->isolated || bridge->ports[at]->isolated);
}

static enum claims_verdict admission_say(struct admission *admission, const struct port *port,
					 const struct claim *claim)
{
	if (admission_keeps(admission, port, &claim->address))
		return CLAIMS_TAKEN;
	return claims_say(&admission->claims, port->index, claim, port->bridge->now);
}

static enum port_drop admission_judge_claims(struct admission *admission, struct port *port,
					     const struct layers_dissected *packet)
{
	struct claim claims[CLAIMS_A_FRAME];
	int n = claim_read(claims, packet);

	if (n < 0)
		return admission->isolated ? PORT_DROP_HIDDEN : PORT_DROPS;
	for (int i = 0; i < n; i++) {
		switch (admission_say(admission, port, &claims[i])) {
		case CLAIMS_PASS:
			break;
		case CLAIMS_TAKEN:
			if (claims[i].kind == CLAIM_PROBE)
				admission_defend(admission, port, &claims[i], packet->frame);
			return PORT_DROP_TAKEN;
		case CLAIMS_FULL:
			return PORT_DROP_ADDRESSES;
		}
	}
	return PORT_DROPS;
}

/* Limits for how many guests the host must look. */
static enum port_drop admission_judge_search(struct admission *admission, const struct port *port,
					     const struct layers_dissected *packet)
{
	struct in6_addr address;

	if (!claim_read_destination(&address, packet) ||
	    guard_has_address(&admission->guard, &address) ||
	    claims_seek(&admission->claims, port->index, &address, port->bridge->now) ==
		    CLAIMS_PASS)
		return PORT_DROPS;
	return PORT_DROP_SOUGHT;
}

/* What the bridge does not pass between two ports, the host must not route. */
static enum port_drop admission_judge_isolation(const struct admission *admission,
						const struct port *port,
						const struct layers_dissected *packet)
{
	const struct bridge *bridge = port->bridge;
	struct in6_addr address;
	unsigned at;

	if (bridge->n_isolated == 0 || !claim_read_destination(&address, packet) ||
	    guard_has_address(&admission->guard, &address) ||
	    !claims_where(&admission->claims, &address, &at) ||
	    (at == port->index && !port->isolated))
		return PORT_DROPS;
	if (port->isolated || (at != CLAIMS_NOWHERE && bridge->ports[at]->isolated))
		return PORT_DROP_ISOLATED;
	return PORT_DROPS;
}

static enum port_drop admission_judge_dhcp(struct admission *admission, struct port *port,
					   const struct layers_dissected *packet)
{
	struct dhcpmessage message PACKET_PARSED;

	dhcpmessage_read_client(&message, packet);
	if (message.kind == DHCPMESSAGE_NONE)
		return PORT_DROPS;
	if (!port->single) /* it has many guests */
		return message.kind == DHCPMESSAGE_FOREIGN ? PORT_DROP_LESSEE : PORT_DROPS;
	switch (lessees_ask(&admission->lessees, port->index, &message, port->bridge->now)) {
	case LESSEES_FULL:
		return PORT_DROP_LEASES;
	case LESSEES_FOREIGN:
		return PORT_DROP_LESSEE;
	case LESSEES_HIDDEN:
		return PORT_DROP_HIDDEN;
	default:
		return PORT_DROPS;
	}
}

/*
 * Whether the host may keep a frame that is not to it until its datagram is complete: one to all,
 * or with br_netfilter (as Docker sets it) whatever enters one of its bridges. The bridge floods a
 * frame to its own sender's address if it cannot learn that.
 */
static bool admission_may_be_kept(const struct admission *admission, const struct port *port,
				  const struct layers_dissected *packet)
{
	uint64_t destination = frame_destination(packet->frame);
	const struct port *at;

	if (admission->guarded && frame_is_multicast(packet->frame))
		return true;
	if (!admission->bridged || (packet->transport == LAYERS_FOUND && !packet->fragment))
		return false;
	at = bridge_where(port->bridge, destination);
	return !at || at->uplink || destination == frame_source(packet->frame);
}

static enum port_drop admission_judge_fragment(struct admission *admission, struct port *port,
					       const struct layers_dissected *packet)
{
	static const enum port_drop drops[] = {[FRAGMENTS_PASS] = PORT_DROPS,
					       [FRAGMENTS_BAD] = PORT_DROP_HIDDEN,
					       [FRAGMENTS_FULL] = PORT_DROP_FRAGMENTS};

	return drops[fragments_judge(&admission->fragments, port->index, packet,
				     port->bridge->now)];
}

/* Call it before the bridge learns where the address is now. */
static void admission_meet(struct admission *admission, const struct port *port,
			   const struct frame *frame)
{
	const struct port *at = bridge_where(port->bridge, frame_source(frame));

	portmacs_meet(&admission->portmacs, port->index, frame_source(frame), at && at != port);
}

static enum port_drop admission_judge(struct bridge_filter *filter, struct port *port,
				      const struct frame *frame)
{
	static const enum port_drop drops[GUARD_VERDICTS] = {
		[GUARD_PASS] = PORT_DROPS,	   [GUARD_GATEWAY] = PORT_DROP_GATEWAY,
		[GUARD_ROUTER] = PORT_DROP_ROUTER, [GUARD_DHCP] = PORT_DROP_DHCP,
		[GUARD_HIDDEN] = PORT_DROP_HIDDEN,
	};
	struct admission *admission = container_of(filter, struct admission, filter);
	struct layers_dissected packet PACKET_PARSED;
	enum port_drop drop = PORT_DROPS;
	bool to_host = admission->guarded && frame_destination(frame) == admission->guard.mac;

	layers_dissect(&packet, frame);
	if (admission->guarded)
		drop = drops[guard_judge(&admission->guard, &packet)];
	if (drop == PORT_DROPS)
		drop = admission_judge_claims(admission, port, &packet);
	if (port->isolated && admission->apart) /* before the host gets the frame */
		apart_stir(admission->apart);
	if (drop == PORT_DROPS && to_host)
		drop = admission_judge_search(admission, port, &packet);
	if (drop == PORT_DROPS && to_host)
		drop = admission_judge_isolation(admission, port, &packet);
	if (drop == PORT_DROPS && admission->leases > 0)
		drop = admission_judge_dhcp(admission, port, &packet);
	/* Last, because it counts what passes. */
	if (drop == PORT_DROPS && (to_host || admission_may_be_kept(admission, port, &packet)))
		drop = admission_judge_fragment(admission, port, &packet);
	if (drop == PORT_DROPS && admission->guarded && port->single &&
	    !portmacs_has_met(&admission->portmacs, port->index))
		admission_meet(admission, port, frame);
	if (drop == PORT_DROPS && port->bridge->segments)
		segments_learn(port->bridge->segments, port, &packet);
	return drop;
}

/*
 * Checks the source address. The kernel accepts no packet from outside with one of its own IPv4
 * addresses as source, and forwards none with a link-local one, which a DHCPv6 server uses. Without
 * this check, an outside server that answers to a guest's port 68 could assign that guest any
 * address.
 */
static bool admission_is_of_host(const struct admission *admission,
				 const struct layers_dissected *packet)
{
	struct claim claims[CLAIMS_A_FRAME];

	return claim_read(claims, packet) > 0 &&
	       (claim_is_ipv4(&claims[0]) || IN6_IS_ADDR_LINKLOCAL(&claims[0].address)) &&
	       guard_has_address(&admission->guard, &claims[0].address);
}

/*
 * If the server is ours, it takes the address from any port that squats on it; otherwise this is a
 * claim like any other.
 */
static void admission_give(struct admission *admission, const struct port *port,
			   const struct in6_addr *address, uint32_t now)
{
	const struct claim claim = {CLAIM_SENDER, *address};

	if (IN6_IS_ADDR_UNSPECIFIED(address))
		return;
	if (admission->leases > 0)
		claims_give(&admission->claims, port->index, address, now);
	else
		claims_say(&admission->claims, port->index, &claim, now);
}

/* An address that DHCP assigns to a guest is at its port. */
static void admission_overhear(struct bridge_filter *filter, struct bridge *bridge,
			       const struct frame *frame)
{
	struct admission *admission = container_of(filter, struct admission, filter);
	struct dhcpmessage message PACKET_PARSED;
	struct layers_dissected packet PACKET_PARSED;
	const struct port *port;

	if (admission->leases == 0 && !admission->isolated)
		return;
	layers_dissect(&packet, frame);
	dhcpmessage_read_server(&message, &packet);
	if (message.kind == DHCPMESSAGE_NONE ||
	    (admission->leases > 0 && !admission_is_of_host(admission, &packet)))
		return;
	if (admission->leases > 0)
		lessees_answer(&admission->lessees, &message, bridge->now);
	port = bridge_where(bridge, frame_address(message.mac));
	if (!admission->isolated || message.kind != DHCPMESSAGE_GRANT || !port || port->uplink)
		return;
	for (unsigned i = 0; i < message.n_leases; i++)
		admission_give(admission, port, &message.leases[i].address, bridge->now);
}

static void admission_send(struct bridge_filter *filter, const struct port *from,
			   struct port *uplink)
{
	const struct admission *admission = container_of(filter, struct admission, filter);
	bool apart = admission->guarded && from->isolated;
	bool changes = apart || portmacs_has_met(&admission->portmacs, from->index);
	uint64_t senders[PORT_BATCH] PACKET_PARSED;

	if (changes)
		portmacs_apply(&admission->portmacs, from->index, apart, uplink->queued,
			       uplink->n_queued, senders);
	uplink->ops->send(uplink, uplink->queued, uplink->n_queued);
	if (changes) /* other ports have the same memory queued */
		portmacs_undo(uplink->queued, uplink->n_queued, senders);
}

static void admission_forget(struct bridge_filter *filter, const struct port *port)
{
	struct admission *admission = container_of(filter, struct admission, filter);

	claims_forget(&admission->claims, port->index);
	fragments_forget(&admission->fragments, port->index);
	portmacs_forget(&admission->portmacs, port->index);
	segments_forget(&admission->segments, port);
	if (admission->leases > 0)
		lessees_forget(&admission->lessees, port->index, port->bridge->now);
}

static void admission_release(struct lessees *lessees, const struct frame *frame)
{
	const struct admission *admission = container_of(lessees, struct admission, lessees);

	admission->uplink->ops->send(admission->uplink, frame, 1);
}

/* Addresses in the gateway's prefixes are neighbours, too. */
static void admission_add_prefixes(struct admission *admission, unsigned subnet)
{
	const struct guard *guard = &admission->guard;
	struct in6_addr ipv4 = claim_map_ipv4(be32toh(guard->ipv4[0]));

	enum { MAPPED = 96 }; /* bits before an IPv4 address */

	claims_add_prefix(&admission->claims, &ipv4, MAPPED + subnet);
	for (unsigned i = 0; i < guard->n_own6; i++) {
		if (!IN6_IS_ADDR_LINKLOCAL(&guard->ipv6[i]))
			claims_add_prefix(&admission->claims, &guard->ipv6[i], ADMISSION_PREFIX6);
	}
}

void admission_init(struct admission *admission, const struct siphash_key *key, unsigned subnet)
{
	struct dhcpmessage_place place = {.ipv4 = admission->guard.ipv4[0]};

	frame_write_address(place.mac, admission->guard.mac);
	admission->filter = (struct bridge_filter){.judge = admission_judge,
						   .overhear = admission_overhear,
						   .send = admission_send,
						   .forget = admission_forget};
	claims_init(&admission->claims, key, admission->isolated);
	fragments_init(&admission->fragments, key);
	portmacs_init(&admission->portmacs, key);
	segments_init(&admission->segments, key);
	if (admission->guarded)
		admission_add_prefixes(admission, subnet);
	admission->n_own_prefixes = admission->claims.n_prefixes;
	lessees_init(&admission->lessees, key, admission->leases, &place, admission_release);
	admission->lessees.stay = admission->isolated;
}

void admission_set_prefixes(struct admission *admission, const struct prefix *prefixes, unsigned n)
{
	admission->claims.n_prefixes = admission->n_own_prefixes;
	for (unsigned i = 0; i < n; i++)
		claims_add_prefix(&admission->claims, &prefixes[i].address, prefixes[i].bits);
}
