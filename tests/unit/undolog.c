// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written, what stands, and what no disk or crash may spoil. */
#include "undolog_others.h"
#include "unit_undolog.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void reopen(void)
{
	undolog_close(&undolog);
	open_undolog();
}

static const struct {
	const char *lines;
	const char *standing;
} histories[] = {
	{"", ""},
	{"+a\n", "a;"},
	{"+a\n+b\n+c\n", "c;b;a;"},
	{"+a\n+b\n+c\n-b\n", "c;a;"},
	{"+a\n-a\n", ""},
	{"+a\n-a\n+a\n", "a;"},
	{"+a\n+b\n+a\n-a\n", "b;a;"},
	{"+a\n+a\n-a\n-a\n-a\n", ""},
	{"-a\n+a\n", "a;"},
	{"-a\n", ""},
	{"+a b c\n+a b\n-a b\n", "a b c;"},
	{"+\n", ";"},
	{"+a\n+torn", "a;"},
	{"+a\n-a", "a;"},
	{"+a\n+", "a;"},
	{"torn", ""},
	{"\n?what\n+a\n", "a;"},
};

START_TEST(records_stand_until_cancelled_and_come_last_first)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	unit_write_file(file, histories[_i].lines, strlen(histories[_i].lines));
	open_undolog();
	ck_assert_str_eq(standing(), histories[_i].standing);
}
END_TEST

START_TEST(what_is_written_is_read)
{
	open_undolog();
	add("process 1");
	add("endpoint ptp:///run/p");
	add("forwarding eth0");
	cancel("endpoint ptp:///run/p");
	ck_assert_str_eq(standing(), "forwarding eth0;process 1;");
	ck_assert_str_eq(standing(), "forwarding eth0;process 1;");
}
END_TEST

START_TEST(records_outlive_their_writer)
{
	open_undolog();
	add("a");
	add("b");
	cancel("a");
	reopen();
	ck_assert_str_eq(standing(), "b;");
	add("c");
	reopen();
	ck_assert_str_eq(standing(), "c;b;");
}
END_TEST

static void cancel_each(void *context, const char *record)
{
	(void)context;
	cancel(record);
}

START_TEST(each_may_cancel_what_it_is_given)
{
	open_undolog();
	add("a");
	add("b");
	add("a");
	ck_assert_int_eq(undolog_each(&undolog, cancel_each, NULL), 0);
	ck_assert_str_eq(standing(), "");
}
END_TEST

static bool cancel_a(struct undolog *to, const char *record)
{
	return strcmp(record, "a") == 0 && undolog_cancel(to, record) == 0;
}

START_TEST(who_can_read_a_record_undoes_it)
{
	open_undolog();
	add("a");
	add("b");
	add("a");
	ck_assert_int_eq(undolog_undo(&undolog, cancel_a), 0);
	ck_assert_str_eq(standing(), "b;");
}
END_TEST

/* A line cut by SIGKILL must not swallow the first record of the next start. */
START_TEST(a_record_after_a_torn_line_is_kept)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	unit_write_file(file, "+a\n+to", 6);
	open_undolog();
	add("b");
	cancel("a");
	ck_assert_str_eq(standing(), "b;");
	reopen();
	ck_assert_str_eq(standing(), "b;");
}
END_TEST

