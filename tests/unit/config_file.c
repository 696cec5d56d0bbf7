// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration file, and what the command line makes of it. */
#include "config_read.h"
#include "unit_config.h"

static void write_config(const char *text)
{
	unit_write_file("vmnet.conf", text, strlen(text));
	ck_assert_int_eq(chmod("vmnet.conf", 0644), 0); /* whatever the umask is */
}

#define LINES_SW "endpoint /sw\n"

static const struct {
	const char *text;
	const char *name;
	unsigned mtu;
} files[] = {
	{LINES_SW, "shared", 1500},
	{LINES_SW "name=lab\nmtu=1400\n", "lab", 1400},
	{LINES_SW "name lab\nmtu 1400\n", "lab", 1400},
	{LINES_SW "name\tlab\nmtu\t\t1400\n", "lab", 1400},
	{LINES_SW "name = lab\nmtu =1400\n", "lab", 1400},
	{LINES_SW "name= lab\nmtu\t=\t1400\n", "lab", 1400},
	{LINES_SW "  name=lab  \n\tmtu 1400\t\n", "lab", 1400},
	{LINES_SW "name=lab\r\nmtu 1400\r\n\r\n", "lab", 1400},
	{"\n\n# name=no\n  # mtu=7\n#\n \t\n" LINES_SW "name=lab\n", "lab", 1500},
	{LINES_SW "name=a\nname=b\nmtu=1400", "b", 1400},
	{LINES_SW "vmnet-mode=shared\nvmnet-disable-dhcp\n", "shared", 1500},
	{LINES_SW "vmnet-disable-dhcp \r\nname lab\r", "lab", 1500},
};

START_TEST(a_file_holds_options)
{
	write_config(files[_i].text);
	ck_assert_msg(READ("--config=vmnet.conf") == 0, "%s", problem.text);
	ck_assert_str_eq(config.file, path_of("vmnet.conf"));
	ck_assert_str_eq(config.endpoints[0].path, "/sw");
	ck_assert_str_eq(config.name, files[_i].name);
	ck_assert_uint_eq(config.mtu, files[_i].mtu);
}
END_TEST

START_TEST(a_file_holds_every_option)
{
	write_config("endpoint=ptp:///p\nlog-level=warning\nmtu=9000\nname=lab\n"
		     "pidfile=/run/my file.pid\nuser=me:us\nvde-group=us\n"
		     "vmnet-dhcp-end=10.0.0.9\nvmnet-disable-dhcp\nvmnet-gateway=10.0.0.1\n"
		     "vmnet-interface-id=" UUID "\nvmnet-mask=255.0.0.0\nvmnet-mode=shared\n");
	ck_assert_msg(READ("--config", "vmnet.conf") == 0, "%s", problem.text);
	ck_assert_str_eq(config.endpoints[0].locator, "ptp:///p");
	ck_assert_int_eq(config.log_level, LOG_LEVEL_WARNING);
	ck_assert_uint_eq(config.mtu, 9000);
	ck_assert_str_eq(config.pidfile, "/run/my file.pid");
	ck_assert_str_eq(config.user, "me:us");
	ck_assert_str_eq(config.group, "us");
	ck_assert_uint_eq(config.dhcp_end, 0x0a000009);
	ck_assert_uint_eq(config.gateway, 0x0a000001);
	ck_assert_uint_eq(config.prefix, 8);
	ck_assert(config.disable_dhcp && config.has_interface_id);
}
END_TEST

