/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of DHCP (RFC 2131) and DHCPv6 (RFC 8415), as far as they tell who leases what. Memory
 * only.
 */
#pragma once

#include <netinet/in.h>

#include "frame.h"
#include "layers.h"

enum {
	DHCPMESSAGE_DUID_MAX = 130, /* bytes, RFC 8415 section 11.1 */
	DHCPMESSAGE_LEASES_MAX = 8, /* in one message; more than anyone asks for */
	DHCPMESSAGE_MAX = 640,	    /* bytes of a frame that we make */
	DHCPMESSAGE_FOREVER = -1,   /* as a time, uint32_t */
};

enum dhcpmessage_kind {
	DHCPMESSAGE_NONE,    /* it is none, or takes and gives nothing */
	DHCPMESSAGE_HIDDEN,  /* it is for a server, and cannot be read whole */
	DHCPMESSAGE_FOREIGN, /* from no Ethernet address, or for another one than the sender's */
	DHCPMESSAGE_ASK,     /* may lead to a lease */
	DHCPMESSAGE_TAKE,    /* makes one, if the server likes it */
	DHCPMESSAGE_RELEASE, /* gives one back, or declines it */
	DHCPMESSAGE_GRANT,   /* a server's: has made or prolonged one */
	DHCPMESSAGE_DENY,    /* a server's */
};

struct dhcpmessage_duid {
	uint8_t size;
	uint8_t bytes[DHCPMESSAGE_DUID_MAX];
};

struct dhcpmessage_lease {
	uint32_t iaid;		 /* of DHCPv6, as in memory */
	bool temporary;		 /* likewise: IA_TA, not IA_NA */
	struct in6_addr address; /* any: none was named. Of IPv4 mapped */
	uint32_t time;		 /* s */
};

struct dhcpmessage {
	enum dhcpmessage_kind kind;
	bool ipv6;
	uint8_t mac[MAC_SIZE];	      /* chaddr; of DHCPv6 the frame's source or destination */
	struct dhcpmessage_duid duid; /* the client's */
	struct dhcpmessage_duid server;
	unsigned n_leases; /* of DHCP 1 */
	struct dhcpmessage_lease leases[DHCPMESSAGE_LEASES_MAX];
};

/*
 * Reads what a guest says to a server, or a server to a guest; of a whole frame, whose
 * checksums nobody has looked at. A server's may come from anyone who sends from its port: look at
 * its source address before you believe it.
 */
void dhcpmessage_read_client(struct dhcpmessage *message, const struct layers_dissected *packet);
void dhcpmessage_read_server(struct dhcpmessage *message, const struct layers_dissected *packet);

/* Where a server is. */
struct dhcpmessage_place {
	uint8_t mac[MAC_SIZE];
	uint32_t ipv4; /* network byte order */
};

/*
 * Makes the message by which who holds message->leases[0] gives it back: frame->data has
 * room for DHCPMESSAGE_MAX bytes. Needs mac, of DHCPv6 also duid and server.
 */
void dhcpmessage_make_release(struct frame *frame, const struct dhcpmessage *message,
			      const struct dhcpmessage_place *place);
