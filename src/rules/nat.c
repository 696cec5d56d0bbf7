// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NAT_DESCRIPTORS = 1024 }; /* libnftables uses select(), which takes no others */

static bool nat_is_netfilter(int fd)
{
	int domain = 0;
	int protocol = 0;
	socklen_t size = sizeof(int);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK &&
	       getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
	       protocol == NETLINK_NETFILTER;
}

/* libnftables does not tell its socket; it is the only one of its kind that is new. */
static int nat_find_socket(void)
{
	for (int fd = 0; fd < NAT_DESCRIPTORS; fd++) {
		if (nat_is_netfilter(fd))
			return fd;
	}
	return -1;
}

int nat_socket(const struct nat *nat)
{
	return nat->socket < 0 ? -ENOTSOCK : nat->socket;
}

int nat_open(struct nat *nat, struct problem *problem)
{
	nat->context = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nat->context || nft_ctx_buffer_error(nat->context) ||
	    nft_ctx_buffer_output(nat->context)) {
		nat_close(nat);
		return problem_set(problem, STATUS_HOST, "nftables cannot be used");
	}
	nat->socket = nat_find_socket();
	return 0;
}

void nat_close(struct nat *nat)
{
	if (nat->context)
		nft_ctx_free(nat->context);
	nat->context = NULL;
}

int nat_apply(struct nat *nat, const char *commands, struct problem *problem)
{
	const char *error;

	if (nft_run_cmd_from_buffer(nat->context, commands) == 0)
		return 0;
	error = nft_ctx_get_error_buffer(nat->context);
	return problem_set(problem, STATUS_HOST,
			   "nftables refuses our rules (is nf_tables in the kernel?): %.*s",
			   (int)strcspn(error, "\n"), error);
}

int nat_check(struct nat *nat, const char *commands, struct problem *problem)
{
	int ret;

	nft_ctx_set_dry_run(nat->context, true);
	ret = nat_apply(nat, commands, problem);
	nft_ctx_set_dry_run(nat->context, false);
	return ret;
}

static const char *nat_ask(struct nft_ctx *context, unsigned flags, const char *command)
{
	int ret;

	nft_ctx_output_set_flags(context, flags);
	ret = nft_run_cmd_from_buffer(context, command);
	nft_ctx_output_set_flags(context, 0);
	return ret == 0 ? nft_ctx_get_output_buffer(context) : NULL;
}

const char *nat_query(void *nat, const char *command)
{
	return nat_ask(((struct nat *)nat)->context, NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_TERSE,
		       command);
}

const char *nat_list(struct nat *nat, const char *command)
{
	return nat_ask(nat->context, 0, command);
}

/* What changed does not matter; what was lost (ENOBUFS) changed too. */
static void nat_ready(struct source *source, uint32_t events)
{
	struct nat *nat = container_of(source, struct nat, events);
	char message[8192];

	(void)events;
	while (recv(source->fd, message, sizeof(message), MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
		;
	nat->changed(nat);
}

int nat_watch(struct nat *nat, struct loop *loop, void (*changed)(struct nat *nat))
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK};
	int group = NFNLGRP_NFTABLES;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		ret = -errno;
	nat->events = (struct source){.fd = fd, .ready = nat_ready};
	nat->loop = loop;
	nat->changed = changed;
	if (ret == 0)
		ret = loop_add(loop, &nat->events, EPOLLIN);
	if (ret < 0) {
		close(fd);
		nat->loop = NULL;
	}
	return ret;
}

void nat_unwatch(struct nat *nat)
{
	if (nat->loop)
		loop_close(nat->loop, &nat->events);
	nat->loop = NULL;
}
