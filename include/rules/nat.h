/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our nftables table. The kernel ties it to the netlink socket of the context
 * (flags owner): no other program can change it, and it ends with us. The only
 * user of libnftables, which exits the process when it gets no socket or
 * memory: open it first.
 */
#pragma once

#include "loop.h"
#include "problem.h"

struct nft_ctx;

struct nat {
	struct nft_ctx *context; /* NULL: closed */
	int socket;		 /* of the context; -1: not found */
	struct loop *loop;
	struct source events; /* of nf_tables, anyone's */
	void (*changed)(struct nat *nat);
};

/* 0, or -1 with *problem. */
int nat_open(struct nat *nat, struct problem *problem);

/* The socket that the table belongs to; ours. -ENOTSOCK where libnftables hides it. */
int nat_socket(const struct nat *nat);

/* Removes what was applied. Takes a closed one. */
void nat_close(struct nat *nat);

/* Runs commands in one transaction. 0, or -1 with *problem. */
int nat_apply(struct nat *nat, const char *commands, struct problem *problem);

/* Only checks them; nothing is changed. 0, or -1 with *problem. */
int nat_check(struct nat *nat, const char *commands, struct problem *problem);

/*
 * The answer of nat, a struct nat, to a command of nft, both as JSON; of sets without their
 * elements. Valid until the next call. NULL where it fails, as when rules change meanwhile.
 */
const char *nat_query(void *nat, const char *command);

/* The same as text, with the elements of sets. */
const char *nat_list(struct nat *nat, const char *command);

/* Calls changed() when anybody changes rules, once for many. 0, or -errno. */
int nat_watch(struct nat *nat, struct loop *loop, void (*changed)(struct nat *nat));

/* Takes one that is not watched. */
void nat_unwatch(struct nat *nat);
