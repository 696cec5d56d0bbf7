// SPDX-License-Identifier: GPL-2.0-or-later
#include "datagrams.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

enum {
	DATAGRAMS_BUDGET = 32, /* per turn of the loop, per socket */
	DATAGRAMS_TICK = 1000, /* ms */
	DATAGRAMS_TOKEN_SLOT = 65535,
};

_Static_assert(DATAGRAMS_FLOWS_MAX <= (int)DATAGRAMS_TOKEN_SLOT, "a slot fits into a token");
_Static_assert(sizeof(struct datagram_key) == 44, "no hole: keys are compared as bytes");

static void datagrams_arm(struct datagrams *datagrams)
{
	if (!datagrams->armed)
		timer_arm(&datagrams->timer, DATAGRAMS_TICK);
	datagrams->armed = true;
}

/* ---- flows ---- */

static struct datagram_flow **datagrams_bucket(struct datagrams *datagrams,
					       const struct datagram_key *key)
{
	return &datagrams
			->buckets[siphash(&datagrams->hash, key, sizeof(*key)) % DATAGRAMS_BUCKETS];
}

static struct datagram_flow *datagrams_find(struct datagrams *datagrams,
					    const struct datagram_key *key)
{
	struct datagram_flow *flow = *datagrams_bucket(datagrams, key);

	while (flow && memcmp(&flow->key, key, sizeof(*key)) != 0)
		flow = flow->next;
	return flow;
}

static void flow_use(struct datagram_flow *flow)
{
	flow->used = ++flow->datagrams->uses;
	flow->last = clock_now();
}

static void datagrams_spare(struct datagrams *datagrams, struct datagram *datagram)
{
	datagram->next = datagrams->spare;
	datagrams->spare = datagram;
	datagrams->n_spare++;
}

/* Whether one more may wait there: a listener may have as many as it leaves for others. */
static bool datagrams_may_wait(const struct datagrams *datagrams, const struct listener *listener)
{
	return listener->n_waiting + 1 < datagrams->n_spare;
}

/* Makes the spare datagram that was read into wait, as the flow's last. */
static void flow_wait(struct datagram_flow *flow)
{
	struct datagrams *datagrams = flow->datagrams;
	struct datagram *datagram = datagrams->spare;
	struct datagram **end = &flow->waiting;

	while (*end)
		end = &(*end)->next;
	datagrams->spare = datagram->next;
	datagrams->n_spare--;
	datagram->next = NULL;
	*end = datagram;
	flow->listener->n_waiting++;
}

/* Takes the first that waits out of the flow; it is spare again, and stays as it is for now. */
static struct datagram *flow_stop_waiting(struct datagram_flow *flow)
{
	struct datagram *datagram = flow->waiting;

	flow->waiting = datagram->next;
	flow->listener->n_waiting--;
	datagrams_spare(flow->datagrams, datagram);
	return datagram;
}

static void flow_close(struct datagram_flow *flow)
{
	struct datagrams *datagrams = flow->datagrams;
	struct datagram_flow **link = datagrams_bucket(datagrams, &flow->key);

	while (*link != flow)
		link = &(*link)->next;
	*link = flow->next;
	loop_close(datagrams->loop, &flow->source);
	while (flow->waiting)
		flow_stop_waiting(flow);
	flow->listener->n_users--;
	flow->listener = NULL;
	flow->state = DATAGRAM_FREE;
	flow->generation++;
	flow->next = datagrams->free;
	datagrams->free = flow;
	datagrams->n--;
}

/* Closes the least recently used flow of that listener, or of all (NULL). */
static void datagrams_make_room(struct datagrams *datagrams, const struct listener *listener)
{
	struct datagram_flow *oldest = NULL;

	for (unsigned i = 0; i < DATAGRAMS_FLOWS_MAX; i++) {
		struct datagram_flow *flow = &datagrams->flows[i];

		if (flow->state == DATAGRAM_OPEN && (!listener || flow->listener == listener) &&
		    (!oldest || flow->used < oldest->used))
			oldest = flow;
	}
	if (oldest)
		flow_close(oldest);
}

/* Passes on the guest's answers. */
static void flow_ready(struct source *source, uint32_t events)
{
	struct datagram_flow *flow = container_of(source, struct datagram_flow, source);
	unsigned char *buffer = flow->datagrams->spare->bytes;

	(void)events;
	for (int i = 0; i < DATAGRAMS_BUDGET; i++) {
		struct iovec iov = {buffer, DATAGRAMS_SIZE_MAX};
		struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
		ssize_t n = recvmsg(source->fd, &msg, MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) /* nobody is listening there: that may change before the next one */
			continue;
		flow_use(flow);
		pktinfo_answer(flow->listener->source.fd, buffer, (size_t)n, &flow->key.who);
	}
}

