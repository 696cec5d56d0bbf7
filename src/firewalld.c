// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewalld.h"

#include <poll.h>
#include <string.h>
#include <systemd/sd-bus.h>

enum {
	FIREWALLD_WAIT_JOIN = 30, /* s: it answers only when it has made all its rules */
	FIREWALLD_WAIT_LEAVE = 2, /* s */
};

static const char firewalld_name[] = "org.fedoraproject.FirewallD1";
static const char firewalld_path[] = "/org/fedoraproject/FirewallD1";
static const char firewalld_interface[] = "org.fedoraproject.FirewallD1.zone";

static int firewalld_make_call(sd_bus *bus, sd_bus_message **call, const char *method,
			       const char *device)
{
	int ret = sd_bus_message_new_method_call(bus, call, firewalld_name, firewalld_path,
						 firewalld_interface, method);

	if (ret >= 0)
		ret = sd_bus_message_set_auto_start(*call, 0);
	if (ret >= 0)
		ret = sd_bus_message_append(*call, "ss", FIREWALLD_ZONE, device);
	return ret;
}

void firewalld_init(struct firewalld *firewalld, struct loop *loop,
		    void (*joined)(struct firewalld *firewalld, const char *error))
{
	*firewalld = (struct firewalld){.loop = loop, .source.fd = -1, .joined = joined};
}

static void firewalld_disconnect(struct firewalld *firewalld)
{
	if (!firewalld->bus)
		return;
	loop_remove(firewalld->loop, &firewalld->source);
	timer_finish(&firewalld->timeout);
	firewalld->timeout.loop = NULL;
	sd_bus_close_unref(firewalld->bus);
	firewalld->bus = NULL;
	firewalld->waiting = false;
}

/* What the bus waits for changes with what it has to write. */
static void firewalld_watch(struct firewalld *firewalld)
{
	int events = sd_bus_get_events(firewalld->bus);
	uint32_t wanted = EPOLLIN | (events > 0 && events & POLLOUT ? EPOLLOUT : 0);

	loop_remove(firewalld->loop, &firewalld->source);
	firewalld->source.fd = sd_bus_get_fd(firewalld->bus);
	if (events < 0 || loop_add(firewalld->loop, &firewalld->source, wanted) < 0)
		firewalld->source.fd = -1;
}

static void firewalld_process(struct firewalld *firewalld)
{
	int ret;

	do
		ret = sd_bus_process(firewalld->bus, NULL);
	while (ret > 0);
	if (ret < 0) /* the bus is gone; connected to again when needed */
		firewalld_disconnect(firewalld);
	else
		firewalld_watch(firewalld);
}

static void firewalld_ready(struct source *source, uint32_t events)
{
	(void)events;
	firewalld_process(container_of(source, struct firewalld, source));
}

static void firewalld_timed_out(struct timer *timer)
{
	firewalld_process(container_of(timer, struct firewalld, timeout));
}

static int firewalld_answered(sd_bus_message *answer, void *data, sd_bus_error *unused)
{
	struct firewalld *firewalld = data;
	const sd_bus_error *error = sd_bus_message_get_error(answer);

	(void)unused;
	firewalld->waiting = false;
	timer_disarm(&firewalld->timeout);
	firewalld->joined(firewalld, !error ? NULL : error->message ? error->message : error->name);
	return 0;
}

static int firewalld_connect(struct firewalld *firewalld)
{
	int ret = firewalld->bus ? 0 : sd_bus_open_system(&firewalld->bus);

	if (ret < 0 || firewalld->timeout.loop)
		return ret;
	firewalld->source.ready = firewalld_ready;
	return timer_init(&firewalld->timeout, firewalld->loop, firewalld_timed_out);
}

void firewalld_join(struct firewalld *firewalld, const char *device)
{
	sd_bus_message *call = NULL;
	int ret;

	if (firewalld->waiting)
		return;
	ret = firewalld_connect(firewalld);
	if (ret >= 0)
		ret = firewalld_make_call(firewalld->bus, &call, "changeZoneOfInterface", device);
	if (ret >= 0)
		ret = sd_bus_call_async(firewalld->bus, NULL, call, firewalld_answered, firewalld,
					FIREWALLD_WAIT_JOIN * 1000000ull);
	sd_bus_message_unref(call);
	if (ret < 0) {
		firewalld_disconnect(firewalld);
		firewalld->joined(firewalld, strerror(-ret));
		return;
	}
	firewalld->waiting = true;
	timer_arm(&firewalld->timeout, FIREWALLD_WAIT_JOIN * 1000 + 100);
	firewalld_process(firewalld);
}

void firewalld_finish(struct firewalld *firewalld)
{
	firewalld_disconnect(firewalld);
}

void firewalld_leave(const char *device)
{
	sd_bus_message *call = NULL;
	sd_bus *bus = NULL;

	if (sd_bus_open_system(&bus) >= 0 &&
	    firewalld_make_call(bus, &call, "removeInterface", device) >= 0)
		sd_bus_call(bus, call, FIREWALLD_WAIT_LEAVE * 1000000ull, NULL, NULL);
	sd_bus_message_unref(call);
	sd_bus_flush_close_unref(bus);
}
