// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a network answers to vde_vmnetctl: its worker, which could be anybody's by then. Input:
 * lines. The client takes them for its answers; then each is shown by all that show something:
 * no character that a terminal obeys, no blank at a line's end.
 */
#include <sys/socket.h>

#include "ctl_client.h"
#include "ctl_forward.h"
#include "ctl_leases.h"
#include "ctl_monitor.h"
#include "ctl_port.h"
#include "ctl_ports.h"
#include "ctl_status.h"
#include "fuzz.h"

static void check_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		FUZZ_CHECK(c == '\n' || (c >= 0x20 && c != 0x7f));
		FUZZ_CHECK(c != '\n' || i == 0 || text[i - 1] != ' ');
		FUZZ_CHECK(c != 0xc2 || (unsigned char)text[i + 1] >= 0xa0); /* C1 */
	}
}

static void show_line(json_t *value)
{
	static int (*const shows[])(const json_t *, FILE *) = {
		ctl_forward_show, ctl_leases_show, ctl_port_show, ctl_ports_show, ctl_status_show,
	};
	char *text;
	size_t size;

	for (unsigned i = 0; i < sizeof(shows) / sizeof(shows[0]); i++) {
		FILE *out = open_memstream(&text, &size);

		FUZZ_CHECK(shows[i](value, out) == 0);
		ctl_monitor_show(value, out);
		fclose(out);
		check_text(text, size);
		free(text);
	}
}

/* The client's end of a pair, at the other end of which the input was said, and then no more. */
static void talk(const uint8_t *data, size_t size)
{
	struct ctl_client client = {.name = "x", .limit = 1000};
	struct problem problem = {0};
	json_t *answer;
	int fds[2];

	FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
	client.stream.fd = fds[0];
	if (write(fds[1], data, size) == (ssize_t)size && shutdown(fds[1], SHUT_WR) == 0) {
		answer = ctl_client_ask(&client, "query-ports", NULL, &problem);
		FUZZ_CHECK(answer || (problem.status != 0 && problem.text[0] != '\0'));
		json_decref(answer);
		while (problem.status == 0 && (answer = ctl_client_next_event(&client, &problem)))
			json_decref(answer);
	}
	close(fds[1]);
	ctl_client_close(&client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	talk(data, size);
	for (char *line = text; line; line = strchr(line, '\n')) {
		json_t *value;

		line += *line == '\n';
		value = json_loads(line, JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, NULL);
		if (value)
			show_line(value);
		json_decref(value);
	}
	free(text);
	return 0;
}