static const struct {
	const char *text;
	const char *why; /* after the file's path */
} bad_files[] = {
	{"nonsense\n", ":1: nonsense: " NO_OPTION},
	{LINES_SW "nonsense=1\n", ":2: nonsense: " NO_OPTION},
	{"# comment\n\n" LINES_SW "\n  nonsense 1\n", ":5: nonsense: " NO_OPTION},
	{"\r\n\r\nnonsense\r\n", ":3: nonsense: " NO_OPTION},
	{"--name=lab\n", ":1: --name: " NO_OPTION},
	{"=lab\n", ":1: : " NO_OPTION},
	{"Name=lab\n", ":1: Name: " NO_OPTION},
	{"\xef\xbb\xbfname=lab\n", ":1: \xef\xbb\xbfname: " NO_OPTION},
	{"name\n", ":1: name: needs a value"},
	{"name=\n", ":1: name=: " NO_NAME},
	{"name =\n", ":1: name=: " NO_NAME},
	{"name lab # mine\n", ":1: name=lab # mine: " NO_NAME},
	{"name=\"lab\"\n", ":1: name=\"lab\": " NO_NAME},
	{"mtu=many\n", ":1: mtu=many: " NO_BYTES},
	{"mtu=1400;\n", NO_BYTES},
	{"vmnet-disable-dhcp=1\n", ":1: vmnet-disable-dhcp=1: " NO_VALUE},
	{"vmnet-disable-dhcp yes\n", ":1: vmnet-disable-dhcp=yes: " NO_VALUE},
	{"vmnet-disable-dhcp=\n", NO_VALUE},
	{LINES_SW LINES_SW, ":2: endpoint=/sw: given twice"},
	{"endpoint=macvtap://x\n", ":1: endpoint=macvtap://x: 'macvtap' is not a kind"},
	{"vmnet-gateway=10.0.0.01", ":1: vmnet-gateway=10.0.0.01: " NO_ADDRESS},
	{"vmnet-mask=255.0.255.0", NO_MASK},
	{"config=other.conf\n", ":1: config: only allowed on the command line"},
	{"config=vmnet.conf\n", ":1: config: only allowed on the command line"},
	{"help\n", ":1: help: only allowed on the command line"},
	{"help=1\n", ":1: help: only allowed on the command line"},
	{"version\n", ":1: version: only allowed on the command line"},
	{"check\n", ":1: check: only allowed on the command line"},
	{"cleanup\n", ":1: cleanup: only allowed on the command line"},
};

START_TEST(a_wrong_line_is_named_by_its_number)
{
	char why[PATH_MAX * 2];

	write_config(bad_files[_i].text);
	snprintf(why, sizeof(why), "%s%s", *bad_files[_i].why == ':' ? path_of("vmnet.conf") : "",
		 bad_files[_i].why);
	ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
	assert_problem(why);
}
END_TEST

/* As on the command line, where --name==lab is refused. */
static const char *const doubled[] = {"name==lab\n", "name = =lab\n", "name= =lab\n"};

START_TEST(one_equals_sign_separates)
{
	write_config(doubled[_i]);
	ck_assert_msg(READ("/sw", "--config=vmnet.conf") == -1, "accepted as '%s'", config.name);
	assert_problem(NO_NAME);
}
END_TEST

START_TEST(a_zero_byte_is_refused)
{
	unit_write_file("vmnet.conf", "endpoint=/sw\nname=l\0ab\n", 23);
	ck_assert_int_eq(READ("--config=vmnet.conf"), -1);
	assert_problem(":2: contains a zero byte");
	unit_write_file("vmnet.conf", "# c\0\n", 5);
	ck_assert_int_eq(READ("--config=vmnet.conf"), -1);
	assert_problem(":1: contains a zero byte");
}
END_TEST

START_TEST(a_long_line_is_refused)
{
	static char text[1 << 20];

	memset(text, 'x', sizeof(text));
	unit_write_file("vmnet.conf", text, sizeof(text));
	ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
	assert_problem(":1: xxxx");
	assert_problem("x: " NO_OPTION);
	memcpy(text, "name=", 5);
	unit_write_file("vmnet.conf", text, sizeof(text));
	ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
	assert_problem(":1: name=xxxx");
	assert_problem("x: " NO_NAME);
}
END_TEST

