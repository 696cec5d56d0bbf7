// SPDX-License-Identifier: GPL-2.0-or-later
#include "hostfwd.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "subnet.h"
#include "ula.h"

struct in6_addr hostfwd_map(uint32_t address)
{
	struct in6_addr mapped = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}}};

	for (int i = 0; i < 4; i++)
		mapped.s6_addr[12 + i] = (uint8_t)(address >> (24 - 8 * i));
	return mapped;
}

uint32_t hostfwd_unmap(const struct in6_addr *address)
{
	const uint8_t *bytes = &address->s6_addr[12];

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* ---- addresses ---- */

int hostfwd_parse_address(const char *text, struct in6_addr *address)
{
	char inner[INET6_ADDRSTRLEN];
	size_t length = strlen(text);
	uint32_t v4;

	if (subnet_parse_address(text, &v4) == 0) {
		*address = hostfwd_map(v4);
		return 0;
	}
	if (length < 2 || length - 2 >= sizeof(inner) || text[0] != '[' || text[length - 1] != ']')
		return -1;
	snprintf(inner, sizeof(inner), "%.*s", (int)(length - 2), text + 1);
	if (inet_pton(AF_INET6, inner, address) != 1 || IN6_IS_ADDR_V4MAPPED(address))
		return -1;
	return 0;
}

const char *hostfwd_format_plain(const struct in6_addr *address, char text[ULA_TEXT_MAX])
{
	if (IN6_IS_ADDR_V4MAPPED(address))
		return subnet_format(hostfwd_unmap(address), text);
	return inet_ntop(AF_INET6, address, text, ULA_TEXT_MAX);
}

/* As in a forward's text. */
static const char *hostfwd_write_address(const struct in6_addr *address, char text[ULA_TEXT_MAX])
{
	char inner[INET6_ADDRSTRLEN];

	if (IN6_IS_ADDR_V4MAPPED(address))
		return hostfwd_format_plain(address, text);
	inet_ntop(AF_INET6, address, inner, sizeof(inner));
	snprintf(text, ULA_TEXT_MAX, "[%s]", inner);
	return text;
}

/* Whether one host can have it; includes its own loopback. */
static bool hostfwd_is_unicast(const struct in6_addr *address)
{
	uint32_t v4 = hostfwd_unmap(address);

	if (IN6_IS_ADDR_V4MAPPED(address))
		return v4 >> 24 == IN_LOOPBACKNET || subnet_is_unicast(v4);
	return !IN6_IS_ADDR_UNSPECIFIED(address) && !IN6_IS_ADDR_MULTICAST(address);
}

static bool hostfwd_is_loopback(const struct in6_addr *address)
{
	if (IN6_IS_ADDR_V4MAPPED(address))
		return hostfwd_unmap(address) >> 24 == IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(address);
}

/* ---- the host's side ---- */

/* An address of the host; "" or the unspecified address means all. */
static int hostfwd_parse_host(struct hostfwd *hostfwd, const char *text, struct problem *problem)
{
	hostfwd->any = true;
	if (*text == '\0')
		return 0;
	if (hostfwd_parse_address(text, &hostfwd->host) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "'%.64s' is not an address of the host; use one like 192.0.2.1 "
				   "or [2001:db8::1], or omit it for all",
				   text);
	if (IN6_IS_ADDR_UNSPECIFIED(&hostfwd->host) ||
	    (IN6_IS_ADDR_V4MAPPED(&hostfwd->host) && hostfwd_unmap(&hostfwd->host) == 0))
		return 0;
	hostfwd->any = false;
	if (!hostfwd_is_unicast(&hostfwd->host) || IN6_IS_ADDR_LINKLOCAL(&hostfwd->host))
		return problem_set(problem, STATUS_USAGE,
				   "%s is not an address at which others could reach the host",
				   text);
	return 0;
}

static int hostfwd_parse_port(const char *text, uint16_t *port, struct problem *problem)
{
	unsigned value;

	if (parse_number(text, 1, UINT16_MAX, &value) < 0)
		return problem_set(problem, STATUS_USAGE, "'%.64s' is not a port; use 1 to 65535",
				   text);
	*port = (uint16_t)value;
	return 0;
}

/*
 * Cuts PORT[-END] from the front, and moves *text past the hyphen after it. Digits followed by a
 * hyphen are an END, though a guest's name may also start so; write PORT-PORT before such a name.
 */
static int hostfwd_parse_ports(struct hostfwd *hostfwd, char **text, struct problem *problem)
{
	char *first = strsep(text, "-");
	char *last = first;
	size_t digits = *text ? strspn(*text, "0123456789") : 0;

	if (!*text)
		return problem_set(
			problem, STATUS_USAGE,
			"no guest is given; a forward is like tcp::2222-192.168.105.2:22");
	if (digits > 0 && (*text)[digits] == '-')
		last = strsep(text, "-");
	if (hostfwd_parse_port(first, &hostfwd->first, problem) < 0 ||
	    hostfwd_parse_port(last, &hostfwd->last, problem) < 0)
		return -1;
	if (hostfwd->last < hostfwd->first)
		return problem_set(problem, STATUS_USAGE,
				   "the port range ends (%u) before it begins (%u)", hostfwd->last,
				   hostfwd->first);
	if (hostfwd_n_ports(hostfwd) > HOSTFWD_RANGE_MAX)
		return problem_set(problem, STATUS_USAGE,
				   "a range of %u ports; one forward can have at most %d",
				   hostfwd_n_ports(hostfwd), HOSTFWD_RANGE_MAX);
	return 0;
}

/* ---- the guest's side ---- */

/* Where the guest ends: at the colon before its port, or at the end of text. */
static char *hostfwd_guest_end(char *text)
{
	char mac[MAC_TEXT_MAX];
	uint8_t unused[MAC_SIZE];

	if (*text == '[') {
		char *bracket = strchr(text, ']');

		return bracket ? bracket + 1 : text + strlen(text);
	}
	snprintf(mac, sizeof(mac), "%s", text);
	if (mac_parse(mac, unused) == 0)
		return text + MAC_TEXT_MAX - 1;
	return text + strcspn(text, ":");
}

static int hostfwd_parse_guest(struct hostfwd *hostfwd, const char *text, struct problem *problem)
{
	if (mac_parse(text, hostfwd->mac) == 0) {
		hostfwd->guest = HOSTFWD_MAC;
		if (!mac_is_station(hostfwd->mac))
			return problem_set(problem, STATUS_USAGE,
					   "no guest can have the MAC address %s", text);
		return 0;
	}
	if (hostfwd_parse_address(text, &hostfwd->address) == 0) {
		hostfwd->guest = HOSTFWD_ADDRESS;
		if (!hostfwd_is_unicast(&hostfwd->address) ||
		    hostfwd_is_loopback(&hostfwd->address) ||
		    IN6_IS_ADDR_LINKLOCAL(&hostfwd->address))
			return problem_set(problem, STATUS_USAGE,
					   "%s is not an address at which a guest can be reached",
					   text);
		return 0;
	}
	hostfwd->guest = HOSTFWD_NAME;
	/* Only digits and dots: an address with a mistake. */
	if (parse_label(text, strlen(text)) < 0 || text[strspn(text, "0123456789")] == '\0')
		return problem_set(problem, STATUS_USAGE,
				   "'%.64s' is not a guest; use an address like 192.168.105.2 or "
				   "[fd00::2], a MAC address, or a name that --dhcp-host reserves",
				   text);
	for (size_t i = 0; text[i]; i++) /* because dhcp.c ignores case */
		hostfwd->name[i] = (char)tolower((unsigned char)text[i]);
	return 0;
}

static int hostfwd_parse_target(struct hostfwd *hostfwd, char *text, struct problem *problem)
{
	char *end = hostfwd_guest_end(text);
	bool has_port = *end == ':';

	if (*end != '\0' && !has_port)
		return problem_set(problem, STATUS_USAGE, "'%.64s' is not GUEST:PORT", text);
	*end = '\0';
	if (hostfwd_parse_guest(hostfwd, text, problem) < 0)
		return -1;
	hostfwd->guest_port = hostfwd->first;
	if (has_port && hostfwd_parse_port(end + 1, &hostfwd->guest_port, problem) < 0)
		return -1;
	if (hostfwd->guest_port + hostfwd_n_ports(hostfwd) - 1 > UINT16_MAX)
		return problem_set(problem, STATUS_USAGE,
				   "the guest's ports, starting at %u, would go beyond 65535",
				   hostfwd->guest_port);
	return 0;
}

/* ---- the whole forward ---- */

static int hostfwd_check_families(const struct hostfwd *hostfwd, struct problem *problem)
{
	bool host6 = !IN6_IS_ADDR_V4MAPPED(&hostfwd->host);

	/* No address, and [::], mean all addresses of either family. */
	if (IN6_IS_ADDR_UNSPECIFIED(&hostfwd->host) ||
	    host6 == (hostfwd_family(hostfwd) == AF_INET6))
		return 0;
	if (hostfwd->guest != HOSTFWD_ADDRESS)
		return problem_set(
			problem, STATUS_USAGE,
			"an IPv6 address of the host can only lead to an IPv6 address of a guest; "
			"a MAC address or a name stands for its IPv4 address");
	return problem_set(problem, STATUS_USAGE,
			   "the addresses of host and guest must both be IPv4 or both IPv6");
}

/* Cuts the host's address from the front, up to the first colon outside brackets. */
static char *hostfwd_cut_host(char **text)
{
	char *host = *text;
	char *colon = host;

	if (*host == '[')
		colon = strchr(host, ']');
	colon = colon ? strchr(colon, ':') : NULL;
	*text = NULL;
	if (colon) {
		*colon = '\0';
		*text = colon + 1;
	}
	return host;
}

int hostfwd_parse(const char *text, struct hostfwd *hostfwd, struct problem *problem)
{
	char copy[HOSTFWD_TEXT_MAX + 16]; /* a port may have leading zeros */
	char *rest = copy;
	const char *protocol;
	const char *host;

	*hostfwd = (struct hostfwd){0};
	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return problem_set(problem, STATUS_USAGE, "too long for a forward");
	protocol = strsep(&rest, ":");
	if (strcmp(protocol, "tcp") == 0)
		hostfwd->protocol = IPPROTO_TCP;
	else if (strcmp(protocol, "udp") == 0)
		hostfwd->protocol = IPPROTO_UDP;
	else
		return problem_set(
			problem, STATUS_USAGE,
			"'%.64s' is not a protocol; a forward begins with tcp: or udp:", protocol);
	host = rest ? hostfwd_cut_host(&rest) : NULL;
	if (!rest)
		return problem_set(problem, STATUS_USAGE,
				   "a forward is like tcp::2222-192.168.105.2:22, with an optional "
				   "address of the host between the first two colons");
	if (hostfwd_parse_host(hostfwd, host, problem) < 0 ||
	    hostfwd_parse_ports(hostfwd, &rest, problem) < 0 ||
	    hostfwd_parse_target(hostfwd, rest, problem) < 0 ||
	    hostfwd_check_families(hostfwd, problem) < 0)
		return -1;
	if (hostfwd->any) /* one form for "all" */
		hostfwd->host = in6addr_any;
	return 0;
}

const char *hostfwd_format_guest(const struct hostfwd *hostfwd, char text[DHCP_LABEL_MAX + 1])
{
	if (hostfwd->guest == HOSTFWD_ADDRESS)
		return hostfwd_write_address(&hostfwd->address, text);
	if (hostfwd->guest == HOSTFWD_MAC)
		return mac_format(hostfwd->mac, text);
	memcpy(text, hostfwd->name, sizeof(hostfwd->name));
	return text;
}

const char *hostfwd_format(const struct hostfwd *hostfwd, char text[HOSTFWD_TEXT_MAX])
{
	char host[ULA_TEXT_MAX] = "";
	char guest_text[DHCP_LABEL_MAX + 1];
	const char *guest = hostfwd_format_guest(hostfwd, guest_text);
	char end[8] = "";

	if (!hostfwd->any)
		hostfwd_write_address(&hostfwd->host, host);
	/* Digits and a hyphen at the start of a name would be taken for the range's end. */
	if (hostfwd->last != hostfwd->first || guest[strspn(guest, "0123456789")] == '-')
		snprintf(end, sizeof(end), "-%u", hostfwd->last);
	snprintf(text, HOSTFWD_TEXT_MAX, "%s:%s:%u%s-%s:%u",
		 hostfwd->protocol == IPPROTO_TCP ? "tcp" : "udp", host, hostfwd->first, end, guest,
		 hostfwd->guest_port);
	return text;
}

int hostfwd_family(const struct hostfwd *hostfwd)
{
	return hostfwd->guest == HOSTFWD_ADDRESS && !IN6_IS_ADDR_V4MAPPED(&hostfwd->address)
		       ? AF_INET6
		       : AF_INET;
}

unsigned hostfwd_n_ports(const struct hostfwd *hostfwd)
{
	return hostfwd->last - hostfwd->first + 1u;
}

bool hostfwd_equal(const struct hostfwd *a, const struct hostfwd *b)
{
	char text_a[HOSTFWD_TEXT_MAX];
	char text_b[HOSTFWD_TEXT_MAX];

	/* Ports rarely match, and formatting two takes a microsecond. */
	return hostfwd_overlap(a, b) &&
	       strcmp(hostfwd_format(a, text_a), hostfwd_format(b, text_b)) == 0;
}

bool hostfwd_overlap(const struct hostfwd *a, const struct hostfwd *b)
{
	return a->protocol == b->protocol && hostfwd_family(a) == hostfwd_family(b) &&
	       a->first <= b->last && b->first <= a->last &&
	       (a->any || b->any || IN6_ARE_ADDR_EQUAL(&a->host, &b->host));
}
