// SPDX-License-Identifier: GPL-2.0-or-later
/* The join of datagrams, of flows that interleave, and of whatever comes. */
#include "gro.h"

#include "arrivals.h"
#include "gso.h"

/* ---- UDP --------------------------------------------------------------------- */

START_TEST(datagrams_are_joined_where_the_kernel_takes_them)
{
	for (int version = 4; version <= 6; version += 2) {
		struct reference_flow flow = tcp4;

		start();
		flow.protocol = REFERENCE_UDP;
		flow.version = version;
		for (int i = 0; i < 4; i++)
			add(&flow, 1200);
		add(&flow, 100);
		add(&flow, 1200);
		assert_join("51");
		ck_assert_uint_eq(gro.superframes[0].vnet.gso_type, VIRTIO_NET_HDR_GSO_UDP_L4);
		join(false);
		ck_assert_uint_eq(gro.n_superframes, 6);
	}
}
END_TEST

START_TEST(datagrams_without_checksum_or_content_are_not)
{
	struct reference_flow flow = tcp4;

	start();
	flow.protocol = REFERENCE_UDP;
	memset(add(&flow, 100) + 40, 0, 2);
	memset(add(&flow, 100) + 40, 0, 2);
	add(&flow, 0);
	add(&flow, 0);
	assert_join("1111");
}
END_TEST

/* It says that there is none, even where the sum would come out right. */
START_TEST(a_checksum_of_zero_is_none)
{
	struct reference_flow flow = tcp4;

	start();
	flow.protocol = REFERENCE_UDP;
	for (int i = 0; i < 2; i++) {
		uint8_t *data;

		memset(payload + i * 8000 + 8, 0, 2);
		data = add(&flow, 100);
		memcpy(data + 50, data + 40, 2);
		memset(data + 40, 0, 2);
	}
	assert_join("11");
}
END_TEST

START_TEST(a_udp_length_of_its_own_is_not_joined)
{
	struct reference_flow flow = tcp4;

	start();
	flow.protocol = REFERENCE_UDP;
	for (int i = 0; i < 2; i++) {
		uint8_t *data = add(&flow, 100);

		/* One less in the length, two more in the sum: length and pseudo header. */
		data[39]--;
		data[41]++;
	}
	assert_join("11");
}
END_TEST

/* ---- order ------------------------------------------------------------------- */

START_TEST(flows_interleave)
{
	struct reference_flow flows[8];

	start();
	for (unsigned i = 0; i < 8; i++) {
		flows[i] = tcp4;
		flows[i].flow = i / 4;
		flows[i].version = i & 1 ? 6 : 4;
		flows[i].protocol = i & 2 ? REFERENCE_UDP : REFERENCE_TCP;
	}
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < 8; j++)
			add(&flows[j], SEGMENT);
	assert_join("88888888");
	for (unsigned i = 0; i < 8; i++)
		ck_assert_uint_eq(gro.superframes[i].first, i);
}
END_TEST

/* Addresses and ports that are another's, all with the same bits changed: equal in the hash. */
START_TEST(flows_that_look_alike_are_told_apart)
{
	struct reference_flow flow = tcp4;
	uint8_t *data;

	start();
	add(&flow, SEGMENT);
	data = add(&flow, SEGMENT);
	for (int i = 26; i < 30; i++)
		data[i] ^= 0x5a;
	for (int i = 34; i < 38; i++)
		data[i] ^= 0x5a;
	arrivals_repair(data, frames[1].size);
	assert_join("11");
}
END_TEST

START_TEST(more_flows_than_can_be_joined_lose_nothing)
{
	struct reference_flow flows[GRO_FLOWS + 5];

	start();
	for (unsigned i = 0; i < GRO_FLOWS + 5; i++) {
		flows[i] = tcp4;
		flows[i].flow = i;
	}
	for (unsigned i = 0; i < GRO_BATCH; i++)
		add(&flows[i % (GRO_FLOWS + 5)], SEGMENT);
	join(true);
	ck_assert_uint_ge(gro.n_superframes, GRO_FLOWS + 5);
}
END_TEST

/* Where a frame's flow cannot be told, nothing moves across it. */
static const struct {
	unsigned extension;
	uint16_t fragment;
	struct virtio_net_hdr vnet;
} barriers[] = {
	{4, 0, {0}},
	{0, 0x2000, {0}},
	{0, 1, {0}},
	{0, 0, {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = 16}},
	{0, 0, {.gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 100}},
};

START_TEST(nothing_moves_across_what_cannot_be_seen_through)
{
	struct reference_flow flow = tcp4, other = tcp4;

	start();
	other.flow++;
	other.extension = barriers[_i].extension;
	other.fragment = barriers[_i].fragment;
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	add(&other, SEGMENT);
	frames[2].vnet = barriers[_i].vnet;
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	assert_join("212");
}
END_TEST

START_TEST(other_protocols_and_tagged_frames_are_let_past)
{
	struct reference_flow flow = tcp4, tagged = tcp4, other = tcp4;

	start();
	tagged.tagged = true;
	other.protocol = 1;
	add(&flow, SEGMENT);
	add(&tagged, SEGMENT);
	add(&other, SEGMENT);
	add(&flow, SEGMENT);
	add(&tagged, SEGMENT);
	frames[n_frames++] = (struct frame){.data = buffers[5], .size = 0};
	add(&flow, SEGMENT);
	assert_join("31111");
}
END_TEST

/* ---- properties -------------------------------------------------------------- */

