/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: epoll over sources that are embedded in their owners.
 * Level-triggered; nothing is allocated; a callback may add and remove any
 * source, its own included.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "spin.h"

#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

enum { LOOP_EVENTS = 32 };

struct source {
	int fd; /* not owned; -1 while not in a loop */
	/*
	 * Called with EPOLL* bits. Must end within a budget, and must not block: in the worker
	 * nothing does; what the host process waits for, and how long, is in host_watchdog.h.
	 */
	void (*ready)(struct source *source, uint32_t events);
};

struct loop {
	int epoll_fd;
	bool stopped;
	bool spins; /* set by the owner: answers are waited for awake (spin.h) */
	struct spin spin;
	int pending; /* events of this turn; those removed meanwhile are cleared */
	struct epoll_event events[LOOP_EVENTS];
};

/* 0, or -errno. */
int loop_init(struct loop *loop);

/* Sources still added are forgotten; their fds stay open. */
void loop_finish(struct loop *loop);

/* Watches source->fd for events (EPOLLIN…). 0, or -errno. */
int loop_add(struct loop *loop, struct source *source, uint32_t events);

/* Watches for other events from now on; for those of this turn it is called yet. */
void loop_watch(struct loop *loop, struct source *source, uint32_t events);

/* Stops watching for a while: the fd stays in the source, for loop_add() to watch it again. */
void loop_pause(struct loop *loop, const struct source *source);

/* Stops watching. The fd stays open; source->fd becomes -1. A source that is not there is fine. */
void loop_remove(struct loop *loop, struct source *source);

/* Stops watching and closes the fd. One that is not there (-1) is fine. */
void loop_close(struct loop *loop, struct source *source);

/* Runs until loop_stop(). 0, or -errno. */
int loop_run(struct loop *loop);

/* Serves one source that is ready, if any is, and does not wait; the next time, it is another's
 * turn. */
void loop_serve_one(struct loop *loop);

/* Makes loop_run() return after the callback that called this. */
void loop_stop(struct loop *loop);
