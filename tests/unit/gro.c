// SPDX-License-Identifier: GPL-2.0-or-later
#include "gro.h"

#include "gso.h"
#include "reference.h"
#include "unit.h"

enum { BUFFER = 9200, PAYLOAD = 1 << 20, SEGMENT = 1000 };

static uint8_t payload[PAYLOAD], buffers[GRO_BATCH][BUFFER], copies[GRO_BATCH][BUFFER],
	super[REFERENCE_SIZE_MAX], segment_bytes[REFERENCE_SIZE_MAX];
static struct frame frames[GRO_BATCH];
static unsigned n_frames;
static struct gro gro;

static const struct reference_flow tcp4 = {
	.version = 4,
	.protocol = REFERENCE_TCP,
	.flow = 2,
	.ttl = 64,
	.id = 100,
	.fragment = REFERENCE_DF,
	.seq = 1000,
	.ack = 2000,
	.flags = PACKET_TCP_ACK,
	.window = 500,
};

static void start(void)
{
	uint64_t seed = 1;

	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)reference_random(&seed);
	n_frames = 0;
}

static uint8_t *add_frame(const struct reference_flow *flow, size_t size)
{
	struct frame *frame = &frames[n_frames];

	ck_assert_uint_lt(n_frames, GRO_BATCH);
	frame->data = buffers[n_frames];
	frame->size = (uint32_t)reference_build(frame->data, flow, payload + n_frames * 8000, size);
	frame->vnet = (struct virtio_net_hdr){0};
	n_frames++;
	return frame->data;
}

/* A frame, after which the flow goes on as its sender would. */
static uint8_t *add(struct reference_flow *flow, size_t size)
{
	uint8_t *data = add_frame(flow, size);

	flow->seq += (uint32_t)size;
	flow->id++;
	return data;
}

/* ---- what is true of every join ---------------------------------------------- */