/* The longest of file, value and reason together. */
START_TEST(a_long_line_leaves_room_for_the_reason)
{
	char directory[256] = "";
	char path[512];
	char text[512] = "endpoint=";

	memset(directory, 'd', sizeof(directory) - 1);
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	snprintf(path, sizeof(path), "%s/vmnet.conf", directory);
	memset(text + strlen(text), 'x', 250);
	strcat(text, "://");
	unit_write_file(path, text, strlen(text));
	ck_assert_int_eq(READ("/sw", "--config", path), -1);
	assert_problem(": endpoint=xxxx");
	assert_problem("or null://");
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(READ("/sw", "--config", path), -1);
	assert_problem(": No such file");
}
END_TEST

START_TEST(an_empty_file_changes_nothing)
{
	write_config("");
	ck_assert_int_eq(READ("--config=vmnet.conf"), 0);
	ck_assert_str_eq(config.endpoints[0].locator, "switch://" RUNDIR "/shared.ctl");
	ck_assert_int_eq(READ("--config=vmnet.conf", "/sw"), 0);
	ck_assert_str_eq(config.name, "shared");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_a_problem)
{
	char why[PATH_MAX * 2];

	snprintf(why, sizeof(why), "--config=%s: No such file", path_of("vmnet.conf"));
	ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
	assert_problem(why);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_a_problem)
{
	int ret;

	write_config(LINES_SW);
	ck_assert_int_eq(chmod("vmnet.conf", 0), 0);
	unit_drop_root();
	ret = READ("/sw", "--config=vmnet.conf");
	unit_regain_root();
	ck_assert_int_eq(ret, -1);
	assert_problem("Permission denied");
}
END_TEST

/* Who may name any file by sudo is not told what is in it. */
START_TEST(what_not_everybody_may_read_is_not_said)
{
	/* (The file's own path has letters and digits of any kind.) */
	static const char *const secrets[] = {"root:$y$j9T$Z%:19000:0:99999:7:::\n", "Z%\n",
					      "mtu=Z%\n", "name Z%/\n"};

	for (unsigned i = 0; i < UNIT_COUNT(secrets); i++) {
		write_config(secrets[i]);
		ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
		assert_problem("Z%");
		ck_assert_int_eq(chmod("vmnet.conf", 0640), 0);
		ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
		assert_problem("vmnet.conf:1: ");
		ck_assert_ptr_null(strstr(problem.text, "Z%"));
	}
}
END_TEST

START_TEST(a_directory_is_no_file)
{
	ck_assert_int_eq(mkdir("vmnet.conf", 0755), 0);
	ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
	assert_problem("not a regular file");
}
END_TEST

/* Must be seen without waiting for someone to write into it. */
START_TEST(a_pipe_is_no_file)
{
	ck_assert_int_eq(mkfifo("vmnet.conf", 0644), 0);
	ck_assert_int_eq(READ("/sw", "--config=vmnet.conf"), -1);
	assert_problem("not a regular file");
}
END_TEST

START_TEST(the_command_line_wins)
{
	write_config("endpoint=/sw\nname=file\nmtu=1400\nlog-level=error\n"
		     "vmnet-gateway=10.0.0.1\nvmnet-dhcp-end=10.0.0.9\n");
	ck_assert_int_eq(READ("--name=line", "--config=vmnet.conf", "--log-level=debug"), 0);
	ck_assert_str_eq(config.name, "line");
	ck_assert_uint_eq(config.mtu, 1400);
	ck_assert_int_eq(config.log_level, LOG_LEVEL_DEBUG);
	ck_assert_uint_eq(config.gateway, 0x0a000001);
	ck_assert_int_eq(READ("--vmnet-gateway=10.0.0.5", "--config=vmnet.conf"), 0);
	ck_assert_uint_eq(config.gateway, 0x0a000005);
	ck_assert_uint_eq(config.dhcp_end, 0x0a000009);
}
END_TEST

