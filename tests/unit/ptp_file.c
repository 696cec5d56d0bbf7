// SPDX-License-Identifier: GPL-2.0-or-later
/* The sockets as files: what stands in their way, whose they are, and their removal. */
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#include "pathsocket.h"
#include "race.h"
#include "unit_ptp.h"

static mode_t mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(lstat(path, &st), 0);
	return st.st_mode;
}

static void make_file(void)
{
	unit_write_file("point", "precious", 8);
}

static void make_directory(void)
{
	ck_assert_int_eq(mkdir("point", 0755), 0);
}

static void make_fifo(void)
{
	ck_assert_int_eq(mkfifo("point", 0644), 0);
}

static void make_link_to_nothing(void)
{
	ck_assert_int_eq(symlink("elsewhere", "point"), 0);
}

static void make_link_to_file(void)
{
	unit_write_file("elsewhere", "precious", 8);
	make_link_to_nothing();
}

static void make_link_to_stale_socket(void)
{
	leave_stale_socket(SOCK_DGRAM, "elsewhere");
	make_link_to_nothing();
}

static void make_link_to_datagram_socket(void)
{
	bind_socket(SOCK_DGRAM, "elsewhere");
	make_link_to_nothing();
}

static void make_link_to_listener(void)
{
	answer_one(bind_socket(SOCK_SEQPACKET, "elsewhere"), 0);
	make_link_to_nothing();
}

static const struct {
	const char *name;
	void (*make)(void);
} impostors[] = {
	{"file", make_file},
	{"directory", make_directory},
	{"fifo", make_fifo},
	{"link to nothing", make_link_to_nothing},
	{"link to a file", make_link_to_file},
	{"link to a stale socket", make_link_to_stale_socket},
	{"link to a datagram socket", make_link_to_datagram_socket},
	{"link to a listener", make_link_to_listener},
};

static void refuse_impostor(int i, enum endpoint_generation generation)
{
	struct stat before;
	struct stat after;
	bool target;

	impostors[i].make();
	target = exists("elsewhere");
	ck_assert_int_eq(lstat("point", &before), 0);
	ck_assert_msg(open_generation(generation) == -ENOTSOCK, "%s", impostors[i].name);
	ck_assert_int_eq(lstat("point", &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert_int_eq(before.st_size, after.st_size);
	ck_assert_int_eq(exists("elsewhere"), target);
	ck_assert(!exists("point+"));
	ptp_remove("point");
	ck_assert(exists("point"));
}

START_TEST(what_is_no_socket_is_refused_and_left_alone_by_generation_1)
{
	refuse_impostor(_i, ENDPOINT_GENERATION_1);
}
END_TEST

START_TEST(what_is_no_socket_is_refused_and_left_alone_by_generation_2)
{
	refuse_impostor(_i, ENDPOINT_GENERATION_2);
}
END_TEST

START_TEST(a_file_beside_the_path_is_refused_and_left_alone)
{
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	unit_write_file("point+", "precious", 8);
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), -ENOTSOCK);
	ck_assert_uint_eq(mode_of("point+"), S_IFREG | 0644);
}
END_TEST

static const struct {
	enum endpoint_generation generation;
	mode_t umask;
} modes[] = {
	{ENDPOINT_GENERATION_1, 0}, {ENDPOINT_GENERATION_1, 022}, {ENDPOINT_GENERATION_1, 0777},
	{ENDPOINT_GENERATION_2, 0}, {ENDPOINT_GENERATION_2, 022}, {ENDPOINT_GENERATION_2, 0777},
};

START_TEST(a_socket_is_for_its_user_alone)
{
	umask(modes[_i].umask);
	ck_assert_int_eq(open_generation(modes[_i].generation), 0);
	ck_assert_uint_eq(umask(022), modes[_i].umask);
	ck_assert_uint_eq(mode_of("point"), S_IFSOCK | 0700);
}
END_TEST

