// SPDX-License-Identifier: GPL-2.0-or-later
/* What is remembered of what receivers take. */
#include "receivers.h"

#include "answers.h"
#include "unit.h"

enum { START = 100000 /* s */, SIZE = 20000 };

static const struct siphash_key key = {{1, 2}};
static struct receivers receivers;
static uint8_t memory[2048], sent[REFERENCE_SIZE_MAX], payload[SIZE];

static void setup_receivers(void)
{
	memset(&receivers, 0, sizeof(receivers));
	receivers_init(&receivers, &key);
}

/* What the sender sends; with timestamps, or without. */
static struct reference_flow connection(unsigned n)
{
	return (struct reference_flow){.version = n & 1 ? 6 : 4,
				       .protocol = REFERENCE_TCP,
				       .flow = n,
				       .flags = PACKET_TCP_ACK,
				       .options = {1, 1, 8, 10},
				       .n_options = n & 2 ? 12 : 0};
}

static void syn(const struct reference_flow *flow, unsigned mss, uint32_t now)
{
	struct frame frame = answer_syn(memory, flow, mss);

	receivers_learn(&receivers, &frame, now);
}

static void too_big(const struct reference_flow *flow, unsigned mtu, uint32_t now)
{
	struct frame frame = answer_too_big(memory, flow, mtu, 8);

	receivers_learn(&receivers, &frame, now);
}

static uint32_t take(const struct reference_flow *flow, size_t size, uint32_t now)
{
	struct frame frame = {.data = sent,
			      .size = (uint32_t)reference_build(sent, flow, payload, size)};
	struct packet packet;

	ck_assert_int_eq(packet_parse(&packet, &frame), PACKET_TCP);
	return receivers_take(&receivers, &packet, &frame, now);
}

START_TEST(of_whom_nothing_is_known_anything_may_be_sent)
{
	for (unsigned n = 0; n < 4; n++) {
		struct reference_flow flow = connection(n), other = connection(n + 4);

		setup_receivers();
		ck_assert_uint_eq(take(&flow, SIZE, START), UINT32_MAX);
		syn(&other, 1000, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), UINT32_MAX);
	}
}
END_TEST

/* Its MSS counts options, RFC 9293, section 3.7.1. */
START_TEST(a_receiver_gets_what_its_syn_says)
{
	for (unsigned n = 0; n < 4; n++) {
		struct reference_flow flow = connection(n);

		setup_receivers();
		syn(&flow, 1460, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), 1460 - flow.n_options);
		syn(&flow, 900, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), 900 - flow.n_options);
		syn(&flow, 0, START);
		ck_assert_uint_eq(take(&flow, SIZE, START),
				  (flow.version == 4 ? 536 : 1220) - flow.n_options);
		/* Not more segments than any receiver of Linux asks for. */
		syn(&flow, 1, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), RECEIVERS_MSS_MIN - flow.n_options);
	}
}
END_TEST

START_TEST(a_narrow_way_is_one_for_all_to_that_address)
{
	for (unsigned n = 0; n < 4; n++) {
		struct reference_flow flow = connection(n);
		uint32_t headers = (uint32_t)reference_header_size(&flow) - FRAME_HEADER;
		unsigned least = flow.version == 4 ? 552 : 1280;

		setup_receivers();
		syn(&flow, 8000, START);
		too_big(&flow, 1400, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), 1400 - headers);
		/* One that begins later. */
		syn(&flow, 8000, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), 1400 - headers);
		syn(&flow, 1200, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), flow.version == 4
								    ? 1200 - flow.n_options
								    : 1200 - flow.n_options);
		/* Old routers say nothing, and forgers anything. */
		syn(&flow, 8000, START);
		too_big(&flow, 0, START);
		ck_assert_uint_eq(take(&flow, SIZE, START), least - headers);
		too_big(&flow, 1400, START);
		ck_assert_uint_eq(take(&flow, SIZE, START + RECEIVER_NARROW_AGE), 1400 - headers);
		ck_assert_uint_eq(take(&flow, SIZE, START + RECEIVER_NARROW_AGE + 1),
				  8000 - flow.n_options);
	}
}
END_TEST

/* What all take is not looked for. */
START_TEST(a_small_segment_fits_everybody)
{
	struct reference_flow flow = connection(2);

	setup_receivers();
	syn(&flow, 1000, START);
	ck_assert_uint_eq(take(&flow, 1000 - 12, START), UINT32_MAX);
	ck_assert_uint_eq(take(&flow, 1000 - 11, START), 1000 - 12);
	too_big(&flow, 800, START);
	ck_assert_uint_eq(take(&flow, 800 - 20 - 20 - 12, START), UINT32_MAX);
	ck_assert_uint_eq(take(&flow, 800 - 20 - 20 - 11, START), 800 - 20 - 20 - 12);
}
END_TEST

START_TEST(an_idle_connection_is_forgotten_late)
{
	struct reference_flow flow = connection(0);

	setup_receivers();
	syn(&flow, 1000, START);
	ck_assert_uint_eq(take(&flow, SIZE, START + RECEIVER_AGE), 1000);
	ck_assert_uint_eq(take(&flow, SIZE, START + 2 * RECEIVER_AGE), 1000);
	ck_assert_uint_eq(take(&flow, SIZE, START + 3 * RECEIVER_AGE + 1), UINT32_MAX);
}
END_TEST

/* Whoever floods takes the places of the silent, and no more. */
START_TEST(the_silent_longest_makes_room)
{
	enum { MANY = 4 * RECEIVERS_SETS * RECEIVERS_WAYS };
	struct reference_flow flow = connection(0);
	unsigned known = 0;

	setup_receivers();
	syn(&flow, 1000, START);
	for (unsigned n = 1; n <= MANY; n++) {
		struct reference_flow other = connection(n * 4);

		syn(&other, 1000, START + n);
		ck_assert_uint_eq(take(&flow, SIZE, START + n), 1000);
		ck_assert_uint_eq(take(&other, SIZE, START + n), 1000);
	}
	for (unsigned n = 1; n <= MANY; n++) {
		struct reference_flow other = connection(n * 4);

		known += take(&other, SIZE, START + MANY) == 1000;
	}
	ck_assert_uint_gt(known, RECEIVERS_SETS * RECEIVERS_WAYS / 2);
	ck_assert_uint_lt(known, RECEIVERS_SETS * RECEIVERS_WAYS);
}
END_TEST

/* The next client of a place has receivers of its own. */
START_TEST(all_is_forgotten_at_once)
{
	struct reference_flow flow = connection(0), other = connection(4);

	setup_receivers();
	syn(&flow, 1000, START);
	receivers_init(&receivers, &key);
	syn(&other, 900, START);
	ck_assert_uint_eq(take(&flow, SIZE, START), UINT32_MAX);
	ck_assert_uint_eq(take(&other, SIZE, START), 900);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(of_whom_nothing_is_known_anything_may_be_sent),
		UNIT_TEST(a_receiver_gets_what_its_syn_says),
		UNIT_TEST(a_narrow_way_is_one_for_all_to_that_address),
		UNIT_TEST(a_small_segment_fits_everybody),
		UNIT_TEST(an_idle_connection_is_forgotten_late),
		UNIT_TEST(the_silent_longest_makes_room),
		UNIT_TEST(all_is_forgotten_at_once),
	};

	return unit_run("receivers", tests, UNIT_COUNT(tests));
}
