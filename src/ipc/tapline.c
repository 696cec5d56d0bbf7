// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapline.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAPLINE_HEAD = 5, TAPLINE_COUNTS = 4, TAPLINE_NUMBERS = TAPLINE_HEAD + TAPLINE_COUNTS };

static const char *tapline_format_address(const struct in6_addr *address,
					  char text[INET6_ADDRSTRLEN])
{
	return IN6_IS_ADDR_V4MAPPED(address)
		       ? inet_ntop(AF_INET, &address->s6_addr[12], text, INET6_ADDRSTRLEN)
		       : inet_ntop(AF_INET6, address, text, INET6_ADDRSTRLEN);
}

const char *tapline_format(const struct tapline *tap, char text[TAPLINE_MAX])
{
	const uint64_t numbers[TAPLINE_NUMBERS] = {
		tap->number,	(uint64_t)tap->pid, tap->queues,     tap->isolated,  tap->off,
		tap->frames_in, tap->bytes_in,	    tap->frames_out, tap->bytes_out,
	};
	char address[INET6_ADDRSTRLEN];
	size_t n = 0;

	for (unsigned i = 0; i < TAPLINE_NUMBERS; i++)
		n += (size_t)sprintf(text + n, "%llu ", (unsigned long long)numbers[i]);
	for (unsigned i = 0; i < TAPLINE_DROPS; i++)
		n += (size_t)sprintf(text + n, "%llu ", (unsigned long long)tap->drops[i]);
	n += (size_t)sprintf(text + n, "%s", tap->n_addresses == 0 ? "-" : "");
	for (unsigned i = 0; i < tap->n_addresses && i < TAPLINE_ADDRESSES_MAX; i++)
		n += (size_t)sprintf(text + n, "%s%s", i > 0 ? "," : "",
				     tapline_format_address(&tap->addresses[i], address));
	text[n++] = ' ';
	for (const char *at = tap->command; *at; at++)
		text[n++] = (unsigned char)*at < ' ' || *at == '\x7f' ? '?' : *at;
	text[n++] = '\n';
	text[n] = '\0';
	return text;
}

/*
 * Reads a number up to max, and the space after it. Returns where that ends, or NULL if there is
 * none.
 */
static const char *tapline_read_number(const char *at, uint64_t max, uint64_t *number)
{
	char *end;

	if (!at || *at < '0' || *at > '9')
		return NULL;
	errno = 0;
	*number = strtoull(at, &end, 10);
	return errno == 0 && *number <= max && *end == ' ' ? end + 1 : NULL;
}

static bool tapline_read_address(const char *text, struct in6_addr *address)
{
	*address = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
	return inet_pton(AF_INET, text, &address->s6_addr[12]) == 1 ||
	       inet_pton(AF_INET6, text, address) == 1;
}

/*
 * Reads addresses, separated by commas, up to a space; "-": none. Returns where that ends, or NULL.
 */
static const char *tapline_read_addresses(const char *at, struct tapline *tap)
{
	char text[INET6_ADDRSTRLEN];

	tap->n_addresses = 0;
	if (!at || strncmp(at, "- ", 2) == 0)
		return at ? at + 2 : NULL;
	for (;;) {
		size_t length = strcspn(at, ", ");

		if (length >= sizeof(text) || tap->n_addresses >= TAPLINE_ADDRESSES_MAX)
			return NULL;
		memcpy(text, at, length);
		text[length] = '\0';
		if (!tapline_read_address(text, &tap->addresses[tap->n_addresses++]))
			return NULL;
		if (at[length] != ',')
			return at[length] == ' ' ? at + length + 1 : NULL;
		at += length + 1;
	}
}

bool tapline_read(struct tapline *tap, const char *line)
{
	static const uint64_t most[TAPLINE_HEAD] = {UINT32_MAX, INT32_MAX, UINT32_MAX, 1,
						    TAPLINE_OFFS - 1};
	uint64_t numbers[TAPLINE_NUMBERS];
	const char *at = line;

	for (unsigned i = 0; i < TAPLINE_NUMBERS; i++)
		at = tapline_read_number(at, i < TAPLINE_HEAD ? most[i] : UINT64_MAX, &numbers[i]);
	for (unsigned i = 0; i < TAPLINE_DROPS; i++)
		at = tapline_read_number(at, UINT64_MAX, &tap->drops[i]);
	at = tapline_read_addresses(at, tap);
	if (!at || strlen(at) >= sizeof(tap->command))
		return false;
	memcpy(tap->command, at, strlen(at) + 1);
	tap->number = (uint32_t)numbers[0];
	tap->pid = (pid_t)numbers[1];
	tap->queues = (unsigned)numbers[2];
	tap->isolated = numbers[3] != 0;
	tap->off = (enum tapline_off)numbers[4];
	tap->frames_in = numbers[5];
	tap->bytes_in = numbers[6];
	tap->frames_out = numbers[7];
	tap->bytes_out = numbers[8];
	return true;
}
