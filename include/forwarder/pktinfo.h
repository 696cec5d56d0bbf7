/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datagrams with both of their addresses: their source, and the address of this host they were sent
 * to (IP_PKTINFO, IPV6_RECVPKTINFO, enabled by whoever made the socket).
 */
#pragma once

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pktinfo {
	struct in6_addr client; /* IPv4 is mapped */
	struct in6_addr asked;
	uint32_t scope;	 /* the device of a link-local address, else 0 */
	uint16_t port;	 /* the client's, network byte order */
	uint16_t unused; /* 0: fills the padding, so that two can be compared as bytes */
};

/*
 * Receives one datagram of at most size bytes. Returns its bytes, or -errno; -EMSGSIZE: it was
 * longer.
 */
ssize_t pktinfo_receive(int fd, void *data, size_t size, struct pktinfo *info);

/* Sends an answer to the client, from the address that it asked. Lost if there is no room. */
void pktinfo_answer(int fd, const void *data, size_t size, const struct pktinfo *info);
