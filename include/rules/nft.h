/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nftables, through libnftables: our table, and reading others' rules. The kernel ties our table to
 * the context's netlink socket (flags owner): no other program can change it, and it goes when we
 * do. This is the only user of libnftables, which exits the process if it cannot get a socket or
 * memory: so open it first.
 */
#pragma once

#include "loop.h"
#include "problem.h"

struct nft_ctx;

struct nft {
	struct nft_ctx *context; /* NULL: closed */
	int socket;		 /* the context's; -1: not found */
	struct loop *loop;
	struct source events; /* events of nf_tables, whoever causes them */
	void (*changed)(struct nft *nft);
};

/* 0, or -1 with *problem. */
int nft_open(struct nft *nft, struct problem *problem);

/* The socket that owns the table; do not close it. -ENOTSOCK if we did not find it. */
int nft_socket(const struct nft *nft);

/* Removes everything that was applied. Takes a closed one. */
void nft_close(struct nft *nft);

/* Runs commands in one transaction. 0, or -1 with *problem. */
int nft_apply(struct nft *nft, const char *commands, struct problem *problem);

/* Only checks them; nothing is changed. 0, or -1 with *problem. */
int nft_check(struct nft *nft, const char *commands, struct problem *problem);

/*
 * The answer of nft (a struct nft) to a command, both as JSON; sets without their elements. Valid
 * until the next call. NULL if it fails, as when rules change meanwhile.
 */
const char *nft_query(void *nft, const char *command);

/*
 * Lists an object (what: "counter", "set") of a table of family inet as text, with the elements of
 * sets. Otherwise like nft_query().
 */
const char *nft_list(struct nft *nft, const char *what, const char *table, const char *name);

/* Lists a map of a table of family inet as text, with its elements; protocols are numbers. */
const char *nft_list_map(struct nft *nft, const char *table, const char *name);

/* Lists a whole table of family inet as text, without the elements of sets. */
const char *nft_list_table(struct nft *nft, const char *table);

/* Lists a whole table of family bridge as text, with the elements of sets; or one of its maps. */
const char *nft_list_bridge(struct nft *nft, const char *table);
const char *nft_list_bridge_map(struct nft *nft, const char *table, const char *name);

/* Calls changed() when anyone changes rules, once for several changes. 0, or -errno. */
int nft_watch(struct nft *nft, struct loop *loop, void (*changed)(struct nft *nft));

/* Takes one that is not being watched. */
void nft_unwatch(struct nft *nft);
