// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's resolv.conf. Input: the file. The copy for dnsmasq has at most as many servers as
 * the host asks, and nothing else; a copy of the copy is the same, and so is that of the file.
 */
#include <sys/mman.h>

#include "fuzz.h"
#include "resolvconf.h"

/* The copy of a file, which may have zeros. */
static void read_file(const uint8_t *data, size_t size, char *copy)
{
	int fd = memfd_create("resolv.conf", MFD_CLOEXEC);
	char path[64];

	FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	FUZZ_CHECK(resolvconf_read(path, copy) == 0);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char start[] = "nameserver ";
	char *text = fuzz_text(data, size);
	char *copy = malloc(RESOLVCONF_COPY_MAX);
	char *again = malloc(RESOLVCONF_COPY_MAX);
	unsigned servers = 0;

	FUZZ_CHECK(copy && again);
	resolvconf_format(text, copy);
	FUZZ_CHECK(strlen(copy) < RESOLVCONF_COPY_MAX - 1);
	for (const char *line = copy; *line; servers++) {
		size_t length = strcspn(line, "\n");

		FUZZ_CHECK(line[length] == '\n');
		FUZZ_CHECK(strncmp(line, start, strlen(start)) == 0);
		for (size_t i = strlen(start); i < length; i++)
			FUZZ_CHECK((unsigned char)line[i] > ' ' && line[i] != 0x7f);
		line += length + 1;
	}
	FUZZ_CHECK(servers >= 1 && servers <= RESOLVCONF_SERVERS_MAX);
	resolvconf_format(copy, again);
	FUZZ_CHECK(strcmp(copy, again) == 0);
	read_file(data, size, again);
	FUZZ_CHECK(strcmp(copy, again) == 0);
	free(again);
	free(copy);
	free(text);
	return 0;
}
