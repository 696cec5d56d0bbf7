// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "unit.h"

static const char directory[] = "run";
static const char file[] = "run/lab.state";

static struct journal journal;
static struct problem problem;

static void open_journal(void)
{
	ck_assert_msg(journal_open(&journal, directory, "lab", &problem) == 0, "%s", problem.text);
}

static void reopen(void)
{
	journal_close(&journal);
	open_journal();
}

static void assert_refused(const char *why)
{
	problem = (struct problem){0};
	ck_assert_int_eq(journal_open(&journal, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_HOST);
	ck_assert_msg(strstr(problem.text, why), "'%s', not '%s'", problem.text, why);
	ck_assert_int_eq(journal.fd, -1);
	ck_assert_int_eq(journal.directory_fd, -1);
}

static void add(const char *record)
{
	ck_assert_int_eq(journal_add(&journal, record), 0);
}

static void cancel(const char *record)
{
	ck_assert_int_eq(journal_cancel(&journal, record), 0);
}

static void collect(void *context, const char *record)
{
	char *all = context;

	strcat(all, record);
	strcat(all, ";");
}

/* Every record that stands, each with ';' behind it. */
static const char *standing(void)
{
	static char all[(JOURNAL_RECORD_MAX + 1) * 4];

	all[0] = '\0';
	ck_assert_int_eq(journal_each(&journal, collect, all), 0);
	return all;
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
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
	open_journal();
	ck_assert_str_eq(standing(), histories[_i].standing);
}
END_TEST

START_TEST(what_is_written_is_read)
{
	open_journal();
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
	open_journal();
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
	open_journal();
	add("a");
	add("b");
	add("a");
	ck_assert_int_eq(journal_each(&journal, cancel_each, NULL), 0);
	ck_assert_str_eq(standing(), "");
}
END_TEST

/* A line cut by SIGKILL must not swallow the first record of the next start. */
START_TEST(a_record_after_a_torn_line_is_kept)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	unit_write_file(file, "+a\n+to", 6);
	open_journal();
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

	open_journal();
	add("a");
	limit_files(6);
	errno = 0;
	half = journal_add(&journal, "too long for it");
	next = journal_add(&journal, "b");
	limit_files(RLIM_INFINITY);
	ck_assert_int_lt(half, 0);
	ck_assert_str_eq(standing(), next == 0 ? "b;a;" : "a;");
}
END_TEST

static const char *record_of(size_t length)
{
	static char record[2 * JOURNAL_RECORD_MAX];

	memset(record, 'x', length);
	record[length] = '\0';
	return record;
}

START_TEST(a_record_may_be_as_long_as_is_said)
{
	open_journal();
	add("a");
	add(record_of(JOURNAL_RECORD_MAX - 1));
	add("b");
	ck_assert_int_eq(strncmp(standing(), "b;x", 3), 0);
	ck_assert_uint_eq(strlen(standing()), JOURNAL_RECORD_MAX - 1 + 1 + strlen("b;a;"));
	cancel(record_of(JOURNAL_RECORD_MAX - 1));
	ck_assert_str_eq(standing(), "b;a;");
}
END_TEST

static const size_t too_long[] = {JOURNAL_RECORD_MAX, JOURNAL_RECORD_MAX + 1,
				  2 * JOURNAL_RECORD_MAX - 1};

START_TEST(a_record_over_its_length_is_refused)
{
	open_journal();
	add("a");
	ck_assert_int_eq(journal_add(&journal, record_of(too_long[_i])), -EINVAL);
	ck_assert_int_eq(journal_cancel(&journal, record_of(too_long[_i])), -EINVAL);
	ck_assert_str_eq(standing(), "a;");
}
END_TEST

static const char *const lines[] = {"\n", "a\n", "\na", "a\n-b", "a\n+c"};

START_TEST(a_newline_in_a_record_is_refused)
{
	open_journal();
	add("b");
	ck_assert_int_eq(journal_add(&journal, lines[_i]), -EINVAL);
	ck_assert_int_eq(journal_cancel(&journal, lines[_i]), -EINVAL);
	ck_assert_str_eq(standing(), "b;");
}
END_TEST

