// SPDX-License-Identifier: GPL-2.0-or-later
#include "landlock.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "confined.h"

enum { MISSING = 77 }; /* this kernel has no Landlock */

static int bind_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0;
}

static int open_with(const char *path, int flags)
{
	return open(path, flags, 0600) < 0 ? errno : 0;
}

static int try_nothing(void)
{
	return 0;
}

static int try_socket_inside(void)
{
	return bind_at("sw/001");
}

static int try_removing_inside(void)
{
	return bind_at("sw/001") || unlink("sw/001") < 0 ? errno : 0;
}

static int try_socket_outside(void)
{
	return bind_at("elsewhere");
}

static int try_removing_outside(void)
{
	return unlink("precious") < 0 ? errno : 0;
}

static int try_reading(void)
{
	return open_with("precious", O_RDONLY);
}

static int try_reading_inside(void)
{
	return open_with("sw/file", O_RDONLY);
}

static int try_making_a_file(void)
{
	return open_with("sw/new", O_WRONLY | O_CREAT);
}

static int try_listing(void)
{
	return open_with("sw", O_RDONLY | O_DIRECTORY);
}

static int try_looking(void)
{
	return open_with("precious", O_PATH);
}

static int try_executing(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static const struct {
	int (*deed)(void);
	int error;
} tries[] = {
	{try_nothing, 0},
	{try_socket_inside, 0},
	{try_removing_inside, 0},
	{try_looking, 0}, /* what that gives can only be connected to */
	{try_socket_outside, EACCES},
	{try_removing_outside, EACCES},
	{try_reading, EACCES},
	{try_reading_inside, EACCES},
	{try_making_a_file, EACCES},
	{try_listing, EACCES},
	{try_executing, EACCES},
};

static int keep_and_try(int i)
{
	const char *const directories[] = {"sw"};
	int ret = landlock_keep_to(directories, 1);

	if (ret == -ENOSYS || ret == -EOPNOTSUPP)
		return MISSING;
	return ret < 0 ? 99 : tries[i].deed();
}

START_TEST(only_sockets_in_the_directories)
{
	int status;

	ck_assert_int_eq(mkdir("sw", 0700), 0);
	unit_write_file("precious", "x", 1);
	unit_write_file("sw/file", "x", 1);
	status = confined(keep_and_try, _i);
	if (WIFEXITED(status) && WEXITSTATUS(status) == MISSING)
		return;
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == tries[_i].error,
		      "try %d: wait status %d instead of errno %d", _i, status, tries[_i].error);
}
END_TEST

static int keep_to_nothing(int argument)
{
	const char *const directories[] = {"not-there"};

	(void)argument;
	return -landlock_keep_to(directories, 1);
}

START_TEST(a_directory_must_be_there)
{
	int status = confined(keep_to_nothing, 0);

	ck_assert_int_eq(WIFEXITED(status), 1);
	if (WEXITSTATUS(status) != ENOSYS && WEXITSTATUS(status) != EOPNOTSUPP)
		ck_assert_int_eq(WEXITSTATUS(status), ENOENT);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(only_sockets_in_the_directories, tries),
		UNIT_TEST(a_directory_must_be_there),
	};

	return unit_run("landlock", tests, UNIT_COUNT(tests));
}
