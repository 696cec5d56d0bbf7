// SPDX-License-Identifier: GPL-2.0-or-later
/* What stays in dnsmasq's lease file. */
#include "leases.h"

#include "unit.h"

#include <errno.h>

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const struct subnet subnet = {.gateway = IP(10, 0, 0, 1),
				     .prefix = 24,
				     .dhcp_first = IP(10, 0, 0, 2),
				     .dhcp_last = IP(10, 0, 0, 9)};
static struct dhcp dhcp = {
	.n_hosts = 3,
	.hosts = {{.mac = {2, 0, 0, 0, 0, 0x0a}, .address = IP(10, 0, 0, 5)},
		  {.mac = {2, 0, 0, 0, 0, 0x0b}, .address = IP(10, 0, 0, 200)},
		  {.mac = {2, 0, 0, 0, 0, 0x0c}, .address = IP(10, 0, 0, 8), .name = "localhost"}},
};

static const struct {
	const char *line;
	bool fits;
} lines[] = {
	{"1700000000 02:00:00:00:00:01 10.0.0.2 name *", true},
	{"0 02:00:00:00:00:01 10.0.0.9 * ff:00", true},
	{"1 02:00:00:00:00:01 10.0.0.1 * *", false},
	{"1 02:00:00:00:00:01 10.0.0.10 * *", false},
	{"1 02:00:00:00:00:01 10.0.1.2 * *", false},
	{"1 02:00:00:00:00:01 10.0.0.5 * *", false},
	{"1 02:00:00:00:00:0a 10.0.0.5 * *", true},
	{"1 06-02:00:00:00:00:0a 10.0.0.5 * *", false},
	{"1 02:00:00:00:00:0a 10.0.0.6 * *", true},
	{"1 02:00:00:00:00:0b 10.0.0.200 * *", true},
	{"1 02:00:00:00:00:0a 10.0.0.200 * *", false},
	{"duid 00:01:00:01", true},
	{"1700000000 12345678 fd00::1234 name 00:01", true},
	{"1 02:00:00:00:00:01 10.0.0.2 wpad *", false},
	{"1 02:00:00:00:00:01 10.0.0.2 Gateway *", false},
	{"1 02:00:00:00:00:01 10.0.0.2 wpad2 *", true},
	{"1700000000 12345678 fd00::1234 isatap 00:01", false},
	{"1 02:00:00:00:00:0c 10.0.0.8 localhost *", true},
	{"1 02:00:00:00:00:0c 10.0.0.2 localhost *", true},
	{"1 02:00:00:00:00:01 10.0.0.2 localhost *", false},
	{"1 02:00:00:00:00:01 10.0.0.2 LocalHost *", false},
	{"", true},
	{"rubbish", true},
};

START_TEST(a_line_fits_the_network)
{
	ck_assert_msg(leases_fit(lines[_i].line, &subnet, &dhcp) == lines[_i].fits, "%s",
		      lines[_i].line);
}
END_TEST

