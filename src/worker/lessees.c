// SPDX-License-Identifier: GPL-2.0-or-later
#include "lessees.h"

#include <string.h>

enum {
	LESSEES_PROBES = 16, /* slots to search for a client */
	LESSEES_FRAME = DHCPMESSAGE_MAX,
};

void lessees_init(struct lessees *lessees, const struct siphash_key *key, unsigned max,
		  const struct dhcpmessage_place *place,
		  void (*send)(struct lessees *lessees, const struct frame *frame))
{
	*lessees = (struct lessees){.key = *key, .max = max, .place = *place, .send = send};
	lessees->keeps = max < LESSEES_GONE_MIN ? LESSEES_GONE_MIN : max;
	if (lessees->keeps > LESSEES_GONE_MAX)
		lessees->keeps = LESSEES_GONE_MAX;
}

/* The identity of the client of lease number index in the message. */
static uint64_t lessees_hash(const struct lessees *lessees, const struct dhcpmessage *message,
			     unsigned index)
{
	struct {
		uint32_t iaid;
		uint8_t temporary;
		uint8_t bytes[DHCPMESSAGE_DUID_MAX];
	} who = {0};

	if (!message->ipv6)
		return siphash(&lessees->key, message->mac, MAC_SIZE);
	who.iaid = message->leases[index].iaid;
	who.temporary = message->leases[index].temporary;
	memcpy(who.bytes, message->duid.bytes, message->duid.size);
	return siphash(&lessees->key, &who, offsetof(typeof(who), bytes) + message->duid.size);
}

static bool lessees_is_there(const struct lessee *entry, uint32_t now)
{
	return entry->expires != 0 && entry->expires >= now;
}

static void lessees_tell(struct lessees *lessees, const struct lessee *entry, bool added)
{
	if (lessees->changed && !IN6_IS_ADDR_UNSPECIFIED(&entry->lease.address))
		lessees->changed(lessees, entry, added);
}

static void lessees_free(struct lessees *lessees, struct lessee *entry)
{
	if (entry->expires != 0)
		lessees_tell(lessees, entry, false);
	if (entry->expires != 0 && entry->port != LESSEES_NOWHERE)
		lessees->held[entry->port]--;
	entry->expires = 0;
	entry->gone = 0;
}

/* Compares the hash alone: without the key nobody can make two 64-bit hashes collide. */
static struct lessee *lessees_find(struct lessees *lessees, uint64_t hash, uint32_t now)
{
	for (unsigned i = 0; i < LESSEES_PROBES; i++) {
		struct lessee *entry = &lessees->entries[(hash + i) & (LESSEES_MAX - 1)];

		if (entry->hash == hash && lessees_is_there(entry, now))
			return entry;
	}
	return NULL;
}

/* Releases the entry's lease at the server. */
static void lessees_give_back(struct lessees *lessees, const struct lessee *entry)
{
	uint8_t memory[LESSEES_FRAME];
	struct frame frame = {.data = memory};
	struct dhcpmessage message = {.ipv6 = entry->ipv6, .duid = entry->duid};

	if (IN6_IS_ADDR_UNSPECIFIED(&entry->lease.address) ||
	    (entry->ipv6 && lessees->server.size == 0))
		return;
	memcpy(message.mac, entry->mac, MAC_SIZE);
	message.server = lessees->server;
	message.leases[0] = entry->lease;
	dhcpmessage_make_release(&frame, &message, &lessees->place);
	lessees->send(lessees, &frame);
}

/* Searches the table at most once a second per port, like the bridge. */
static bool lessees_has_room(struct lessees *lessees, unsigned port, uint32_t now)
{
	if (lessees->held[port] < lessees->max)
		return true;
	if (lessees->swept[port] == now)
		return false;
	lessees->swept[port] = now;
	for (unsigned i = 0; i < LESSEES_MAX; i++) {
		struct lessee *entry = &lessees->entries[i];

		if (entry->expires != 0 && entry->port == port && !lessees_is_there(entry, now))
			lessees_free(lessees, entry);
	}
	return lessees->held[port] < lessees->max;
}

