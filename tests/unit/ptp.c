// SPDX-License-Identifier: GPL-2.0-or-later
/* Who comes first waits at the path, the other joins: at a path of the test's own. */
#include "ptp.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "unit.h"

enum { NO_GROUP = -1, SILENT = -1, HANG_UP = -2 };

static struct endpoint point = {.kind = ENDPOINT_PTP, .path = "point"};
static int fd;
static bool listener;

static int open_point(enum endpoint_generation generation)
{
	listener = true;
	return ptp_open(&point, generation, (gid_t)NO_GROUP, &fd, &listener);
}

static int open_generation(enum endpoint_generation generation)
{
	point.generation = generation;
	return open_point(ENDPOINT_GENERATION_AUTO);
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

/* A socket that someone else bound at a path. */
static int bind_socket(int type, const char *path)
{
	const struct sockaddr_un address = address_of(path);
	int other = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(other, 0);
	ck_assert_int_eq(bind(other, (const struct sockaddr *)&address, sizeof(address)), 0);
	if (type != SOCK_DGRAM)
		ck_assert_int_eq(listen(other, 1), 0);
	return other;
}

static void connect_socket(int other, const char *path)
{
	const struct sockaddr_un address = address_of(path);

	ck_assert_int_eq(connect(other, (const struct sockaddr *)&address, sizeof(address)), 0);
}

static void leave_stale_socket(int type, const char *path)
{
	close(bind_socket(type, path));
}

static void assert_bound_at(int socket, int type, const char *path)
{
	struct sockaddr_un address = {0};
	socklen_t size = sizeof(address);
	int actual = 0;
	socklen_t actual_size = sizeof(actual);

	ck_assert_int_eq(getsockname(socket, (struct sockaddr *)&address, &size), 0);
	ck_assert_str_eq(address.sun_path, path);
	ck_assert_int_eq(getsockopt(socket, SOL_SOCKET, SO_TYPE, &actual, &actual_size), 0);
	ck_assert_int_eq(actual, type);
	ck_assert_int_eq(fcntl(socket, F_GETFD), FD_CLOEXEC);
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(lstat(path, &st), 0);
	return st.st_mode;
}

/* A process that takes one peer at a listening socket and answers it so. */
static void answer_one(int listening, int answer)
{
	pid_t child = fork();
	unsigned char byte = (unsigned char)answer;
	char end;
	int peer;

	ck_assert_int_ge(child, 0);
	if (child > 0)
		return;
	peer = accept(listening, NULL, NULL);
	if (answer >= 0 && send(peer, &byte, 1, MSG_NOSIGNAL) != 1)
		_exit(1);
	if (answer != HANG_UP)
		recv(peer, &end, 1, 0);
	_exit(0);
}

START_TEST(the_first_datagram_socket_is_at_the_path)
{
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	ck_assert(!listener);
	assert_bound_at(fd, SOCK_DGRAM, "point");
}
END_TEST

START_TEST(the_second_datagram_socket_is_beside_it)
{
	const struct sockaddr_un first_address = address_of("point");
	char data[8];
	int first;

	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	first = fd;
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	ck_assert(!listener);
	assert_bound_at(fd, SOCK_DGRAM, "point+");
	ck_assert_int_eq(sendto(fd, "frame", 5, 0, (const struct sockaddr *)&first_address,
				sizeof(first_address)),
			 5);
	ck_assert_int_eq(recv(first, data, sizeof(data), 0), 5);
}
END_TEST

START_TEST(a_third_datagram_socket_finds_no_place)
{
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), -EADDRINUSE);
}
END_TEST

/* As libvdeplug's second peer: its socket at PATH+ is connected to PATH. */
START_TEST(a_connected_peer_takes_the_second_place)
{
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	connect_socket(bind_socket(SOCK_DGRAM, "point+"), "point");
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), -EADDRINUSE);
	ck_assert(exists("point+"));
}
END_TEST

START_TEST(a_connected_peer_takes_the_first_place)
{
	bind_socket(SOCK_DGRAM, "elsewhere");
	connect_socket(bind_socket(SOCK_DGRAM, "point"), "elsewhere");
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	assert_bound_at(fd, SOCK_DGRAM, "point+");
}
END_TEST

START_TEST(the_first_place_is_taken_again_when_it_is_free)
{
	int first;

	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	first = fd;
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	close(first);
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	assert_bound_at(fd, SOCK_DGRAM, "point");
}
END_TEST

static const struct {
	enum endpoint_generation generation;
	int type; /* of the socket that generation makes */
	int stale;
} stale_sockets[] = {
	{ENDPOINT_GENERATION_1, SOCK_DGRAM, SOCK_DGRAM},
	{ENDPOINT_GENERATION_1, SOCK_DGRAM, SOCK_SEQPACKET},
	{ENDPOINT_GENERATION_2, SOCK_SEQPACKET, SOCK_DGRAM},
	{ENDPOINT_GENERATION_2, SOCK_SEQPACKET, SOCK_SEQPACKET},
	{ENDPOINT_GENERATION_2, SOCK_SEQPACKET, SOCK_STREAM},
};

START_TEST(a_stale_socket_is_taken_over)
{
	leave_stale_socket(stale_sockets[_i].stale, "point");
	ck_assert_int_eq(open_generation(stale_sockets[_i].generation), 0);
	ck_assert_int_eq(listener, stale_sockets[_i].generation == ENDPOINT_GENERATION_2);
	assert_bound_at(fd, stale_sockets[_i].type, "point");
}
END_TEST

