// SPDX-License-Identifier: GPL-2.0-or-later
/* Who comes first waits at the path, the other joins: at a path of the test's own. */
#include "unit_ptp.h"

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

static const enum endpoint_generation fallbacks[] = {ENDPOINT_GENERATION_1, ENDPOINT_GENERATION_2};

static int type_of(enum endpoint_generation generation)
{
	return generation == ENDPOINT_GENERATION_1 ? SOCK_DGRAM : SOCK_SEQPACKET;
}

START_TEST(a_forced_generation_does_not_join_the_other)
{
	bind_socket(type_of(fallbacks[!_i]), "point");
	ck_assert_int_eq(open_generation(fallbacks[_i]), -EPROTOTYPE);
	ck_assert(exists("point"));
	ck_assert(!exists("point+"));
}
END_TEST

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

START_TEST(a_directory_that_cannot_be_made_is_an_error)
{
	struct endpoint nowhere = {
		.kind = ENDPOINT_PTP, .generation = fallbacks[_i], .path = "not/really/there"};

	ck_assert_int_eq(ptp_open(&nowhere, 0, (gid_t)NO_GROUP, &fd, &listener), -ENOENT);
	ptp_remove("not/really/there");
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
		UNIT_CASES(a_forced_generation_does_not_join_the_other, fallbacks),
		UNIT_CASES(nobody_there_means_the_installed_generation, fallbacks),
		UNIT_CASES(a_stale_socket_does_not_choose_the_generation, fallbacks),
		UNIT_CASES(a_datagram_peer_is_followed, fallbacks),
		UNIT_CASES(a_listening_peer_is_followed, fallbacks),
		UNIT_CASES(a_directory_that_cannot_be_made_is_an_error, fallbacks),
	};

	return unit_run("ptp", tests, UNIT_COUNT(tests));
}
