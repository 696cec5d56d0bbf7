// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_pulse.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "dnsmasq_ports.h"
#include "log.h"

enum { HOST_PULSE_QUESTION_MAX = 64 };

static bool host_pulse_asks(const struct host *host)
{
	return host->plan.serves_dns && !host->serving.dns_elsewhere;
}

/* The answer's content is ignored: any answer will do. */
static void host_pulse_answered(struct source *source, uint32_t events)
{
	struct host *host = container_of(source, struct host, pulse.socket);

	(void)events;
	if (recv(source->fd, NULL, 0, MSG_DONTWAIT | MSG_TRUNC) >= 0)
		pulse_begin(&host->pulse.pulse);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED)
		loop_close(&host->loop, source); /* the address is gone; the next ask reopens it */
}

static int host_pulse_open(struct host *host)
{
	struct source *source = &host->pulse.socket;
	const struct sockaddr_in gateway = {.sin_family = AF_INET,
					    .sin_port = htons(DNSMASQ_PORT_DNS),
					    .sin_addr.s_addr = htonl(host->plan.subnet.gateway)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int ret = fd < 0 ? -errno : 0;

	*source = (struct source){.fd = fd, .ready = host_pulse_answered};
	if (ret == 0 && connect(fd, (const struct sockaddr *)&gateway, sizeof(gateway)) < 0)
		ret = -errno;
	if (ret == 0)
		ret = loop_add(&host->loop, source, EPOLLIN);
	if (ret < 0 && fd >= 0) {
		close(fd);
		source->fd = -1;
	}
	return ret;
}

/*
 * Asks for the address (A, IN) of the gateway's own name, which dnsmasq answers by itself: RFC
 * 1035, 4.1.
 */
static void host_pulse_ask(struct host *host)
{
	static const unsigned char header[12] = {[5] = 1}; /* one question */
	static const unsigned char type[4] = {0, 1, 0, 1};
	const char *name = dhcp_closed_names[0];
	unsigned char question[HOST_PULSE_QUESTION_MAX];
	size_t length = strlen(name);
	size_t n = sizeof(header);

	if (host->pulse.socket.fd < 0 && host_pulse_open(host) < 0)
		return;
	memcpy(question, header, sizeof(header));
	question[1] = (unsigned char)host->pulse.pulse.looks; /* id */
	question[n++] = (unsigned char)length;
	memcpy(question + n, name, length);
	n += length;
	question[n++] = 0;
	memcpy(question + n, type, sizeof(type));
	n += sizeof(type);
	/* If an error of the last one is pending, this reports it; the next question is sent. */
	(void)!send(host->pulse.socket.fd, question, n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* dnsmasq dies of this, and is restarted with the usual delay (dnsmasq.h). */
static void host_pulse_replace(struct host *host)
{
	log_warning("dnsmasq %s; restarting it", host->pulse.pulse.first.state == 'T'
							 ? "was stopped by a signal"
							 : "does not answer");
	host->pulse.ended = host->dnsmasq.process.pid;
	process_signal(&host->dnsmasq.process, SIGKILL);
}

static void host_pulse_look(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, pulse.timer);
	pid_t pid = host->dnsmasq.process.pid;
	bool asks = host_pulse_asks(host);
	struct pulse_look look = {.now = clock_now(),
				  .asked = asks,
				  .leaves_unread = asks && dnsmasq_unread(&host->plan.subnet) > 0};

	timer_arm(timer, PULSE_INTERVAL);
	if (pid != host->pulse.pid)
		pulse_begin(&host->pulse.pulse);
	host->pulse.pid = pid;
	if (!host->ready.reached || pid == 0 || pid == host->pulse.ended)
		return;
	if (pulse_read(&look, pid) == 0 && pulse_look(&host->pulse.pulse, &look))
		host_pulse_replace(host);
	else if (asks)
		host_pulse_ask(host);
}

int host_pulse_up(struct host *host)
{
	int ret;

	if (!plan_uses_dnsmasq(&host->plan))
		return 0;
	ret = timer_init(&host->pulse.timer, &host->loop, host_pulse_look);
	if (ret < 0)
		return host_fail(host, "cannot create a timer", ret);
	timer_arm(&host->pulse.timer, PULSE_INTERVAL);
	return 0;
}

void host_pulse_down(struct host *host)
{
	timer_finish(&host->pulse.timer);
	loop_close(&host->loop, &host->pulse.socket);
}
