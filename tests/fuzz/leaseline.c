// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line of the lease file, with a name that a guest chose. Input: the line. What is read is text
 * that ends, within what was there.
 */
#include "fuzz.h"
#include "leaseline.h"

static void check(const char *line, const char *word, size_t size)
{
	FUZZ_CHECK(memchr(word, 0, size));
	FUZZ_CHECK(strstr(line, word));
	FUZZ_CHECK(!strchr(word, ' '));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_text(data, size);
	struct leaseline lease;

	if (leaseline_read(&lease, line)) {
		FUZZ_CHECK(lease.expires >= 0);
		check(line, lease.mac, sizeof(lease.mac));
		check(line, lease.address, sizeof(lease.address));
		check(line, lease.name, sizeof(lease.name));
		check(line, lease.id, sizeof(lease.id));
	}
	free(line);
	return 0;
}
