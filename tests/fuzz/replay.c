// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a fuzz target once for each file, so that a corpus can be checked with any
 * compiler: TARGET FILE...
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

enum { REPLAY_MAX = 1 << 20 };

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(REPLAY_MAX);
	uint8_t *exact;
	size_t size;

	if (!file || !data) {
		perror(path);
		return EXIT_FAILURE;
	}
	size = fread(data, 1, REPLAY_MAX, file);
	fclose(file);
	exact = realloc(data, size ? size : 1); /* a sanitizer sees what is read beyond */
	if (exact)
		LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	int status = EXIT_SUCCESS;

	for (int i = 1; i < argc && status == EXIT_SUCCESS; i++)
		status = replay(argv[i]);
	printf("%d inputs\n", argc - 1);
	return status;
}
