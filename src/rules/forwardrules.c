// SPDX-License-Identifier: GPL-2.0-or-later
#include "forwardrules.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "rule_text.h"

enum {
	FORWARDRULES_COMMAND_MAX = 128, /* bytes of "add element inet TABLE MAP { }" and newline */
	/* "ADDRESS . 17 . 65535 : ADDRESS . 65535, " */
	FORWARDRULES_ELEMENT_MAX = 2 * SUBNET_TEXT_MAX + 2 * INET6_ADDRSTRLEN,
};

/*
 * into: runs before destination NAT of the host and others (dstnat), because what is forwarded here
 * has a port of the host to itself. Each port is an element: in one map if for any address of the
 * host, in another if for a particular one. Connections from the host itself go through a listener
 * instead, which needs no route to the loopback network (route_localnet); and guests' DNS and DHCP
 * requests to their gateway are never forwarded, whatever ports the host forwards. What is in no
 * map goes on to the host. A map is consulted only for the first packet of a connection, so each
 * port's counter counts connections (forwardcounts.h).
 */
static const char forwardrules_maps[] =
	"	map hostfwd%1$s {\n"
	"		type inet_proto . inet_service : ip%2$s_addr . inet_service\n"
	"		size %3$u\n"
	"		counter\n"
	"	}\n"
	"	map hostfwd_at%1$s {\n"
	"		type ip%2$s_addr . inet_proto . inet_service : ip%2$s_addr . inet_service\n"
	"		size %3$u\n"
	"		counter\n"
	"	}\n";

static const char forwardrules_begin[] =
	"	chain into {\n"
	"		type nat hook prerouting priority dstnat - 10\n"
	"		iif \"lo\" accept\n"
	"		meta l4proto != { 6, 17 } accept\n"
	"		fib daddr type != local accept\n"
	"		iifname \"%1$s\" ip daddr %2$s th dport { 53, 67 } accept\n";

static const char forwardrules_services6[] =
	"		iifname \"%1$s\" ip6 daddr { %2$s, fe80::1 } th dport { 53, 547 } accept\n";

static const char forwardrules_rules[] =
	"		dnat ip%1$s to ip%1$s daddr . meta l4proto . th dport map "
	"@hostfwd_at%2$s\n"
	"		dnat ip%1$s to meta l4proto . th dport map @hostfwd%2$s\n";

void forwardrules_format(const char *device, const struct subnet *subnet,
			 const struct in6_addr *prefix6, char text[FORWARDRULES_MAX])
{
	char gateway[SUBNET_TEXT_MAX];
	char gateway6[ULA_TEXT_MAX];
	struct in6_addr address;

	text[0] = '\0';
	rule_text_add(text, FORWARDRULES_MAX, forwardrules_maps, "", "v4", HOSTFWD_PORTS_MAX);
	rule_text_add(text, FORWARDRULES_MAX, forwardrules_maps, "6", "v6", HOSTFWD_PORTS_MAX);
	rule_text_add(text, FORWARDRULES_MAX, forwardrules_begin, device,
		      subnet_format(subnet->gateway, gateway));
	rule_text_add(text, FORWARDRULES_MAX, forwardrules_rules, "", "");
	if (prefix6) {
		address = ula_gateway(prefix6);
		rule_text_add(text, FORWARDRULES_MAX, forwardrules_services6, device,
			      ula_format(&address, gateway6));
		rule_text_add(text, FORWARDRULES_MAX, forwardrules_rules, "6", "6");
	}
	rule_text_add(text, FORWARDRULES_MAX, "	}\n");
}

/* ---- changes ------------------------------------------------------------------- */

/*
 * A text of thousands of elements, which keeps its length instead of searching for the end each
 * time.
 */
struct forwardrules_text {
	char *text;
	size_t size;
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void forwardrules_write(struct forwardrules_text *text,
								     const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->text + text->length, text->size - text->length, format, args);
	va_end(args);
	assert(text->length + (size_t)n < text->size);
	text->length += (size_t)n;
}

/* verb: "add" or "delete". A range maps port by port, which no interval of nftables can express. */
static void forwardrules_write_elements(struct forwardrules_text *text, const char *table,
					const char *verb, const struct forwardrule *rule)
{
	const struct hostfwd *hostfwd = rule->hostfwd;
	char host[ULA_TEXT_MAX];
	char guest[ULA_TEXT_MAX];

	hostfwd_format_plain(&hostfwd->host, host);
	hostfwd_format_plain(&rule->address, guest);
	forwardrules_write(text, "%s element inet %s hostfwd%s%s { ", verb, table,
			   hostfwd->any ? "" : "_at",
			   hostfwd_family(hostfwd) == AF_INET ? "" : "6");
	for (unsigned i = 0; i < hostfwd_n_ports(hostfwd); i++)
		forwardrules_write(text, "%s%s%d . %u : %s . %u, ", hostfwd->any ? "" : host,
				   hostfwd->any ? "" : " . ", hostfwd->protocol, hostfwd->first + i,
				   guest, hostfwd->guest_port + i);
	forwardrules_write(text, "}\n");
}

static size_t forwardrules_size_of(const struct forwardrule *rules, unsigned n)
{
	size_t size = 0;

	for (unsigned i = 0; i < n; i++)
		size += FORWARDRULES_COMMAND_MAX +
			hostfwd_n_ports(rules[i].hostfwd) * (size_t)FORWARDRULES_ELEMENT_MAX;
	return size;
}

size_t forwardrules_size(const struct forwardrules_change *change)
{
	return 1 + forwardrules_size_of(change->gone, change->n_gone) +
	       forwardrules_size_of(change->made, change->n_made);
}

const char *forwardrules_format_change(const char *table, const struct forwardrules_change *change,
				       char *text, size_t size)
{
	struct forwardrules_text to = {.text = text, .size = size};

	text[0] = '\0';
	for (unsigned i = 0; i < change->n_gone; i++)
		forwardrules_write_elements(&to, table, "delete", &change->gone[i]);
	for (unsigned i = 0; i < change->n_made; i++)
		forwardrules_write_elements(&to, table, "add", &change->made[i]);
	return text;
}