static void random_batch(uint64_t *seed)
{
	struct reference_flow flows[20];
	unsigned n_flows = 1 + reference_random(seed) % UNIT_COUNT(flows);
	unsigned n = reference_random(seed) % (GRO_BATCH + 1);
	size_t size = 1 + reference_random(seed) % 2000;

	n_frames = 0;
	for (unsigned i = 0; i < n_flows; i++) {
		flows[i] = tcp4;
		flows[i].flow = i;
		flows[i].version = reference_random(seed) % 2 ? 4 : 6;
		flows[i].protocol = reference_random(seed) % 3 ? REFERENCE_TCP : REFERENCE_UDP;
		flows[i].n_options = reference_random(seed) % 3 * 12;
		flows[i].fragment = reference_random(seed) % 2 ? REFERENCE_DF : 0;
	}
	while (n_frames < n) {
		struct reference_flow *flow = &flows[reference_random(seed) % n_flows];
		uint32_t chance = reference_random(seed) % 100;
		uint8_t *data;

		if (chance < DIFFERENCES)
			arrivals_differ((enum arrivals_difference)chance, flow);
		if (chance == 20)
			flow->flags ^= (uint16_t)(1 << reference_random(seed) % 12);
		if (chance == 21)
			flow->tagged = !flow->tagged;
		data = chance == 22 ? add(flow, reference_random(seed) % (size + 10))
				    : add(flow, size);
		if (chance == 23)
			data[reference_random(seed) % frames[n_frames - 1].size] ^= 4;
		if (chance == 24)
			frames[n_frames - 1].size =
				reference_random(seed) % frames[n_frames - 1].size;
		flow->n_options %= 40;
	}
}

START_TEST(any_batch_is_joined_and_split_again)
{
	uint64_t seed = 11;
	unsigned long joined = 0, total = 0;

	start();
	for (int i = 0; i < 1500; i++) {
		random_batch(&seed);
		join(true);
		total += n_frames;
		joined += n_frames - gro.n_superframes;
	}
	ck_assert_uint_gt(joined * 3, total); /* or the test tests nothing */
}
END_TEST

/* A super-frame, split as frames that come in a batch, is the same super-frame. */
START_TEST(what_was_split_is_joined_again)
{
	static uint8_t bytes[REFERENCE_SIZE_MAX], super[REFERENCE_SIZE_MAX];
	uint64_t seed = 5;

	start();
	for (int i = 0; i < 1000; i++) {
		struct reference_flow flow = tcp4;
		size_t gso_size = 8 + reference_random(&seed) % 8000;
		size_t size = gso_size + 1 + reference_random(&seed) % (gso_size * 6);
		uint32_t expected;
		struct frame frame = {.data = bytes};
		struct gso_segment segment;
		struct gso gso;

		flow.version = reference_random(&seed) % 2 ? 4 : 6;
		flow.protocol = reference_random(&seed) % 2 ? REFERENCE_UDP : REFERENCE_TCP;
		if (flow.protocol == REFERENCE_TCP)
			flow.flags |= PACKET_TCP_PSH;
		expected = (uint32_t)reference_build(bytes, &flow, payload, size);
		frame.size = expected;
		frame.vnet.gso_size = (uint16_t)gso_size;
		frame.vnet.gso_type = flow.protocol == REFERENCE_UDP ? VIRTIO_NET_HDR_GSO_UDP_L4
				      : flow.version == 4	     ? VIRTIO_NET_HDR_GSO_TCPV4
								     : VIRTIO_NET_HDR_GSO_TCPV6;
		n_frames = 0;
		ck_assert_int_eq(gso_begin(&gso, &frame), 0);
		while (gso_next(&gso, &segment)) {
			uint8_t *data = buffers[n_frames];

			memcpy(data, segment.header, segment.header_size);
			memcpy(data + segment.header_size, segment.payload, segment.payload_size);
			frames[n_frames++] = (struct frame){
				.data = data, .size = segment.header_size + segment.payload_size};
		}
		join(true);
		ck_assert_uint_eq(gro.n_superframes, 1);
		ck_assert_uint_eq(gro.superframes[0].size, expected);
		for (unsigned j = 1, at = 0; j < gro.superframes[0].n_iov; j++) {
			const struct iovec *iov = &gro.superframes[0].iov[j];

			memcpy(super + at, iov->iov_base, iov->iov_len);
			at += (unsigned)iov->iov_len;
		}
		/* But for the checksum, which is partial. */
		memcpy(bytes + gro.superframes[0].vnet.csum_start +
			       gro.superframes[0].vnet.csum_offset,
		       super + gro.superframes[0].vnet.csum_start +
			       gro.superframes[0].vnet.csum_offset,
		       2);
		ck_assert_mem_eq(super, bytes, expected);
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(datagrams_are_joined_where_the_kernel_takes_them),
		UNIT_TEST(datagrams_without_checksum_or_content_are_not),
		UNIT_TEST(a_checksum_of_zero_is_none),
		UNIT_TEST(a_udp_length_of_its_own_is_not_joined),
		UNIT_TEST(flows_interleave),
		UNIT_TEST(flows_that_look_alike_are_told_apart),
		UNIT_TEST(more_flows_than_can_be_joined_lose_nothing),
		UNIT_CASES(nothing_moves_across_what_cannot_be_seen_through, barriers),
		UNIT_TEST(other_protocols_and_tagged_frames_are_let_past),
		UNIT_TEST(any_batch_is_joined_and_split_again),
		UNIT_TEST(what_was_split_is_joined_again),
	};

	return unit_run("flows", tests, UNIT_COUNT(tests));
}
