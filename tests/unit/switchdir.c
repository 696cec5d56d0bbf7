// SPDX-License-Identifier: GPL-2.0-or-later
#include "switchdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "race.h"
#include "unit.h"

enum { NO_GROUP = -1 };

static char home[] = "/tmp/unit-switchdir.XXXXXX";
static char path[64];

static void setup_home(void)
{
	strcpy(home + strlen(home) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(home));
	snprintf(path, sizeof(path), "%s/sw", home);
}

static void remove_home(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", home);
	ck_assert_int_eq(system(command), 0);
}

static const char *inside(const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s/%s", path, name);
	return text;
}

static bool exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	ck_assert_int_eq(lstat(name, &st), 0);
	return st.st_mode & 07777;
}

/* A socket that nobody listens at. */
static void leave_socket(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", inside(name));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

START_TEST(a_directory_is_made_and_served)
{
	int fd;

	setup_home();
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), 0);
	ck_assert_uint_eq(mode_of(path), 0700);
	ck_assert(exists(inside("ctl")));
	close(fd);
	switchdir_remove(path);
	ck_assert(!exists(path));
	remove_home();
}
END_TEST

START_TEST(a_group_may_come_in)
{
	int fd;

	setup_home();
	ck_assert_int_eq(switchdir_open(path, getegid(), &fd), 0);
	ck_assert_uint_eq(mode_of(path), 03770);
	ck_assert_uint_eq(mode_of(inside("ctl")), 0770);
	close(fd);
	remove_home();
}
END_TEST

START_TEST(a_live_switch_is_left_alone)
{
	int first;
	int second;

	setup_home();
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &first), 0);
	leave_socket(".00001-00000");
	ck_assert_int_eq(switchdir_check(path), -EADDRINUSE);
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &second), -EADDRINUSE);
	ck_assert_int_eq(accept(first, NULL, NULL), -1); /* nobody has connected to it */
	switchdir_remove(path);
	ck_assert(exists(inside("ctl")));
	ck_assert(exists(inside(".00001-00000")));
	close(first);
	remove_home();
}
END_TEST

START_TEST(a_dead_one_is_taken_over_with_its_sockets_cleared)
{
	int fd;

	setup_home();
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), 0);
	leave_socket("000.77");
	close(fd);
	ck_assert_int_eq(switchdir_open(path, getegid(), &fd), 0);
	ck_assert_uint_eq(mode_of(path), 03770);
	ck_assert(!exists(inside("000.77")));
	close(fd);
	remove_home();
}
END_TEST

START_TEST(what_is_no_socket_stays)
{
	int fd;

	setup_home();
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), 0);
	close(creat(inside("mine"), 0600));
	close(fd);
	switchdir_remove(path);
	ck_assert(exists(inside("mine")));
	ck_assert(!exists(inside("ctl")));
	remove_home();
}
END_TEST

START_TEST(what_is_no_directory_of_ours_is_refused)
{
	char elsewhere[80];
	int fd;

	setup_home();
	close(creat(path, 0600));
	ck_assert_int_eq(switchdir_check(path), -ENOTDIR);
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), -ENOTDIR);
	ck_assert_int_eq(unlink(path), 0);
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", home);
	ck_assert_int_eq(mkdir(elsewhere, 0700), 0);
	ck_assert_int_eq(symlink(elsewhere, path), 0);
	ck_assert_int_eq(switchdir_check(path), -ENOTDIR);
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), -ENOTDIR);
	ck_assert_int_eq(unlink(path), 0);
	remove_home();
}
END_TEST

/* Left by the group's members; they cannot put a ctl of theirs there meanwhile. */
START_TEST(what_was_a_groups_is_closed_and_taken_again)
{
	int fd;

	setup_home();
	ck_assert_int_eq(switchdir_open(path, getegid(), &fd), 0);
	close(creat(inside("theirs"), 0600));
	close(fd);
	switchdir_remove(path);
	ck_assert_uint_eq(mode_of(path), 03700);
	ck_assert(!exists(inside("ctl")));
	ck_assert_int_eq(switchdir_open(path, getegid(), &fd), 0);
	ck_assert_uint_eq(mode_of(path), 03770);
	ck_assert(exists(inside("theirs")));
	close(fd);
	remove_home();
}
END_TEST

/* Someone's home, named by mistake. */
START_TEST(a_directory_of_other_things_is_refused)
{
	int fd;

	setup_home();
	ck_assert_int_eq(mkdir(path, 0755), 0);
	leave_socket("agent");
	ck_assert_int_eq(switchdir_check(path), -ENOTEMPTY);
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), -ENOTEMPTY);
	switchdir_remove(path);
	ck_assert(exists(inside("agent")));
	ck_assert_uint_eq(mode_of(path), 0755);
	ck_assert_int_eq(unlink(inside("agent")), 0);
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), 0);
	close(fd);
	remove_home();
}
END_TEST

