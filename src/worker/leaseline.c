// SPDX-License-Identifier: GPL-2.0-or-later
#include "leaseline.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/*
 * Copies the next word. Returns its length with the space after it, or 0: there is none, or it is
 * too long.
 */
static size_t leaseline_word(const char *line, char *word, size_t size)
{
	size_t n = strcspn(line, " ");

	if (n == 0 || n >= size)
		return 0;
	memcpy(word, line, n);
	word[n] = '\0';
	return n + (line[n] == ' ');
}

/* "*" means none. */
static void leaseline_clear_star(char *word)
{
	if (strcmp(word, "*") == 0)
		word[0] = '\0';
}

bool leaseline_read(struct leaseline *lease, const char *line)
{
	char expires[24];
	/* "EXPIRY MAC IP NAME ID". For IPv6 the second is an IAID; "duid DUID" is the server's. */
	const struct {
		char *word;
		size_t size;
	} words[] = {
		{expires, sizeof(expires)},
		{lease->mac, sizeof(lease->mac)},
		{lease->address, sizeof(lease->address)},
		{lease->name, sizeof(lease->name)},
		{lease->id, sizeof(lease->id)},
	};
	struct in6_addr address;

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = leaseline_word(line, words[i].word, words[i].size);

		if (n == 0)
			return false;
		line += n;
	}
	if (!isdigit((unsigned char)expires[0]))
		return false;
	lease->expires = strtoll(expires, NULL, 10);
	leaseline_clear_star(lease->name);
	leaseline_clear_star(lease->id);
	lease->ipv6 = inet_pton(AF_INET6, lease->address, &address) == 1;
	return lease->ipv6 || inet_pton(AF_INET, lease->address, &address) == 1;
}
