// SPDX-License-Identifier: GPL-2.0-or-later
#include "claims.h"

#include <errno.h>
#include <string.h>

enum {
	CLAIMS_PROBES = 16, /* slots to search for an address; at most a quarter is held */
	CLAIMS_NEVER = 1,   /* a period long past: held, but not counted yet */
	CLAIMS_FIRST_PERIOD = 4,
};

void claims_init(struct claims *claims, const struct siphash_key *key, bool held)
{
	*claims = (struct claims){.key = *key, .held = held};
}

static bool claims_is_within(const struct prefix *prefix, const struct in6_addr *address)
{
	unsigned bytes = prefix->bits / 8;
	unsigned rest = prefix->bits % 8;
	uint8_t differs;

	if (memcmp(address, &prefix->address, bytes) != 0)
		return false;
	if (rest == 0)
		return true;
	differs = address->s6_addr[bytes] ^ prefix->address.s6_addr[bytes];
	return differs >> (8 - rest) == 0;
}

int claims_add_prefix(struct claims *claims, const struct in6_addr *address, unsigned bits)
{
	for (unsigned i = 0; i < claims->n_prefixes; i++) {
		if (claims->prefixes[i].bits <= bits &&
		    claims_is_within(&claims->prefixes[i], address))
			return 0;
	}
	if (claims->n_prefixes == CLAIMS_PREFIXES_MAX)
		return -ENOSPC;
	claims->prefixes[claims->n_prefixes++] = (struct prefix){*address, bits};
	return 0;
}

static bool claims_is_on_link(const struct claims *claims, const struct in6_addr *address)
{
	if (IN6_IS_ADDR_LINKLOCAL(address))
		return true;
	for (unsigned i = 0; i < claims->n_prefixes; i++) {
		if (claims_is_within(&claims->prefixes[i], address))
			return true;
	}
	return false;
}

/* ---- active addresses ---- */

static void claims_turn_activity(struct claims_activity active[2], uint32_t periods)
{
	for (int i = 0; i < 2 && periods > 0; i++) {
		active[i].before = periods == 1 ? active[i].now : 0;
		active[i].now = 0;
	}
}

static void claims_turn_port(const struct claims *claims, struct claims_port *port)
{
	if (port->period == claims->period)
		return;
	claims_turn_activity(port->active, claims->period - port->period);
	port->period = claims->period;
	port->last = in6addr_any;
}

/* Advances to the period of the time now. */
static void claims_turn(struct claims *claims, struct claims_port *port, uint32_t now)
{
	uint32_t period = now / CLAIMS_PERIOD + CLAIMS_FIRST_PERIOD;

	claims_turn_activity(claims->active, period - claims->period);
	claims->period = period;
	claims_turn_port(claims, &claims->ports[CLAIMS_NOWHERE]);
	claims_turn_port(claims, port);
}

static unsigned claims_family(const struct in6_addr *address)
{
	return IN6_IS_ADDR_V4MAPPED(address) ? 0 : 1;
}

bool claims_is_active(const struct claims *claims, const struct claims_entry *entry)
{
	return entry->period != 0 && claims->period - entry->period <= 1;
}

static unsigned claims_sum(const struct claims_activity *activity)
{
	return (unsigned)activity->now + activity->before;
}

/* The counter that includes an active entry, for its port or for all. */
static uint16_t *claims_counter(const struct claims *claims, struct claims_activity active[2],
				const struct claims_entry *entry)
{
	struct claims_activity *activity = &active[claims_family(&entry->address)];

	return entry->period == claims->period ? &activity->now : &activity->before;
}

/* Removes the entry from the counters of active ones. */
static void claims_rest(struct claims *claims, const struct claims_entry *entry)
{
	struct claims_port *port = &claims->ports[entry->port];

	if (!claims_is_active(claims, entry))
		return;
	--*claims_counter(claims, claims->active, entry);
	claims_turn_port(claims, port);
	--*claims_counter(claims, port->active, entry);
}

/* Whether the port may have one more active address of the family. */
static bool claims_may_act(const struct claims *claims, const struct claims_port *port,
			   unsigned family)
{
	unsigned all = claims_sum(&claims->active[family]);
	unsigned here = claims_sum(&port->active[family]);

	return (here < CLAIMS_SHARE_MIN && all < CLAIMS_ALL) ||
	       (all < CLAIMS_ACTIVE && here < CLAIMS_EAGER * (CLAIMS_ACTIVE - all));
}

/* Counts it in this period. False: the port has used up its share. */
static bool claims_act(struct claims *claims, struct claims_entry *entry, uint32_t now)
{
	struct claims_port *port = &claims->ports[entry->port];
	unsigned family = claims_family(&entry->address);

	entry->seen = now;
	if (entry->period == claims->period)
		return true;
	if (!claims_is_active(claims, entry) && !claims_may_act(claims, port, family))
		return false;
	claims_rest(claims, entry);
	entry->period = claims->period;
	claims->active[family].now++;
	port->active[family].now++;
	return true;
}

