// SPDX-License-Identifier: GPL-2.0-or-later
/* The name servers of resolv.conf, and the copy that dnsmasq has of them. */
#include "resolvconf.h"

#include <errno.h>
#include <net/if.h>
#include <sys/stat.h>

#include "unit.h"

static const struct {
	const char *text;
	const char *copy;
} files[] = {
	{"", "nameserver 127.0.0.1\n"},
	{"nameserver 9.9.9.9\n", "nameserver 9.9.9.9\n"},
	{"nameserver\t9.9.9.9 # quad\n\nnameserver 1.1.1.1",
	 "nameserver 9.9.9.9\nnameserver 1.1.1.1\n"},
	{"nameserver 2.2.2.2\r\nnameserver   1.1.1.1\n",
	 "nameserver 2.2.2.2\nnameserver 1.1.1.1\n"},
	{"nameserver 4.4.4.4\nnameserver 3.3.3.3\nnameserver 2.2.2.2\nnameserver 1.1.1.1\n",
	 "nameserver 4.4.4.4\nnameserver 3.3.3.3\nnameserver 2.2.2.2\n"},
	{"nameserver 1.1.1.1\nnameserver 1.1.1.1\n", "nameserver 1.1.1.1\nnameserver 1.1.1.1\n"},
	{"nameserver 0.0.0.0\nnameserver ::\n", "nameserver 127.0.0.1\nnameserver ::1\n"},
	{"nameserver 127.1\n", "nameserver 127.0.0.1\n"},
	{"nameserver 2001:DB8:0::1\n", "nameserver 2001:db8::1\n"},
	{"nameserver fe80::1%lo\n", "nameserver fe80::1%lo\n"},
	{"nameserver fe80::1%1\n", "nameserver fe80::1%lo\n"},
	{"nameserver fe80::1%a/b\n", "nameserver fe80::1\n"},
	{"# nameserver 1.1.1.1\n;nameserver 1.1.1.2\n nameserver 1.1.1.3\nNameserver 1.1.1.4\n"
	 "nameservers 1.1.1.5\nnameserver\nnameserver x\nnameserver 1.1.1.256\nnameserver "
	 "1.1.1.1/24\n",
	 "nameserver 127.0.0.1\n"},
	{"search a.example\noptions edns0\nnameserver 1.1.1.1\nsortlist 1.2.3.4\n",
	 "nameserver 1.1.1.1\n"},
	{"nameserver 1.1.1.1#5353\nserver=6.6.6.6\nserver 6.6.6.6\n", "nameserver 127.0.0.1\n"},
};

START_TEST(servers_are_read_as_the_host_does)
{
	char copy[RESOLVCONF_COPY_MAX];

	resolvconf_format(files[_i].text, copy);
	ck_assert_str_eq(copy, files[_i].copy);
}
END_TEST

START_TEST(a_long_line_and_the_longest_servers_fit)
{
	static const char server[] = "nameserver ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255\n";
	char text[4096];
	char copy[RESOLVCONF_COPY_MAX];
	size_t line;

	memset(text, 'x', 1000);
	strcpy(text + 1000, "\n");
	strcat(strcat(strcat(text, server), server), server);
	resolvconf_format(text, copy);
	line = strlen(copy) / 3;
	ck_assert_int_eq(strncmp(copy, "nameserver ffff:ffff:", 21), 0);
	ck_assert_int_eq(copy[3 * line - 1], '\n');
	ck_assert_int_eq(strncmp(copy, copy + line, line), 0);
}
END_TEST

START_TEST(devices_of_servers_are_told_apart)
{
	char copy[RESOLVCONF_COPY_MAX];

	ck_assert_uint_eq(resolvconf_devices("nameserver 1.1.1.1\n"), 0);
	ck_assert_uint_eq(resolvconf_devices(""), 0);
	resolvconf_format("nameserver fe80::1%lo\nnameserver 1.1.1.1\n", copy);
	ck_assert_uint_eq(resolvconf_devices(copy), if_nametoindex("lo"));
	ck_assert_uint_eq(resolvconf_devices("nameserver fe80::1%none\n"), 0);
	ck_assert_uint_ne(resolvconf_devices("nameserver fe80::1%lo\nnameserver fe80::1%none\n"),
			  resolvconf_devices("nameserver fe80::1%none\nnameserver fe80::1%lo\n"));
}
END_TEST

START_TEST(the_copy_is_written_and_removed)
{
	char copy[RESOLVCONF_COPY_MAX];
	struct stat st;

	unit_write_file("resolv.conf", "nameserver 9.9.9.9\n", 19);
	ck_assert_int_eq(resolvconf_read("resolv.conf", copy), 0);
	ck_assert_str_eq(copy, "nameserver 9.9.9.9\n");
	ck_assert_int_eq(resolvconf_write("copy", copy), 0);
	ck_assert_int_eq(resolvconf_write("copy", copy), 0);
	ck_assert_int_eq(stat("copy", &st), 0);
	ck_assert_int_eq(st.st_size, 19);
	ck_assert_int_eq(stat("copy.new", &st), -1);
	resolvconf_remove("copy");
	ck_assert_int_eq(stat("copy", &st), -1);
}
END_TEST

START_TEST(what_cannot_be_read_is_as_empty)
{
	char copy[RESOLVCONF_COPY_MAX];

	ck_assert_int_eq(resolvconf_read("missing", copy), 0);
	ck_assert_str_eq(copy, "nameserver 127.0.0.1\n");
	ck_assert_int_eq(resolvconf_read(".", copy), -EISDIR);
	ck_assert_str_eq(copy, "nameserver 127.0.0.1\n");
	ck_assert_int_eq(resolvconf_write("missing/copy", copy), -ENOENT);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(servers_are_read_as_the_host_does, files),
		UNIT_TEST(a_long_line_and_the_longest_servers_fit),
		UNIT_TEST(devices_of_servers_are_told_apart),
		UNIT_TEST(the_copy_is_written_and_removed),
		UNIT_TEST(what_cannot_be_read_is_as_empty),
	};

	return unit_run("resolvconf", tests, UNIT_COUNT(tests));
}
