// SPDX-License-Identifier: GPL-2.0-or-later
/* Who is at the other end: of a connection to our socket, and of nothing else. */
#include "forward_client.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "unit.h"

static void name(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	strcpy(address->sun_path, path);
}

static int listener(const char *path)
{
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	name(&address, path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	return fd;
}

static int connection(const char *path)
{
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	name(&address, path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

START_TEST(a_client_is_known)
{
	struct forward_client client;
	gid_t groups[64];
	int ours = listener("ours");
	int far = connection("ours");
	int near = accept(ours, NULL, NULL);
	int n = getgroups(64, groups);

	ck_assert_int_eq(forward_client_look(&client, near, SOCK_STREAM, "ours"), 0);
	ck_assert(client.known);
	ck_assert_uint_eq(client.uid, geteuid());
	ck_assert_int_eq(client.pid, getpid());
	ck_assert(forward_client_is_in(&client, getegid()));
	for (int i = 0; i < n; i++)
		ck_assert(forward_client_is_in(&client, groups[i]));
	ck_assert(!forward_client_is_in(&client, 4242));
	ck_assert(!forward_client_is_in(&client, (gid_t)-1));
	close(far); /* who has gone, is who he was */
	ck_assert_int_eq(forward_client_look(&client, near, SOCK_STREAM, "ours"), 0);
	ck_assert_uint_eq(client.uid, geteuid());
	close(near);
	close(ours);
}
END_TEST

START_TEST(nothing_else_is_a_client)
{
	struct forward_client client;
	int ours = listener("ours");
	int others = listener("others");
	int far = connection("ours");
	int of_others = connection("others");
	int near = accept(others, NULL, NULL);
	int pair[2];
	const int fds[] = {
		ours,
		others,
		far,
		of_others,
		near,
		open("/dev/null", O_RDONLY | O_CLOEXEC),
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
		socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
		-1,
	};

	for (int i = 0; i < UNIT_COUNT(fds); i++) {
		ck_assert_int_eq(forward_client_look(&client, fds[i], SOCK_STREAM, "ours"),
				 -EPROTO);
		ck_assert(!client.known);
		ck_assert(!forward_client_is_in(&client, getegid()));
	}
	for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type += SOCK_SEQPACKET - SOCK_STREAM) {
		ck_assert_int_eq(socketpair(AF_UNIX, type, 0, pair), 0);
		ck_assert_int_eq(forward_client_look(&client, pair[0], SOCK_STREAM, "ours"),
				 -EPROTO);
		ck_assert_int_eq(forward_client_look(&client, pair[0], SOCK_STREAM, ""), -EPROTO);
	}
}
END_TEST

static const struct {
	uid_t uid;
	gid_t gid;
	gid_t group;
	const char *who;
	bool is;
} names[] = {
	{0, 0, 0, "root", true},
	{1, 0, 0, "root", false},
	{1, 1, 0, "@root", true},
	{1, 0, 1, "@root", true},
	{1, 1, 1, "@root", false},
	{0, 0, 0, "", false},
	{0, 0, 0, "@", false},
	{0, 0, 0, "nobody-has-this-name", false},
	{0, 0, 0, "@nobody-has-it", false},
	{0, 1, 1, "@root", false},
};

START_TEST(a_name_is_a_users_or_a_groups)
{
	struct forward_client client = {.known = true,
					.uid = names[_i].uid,
					.gid = names[_i].gid,
					.n_groups = 1,
					.groups = {names[_i].group}};

	ck_assert_int_eq(forward_client_is(&client, names[_i].who), names[_i].is);
	client.known = false;
	ck_assert(!forward_client_is(&client, names[_i].who));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_client_is_known),
		UNIT_TEST(nothing_else_is_a_client),
		UNIT_CASES(a_name_is_a_users_or_a_groups, names),
	};

	return unit_run("forward_client", tests, UNIT_COUNT(tests));
}
