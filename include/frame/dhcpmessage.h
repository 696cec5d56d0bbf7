/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of DHCP (RFC 2131) and DHCPv6 (RFC 8415), as far as they tell who leases what. Works on
 * memory only.
 */
#pragma once

#include <netinet/in.h>

#include "frame.h"
#include "layers.h"

enum {
	DHCPMESSAGE_DUID_MAX = 130, /* bytes, RFC 8415 section 11.1 */
	DHCPMESSAGE_LEASES_MAX = 8, /* in one message; more than any client asks for */
	DHCPMESSAGE_MAX = 640,	    /* bytes of a frame that we make */
	DHCPMESSAGE_FOREVER = -1,   /* as a time, uint32_t */
};

enum dhcpmessage_kind {
	DHCPMESSAGE_NONE,    /* not a DHCP message, or changes no lease */
	DHCPMESSAGE_HIDDEN,  /* for a server, and cannot be read completely */
	DHCPMESSAGE_FOREIGN, /* not for an Ethernet address, or not for the sender's */
	DHCPMESSAGE_ASK,     /* may lead to a lease */
	DHCPMESSAGE_TAKE,    /* makes one, if the server agrees */
	DHCPMESSAGE_RELEASE, /* gives one back, or declines it */
	DHCPMESSAGE_GRANT,   /* from a server: has made or renewed one */
	DHCPMESSAGE_DENY,    /* from a server */
};

struct dhcpmessage_duid {
	uint8_t size;
	uint8_t bytes[DHCPMESSAGE_DUID_MAX];
};

struct dhcpmessage_lease {
	uint32_t iaid;		 /* of DHCPv6, in wire order */
	bool temporary;		 /* DHCPv6: IA_TA, not IA_NA */
	struct in6_addr address; /* unspecified: none was named. IPv4 is mapped */
	uint32_t time;		 /* s */
};

struct dhcpmessage {
	enum dhcpmessage_kind kind;
	bool ipv6;
	uint8_t mac[MAC_SIZE];	      /* chaddr; in DHCPv6, the frame's source or destination */
	struct dhcpmessage_duid duid; /* the client's */
	struct dhcpmessage_duid server;
	unsigned n_leases; /* 1 in DHCP */
	struct dhcpmessage_lease leases[DHCPMESSAGE_LEASES_MAX];
};

/*
 * Parses what a guest sends to a server, or a server to a guest, from a whole frame. Checksums are
 * not verified. Anyone can send from a server's port: check the source address before you believe a
 * server's message.
 */
void dhcpmessage_read_client(struct dhcpmessage *message, const struct layers_dissected *packet);
void dhcpmessage_read_server(struct dhcpmessage *message, const struct layers_dissected *packet);

/* A server's addresses. */
struct dhcpmessage_place {
	uint8_t mac[MAC_SIZE];
	uint32_t ipv4; /* network byte order */
};

/*
 * Makes the message with which a client releases message->leases[0]; frame->data has room for
 * DHCPMESSAGE_MAX bytes. Needs mac, and for DHCPv6 also duid and server.
 */
void dhcpmessage_make_release(struct frame *frame, const struct dhcpmessage *message,
			      const struct dhcpmessage_place *place);
