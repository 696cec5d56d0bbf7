// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_forwards.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "forward_cut.h"
#include "forward_guests.h"
#include "forward_port.h"
#include "forward_tell.h"
#include "host_firewall.h"
#include "host_forwarder.h"
#include "host_transit.h"
#include "log.h"

int host_forwards_refuse(const struct hostfwd *hostfwd, const char *why, struct problem *problem)
{
	char text[HOSTFWD_TEXT_MAX];

	return problem_set(problem, STATUS_HOST, "%s: %s", hostfwd_format(hostfwd, text), why);
}

struct host_forward *host_forwards_find(struct host *host, const struct hostfwd *hostfwd)
{
	for (unsigned i = 0; i < host->forwards.n; i++) {
		if (hostfwd_equal(&host->forwards.list[i].hostfwd, hostfwd))
			return &host->forwards.list[i];
	}
	return NULL;
}

/* ---- the rules ----------------------------------------------------------------- */

static void host_forwards_add_rule(struct forwardrule *rules, unsigned *n,
				   const struct hostfwd *hostfwd, const struct in6_addr *address)
{
	rules[(*n)++] = (struct forwardrule){.hostfwd = hostfwd, .address = *address};
}

/* The difference between the current rules and what was resolved; n: includes those being added. */
static struct forwardrules_change host_forwards_compare(const struct host_forwards *forwards,
							unsigned n)
{
	struct forwardrules_change change = {.gone = forwards->gone, .made = forwards->made};

	for (unsigned i = 0; i < n; i++) {
		const struct host_forward *forward = &forwards->list[i];
		bool stays = forward->next_active && !forward->going;

		if (forward->active && stays &&
		    IN6_ARE_ADDR_EQUAL(&forward->address, &forward->next))
			continue;
		if (forward->active)
			host_forwards_add_rule(forwards->gone, &change.n_gone, &forward->hostfwd,
					       &forward->address);
		if (stays)
			host_forwards_add_rule(forwards->made, &change.n_made, &forward->hostfwd,
					       &forward->next);
	}
	return change;
}

/* In one transaction. 0, or -1 with *problem. */
static int host_forwards_write(struct host *host, const struct forwardrules_change *change,
			       struct problem *problem)
{
	size_t size = forwardrules_size(change);
	char *text;
	int ret;

	if (change->n_gone + change->n_made == 0)
		return 0;
	text = malloc(size);
	if (!text)
		return problem_set(problem, STATUS_FAILED,
				   "not enough memory for the rules of forwards");
	ret = nft_apply(&host->nft,
			forwardrules_format_change(host->plan.table, change, text, size), problem);
	free(text);
	return ret;
}

/* ---- changes ------------------------------------------------------------------- */

/* What was resolved is now in force. */
static void host_forwards_settle(struct host *host, bool told)
{
	for (unsigned i = 0; i < host->forwards.n; i++) {
		struct host_forward *forward = &host->forwards.list[i];

		if (forward->active == forward->next_active &&
		    (!forward->active || IN6_ARE_ADDR_EQUAL(&forward->address, &forward->next)))
			continue;
		forward->active = forward->next_active;
		forward->address = forward->next;
		host_forwarder_lead(host, forward);
		if (told)
			forward_tell_state(host, forward);
	}
}

/* Guests came, went, or changed address. 0, or -1 with *problem. */
static int host_forwards_follow(struct host *host, const struct dhcp *dhcp, struct problem *problem)
{
	struct host_forwards *forwards = &host->forwards;
	struct forwardrules_change change;
	unsigned n;

	forward_guests_find(&host->plan, dhcp, forwards->list, forwards->n);
	change = host_forwards_compare(forwards, forwards->n);
	if (host_forwards_write(host, &change, problem) < 0)
		return -1;
	forward_cut(&change, &host->link);
	n = change.n_gone > change.n_made ? change.n_gone : change.n_made;
	host_forwards_settle(host, n <= FORWARD_TELL_MAX);
	if (n > FORWARD_TELL_MAX)
		forward_tell_many(host, 0, 0, n);
	return 0;
}

static void host_forwards_leases_changed(struct leases_watch *watch)
{
	struct host *host = container_of(watch, struct host, forwards.watch);
	struct problem problem = {0};

	if (host_forwards_follow(host, &host->served.dhcp, &problem) < 0)
		log_warning("cannot make forwards follow their guests: %s", problem.text);
}

static void host_forwards_keep_all(struct host *host)
{
	for (unsigned i = 0; i < host->forwards.n; i++)
		host->forwards.list[i].going = false;
}

