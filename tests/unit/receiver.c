// SPDX-License-Identifier: GPL-2.0-or-later
/* What receivers say of the sizes that they take. */
#include "receiver.h"

#include "answers.h"
#include "dissected.h"
#include "unit.h"

static uint8_t memory[2048], other[2048];
static struct receiver_flow flow;
static uint32_t number;

static struct reference_flow make(unsigned i)
{
	return (struct reference_flow){.version = i & 1 ? 6 : 4,
				       .protocol = REFERENCE_TCP,
				       .flow = 2,
				       .fragment = REFERENCE_DF,
				       .extension = i & 2 ? 16 : 0,
				       .tagged = i & 4};
}

/* What the flow of a packet of its sender is. */
static struct receiver_flow expected(const struct reference_flow *sent)
{
	struct frame frame = {.data = other};
	struct receiver_flow of;
	struct packet packet;

	frame.size = (uint32_t)reference_build(other, sent, other, 0);
	ck_assert_int_eq(packet_parse(&packet, &frame), PACKET_TCP);
	receiver_flow_of(&of, &packet, &frame);
	return of;
}

START_TEST(a_syn_says_how_much_is_taken)
{
	struct reference_flow sent = make((unsigned)_i);
	struct receiver_flow of = expected(&sent);
	struct frame frame;

	for (unsigned said = 1; said < 65536; said += 4369) {
		frame = answer_syn(memory, &sent, said);
		ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_MSS);
		ck_assert_uint_eq(number, said);
		ck_assert_mem_eq(&flow, &of, sizeof(flow));
	}
	ck_assert_uint_eq(flow.version, sent.version);
	ck_assert_mem_eq(flow.sender_port, "\x9c\x42", 2);
	ck_assert_mem_eq(flow.receiver_port, "\x13\x89", 2);
	/* So does the answer to one. */
	memory[frame.size - 8 - 7] |= 0x10;
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_MSS);
}
END_TEST

START_TEST(a_syn_without_it_says_the_least)
{
	struct reference_flow sent = make((unsigned)_i);
	struct frame frame = answer_syn(memory, &sent, 0);

	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_MSS);
	ck_assert_uint_eq(number, sent.version == 4 ? 536 : 1220);
}
END_TEST

static const struct {
	uint8_t options[12];
	unsigned mss;
} options[] = {
	{{2, 4, 5, 180, 0}, 1460},
	{{1, 1, 1, 2, 4, 5, 180, 0}, 1460},
	{{0, 2, 4, 5, 180}, 536},		      /* behind the end */
	{{2, 4, 5, 180, 2, 4, 35, 0}, 1460},	      /* twice: the smaller one */
	{{2, 4, 35, 0, 2, 4, 5, 180}, 1460},	      /* of both */
	{{2, 3, 5, 2, 4, 5, 180}, 1460},	      /* of another length, which is passed by */
	{{8, 10, 2, 4, 0, 1, 0, 0, 0, 0, 1, 1}, 536}, /* within another */
	{{3, 0, 2, 4, 5, 180}, 536},		      /* behind what has no length, */
	{{3, 1, 2, 4, 5, 180}, 536},
	{{3, 13, 2, 4, 5, 180}, 536}, /* one beyond the header, */
	{{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4}, 536},
	{{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}, 536},
	{{2, 4, 0, 0, 0}, 536}, /* none at all */
};

START_TEST(options_are_read_to_their_end)
{
	struct reference_flow sent = make(0);
	struct frame frame;

	sent.flags = 2;
	sent.n_options = 12;
	memcpy(sent.options, options[_i].options, 12);
	frame = answer_back(memory, &sent);
	frame.data = malloc(frame.size); /* which a sanitizer sees the end of */
	memcpy(frame.data, memory, frame.size);
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_MSS);
	ck_assert_uint_eq(number, options[_i].mss);
	free(frame.data);
}
END_TEST

static const unsigned no_syns[] = {0x000, 0x008, 0x011, 0x003, 0x006, 0x004, 0x014, 0x013, 0x016};

START_TEST(flags_that_mean_something_else)
{
	struct reference_flow sent = make(0);
	struct frame frame;

	sent.flags = (uint16_t)no_syns[_i];
	sent.n_options = 4;
	memcpy(sent.options, "\x02\x04\x05\xb4", 4);
	frame = answer_back(memory, &sent);
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
}
END_TEST