/* What Linux asks of a frame with GSO (virtio_net_hdr_to_skb() and tun_get_user()). */
static void assert_accepted(const struct gro_packet *packet, const uint8_t *frame)
{
	const struct virtio_net_hdr *vnet = &packet->vnet;
	bool tcp = vnet->gso_type != VIRTIO_NET_HDR_GSO_UDP_L4;
	bool ipv4 = frame[12] == 0x08;
	uint32_t l4_size = packet->size - vnet->csum_start;
	const uint8_t *ip = frame + 14;

	ck_assert_uint_eq(vnet->flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	if (tcp)
		ck_assert_uint_eq(vnet->gso_type,
				  ipv4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6);
	ck_assert_uint_eq(vnet->csum_start, ipv4 ? 34 : 54);
	ck_assert_uint_eq(vnet->csum_offset, tcp ? 16 : 6);
	ck_assert_uint_eq(vnet->hdr_len,
			  vnet->csum_start + (tcp ? frame[vnet->csum_start + 12] >> 4 << 2 : 8));
	ck_assert_uint_ge(vnet->gso_size, tcp ? 8 : 1);
	ck_assert_uint_gt(packet->size - vnet->hdr_len, vnet->gso_size);
	ck_assert_uint_le(packet->size - vnet->hdr_len, vnet->gso_size * 64u);
	ck_assert_uint_le(packet->size, 14 + 65535);
	ck_assert_uint_eq((unsigned)frame[vnet->csum_start + vnet->csum_offset] << 8 |
				  frame[vnet->csum_start + vnet->csum_offset + 1],
			  ipv4 ? reference_pseudo(ip + 12, 8, tcp ? 6 : 17, l4_size)
			       : reference_pseudo(ip + 8, 32, tcp ? 6 : 17, l4_size));
}

static uint32_t assemble(const struct gro_packet *packet)
{
	uint32_t size = 0;

	for (unsigned i = 1; i < packet->n_iov; i++) {
		memcpy(super + size, packet->iov[i].iov_base, packet->iov[i].iov_len);
		size += (uint32_t)packet->iov[i].iov_len;
	}
	return size;
}

static unsigned frame_of(const void *piece)
{
	for (unsigned i = 0; i < n_frames; i++)
		if ((const uint8_t *)piece >= frames[i].data &&
		    (const uint8_t *)piece < frames[i].data + frames[i].size)
			return i;
	ck_abort_msg("a piece is of no frame");
	return 0;
}

static bool has_fixed_id(const uint8_t *first, const uint8_t *second)
{
	return first[12] == 0x08 && memcmp(first + 18, second + 18, 2) == 0;
}

/* Split again, a packet gives its frames, but for padding and ids that stood still. */
static void assert_reversible(const struct gro_packet *packet, bool seen[GRO_BATCH])
{
	struct frame frame = {.data = super, .size = packet->size, .vnet = packet->vnet};
	struct gso_segment segment;
	uint32_t n_bytes = 0;
	unsigned n = 0, last = 0;
	struct gso gso;

	ck_assert_int_eq(gso_begin(&gso, &frame), 0);
	ck_assert_uint_eq(gso.n_segments, packet->n_frames);
	for (; gso_next(&gso, &segment); n++) {
		unsigned i = frame_of(packet->iov[2 + n].iov_base);
		uint32_t size = segment.header_size + segment.payload_size;

		ck_assert(n == 0 ? i == packet->first : i > last);
		ck_assert(!seen[i]);
		seen[i] = true;
		last = i;
		n_bytes += frames[i].size;
		memcpy(segment_bytes, segment.header, segment.header_size);
		memcpy(segment_bytes + segment.header_size, segment.payload, segment.payload_size);
		ck_assert_uint_le(size, frames[i].size);
		ck_assert_ptr_null(reference_fault(segment_bytes, size));
		ck_assert_ptr_null(reference_fault(frames[i].data, size));
		if (has_fixed_id(frames[packet->first].data,
				 frames[frame_of(packet->iov[3].iov_base)].data)) {
			ck_assert(frames[i].data[20] & 0x40);
			memcpy(segment_bytes + 18, frames[i].data + 18, 2);
			memcpy(segment_bytes + 24, frames[i].data + 24, 2);
		}
		ck_assert_mem_eq(segment_bytes, frames[i].data, size);
	}
	ck_assert_uint_eq(n_bytes, packet->n_bytes);
}

static void join(bool udp)
{
	bool seen[GRO_BATCH] = {false};
	unsigned total = 0;

	memcpy(copies, buffers, sizeof(copies));
	gro_join(&gro, frames, n_frames, udp);
	ck_assert_mem_eq(copies, buffers, sizeof(copies));
	for (unsigned i = 0; i < gro.n_packets; i++) {
		const struct gro_packet *packet = &gro.packets[i];

		if (i > 0)
			ck_assert_uint_gt(packet->first, gro.packets[i - 1].first);
		ck_assert_ptr_eq(packet->iov[0].iov_base, &packet->vnet);
		ck_assert_uint_eq(packet->iov[0].iov_len, 10);
		ck_assert_uint_eq(assemble(packet), packet->size);
		total += packet->n_frames;
		if (packet->n_frames > 1) {
			ck_assert_uint_eq(packet->n_iov, 2 + packet->n_frames);
			assert_accepted(packet, super);
			assert_reversible(packet, seen);
			continue;
		}
		ck_assert_uint_eq(packet->n_iov, 2);
		ck_assert_ptr_eq(packet->iov[1].iov_base, frames[packet->first].data);
		ck_assert_uint_eq(packet->size, frames[packet->first].size);
		ck_assert_uint_eq(packet->n_bytes, packet->size);
		ck_assert_mem_eq(&packet->vnet, &frames[packet->first].vnet, sizeof(packet->vnet));
		ck_assert(!seen[packet->first]);
		seen[packet->first] = true;
	}
	ck_assert_uint_eq(total, n_frames);
}

/* The packets must be of so many frames each, given as a row of digits. */
static void assert_join(const char *counts)
{
	char actual[GRO_BATCH + 1] = "";

	join(true);
	for (unsigned i = 0; i < gro.n_packets; i++)
		actual[i] =
			(char)(gro.packets[i].n_frames < 10 ? '0' + gro.packets[i].n_frames : '*');
	ck_assert_str_eq(actual, counts);
}

/* ---- TCP --------------------------------------------------------------------- */

START_TEST(a_row_of_segments_is_one_packet)
{
	struct reference_flow flow = tcp4;

	start();
	for (int i = 0; i < 5; i++)
		add(&flow, SEGMENT);
	assert_join("5");
	ck_assert_uint_eq(gro.packets[0].vnet.gso_size, SEGMENT);
	ck_assert_uint_eq(gro.packets[0].vnet.hdr_len, 54);
	ck_assert_uint_eq(gro.packets[0].size, 54 + 5 * SEGMENT);
}
END_TEST

START_TEST(nothing_is_nothing)
{
	start();
	assert_join("");
}
END_TEST

START_TEST(a_shorter_segment_is_the_last)
{
	struct reference_flow flow = tcp4;

	start();
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	add(&flow, 1);
	add(&flow, SEGMENT);
	add(&flow, SEGMENT + 1);
	add(&flow, SEGMENT + 1);
	assert_join("312");
}
END_TEST

static const struct {
	uint16_t flags;
	const char *counts; /* of four segments, of which the third has the flags */
} flags[] = {
	{PACKET_TCP_ACK, "4"},
	{PACKET_TCP_ACK | PACKET_TCP_PSH, "31"},
	{PACKET_TCP_ACK | PACKET_TCP_FIN, "31"},
	{PACKET_TCP_ACK | PACKET_TCP_PSH | PACKET_TCP_FIN, "31"},
	{PACKET_TCP_ACK | PACKET_TCP_SYN, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_RST, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_URG, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_CWR, "211"},
	{PACKET_TCP_ACK | PACKET_TCP_ECE, "211"},
	{PACKET_TCP_ACK | 0x100, "211"}, /* AE, once NS */
	{0, "211"},
};

START_TEST(flags_decide)
{
	for (int version = 4; version <= 6; version += 2) {
		struct reference_flow flow = tcp4;

		start();
		flow.version = version;
		for (int i = 0; i < 4; i++) {
			flow.flags = i == 2 ? flags[_i].flags : PACKET_TCP_ACK;
			add(&flow, SEGMENT);
		}
		assert_join(flags[_i].counts);
	}
}
END_TEST

START_TEST(the_flags_of_the_end_are_the_packets)
{
	struct reference_flow flow = tcp4;

	start();
	flow.flags |= PACKET_TCP_ECE;
	add(&flow, SEGMENT);
	flow.flags |= PACKET_TCP_PSH | PACKET_TCP_FIN;
	add(&flow, SEGMENT);
	assert_join("2");
	ck_assert_uint_eq(gro.packets[0].header[47], 0x59);
}
END_TEST

/* What is different in the second of three segments. */
enum difference {
	SAME,
	SEQ_GAP,
	SEQ_BACK,
	ACK,
	WINDOW,
	TOS,
	TTL,
	ID,
	DF,
	OPTION,
	MORE_OPTIONS,
	MAC,
	URGENT,
	DIFFERENCES
};

static void differ(enum difference difference, struct reference_flow *flow)
{
	switch (difference) {
	case SEQ_GAP:
		flow->seq += 1;
		break;
	case SEQ_BACK:
		flow->seq -= SEGMENT;
		break;
	case ACK:
		flow->ack++;
		break;
	case WINDOW:
		flow->window++;
		break;
	case TOS:
		flow->tos = 3; /* congestion experienced */
		break;
	case TTL:
		flow->ttl--;
		break;
	case ID:
		flow->id++;
		break;
	case DF:
		flow->fragment ^= REFERENCE_DF;
		break;
	case OPTION:
		flow->options[11]++; /* the timestamp that is echoed */
		break;
	case MORE_OPTIONS:
		flow->n_options += 4;
		break;
	default:
		break;
	}
}

START_TEST(a_difference_ends_the_packet)
{
	for (int version = 4; version <= 6; version += 2) {
		struct reference_flow flow = tcp4;
		bool ipv4_only = _i == ID || _i == DF;
		uint8_t *data;

		start();
		flow.version = version;
		flow.n_options = 12;
		memcpy(flow.options, "\1\1\x08\x0a\0\0\0\1\0\0\0\2", 12);
		flow.tos = 2;
		add(&flow, SEGMENT);
		differ(_i, &flow);
		data = add(&flow, SEGMENT);
		if (_i == MAC)
			data[11] ^= 1;
		if (_i == URGENT) { /* the pointer alone says nothing, but must not be lost */
			uint8_t *tcp = data + (version == 4 ? 34 : 54);

			tcp[19] ^= 1;
			tcp[17] ^= 1;
			if (reference_fault(data, frames[1].size))
				continue; /* the cheap way to a valid checksum did not work */
		}
		assert_join(_i == SAME || (ipv4_only && version == 6) ? "2" : "11");
	}
}
END_TEST

START_TEST(numbers_wrap_around)
{
	struct reference_flow flow = tcp4;

	start();
	flow.seq = UINT32_MAX - SEGMENT;
	flow.id = 65534;
	for (int i = 0; i < 4; i++)
		add(&flow, SEGMENT);
	assert_join("4");
}
END_TEST

static const struct {
	uint16_t fragment;
	uint16_t ids[4];
	const char *counts;
} ids[] = {
	{REFERENCE_DF, {7, 8, 9, 10}, "4"},
	{REFERENCE_DF, {7, 7, 7, 7}, "4"},
	{REFERENCE_DF, {0, 0, 0, 0}, "4"},
	{REFERENCE_DF, {7, 8, 8, 8}, "22"},
	{REFERENCE_DF, {7, 7, 8, 9}, "22"},
	{REFERENCE_DF, {7, 9, 11, 13}, "1111"},
	{REFERENCE_DF, {7, 6, 5, 4}, "1111"},
	{0, {7, 8, 9, 10}, "4"},
	{0, {7, 7, 7, 7}, "1111"},
	{0, {65535, 0, 1, 2}, "4"},
};

START_TEST(ids_count_up_or_stand_still_with_df)
{
	struct reference_flow flow = tcp4;

	start();
	flow.fragment = ids[_i].fragment;
	for (int i = 0; i < 4; i++) {
		flow.id = ids[_i].ids[i];
		add_frame(&flow, SEGMENT);
		flow.seq += SEGMENT;
	}
	assert_join(ids[_i].counts);
}
END_TEST

START_TEST(a_bad_checksum_passes_alone)
{
	const uint32_t offsets[] = {24 /* IPv4 */, 50 /* TCP */, 500 /* payload */};

	for (unsigned bad = 0; bad < 4; bad++) {
		const char *counts[] = {"13", "112", "211", "31"};

		for (int i = 0; i < UNIT_COUNT(offsets); i++) {
			struct reference_flow flow = tcp4;

			start();
			for (unsigned j = 0; j < 4; j++)
				add(&flow, SEGMENT);
			buffers[bad][offsets[i]] ^= 0x10;
			assert_join(counts[bad]);
		}
	}
}
END_TEST

START_TEST(a_pure_ack_keeps_its_place)
{
	struct reference_flow flow = tcp4;

	start();
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	add_frame(&flow, 0);
	flow.id++;
	add(&flow, SEGMENT);
	add(&flow, SEGMENT);
	assert_join("212");
	ck_assert_uint_eq(gro.packets[1].first, 2);
}
END_TEST

/* Linux would not keep to a gso_size below 8. */
START_TEST(tiny_segments_are_not_joined)
{
	struct reference_flow flow = tcp4;

	start();
	add(&flow, 7);
	add(&flow, 7);
	add(&flow, 8);
	add(&flow, 8);
	assert_join("112");
}
END_TEST

START_TEST(padding_is_left_behind)
{
	struct reference_flow flow = tcp4;

	start();
	flow.protocol = REFERENCE_UDP;
	for (int i = 0; i < 3; i++) {
		memset(add(&flow, 4) + 46, 0xaa, 14);
		frames[i].size = 60;
	}
	assert_join("3");
	ck_assert_uint_eq(gro.packets[0].size, 42 + 3 * 4);
	ck_assert_uint_eq(gro.packets[0].n_bytes, 180);
}
END_TEST

static const struct {
	int version;
	size_t size;
	const char *counts;
} limits[] = {
	{4, 8192, "72"}, {4, 8188, "72"}, {4, 9000, "72"}, {6, 8192, "72"},
	{4, 7281, "81"}, {4, 7277, "9"},  {6, 7277, "81"}, {6, 7275, "9"},
};

/* 65535 bytes of IP, of which 40 or 60 are headers. */
START_TEST(a_packet_is_64_kib_at_most)
{
	struct reference_flow flow = tcp4;

	start();
	flow.version = limits[_i].version;
	for (int i = 0; i < 9; i++)
		add(&flow, limits[_i].size);
	assert_join(limits[_i].counts);
}
END_TEST

START_TEST(a_batch_of_64_is_one_packet)
{
	struct reference_flow flow = tcp4;

	start();
	for (int i = 0; i < GRO_BATCH; i++)
		add(&flow, SEGMENT);
	assert_join("*");
	ck_assert_uint_eq(gro.packets[0].n_frames, 64);
}
END_TEST

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
		ck_assert_uint_eq(gro.packets[0].vnet.gso_type, VIRTIO_NET_HDR_GSO_UDP_L4);
		join(false);
		ck_assert_uint_eq(gro.n_packets, 6);
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
		flows[i].flow = i;
		flows[i].version = i & 1 ? 6 : 4;
		flows[i].protocol = i & 2 ? REFERENCE_UDP : REFERENCE_TCP;
	}
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < 8; j++)
			add(&flows[j], SEGMENT);
	assert_join("88888888");
	for (unsigned i = 0; i < 8; i++)
		ck_assert_uint_eq(gro.packets[i].first, i);
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
	ck_assert_uint_ge(gro.n_packets, GRO_FLOWS + 5);
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
			differ((enum difference)chance, flow);
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