START_TEST(a_stale_second_socket_is_taken_over)
{
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	leave_stale_socket(SOCK_DGRAM, "point+");
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_1), 0);
	assert_bound_at(fd, SOCK_DGRAM, "point+");
}
END_TEST

START_TEST(a_listener_waits_for_its_peer)
{
	int peer = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_2), 0);
	ck_assert(listener);
	assert_bound_at(fd, SOCK_SEQPACKET, "point");
	connect_socket(peer, "point");
	ck_assert_int_ge(accept(fd, NULL, NULL), 0);
}
END_TEST

static const struct {
	int answer;
	int ret;
} answers[] = {
	{0, 0},	     {EADDRINUSE, -EADDRINUSE}, {EBUSY, -EBUSY},
	{255, -255}, {HANG_UP, -ECONNRESET},	{SILENT, -ETIMEDOUT},
};

START_TEST(a_joiner_follows_the_listeners_answer)
{
	answer_one(bind_socket(SOCK_SEQPACKET, "point"), answers[_i].answer);
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_2), answers[_i].ret);
	ck_assert(!listener);
	ck_assert(exists("point"));
	if (answers[_i].ret == 0)
		ck_assert_int_eq(send(fd, "frame", 5, MSG_NOSIGNAL), 5);
}
END_TEST

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

START_TEST(a_forced_generation_does_not_join_the_other)
{
	bind_socket(SOCK_DGRAM, "point");
	ck_assert_int_eq(open_generation(ENDPOINT_GENERATION_2), -EPROTOTYPE);
	ck_assert(exists("point"));
}
END_TEST

static const enum endpoint_generation fallbacks[] = {ENDPOINT_GENERATION_1, ENDPOINT_GENERATION_2};

static int type_of(enum endpoint_generation generation)
{
	return generation == ENDPOINT_GENERATION_1 ? SOCK_DGRAM : SOCK_SEQPACKET;
}

START_TEST(nobody_there_means_the_installed_generation)
{
	ck_assert_int_eq(open_point(fallbacks[_i]), 0);
	assert_bound_at(fd, type_of(fallbacks[_i]), "point");
}
END_TEST

START_TEST(a_stale_socket_does_not_choose_the_generation)
{
	leave_stale_socket(type_of(fallbacks[!_i]), "point");
	ck_assert_int_eq(open_point(fallbacks[_i]), 0);
	assert_bound_at(fd, type_of(fallbacks[_i]), "point");
}
END_TEST

START_TEST(a_datagram_peer_is_followed)
{
	bind_socket(SOCK_DGRAM, "point");
	ck_assert_int_eq(open_point(fallbacks[_i]), 0);
	ck_assert(!listener);
	assert_bound_at(fd, SOCK_DGRAM, "point+");
}
END_TEST

START_TEST(a_listening_peer_is_followed)
{
	answer_one(bind_socket(SOCK_SEQPACKET, "point"), 0);
	ck_assert_int_eq(open_point(fallbacks[_i]), 0);
	ck_assert(!listener);
	ck_assert(!exists("point+"));
	ck_assert_int_eq(send(fd, "frame", 5, MSG_NOSIGNAL), 5);
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

START_TEST(a_directory_that_is_not_there_is_an_error)
{
	struct endpoint nowhere = {
		.kind = ENDPOINT_PTP, .generation = fallbacks[_i], .path = "not/there"};

	ck_assert_int_eq(ptp_open(&nowhere, 0, (gid_t)NO_GROUP, &fd, &listener), -ENOENT);
	ptp_remove("not/there");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(the_first_datagram_socket_is_at_the_path),
		UNIT_TEST(the_second_datagram_socket_is_beside_it),
		UNIT_TEST(a_third_datagram_socket_finds_no_place),
		UNIT_TEST(a_connected_peer_takes_the_second_place),
		UNIT_TEST(a_connected_peer_takes_the_first_place),
		UNIT_TEST(the_first_place_is_taken_again_when_it_is_free),
		UNIT_CASES(a_stale_socket_is_taken_over, stale_sockets),
		UNIT_TEST(a_stale_second_socket_is_taken_over),
		UNIT_TEST(a_listener_waits_for_its_peer),
		UNIT_CASES(a_joiner_follows_the_listeners_answer, answers),
		UNIT_CASES(what_is_no_socket_is_refused_and_left_alone_by_generation_1, impostors),
		UNIT_CASES(what_is_no_socket_is_refused_and_left_alone_by_generation_2, impostors),
		UNIT_TEST(a_file_beside_the_path_is_refused_and_left_alone),
		UNIT_TEST(a_forced_generation_does_not_join_the_other),
		UNIT_CASES(nobody_there_means_the_installed_generation, fallbacks),
		UNIT_CASES(a_stale_socket_does_not_choose_the_generation, fallbacks),
		UNIT_CASES(a_datagram_peer_is_followed, fallbacks),
		UNIT_CASES(a_listening_peer_is_followed, fallbacks),
		UNIT_CASES(a_socket_is_for_its_user_alone, modes),
		UNIT_CASES(a_group_gets_access, modes),
		UNIT_CASES(a_group_that_cannot_be_given_leaves_nothing, modes),
		UNIT_TEST(stale_sockets_of_ours_are_removed),
		UNIT_CASES(live_sockets_are_not_removed, live_types),
		UNIT_TEST(a_connected_socket_is_not_removed),
		UNIT_TEST(stale_sockets_of_others_are_not_removed),
		UNIT_CASES(a_directory_that_is_not_there_is_an_error, fallbacks),
	};

	return unit_run("ptp", tests, UNIT_COUNT(tests));
}