START_TEST(sense_is_of_file_and_command_line_together)
{
	write_config("endpoint=/sw\nvmnet-gateway=10.0.0.1\nvmnet-dhcp-end=10.0.0.9\n");
	ck_assert_int_eq(READ("--vmnet-gateway=10.0.1.1", "--config=vmnet.conf"), -1);
	assert_problem("outside");
	ck_assert_int_eq(READ("--mtu=9000", "--config=vmnet.conf"), -1);
	assert_problem("carries at most 1500");
	write_config("vmnet-mask=255.255.0.0\nmtu=9000\n");
	ck_assert_int_eq(READ("ptp:///p", GATEWAY, "--config=vmnet.conf"), 0);
	ck_assert_uint_eq(config.prefix, 16);
}
END_TEST

START_TEST(endpoints_of_the_command_line_replace_the_files)
{
	write_config("endpoint=/sw\nendpoint=/sx\nendpoint=/sy\n");
	ck_assert_int_eq(READ("--config=vmnet.conf"), 0);
	ck_assert_uint_eq(config.n_endpoints, 3);
	ck_assert_int_eq(READ("/sx", "--config=vmnet.conf", "--endpoint=/new"), 0);
	ck_assert_uint_eq(config.n_endpoints, 2);
	ck_assert_str_eq(config.endpoints[0].path, "/sx");
	ck_assert_str_eq(config.endpoints[1].path, "/new");
}
END_TEST

START_TEST(forwards_of_the_command_line_replace_the_files)
{
	write_config("hostfwd=tcp::22-10.0.0.2\nhostfwd tcp::23-10.0.0.2\nhostfwd-allow=80\n");
	ck_assert_int_eq(READ("--config=vmnet.conf"), 0);
	ck_assert_uint_eq(config.n_hostfwds, 2);
	ck_assert_uint_eq(config.hostfwd_allows.n, 1);
	ck_assert_uint_eq(config.hostfwd_allows.list[0].first, 80);
	ck_assert_int_eq(READ("--config=vmnet.conf", "--hostfwd=udp::22-10.0.0.2",
			      "--hostfwd-allow=90", "--hostfwd-allow=91"),
			 0);
	ck_assert_uint_eq(config.n_hostfwds, 1);
	ck_assert_int_eq(config.hostfwds[0].protocol, IPPROTO_UDP);
	ck_assert_uint_eq(config.hostfwd_allows.n, 2);
	ck_assert_uint_eq(config.hostfwd_allows.list[0].first, 90);
}
END_TEST

START_TEST(uplinks_of_the_command_line_replace_the_files)
{
	write_config("uplink=eth0\nuplink=eth1\n");
	ck_assert_int_eq(READ("--config=vmnet.conf"), 0);
	ck_assert_uint_eq(config.n_uplinks, 2);
	ck_assert_int_eq(READ("--config=vmnet.conf", "--uplink=wg0"), 0);
	ck_assert_uint_eq(config.n_uplinks, 1);
	ck_assert_str_eq(config.uplinks[0], "wg0");
}
END_TEST

START_TEST(the_last_file_named_is_read)
{
	write_config("endpoint=/sw\nname=file\n");
	ck_assert_int_eq(READ("--config=missing", "--config=vmnet.conf"), 0);
	ck_assert_str_eq(config.name, "file");
}
END_TEST

START_TEST(relative_paths_in_a_file_start_here)
{
	ck_assert_int_eq(mkdir("etc", 0755), 0);
	unit_write_file("etc/vmnet.conf", "endpoint=sw\npidfile=x.pid\n", 26);
	ck_assert_int_eq(READ("--config=etc/vmnet.conf"), 0);
	ck_assert_str_eq(config.endpoints[0].path, path_of("sw"));
	ck_assert_str_eq(config.pidfile, path_of("x.pid"));
}
END_TEST