static bool same_flow(const uint8_t *x, const uint8_t *y)
{
	size_t ip = 14, addresses = x[12] == 0x08 ? 26 : 22, ports = x[12] == 0x08 ? 34 : 54;

	return memcmp(x + 12, y + 12, 2) == 0 && x[ip] == y[ip] &&
	       memcmp(x + addresses, y + addresses, ports + 4 - addresses) == 0;
}

/* What lies between a packet's first and last frame and is not in it is of other flows. */
static void assert_order(void)
{
	for (unsigned i = 0; i < gro.n_packets; i++) {
		const struct gro_packet *packet = &gro.packets[i];
		unsigned last;

		if (packet->n_frames == 1)
			continue;
		last = frame_of(packet->iov[packet->n_iov - 1].iov_base);
		for (unsigned j = i + 1; j < gro.n_packets && gro.packets[j].first < last; j++) {
			const struct frame *other = &frames[gro.packets[j].first];

			if (!reference_fault(other->data, other->size))
				ck_assert(!same_flow(frames[packet->first].data, other->data));
		}
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
		assert_order();
		total += n_frames;
		joined += n_frames - gro.n_packets;
	}
	ck_assert_uint_gt(joined * 3, total); /* or the test tests nothing */
}
END_TEST

/* A super-frame, split as frames that come in a batch, is the same super-frame. */
START_TEST(what_was_split_is_joined_again)
{
	static uint8_t bytes[REFERENCE_SIZE_MAX];
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
		ck_assert_uint_eq(gro.n_packets, 1);
		ck_assert_uint_eq(assemble(&gro.packets[0]), expected);
		/* But for the checksum, which is partial. */
		memcpy(bytes + gro.packets[0].vnet.csum_start + gro.packets[0].vnet.csum_offset,
		       super + gro.packets[0].vnet.csum_start + gro.packets[0].vnet.csum_offset, 2);
		ck_assert_mem_eq(super, bytes, expected);
	}
}
END_TEST

