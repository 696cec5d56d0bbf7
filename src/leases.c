// SPDX-License-Identifier: GPL-2.0-or-later
#include "leases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parse.h"

enum {
	LEASES_MAC_MAX = 64,
	LEASES_FILE_MAX = 64 << 20, /* bytes; 65536 leases with long names are 20 MiB */
};

bool leases_fit(const char *line, const struct subnet *subnet, const struct dhcp *dhcp)
{
	const struct dhcp_host *host;
	char mac_text[LEASES_MAC_MAX];
	char address_text[SUBNET_TEXT_MAX];
	uint8_t mac[DHCP_MAC_SIZE];
	uint32_t address;

	/* "EXPIRY MAC IP NAME ID"; of IPv6 the second is a number, the third longer */
	if (sscanf(line, "%*s %63s %19s", mac_text, address_text) != 2 ||
	    subnet_parse_address(address_text, &address) < 0)
		return true;
	host = dhcp_find_address(dhcp, address);
	if (host)
		return parse_mac(mac_text, mac) == 0 && memcmp(mac, host->mac, sizeof(mac)) == 0;
	return address >= subnet->dhcp_first && address <= subnet->dhcp_last;
}

/* Moves the lines that fit to the front of text; their size. *gone: how many do not. */
static size_t leases_filter(char *text, const struct subnet *subnet, const struct dhcp *dhcp,
			    int *gone)
{
	char *to = text;

	for (char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		bool ended = line[length] == '\n';
		char *next = line + length + ended;

		line[length] = '\0';
		if (!leases_fit(line, subnet, dhcp)) {
			++*gone;
		} else {
			memmove(to, line, length);
			to += length;
			if (ended)
				*to++ = '\n';
		}
		line = next;
	}
	return (size_t)(to - text);
}

/* Reads up to size bytes; how many, or -errno. */
static ssize_t leases_read(int fd, char *text, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t more = pread(fd, text + n, size - n, (off_t)n);

		if (more < 0)
			return -errno;
		if (more == 0)
			break;
		n += (size_t)more;
	}
	return (ssize_t)n;
}

int leases_prune(int fd, const struct subnet *subnet, const struct dhcp *dhcp)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text;
	ssize_t n;
	int gone = 0;

	if (size < 0)
		return -errno;
	if (size > LEASES_FILE_MAX)
		return -EFBIG;
	text = calloc(1, (size_t)size + 1);
	if (!text)
		return -ENOMEM;
	n = leases_read(fd, text, (size_t)size);
	if (n < 0) {
		free(text);
		return (int)n;
	}
	size = (off_t)leases_filter(text, subnet, dhcp, &gone);
	if (gone > 0 &&
	    (pwrite(fd, text, (size_t)size, 0) != (ssize_t)size || ftruncate(fd, size) < 0))
		gone = -EIO;
	free(text);
	return gone;
}
