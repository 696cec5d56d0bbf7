// SPDX-License-Identifier: GPL-2.0-or-later
#include "inbox.h"

#include "clock.h"
#include "unit.h"

enum {
	PORTS = 3,
	MTU = 1500,
	SIZE = FRAME_HEADER + MTU,
	FLOWS = 4, /* told apart by their Ethernet type */
};

static struct loop loop;
static struct queues queues;
static struct inboxes inboxes;
static struct bridge bridge;
static struct port ports[PORTS];
static uint8_t memory[PORT_BATCH][SIZE + 8];
static struct frame frames[PORT_BATCH];
static uint64_t n_passed, bytes_passed, wanted;
static struct virtio_net_hdr last_vnet; /* of a super-frame */
static uint32_t next[FLOWS];		/* number that none below may come after */

static void passed(struct port *port, const struct frame *some, unsigned n)
{
	ck_assert_ptr_eq(port, &ports[1]);
	for (unsigned i = 0; i < n; i++) {
		unsigned flow = some[i].data[13];
		uint32_t number;

		memcpy(&number, some[i].data + FRAME_HEADER, sizeof(number));
		if (flow >= FLOWS || number < next[flow] || some[i].size < FRAME_MIN)
			ck_abort_msg("frame %u of flow %u", number, flow);
		next[flow] = number + 1;
		bytes_passed += some[i].size;
		if (some[i].size > SIZE)
			last_vnet = some[i].vnet;
	}
	n_passed += n;
	if (wanted > 0 && n_passed >= wanted)
		loop_stop(&loop);
}

static void begin(void)
{
	static const struct port_ops ops = {.send = passed};
	static const struct siphash_key key = {{1, 2}};

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(queues_init(&queues, &key), 0);
	ck_assert_int_eq(inboxes_init(&inboxes, &loop, &queues), 0);
	bridge_init(&bridge, MTU, 1);
	for (unsigned i = 0; i < PORTS; i++) {
		ports[i].ops = &ops;
		ck_assert_int_eq(bridge_add(&bridge, &ports[i]), 0);
	}
	bridge_pin(&bridge, &ports[1], 0x020000000001);
	for (unsigned i = 0; i < PORT_BATCH; i++)
		frames[i].data = memory[i];
}

/* Nothing is left of anything. */
static void end(void)
{
	ck_assert_uint_eq(queues.pool.n_used, 0);
	inboxes_finish(&inboxes);
	inboxes_finish(&inboxes);
	queues_finish(&queues);
	loop_finish(&loop);
}

/* So many frames of a flow, numbered, for port 1; as the memory of a batch, it is used again. */
static void add(struct inbox *inbox, unsigned flow, unsigned n, uint32_t size)
{
	static uint32_t numbers[FLOWS];

	for (unsigned i = 0; i < n; i++, numbers[flow]++) {
		frames[i].size = size;
		memcpy(memory[i], (uint8_t[]){2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x99, 0}, 14);
		memory[i][13] = (uint8_t)flow;
		memcpy(memory[i] + FRAME_HEADER, &numbers[flow], sizeof(numbers[flow]));
	}
	inbox_add(inbox, frames, n);
	memset(memory, 0xee, sizeof(memory));
}

static uint64_t dropped(enum port_drop reason)
{
	return ports[0].counters.dropped_in[reason];
}

static void run_until(uint64_t n)
{
	wanted = n;
	if (n_passed < n)
		ck_assert_int_eq(loop_run(&loop), 0);
	wanted = 0;
}

START_TEST(what_the_rate_lets_pass_passes_at_once)
{
	struct inbox *inbox;

	begin();
	inbox = inbox_open(&inboxes, &ports[0]);
	inbox_set_rate(inbox, 8000, clock_ns());
	add(inbox, 0, 10, SIZE);
	ck_assert_uint_eq(n_passed, 10);
	ck_assert_uint_eq(ports[0].counters.frames_in, 10);
	ck_assert_uint_eq(queues.pool.n_used, 0);
	/* The rest of the burst, and one frame more. */
	add(inbox, 0, 20, SIZE);
	ck_assert_uint_eq(n_passed, 11);
	ck_assert_uint_eq(queues.pool.n_used, 19);
	inbox_close(inbox);
	ck_assert_uint_eq(dropped(PORT_DROP_DOWN), 19);
	end();
}
END_TEST

