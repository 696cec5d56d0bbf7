// SPDX-License-Identifier: GPL-2.0-or-later
#include "handshake.h"

#include <errno.h>
#include <sys/socket.h>

#include "unit.h"

struct request {
	uint32_t magic;
	uint32_t version;
	uint32_t type;
	struct sockaddr_un socket;
	char description[128];
} __attribute__((packed));

static struct request request;
static struct handshake handshake;

static void make_request(const char *path, const char *description)
{
	memset(&request, 0, sizeof(request));
	memset(&handshake, 0xee, sizeof(handshake));
	request.magic = 0xfeedface;
	request.version = 3;
	request.socket.sun_family = AF_UNIX;
	memcpy(request.socket.sun_path, path, strlen(path));
	memcpy(request.description, description, strlen(description));
}

START_TEST(a_request_is_read)
{
	make_request("/run/sw/.00042-00000", "QEMU guest");
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE + 10), 1);
	ck_assert_str_eq(handshake.path, "/run/sw/.00042-00000");
	ck_assert_str_eq(handshake.description, "QEMU guest");
}
END_TEST

START_TEST(the_description_may_be_absent_or_full)
{
	char long_one[129] = {0};

	make_request("/a", "");
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE), 1);
	ck_assert_str_eq(handshake.description, "");
	memset(long_one, 'x', 128);
	make_request("/a", long_one);
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_MAX), 1);
	ck_assert_uint_eq(strlen(handshake.description), sizeof(handshake.description) - 1);
}
END_TEST

/* As long as there is room for, one less, one more; what is cut does not run over. */
static const unsigned lengths[] = {62, 63, 64, 65, 127, 128};

START_TEST(a_description_is_cut_where_its_room_ends)
{
	const unsigned room = sizeof(handshake.description);
	struct {
		struct handshake handshake;
		uint8_t behind[128];
	} place;
	char text[129] = {0};

	memset(text, 'x', lengths[_i]);
	make_request("/a", text);
	memset(&place, 0x5a, sizeof(place));
	ck_assert_int_eq(handshake_parse(&place.handshake, &request, HANDSHAKE_SIZE + lengths[_i]),
			 1);
	ck_assert_uint_eq(strnlen(place.handshake.description, room),
			  lengths[_i] < room ? lengths[_i] : room - 1);
	for (unsigned i = 0; i < sizeof(place.behind); i++)
		ck_assert_uint_eq(place.behind[i], 0x5a);
}
END_TEST

/* It goes to the log. */
START_TEST(the_description_is_made_printable)
{
	make_request("/a", "a\nb\x1b[1m\xff%n");
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_MAX), 1);
	ck_assert_str_eq(handshake.description, "a b [1m %n");
}
END_TEST

START_TEST(every_part_of_a_request_wants_more)
{
	make_request("/run/x", "");
	for (size_t size = 0; size < HANDSHAKE_SIZE; size++)
		ck_assert_int_eq(handshake_parse(&handshake, &request, size), 0);
}
END_TEST

START_TEST(a_port_may_be_wanted_and_is_not_heeded)
{
	make_request("/run/x", "");
	request.type = 7 << 8 | 1;
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE), 1);
}
END_TEST

START_TEST(what_is_no_request_is_seen_early)
{
	make_request("/run/x", "");
	request.magic = 0xcefaedfe;
	ck_assert_int_eq(handshake_parse(&handshake, &request, 4), -EPROTO);
	make_request("/run/x", "");
	request.version = 2;
	ck_assert_int_eq(handshake_parse(&handshake, &request, 4), 0);
	ck_assert_int_eq(handshake_parse(&handshake, &request, 8), -EPROTONOSUPPORT);
}
END_TEST

START_TEST(only_an_absolute_path_is_a_place)
{
	make_request("run/x", "");
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE), -EINVAL);
	make_request("", "");
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE), -EINVAL);
	make_request("/run/x", "");
	request.socket.sun_family = AF_INET;
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE), -EINVAL);
}
END_TEST

/* struct { char zero; int pid; int usecs; } of User Mode Linux, and what was in memory after it. */
START_TEST(an_abstract_name_is_kept_whole)
{
	static const char name[] = "\0\1\0\0\x2a\0\0\0\7\0\0\0rest";

	make_request("/", "");
	memset(request.socket.sun_path, 0, sizeof(request.socket.sun_path));
	memcpy(request.socket.sun_path, name, sizeof(name));
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE), 1);
	ck_assert(handshake_is_abstract(&handshake));
	ck_assert_mem_eq(handshake.path, request.socket.sun_path, sizeof(request.socket.sun_path));
	make_request("/run/x", "");
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_SIZE), 1);
	ck_assert(!handshake_is_abstract(&handshake));
}
END_TEST

START_TEST(a_path_that_fills_its_room_is_terminated)
{
	make_request("/", "behind");
	memset(request.socket.sun_path, '/', sizeof(request.socket.sun_path));
	ck_assert_int_eq(handshake_parse(&handshake, &request, HANDSHAKE_MAX), 1);
	ck_assert_uint_eq(strlen(handshake.path), sizeof(request.socket.sun_path));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_request_is_read),
		UNIT_TEST(the_description_may_be_absent_or_full),
		UNIT_CASES(a_description_is_cut_where_its_room_ends, lengths),
		UNIT_TEST(the_description_is_made_printable),
		UNIT_TEST(every_part_of_a_request_wants_more),
		UNIT_TEST(a_port_may_be_wanted_and_is_not_heeded),
		UNIT_TEST(what_is_no_request_is_seen_early),
		UNIT_TEST(only_an_absolute_path_is_a_place),
		UNIT_TEST(an_abstract_name_is_kept_whole),
		UNIT_TEST(a_path_that_fills_its_room_is_terminated),
	};

	return unit_run("handshake", tests, UNIT_COUNT(tests));
}
