// SPDX-License-Identifier: GPL-2.0-or-later
#include "dnsmasq_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

const char *dnsmasq_log_message(const char *line)
{
	const char *end;

	if (strncmp(line, "dnsmasq", 7) != 0)
		return line;
	end = line + strcspn(line, "[ ");
	if (*end != '[')
		return line;
	end += strcspn(end, " ");
	return end[-1] == ':' && *end ? end + 1 : line;
}

/*
 * As of dnsmasq 2.90 to 2.92. With --log-dhcp, which we set only at log level debug, DHCP lines
 * begin with the transaction's number; with --quiet-dhcp, any that come are errors.
 */
bool dnsmasq_log_is_chatter(const char *message)
{
	static const char *const beginnings[] = {
		"started, version ",
		"compile time options: ",
		"exiting on receipt of SIGTERM",
		"DHCP, IP range ",
		"DHCP, static leases only ",
		"DHCP, sockets bound exclusively to interface ",
		"DHCPv6, ",
		"DHCPv6 stateless on ",
		"DHCPv4-derived IPv6 names on ",
		"router advertisement on ",
		"IPv6 router advertisement enabled",
		"using ",
		"cleared cache",
		/* If guests have no way out; otherwise host_resolv says what it means. */
		"warning: no upstream servers configured",
		"reading ",
		"read ",
		"RTR-ADVERT(",
		"RTR-SOLICIT(",
	};

	for (unsigned i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		if (strncmp(message, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	}
	return strspn(message, "0123456789") > 0;
}

static void dnsmasq_log_tell(struct dnsmasq_log *log)
{
	const char *message;

	log->line[log->length] = '\0';
	log->length = 0;
	message = dnsmasq_log_message(log->line);
	if (*message == '\0')
		return;
	if (dnsmasq_log_is_chatter(message)) {
		log_debug("dnsmasq: %s", message);
		return;
	}
	if (!ratelimit_take(&log->lines, (uint64_t)clock_now())) {
		log->left_out++;
		return;
	}
	if (log->left_out > 0)
		log_warning("dnsmasq: left out %u lines: it writes more than %d a second",
			    log->left_out, DNSMASQ_LOG_PER_SECOND);
	log->left_out = 0;
	log_warning("dnsmasq: %s", message);
}

static void dnsmasq_log_take(struct dnsmasq_log *log, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			dnsmasq_log_tell(log);
		else if (log->length < sizeof(log->line) - 1)
			log->line[log->length++] = text[i];
	}
}

/* Whether there may be more. */
static bool dnsmasq_log_read(struct dnsmasq_log *log)
{
	char text[DNSMASQ_LOG_READ_MAX];
	ssize_t n = read(log->source.fd, text, sizeof(text));

	if (n > 0)
		dnsmasq_log_take(log, text, (size_t)n);
	return n > 0;
}

static void dnsmasq_log_ready(struct source *source, uint32_t events)
{
	(void)events;
	dnsmasq_log_read(container_of(source, struct dnsmasq_log, source));
}

int dnsmasq_log_init(struct dnsmasq_log *log, struct loop *loop)
{
	int ends[2];

	*log = (struct dnsmasq_log){.source = {.fd = -1, .ready = dnsmasq_log_ready},
				    .loop = loop,
				    .writer = -1,
				    .lines = {.per_period = DNSMASQ_LOG_PER_SECOND}};
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	log->writer = ends[1];
	log->source.fd = ends[0];
	/* Only our end: dnsmasq blocks when the pipe is full. */
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return loop_add(loop, &log->source, EPOLLIN);
}

void dnsmasq_log_drain(struct dnsmasq_log *log)
{
	/* At most what a pipe holds: a child it forked may still be writing. */
	for (unsigned i = 0; i < 16 && dnsmasq_log_read(log); i++)
		;
}

void dnsmasq_log_finish(struct dnsmasq_log *log)
{
	if (!log->loop)
		return;
	if (log->source.fd >= 0)
		dnsmasq_log_drain(log);
	loop_close(log->loop, &log->source);
	if (log->writer >= 0)
		close(log->writer);
	log->loop = NULL;
}
