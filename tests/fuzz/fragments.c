// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What guests hold of the host's memory for fragments. Input: records of a byte that says the port
 * and how much later, a byte of size, and a frame of that size (of 4 bytes each, 0: the rest); if
 * it is none, that guest goes, and another comes.
 * Whatever came, no more is held than the budgets allow, and it is what the datagrams hold
 * together; and a datagram that arrives whole and in order beside it is free.
 */
#include "fragments.h"

#include <arpa/inet.h>

#include "checksum.h"
#include "dissected.h"
#include "fuzz.h"

enum { PORTS = 4, PORT = 9, PAYLOAD = 64, PARTS = 3, ANCIENT = 200 };

static struct fragments fragments;

static void check_held(void)
{
	for (unsigned i = 0; i < FRAGMENTS_FAMILIES; i++) {
		const struct fragments_family *family = &fragments.families[i];
		uint32_t ports[PORT + 1] = {0};
		uint32_t all = 0;

		for (unsigned n = 0; n < FRAGMENTS_DATAGRAMS; n++) {
			const struct fragments_datagram *datagram = &family->datagrams[n];

			FUZZ_CHECK(datagram->id != 0 || datagram->held == 0);
			FUZZ_CHECK(datagram->port <= PORT);
			ports[datagram->port] += datagram->left ? 0 : datagram->held;
			all += datagram->held;
		}
		FUZZ_CHECK(family->held == all);
		FUZZ_CHECK(all <= FRAGMENTS_BUDGET);
		for (unsigned n = 0; n <= PORT; n++)
			FUZZ_CHECK(ports[n] <= FRAGMENTS_PORT_BUDGET);
	}
}

static void judge(unsigned port, const uint8_t *data, size_t size, uint32_t now)
{
	struct frame frame = {.data = fuzz_copy(data, size), .size = (uint32_t)size};

	fragments_judge(&fragments, port, dissected(&frame), now);
	free(frame.data);
}

/* One part of a datagram that is ours; its frame. */
static size_t make_part(uint8_t *frame, bool ipv6, unsigned n)
{
	bool more = n + 1 < PARTS;
	uint16_t word;
	uint16_t sum;

	memset(frame, 0, 14 + 48 + PAYLOAD);
	memcpy(frame, "\x02\0\0\0\0\x01\x06\xff\xff\xff\xff\xff", 12);
	if (ipv6) {
		word = htons((uint16_t)(n * PAYLOAD | (more ? 1 : 0)));
		memcpy(frame + 12, "\x86\xdd\x60\0\0\0\0\x48\x2c\x40\xfe\x80", 12);
		frame[54] = IPPROTO_UDP;
		memcpy(frame + 56, &word, 2);
		return 14 + 48 + PAYLOAD;
	}
	word = htons((uint16_t)(n * PAYLOAD / 8 | (more ? 0x2000 : 0)));
	memcpy(frame + 12, "\x08\0\x45\0\0\x54\0\0\0\0\x40\x11\0\0\xc0\xa8\x69\x63\xc0\xa8\x69\x01",
	       22);
	memcpy(frame + 20, &word, 2);
	sum = (uint16_t)~checksum_fold(checksum_add(0, frame + 14, 20));
	memcpy(frame + 24, &sum, 2);
	return 14 + 20 + PAYLOAD;
}

/* From a port of its own: refused at its first part where there is no room, else free. */
static void check_whole_is_free(bool ipv6, uint32_t now, bool has_room)
{
	uint8_t data[14 + 48 + PAYLOAD];
	struct frame frame = {.data = data};
	uint32_t held = fragments.families[ipv6].held;

	for (unsigned n = 0; n < PARTS; n++) {
		frame.size = (uint32_t)make_part(data, ipv6, n);
		if (fragments_judge(&fragments, PORT, dissected(&frame), now) == FRAGMENTS_PASS)
			continue;
		/* All of the budget is held, by those that are not given up yet. */
		FUZZ_CHECK(n == 0 && !has_room);
		return;
	}
	check_held();
	FUZZ_CHECK(fragments.families[ipv6].held <= held);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct siphash_key key = {{1, 2}};
	struct fuzz_input input = {data, size};
	uint32_t now = 0;

	fragments_init(&fragments, &key);
	while (input.size > 2) {
		unsigned how = fuzz_take(&input);
		size_t part = fuzz_take(&input) * (size_t)4;

		if (part == 0 || part > input.size)
			part = input.size;
		now += how >> 5;
		if (part < FRAME_HEADER)
			fragments_forget(&fragments, how % PORTS);
		/* A frame is whole, whoever sent it. */
		for (unsigned n = 0; part >= FRAME_HEADER && n < 1u << (how >> 2 & 7); n++)
			judge(how % PORTS, input.data, part, now);
		check_held();
		input.data += part;
		input.size -= part;
	}
	check_whole_is_free(false, now, false);
	check_whole_is_free(true, now, false);
	check_whole_is_free(false, now + ANCIENT, true);
	check_whole_is_free(true, now + ANCIENT, true);
	return 0;
}