/* No file may grow over that many bytes; check's own neither, so nothing is asserted meanwhile. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_record_that_does_not_fit_the_disk_is_an_error)
{
	int half;
	int next;

	open_undolog();
	add("a");
	limit_files(6);
	errno = 0;
	half = undolog_add(&undolog, "too long for it");
	next = undolog_add(&undolog, "b");
	limit_files(RLIM_INFINITY);
	ck_assert_int_eq(half, -ENOSPC);
	ck_assert_int_eq(next, 0);
	ck_assert_str_eq(standing(), "b;a;");
}
END_TEST

START_TEST(a_record_with_no_room_at_all_is_an_error)
{
	int ret;

	open_undolog();
	add("a");
	limit_files(3);
	ret = undolog_cancel(&undolog, "a");
	limit_files(RLIM_INFINITY);
	ck_assert_int_eq(ret, -EFBIG);
	ck_assert_str_eq(standing(), "a;");
}
END_TEST

static const char *numbered(int i)
{
	static char record[16];

	snprintf(record, sizeof(record), "%d", i);
	return record;
}

static void count(void *context, const char *record)
{
	(void)record;
	++*(unsigned *)context;
}

static void assert_full(void)
{
	unsigned n = 0;

	ck_assert_int_eq(undolog_add(&undolog, "one more"), -ENOSPC);
	ck_assert_int_eq(undolog_each(&undolog, count, &n), 0);
	ck_assert_uint_eq(n, UNDOLOG_RECORDS_MAX);
}

START_TEST(records_have_a_number)
{
	open_undolog();
	for (int i = 0; i < UNDOLOG_RECORDS_MAX; i++)
		add(numbered(i));
	assert_full();
	reopen();
	assert_full();
	cancel("never there");
	assert_full();
	cancel(numbered(0));
	add("one");
	assert_full();
}
END_TEST

static const char *record_of(size_t length)
{
	static char record[2 * UNDOLOG_RECORD_MAX];

	memset(record, 'x', length);
	record[length] = '\0';
	return record;
}

START_TEST(a_record_may_be_as_long_as_is_said)
{
	open_undolog();
	add("a");
	add(record_of(UNDOLOG_RECORD_MAX - 1));
	add("b");
	ck_assert_int_eq(strncmp(standing(), "b;x", 3), 0);
	ck_assert_uint_eq(strlen(standing()), UNDOLOG_RECORD_MAX - 1 + 1 + strlen("b;a;"));
	cancel(record_of(UNDOLOG_RECORD_MAX - 1));
	ck_assert_str_eq(standing(), "b;a;");
}
END_TEST

static const size_t too_long[] = {UNDOLOG_RECORD_MAX, UNDOLOG_RECORD_MAX + 1,
				  2 * UNDOLOG_RECORD_MAX - 1};

START_TEST(a_record_over_its_length_is_refused)
{
	open_undolog();
	add("a");
	ck_assert_int_eq(undolog_add(&undolog, record_of(too_long[_i])), -EINVAL);
	ck_assert_int_eq(undolog_cancel(&undolog, record_of(too_long[_i])), -EINVAL);
	ck_assert_str_eq(standing(), "a;");
}
END_TEST

static const char *const lines[] = {"\n", "a\n", "\na", "a\n-b", "a\n+c"};

START_TEST(a_newline_in_a_record_is_refused)
{
	open_undolog();
	add("b");
	ck_assert_int_eq(undolog_add(&undolog, lines[_i]), -EINVAL);
	ck_assert_int_eq(undolog_cancel(&undolog, lines[_i]), -EINVAL);
	ck_assert_str_eq(standing(), "b;");
}
END_TEST

static const struct {
	const char *name; /* of the file in the directory */
	const char *lines;
	bool found;
} others[] = {
	{"other.state", "+forwarding eth0\n", true},
	{"other.state", "+forwarding eth0 1\n", true},
	{"other.state", "+x\n+forwarding eth0\n+y\n", true},
	{"a.b.state", "+forwarding eth0\n", true},
	{"other.state", "", false},
	{"other.state", "+forwarding eth1\n", false},
	{"other.state", "+forwarding eth\n", false},
	{"other.state", "+xforwarding eth0\n", false},
	{"other.state", "+forwarding eth0\n-forwarding eth0\n", false},
	{"other.state", "+forwarding eth0", false},
	{"other.text", "+forwarding eth0\n", false},
	{"state", "+forwarding eth0\n", false},
	{"lab.state", "+forwarding eth0\n", false},
};

START_TEST(others_have_what_stands_in_their_undologs)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", directory, others[_i].name);
	open_undolog();
	unit_write_file(path, others[_i].lines, strlen(others[_i].lines));
	ck_assert_int_eq(undolog_others_have(&undolog, "forwarding eth0", NULL), others[_i].found);
	ck_assert_int_eq(undolog_others_have(&undolog, "forwarding eth0", NULL), others[_i].found);
}
END_TEST

static void write_network(const char *path, unsigned long long network)
{
	char text[128];

	snprintf(text, sizeof(text), "+network %llu\n+forwarding eth0 \n", network);
	unit_write_file(path, text, strlen(text));
}

/* A device eth0 there is not the one here. */
START_TEST(others_in_another_network_namespace_have_nothing_here)
{
	open_undolog();
	write_network("run/other.state", undolog.network + 1);
	ck_assert(!undolog_others_have(&undolog, "forwarding eth0", NULL));
	write_network("run/third.state", undolog.network);
	ck_assert(undolog_others_have(&undolog, "forwarding eth0", NULL));
}
END_TEST

START_TEST(a_undolog_knows_its_network_namespace)
{
	open_undolog();
	add("forwarding eth0 ");
	ck_assert(!undolog_is_elsewhere(&undolog)); /* of a version that did not say */
	undolog_remove(&undolog);
	open_undolog();
	ck_assert_int_eq(undolog_add_network(&undolog), 0);
	ck_assert(!undolog_is_elsewhere(&undolog));
	undolog.network++;
	ck_assert(undolog_is_elsewhere(&undolog));
}
END_TEST