/* Sends to the guest; lost if there is no room, as on any network. */
static void flow_send(struct datagram_flow *flow, struct datagram *datagram)
{
	struct iovec iov = {datagram->bytes, datagram->size};
	const struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	/* The first may return the error of an earlier one. */
	if (sendmsg(flow->source.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
	    errno == ECONNREFUSED)
		sendmsg(flow->source.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/*
 * Starts a new flow, which requests its socket; the spare datagram waits for it. False: it is lost.
 */
static bool datagrams_begin(struct datagrams *datagrams, struct listener *listener,
			    const struct datagram_key *key)
{
	struct datagram_flow *flow;

	if (!datagrams_may_wait(datagrams, listener))
		return false;
	if (listener->n_users >= DATAGRAMS_FLOWS_OF_LISTENER_MAX)
		datagrams_make_room(datagrams, listener);
	else if (!datagrams->free)
		datagrams_make_room(datagrams, NULL);
	flow = datagrams->free;
	if (!flow || listeners_ask(datagrams->listeners, listener,
				   (uint32_t)flow->generation << 16 |
					   (uint32_t)(flow - datagrams->flows)) < 0)
		return false;
	datagrams->free = flow->next;
	datagrams->n++;
	listener->n_users++;
	flow->state = DATAGRAM_ASKED;
	flow->listener = listener;
	flow->key = *key;
	flow_wait(flow);
	flow->next = *datagrams_bucket(datagrams, key);
	*datagrams_bucket(datagrams, key) = flow;
	flow_use(flow);
	datagrams_arm(datagrams);
	return true;
}

/* Passes on the spare datagram that was read. False: it began a flow; let others work first. */
static bool datagrams_pass(struct datagrams *datagrams, struct listener *listener,
			   const struct datagram_key *key)
{
	struct datagram_flow *flow = datagrams_find(datagrams, key);

	if (!flow)
		return !datagrams_begin(datagrams, listener, key);
	flow_use(flow);
	if (flow->state == DATAGRAM_OPEN)
		flow_send(flow, datagrams->spare);
	else if (datagrams_may_wait(datagrams, listener))
		flow_wait(flow);
	return true;
}

void datagrams_receive(struct datagrams *datagrams, struct listener *listener)
{
	for (int i = 0; i < DATAGRAMS_BUDGET && listener->open; i++) {
		struct datagram_key key = {.listener = listener->number};
		struct datagram *datagram = datagrams->spare;
		ssize_t n = pktinfo_receive(listener->source.fd, datagram->bytes,
					    DATAGRAMS_SIZE_MAX, &key.who);

		if (n == -EMSGSIZE)
			continue;
		if (n < 0)
			return;
		datagram->size = (size_t)n;
		if (!datagrams_pass(datagrams, listener, &key))
			return;
	}
}

void datagrams_answer(struct datagrams *datagrams, uint32_t token, int fd, int error)
{
	uint32_t slot = token & DATAGRAMS_TOKEN_SLOT;
	struct datagram_flow *flow = slot < DATAGRAMS_FLOWS_MAX ? &datagrams->flows[slot] : NULL;

	if (!flow || flow->state != DATAGRAM_ASKED || flow->generation != token >> 16) {
		if (fd >= 0)
			close(fd);
		return;
	}
	flow->source = (struct source){.fd = fd, .ready = flow_ready};
	if (fd < 0 || loop_add(datagrams->loop, &flow->source, EPOLLIN) < 0) {
		log_debug("forward %u: the guest cannot be reached: %s", flow->listener->number,
			  strerror(error));
		flow_close(flow);
		return;
	}
	flow->state = DATAGRAM_OPEN;
	while (flow->waiting)
		flow_send(flow, flow_stop_waiting(flow));
}

void datagrams_cut(struct datagrams *datagrams, struct listener *listener)
{
	for (unsigned i = 0; i < DATAGRAMS_FLOWS_MAX && listener->n_users > 0; i++) {
		if (datagrams->flows[i].listener == listener)
			flow_close(&datagrams->flows[i]);
	}
}

static void datagrams_tick(struct timer *timer)
{
	struct datagrams *datagrams = container_of(timer, struct datagrams, timer);
	int64_t now = clock_now();

	datagrams->armed = false;
	for (unsigned i = 0; i < DATAGRAMS_FLOWS_MAX && datagrams->n > 0; i++) {
		struct datagram_flow *flow = &datagrams->flows[i];

		if (flow->state != DATAGRAM_FREE && now - flow->last >= DATAGRAMS_IDLE_MS)
			flow_close(flow);
	}
	if (datagrams->n > 0)
		datagrams_arm(datagrams);
}

static void datagrams_add(struct datagrams *datagrams, unsigned i)
{
	datagrams->all[i].bytes = datagrams->memory[i];
	datagrams_spare(datagrams, &datagrams->all[i]);
}

int datagrams_init(struct datagrams *datagrams, struct loop *loop, struct listeners *listeners,
		   const struct siphash_key *hash)
{
	datagrams->loop = loop;
	datagrams->listeners = listeners;
	datagrams->hash = *hash;
	for (unsigned i = 0; i <= DATAGRAMS_WAITING_MAX; i++)
		datagrams_add(datagrams, i);
	for (unsigned i = DATAGRAMS_FLOWS_MAX; i-- > 0;) {
		struct datagram_flow *flow = &datagrams->flows[i];

		*flow = (struct datagram_flow){
			.source.fd = -1, .datagrams = datagrams, .next = datagrams->free};
		datagrams->free = flow;
	}
	return timer_init(&datagrams->timer, loop, datagrams_tick);
}

void datagrams_finish(struct datagrams *datagrams)
{
	for (unsigned i = 0; i < DATAGRAMS_FLOWS_MAX; i++) {
		if (datagrams->flows[i].state != DATAGRAM_FREE)
			flow_close(&datagrams->flows[i]);
	}
	timer_finish(&datagrams->timer);
}
