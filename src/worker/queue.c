// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue.h"

#include <string.h>

#include "bridge.h"
#include "flow.h"

int queues_init(struct queues *queues, const struct siphash_key *key)
{
	queues->key = *key;
	return pool_init(&queues->pool);
}

void queues_finish(struct queues *queues)
{
	pool_finish(&queues->pool);
}

bool queue_is_empty(const struct queue *queue)
{
	return queue->bytes == 0;
}

unsigned queue_frames(const struct queue *queue)
{
	unsigned n = 0;

	for (unsigned i = 0; i < QUEUE_FLOWS; i++) {
		for (const struct queue_item *item = queue->flows[i].first; item; item = item->next)
			n++;
	}
	for (unsigned i = 0; i < queue->n_ring; i++) /* those with nothing left elsewhere */
		n += queue->ring[i].item->left == 0 &&
		     (i == 0 || queue->ring[i].item != queue->ring[i - 1].item);
	return n;
}

/* ---- items ------------------------------------------------------------------- */

static struct queue_item *queue_new_item(struct queues *queues)
{
	struct queue_item *item = queues->free;

	if (item)
		queues->free = item->next;
	else if (queues->n_items < QUEUE_ITEMS)
		item = &queues->items[queues->n_items++];
	return item;
}

static void queue_free_item(struct queues *queues, struct queue_item *item)
{
	item->next = queues->free;
	queues->free = item;
}

/* Frees it if nothing is left of it, neither in a flow nor in a ring. */
static void queue_release(struct queue *queue, struct queue_item *item)
{
	struct queues *queues = queue->queues;

	if (item->left > 0 || item->holders > 0)
		return;
	if (queues->open == item)
		queues->open = NULL;
	queue->cells -= item->cells;
	pool_give(&queues->pool, item->frame.data);
	queue_free_item(queues, item);
}

/* The split of an item, positioned at that segment. */
static struct gso *queue_open(struct queues *queues, struct queue_item *item, uint32_t index)
{
	if (queues->open != item || queues->index != index) {
		(void)!gso_begin(&queues->gso, &item->frame); /* checked when it was added */
		gso_resize(&queues->gso, item->payload);
		gso_skip(&queues->gso, index);
		queues->open = item;
	}
	queues->index = index + 1;
	return &queues->gso;
}

/* ---- flows ------------------------------------------------------------------- */

static void queue_push(struct queue_list *list, struct queue_flow *flow)
{
	flow->next = NULL;
	flow->listed = true;
	if (list->last)
		list->last->next = flow;
	else
		list->first = flow;
	list->last = flow;
}

static void queue_pop(struct queue_list *list)
{
	list->first->listed = false;
	list->first = list->first->next;
	if (!list->first)
		list->last = NULL;
}

static void queue_append(struct queue_flow *flow, struct queue_item *item)
{
	item->next = NULL;
	if (flow->last)
		flow->last->next = item;
	else
		flow->first = item;
	flow->last = item;
	flow->cells += item->cells;
}

static void queue_unlink_first(struct queue_flow *flow)
{
	flow->cells -= flow->first->cells;
	flow->first = flow->first->next;
	if (!flow->first) {
		flow->last = NULL;
		flow->shared = false;
	}
}

/*
 * Frames from the host may be from many machines. Those from one guest use few flows at another,
 * however many it makes up.
 */
static uint32_t queue_tag(const struct queue *queue, const struct frame *frame,
			  const struct port *from)
{
	const struct queues *queues = queue->queues;
	uint64_t hash = flow_hash(&queues->key, frame);
	uint32_t tag = (uint32_t)hash;

	if (!from->uplink && !queue->inward) {
		const uint64_t one[] = {from->index, hash % QUEUE_FLOWS_PER_GUEST};

		tag = (uint32_t)siphash(&queues->key, one, sizeof(one));
	}
	return tag ? tag : 1;
}

/*
 * The flow for a tag. If others use all its slots, it shares the first one until that is empty;
 * otherwise its next frame could overtake those waiting there.
 */
static struct queue_flow *queue_find(struct queue *queue, uint32_t tag)
{
	struct queue_flow *first = &queue->flows[tag % QUEUE_FLOWS];
	struct queue_flow *unused = NULL;

	for (unsigned i = 0; i < QUEUE_PROBES; i++) {
		struct queue_flow *flow = &queue->flows[(tag + i) % QUEUE_FLOWS];

		if (flow->tag == tag)
			return flow;
		if (!unused && !flow->listed)
			unused = flow;
	}
	if (!unused || first->shared) {
		first->shared = true;
		return first;
	}
	*unused = (struct queue_flow){.tag = tag};
	return unused;
}

/* Bytes that a flow may send per turn: one frame of the maximum size. */
static int32_t queue_quantum(const struct queue *queue)
{
	return (int32_t)(FRAME_HEADER + queue->port->bridge->mtu);
}

