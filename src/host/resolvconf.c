// SPDX-License-Identifier: GPL-2.0-or-later
#include "resolvconf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parse.h"

static const char resolvconf_new_suffix[] = ".new"; /* until it replaces the copy */

enum { RESOLVCONF_SERVER_MAX = INET6_ADDRSTRLEN + 1 + IF_NAMESIZE };

/* The device after '%', which dnsmasq accepts only by name. */
static bool resolvconf_format_scope(const char *scope, char device[IF_NAMESIZE])
{
	unsigned index;

	if (parse_number(scope, 1, INT32_MAX, &index) == 0)
		return if_indextoname(index, device) != NULL;
	if (parse_device(scope) < 0)
		return false;
	snprintf(device, IF_NAMESIZE, "%s", scope);
	return true;
}

/* Whether word is an address; then server gets it as dnsmasq reads it. */
static bool resolvconf_format_server(char *word, char server[RESOLVCONF_SERVER_MAX])
{
	char device[IF_NAMESIZE];
	struct in6_addr address6;
	struct in_addr address;
	char *scope;

	if (inet_aton(word, &address)) {
		if (address.s_addr == htonl(INADDR_ANY)) /* the kernel directs that to the host */
			address.s_addr = htonl(INADDR_LOOPBACK);
		return inet_ntop(AF_INET, &address, server, RESOLVCONF_SERVER_MAX) != NULL;
	}
	scope = strchr(word, '%');
	if (scope)
		*scope++ = '\0';
	if (inet_pton(AF_INET6, word, &address6) != 1)
		return false;
	if (IN6_IS_ADDR_UNSPECIFIED(&address6))
		address6 = in6addr_loopback;
	inet_ntop(AF_INET6, &address6, server, RESOLVCONF_SERVER_MAX);
	if (scope && resolvconf_format_scope(scope, device))
		snprintf(server + strlen(server), RESOLVCONF_SERVER_MAX - strlen(server), "%%%s",
			 device);
	return true;
}

/*
 * The address in a line, cut in place, or NULL: as res_init(3) does, with the keyword in the first
 * column.
 */
static char *resolvconf_find_server(char *line)
{
	static const char keyword[] = "nameserver";
	char *word = line + strlen(keyword);

	if (strncmp(line, keyword, strlen(keyword)) != 0 || (*word != ' ' && *word != '\t'))
		return NULL;
	word += strspn(word, " \t");
	word[strcspn(word, " \t\r")] = '\0';
	return word;
}

static void resolvconf_add(char copy[RESOLVCONF_COPY_MAX], const char *server)
{
	size_t used = strlen(copy);

	snprintf(copy + used, RESOLVCONF_COPY_MAX - used, "nameserver %s\n", server);
}

void resolvconf_format(const char *text, char copy[RESOLVCONF_COPY_MAX])
{
	unsigned n = 0;

	copy[0] = '\0';
	while (*text && n < RESOLVCONF_SERVERS_MAX) {
		size_t length = strcspn(text, "\n");
		char server[RESOLVCONF_SERVER_MAX];
		char line[256];
		char *word;

		snprintf(line, sizeof(line), "%.*s", (int)(length < 255 ? length : 255), text);
		word = resolvconf_find_server(line);
		if (word && resolvconf_format_server(word, server)) {
			resolvconf_add(copy, server);
			n++;
		}
		text += length + (text[length] == '\n');
	}
	if (n == 0)
		resolvconf_add(copy, "127.0.0.1");
}

/* Reads the whole file and adds a NUL. 0, or -errno. */
static int resolvconf_load(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t n = 0;
	ssize_t more = 1;
	int ret = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	while (more > 0 && n < size - 1) {
		more = read(fd, text + n, size - 1 - n);
		if (more > 0)
			n += (size_t)more;
	}
	if (more < 0)
		ret = -errno;
	close(fd);
	text[ret < 0 ? 0 : n] = '\0';
	if (ret == 0 && n == size - 1)
		ret = -EFBIG;
	return ret;
}

int resolvconf_read(const char *path, char copy[RESOLVCONF_COPY_MAX])
{
	char *text = calloc(1, RESOLVCONF_FILE_MAX);
	int ret = text ? resolvconf_load(path, text, RESOLVCONF_FILE_MAX) : -ENOMEM;

	resolvconf_format(text ? text : "", copy);
	free(text);
	return ret;
}

uint64_t resolvconf_devices(const char *copy)
{
	uint64_t devices = 0;

	for (const char *scope = strchr(copy, '%'); scope; scope = strchr(scope + 1, '%')) {
		char device[IF_NAMESIZE];

		/* There are at most three, and real indexes fit into these bits. */
		if (sscanf(scope, "%%%15[^\n]", device) == 1)
			devices = devices << 21 ^ if_nametoindex(device);
	}
	return devices;
}

static void resolvconf_name_new(const char *path, char new[RESOLVCONF_PATH_MAX])
{
	snprintf(new, RESOLVCONF_PATH_MAX, "%s%s", path, resolvconf_new_suffix);
}

int resolvconf_write(const char *path, const char *copy)
{
	size_t size = strlen(copy);
	char new[RESOLVCONF_PATH_MAX];
	int ret = 0;
	ssize_t n;
	int fd;

	resolvconf_name_new(path, new);
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	n = write(fd, copy, size);
	if (n < 0)
		ret = -errno;
	else if ((size_t)n < size)
		ret = -ENOSPC;
	close(fd);
	if (ret == 0 && rename(new, path) < 0)
		ret = -errno;
	if (ret < 0)
		unlink(new);
	return ret;
}

void resolvconf_remove(const char *path)
{
	char new[RESOLVCONF_PATH_MAX];

	resolvconf_name_new(path, new);
	unlink(new);
	unlink(path);
}
