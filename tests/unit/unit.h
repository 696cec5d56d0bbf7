// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the unit tests share: a table of tests becomes a suite, and every test
 * starts in an empty directory of its own, which is gone afterwards.
 */
#pragma once

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNIT_COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A test that runs once; one that runs for every element of a table, by _i. */
#define UNIT_TEST(name)		((struct unit_test){name, 1})
#define UNIT_CASES(name, table) ((struct unit_test){name, UNIT_COUNT(table)})

enum { UNIT_NOBODY = 65534 };

static char unit_top[PATH_MAX]; /* of the tree, from where unit tests are started */

struct unit_test {
	const TTest *test;
	int cases;
};

static inline void unit_enter_directory(void)
{
	char name[] = "test-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(name));
	ck_assert_int_eq(chmod(name, 0755), 0);
	ck_assert_int_eq(chdir(name), 0);
}

static inline int unit_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* With 0, nothing more can be opened, no socket either; so nothing is asserted meanwhile. */
static inline void unit_limit_descriptors(rlim_t n)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = n < limit.rlim_max ? n : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Runs the tests of a unit; the exit status of main(). */
static inline int unit_run(const char *unit, const struct unit_test *tests, int n)
{
	const char *place = getenv("TMPDIR");
	char directory[256];
	Suite *suite = suite_create(unit);
	TCase *tcase = tcase_create(unit);
	SRunner *runner = srunner_create(suite);
	int failed;

	snprintf(directory, sizeof(directory), "%s/vde_vmnet-XXXXXX", place ? place : "/tmp");
	if (!getcwd(unit_top, sizeof(unit_top)) || !mkdtemp(directory) ||
	    chmod(directory, 0755) < 0 || chdir(directory) < 0) {
		perror(directory);
		return EXIT_FAILURE;
	}
	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, unit_enter_directory, NULL);
	for (int i = 0; i < n; i++)
		tcase_add_loop_test(tcase, tests[i].test, 0, tests[i].cases);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	if (chdir("/") == 0)
		nftw(directory, unit_remove, 16, FTW_DEPTH | FTW_PHYS);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Writes a new file; its directory is the test's own. */
static inline void unit_write_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, data, size), (ssize_t)size);
	close(fd);
}

/* Runs as nobody for a while, where the tests run as root; a sanitizer wants root back at exit. */
static inline void unit_drop_root(void)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(setegid(UNIT_NOBODY), 0);
	ck_assert_int_eq(seteuid(UNIT_NOBODY), 0);
}

static inline void unit_regain_root(void)
{
	if (getuid() != 0)
		return;
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(setegid(0), 0);
}

/* What a test writes to stderr, by a pipe in its place. */
struct unit_capture {
	int reader;
	int real;
};

static inline void unit_capture_start(struct unit_capture *capture)
{
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	capture->reader = fds[0];
	capture->real = dup(STDERR_FILENO);
	ck_assert_int_eq(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
	close(fds[1]);
}

/* Puts stderr back and fills text (what fits, with a final 0). */
static inline void unit_capture_end(struct unit_capture *capture, char *text, size_t size)
{
	ssize_t n = read(capture->reader, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
	dup2(capture->real, STDERR_FILENO);
	close(capture->real);
	close(capture->reader);
}

/*
 * A file as 0.1.0 wrote or read it (tests/old/0.1.0), as text, and copied to where the
 * test wants it. Formats that were released are read by every later version.
 */
static inline const char *unit_copy_old(const char *name, const char *to)
{
	static char text[8192];
	char path[PATH_MAX + 64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/tests/old/0.1.0/%s", unit_top, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "%s", path);
	n = read(fd, text, sizeof(text) - 1);
	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	close(fd);
	unit_write_file(to, text, (size_t)n);
	return text;
}