/* ---- the table ---- */

static struct claims_entry *claims_slot(struct claims *claims, uint64_t hash, unsigned probe)
{
	return &claims->entries[(hash + probe) & (CLAIMS_MAX - 1)];
}

static struct claims_entry *claims_find(struct claims *claims, uint64_t hash,
					const struct in6_addr *address)
{
	for (unsigned i = 0; i < CLAIMS_PROBES; i++) {
		struct claims_entry *entry = claims_slot(claims, hash, i);

		if (entry->period != 0 && IN6_ARE_ADDR_EQUAL(&entry->address, address))
			return entry;
	}
	return NULL;
}

static void claims_release(struct claims *claims, struct claims_entry *entry)
{
	if (entry->period == 0)
		return;
	claims_rest(claims, entry);
	claims->ports[entry->port].n_held--;
	claims->n_held--;
	if (IN6_ARE_ADDR_EQUAL(&claims->ports[entry->port].last, &entry->address))
		claims->ports[entry->port].last = in6addr_any;
	*entry = (struct claims_entry){0};
	claims->changes++;
}

/* Whether another address may take the slot, for port. */
static bool claims_is_free(const struct claims *claims, const struct claims_entry *entry,
			   unsigned port)
{
	if (entry->period == 0)
		return true;
	return !claims_is_active(claims, entry) &&
	       (!claims->held || entry->port == port || entry->port == CLAIMS_NOWHERE);
}

static bool claims_may_hold(const struct claims *claims, const struct claims_port *port)
{
	return port->n_held < 2 * CLAIMS_SHARE_MIN ||
	       (claims->n_held < CLAIMS_HELD &&
		port->n_held < CLAIMS_EAGER * (CLAIMS_HELD - claims->n_held));
}

/* Searches the table at most once a second per port, like the bridge. */
static bool claims_has_room(struct claims *claims, unsigned port, uint32_t now)
{
	struct claims_port *at = &claims->ports[port];

	if (!claims->held || claims_may_hold(claims, at)) /* else inactive ones are free */
		return true;
	if (at->swept == now)
		return false;
	at->swept = now;
	for (unsigned i = 0; i < CLAIMS_MAX; i++) {
		struct claims_entry *entry = &claims->entries[i];

		if (entry->period != 0 &&
		    ((entry->port == port && now - entry->seen > CLAIMS_AGE) ||
		     (entry->port == CLAIMS_NOWHERE && !claims_is_active(claims, entry))))
			claims_release(claims, entry);
	}
	return claims_may_hold(claims, at);
}

/* A new entry for the port, not counted as active yet; or NULL. */
static struct claims_entry *claims_add(struct claims *claims, uint64_t hash, unsigned port,
				       const struct in6_addr *address, uint32_t now)
{
	struct claims_entry *entry = NULL;

	if (!claims_has_room(claims, port, now))
		return NULL;
	for (unsigned i = 0; i < CLAIMS_PROBES && !entry; i++) {
		struct claims_entry *slot = claims_slot(claims, hash, i);

		if (claims_is_free(claims, slot, port))
			entry = slot;
	}
	if (!entry)
		return NULL;
	claims_release(claims, entry);
	*entry = (struct claims_entry){
		.address = *address, .seen = now, .period = CLAIMS_NEVER, .port = (uint16_t)port};
	claims->ports[port].n_held++;
	claims->n_held++;
	claims->changes++;
	return entry;
}

static void claims_move(struct claims *claims, struct claims_entry *entry, unsigned port)
{
	struct claims_port *from = &claims->ports[entry->port];

	claims_rest(claims, entry);
	if (IN6_ARE_ADDR_EQUAL(&from->last, &entry->address))
		from->last = in6addr_any;
	from->n_held--;
	claims->ports[port].n_held++;
	claims->changes++;
	entry->port = (uint16_t)port;
	entry->period = CLAIMS_NEVER;
}

/* Moves an active one: it stays as active as it was, and adds no neighbour. */
static void claims_hand_over(struct claims *claims, struct claims_entry *entry, unsigned port)
{
	struct claims_port *from = &claims->ports[entry->port];
	struct claims_port *to = &claims->ports[port];

	claims_turn_port(claims, from);
	claims_turn_port(claims, to);
	--*claims_counter(claims, from->active, entry);
	++*claims_counter(claims, to->active, entry);
	from->n_held--;
	to->n_held++;
	claims->changes++;
	entry->port = (uint16_t)port;
}

/* ---- claims ---- */

/* Whether it is of no interest here. */
static bool claims_is_ignored(const struct claims *claims, const struct claim *claim)
{
	if (claim->kind == CLAIM_SOURCE)
		return !claims_is_on_link(claims, &claim->address);
	return claim->kind == CLAIM_PROBE && !claims->held; /* adds no neighbour */
}

