// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap_message.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

static const struct tap_request plain = {.version = 1, .queues = 1};
static const struct tap_request full = {
	.version = 1, .flags = 15, .queues = 8, .mac = {0x52, 0x54, 0, 1, 2, 3}};

START_TEST(a_request_is_taken)
{
	struct tap_request request;

	ck_assert_int_eq(tap_request_read(&plain, sizeof(plain), &request), 0);
	ck_assert_mem_eq(&request, &plain, sizeof(plain));
	ck_assert_int_eq(tap_request_read(&full, sizeof(full), &request), 0);
	ck_assert_mem_eq(&request, &full, sizeof(full));
}
END_TEST

static const struct {
	size_t offset;
	uint8_t value;
	int ret;
} changes[] = {
	{offsetof(struct tap_request, version), 0, -EPROTONOSUPPORT},
	{offsetof(struct tap_request, version), 2, -EPROTONOSUPPORT},
	{offsetof(struct tap_request, version) + 3, 1, -EPROTONOSUPPORT},
	{offsetof(struct tap_request, flags), 63, -EINVAL},
	{offsetof(struct tap_request, flags), 31, -EADDRNOTAVAIL}, /* said, and not known */
	{offsetof(struct tap_request, flags) + 3, 0x80, -EINVAL},
	{offsetof(struct tap_request, queues), 0, -EINVAL},
	{offsetof(struct tap_request, queues), 9, -EINVAL},
	{offsetof(struct tap_request, queues) + 2, 1, -EINVAL},
	{offsetof(struct tap_request, unused), 1, -EINVAL},
	{offsetof(struct tap_request, unused_too), 1, -EINVAL},
	{offsetof(struct tap_request, unused_too) + 41, 1, -EINVAL},
	{offsetof(struct tap_request, mac), 0x53, -EADDRNOTAVAIL},
	{offsetof(struct tap_request, flags), 2, -EADDRNOTAVAIL}, /* an address that is not said */
};

START_TEST(another_is_refused)
{
	struct tap_request request = full;

	((uint8_t *)&request)[changes[_i].offset] = changes[_i].value;
	ck_assert_int_eq(tap_request_read(&request, sizeof(request), &request), changes[_i].ret);
	ck_assert_uint_lt(strlen(tap_request_explain(changes[_i].ret)), TAP_WHY_MAX);
}
END_TEST

START_TEST(an_address_that_is_said_is_none_of_zeros)
{
	struct tap_request request = plain;

	request.flags = TAP_HAS_MAC;
	ck_assert_int_eq(tap_request_read(&request, sizeof(request), &request), -EADDRNOTAVAIL);
}
END_TEST

/* On the heap, so that a sanitizer sees one read too many. */
START_TEST(a_request_has_one_size)
{
	for (size_t size = 0; size <= sizeof(plain) + 8; size++) {
		struct tap_request request;
		void *data = calloc(1, size ? size : 1);

		memcpy(data, &plain, size < sizeof(plain) ? size : sizeof(plain));
		ck_assert_int_eq(tap_request_read(data, size, &request),
				 size == sizeof(plain) ? 0 : -EBADMSG);
		free(data);
	}
}
END_TEST

START_TEST(a_refusal_is_one_line_that_ends)
{
	struct tap_answer answer;
	char long_one[2 * TAP_WHY_MAX];

	memset(long_one, 'x', sizeof(long_one));
	long_one[sizeof(long_one) - 1] = '\0';
	tap_answer_refuse(&answer, EACCES, long_one);
	ck_assert_uint_eq(answer.error, EACCES);
	ck_assert_uint_eq(answer.version, TAP_MESSAGE_VERSION);
	ck_assert_uint_eq(strlen(answer.why), TAP_WHY_MAX - 1);
	ck_assert_uint_eq(answer.queues + answer.vhosts + answer.mtu, 0);
}
END_TEST

START_TEST(an_answer_brings_its_descriptors)
{
	const struct tap_answer answer = {.version = 1, .queues = 8, .vhosts = 8};
	char control[CMSG_SPACE(TAP_DESCRIPTORS_MAX * sizeof(int))];
	struct tap_answer got;
	struct iovec iov = {&got, sizeof(got)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	int fds[TAP_DESCRIPTORS_MAX];
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	for (unsigned i = 0; i < TAP_DESCRIPTORS_MAX; i++)
		fds[i] = pair[0];
	ck_assert_int_eq(tap_answer_send(pair[0], &answer, fds, TAP_DESCRIPTORS_MAX), 0);
	ck_assert_int_eq(recvmsg(pair[1], &msg, 0), sizeof(got));
	ck_assert_mem_eq(&got, &answer, sizeof(got));
	ck_assert_uint_eq(CMSG_FIRSTHDR(&msg)->cmsg_len, CMSG_LEN(sizeof(fds)));
	close(pair[1]);
	ck_assert_int_eq(tap_answer_send(pair[0], &answer, NULL, 0), -EPIPE);
	close(pair[0]);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_request_is_taken),
		UNIT_CASES(another_is_refused, changes),
		UNIT_TEST(an_address_that_is_said_is_none_of_zeros),
		UNIT_TEST(a_request_has_one_size),
		UNIT_TEST(a_refusal_is_one_line_that_ends),
		UNIT_TEST(an_answer_brings_its_descriptors),
	};

	return unit_run("tap_message", tests, UNIT_COUNT(tests));
}
