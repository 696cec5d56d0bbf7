// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The filter of the NIC's socket. Input: where a frame comes from, the guests' addresses, the
 * frame. The program is run as the kernel runs it, and passes what a plain model of it passes.
 */
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>

#include "fuzz.h"
#include "nicfilter.h"

enum { INDEX = 2 }; /* of the NIC */

struct arrival {
	const uint8_t *data;
	size_t size;
	uint32_t index;
	uint32_t type;
};

/* A load; false where it lies outside of the frame, which ends the program. */
static bool load(const struct arrival *arrival, const struct sock_filter *at, uint32_t *a)
{
	unsigned bytes = BPF_SIZE(at->code) == BPF_W ? 4 : BPF_SIZE(at->code) == BPF_H ? 2 : 1;

	if (at->k == (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)) {
		*a = arrival->index;
		return true;
	}
	if (at->k == (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)) {
		*a = arrival->type;
		return true;
	}
	if (at->k + bytes > arrival->size)
		return false;
	*a = 0;
	for (unsigned i = 0; i < bytes; i++)
		*a = *a << 8 | arrival->data[at->k + i];
	return true;
}

static bool run(const struct sock_filter *program, unsigned n, const struct arrival *arrival)
{
	uint32_t a = 0;

	for (unsigned pc = 0;; pc++) {
		const struct sock_filter *at = &program[pc];
		bool holds = false;

		FUZZ_CHECK(pc < n);
		if (BPF_CLASS(at->code) == BPF_RET)
			return at->k != 0;
		if (BPF_CLASS(at->code) == BPF_LD) {
			if (!load(arrival, at, &a))
				return false;
			continue;
		}
		FUZZ_CHECK(BPF_CLASS(at->code) == BPF_JMP);
		if (BPF_OP(at->code) == BPF_JEQ)
			holds = a == at->k;
		else if (BPF_OP(at->code) == BPF_JGT)
			holds = a > at->k;
		else if (BPF_OP(at->code) == BPF_JSET)
			holds = a & at->k;
		else
			FUZZ_CHECK(!"a jump that is known");
		pc += holds ? at->jt : at->jf;
	}
}

/* What must pass, written down without jumps. */
static bool passes(const struct arrival *arrival, const uint64_t *addresses, unsigned n)
{
	static const uint8_t link_local[] = {0x01, 0x80, 0xc2, 0x00, 0x00};
	const uint8_t *data = arrival->data;
	unsigned type;

	if (arrival->index != INDEX || arrival->type == PACKET_HOST || arrival->size < ETH_HLEN)
		return false;
	if (data[0] & 1)
		return memcmp(data, link_local, sizeof(link_local)) != 0 || data[5] > 0x0f;
	type = (unsigned)data[12] << 8 | data[13];
	if (type == ETH_P_ARP)
		return true;
	if (type == ETH_P_IPV6 && (arrival->size < 21 || data[20] == IPPROTO_ICMPV6))
		return arrival->size >= 21; /* cut off before its protocol: no */
	for (unsigned i = 0; i < n && n <= MAC_LIST_MAX; i++) {
		uint64_t mac = 0;

		for (int k = 0; k < MAC_SIZE; k++)
			mac = mac << 8 | data[k];
		if (mac == addresses[i])
			return true;
	}
	return n > MAC_LIST_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct arrival arrival = {.index = fuzz_take(&input) & 3, .type = fuzz_take(&input) % 5};
	unsigned n = fuzz_take(&input) % (MAC_LIST_MAX + 2);
	uint64_t addresses[MAC_LIST_MAX + 1];
	struct sock_filter *program = malloc(NICFILTER_MAX * sizeof(*program));
	unsigned length;

	FUZZ_CHECK(program);
	for (unsigned i = 0; i < n; i++)
		addresses[i] = fuzz_take_mac(&input) & ~(1ULL << 40);
	length = nicfilter_make(program, INDEX, addresses, n);
	FUZZ_CHECK(length <= NICFILTER_MAX);
	arrival.data = fuzz_copy(input.data, input.size);
	arrival.size = input.size;
	if (input.size >= ETH_HLEN) /* what is shorter, no NIC receives */
		FUZZ_CHECK(run(program, length, &arrival) == passes(&arrival, addresses, n));
	else
		run(program, length, &arrival);
	free((void *)arrival.data);
	free(program);
	return 0;
}