/* Marks those to be removed. 0, or -1 with *problem. */
static int host_forwards_mark(struct host *host, const struct host_forwards_change *change,
			      struct problem *problem)
{
	for (unsigned i = 0; i < change->n_remove; i++) {
		struct host_forward *forward = host_forwards_find(host, &change->remove[i]);

		if (!forward || forward->going)
			return host_forwards_refuse(&change->remove[i], "there is no such forward",
						    problem);
		forward->going = true;
	}
	return 0;
}

/*
 * Checks that the host does not use its ports, except for those held by the first n forwards that
 * are going.
 */
static int host_forwards_check_ports(const struct host *host, const struct hostfwd *hostfwd,
				     unsigned n, struct problem *problem)
{
	const struct host_forward *list = host->forwards.list;
	struct hostfwd one = *hostfwd;
	unsigned port = hostfwd->first;
	int ret = 0;

	if (n == 0)
		return forward_port_check(hostfwd, problem);
	for (; port <= hostfwd->last && ret == 0; port++) {
		bool held = false;

		one.first = one.last = (uint16_t)port;
		for (unsigned i = 0; i < n && !held; i++)
			held = list[i].going && hostfwd_overlap(&list[i].hostfwd, &one) &&
			       (list[i].hostfwd.any || !one.any);
		ret = held ? 0 : forward_port_check(&one, problem);
	}
	return ret;
}

/* Stages one more, after n others, which include those staged before. 0, or -1 with *problem. */
static int host_forwards_take(struct host *host, const struct host_forwards_change *change,
			      const struct hostfwd *hostfwd, unsigned n, struct problem *problem)
{
	const struct hostfwd_network network = plan_hostfwd_network(&host->plan, change->dhcp);
	struct host_forward *list = host->forwards.list;
	bool replaces = false;
	struct problem why;
	char text[HOSTFWD_TEXT_MAX];

	if (hostfwd_check(hostfwd, &network, &why) < 0)
		return host_forwards_refuse(hostfwd, why.text, problem);
	for (unsigned i = 0; i < n; i++) {
		if (!hostfwd_overlap(&list[i].hostfwd, hostfwd))
			continue;
		if (!list[i].going)
			return problem_set(problem, STATUS_HOST,
					   "%s: one of its ports is already forwarded, by %s",
					   hostfwd_format(hostfwd, text),
					   hostfwd_format(&list[i].hostfwd, why.text));
		replaces = true;
	}
	if (host_forwards_check_ports(host, hostfwd, replaces ? n : 0, &why) < 0)
		return host_forwards_refuse(hostfwd, why.text, problem);
	list[n] = (struct host_forward){.id = ++host->forwards.last_id,
					.configured = change->configured,
					.hostfwd = *hostfwd};
	return 0;
}

/* That will be forwarded after the change. */
static unsigned host_forwards_n_ports(const struct host_forwards *forwards,
				      const struct host_forwards_change *change)
{
	unsigned ports = 0;

	for (unsigned i = 0; i < forwards->n; i++)
		ports += forwards->list[i].going ? 0 : hostfwd_n_ports(&forwards->list[i].hostfwd);
	for (unsigned i = 0; i < change->n_add; i++)
		ports += hostfwd_n_ports(&change->add[i]);
	return ports;
}

/* Stages them after the existing ones. 0, or -1 with *problem. */
static int host_forwards_stage(struct host *host, const struct host_forwards_change *change,
			       struct problem *problem)
{
	const unsigned n = host->forwards.n;
	const unsigned ports = host_forwards_n_ports(&host->forwards, change);

	if (change->n_add > HOSTFWD_MAX || n + change->n_add - change->n_remove > HOSTFWD_MAX)
		return problem_set(problem, STATUS_HOST, "too many forwards: at most %d",
				   HOSTFWD_MAX);
	if (ports > HOSTFWD_PORTS_MAX) /* first, because each of them is opened then */
		return problem_set(problem, STATUS_HOST,
				   "too many forwarded ports: %u in all, at most %d", ports,
				   HOSTFWD_PORTS_MAX);
	for (unsigned i = 0; i < change->n_add; i++) {
		if (host_forwards_take(host, change, &change->add[i], n + i, problem) < 0)
			return -1;
	}
	return 0;
}

/* Gives the new ones listeners. 0, or -1 with *problem, and none is left. */
static int host_forwards_announce(struct host *host, unsigned n_add, struct problem *problem)
{
	struct host_forward *added = &host->forwards.list[host->forwards.n];

	for (unsigned i = 0; i < n_add; i++) {
		int ret = host_forwarder_add(host, &added[i]);

		if (ret == 0)
			continue;
		host_forwards_refuse(&added[i].hostfwd, strerror(-ret), problem);
		while (i-- > 0)
			host_forwarder_remove(host, &added[i]);
		return -1;
	}
	return 0;
}

