// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line. Input: its words, a line each. What is accepted is within all limits and,
 * read again, without a change.
 */
#include "configuration.h"

enum { WORDS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config;
	char *text = fuzz_text(data, size);
	char program[] = "vde_vmnet";
	char *argv[WORDS + 2] = {program};
	struct problem problem = {0};
	char *rest = text;
	int argc = 1;

	while (rest && argc <= WORDS)
		argv[argc++] = strsep(&rest, "\n");
	if (strstr(text, "config")) { /* no other file of this machine is read */
		free(text);
		return 0;
	}
	for (int i = 1; i < argc; i++)
		argv[i] = fuzz_text(argv[i], strlen(argv[i]));
	if (config_read(&config, argc, argv, size & 1 ? "1" : NULL, &problem) == 0)
		configuration_check(&config);
	else
		configuration_check_refusal(&problem);
	for (int i = 1; i < argc; i++)
		free(argv[i]);
	free(text);
	return 0;
}