START_TEST(a_file_in_the_place_of_ctl_is_refused)
{
	int fd;

	setup_home();
	ck_assert_int_eq(mkdir(path, 0700), 0);
	close(creat(inside("ctl"), 0600));
	ck_assert_int_eq(switchdir_check(path), -ENOTSOCK);
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), -ENOTSOCK);
	switchdir_remove(path);
	ck_assert(exists(inside("ctl")));
	remove_home();
}
END_TEST

START_TEST(a_path_that_is_too_long_makes_nothing)
{
	char long_one[160];
	int fd;

	setup_home();
	memset(long_one, 'x', sizeof(long_one) - 1);
	memcpy(long_one, home, strlen(home));
	long_one[strlen(home)] = '/';
	long_one[sizeof(long_one) - 1] = '\0';
	ck_assert_int_eq(switchdir_check(long_one), -ENAMETOOLONG);
	ck_assert_int_eq(switchdir_open(long_one, NO_GROUP, &fd), -ENAMETOOLONG);
	ck_assert(!exists(long_one));
	remove_home();
}
END_TEST

START_TEST(a_look_changes_nothing)
{
	int fd;

	setup_home();
	ck_assert_int_eq(switchdir_check(path), 0);
	ck_assert(!exists(path));
	ck_assert_int_eq(switchdir_open(path, getegid(), &fd), 0);
	leave_socket("000.77");
	close(fd);
	ck_assert_int_eq(switchdir_check(path), 0);
	ck_assert(exists(inside("ctl")));
	ck_assert(exists(inside("000.77")));
	ck_assert_uint_eq(mode_of(path), 03770);
	ck_assert_int_eq(switchdir_check(inside("none/sw")), -ENOENT);
	remove_home();
}
END_TEST

static int open_switch(void)
{
	int fd;

	return switchdir_open(path, NO_GROUP, &fd);
}

enum { RACES = 40 };

/* All of them may see that its switch is dead, or that there is none. */
START_TEST(one_of_many_that_start_at_once_gets_a_stale_directory)
{
	int fd;

	setup_home();
	for (int i = 0; i < RACES; i++) {
		ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), 0);
		close(fd);
		ck_assert_int_eq(race(open_switch, 0), 1);
	}
	switchdir_remove(path);
	for (int i = 0; i < RACES; i++) {
		ck_assert_int_eq(race(open_switch, 0), 1);
		switchdir_remove(path);
		ck_assert(!exists(path));
	}
	remove_home();
}
END_TEST

static int open_and_remove(void)
{
	int fd;
	int ret = switchdir_open(path, NO_GROUP, &fd);

	if (ret == 0) {
		close(fd);
		switchdir_remove(path);
	}
	return ret == -EADDRINUSE ? 0 : ret;
}

/* Who comes while another goes gets a directory, or is told that it is in use. */
START_TEST(coming_and_going_at_once_leaves_nothing)
{
	setup_home();
	for (int i = 0; i < RACES; i++) {
		ck_assert_int_eq(race(open_and_remove, 0), RACE_RUNNERS);
		switchdir_remove(path);
		ck_assert(!exists(path));
	}
	remove_home();
}
END_TEST

/* A member of the group who has it open may hold the lock. */
START_TEST(a_lock_of_others_stops_nobody)
{
	int fd;
	int other;

	setup_home();
	ck_assert_int_eq(mkdir(path, 0700), 0);
	other = open(path, O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(flock(other, LOCK_EX), 0);
	ck_assert_int_eq(switchdir_open(path, NO_GROUP, &fd), 0);
	close(fd);
	switchdir_remove(path);
	ck_assert(!exists(path));
	close(other);
	remove_home();
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_directory_is_made_and_served),
		UNIT_TEST(a_group_may_come_in),
		UNIT_TEST(a_live_switch_is_left_alone),
		UNIT_TEST(a_dead_one_is_taken_over_with_its_sockets_cleared),
		UNIT_TEST(what_is_no_socket_stays),
		UNIT_TEST(what_is_no_directory_of_ours_is_refused),
		UNIT_TEST(what_was_a_groups_is_closed_and_taken_again),
		UNIT_TEST(a_directory_of_other_things_is_refused),
		UNIT_TEST(a_file_in_the_place_of_ctl_is_refused),
		UNIT_TEST(a_path_that_is_too_long_makes_nothing),
		UNIT_TEST(a_look_changes_nothing),
		UNIT_TEST(one_of_many_that_start_at_once_gets_a_stale_directory),
		UNIT_TEST(coming_and_going_at_once_leaves_nothing),
		UNIT_TEST(a_lock_of_others_stops_nobody),
	};

	return unit_run("switchdir", tests, UNIT_COUNT(tests));
}