START_TEST(an_acknowledgment_says_what_has_come)
{
	struct reference_flow sent = make((unsigned)_i);
	struct receiver_flow of = expected(&sent);
	struct frame frame;

	sent.ack = 0xfedcba98;
	sent.n_options = 12;
	for (unsigned flags = 0x10; flags < 0x100; flags += 0x20) { /* and any that do no harm */
		sent.flags = (uint16_t)flags;
		frame = answer_back(memory, &sent);
		frame_pad(&frame);
		ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_HAS);
		ck_assert_uint_eq(number, 0xfedcba98);
		ck_assert_mem_eq(&flow, &of, sizeof(flow));
	}
	/* One with payload is not looked at. */
	sent.n_options = 0;
	frame = answer_back(memory, &sent);
	frame.data[14 + (sent.tagged ? 4 : 0) + (sent.version == 4 ? 3 : 5)]++;
	frame.size++;
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
}
END_TEST

START_TEST(fragments_and_other_protocols_say_nothing)
{
	struct reference_flow sent = make(0);
	struct frame frame = answer_syn(memory, &sent, 1460);

	memory[14 + 6] = 0x20;
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
	memory[14 + 6] = 0;
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_MSS);
	memory[14 + 9] = 17;
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
	memory[14 + 9] = 6;
	memory[14 + 20 + 12] = 0x40; /* a header that is too short, */
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
	memory[14 + 20 + 12] = 0xf0; /* or longer than the packet */
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
	memory[13] = 6; /* ARP */
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
}
END_TEST

START_TEST(an_error_names_the_flow_that_it_is_about)
{
	struct reference_flow sent = make((unsigned)_i);
	struct receiver_flow of = expected(&sent);
	struct frame frame = answer_too_big(memory, &sent, 1300, 8);

	number = 0;
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NARROW);
	ck_assert_uint_eq(number, 1300);
	ck_assert_mem_eq(&flow, &of, sizeof(flow));
	/* By its ports, at least. */
	frame = answer_too_big(memory, &sent, 1300, 4);
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NARROW);
	frame = answer_too_big(memory, &sent, 1300, 3);
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
}
END_TEST

static const struct {
	unsigned kind;	 /* of make() */
	unsigned at;	 /* behind the outer Ethernet header */
	unsigned values; /* of the byte there, which are another thing */
} other_errors[] = {
	{0, 20, 0xff03}, {0, 21, 0xff04},     {0, 28 + 9, 0xff06},
	{1, 40, 0xff02}, {1, 48 + 6, 0x1106}, {0, 9, 0xff01},
};

START_TEST(other_errors_say_nothing)
{
	struct reference_flow sent = make(other_errors[_i].kind);
	struct frame frame = answer_too_big(memory, &sent, 1300, 20);
	uint8_t *byte = memory + 14 + other_errors[_i].at;

	ck_assert_uint_eq(*byte, other_errors[_i].values & 0xff);
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NARROW);
	*byte = (uint8_t)(other_errors[_i].values >> 8);
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
}
END_TEST

/* Only its first part has ports; where they would be in another, is payload. */
START_TEST(an_error_about_a_later_fragment_says_nothing)
{
	struct reference_flow sent = make(0);
	struct frame frame = answer_too_big(memory, &sent, 1300, 20);

	memory[14 + 28 + 7] = 1;
	ck_assert_int_eq(receiver_read(&flow, &number, dissected(&frame)), RECEIVER_NOTHING);
}
END_TEST

/* Cut at every byte, in memory that ends there. */
START_TEST(what_is_cut_short_says_nothing)
{
	struct reference_flow sent = make((unsigned)_i & 3);
	bool error = _i & 4;
	struct frame frame =
		error ? answer_too_big(memory, &sent, 1300, 4) : answer_syn(memory, &sent, 1460);

	for (uint32_t size = 14; size < frame.size; size++) {
		struct frame cut = {.data = malloc(size), .size = size};

		memcpy(cut.data, memory, size);
		ck_assert_int_eq(receiver_read(&flow, &number, dissected(&cut)), RECEIVER_NOTHING);
		free(cut.data);
	}
}
END_TEST

int main(void)
{
	static const int kinds[8], untagged[4];
	const struct unit_test tests[] = {
		UNIT_CASES(a_syn_says_how_much_is_taken, kinds),
		UNIT_CASES(a_syn_without_it_says_the_least, kinds),
		UNIT_CASES(options_are_read_to_their_end, options),
		UNIT_CASES(flags_that_mean_something_else, no_syns),
		UNIT_CASES(an_acknowledgment_says_what_has_come, kinds),
		UNIT_TEST(fragments_and_other_protocols_say_nothing),
		UNIT_CASES(an_error_names_the_flow_that_it_is_about, untagged),
		UNIT_CASES(other_errors_say_nothing, other_errors),
		UNIT_TEST(an_error_about_a_later_fragment_says_nothing),
		UNIT_CASES(what_is_cut_short_says_nothing, kinds),
	};

	return unit_run("receiver", tests, UNIT_COUNT(tests));
}
