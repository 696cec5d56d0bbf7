// SPDX-License-Identifier: GPL-2.0-or-later
#include "nicfilter.h"

#include <assert.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>

#include "mac.h"

#define LOAD(size, offset) BPF_STMT(BPF_LD | BPF_ABS | (size), (uint32_t)(offset))
#define JUMP(test, value, if_true, if_false)                                                       \
	BPF_JUMP(BPF_JMP | BPF_K | (test), value, if_true, if_false)
#define PASS BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)
#define DROP BPF_STMT(BPF_RET | BPF_K, 0)

enum { NICFILTER_NEXT_HEADER = ETH_HLEN + 6 }; /* of IPv6; RFC 8200 §3 */

unsigned nicfilter_make(struct sock_filter program[NICFILTER_MAX], int index,
			const uint64_t *addresses, unsigned n)
{
	/* Jumps count the instructions to skip. */
	const struct sock_filter start[] = {
		LOAD(BPF_W, SKF_AD_OFF + SKF_AD_IFINDEX),
		JUMP(BPF_JEQ, (uint32_t)index, 0, 2),
		LOAD(BPF_W, SKF_AD_OFF + SKF_AD_PKTTYPE),
		JUMP(BPF_JEQ, PACKET_HOST, 0, 1),
		DROP,
		LOAD(BPF_B, 0),
		JUMP(BPF_JSET, 1, 0, 5),
		/* Multicast, except what no bridge forwards, 01:80:c2:00:00:0X. */
		LOAD(BPF_W, 0),
		JUMP(BPF_JEQ, 0x0180c200, 0, 2),
		LOAD(BPF_H, 4),
		JUMP(BPF_JGT, 0x000f, 0, 7),
		PASS,
		LOAD(BPF_H, 2 * ETH_ALEN),
		JUMP(BPF_JEQ, ETH_P_ARP, 3, 0),
		JUMP(BPF_JEQ, ETH_P_IPV6, 0, 4),
		LOAD(BPF_B, NICFILTER_NEXT_HEADER),
		JUMP(BPF_JEQ, IPPROTO_ICMPV6, 0, 2),
		PASS,
		DROP,
	};
	unsigned length = 0;

	static_assert(sizeof(start) / sizeof(start[0]) + 4 <= NICFILTER_MAX, "they fit");
	for (unsigned i = 0; i < sizeof(start) / sizeof(start[0]); i++)
		program[length++] = start[i];
	if (n > MAC_LIST_MAX) {
		program[length++] = (struct sock_filter)PASS;
		return length;
	}
	program[length++] = (struct sock_filter)LOAD(BPF_W, 2);
	for (unsigned i = 0; i < n; i++) {
		program[length++] = (struct sock_filter)JUMP(BPF_JEQ, (uint32_t)addresses[i], 0, 4);
		program[length++] = (struct sock_filter)LOAD(BPF_H, 0);
		program[length++] =
			(struct sock_filter)JUMP(BPF_JEQ, (uint32_t)(addresses[i] >> 32), 0, 1);
		program[length++] = (struct sock_filter)PASS;
		program[length++] = (struct sock_filter)LOAD(BPF_W, 2);
	}
	program[length++] = (struct sock_filter)DROP;
	return length;
}