/* A slot for a new client; if there is none, that of a departed one. */
static struct lessee *lessees_slot(struct lessees *lessees, uint64_t hash, uint32_t now)
{
	struct lessee *gone = NULL;

	for (unsigned i = 0; i < LESSEES_PROBES; i++) {
		struct lessee *entry = &lessees->entries[(hash + i) & (LESSEES_MAX - 1)];

		if (!lessees_is_there(entry, now)) {
			lessees_free(lessees, entry);
			return entry;
		}
		if (entry->port == LESSEES_NOWHERE)
			gone = entry;
	}
	if (gone) {
		lessees_give_back(lessees, gone);
		lessees_free(lessees, gone);
	}
	return gone;
}

/* Moves a known client to that port; false if the port has its share. */
static bool lessees_place(struct lessees *lessees, struct lessee *entry, unsigned port,
			  uint32_t now)
{
	if (entry->port == port)
		return true;
	if (!lessees_has_room(lessees, port, now))
		return false;
	if (entry->port != LESSEES_NOWHERE)
		lessees->held[entry->port]--;
	lessees->held[port]++;
	entry->port = (uint16_t)port;
	entry->gone = 0;
	return true;
}

static bool lessees_take(struct lessees *lessees, unsigned port, const struct dhcpmessage *message,
			 unsigned index, uint32_t now)
{
	uint64_t hash = lessees_hash(lessees, message, index);
	struct lessee *entry = lessees_find(lessees, hash, now);

	if (entry)
		return lessees_place(lessees, entry, port, now);
	entry = lessees_has_room(lessees, port, now) ? lessees_slot(lessees, hash, now) : NULL;
	if (!entry)
		return false;
	entry->hash = hash;
	entry->expires = now + LESSEES_PATIENCE;
	entry->gone = 0;
	entry->port = (uint16_t)port;
	entry->ipv6 = message->ipv6;
	memcpy(entry->mac, message->mac, MAC_SIZE);
	entry->lease = message->leases[index];
	entry->lease.address = in6addr_any;
	entry->duid.size = message->duid.size;
	memcpy(entry->duid.bytes, message->duid.bytes, message->duid.size);
	lessees->held[port]++;
	return true;
}

static void lessees_release(struct lessees *lessees, unsigned port,
			    const struct dhcpmessage *message, unsigned index, uint32_t now)
{
	const struct in6_addr *address = &message->leases[index].address;
	struct lessee *entry = lessees_find(lessees, lessees_hash(lessees, message, index), now);
	bool none =
		IN6_IS_ADDR_UNSPECIFIED(address) || (!message->ipv6 && address->s6_addr32[3] == 0);

	if (!entry || entry->port != port || IN6_IS_ADDR_UNSPECIFIED(&entry->lease.address) ||
	    !(none || IN6_ARE_ADDR_EQUAL(address, &entry->lease.address)))
		return;
	lessees_give_back(lessees, entry);
	lessees_free(lessees, entry);
}

/* Each question is a broadcast, and so is its answer: a flood of them fills other guests' ports. */
static bool lessees_has_question(struct lessees *lessees, unsigned port, uint32_t now)
{
	struct ratelimit *questions = &lessees->questions[port];

	questions->per_period = lessees->max > LESSEES_QUESTIONS ? lessees->max : LESSEES_QUESTIONS;
	return ratelimit_take(questions, (uint64_t)now * RATELIMIT_PERIOD);
}

/* A client that only asks what it could get. */
static bool lessees_may_ask(struct lessees *lessees, unsigned port,
			    const struct dhcpmessage *message, uint32_t now)
{
	const struct lessee *entry = lessees_find(lessees, lessees_hash(lessees, message, 0), now);

	return (entry && entry->port == port) ||
	       (lessees_has_question(lessees, port, now) && lessees_has_room(lessees, port, now));
}

