/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nftables, by libnftables: our table, and others' rules to read. The kernel ties our table to the
 * netlink socket of the context (flags owner): no other program can change it, and it ends with us.
 * The only user of libnftables, which exits the process when it gets no socket or memory: open it
 * first.
 */
#pragma once

#include "loop.h"
#include "problem.h"

struct nft_ctx;

struct nft {
	struct nft_ctx *context; /* NULL: closed */
	int socket;		 /* of the context; -1: not found */
	struct loop *loop;
	struct source events; /* of nf_tables, anyone's */
	void (*changed)(struct nft *nft);
};

/* 0, or -1 with *problem. */
int nft_open(struct nft *nft, struct problem *problem);

/* The socket that the table belongs to; ours. -ENOTSOCK where libnftables hides it. */
int nft_socket(const struct nft *nft);

/* Removes what was applied. Takes a closed one. */
void nft_close(struct nft *nft);

/* Runs commands in one transaction. 0, or -1 with *problem. */
int nft_apply(struct nft *nft, const char *commands, struct problem *problem);

/* Only checks them; nothing is changed. 0, or -1 with *problem. */
int nft_check(struct nft *nft, const char *commands, struct problem *problem);

/*
 * The answer of nft, a struct nft, to a command of nft, both as JSON; of sets without their
 * elements. Valid until the next call. NULL where it fails, as when rules change meanwhile.
 */
const char *nft_query(void *nft, const char *command);

/*
 * What an object (what: "counter", "set") of a table of family inet holds, as text with the
 * elements of sets; the same otherwise.
 */
const char *nft_list(struct nft *nft, const char *what, const char *table, const char *name);

/* A map of a table of family inet as text with its elements, protocols as numbers; likewise. */
const char *nft_list_map(struct nft *nft, const char *table, const char *name);

/* A whole table of family inet as text, without the elements of sets. */
const char *nft_list_table(struct nft *nft, const char *table);

/* A whole table of family bridge as text, with the elements of sets. */
const char *nft_list_bridge(struct nft *nft, const char *table);
const char *nft_list_bridge_map(struct nft *nft, const char *table, const char *name);

/* Calls changed() when anybody changes rules, once for many. 0, or -errno. */
int nft_watch(struct nft *nft, struct loop *loop, void (*changed)(struct nft *nft));

/* Takes one that is not watched. */
void nft_unwatch(struct nft *nft);