START_TEST(a_name_is_in_use_once)
{
	struct journal second;

	open_journal();
	ck_assert_int_eq(journal_open(&second, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_HOST);
	ck_assert_ptr_nonnull(strstr(problem.text, "'lab' is running already"));
	ck_assert_int_eq(journal_open_existing(&second, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_HOST);
	ck_assert_int_eq(journal_open(&second, directory, "other", &problem), 0);
	journal_close(&second);
}
END_TEST

START_TEST(a_closed_name_is_free_again)
{
	struct journal second;

	open_journal();
	journal_close(&journal);
	journal_close(&journal);
	ck_assert_int_eq(journal_open(&second, directory, "lab", &problem), 0);
}
END_TEST

START_TEST(a_dead_process_gives_up_its_name)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		open_journal();
		add("a");
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	open_journal();
	ck_assert_str_eq(standing(), "a;");
}
END_TEST

START_TEST(a_name_is_locked_for_other_processes)
{
	pid_t child;
	int status;

	open_journal();
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct journal second;

		_exit(journal_open(&second, directory, "lab", &problem) == -1 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(remove_takes_file_and_directory)
{
	open_journal();
	add("a");
	ck_assert(exists(file));
	journal_remove(&journal);
	ck_assert(!exists(directory));
	ck_assert_int_eq(journal.fd, -1);
	journal_remove(&journal);
	open_journal();
	ck_assert_str_eq(standing(), "");
}
END_TEST

START_TEST(remove_leaves_the_directory_to_others)
{
	struct journal second;

	open_journal();
	ck_assert_int_eq(journal_open(&second, directory, "other", &problem), 0);
	journal_remove(&journal);
	ck_assert(!exists(file));
	ck_assert(exists("run/other.state"));
	journal_remove(&second);
	ck_assert(!exists(directory));
}
END_TEST

START_TEST(opening_makes_directory_and_file)
{
	struct stat st;

	umask(022);
	open_journal();
	ck_assert_int_eq(stat(directory, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFDIR | 0755);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0644);
	ck_assert_int_eq(fcntl(journal.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(journal.directory_fd, F_GETFD), FD_CLOEXEC);
}
END_TEST

static void assert_none(void)
{
	problem = (struct problem){.status = STATUS_HOST};
	ck_assert_int_eq(journal_open_existing(&journal, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, 0);
	ck_assert(!exists(file));
}

START_TEST(opening_what_exists_makes_nothing)
{
	assert_none();
	ck_assert(!exists(directory));
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	assert_none();
}
END_TEST

START_TEST(opening_what_exists_reads_it)
{
	open_journal();
	add("a");
	journal_close(&journal);
	ck_assert_int_eq(journal_open_existing(&journal, directory, "lab", &problem), 0);
	ck_assert_str_eq(standing(), "a;");
}
END_TEST

static const mode_t writable[] = {0775, 0757, 0777, 01777, 0720, 0702};

START_TEST(a_directory_that_others_can_write_is_refused)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	ck_assert_int_eq(chmod(directory, writable[_i]), 0);
	assert_refused("written by others");
	ck_assert(!exists(file));
}
END_TEST

START_TEST(a_directory_of_another_user_is_refused)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	ck_assert_int_eq(chown(directory, UNIT_NOBODY, UNIT_NOBODY), 0);
	assert_refused("written by others");
}
END_TEST

START_TEST(a_link_is_no_directory)
{
	ck_assert_int_eq(mkdir("elsewhere", 0755), 0);
	ck_assert_int_eq(symlink("elsewhere", directory), 0);
	assert_refused("cannot open");
	ck_assert(!exists("elsewhere/lab.state"));
}
END_TEST

START_TEST(a_directory_that_cannot_be_made_is_a_problem)
{
	unit_write_file(directory, "", 0);
	assert_refused("cannot open");
	problem = (struct problem){0};
	ck_assert_int_eq(journal_open(&journal, "not/there", "lab", &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.text, "cannot create not/there"));
}
END_TEST

static void make_link(void)
{
	unit_write_file("target", "+a\n", 3);
	ck_assert_int_eq(symlink("../target", file), 0);
}

static void make_directory(void)
{
	ck_assert_int_eq(mkdir(file, 0755), 0);
}

static void make_fifo(void)
{
	ck_assert_int_eq(mkfifo(file, 0644), 0);
}

static void (*const impostors[])(void) = {make_link, make_directory, make_fifo};

START_TEST(what_is_no_file_is_refused_and_left_alone)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	impostors[_i]();
	assert_refused("cannot open run/lab.state");
	ck_assert(exists(file));
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

START_TEST(others_have_what_stands_in_their_journals)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", directory, others[_i].name);
	open_journal();
	unit_write_file(path, others[_i].lines, strlen(others[_i].lines));
	ck_assert_int_eq(journal_others_have(&journal, "forwarding eth0"), others[_i].found);
	ck_assert_int_eq(journal_others_have(&journal, "forwarding eth0"), others[_i].found);
}
END_TEST

START_TEST(the_lock_over_all_is_one_for_all_names)
{
	int fd;

	open_journal();
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	journal_lock_all(&journal);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	journal_unlock_all(&journal);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(records_stand_until_cancelled_and_come_last_first, histories),
		UNIT_TEST(what_is_written_is_read),
		UNIT_TEST(records_outlive_their_writer),
		UNIT_TEST(each_may_cancel_what_it_is_given),
		UNIT_TEST(a_record_after_a_torn_line_is_kept),
		UNIT_TEST(a_record_that_does_not_fit_the_disk_is_an_error),
		UNIT_TEST(a_record_may_be_as_long_as_is_said),
		UNIT_CASES(a_record_over_its_length_is_refused, too_long),
		UNIT_CASES(a_newline_in_a_record_is_refused, lines),
		UNIT_TEST(a_name_is_in_use_once),
		UNIT_TEST(a_closed_name_is_free_again),
		UNIT_TEST(a_dead_process_gives_up_its_name),
		UNIT_TEST(a_name_is_locked_for_other_processes),
		UNIT_TEST(remove_takes_file_and_directory),
		UNIT_TEST(remove_leaves_the_directory_to_others),
		UNIT_TEST(opening_makes_directory_and_file),
		UNIT_TEST(opening_what_exists_makes_nothing),
		UNIT_TEST(opening_what_exists_reads_it),
		UNIT_CASES(a_directory_that_others_can_write_is_refused, writable),
		UNIT_TEST(a_directory_of_another_user_is_refused),
		UNIT_TEST(a_link_is_no_directory),
		UNIT_TEST(a_directory_that_cannot_be_made_is_a_problem),
		UNIT_CASES(what_is_no_file_is_refused_and_left_alone, impostors),
		UNIT_CASES(others_have_what_stands_in_their_journals, others),
		UNIT_TEST(the_lock_over_all_is_one_for_all_names),
	};

	return unit_run("journal", tests, UNIT_COUNT(tests));
}
