// SPDX-License-Identifier: GPL-2.0-or-later
#include "leases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mac.h"
#include "parse.h"
#include "ula.h"

enum { LEASES_MAC_MAX = 64 };

/* Whether name is reserved for a MAC address other than this. */
static bool leases_is_name_of_other(const struct dhcp *dhcp, const char *name, const char *mac_text)
{
	uint8_t mac[MAC_SIZE];

	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		const struct dhcp_host *host = &dhcp->hosts[i];

		if (strcasecmp(host->name, name) == 0)
			return mac_parse(mac_text, mac) < 0 ||
			       memcmp(mac, host->mac, sizeof(mac)) != 0;
	}
	return false;
}

bool leases_fit(const char *line, const struct subnet *subnet, const struct dhcp *dhcp)
{
	const struct dhcp_host *host;
	char mac_text[LEASES_MAC_MAX];
	char address_text[ULA_TEXT_MAX];
	char name[DHCP_DOMAIN_MAX + 1];
	uint8_t mac[MAC_SIZE];
	uint32_t address;

	/* "EXPIRY MAC IP NAME ID"; in IPv6 lines the second field is a number */
	if (sscanf(line, "%*s %63s %45s %253s", mac_text, address_text, name) != 3)
		return true;
	if (dhcp_is_closed_name(dhcp, name))
		return false;
	if (subnet_parse_address(address_text, &address) < 0)
		return true;
	if (leases_is_name_of_other(dhcp, name, mac_text))
		return false;
	host = dhcp_find_address(dhcp, address);
	if (host)
		return mac_parse(mac_text, mac) == 0 && memcmp(mac, host->mac, sizeof(mac)) == 0;
	return address >= subnet->dhcp_first && address <= subnet->dhcp_last;
}

/*
 * Moves the lines that fit to the front of text, which has size bytes and a NUL after them; returns
 * their size. *gone: how many do not fit. A line with a NUL in it was torn by a crash, and is no
 * lease.
 */
static size_t leases_filter(char *text, size_t size, const struct subnet *subnet,
			    const struct dhcp *dhcp, int *gone)
{
	const char *end = text + size;
	char *to = text;

	for (char *line = text; line < end;) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((newline ? newline : end) - line);
		char *next = line + length + (newline != NULL);

		line[length] = '\0';
		if (strlen(line) < length || !leases_fit(line, subnet, dhcp)) {
			++*gone;
		} else {
			memmove(to, line, length);
			to += length;
			if (newline)
				*to++ = '\n';
		}
		line = next;
	}
	return (size_t)(to - text);
}

int leases_open(const char *path, off_t most)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int ret = fd;

	if (fd < 0 || fstat(fd, &st) < 0)
		ret = -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	else if (st.st_size > most)
		ret = -EFBIG;
	if (fd >= 0 && ret < 0)
		close(fd);
	return ret;
}

/* Reads up to size bytes; returns how many, or -errno. */
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

/* The whole file with a NUL after it, to be freed; NULL with *error, a -errno. */
static char *leases_load(int fd, ssize_t *size, int *error)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char *text;

	if (end < 0 || end > LEASES_FILE_MAX) {
		*error = end < 0 ? -errno : -EFBIG;
		return NULL;
	}
	text = calloc(1, (size_t)end + 1);
	*size = text ? leases_read(fd, text, (size_t)end) : -ENOMEM;
	if (*size >= 0)
		return text;
	*error = (int)*size;
	free(text);
	return NULL;
}

int leases_prune(int fd, const struct subnet *subnet, const struct dhcp *dhcp)
{
	ssize_t size;
	int gone = 0;
	char *text = leases_load(fd, &size, &gone);

	if (!text)
		return gone;
	size = (ssize_t)leases_filter(text, (size_t)size, subnet, dhcp, &gone);
	if (gone > 0 && (pwrite(fd, text, (size_t)size, 0) != size || ftruncate(fd, size) < 0))
		gone = -EIO;
	free(text);
	return gone;
}

int leases_each(int fd, void (*each)(void *context, const uint8_t mac[MAC_SIZE], uint32_t address),
		void *context)
{
	ssize_t size;
	int error = 0;
	char *text = leases_load(fd, &size, &error);

	if (!text)
		return error;
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		char mac_text[LEASES_MAC_MAX];
		char address_text[ULA_TEXT_MAX];
		uint8_t mac[MAC_SIZE];
		uint32_t address;

		/* In IPv6 lines the second field is a number, and there is no MAC address. */
		if (sscanf(line, "%*s %63s %45s", mac_text, address_text) == 2 &&
		    mac_parse(mac_text, mac) == 0 &&
		    subnet_parse_address(address_text, &address) == 0)
			each(context, mac, address);
	}
	free(text);
	return 0;
}

int leases_name_server(int fd, const uint8_t mac[MAC_SIZE])
{
	char mac_text[MAC_TEXT_MAX];
	char line[64];
	ssize_t size;
	int ret = 0;
	char *text = leases_load(fd, &size, &ret);
	int length;

	if (!text)
		return ret;
	/* A DUID-LL (RFC 8415, section 11.4): type 3, Ethernet, the address. */
	length =
		snprintf(line, sizeof(line), "%sduid 00:03:00:01:%s\n",
			 size > 0 && text[size - 1] != '\n' ? "\n" : "", mac_format(mac, mac_text));
	if (strncmp(text, "duid ", 5) != 0 && !strstr(text, "\nduid ") &&
	    pwrite(fd, line, (size_t)length, size) != length)
		ret = ftruncate(fd, size) < 0 ? -errno : -EIO; /* leave no partial line */
	free(text);
	return ret;
}
