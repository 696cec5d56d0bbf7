// SPDX-License-Identifier: GPL-2.0-or-later
#include "pktinfo.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "mapped.h"

union pktinfo_control {
	char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))]; /* the larger of the two */
	struct cmsghdr align;
};

union pktinfo_name {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static struct in_addr pktinfo_unmap(const struct in6_addr *mapped)
{
	struct in_addr address;

	memcpy(&address, &mapped->s6_addr[12], sizeof(address));
	return address;
}

/* Which address was asked. False: not given. */
static bool pktinfo_read_asked(struct msghdr *msg, struct pktinfo *info)
{
	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo v4;

			memcpy(&v4, CMSG_DATA(cmsg), sizeof(v4));
			info->asked = mapped_ipv4(&v4.ipi_addr);
			return true;
		}
		if (cmsg->cmsg_level == IPPROTO_IPV6 && cmsg->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo v6;

			memcpy(&v6, CMSG_DATA(cmsg), sizeof(v6));
			info->asked = v6.ipi6_addr;
			if (IN6_IS_ADDR_LINKLOCAL(&v6.ipi6_addr))
				info->scope = v6.ipi6_ifindex;
			return true;
		}
	}
	return false;
}

static bool pktinfo_read_client(const union pktinfo_name *name, struct pktinfo *info)
{
	if (name->any.sa_family == AF_INET) {
		info->client = mapped_ipv4(&name->v4.sin_addr);
		info->port = name->v4.sin_port;
		return true;
	}
	info->client = name->v6.sin6_addr;
	info->port = name->v6.sin6_port;
	return name->any.sa_family == AF_INET6;
}

ssize_t pktinfo_receive(int fd, void *data, size_t size, struct pktinfo *info)
{
	union pktinfo_name name = {.any.sa_family = AF_UNSPEC};
	union pktinfo_control control;
	struct iovec iov = {data, size};
	struct msghdr msg = {.msg_name = &name,
			     .msg_namelen = sizeof(name),
			     .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};
	ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT);

	*info = (struct pktinfo){0};
	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC || !pktinfo_read_client(&name, info) ||
	    !pktinfo_read_asked(&msg, info))
		return -EMSGSIZE;
	return n;
}

/* Tells the kernel how to send an answer: data of that size and type. */
static void pktinfo_write_asked(struct msghdr *msg, int level, int type, const void *data,
				size_t size)
{
	struct cmsghdr *cmsg;

	msg->msg_controllen = CMSG_SPACE(size);
	cmsg = CMSG_FIRSTHDR(msg);
	cmsg->cmsg_level = level;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(cmsg), data, size);
}

static void pktinfo_write4(struct msghdr *msg, const struct pktinfo *info)
{
	const struct sockaddr_in name = {.sin_family = AF_INET,
					 .sin_port = info->port,
					 .sin_addr = pktinfo_unmap(&info->client)};
	const struct in_pktinfo v4 = {.ipi_spec_dst = pktinfo_unmap(&info->asked)};

	memcpy(msg->msg_name, &name, sizeof(name));
	msg->msg_namelen = sizeof(name);
	pktinfo_write_asked(msg, IPPROTO_IP, IP_PKTINFO, &v4, sizeof(v4));
}

static void pktinfo_write6(struct msghdr *msg, const struct pktinfo *info)
{
	const struct sockaddr_in6 name = {.sin6_family = AF_INET6,
					  .sin6_port = info->port,
					  .sin6_addr = info->client,
					  .sin6_scope_id = info->scope};
	const struct in6_pktinfo v6 = {.ipi6_addr = info->asked, .ipi6_ifindex = info->scope};

	memcpy(msg->msg_name, &name, sizeof(name));
	msg->msg_namelen = sizeof(name);
	pktinfo_write_asked(msg, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof(v6));
}

void pktinfo_answer(int fd, const void *data, size_t size, const struct pktinfo *info)
{
	union pktinfo_control control = {0};
	union pktinfo_name name;
	struct iovec iov = {(void *)data, size};
	struct msghdr msg = {.msg_name = &name,
			     .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};

	if (IN6_IS_ADDR_V4MAPPED(&info->client))
		pktinfo_write4(&msg, info);
	else
		pktinfo_write6(&msg, info);
	sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
}