static void assert_pruned(const char *before, const char *after, int gone)
{
	char text[1024] = "";
	int fd;

	unit_write_file("leases", before, strlen(before));
	fd = open("leases", O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(leases_prune(fd, &subnet, &dhcp), gone);
	ck_assert_int_eq(pread(fd, text, sizeof(text) - 1, 0), (ssize_t)strlen(after));
	ck_assert_str_eq(text, after);
	close(fd);
}

#define GOOD "1 02:00:00:00:00:01 10.0.0.2 name *\n"
#define BAD  "1 02:00:00:00:00:01 10.0.9.2 a-longer-name *\n"

START_TEST(only_what_does_not_fit_goes)
{
	assert_pruned("", "", 0);
	assert_pruned(GOOD, GOOD, 0);
	assert_pruned(BAD, "", 1);
	assert_pruned(BAD GOOD BAD "duid 00:01\n" BAD, GOOD "duid 00:01\n", 3);
	assert_pruned(BAD "cut short", "cut short", 1);
	assert_pruned("\n\n" GOOD "\n", "\n\n" GOOD "\n", 0);
}
END_TEST

/* Of a file that was written as the power went, blocks may be zeros. */
START_TEST(a_line_with_zeros_goes)
{
	static const char torn[] = GOOD "1 02:00:00:\0\0\0\0\0\n\0" GOOD "duid 00:01\n\0\0\0";
	char text[1024] = "";
	int fd;

	unit_write_file("leases", torn, sizeof(torn) - 1);
	fd = open("leases", O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(leases_prune(fd, &subnet, &dhcp), 3);
	ck_assert_int_eq(leases_prune(fd, &subnet, &dhcp), 0);
	ck_assert_int_eq(leases_name_server(fd, dhcp.hosts[0].mac), 0);
	ck_assert_int_gt(pread(fd, text, sizeof(text) - 1, 0), 0);
	ck_assert_str_eq(text, GOOD "duid 00:01\n");
	close(fd);
}
END_TEST

START_TEST(a_file_that_cannot_be_is_refused)
{
	int fd;

	unit_write_file("leases", "", 0);
	fd = open("leases", O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(ftruncate(fd, (off_t)1 << 40), 0);
	ck_assert_int_lt(leases_prune(fd, &subnet, &dhcp), 0);
	close(fd);
	ck_assert_int_lt(leases_prune(-1, &subnet, &dhcp), 0);
}
END_TEST

static const struct {
	const char *before;
	const char *added;
} named[] = {
	{"", "duid 00:03:00:01:02:00:00:00:00:0a\n"},
	{GOOD, "duid 00:03:00:01:02:00:00:00:00:0a\n"},
	{"cut short", "\nduid 00:03:00:01:02:00:00:00:00:0a\n"},
	/* A server that guests know already keeps its name. */
	{"duid 00:01:00:01:32:9e:0c:05:0e:97:c3:31:97:90\n", ""},
	{GOOD "duid 00:01\n1700000000 12345678 fd00::1234 name 00:01\n", ""},
	{"1 02:00:00:00:00:01 10.0.0.2 duid *\n", "duid 00:03:00:01:02:00:00:00:00:0a\n"},
};

START_TEST(the_server_has_one_name)
{
	char wanted[1024];
	char text[1024] = "";
	int fd;

	snprintf(wanted, sizeof(wanted), "%s%s", named[_i].before, named[_i].added);
	unit_write_file("leases", named[_i].before, strlen(named[_i].before));
	fd = open("leases", O_RDWR | O_CLOEXEC);
	for (int again = 0; again < 2; again++)
		ck_assert_int_eq(leases_name_server(fd, dhcp.hosts[0].mac), 0);
	ck_assert_int_ge(pread(fd, text, sizeof(text) - 1, 0), 0);
	ck_assert_str_eq(text, wanted);
	close(fd);
	ck_assert_int_lt(leases_name_server(-1, dhcp.hosts[0].mac), 0);
}
END_TEST

static char told[256];

static void tell(void *context, const uint8_t mac[MAC_SIZE], uint32_t address)
{
	char mac_text[MAC_TEXT_MAX];
	char text[SUBNET_TEXT_MAX];

	ck_assert_ptr_eq(context, told);
	snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s %s\n",
		 mac_format(mac, mac_text), subnet_format(address, text));
}

START_TEST(who_has_leased_what_is_told)
{
	static const char file[] = "1790000000 52:54:00:00:00:01 192.168.105.27 web 01:02\n"
				   "duid 00:03:00:01:52:54:00:00:00:01\n"
				   "0 52:54:00:AA:00:02 192.168.105.28 * *\n"
				   "1790000000 16908801 fd12::1000 web 00:01\n"
				   "1790000000 52:54:00:00:00:01\n"
				   "nonsense\n"
				   "1790000000 52:54:00:00:00:01 192.168.105.29 web 01:02";
	int fd;

	unit_write_file("leases", file, strlen(file));
	fd = open("leases", O_RDONLY | O_CLOEXEC);
	told[0] = '\0';
	ck_assert_int_eq(leases_each(fd, tell, told), 0);
	ck_assert_str_eq(told, "52:54:00:00:00:01 192.168.105.27\n"
			       "52:54:00:aa:00:02 192.168.105.28\n"
			       "52:54:00:00:00:01 192.168.105.29\n");
	close(fd);
	ck_assert_int_lt(leases_each(-1, tell, told), 0);
}
END_TEST

/* Its network had 192.168.105.2 to .100, and .200 reserved. */
START_TEST(the_leases_of_0_1_0_are_read)
{
	const struct subnet its = {.gateway = IP(192, 168, 105, 1),
				   .prefix = 24,
				   .dhcp_first = IP(192, 168, 105, 2),
				   .dhcp_last = IP(192, 168, 105, 100)};
	struct dhcp reserved = {
		.n_hosts = 1,
		.hosts = {{.mac = {0x52, 0x54, 0, 0, 0, 2}, .address = IP(192, 168, 105, 200)}}};
	const char *before = unit_copy_old("shared.leases", "leases");
	int fd = open("leases", O_RDWR | O_CLOEXEC);
	char text[1024] = "";

	ck_assert_int_eq(leases_prune(fd, &its, &reserved), 0);
	ck_assert_int_eq(leases_name_server(fd, reserved.hosts[0].mac), 0);
	ck_assert_int_gt(pread(fd, text, sizeof(text) - 1, 0), 0);
	ck_assert_str_eq(text, before);
	reserved.n_hosts = 0; /* the address that was reserved lies outside the range */
	ck_assert_int_eq(leases_prune(fd, &its, &reserved), 1);
	close(fd);
}
END_TEST

static const struct {
	mode_t kind;
	off_t size;
	int error;
} places[] = {
	{S_IFREG, 0, 0},       {S_IFREG, 10, 0},     {S_IFREG, 11, -EFBIG}, {S_IFIFO, 0, -EINVAL},
	{S_IFDIR, 0, -EINVAL}, {S_IFLNK, 0, -ELOOP}, {S_IFSOCK, 0, -ENXIO}, {0, 0, -ENOENT},
};

/* open() itself would wait for whoever writes to a pipe. */
START_TEST(what_is_in_the_place_of_the_file_is_not_waited_for)
{
	static const char path[] = "leases";
	mode_t kind = places[_i].kind;
	int fd;

	if (kind == S_IFLNK)
		ck_assert_int_eq(symlink("/dev/null", path), 0);
	else if (kind == S_IFDIR)
		ck_assert_int_eq(mkdir(path, 0700), 0);
	else if (kind)
		ck_assert_int_eq(mknod(path, kind | 0600, 0), 0);
	if (kind == S_IFREG)
		ck_assert_int_eq(truncate(path, places[_i].size), 0);
	fd = leases_open(path, 10);
	ck_assert_int_eq(fd < 0 ? fd : 0, places[_i].error);
	if (fd >= 0)
		close(fd);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_line_fits_the_network, lines),
		UNIT_TEST(only_what_does_not_fit_goes),
		UNIT_TEST(a_line_with_zeros_goes),
		UNIT_TEST(a_file_that_cannot_be_is_refused),
		UNIT_CASES(the_server_has_one_name, named),
		UNIT_TEST(who_has_leased_what_is_told),
		UNIT_CASES(what_is_in_the_place_of_the_file_is_not_waited_for, places),
		UNIT_TEST(the_leases_of_0_1_0_are_read),
	};

	return unit_run("leases", tests, UNIT_COUNT(tests));
}