static void host_forwards_drop_going(struct host *host, bool told)
{
	struct host_forwards *forwards = &host->forwards;
	unsigned kept = 0;

	for (unsigned i = 0; i < forwards->n; i++) {
		struct host_forward *forward = &forwards->list[i];

		if (!forward->going) {
			forwards->list[kept++] = *forward;
			continue;
		}
		host_forwarder_remove(host, forward);
		if (told)
			forward_tell_removed(host, forward);
	}
	forwards->n = kept;
}

/*
 * As long as there are forwards, packets may come in through more devices than guests leave by, and
 * the firewall keeper has to let them pass.
 */
static void host_forwards_open(struct host *host, unsigned before)
{
	int ret;

	if ((before > 0) == (host->forwards.n > 0))
		return;
	ret = host_transit_follow(host, false);
	if (ret == 0 && host->plan.ipv6)
		ret = host_transit_follow(host, true);
	if (ret < 0)
		log_warning("forwarded ports may be unreachable through some devices: %s",
			    strerror(-ret));
	host_firewall_follow(host);
}

/* What was staged is in force: reports it, and cuts what it replaced. */
static void host_forwards_commit(struct host *host, const struct host_forwards_change *change,
				 const struct forwardrules_change *rules)
{
	struct host_forwards *forwards = &host->forwards;
	bool told = change->n_add + change->n_remove <= FORWARD_TELL_MAX;
	unsigned before = forwards->n;

	forward_cut(rules, &host->link);
	forwards->n += change->n_add;
	host_forwards_drop_going(host, told);
	host_forwards_settle(host, told);
	for (unsigned i = before - change->n_remove; i < forwards->n && told; i++) {
		if (!forwards->list[i].active)
			forward_tell_state(host, &forwards->list[i]);
	}
	if (!told)
		forward_tell_many(host, change->n_add, change->n_remove, 0);
	host_forwards_open(host, before);
}

int host_forwards_change(struct host *host, const struct host_forwards_change *change,
			 struct problem *problem)
{
	struct host_forwards *forwards = &host->forwards;
	struct forwardrules_change rules;
	unsigned n = forwards->n + change->n_add;

	if (host_forwards_mark(host, change, problem) < 0 ||
	    host_forwards_stage(host, change, problem) < 0 ||
	    host_forwards_announce(host, change->n_add, problem) < 0) {
		host_forwards_keep_all(host);
		return -1;
	}
	forward_guests_find(&host->plan, change->dhcp, forwards->list, n);
	rules = host_forwards_compare(forwards, n);
	if (host_forwards_write(host, &rules, problem) < 0) {
		for (unsigned i = forwards->n; i < n; i++)
			host_forwarder_remove(host, &forwards->list[i]);
		host_forwards_keep_all(host);
		return -1;
	}
	host_forwards_commit(host, change, &rules);
	return 0;
}

/* ---- the table ------------------------------------------------------------------ */

int host_forwards_up(struct host *host)
{
	struct host_forwards *forwards = &host->forwards;
	int ret = 0;

	/* Twice the maximum: during a change, old and new ones are side by side. */
	forwards->list = calloc(2 * (size_t)HOSTFWD_MAX, sizeof(*forwards->list));
	forwards->gone = calloc(2 * (size_t)HOSTFWD_MAX, sizeof(*forwards->gone));
	forwards->made = calloc(2 * (size_t)HOSTFWD_MAX, sizeof(*forwards->made));
	if (!forwards->list || !forwards->gone || !forwards->made)
		return host_fail(host, "forwards", -ENOMEM);
	/*
	 * Of an instance that was killed: its rules went with it, but not the connections they led.
	 */
	forward_cut_all(&host->plan.subnet, host->plan.ipv6 ? &host->plan.prefix6 : NULL);
	if (host->plan.serves_dhcp)
		ret = leases_watch_start(&forwards->watch, &host->loop, host->plan.lease_file,
					 host_forwards_leases_changed);
	return ret < 0 ? host_fail(host, "cannot watch the leases", ret) : 0;
}

void host_forwards_down(struct host *host)
{
	struct host_forwards *forwards = &host->forwards;

	leases_watch_stop(&forwards->watch);
	if (forwards->list)
		forward_cut_all(&host->plan.subnet, host->plan.ipv6 ? &host->plan.prefix6 : NULL);
	free(forwards->list);
	free(forwards->gone);
	free(forwards->made);
	forward_batch_end(&forwards->batch);
	forwards->list = NULL;
	forwards->gone = forwards->made = NULL;
	forwards->n = 0;
}
