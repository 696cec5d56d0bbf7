// SPDX-License-Identifier: GPL-2.0-or-later
#include "port.h"

#include "unit.h"

static char text[8192];

static const char *logged_counters(const struct port *port)
{
	struct unit_capture capture;

	unit_capture_start(&capture);
	port_log_counters(port);
	unit_capture_end(&capture, text, sizeof(text));
	return text;
}

START_TEST(frames_and_bytes_are_counted_each_way)
{
	const struct frame frames[] = {{.size = 60}, {.size = 1514}, {.size = 100}};
	struct port port = {0};

	port_count_in(&port, frames, 3);
	port_count_in(&port, frames, 0);
	port_count_in(&port, frames + 1, 1);
	port_count_out(&port, frames, 2);
	ck_assert_uint_eq(port.counters.frames_in, 4);
	ck_assert_uint_eq(port.counters.bytes_in, 60 + 1514 + 100 + 1514);
	ck_assert_uint_eq(port.counters.frames_out, 2);
	ck_assert_uint_eq(port.counters.bytes_out, 60 + 1514);
}
END_TEST

/* They are all numbers of one kind: each is added to its own. */
START_TEST(the_counters_of_one_that_goes_are_kept)
{
	enum { NUMBERS = sizeof(struct port_counters) / sizeof(uint64_t) };
	uint64_t numbers[NUMBERS];
	struct port port = {0};
	struct port gone = {0};

	for (unsigned i = 0; i < NUMBERS; i++)
		numbers[i] = 100 + i;
	memcpy(&gone.counters, numbers, sizeof(numbers));
	for (unsigned times = 1; times <= 2; times++) {
		port_add_counters(&port, &gone);
		memcpy(numbers, &port.counters, sizeof(numbers));
		for (unsigned i = 0; i < NUMBERS; i++)
			ck_assert_uint_eq(numbers[i], times * (100 + i));
	}
}
END_TEST

static const struct {
	struct port_counters counters;
	const char *line;
} lines[] = {
	{{0}, "vde_vmnet: port p: in 0 frames 0 bytes, out 0 frames 0 bytes\n"},
	{{.frames_in = 1, .bytes_in = 60, .frames_out = 2, .bytes_out = 120},
	 "vde_vmnet: port p: in 1 frames 60 bytes, out 2 frames 120 bytes\n"},
	{{.dropped_in = {[PORT_DROP_SHORT] = 3}},
	 "vde_vmnet: port p: in 0 frames 0 bytes, out 0 frames 0 bytes"
	 "; dropped in: 3 too short\n"},
	{{.dropped_out = {[PORT_DROP_FULL] = 7, [PORT_DROP_ERROR] = 1}},
	 "vde_vmnet: port p: in 0 frames 0 bytes, out 0 frames 0 bytes"
	 "; dropped out: 7 peer full, 1 error\n"},
	{{.dropped_in = {1, 2,
			 3, [PORT_DROP_DOWN] = 4, [PORT_DROP_ERROR] = 5, [PORT_DROP_BARRED] = 11},
	  .dropped_out =
		  {6, 7, 8, [PORT_DROP_DOWN] = 9, [PORT_DROP_ERROR] = 10, [PORT_DROP_BARRED] = 12}},
	 "vde_vmnet: port p: in 0 frames 0 bytes, out 0 frames 0 bytes"
	 "; dropped in: 1 too short, 2 too long, 3 peer full, 4 no peer, 5 error, 11 not allowed"
	 "; dropped out: 6 too short, 7 too long, 8 peer full, 9 no peer, 10 error, 12 not "
	 "allowed\n"},
};

START_TEST(the_counters_are_one_line)
{
	struct port port = {.name = "p", .counters = lines[_i].counters};

	ck_assert_str_eq(logged_counters(&port), lines[_i].line);
}
END_TEST

START_TEST(the_longest_line_is_whole)
{
	struct port port = {0};

	memset(&port.counters, 0xff, sizeof(port.counters));
	memset(port.name, 'n', PORT_NAME_MAX - 1);
	logged_counters(&port);
	ck_assert_uint_eq(strspn(text + strlen("vde_vmnet: port "), "n"), PORT_NAME_MAX - 1);
	ck_assert_ptr_nonnull(strstr(text, "; dropped in: 18446744073709551615 too short, "));
	ck_assert_ptr_nonnull(
		strstr(text, ", 18446744073709551615 beyond the rate; dropped out: "));
	ck_assert_ptr_nonnull(strstr(text, ", 18446744073709551615 beyond the rate\n"));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(frames_and_bytes_are_counted_each_way),
		UNIT_TEST(the_counters_of_one_that_goes_are_kept),
		UNIT_CASES(the_counters_are_one_line, lines),
		UNIT_TEST(the_longest_line_is_whole),
	};

	return unit_run("port", tests, UNIT_COUNT(tests));
}