START_TEST(a_group_gets_access)
{
	struct stat st;

	point.generation = modes[_i].generation;
	umask(modes[_i].umask);
	ck_assert_int_eq(ptp_open(&point, ENDPOINT_GENERATION_AUTO, getegid(), &fd, &listener), 0);
	ck_assert_uint_eq(umask(022), modes[_i].umask);
	ck_assert_int_eq(lstat("point", &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFSOCK | 0770);
	ck_assert_uint_eq(st.st_gid, getegid());
}
END_TEST

/* A worker that is not in the group may not give sockets to it. */
START_TEST(a_group_that_cannot_be_given_leaves_nothing)
{
	const gid_t foreign = 12345;
	int ret;

	if (geteuid() == 0)
		ck_assert_int_eq(chown(".", UNIT_NOBODY, UNIT_NOBODY), 0);
	point.generation = modes[_i].generation;
	unit_drop_root();
	ret = ptp_open(&point, ENDPOINT_GENERATION_AUTO, foreign, &fd, &listener);
	unit_regain_root();
	ck_assert_int_eq(ret, -EPERM);
	ck_assert(!exists("point"));
}
END_TEST

START_TEST(stale_sockets_of_ours_are_removed)
{
	leave_stale_socket(SOCK_DGRAM, "point");
	leave_stale_socket(SOCK_SEQPACKET, "point+");
	ptp_remove("point");
	ck_assert(!exists("point"));
	ck_assert(!exists("point+"));
	ptp_remove("point");
}
END_TEST

static const int live_types[] = {SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM};

START_TEST(live_sockets_are_not_removed)
{
	bind_socket(live_types[_i], "point");
	bind_socket(live_types[_i], "point+");
	ptp_remove("point");
	ck_assert(exists("point"));
	ck_assert(exists("point+"));
}
END_TEST

START_TEST(a_connected_socket_is_not_removed)
{
	bind_socket(SOCK_DGRAM, "elsewhere");
	connect_socket(bind_socket(SOCK_DGRAM, "point"), "elsewhere");
	ptp_remove("point");
	ck_assert(exists("point"));
}
END_TEST

START_TEST(stale_sockets_of_others_are_not_removed)
{
	if (geteuid() != 0)
		return;
	leave_stale_socket(SOCK_DGRAM, "point");
	ck_assert_int_eq(lchown("point", UNIT_NOBODY, UNIT_NOBODY), 0);
	ptp_remove("point");
	ck_assert(exists("point"));
}
END_TEST

static const struct endpoint inside = {
	.kind = ENDPOINT_PTP, .generation = ENDPOINT_GENERATION_1, .path = "points/point"};

START_TEST(a_missing_directory_is_made_and_removed)
{
	umask(modes[_i].umask);
	ck_assert_int_eq(ptp_open(&inside, 0, (gid_t)NO_GROUP, &fd, &listener), 0);
	ck_assert_uint_eq(umask(022), modes[_i].umask);
	ck_assert_uint_eq(mode_of("points"), S_IFDIR | 01700);
	close(fd);
	/* The next one lets a group in. */
	ck_assert_int_eq(ptp_open(&inside, 0, getegid(), &fd, &listener), 0);
	ck_assert_uint_eq(mode_of("points"), S_IFDIR | 03770);
	ptp_remove("points/point");
	ck_assert(exists("points/point")); /* it lives */
	close(fd);
	ptp_remove("points/point");
	ck_assert(!exists("points"));
}
END_TEST

static const mode_t others_modes[] = {0700, 0755, 0770, 01777};

START_TEST(a_directory_of_others_making_stays_as_it_is)
{
	ck_assert_int_eq(mkdir("points", 0), 0);
	ck_assert_int_eq(chmod("points", others_modes[_i]), 0);
	ck_assert_int_eq(ptp_open(&inside, 0, getegid(), &fd, &listener), 0);
	close(fd);
	ptp_remove("points/point");
	ck_assert(!exists("points/point"));
	ck_assert_uint_eq(mode_of("points"), S_IFDIR | others_modes[_i]);
}
END_TEST

/* Who owns what it is in puts another directory of ours in its place, over and over. */
static void exchange_for_ever(void)
{
	for (;;)
		syscall(SYS_renameat2, AT_FDCWD, "points", AT_FDCWD, "home", RENAME_EXCHANGE);
}

START_TEST(no_other_directory_is_given_to_the_group)
{
	enum { TRIES = 3000, GROUP = 60 };
	struct stat st;
	pid_t other;

	if (geteuid() != 0) /* who is in one group alone can give nothing */
		return;
	umask(0);
	ck_assert(mkdir("points", 01700) == 0 && mkdir("home", 0770) == 0);
	other = fork();
	if (other == 0)
		exchange_for_ever();
	for (int i = 0; i < TRIES; i++) {
		if (ptp_open(&inside, 0, GROUP, &fd, &listener) == 0)
			close(fd);
		unlink("points/point");
		unlink("home/point");
	}
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	if (stat("home", &st) == 0 && (st.st_mode & 07777) != 0770)
		ck_assert_int_eq(stat("points", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0770);
	ck_assert_uint_eq(st.st_gid, getegid());
}
END_TEST

/* The bit that keeps members from each other's sockets keeps them from stale ones, too. */
START_TEST(stale_sockets_of_others_in_our_directory_are_removed)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(ptp_open(&inside, 0, (gid_t)NO_GROUP, &fd, &listener), 0);
	leave_stale_socket(SOCK_DGRAM, "points/point+");
	ck_assert_int_eq(lchown("points/point+", UNIT_NOBODY, UNIT_NOBODY), 0);
	close(fd);
	ck_assert_int_eq(ptp_open(&inside, 0, (gid_t)NO_GROUP, &fd, &listener), 0);
	ck_assert(!exists("points/point+"));
}
END_TEST

static int listen_at_point(void)
{
	const struct sockaddr_un address = address_of("point");
	int mine = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	return pathsocket_bind(mine, &address, SOCK_SEQPACKET, (gid_t)NO_GROUP, 1);
}

enum { RACES = 40 };

/* The others would wait at a socket whose name the second took away. */
START_TEST(one_of_many_that_start_at_once_listens)
{
	for (int i = 0; i < RACES; i++) {
		leave_stale_socket(SOCK_SEQPACKET, "point");
		ck_assert_int_eq(race(listen_at_point, 0), 1);
		ck_assert_int_eq(unlink("point"), 0);
	}
}
END_TEST

static int open_datagram(void)
{
	return open_generation(ENDPOINT_GENERATION_1);
}

START_TEST(two_of_many_that_start_at_once_are_a_pair)
{
	for (int i = 0; i < RACES; i++) {
		leave_stale_socket(SOCK_DGRAM, "point");
		leave_stale_socket(SOCK_DGRAM, "point+");
		ck_assert_int_eq(race(open_datagram, 0), 2);
		ptp_remove("point");
	}
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(what_is_no_socket_is_refused_and_left_alone_by_generation_1, impostors),
		UNIT_CASES(what_is_no_socket_is_refused_and_left_alone_by_generation_2, impostors),
		UNIT_TEST(a_file_beside_the_path_is_refused_and_left_alone),
		UNIT_CASES(a_socket_is_for_its_user_alone, modes),
		UNIT_CASES(a_group_gets_access, modes),
		UNIT_CASES(a_group_that_cannot_be_given_leaves_nothing, modes),
		UNIT_TEST(stale_sockets_of_ours_are_removed),
		UNIT_CASES(live_sockets_are_not_removed, live_types),
		UNIT_TEST(a_connected_socket_is_not_removed),
		UNIT_TEST(stale_sockets_of_others_are_not_removed),
		UNIT_CASES(a_missing_directory_is_made_and_removed, modes),
		UNIT_CASES(a_directory_of_others_making_stays_as_it_is, others_modes),
		UNIT_TEST(no_other_directory_is_given_to_the_group),
		UNIT_TEST(stale_sockets_of_others_in_our_directory_are_removed),
		UNIT_TEST(one_of_many_that_start_at_once_listens),
		UNIT_TEST(two_of_many_that_start_at_once_are_a_pair),
	};

	return unit_run("ptp_file", tests, UNIT_COUNT(tests));
}