static const struct {
	const char *lines;
	bool new_network;
	const char *settled; /* the whole file */
} settlements[] = {
	{"", false, ""},
	{"+a\n-a\n", false, ""},
	{"+network 1\n", false, ""},
	{"+network 1\n+network 1\n+a\n-a\n", false, ""},
	{"+network 1\n+a\n-a\n+b\n", false, "+network 1\n+b\n"},
	{"+network 1\n+a\n+b\n", true, "+a\n+b\n"},
	{"+a\n+b\n-a\n+c\n+torn", false, "+b\n+c\n"},
	{"+network x\n", true, "+network x\n"},
};

static void assert_file(const char *wanted)
{
	char text[256] = "";
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(read(fd, text, sizeof(text) - 1), 0);
	ck_assert_str_eq(text, wanted);
	close(fd);
}

/* However often it is started and ended with a record that stays, it grows no more. */
START_TEST(a_settled_file_has_what_stands_and_no_more)
{
	struct undolog second;

	ck_assert_int_eq(mkdir(directory, 0755), 0);
	unit_write_file(file, settlements[_i].lines, strlen(settlements[_i].lines));
	unit_write_file("run/lab.new", "+crashed", 8); /* that one was settling, too */
	open_undolog();
	ck_assert_int_eq(undolog_settle(&undolog, settlements[_i].new_network), 0);
	assert_file(settlements[_i].settled);
	/* The name is still ours, and what is written is read. */
	ck_assert_int_eq(undolog_open(&second, directory, "lab", &problem), -1);
	add("next");
	ck_assert_int_eq(strncmp(standing(), "next;", 5), 0);
	cancel("next");
	ck_assert_int_eq(undolog_settle(&undolog, false), 0);
	assert_file(settlements[_i].settled);
}
END_TEST

START_TEST(a_file_that_cannot_be_settled_stays)
{
	int ret;

	open_undolog();
	add("a");
	add("b");
	cancel("a");
	limit_files(1);
	ret = undolog_settle(&undolog, false);
	limit_files(RLIM_INFINITY);
	ck_assert_int_eq(ret, -ENOSPC);
	ck_assert_str_eq(standing(), "b;");
	assert_file("+a\n+b\n-a\n");
	reopen();
	ck_assert_str_eq(standing(), "b;");
}
END_TEST

/* As often as dnsmasq may be restarted, or a way out come and go. */
START_TEST(a_file_that_is_written_to_for_long_stays_short)
{
	struct undolog second;
	struct stat st;

	open_undolog();
	ck_assert_int_eq(undolog_add_network(&undolog), 0);
	add("stays");
	for (int i = 0; i < 500; i++) {
		add("comes and goes");
		cancel("comes and goes");
	}
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_lt(st.st_size, 2 * UNDOLOG_WASTE_MAX);
	ck_assert_uint_eq(undolog.n_records, 2);
	ck_assert_int_eq(strncmp(standing(), "stays;network ", 14), 0);
	ck_assert_int_eq(undolog_open(&second, directory, "lab", &problem), -1);
	reopen();
	ck_assert_int_eq(strncmp(standing(), "stays;network ", 14), 0);
}
END_TEST

