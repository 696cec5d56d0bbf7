// SPDX-License-Identifier: GPL-2.0-or-later
#include "pktinfo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

#include "unit.h"

union name {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t name_of(int family, const char *address, uint16_t port, union name *name)
{
	memset(name, 0, sizeof(*name));
	name->any.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		name->v4.sin_port = htons(port);
		ck_assert_int_eq(inet_pton(family, address, &name->v4.sin_addr), 1);
		return sizeof(name->v4);
	}
	name->v6.sin6_port = htons(port);
	ck_assert_int_eq(inet_pton(family, address, &name->v6.sin6_addr), 1);
	return sizeof(name->v6);
}

/* A listener as the host process makes it, with its port in *port. */
static int listener(int family, uint16_t *port)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int on = 1;
	union name name;
	socklen_t size = name_of(family, family == AF_INET ? "0.0.0.0" : "::", 0, &name);

	ck_assert_int_ge(fd, 0);
	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	else
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	ck_assert_int_eq(bind(fd, &name.any, size), 0);
	ck_assert_int_eq(getsockname(fd, &name.any, &size), 0);
	*port = ntohs(family == AF_INET ? name.v4.sin_port : name.v6.sin6_port);
	return fd;
}

static const struct {
	int family;
	const char *asked;
} cases[] = {
	{AF_INET, "127.0.0.1"},
	{AF_INET, "127.3.2.1"},
	{AF_INET6, "::1"},
};

/* The client is connected, so it takes an answer only from the address that it asked. */
START_TEST(an_answer_comes_from_the_address_that_was_asked)
{
	uint16_t port;
	int fd = listener(cases[_i].family, &port);
	int client = socket(cases[_i].family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char data[16];
	struct pktinfo info;
	struct pktinfo again;
	union name name;
	socklen_t size = name_of(cases[_i].family, cases[_i].asked, port, &name);

	ck_assert_int_eq(connect(client, &name.any, size), 0);
	ck_assert_int_eq(send(client, "question", 8, 0), 8);
	ck_assert_int_eq(pktinfo_receive(fd, data, sizeof(data), &info), 8);
	ck_assert_mem_eq(data, "question", 8);
	ck_assert_int_eq(IN6_IS_ADDR_V4MAPPED(&info.client), cases[_i].family == AF_INET);
	ck_assert_int_eq(send(client, "", 0, 0), 0);
	ck_assert_int_eq(pktinfo_receive(fd, data, sizeof(data), &again), 0);
	ck_assert_mem_eq(&info, &again, sizeof(info));
	pktinfo_answer(fd, "answer", 6, &info);
	ck_assert_int_eq(recv(client, data, sizeof(data), MSG_DONTWAIT), 6);
	ck_assert_mem_eq(data, "answer", 6);
	close(client);
	close(fd);
}
END_TEST

START_TEST(what_does_not_fit_is_lost)
{
	uint16_t port;
	int fd = listener(AF_INET, &port);
	int client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char data[4];
	struct pktinfo info;
	union name name;
	socklen_t size = name_of(AF_INET, "127.0.0.1", port, &name);

	ck_assert_int_eq(sendto(client, "12345", 5, 0, &name.any, size), 5);
	ck_assert_int_eq(pktinfo_receive(fd, data, sizeof(data), &info), -EMSGSIZE);
	ck_assert_int_eq(pktinfo_receive(fd, data, sizeof(data), &info), -EAGAIN);
	close(client);
	close(fd);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(an_answer_comes_from_the_address_that_was_asked, cases),
		UNIT_TEST(what_does_not_fit_is_lost),
	};

	return unit_run("pktinfo", tests, UNIT_COUNT(tests));
}
