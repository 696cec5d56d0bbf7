// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lease file, as dnsmasq, a crash or another program left it. Input: the file. What fits
 * the network is still there afterwards, in its order, and nothing else; a second start
 * changes nothing, and the server's name is there once.
 */
#include <sys/mman.h>

#include "fuzz.h"
#include "leases.h"

enum { NAME_MAX_BYTES = 64 }; /* that the server's name adds */

static char *load(int fd, size_t *size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char *text = malloc((size_t)end + 1);

	FUZZ_CHECK(text && pread(fd, text, (size_t)end, 0) == end);
	text[end] = '\0';
	*size = (size_t)end;
	return text;
}

/* Whether every line of the file fits, and is one of the lines that were there, in their order. */
static void check_lines(const char *text, size_t size, const char *before, size_t before_size,
			const struct subnet *subnet, const struct dhcp *dhcp)
{
	const char *end = text + size;

	FUZZ_CHECK(memchr(text, '\0', size) == NULL);
	for (const char *next; text < end; text = next) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t length = newline ? (size_t)(newline - text) : (size_t)(end - text);
		char *line = fuzz_text(text, length);
		const char *found = memmem(before, before_size, line, length);

		FUZZ_CHECK(leases_fit(line, subnet, dhcp));
		FUZZ_CHECK(found);
		before_size -= (size_t)(found - before);
		before = found;
		next = text + length + (newline != NULL);
		free(line);
	}
}

static void check_name(int fd, size_t before)
{
	static const uint8_t mac[] = {2, 0, 0, 0, 0, 1};
	size_t once;
	size_t twice;
	char *text;

	FUZZ_CHECK(leases_name_server(fd, mac) == 0);
	text = load(fd, &once);
	FUZZ_CHECK(once >= before && once <= before + NAME_MAX_BYTES);
	FUZZ_CHECK(strncmp(text, "duid ", 5) == 0 || strstr(text, "\nduid "));
	free(text);
	FUZZ_CHECK(leases_name_server(fd, mac) == 0);
	text = load(fd, &twice);
	free(text);
	FUZZ_CHECK(twice == once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dhcp dhcp;
	struct problem problem;
	struct subnet subnet;
	int fd = memfd_create("leases", MFD_CLOEXEC);
	size_t after;
	char *text;
	int gone;

	dhcp_init(&dhcp);
	FUZZ_CHECK(subnet_init(&subnet, 0xc0a86901, 24, 0) == NULL);
	FUZZ_CHECK(dhcp_add_host(&dhcp, "52:54:00:00:00:02,192.168.105.200,wpad", &problem) == 0);
	FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	gone = leases_prune(fd, &subnet, &dhcp);
	FUZZ_CHECK(gone >= 0);
	text = load(fd, &after);
	FUZZ_CHECK(gone > 0 ? after < size : after == size && memcmp(text, data, size) == 0);
	check_lines(text, after, (const char *)data, size, &subnet, &dhcp);
	free(text);
	FUZZ_CHECK(leases_prune(fd, &subnet, &dhcp) == 0);
	check_name(fd, after);
	FUZZ_CHECK(leases_prune(fd, &subnet, &dhcp) == 0);
	close(fd);
	return 0;
}