enum lessees_verdict lessees_ask(struct lessees *lessees, unsigned port,
				 const struct dhcpmessage *message, uint32_t now)
{
	bool may = true;

	for (unsigned i = 0; lessees->stay && i < message->n_leases; i++) {
		const struct lessee *entry =
			lessees_find(lessees, lessees_hash(lessees, message, i), now);

		if (entry && entry->port != port && entry->port != LESSEES_NOWHERE)
			return LESSEES_FOREIGN;
	}
	switch (message->kind) {
	case DHCPMESSAGE_HIDDEN:
		return LESSEES_HIDDEN;
	case DHCPMESSAGE_FOREIGN:
		return LESSEES_FOREIGN;
	case DHCPMESSAGE_ASK:
		may = lessees_may_ask(lessees, port, message, now);
		break;
	case DHCPMESSAGE_TAKE:
		for (unsigned i = 0; i < message->n_leases && may; i++)
			may = lessees_take(lessees, port, message, i, now);
		break;
	case DHCPMESSAGE_RELEASE:
		for (unsigned i = 0; i < message->n_leases; i++)
			lessees_release(lessees, port, message, i, now);
		break;
	default:
		break;
	}
	return may ? LESSEES_PASS : LESSEES_FULL;
}

static void lessees_grant(struct lessees *lessees, struct lessee *entry,
			  const struct dhcpmessage_lease *lease, uint32_t now)
{
	/* It asked for another one meanwhile, and the server gave it two. */
	if (entry->ipv6 && !IN6_ARE_ADDR_EQUAL(&entry->lease.address, &lease->address))
		lessees_give_back(lessees, entry);
	if (!IN6_ARE_ADDR_EQUAL(&entry->lease.address, &lease->address)) {
		lessees_tell(lessees, entry, false);
		entry->lease.address = lease->address;
		lessees_tell(lessees, entry, true);
	}
	entry->expires = lease->time < UINT32_MAX - now ? now + lease->time : UINT32_MAX;
}

void lessees_answer(struct lessees *lessees, const struct dhcpmessage *message, uint32_t now)
{
	if (message->kind != DHCPMESSAGE_GRANT && message->kind != DHCPMESSAGE_DENY)
		return;
	if (message->server.size > 0)
		lessees->server = message->server;
	for (unsigned i = 0; i < message->n_leases; i++) {
		const struct dhcpmessage_lease *lease = &message->leases[i];
		struct lessee *entry =
			lessees_find(lessees, lessees_hash(lessees, message, i), now);

		if (!entry)
			continue;
		if (message->kind == DHCPMESSAGE_GRANT && lease->time > 0 &&
		    !IN6_IS_ADDR_UNSPECIFIED(&lease->address))
			lessees_grant(lessees, entry, lease, now);
		else if (IN6_IS_ADDR_UNSPECIFIED(&entry->lease.address))
			lessees_free(lessees, entry); /* it will not get what it waited for */
	}
}

/* Keeps the lease of a departed client, in place of the one that departed first. */
static void lessees_keep(struct lessees *lessees, struct lessee *entry)
{
	uint32_t number = ++lessees->n_gone;
	unsigned place = number % lessees->keeps;
	struct lessee *oldest = &lessees->entries[lessees->gone[place].slot];

	if (oldest->gone != 0 && oldest->gone == lessees->gone[place].number) {
		lessees_give_back(lessees, oldest);
		lessees_free(lessees, oldest);
	}
	entry->port = LESSEES_NOWHERE;
	entry->gone = number;
	lessees->gone[place].number = number;
	lessees->gone[place].slot = (uint16_t)(entry - lessees->entries);
}

void lessees_forget(struct lessees *lessees, unsigned port, uint32_t now)
{
	for (unsigned i = 0; i < LESSEES_MAX && lessees->held[port] > 0; i++) {
		struct lessee *entry = &lessees->entries[i];

		if (entry->expires == 0 || entry->port != port)
			continue;
		if (!lessees_is_there(entry, now) ||
		    IN6_IS_ADDR_UNSPECIFIED(&entry->lease.address)) {
			lessees_free(lessees, entry);
			continue;
		}
		lessees->held[port]--;
		lessees_keep(lessees, entry);
	}
	lessees->swept[port] = 0;
}
