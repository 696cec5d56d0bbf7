// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose what is at a path may be: as root, who can give things to others. */
#include "stranger.h"

#include <errno.h>

#include "connect.h"
#include "unit.h"

enum { GROUP = 60, NONE = -1 };

/* all/ is for all; within, and in mine/, which is not, somebody's directory and ours. */
static const struct {
	const char *path; /* what is given to owner and group */
	uid_t owner;
	gid_t group;
	const char *asked;
	int alone; /* the answer where no group may attach */
	int grouped;
} ways[] = {
	{"all/d", UNIT_NOBODY, UNIT_NOBODY, "all/d", -CONNECT_STRANGER, -CONNECT_STRANGER},
	{"all/d", UNIT_NOBODY, GROUP, "all/d", -CONNECT_STRANGER, 0},
	{"all/d", 0, 0, "all/d", 0, 0},
	{"all/d", UNIT_NOBODY, UNIT_NOBODY, "all/d/in", -CONNECT_STRANGER, -CONNECT_STRANGER},
	{"all/d", UNIT_NOBODY, UNIT_NOBODY, "all/d/absent", -ENOENT, -ENOENT},
	{"all/d", UNIT_NOBODY, UNIT_NOBODY, "link/in", -CONNECT_STRANGER, -CONNECT_STRANGER},
	{"all/link", UNIT_NOBODY, UNIT_NOBODY, "all/link", -CONNECT_STRANGER, -CONNECT_STRANGER},
	{"all/link", UNIT_NOBODY, UNIT_NOBODY, "all/link/in", -CONNECT_STRANGER, -CONNECT_STRANGER},
	{"mine/d", UNIT_NOBODY, UNIT_NOBODY, "mine/d", 0, 0},
	{"mine/d", UNIT_NOBODY, UNIT_NOBODY, "mine/d/in", 0, 0},
	{"all", UNIT_NOBODY, UNIT_NOBODY, "all/d", 0, 0},
};

START_TEST(what_is_in_a_directory_for_all_is_its_owners)
{
	char path[PATH_MAX + 32];
	char top[PATH_MAX];

	if (geteuid() != 0)
		return;
	ck_assert_ptr_nonnull(getcwd(top, sizeof(top)));
	ck_assert(mkdir("all", 0) == 0 && chmod("all", 0777) == 0 && mkdir("mine", 0755) == 0);
	ck_assert(mkdir("all/d", 0755) == 0 && mkdir("all/d/in", 0755) == 0);
	ck_assert(mkdir("mine/d", 0755) == 0 && mkdir("mine/d/in", 0755) == 0);
	ck_assert(symlink("all/d", "link") == 0 && symlink("../mine/d", "all/link") == 0);
	ck_assert_int_eq(lchown(ways[_i].path, ways[_i].owner, ways[_i].group), 0);
	snprintf(path, sizeof(path), "%s/%s", top, ways[_i].asked);
	ck_assert_int_eq(stranger_check(path, (gid_t)NONE), ways[_i].alone);
	ck_assert_int_eq(stranger_check(path, GROUP), ways[_i].grouped);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(what_is_in_a_directory_for_all_is_its_owners, ways),
	};

	return unit_run("stranger", tests, UNIT_COUNT(tests));
}
