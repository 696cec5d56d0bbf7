// SPDX-License-Identifier: GPL-2.0-or-later
#include "attach.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "door.h"
#include "log.h"

enum {
	/* ms from a loss to the next connector, which tries every CONNECTOR_INTERVAL */
	ATTACH_RETRY = 250,
	/*
	 * ms for a connector's first message. libvdeplug waits forever for a switch's answer; a
	 * switch that is stopped, or has no such port, must not delay the start.
	 */
	ATTACH_SILENCE = 2000,
	/*
	 * ms that a connection must last before we log it, once one did not: a peer that keeps
	 * hanging up would cause eight lines a second.
	 */
	ATTACH_STEADY = 200,
};

static void attach_settle(struct attach *attach)
{
	if (attach->settled)
		return;
	attach->settled = true;
	attach->changed(attach, 0);
}

static void attach_log_how(struct attach *attach)
{
	attach->said = false;
	log_info("%s: %s", attach->endpoint->locator, attach->how);
}

static void attach_steady_expired(struct timer *timer)
{
	struct attach *attach = container_of(timer, struct attach, steady);

	if (attach->unsteady)
		attach_log_how(attach);
	attach->unsteady = false;
	attach->unproven = false;
}

void attach_done(struct attach *attach, const char *how)
{
	attach->how = how;
	attach->unproven = true;
	timer_arm(&attach->steady, ATTACH_STEADY);
	if (!attach->unsteady)
		attach_log_how(attach);
	attach_settle(attach);
}

void attach_lost(struct attach *attach, const char *why, bool again)
{
	attach->unsteady |= attach->unproven;
	attach->unproven = false;
	timer_disarm(&attach->steady);
	if (!attach->said)
		log_warning("%s: %s; waiting for it", attach->endpoint->locator, why);
	attach->said = true;
	if (again)
		timer_arm(&attach->retry, ATTACH_RETRY);
	attach_settle(attach);
}

int attach_open_door(struct attach *attach, struct door *door, enum connect_kind kind,
		     const int fds[FDPASS_MAX], const char *how)
{
	int ret = kind == CONNECT_LISTENER && fds[0] >= 0 && !door_is_open(door) ? 0 : -EPROTO;

	if (ret == 0)
		ret = door_open(door, fds[0]);
	if (ret < 0) {
		fdpass_close(fds);
		return ret;
	}
	attach_done(attach, how);
	return 0;
}

static void attach_retry(struct timer *timer)
{
	struct attach *attach = container_of(timer, struct attach, retry);

	if (attach->channel.fd >= 0)
		attach_lost(attach, "no answer", false); /* the connector keeps trying */
	else
		attach->connect(attach);
}

static const char *attach_reason(int error)
{
	if (error == EPROTOTYPE)
		return "the peer there uses another generation of the protocol (omit [gen=])";
	if (error == ENOTSOCK)
		return "not a socket";
	if (error == CONNECT_STRANGER)
		return "it belongs to another user, in a world-writable directory";
	if (error == EACCES)
		return "the worker's user may not connect there (set by --user and --vde-group): "
		       "Permission denied";
	return strerror(error);
}

static void attach_channel_ready(struct source *source, uint32_t events)
{
	struct attach *attach = container_of(source, struct attach, channel);
	struct connect_message message;
	int fds[FDPASS_MAX];
	ssize_t n = fdpass_recv(source->fd, &message, sizeof(message), fds);

	(void)events;
	if (n == -EAGAIN)
		return;
	if (n == sizeof(message) && message.kind == CONNECT_WAITING) {
		attach_lost(attach, attach_reason(message.error),
			    /* the connector keeps trying */
			    false);
		fdpass_close(fds);
		return;
	}
	loop_close(attach->loop, &attach->channel);
	timer_disarm(&attach->retry);
	if (n != sizeof(message)) { /* it exited without a result */
		fdpass_close(fds);
		timer_arm(&attach->retry, ATTACH_RETRY);
	} else if (message.kind == CONNECT_REFUSED) {
		fdpass_close(fds);
		attach->changed(attach, message.error);
	} else if (attach->opened(attach, message.kind, fds) < 0) {
		timer_arm(&attach->retry, ATTACH_RETRY);
	}
}

void attach_set_channel(struct attach *attach, int fd)
{
	loop_close(attach->loop, &attach->channel);
	attach->channel = (struct source){.fd = fd, .ready = attach_channel_ready};
	if (fd >= 0 && loop_add(attach->loop, &attach->channel, EPOLLIN) < 0) {
		close(fd);
		attach->channel.fd = -1;
	}
	timer_arm(&attach->retry, attach->channel.fd < 0 ? ATTACH_RETRY : ATTACH_SILENCE);
}

int attach_init(struct attach *attach, struct loop *loop, const struct endpoint *endpoint)
{
	int ret;

	attach->loop = loop;
	attach->endpoint = endpoint;
	attach->channel.fd = -1;
	ret = timer_init(&attach->retry, loop, attach_retry);
	return ret < 0 ? ret : timer_init(&attach->steady, loop, attach_steady_expired);
}

void attach_finish(struct attach *attach)
{
	if (!attach->loop)
		return;
	loop_close(attach->loop, &attach->channel);
	timer_finish(&attach->retry);
	timer_finish(&attach->steady);
}

void attach_start(struct attach *attach)
{
	attach->connect(attach);
}
