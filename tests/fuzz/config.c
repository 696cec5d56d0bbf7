// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration file. Input: the file. What is accepted is within all limits and, read
 * again, without a change; a refusal says in which line.
 */
#include <sys/mman.h>

#include "configuration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config;
	int before = fuzz_free_descriptor();
	int fd = memfd_create("config", MFD_CLOEXEC);
	struct problem problem = {0};
	char option[64];
	char program[] = "vde_vmnet";
	char *argv[] = {program, option, NULL};

	FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(option, sizeof(option), "--config=/proc/self/fd/%d", fd);
	if (config_read(&config, 2, argv, NULL, &problem) == 0)
		configuration_check(&config);
	else
		configuration_check_refusal(&problem);
	close(fd);
	FUZZ_CHECK(fuzz_free_descriptor() == before);
	return 0;
}
