// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_cut.h"

#include <string.h>

#include "conntrack.h"
#include "link_facts.h"
#include "log.h"

struct forward_cut {
	const struct forwardrules_change *change;
	const struct link *link;
	uint8_t ports[(UINT16_MAX + 1) / 8]; /* a bit for each port the change is about: most
						connections have another */
};

static void forward_cut_mark(struct forward_cut *cut, const struct forwardrule *rules, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		for (unsigned port = rules[i].hostfwd->first; port <= rules[i].hostfwd->last;
		     port++)
			cut->ports[port / 8] |= (uint8_t)(1 << port % 8);
	}
}

/* Whether its first packet was sent to what the forward names. */
static bool forward_cut_is_to(const struct hostfwd *hostfwd, const struct conntrack_entry *entry)
{
	return entry->protocol == hostfwd->protocol && entry->family == hostfwd_family(hostfwd) &&
	       entry->to_port >= hostfwd->first && entry->to_port <= hostfwd->last &&
	       (hostfwd->any || IN6_ARE_ADDR_EQUAL(&entry->to, &hostfwd->host));
}

static bool forward_cut_was_led(const struct forwardrule *rule, const struct conntrack_entry *entry)
{
	const struct hostfwd *hostfwd = rule->hostfwd;

	return forward_cut_is_to(hostfwd, entry) &&
	       IN6_ARE_ADDR_EQUAL(&entry->answers, &rule->address) &&
	       entry->answers_port == hostfwd->guest_port + entry->to_port - hostfwd->first;
}

static bool forward_cut_is_hosts(const struct forward_cut *cut, const struct conntrack_entry *entry)
{
	return entry->protocol == IPPROTO_UDP && IN6_ARE_ADDR_EQUAL(&entry->to, &entry->answers) &&
	       link_is_local(cut->link, &entry->to);
}

static bool forward_cut_is_meant(void *context, const struct conntrack_entry *entry)
{
	const struct forward_cut *cut = context;
	const struct forwardrules_change *change = cut->change;

	if (!(cut->ports[entry->to_port / 8] >> entry->to_port % 8 & 1))
		return false;
	for (unsigned i = 0; i < change->n_gone && entry->dnat; i++) {
		if (forward_cut_was_led(&change->gone[i], entry))
			return true;
	}
	for (unsigned i = 0; i < change->n_made && !entry->dnat; i++) {
		if (forward_cut_is_to(change->made[i].hostfwd, entry))
			return forward_cut_is_hosts(cut, entry);
	}
	return false;
}

static void forward_cut_tell(int ret)
{
	if (ret < 0)
		log_warning("cannot cut connections to ports that are no longer forwarded: %s",
			    strerror(-ret));
	else if (ret > 0)
		log_debug("cut %d connections through forwarded ports", ret);
}

void forward_cut(const struct forwardrules_change *change, const struct link *link)
{
	struct forward_cut cut = {.change = change, .link = link};
	bool dnat_only = true;

	if (change->n_gone + change->n_made == 0)
		return;
	for (unsigned i = 0; i < change->n_made; i++)
		dnat_only = dnat_only && change->made[i].hostfwd->protocol != IPPROTO_UDP;
	if (dnat_only && change->n_gone == 0)
		return;
	forward_cut_mark(&cut, change->gone, change->n_gone);
	forward_cut_mark(&cut, change->made, change->n_made);
	forward_cut_tell(conntrack_forget(dnat_only, forward_cut_is_meant, &cut));
}

struct forward_cut_network {
	const struct subnet *subnet;
	const struct in6_addr *prefix6;
};

static bool forward_cut_is_inside(void *context, const struct conntrack_entry *entry)
{
	const struct forward_cut_network *network = context;
	const struct subnet *subnet = network->subnet;

	if (!entry->dnat)
		return false;
	if (entry->family == AF_INET6)
		return network->prefix6 &&
		       ula_same_start(&entry->answers, network->prefix6, ULA_BITS);
	return subnet_network(hostfwd_unmap(&entry->answers), subnet->prefix) ==
	       subnet_network(subnet->gateway, subnet->prefix);
}

void forward_cut_all(const struct subnet *subnet, const struct in6_addr *prefix6)
{
	struct forward_cut_network network = {.subnet = subnet, .prefix6 = prefix6};
	int ret = conntrack_forget(true, forward_cut_is_inside, &network);

	if (ret < 0) /* a kernel without ctnetlink; usually there are none to cut */
		log_debug("cannot look for connections of earlier forwards: %s", strerror(-ret));
	else
		forward_cut_tell(ret);
}