START_TEST(the_rest_passes_in_order_and_in_its_time)
{
	struct inbox *inbox;
	int64_t before;

	begin();
	inbox = inbox_open(&inboxes, &ports[0]);
	before = clock_ns();
	inbox_set_rate(inbox, 8000000, before);
	for (unsigned i = 0; i < 10; i++)
		add(inbox, i % 2, 6, SIZE);
	/* Where nobody lets us run, some have waited for too long. */
	while (!queue_is_empty(&inbox->queue))
		run_until(n_passed + 1);
	ck_assert_uint_eq(n_passed + dropped(PORT_DROP_RATE), 60);
	ck_assert_uint_eq(bytes_passed, n_passed * SIZE);
	/* At 1000 bytes a ms, less the burst and what the last one owes. */
	ck_assert_int_ge(clock_ns() - before,
			 INT64_C(1000000) * ((int64_t)bytes_passed - TOKENS_BURST_MIN - SIZE) /
				 1000);
	inbox_close(inbox);
	end();
}
END_TEST

/* Its segments are made where it goes, and once. */
START_TEST(a_super_frame_waits_whole)
{
	enum { SUPER = 40000 };
	static uint8_t super[SUPER];
	struct frame frame = {.data = super, .size = SUPER};
	struct inbox *inbox;

	begin();
	inbox = inbox_open(&inboxes, &ports[0]);
	inbox_set_rate(inbox, 8000000, clock_ns());
	add(inbox, 0, 20, SIZE); /* the burst is gone */
	memcpy(super, (uint8_t[]){2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x99, 1}, 14);
	frame.vnet.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	frame.vnet.gso_size = 1448;
	inbox_add(inbox, &frame, 1);
	memset(super, 0xee, sizeof(super));
	while (!queue_is_empty(&inbox->queue))
		run_until(n_passed + 1);
	ck_assert_uint_eq(n_passed + dropped(PORT_DROP_RATE), 21);
	ck_assert_uint_eq(bytes_passed, (n_passed - 1) * SIZE + SUPER);
	ck_assert_uint_eq(last_vnet.gso_type, VIRTIO_NET_HDR_GSO_TCPV4);
	ck_assert_uint_eq(last_vnet.gso_size, 1448);
	inbox_close(inbox);
	end();
}
END_TEST

/* A guest that never stops has its quota; it is beyond the rate, and its little ones come first. */
START_TEST(who_sends_without_end_loses_its_own)
{
	struct inbox *inbox;

	begin();
	inbox = inbox_open(&inboxes, &ports[0]);
	inbox_set_rate(inbox, 1000000, clock_ns());
	for (unsigned i = 0; i < 100; i++) {
		add(inbox, 0, PORT_BATCH, SIZE);
		ck_assert_uint_le(queues.pool.n_used, QUOTA_CELLS + 1);
	}
	ck_assert_uint_gt(dropped(PORT_DROP_RATE), 6000);
	ck_assert_uint_eq(dropped(PORT_DROP_FULL), 0);
	ck_assert_uint_eq(ports[0].counters.dropped_out[PORT_DROP_RATE], 0);
	add(inbox, 1, 1, FRAME_MIN);
	run_until(n_passed + 2);
	ck_assert_uint_eq(next[1], 1);
	inbox_close(inbox);
	end();
}
END_TEST