static bool claims_is_taken(const struct claims *claims, const struct claims_entry *entry,
			    unsigned port)
{
	if (!claims->held || entry->port == port || entry->port == CLAIMS_NOWHERE)
		return false;
	return !entry->asked || claims_is_active(claims, entry);
}

enum claims_verdict claims_say(struct claims *claims, unsigned port, const struct claim *claim,
			       uint32_t now)
{
	struct claims_port *at = &claims->ports[port];
	struct claims_entry *entry;
	uint64_t hash;

	claims_turn(claims, at, now);
	if (IN6_ARE_ADDR_EQUAL(&at->last, &claim->address))
		return CLAIMS_PASS;
	hash = siphash(&claims->key, &claim->address, sizeof(claim->address));
	entry = claims_find(claims, hash, &claim->address);
	if (entry && claims_is_taken(claims, entry, port))
		return CLAIMS_TAKEN;
	if (!entry && claims_is_ignored(claims, claim))
		return CLAIMS_PASS;
	if (entry && entry->port == CLAIMS_NOWHERE && claims_is_active(claims, entry))
		claims_hand_over(claims, entry, port);
	if (!entry && !claims_may_act(claims, at, claims_family(&claim->address)))
		return CLAIMS_FULL;
	if (!entry) {
		entry = claims_add(claims, hash, port, &claim->address, now);
		if (entry)
			entry->asked = claim->kind == CLAIM_PROBE;
	} else if (entry->port != port) {
		claims_move(claims, entry, port);
	}
	if (entry && claim->kind != CLAIM_PROBE)
		entry->asked = false;
	if (!entry || !claims_act(claims, entry, now))
		return CLAIMS_FULL;
	if (!entry->asked)
		at->last = claim->address;
	return CLAIMS_PASS;
}

static bool claims_search(struct ratelimit *search, unsigned most, uint32_t now)
{
	search->per_period = most;
	return ratelimit_take(search, (uint64_t)now * RATELIMIT_PERIOD);
}

enum claims_verdict claims_seek(struct claims *claims, unsigned port,
				const struct in6_addr *address, uint32_t now)
{
	const struct claims_entry *entry;

	if (!claims_is_on_link(claims, address))
		return CLAIMS_PASS;
	claims_turn(claims, &claims->ports[port], now);
	entry = claims_look(claims, address);
	if (entry && claims_is_active(claims, entry))
		return CLAIMS_PASS;
	return claims_search(&claims->ports[port].search, CLAIMS_SOUGHT_PORT, now) &&
			       claims_search(&claims->search, CLAIMS_SOUGHT, now)
		       ? CLAIMS_PASS
		       : CLAIMS_FULL;
}

void claims_give(struct claims *claims, unsigned port, const struct in6_addr *address, uint32_t now)
{
	uint64_t hash = siphash(&claims->key, address, sizeof(*address));
	struct claims_entry *entry = claims_find(claims, hash, address);

	claims_turn(claims, &claims->ports[port], now);
	if (!entry)
		entry = claims_add(claims, hash, port, address, now);
	else if (entry->port != port)
		claims_move(claims, entry, port);
	if (entry)
		entry->asked = false;
}

void claims_forget(struct claims *claims, unsigned port)
{
	struct claims_port *at = &claims->ports[port];

	for (unsigned i = 0; i < CLAIMS_MAX && at->n_held > 0; i++) {
		struct claims_entry *entry = &claims->entries[i];

		if (entry->period == 0 || entry->port != port)
			continue;
		if (claims_is_active(claims, entry))
			claims_hand_over(claims, entry, CLAIMS_NOWHERE);
		else
			claims_release(claims, entry);
	}
	*at = (struct claims_port){0};
}

struct claims_entry *claims_look(struct claims *claims, const struct in6_addr *address)
{
	return claims_find(claims, siphash(&claims->key, address, sizeof(*address)), address);
}

bool claims_where(const struct claims *claims, const struct in6_addr *address, unsigned *port)
{
	/* It is only read. */
	const struct claims_entry *entry = claims_look((struct claims *)claims, address);

	*port = entry ? entry->port : CLAIMS_NOWHERE;
	return claims_is_on_link(claims, address);
}

unsigned claims_list(const struct claims *claims, unsigned port, struct in6_addr *addresses,
		     unsigned max, uint32_t now)
{
	unsigned left = claims->ports[port].n_held;
	unsigned n = 0;

	for (unsigned i = 0; i < CLAIMS_MAX && left > 0; i++) {
		const struct claims_entry *entry = &claims->entries[i];

		if (entry->period == 0 || entry->port != port)
			continue;
		left--;
		if (entry->asked || now - entry->seen > CLAIMS_AGE)
			continue;
		if (n < max)
			addresses[n] = entry->address;
		n++;
	}
	return n;
}