void queue_set_rate(struct queue *queue, uint64_t rate)
{
	quota_set(&queue->quota, rate, FRAME_HEADER + queue->port->bridge->mtu);
}

/* ---- room -------------------------------------------------------------------- */

static void queue_count(struct queue *queue, uint32_t bytes)
{
	struct queues *queues = queue->queues;

	if (queue->bytes == 0) {
		queue->previous = NULL;
		queue->next = queues->waiting;
		if (queue->next)
			queue->next->previous = queue;
		queues->waiting = queue;
	}
	queue->bytes += bytes;
}

static void queue_discount(struct queue *queue, uint32_t bytes)
{
	queue->bytes -= bytes;
	if (queue->bytes > 0 || bytes == 0)
		return;
	if (queue->previous)
		queue->previous->next = queue->next;
	else
		queue->queues->waiting = queue->next;
	if (queue->next)
		queue->next->previous = queue->previous;
}

static void queue_count_drops(struct queue *queue, enum port_drop reason, uint32_t n)
{
	struct port_counters *counters = &queue->port->counters;

	if (queue->quota.cells > 0 && (reason == PORT_DROP_FULL || reason == PORT_DROP_LATE))
		reason = PORT_DROP_RATE;
	if (queue->inward)
		counters->dropped_in[reason] += n;
	else
		counters->dropped_out[reason] += n;
}

static void queue_drop_first(struct queue *queue, struct queue_flow *flow, enum port_drop reason)
{
	struct queue_item *item = flow->first;

	queue_count_drops(queue, reason, item->left);
	queue_unlink_first(flow);
	if (!flow->first)
		codel_empty(&flow->codel);
	queue_discount(queue, item->bytes);
	item->left = 0;
	queue_release(queue, item);
}

static void queue_drop_ring(struct queue *queue, enum port_drop reason)
{
	queue_count_drops(queue, reason, queue->n_ring);
	queue_sent(queue, queue->n_ring);
}

/*
 * RFC 8290, 4.1: drops from the head of the largest flow; segments already chosen come last.
 * Largest by memory, not bytes: a small frame takes as much as a large one, and would otherwise
 * push it out.
 */
static void queue_drop_longest(struct queue *queue)
{
	struct queue_flow *longest = &queue->flows[0];
	uint32_t half;

	for (unsigned i = 1; i < QUEUE_FLOWS; i++) {
		if (queue->flows[i].cells > longest->cells)
			longest = &queue->flows[i];
	}
	if (longest->cells == 0) {
		queue_drop_ring(queue, PORT_DROP_FULL);
		return;
	}
	/* The search is expensive, so drop half at once, but no more than a burst. */
	half = longest->cells / 2;
	for (unsigned i = 0; i == 0 || (i < PORT_BATCH && longest->cells > half); i++)
		queue_drop_first(queue, longest, PORT_DROP_FULL);
}

/* Cells that its frames may use. */
static uint32_t queue_room(const struct queue *queue)
{
	return queue->quota.cells == 0 ? QUEUE_CELLS
				       : quota_cells(&queue->quota, &queue->queues->pool);
}

/* Makes room by dropping from the longest queue. False: nothing is waiting anywhere. */
static bool queue_make_room(struct queues *queues)
{
	struct queue *longest = queues->waiting;

	for (struct queue *queue = longest; queue; queue = queue->next) {
		if (queue->cells > longest->cells)
			longest = queue;
	}
	if (longest)
		queue_drop_longest(longest);
	return longest;
}

/* A new item that holds the frame, or NULL. */
static struct queue_item *queue_hold(struct queues *queues, const struct frame *frame)
{
	do {
		struct queue_item *item = queue_new_item(queues);

		if (!item)
			continue;
		item->frame = *frame;
		item->frame.data = pool_hold(&queues->pool, frame->data, frame->size);
		if (item->frame.data)
			return item;
		queue_free_item(queues, item);
	} while (queue_make_room(queues));
	return NULL;
}

/* ---- in ---------------------------------------------------------------------- */

void queue_add(struct queue *queue, const struct gso *gso, unsigned gone, const struct port *from,
	       int64_t now)
{
	struct queues *queues = queue->queues;
	struct queue_item *item;
	struct queue_flow *flow;

	while (queue->cells >= queue_room(queue))
		queue_drop_longest(queue);
	item = queue_hold(queues, gso->frame);
	if (!item) {
		queue_count_drops(queue, PORT_DROP_FULL, gso->n_segments);
		return;
	}
	item->since = now;
	item->taken = gone;
	item->left = gso->n_segments;
	item->holders = 0;
	item->cells = pool_cells_of(&queues->pool, item->frame.data);
	item->header = gso->header_size;
	item->payload = gso->segment_size;
	item->bytes = gso->n_segments * gso->header_size + gso->end - gso->offset;
	flow = queue_find(queue, queue_tag(queue, gso->frame, from));
	queue_append(flow, item);
	queue->cells += item->cells;
	queue_count(queue, item->bytes);
	if (!flow->listed) {
		flow->deficit = queue_quantum(queue);
		queue_push(&queue->fresh, flow);
	}
}