START_TEST(what_no_port_takes_is_not_kept)
{
	struct inbox *inbox;

	begin();
	inbox = inbox_open(&inboxes, &ports[0]);
	inbox_set_rate(inbox, 8000, clock_ns());
	add(inbox, 0, 20, SIZE); /* now all has to wait */
	n_passed = 0;
	add(inbox, 0, 1, FRAME_HEADER - 1);
	add(inbox, 0, 1, 0);
	ck_assert_uint_eq(dropped(PORT_DROP_SHORT), 2);
	add(inbox, 0, 1, SIZE + 1);
	add(inbox, 0, 1, UINT32_MAX); /* of which the batch has the beginning */
	ck_assert_uint_eq(dropped(PORT_DROP_LONG), 2);
	ck_assert_uint_eq(queues.pool.n_used, 9);
	/* A little one has room to be padded. */
	add(inbox, 1, 1, FRAME_HEADER + 4);
	inbox_empty(inbox);
	ck_assert_uint_eq(n_passed, 10);
	inbox_close(inbox);
	end();
}
END_TEST

/* What is congested is marked where that is asked for (RFC 3168), and whole. */
START_TEST(frames_are_marked_in_place)
{
	static const uint8_t udp[SIZE] = {2,
					  0,
					  0,
					  0,
					  0,
					  1,
					  2,
					  0,
					  0,
					  0,
					  0,
					  9,
					  8,
					  0,
					  0x45,
					  2,
					  MTU >> 8,
					  MTU & 0xff,
					  0,
					  0,
					  0x40,
					  0,
					  64,
					  17,
					  0xb4,
					  0xbc,
					  10,
					  0,
					  0,
					  1,
					  10,
					  0,
					  0,
					  2,
					  1,
					  2,
					  3,
					  4,
					  (MTU - 20) >> 8,
					  (MTU - 20) & 0xff};
	struct queue *queue;
	struct inbox *inbox;
	unsigned n_marked = 0;
	int64_t now = 1;

	begin();
	inbox = inbox_open(&inboxes, &ports[0]);
	queue = &inbox->queue;
	for (unsigned i = 0; i < 600; i++, now += 1000000) {
		struct frame frame = {.data = memory[0], .size = SIZE};
		struct gso gso;

		memcpy(memory[0], udp, SIZE);
		ck_assert_int_eq(gso_begin(&gso, &frame), 0);
		queue_add(queue, &gso, 0, &ports[0], now);
		if (i < 50)
			continue;
		ck_assert(queue_take_frame(queue, now, &frame));
		n_marked += (frame.data[15] & 3) == 3;
		ck_assert_uint_eq(frame.data[15] & ~1, 2);
		/* The checksum of the header is as right as it was. */
		ck_assert_uint_eq(frame.data[25], 0xbc - (frame.data[15] & 1));
		ck_assert_mem_eq(frame.data + 26, udp + 26, SIZE - 26);
		pool_give(&queues.pool, frame.data);
	}
	ck_assert_uint_gt(n_marked, 1);
	inbox_close(inbox);
	end();
}
END_TEST

/* As often as one likes, and at each port at once. */
START_TEST(they_come_and_go)
{
	struct inbox *all[BRIDGE_PORTS_MAX];

	begin();
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < BRIDGE_PORTS_MAX; i++) {
			all[i] = inbox_open(&inboxes, &ports[0]);
			inbox_set_rate(all[i], 8000, clock_ns());
		}
		for (unsigned i = 0; i < BRIDGE_PORTS_MAX; i++)
			inbox_close(all[i]);
	}
	ck_assert_uint_eq(inboxes.n_used, BRIDGE_PORTS_MAX);
	end();
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(what_the_rate_lets_pass_passes_at_once),
		UNIT_TEST(the_rest_passes_in_order_and_in_its_time),
		UNIT_TEST(a_super_frame_waits_whole),
		UNIT_TEST(who_sends_without_end_loses_its_own),
		UNIT_TEST(what_no_port_takes_is_not_kept),
		UNIT_TEST(frames_are_marked_in_place),
		UNIT_TEST(they_come_and_go),
	};

	return unit_run("inbox", tests, UNIT_COUNT(tests));
}
