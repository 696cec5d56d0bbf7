// SPDX-License-Identifier: GPL-2.0-or-later
#include "outbox.h"

#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

static struct outbox outbox;
static int sockets[2];

static void setup_sockets(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets), 0);
	memset(&outbox, 0x5a, sizeof(outbox)); /* it asks for nothing */
	outbox_init(&outbox);
	ck_assert_uint_eq(outbox.n, 0);
}

/* Sends all; the size of message i as it comes out, with its bytes in data. */
static ssize_t sent_as(unsigned i, uint8_t data[2048])
{
	ssize_t n = -1;

	ck_assert_int_eq(sendmmsg(sockets[0], outbox.messages, outbox.n, 0), (int)outbox.n);
	for (unsigned j = 0; j <= i; j++)
		n = recv(sockets[1], data, 2048, MSG_DONTWAIT);
	close(sockets[0]);
	close(sockets[1]);
	return n;
}

START_TEST(a_frame_goes_as_it_is)
{
	uint8_t bytes[100] = {1, 2, 3};
	const struct frame frame = {.data = bytes, .size = sizeof(bytes)};
	uint8_t data[2048];

	setup_sockets();
	outbox_add_frame(&outbox, &frame);
	ck_assert_uint_eq(outbox.n, 1);
	ck_assert_uint_eq(outbox.messages[0].msg_len, sizeof(bytes));
	ck_assert_int_eq(sent_as(0, data), sizeof(bytes));
	ck_assert_mem_eq(data, bytes, sizeof(bytes));
}
END_TEST

START_TEST(a_segment_is_header_and_payload)
{
	static const uint8_t payload[1000] = {7, 7, 7};
	struct gso_segment *segment;
	uint8_t data[2048];

	setup_sockets();
	segment = outbox_segment(&outbox);
	memset(segment->header, 0xab, 54);
	segment->header_size = 54;
	segment->payload = payload;
	segment->payload_size = sizeof(payload);
	outbox_add_segment(&outbox);
	ck_assert_uint_eq(outbox.messages[0].msg_len, 1054);
	ck_assert_int_eq(sent_as(0, data), 1054);
	ck_assert_uint_eq(data[53], 0xab);
	ck_assert_mem_eq(data + 54, payload, sizeof(payload));
}
END_TEST

START_TEST(a_short_segment_is_padded_with_zeros)
{
	static const uint8_t zeros[FRAME_MIN];
	struct gso_segment *segment;
	uint8_t data[2048];

	setup_sockets();
	segment = outbox_segment(&outbox);
	memset(segment->header, 0xab, sizeof(segment->header));
	segment->header_size = 54;
	segment->payload_size = 0;
	outbox_add_segment(&outbox);
	ck_assert_uint_eq(outbox.messages[0].msg_len, FRAME_MIN);
	ck_assert_int_eq(sent_as(0, data), FRAME_MIN);
	ck_assert_mem_eq(data + 54, zeros, FRAME_MIN - 54);
}
END_TEST

/* Down to a byte of payload, and where a frame was before. */
START_TEST(a_segment_may_have_little)
{
	uint8_t bytes[80] = {9};
	const struct frame frame = {.data = bytes, .size = sizeof(bytes)};
	struct gso_segment *segment;
	uint8_t data[2048];

	setup_sockets();
	outbox_add_frame(&outbox, &frame);
	outbox.n = 0;
	segment = outbox_segment(&outbox);
	memset(segment->header, 0xab, 14);
	segment->header_size = 14;
	segment->payload = (const uint8_t *)"x";
	segment->payload_size = 1;
	outbox_add_segment(&outbox);
	ck_assert_int_eq(sent_as(0, data), FRAME_MIN);
	ck_assert_uint_eq(data[13], 0xab);
	ck_assert_uint_eq(data[14], 'x');
	ck_assert_uint_eq(data[15], 0);
}
END_TEST

START_TEST(it_is_full_with_a_batch)
{
	uint8_t bytes[60] = {0};
	struct frame frame = {.data = bytes, .size = sizeof(bytes)};

	setup_sockets();
	for (unsigned i = 0; i < PORT_BATCH; i++) {
		ck_assert(!outbox_is_full(&outbox));
		outbox_add_frame(&outbox, &frame);
	}
	ck_assert(outbox_is_full(&outbox));
	close(sockets[0]);
	close(sockets[1]);
}
END_TEST

/* A place that held a segment of three parts holds a frame of one. */
START_TEST(places_are_used_again)
{
	uint8_t bytes[80] = {9};
	const struct frame frame = {.data = bytes, .size = sizeof(bytes)};
	struct gso_segment *segment;
	uint8_t data[2048];

	setup_sockets();
	segment = outbox_segment(&outbox);
	segment->header_size = 14;
	segment->payload = bytes;
	segment->payload_size = 4;
	outbox_add_segment(&outbox);
	outbox.n = 0;
	outbox_add_frame(&outbox, &frame);
	ck_assert_int_eq(sent_as(0, data), sizeof(bytes));
	ck_assert_mem_eq(data, bytes, sizeof(bytes));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_frame_goes_as_it_is),
		UNIT_TEST(a_segment_is_header_and_payload),
		UNIT_TEST(a_short_segment_is_padded_with_zeros),
		UNIT_TEST(a_segment_may_have_little),
		UNIT_TEST(it_is_full_with_a_batch),
		UNIT_TEST(places_are_used_again),
	};

	return unit_run("outbox", tests, UNIT_COUNT(tests));
}
