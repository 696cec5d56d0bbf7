// SPDX-License-Identifier: GPL-2.0-or-later
#include "dial.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

enum {
	DIAL_RETRY = 250, /* ms from a loss to the next connector, which tries every
			     CONNECTOR_INTERVAL */
	/* ms for a connector's first word. libvdeplug waits for a switch's answer without an
	 * end: one that is stopped, or has no such port, shall not hold up the start. */
	DIAL_SILENCE = 2000,
	/* ms that a connection must last, once one did not, before a word is said of it: of a peer
	 * that hangs up each time there would be eight lines a second. */
	DIAL_STEADY = 200,
};

static void dial_settle(struct dial *dial)
{
	if (dial->settled)
		return;
	dial->settled = true;
	dial->changed(dial, 0);
}

static void dial_say_how(struct dial *dial)
{
	dial->said = false;
	log_info("%s: %s", dial->endpoint->locator, dial->how);
}

static void dial_is_steady(struct timer *timer)
{
	struct dial *dial = container_of(timer, struct dial, steady);

	if (dial->hangs_up)
		dial_say_how(dial);
	dial->hangs_up = false;
	dial->young = false;
}

void dial_done(struct dial *dial, const char *how)
{
	dial->how = how;
	dial->young = true;
	timer_arm(&dial->steady, DIAL_STEADY);
	if (!dial->hangs_up)
		dial_say_how(dial);
	dial_settle(dial);
}

void dial_lost(struct dial *dial, const char *why, bool again)
{
	dial->hangs_up |= dial->young;
	dial->young = false;
	timer_disarm(&dial->steady);
	if (!dial->said)
		log_warning("%s: %s; waiting for it", dial->endpoint->locator, why);
	dial->said = true;
	if (again)
		timer_arm(&dial->retry, DIAL_RETRY);
	dial_settle(dial);
}

static void dial_retry(struct timer *timer)
{
	struct dial *dial = container_of(timer, struct dial, retry);

	if (dial->channel.fd >= 0)
		dial_lost(dial, "no answer", false); /* the connector goes on */
	else
		dial->connect(dial);
}

static const char *dial_reason(int error)
{
	if (error == EPROTOTYPE)
		return "the peer there is of another generation (leave out [gen=])";
	if (error == ENOTSOCK)
		return "what is there is no socket";
	return strerror(error);
}

static void dial_channel_ready(struct source *source, uint32_t events)
{
	struct dial *dial = container_of(source, struct dial, channel);
	struct connect_message message;
	int fds[FDPASS_MAX];
	ssize_t n = fdpass_recv(source->fd, &message, sizeof(message), fds);

	(void)events;
	if (n == -EAGAIN)
		return;
	if (n == sizeof(message) && message.kind == CONNECT_WAITING) {
		dial_lost(dial, dial_reason(message.error), false); /* the connector goes on */
		fdpass_close(fds);
		return;
	}
	loop_close(dial->loop, &dial->channel);
	timer_disarm(&dial->retry);
	if (n != sizeof(message)) { /* it ended without a result */
		fdpass_close(fds);
		timer_arm(&dial->retry, DIAL_RETRY);
	} else if (message.kind == CONNECT_REFUSED) {
		fdpass_close(fds);
		dial->changed(dial, message.error);
	} else if (dial->opened(dial, message.kind, fds) < 0) {
		timer_arm(&dial->retry, DIAL_RETRY);
	}
}

void dial_set_channel(struct dial *dial, int fd)
{
	loop_close(dial->loop, &dial->channel);
	dial->channel = (struct source){.fd = fd, .ready = dial_channel_ready};
	if (fd >= 0 && loop_add(dial->loop, &dial->channel, EPOLLIN) < 0) {
		close(fd);
		dial->channel.fd = -1;
	}
	timer_arm(&dial->retry, dial->channel.fd < 0 ? DIAL_RETRY : DIAL_SILENCE);
}

int dial_init(struct dial *dial, struct loop *loop, const struct endpoint *endpoint)
{
	int ret;

	dial->loop = loop;
	dial->endpoint = endpoint;
	dial->channel.fd = -1;
	ret = timer_init(&dial->retry, loop, dial_retry);
	return ret < 0 ? ret : timer_init(&dial->steady, loop, dial_is_steady);
}

void dial_finish(struct dial *dial)
{
	if (!dial->loop)
		return;
	loop_close(dial->loop, &dial->channel);
	timer_finish(&dial->retry);
	timer_finish(&dial->steady);
}

void dial_start(struct dial *dial)
{
	dial->connect(dial);
}
