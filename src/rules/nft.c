// SPDX-License-Identifier: GPL-2.0-or-later
#include "nft.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NFT_COMMAND_MAX = 128 }; /* bytes of a list command */

enum { NFT_DESCRIPTORS = 1024 }; /* libnftables uses select(), which takes no higher ones */

static bool nft_is_netfilter(int fd)
{
	int domain = 0;
	int protocol = 0;
	socklen_t size = sizeof(int);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK &&
	       getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
	       protocol == NETLINK_NETFILTER;
}

/* libnftables does not reveal its socket; at this time, it is the only one of its kind. */
static int nft_find_socket(void)
{
	for (int fd = 0; fd < NFT_DESCRIPTORS; fd++) {
		if (nft_is_netfilter(fd))
			return fd;
	}
	return -1;
}

int nft_socket(const struct nft *nft)
{
	return nft->socket < 0 ? -ENOTSOCK : nft->socket;
}

int nft_open(struct nft *nft, struct problem *problem)
{
	nft->context = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nft->context || nft_ctx_buffer_error(nft->context) ||
	    nft_ctx_buffer_output(nft->context)) {
		nft_close(nft);
		return problem_set(problem, STATUS_HOST, "cannot use nftables");
	}
	nft->socket = nft_find_socket();
	return 0;
}

void nft_close(struct nft *nft)
{
	if (nft->context)
		nft_ctx_free(nft->context);
	nft->context = NULL;
}

int nft_apply(struct nft *nft, const char *commands, struct problem *problem)
{
	const char *error;

	if (nft_run_cmd_from_buffer(nft->context, commands) == 0)
		return 0;
	error = nft_ctx_get_error_buffer(nft->context);
	return problem_set(problem, STATUS_HOST,
			   "nftables refuses our rules (is nf_tables in the kernel?): %.*s",
			   (int)strcspn(error, "\n"), error);
}

int nft_check(struct nft *nft, const char *commands, struct problem *problem)
{
	int ret;

	nft_ctx_set_dry_run(nft->context, true);
	ret = nft_apply(nft, commands, problem);
	nft_ctx_set_dry_run(nft->context, false);
	return ret;
}

static const char *nft_ask(struct nft_ctx *context, unsigned flags, const char *command)
{
	int ret;

	nft_ctx_output_set_flags(context, flags);
	ret = nft_run_cmd_from_buffer(context, command);
	nft_ctx_output_set_flags(context, 0);
	return ret == 0 ? nft_ctx_get_output_buffer(context) : NULL;
}

const char *nft_query(void *nft, const char *command)
{
	return nft_ask(((struct nft *)nft)->context, NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_TERSE,
		       command);
}

const char *nft_list(struct nft *nft, const char *what, const char *table, const char *name)
{
	char command[NFT_COMMAND_MAX];

	snprintf(command, sizeof(command), "list %s inet %s %s", what, table, name);
	return nft_ask(nft->context, 0, command);
}

const char *nft_list_map(struct nft *nft, const char *table, const char *name)
{
	char command[NFT_COMMAND_MAX];

	snprintf(command, sizeof(command), "list map inet %s %s", table, name);
	return nft_ask(nft->context, NFT_CTX_OUTPUT_NUMERIC_PROTO, command);
}

const char *nft_list_table(struct nft *nft, const char *table)
{
	char command[NFT_COMMAND_MAX];

	snprintf(command, sizeof(command), "list table inet %s", table);
	return nft_ask(nft->context, NFT_CTX_OUTPUT_TERSE, command);
}

const char *nft_list_bridge(struct nft *nft, const char *table)
{
	char command[NFT_COMMAND_MAX];

	snprintf(command, sizeof(command), "list table bridge %s", table);
	return nft_ask(nft->context, 0, command);
}

const char *nft_list_bridge_map(struct nft *nft, const char *table, const char *name)
{
	char command[NFT_COMMAND_MAX];

	snprintf(command, sizeof(command), "list map bridge %s %s", table, name);
	return nft_ask(nft->context, 0, command);
}

/* It does not matter what changed; if events were lost (ENOBUFS), something did. */
static void nft_ready(struct source *source, uint32_t events)
{
	struct nft *nft = container_of(source, struct nft, events);
	char message[8192];

	(void)events;
	while (recv(source->fd, message, sizeof(message), MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
		;
	nft->changed(nft);
}

int nft_watch(struct nft *nft, struct loop *loop, void (*changed)(struct nft *nft))
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
	nft->events = (struct source){.fd = fd, .ready = nft_ready};
	nft->loop = loop;
	nft->changed = changed;
	if (ret == 0)
		ret = loop_add(loop, &nft->events, EPOLLIN);
	if (ret < 0) {
		close(fd);
		nft->loop = NULL;
	}
	return ret;
}

void nft_unwatch(struct nft *nft)
{
	if (nft->loop)
		loop_close(nft->loop, &nft->events);
	nft->loop = NULL;
}
