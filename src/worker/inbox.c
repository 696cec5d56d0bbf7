// SPDX-License-Identifier: GPL-2.0-or-later
#include "inbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "clock.h"

int inboxes_init(struct inboxes *inboxes, struct loop *loop, struct queues *queues)
{
	*inboxes = (struct inboxes){.queues = queues};
	inboxes->all = calloc(BRIDGE_PORTS_MAX, sizeof(*inboxes->all));
	return inboxes->all ? throttles_init(&inboxes->throttles, loop) : -ENOMEM;
}

void inboxes_finish(struct inboxes *inboxes)
{
	throttles_finish(&inboxes->throttles);
	free(inboxes->all);
	inboxes->all = NULL;
}

/* Takes up to one batch, as long as bytes allow. Returns the number of frames. */
static unsigned inbox_take(struct inbox *inbox, struct frame *frames, int64_t bytes, int64_t now)
{
	unsigned n = 0;

	while (n < PORT_BATCH && bytes > 0 && queue_take_frame(&inbox->queue, now, &frames[n])) {
		bytes -= frames[n].size;
		throttle_take(&inbox->throttle, frames[n].size);
		n++;
	}
	return n;
}

static unsigned inbox_pass(struct inbox *inbox, int64_t bytes, int64_t now)
{
	struct frame frames[PORT_BATCH];
	unsigned n = inbox_take(inbox, frames, bytes, now);

	if (n > 0)
		bridge_input(inbox->port->bridge, inbox->port, frames, n);
	for (unsigned i = 0; i < n; i++)
		pool_give(&inbox->queue.queues->pool, frames[i].data);
	return n;
}

/* One batch only, so that others get their turn. */
static void inbox_pass_some(struct inbox *inbox)
{
	int64_t now = clock_ns();

	inbox_pass(inbox, throttle_allows(&inbox->throttle, now), now);
	if (!queue_is_empty(&inbox->queue))
		throttle_wait(&inbox->throttle, now);
}

static void inbox_reached(struct throttle *throttle)
{
	inbox_pass_some(container_of(throttle, struct inbox, throttle));
}

struct inbox *inbox_open(struct inboxes *inboxes, struct port *port)
{
	struct inbox *inbox = inboxes->free;

	if (inbox)
		inboxes->free = inbox->next;
	else
		inbox = &inboxes->all[inboxes->n_used++];
	assert(inbox < inboxes->all + BRIDGE_PORTS_MAX);
	*inbox = (struct inbox){
		.home = inboxes,
		.port = port,
		.queue = {.queues = inboxes->queues, .port = port, .inward = true},
	};
	return inbox;
}

void inbox_close(struct inbox *inbox)
{
	throttle_end(&inbox->throttle);
	queue_clear(&inbox->queue, PORT_DROP_DOWN);
	inbox->next = inbox->home->free;
	inbox->home->free = inbox;
}

void inbox_set_rate(struct inbox *inbox, uint64_t rate, int64_t now)
{
	queue_set_rate(&inbox->queue, rate);
	throttle_stop(&inbox->throttle);
	throttle_begin(&inbox->throttle, &inbox->home->throttles, rate, now, inbox_reached);
	inbox_pass_some(inbox);
}

void inbox_add(struct inbox *inbox, const struct frame *frames, unsigned n)
{
	int64_t now = clock_ns();

	for (unsigned i = 0; i < n; i++) {
		struct gso gso PACKET_PARSED;

		if (!bridge_takes(inbox->port->bridge, inbox->port, &frames[i]))
			continue;
		gso_begin_whole(&gso, &frames[i]);
		queue_add(&inbox->queue, &gso, 0, inbox->port, now);
	}
	if (!throttle_waits(&inbox->throttle))
		inbox_pass_some(inbox);
}

void inbox_empty(struct inbox *inbox)
{
	int64_t now = clock_ns();

	while (inbox_pass(inbox, INT64_MAX, now) > 0)
		;
}
