// SPDX-License-Identifier: GPL-2.0-or-later
/* The sockets as files: what stands in their way, whose they are, and their removal. */
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

static int listen_at_point(void)
{
	const struct sockaddr_un address = address_of("point");
	int mine = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	return pathsocket_bind(mine, &address, SOCK_SEQPACKET, (gid_t)NO_GROUP);
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
		UNIT_TEST(one_of_many_that_start_at_once_listens),
		UNIT_TEST(two_of_many_that_start_at_once_are_a_pair),
	};

	return unit_run("ptp_file", tests, UNIT_COUNT(tests));
}