int main(void)
{
	static const enum difference differences[DIFFERENCES];
	const struct unit_test tests[] = {
		UNIT_TEST(nothing_is_nothing),
		UNIT_TEST(a_row_of_segments_is_one_packet),
		UNIT_TEST(a_shorter_segment_is_the_last),
		UNIT_CASES(flags_decide, flags),
		UNIT_TEST(the_flags_of_the_end_are_the_packets),
		UNIT_CASES(a_difference_ends_the_packet, differences),
		UNIT_TEST(numbers_wrap_around),
		UNIT_CASES(ids_count_up_or_stand_still_with_df, ids),
		UNIT_TEST(a_bad_checksum_passes_alone),
		UNIT_TEST(a_pure_ack_keeps_its_place),
		UNIT_TEST(tiny_segments_are_not_joined),
		UNIT_TEST(padding_is_left_behind),
		UNIT_CASES(a_packet_is_64_kib_at_most, limits),
		UNIT_TEST(a_batch_of_64_is_one_packet),
		UNIT_TEST(datagrams_are_joined_where_the_kernel_takes_them),
		UNIT_TEST(datagrams_without_checksum_or_content_are_not),
		UNIT_TEST(a_udp_length_of_its_own_is_not_joined),
		UNIT_TEST(flows_interleave),
		UNIT_TEST(more_flows_than_can_be_joined_lose_nothing),
		UNIT_CASES(nothing_moves_across_what_cannot_be_seen_through, barriers),
		UNIT_TEST(other_protocols_and_tagged_frames_are_let_past),
		UNIT_TEST(any_batch_is_joined_and_split_again),
		UNIT_TEST(what_was_split_is_joined_again),
	};

	return unit_run("gro", tests, UNIT_COUNT(tests));
}