START_TEST(help_needs_no_file)
{
	ck_assert_int_eq(READ("--config=missing", "--help"), 0);
	ck_assert_int_eq(config.action, CONFIG_HELP);
	ck_assert_int_eq(READ("--version", "--config=missing"), 0);
	ck_assert_int_eq(config.action, CONFIG_VERSION);
}
END_TEST

START_TEST(a_file_is_read_for_check_and_cleanup)
{
	write_config("endpoint=/sw\nname=file\n");
	ck_assert_int_eq(READ("--check", "--config=vmnet.conf"), 0);
	ck_assert_int_eq(config.action, CONFIG_CHECK);
	ck_assert_str_eq(config.name, "file");
	ck_assert_int_eq(READ("--config=vmnet.conf", "--cleanup"), 0);
	ck_assert_int_eq(config.action, CONFIG_CLEANUP);
	ck_assert_str_eq(config.name, "file");
}
END_TEST

static const struct {
	const char *before;
	const char *after;
	const char *names[3]; /* of the options that changed */
} changes[] = {
	{LINES_SW, LINES_SW, {NULL}},
	{LINES_SW "mtu=1400\n", "# 9\n" LINES_SW "\n  mtu   1400\n", {NULL}},
	{LINES_SW "mtu=1400\n", LINES_SW "mtu=1401\n", {"mtu"}},
	{LINES_SW "mtu=1400\n", LINES_SW, {"mtu"}},
	{LINES_SW, LINES_SW "vmnet-disable-dhcp\n", {"vmnet-disable-dhcp"}},
	{LINES_SW, LINES_SW "name=a\nlog-level=debug\n", {"log-level", "name"}},
	{LINES_SW, LINES_SW "endpoint=/s2\n", {"endpoint"}},
	{"endpoint=/ab\nendpoint=/c\n", "endpoint=/a\nendpoint=/bc\n", {"endpoint"}},
};

/* Its name, or NULL. */
static const char *next_change(const struct config *a, const struct config *b, unsigned *next)
{
	enum config_option_id id = config_given_next_change(&a->given, &b->given, next);

	return id == CONFIG_OPTIONS ? NULL : config_options[id].name;
}

START_TEST(a_file_read_again_tells_what_changed)
{
	static const char *const argv[] = {"vde_vmnet", "--config=vmnet.conf"};
	static struct config fresh;
	unsigned next = 0;

	write_config(changes[_i].before);
	ck_assert_int_eq(config_read(&config, 2, (char *const *)argv, NULL, &problem), 0);
	write_config(changes[_i].after);
	ck_assert_int_eq(config_read_again(&fresh, &config, &problem), 0);
	for (const char *const *name = changes[_i].names; *name; name++)
		ck_assert_pstr_eq(next_change(&config, &fresh, &next), *name);
	ck_assert_ptr_null(next_change(&config, &fresh, &next));
}
END_TEST