/* Its inode tells "vde_vmnetctl stop" which run of the network it is of. */
START_TEST(a_file_is_the_same_one_while_all_is_cancelled)
{
	struct stat before;
	struct stat after;

	open_undolog();
	for (int i = 0; i < 10; i++)
		add(record_of(UNDOLOG_RECORD_MAX - 1));
	ck_assert_int_eq(stat(file, &before), 0);
	for (int i = 0; i < 10; i++)
		cancel(record_of(UNDOLOG_RECORD_MAX - 1));
	ck_assert_int_gt(undolog.waste, UNDOLOG_WASTE_MAX);
	ck_assert_int_eq(stat(file, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
}
END_TEST

/* Replaces the file all the time; it has begun to. */
static pid_t start_busy_child(void)
{
	pid_t child;

	unlink("run/lab.new");
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child > 0) {
		while (access("run/lab.new", F_OK) < 0)
			;
		return child;
	}
	open_undolog();
	if (undolog.n_records == 0)
		add("stays");
	for (;;) {
		undolog.waste = UNDOLOG_WASTE_MAX + 1;
		add("comes and goes");
		cancel("comes and goes");
	}
}

static void end_busy_child(pid_t child)
{
	int status;

	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

START_TEST(a_kill_at_any_moment_loses_nothing)
{
	for (int i = 0; i < 40; i++) {
		pid_t child = start_busy_child();

		usleep((useconds_t)i * 3); /* each time at another point */
		end_busy_child(child);
		open_undolog();
		ck_assert(undolog_has(&undolog, "stays"));
		cancel("comes and goes");
		ck_assert_str_eq(standing(), "stays;");
		undolog_close(&undolog);
	}
	open_undolog();
	undolog_remove(&undolog);
	ck_assert_int_lt(access(directory, F_OK), 0);
}
END_TEST

START_TEST(one_that_replaces_its_file_does_not_look_killed)
{
	pid_t child = start_busy_child();
	char killed[UNDOLOG_NAME_MAX];

	for (int i = 0; i < 5000; i++)
		ck_assert(!undolog_find_killed(directory, "other", killed));
	end_busy_child(child);
	ck_assert(undolog_find_killed(directory, "other", killed));
	ck_assert_str_eq(killed, "lab");
}
END_TEST

START_TEST(the_network_is_said_once)
{
	open_undolog();
	ck_assert_int_eq(undolog_add_network(&undolog), 0);
	ck_assert_int_eq(undolog_add_network(&undolog), 0);
	ck_assert_uint_eq(undolog.n_records, 1);
}
END_TEST

static const struct {
	const char *name;
	const char *standing;
} old[] = {
	{"shared.state", "process 175 192631;"
			 "process 71 192554;"
			 "endpoint 65534 65534 ptp:///tmp/lab.ptp;"
			 "endpoint 65534 65534 switch:///run/vde_vmnet/shared.ctl;"
			 "directory /run/vde_vmnet/shared.ctl;"
			 "dgramqueue 10;"
			 "firewall legacy shared;"
			 "firewall rules shared;"
			 "forwarding6 up0 ;"
			 "forwarding up0 ;"
			 "pidfile /run/vmnet.pid;"
			 "network 4026532749;"},
	{"left.state", "process 184 192725;"
		       "endpoint 65534 65534 switch:///run/vde_vmnet/left.ctl;"
		       "directory /run/vde_vmnet/left.ctl;"
		       "dgramqueue 10;"
		       "segment vmnet-_0f8e2a28 1b4e28ba-2fa1-11d2-883f-b9a761bde3fb vmnet-left;"
		       "network 4026532749;"},
};

START_TEST(the_undolog_of_0_1_0_is_read)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	unit_copy_old(old[_i].name, file);
	open_undolog();
	ck_assert_str_eq(standing(), old[_i].standing);
	undolog.network = 4026532749;
	ck_assert(!undolog_is_elsewhere(&undolog));
	undolog.network++;
	ck_assert(undolog_is_elsewhere(&undolog));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(records_stand_until_cancelled_and_come_last_first, histories),
		UNIT_TEST(what_is_written_is_read),
		UNIT_TEST(records_outlive_their_writer),
		UNIT_TEST(each_may_cancel_what_it_is_given),
		UNIT_TEST(who_can_read_a_record_undoes_it),
		UNIT_TEST(a_record_after_a_torn_line_is_kept),
		UNIT_TEST(a_record_that_does_not_fit_the_disk_is_an_error),
		UNIT_TEST(a_record_with_no_room_at_all_is_an_error),
		UNIT_TEST(records_have_a_number),
		UNIT_TEST(a_record_may_be_as_long_as_is_said),
		UNIT_CASES(a_record_over_its_length_is_refused, too_long),
		UNIT_CASES(a_newline_in_a_record_is_refused, lines),
		UNIT_CASES(others_have_what_stands_in_their_undologs, others),
		UNIT_TEST(others_in_another_network_namespace_have_nothing_here),
		UNIT_TEST(a_undolog_knows_its_network_namespace),
		UNIT_CASES(a_settled_file_has_what_stands_and_no_more, settlements),
		UNIT_TEST(a_file_that_cannot_be_settled_stays),
		UNIT_TEST(a_file_that_is_written_to_for_long_stays_short),
		UNIT_TEST(a_file_is_the_same_one_while_all_is_cancelled),
		UNIT_TEST(a_kill_at_any_moment_loses_nothing),
		UNIT_TEST(one_that_replaces_its_file_does_not_look_killed),
		UNIT_TEST(the_network_is_said_once),
		UNIT_CASES(the_undolog_of_0_1_0_is_read, old),
	};

	return unit_run("undolog", tests, UNIT_COUNT(tests));
}
