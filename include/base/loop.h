/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: epoll over sources that are embedded in their owners. Level-triggered. Nothing is
 * allocated. A callback may add and remove any source, including its own.
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
	 * Called with EPOLL* bits. It must return in bounded time and must not block. In the worker
	 * nothing does; host_watchdog.h lists what the host process waits for, and how long.
	 */
	void (*ready)(struct source *source, uint32_t events);
};

struct loop {
	int epoll_fd;
	bool stopped;
	bool spins; /* set by the owner: busy-wait for answers (spin.h) */
	struct spin spin;
	int pending; /* events of this turn; those of sources removed meanwhile are cleared */
	struct epoll_event events[LOOP_EVENTS];
};

/* 0, or -errno. */
int loop_init(struct loop *loop);

/* Forgets sources still in the loop; their fds stay open. */
void loop_finish(struct loop *loop);

/* Watches source->fd for events (EPOLLIN…). 0, or -errno. */
int loop_add(struct loop *loop, struct source *source, uint32_t events);

/* Changes the events to watch; events already found in this turn are still delivered. */
void loop_watch(struct loop *loop, struct source *source, uint32_t events);

/* Stops watching for a while: the source keeps its fd, to be watched again with loop_add(). */
void loop_pause(struct loop *loop, const struct source *source);

/*
 * Stops watching. The fd stays open; source->fd becomes -1. Does nothing if the source is not
 * there.
 */
void loop_remove(struct loop *loop, struct source *source);

/* Stops watching and closes the fd. Does nothing if there is none (-1). */
void loop_close(struct loop *loop, struct source *source);

/* Runs until loop_stop(). 0, or -errno. */
int loop_run(struct loop *loop);

/* Serves one ready source, if there is one, without waiting; the next call serves another. */
void loop_serve_one(struct loop *loop);

/* Makes loop_run() return after the callback that called this. */
void loop_stop(struct loop *loop);