/* Read as it was released: with all that each option meant then. */
START_TEST(every_option_of_0_1_0_is_read)
{
	const uint8_t id[UUID_SIZE] = {0x1b, 0x4e, 0x28, 0xba, 0x2f, 0xa1, 0x11, 0xd2,
				       0x88, 0x3f, 0xb9, 0xa7, 0x61, 0xbd, 0xe3, 0xfb};

	unit_copy_old("every.conf", "vmnet.conf");
	ck_assert_msg(READ("--config=vmnet.conf") == 0, "%s", problem.text);
	ck_assert_str_eq(config.name, "lab");
	ck_assert_int_eq(config.mode, CONFIG_SHARED);
	ck_assert_uint_eq(config.gateway, 0xc0a88201);
	ck_assert_uint_eq(config.dhcp_end, 0xc0a88264);
	ck_assert_uint_eq(config.prefix, 23);
	ck_assert(config.has_interface_id && config.has_prefix6 && !config.ipv6_off);
	ck_assert_mem_eq(config.interface_id, id, sizeof(id));
	ck_assert_uint_eq(config.prefix6.s6_addr[1], 0x12);
	ck_assert_uint_eq(config.dhcp.n_hosts, 2);
	ck_assert_str_eq(config.dhcp.hosts[0].name, "build");
	ck_assert_uint_eq(config.dhcp.hosts[1].address, 0xc0a882c9);
	ck_assert_uint_eq(config.dhcp.lease_time, 45 * 60);
	ck_assert_uint_eq(config.dhcp.n_servers, 2);
	ck_assert_str_eq(config.dhcp.domain, "lab.example");
	ck_assert_uint_eq(config.dhcp.n_search, 2);
	ck_assert_str_eq(config.group, "daemon");
	ck_assert_str_eq(config.user, "nobody");
	ck_assert_uint_eq(config.mtu, 9000);
	ck_assert(config.isolated);
	ck_assert_int_eq(config.firewall, CONFIG_FIREWALL_OWN);
	ck_assert_int_eq(config.log_level, LOG_LEVEL_WARNING);
	ck_assert_str_eq(config.pidfile, "/run/lab.pid");
	ck_assert_uint_eq(config.n_endpoints, 2);
	ck_assert_int_eq(config.endpoints[0].kind, ENDPOINT_SWITCH);
	ck_assert_int_eq(config.endpoints[1].kind, ENDPOINT_PTP);
}
END_TEST

static const struct {
	const char *name;
	enum config_mode mode;
} examples[] = {{"shared", CONFIG_SHARED}, {"host", CONFIG_HOST}, {"bridged", CONFIG_BRIDGED}};

START_TEST(the_examples_of_0_1_0_are_read)
{
	char name[32];

	snprintf(name, sizeof(name), "%s.conf", examples[_i].name);
	unit_copy_old(name, "vmnet.conf");
	ck_assert_msg(READ("--config=vmnet.conf", "--name", examples[_i].name) == 0, "%s",
		      problem.text);
	ck_assert_int_eq(config.mode, examples[_i].mode);
	ck_assert_str_eq(config.group, "vde-vmnet");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_file_holds_options, files),
		UNIT_TEST(a_file_holds_every_option),
		UNIT_CASES(a_wrong_line_is_named_by_its_number, bad_files),
		UNIT_CASES(one_equals_sign_separates, doubled),
		UNIT_TEST(a_zero_byte_is_refused),
		UNIT_TEST(a_long_line_is_refused),
		UNIT_TEST(a_long_line_leaves_room_for_the_reason),
		UNIT_TEST(an_empty_file_changes_nothing),
		UNIT_TEST(a_file_that_is_not_there_is_a_problem),
		UNIT_TEST(a_file_that_cannot_be_read_is_a_problem),
		UNIT_TEST(what_not_everybody_may_read_is_not_said),
		UNIT_TEST(a_directory_is_no_file),
		UNIT_TEST(a_pipe_is_no_file),
		UNIT_TEST(the_command_line_wins),
		UNIT_TEST(sense_is_of_file_and_command_line_together),
		UNIT_TEST(endpoints_of_the_command_line_replace_the_files),
		UNIT_TEST(forwards_of_the_command_line_replace_the_files),
		UNIT_TEST(uplinks_of_the_command_line_replace_the_files),
		UNIT_TEST(the_last_file_named_is_read),
		UNIT_TEST(relative_paths_in_a_file_start_here),
		UNIT_TEST(help_needs_no_file),
		UNIT_TEST(a_file_is_read_for_check_and_cleanup),
		UNIT_CASES(a_file_read_again_tells_what_changed, changes),
		UNIT_TEST(every_option_of_0_1_0_is_read),
		UNIT_CASES(the_examples_of_0_1_0_are_read, examples),
	};

	return unit_run("config_file", tests, UNIT_COUNT(tests));
}