/* ---- out --------------------------------------------------------------------- */

/* Removes the first segment of the flow, and returns its place. */
static struct queue_place queue_shift(struct queue_flow *flow)
{
	struct queue_item *item = flow->first;
	struct queue_place place = {
		.item = item,
		.index = item->taken,
		.size = item->left == 1 ? item->bytes : item->header + item->payload,
	};

	item->taken++;
	item->left--;
	item->bytes -= place.size;
	if (item->left == 0)
		queue_unlink_first(flow);
	return place;
}

/* Takes the first one that has not waited too long; drops the others. False: there is none. */
static bool queue_shift_in_time(struct queue *queue, struct queue_flow *flow, int64_t now,
				struct queue_place *place)
{
	enum codel_step step = CODEL_FIRST;

	while (flow->first) {
		int64_t waited = now - flow->first->since - queue->quota.patience;
		bool drops = codel_drops(&flow->codel, now, waited, queue->bytes,
					 (uint32_t)queue_quantum(queue), &step);

		*place = queue_shift(flow);
		if (drops && flow_can_be_marked(&place->item->frame)) {
			codel_marked(&flow->codel, step);
			place->marked = true;
			drops = false;
		}
		if (!drops)
			return true;
		queue_count_drops(queue, PORT_DROP_LATE, 1);
		queue_discount(queue, place->size);
		queue_release(queue, place->item);
	}
	codel_empty(&flow->codel);
	return false;
}

/* RFC 8290, 4.2. */
static bool queue_take(struct queue *queue, int64_t now, struct queue_place *place)
{
	while (queue->fresh.first || queue->old.first) {
		bool fresh = queue->fresh.first;
		struct queue_list *list = fresh ? &queue->fresh : &queue->old;
		struct queue_flow *flow = list->first;

		if (flow->deficit > 0 && queue_shift_in_time(queue, flow, now, place)) {
			flow->deficit -= (int32_t)place->size;
			return true;
		}
		queue_pop(list);
		if (flow->deficit <= 0)
			flow->deficit += queue_quantum(queue);
		else if (!fresh)
			continue;
		queue_push(&queue->old, flow); /* empty, too: else it would be new again */
	}
	return false;
}

unsigned queue_fill_ring(struct queue *queue, unsigned max, int64_t bytes, int64_t now)
{
	unsigned n = 0;

	for (; n < max && bytes > 0; n++) {
		struct queue_place *place = &queue->ring[n];

		if (n == queue->n_ring) {
			if (!queue_take(queue, now, place))
				break;
			place->item->holders++;
			queue->n_ring++;
		}
		bytes -= place->size;
	}
	return n;
}

void queue_cut(struct queue *queue, unsigned n, struct gso_segment *segment)
{
	const struct queue_place *place = &queue->ring[n];

	gso_next(queue_open(queue->queues, place->item, place->index), segment);
	if (place->marked)
		flow_mark(segment, &place->item->frame);
}

uint32_t queue_sent(struct queue *queue, unsigned n)
{
	uint32_t bytes = 0;

	for (unsigned i = 0; i < n; i++) {
		struct queue_item *item = queue->ring[i].item;

		item->holders--;
		bytes += queue->ring[i].size;
		queue_discount(queue, queue->ring[i].size);
		queue_release(queue, item);
	}
	queue->n_ring -= n;
	memmove(queue->ring, queue->ring + n, queue->n_ring * sizeof(queue->ring[0]));
	return bytes;
}

static void queue_mark(const struct frame *frame)
{
	struct gso_segment segment = {.payload = frame->data, .payload_size = frame->size};

	flow_mark(&segment, frame);
	memcpy(frame->data, segment.header, segment.header_size);
}

bool queue_take_frame(struct queue *queue, int64_t now, struct frame *frame)
{
	struct queue_place place;

	if (!queue_take(queue, now, &place))
		return false;
	*frame = place.item->frame;
	if (place.marked) /* nobody else has it yet */
		queue_mark(frame);
	queue_discount(queue, place.size);
	pool_hold(&queue->queues->pool, frame->data, frame->size);
	queue_release(queue, place.item);
	return true;
}

static void queue_unlist(struct queue_list *list)
{
	while (list->first) {
		codel_empty(&list->first->codel);
		queue_pop(list);
	}
}

void queue_clear(struct queue *queue, enum port_drop reason)
{
	queue_drop_ring(queue, reason);
	for (unsigned i = 0; i < QUEUE_FLOWS && queue->bytes > 0; i++) {
		while (queue->flows[i].first)
			queue_drop_first(queue, &queue->flows[i], reason);
	}
	queue_unlist(&queue->fresh);
	queue_unlist(&queue->old);
}
