// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The undo log that another instance, or another version, left. Input: the file. Whatever is in
 * it, a record that is written now stands, is found again, and is cancelled alone; a log
 * written anew has the records that stood.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "undolog.h"
#include "undolog_others.h"

static char directory[] = "/tmp/vde_vmnet-fuzz-XXXXXX";

struct summary {
	unsigned n;
	size_t bytes; /* weighted by their place */
};

static void add_up(void *context, const char *record)
{
	struct summary *summary = context;

	FUZZ_CHECK(strlen(record) <= UNDOLOG_RECORD_MAX);
	FUZZ_CHECK(!strchr(record, '\n'));
	summary->bytes = summary->bytes * 31;
	for (; *record; record++)
		summary->bytes = summary->bytes * 31 + (unsigned char)*record;
	summary->n++;
}

static struct summary sum(struct undolog *undolog)
{
	struct summary summary = {0};

	FUZZ_CHECK(undolog_each(undolog, add_up, &summary) == 0);
	FUZZ_CHECK(summary.n == undolog->n_records);
	return summary;
}

static void check_same(struct undolog *undolog, struct summary before)
{
	struct summary now = sum(undolog);

	FUZZ_CHECK(now.n == before.n && now.bytes == before.bytes);
}

/* Writes, finds and cancels a record; the others stay as they are. */
static void check_record(struct undolog *undolog)
{
	static const char record[] = "a deed that no other record begins with";
	struct summary before = sum(undolog);
	int ret = undolog_add(undolog, record);

	FUZZ_CHECK((ret == 0) == (before.n < UNDOLOG_RECORDS_MAX));
	if (ret < 0)
		return;
	FUZZ_CHECK(undolog_has(undolog, record));
	FUZZ_CHECK(undolog_cancel(undolog, record) == 0);
	check_same(undolog, before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct undolog undolog;
	struct problem problem;
	struct summary before;
	char path[64];
	int free_before;
	int fd;

	if (directory[sizeof(directory) - 2] == 'X')
		FUZZ_CHECK(mkdtemp(directory));
	else
		FUZZ_CHECK(mkdir(directory, 0711) == 0);
	free_before = fuzz_free_descriptor();
	snprintf(path, sizeof(path), "%s/lab.state", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
	FUZZ_CHECK(undolog_open_existing(&undolog, directory, "lab", &problem) == 0);
	check_record(&undolog);
	before = sum(&undolog);
	if (!undolog_is_elsewhere(&undolog) && !undolog_has(&undolog, "network"))
		FUZZ_CHECK(undolog_settle(&undolog, false) == 0);
	check_same(&undolog, before);
	undolog_close(&undolog);
	FUZZ_CHECK(undolog_open_existing(&undolog, directory, "lab", &problem) == 0);
	check_same(&undolog, before);
	FUZZ_CHECK(!undolog_others_have(&undolog, "", NULL)); /* there is no other log */
	undolog_remove(&undolog); /* and the directory, which must be empty then */
	FUZZ_CHECK(access(directory, F_OK) < 0);
	FUZZ_CHECK(fuzz_free_descriptor() == free_before);
	return 0;
}
