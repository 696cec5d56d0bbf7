// SPDX-License-Identifier: GPL-2.0-or-later
/* The undo log's file and directory: opened, locked, removed, and whose they may be. */
#include "undolog_others.h"
#include "unit_undolog.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void assert_refused(const char *why)
{
	problem = (struct problem){0};
	ck_assert_int_eq(undolog_open(&undolog, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_HOST);
	ck_assert_msg(strstr(problem.text, why), "'%s', not '%s'", problem.text, why);
	ck_assert_int_eq(undolog.fd, -1);
	ck_assert_int_eq(undolog.directory_fd, -1);
	problem = (struct problem){0};
	ck_assert_int_eq(undolog_look(&undolog, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_HOST);
	ck_assert_int_eq(undolog.directory_fd, -1);
}

START_TEST(a_look_makes_nothing)
{
	struct undolog second;

	ck_assert_int_eq(undolog_look(&undolog, directory, "lab", &problem), 0);
	ck_assert_int_eq(undolog.fd, -1);
	ck_assert(!undolog_has(&undolog, "a"));
	ck_assert(!undolog_others_have(&undolog, "a", NULL));
	ck_assert(!exists(directory));
	undolog_close(&undolog);
	ck_assert_int_eq(undolog_open(&second, directory, "other", &problem), 0);
	ck_assert_int_eq(undolog_add(&second, "a deed"), 0);
	ck_assert_int_eq(undolog_look(&undolog, directory, "lab", &problem), 0);
	ck_assert(undolog_others_have(&undolog, "a", NULL));
	ck_assert(!exists(file));
	undolog_close(&undolog);
	undolog_close(&second);
	ck_assert_int_eq(undolog_look(&undolog, directory, "other", &problem), 0);
	ck_assert(undolog_has(&undolog, "a d"));
	ck_assert(!undolog_has(&undolog, "b"));
	ck_assert_int_eq(undolog_look(&second, directory, "other", &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.text, "'other' is running already"));
}
END_TEST

START_TEST(a_name_is_in_use_once)
{
	struct undolog second;

	open_undolog();
	ck_assert_int_eq(undolog_open(&second, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_HOST);
	ck_assert_ptr_nonnull(strstr(problem.text, "'lab' is running already"));
	ck_assert_int_eq(undolog_open_existing(&second, directory, "lab", &problem), -1);
	ck_assert_int_eq(problem.status, STATUS_HOST);
	ck_assert_int_eq(undolog_open(&second, directory, "other", &problem), 0);
	undolog_close(&second);
}
END_TEST

START_TEST(a_closed_name_is_free_again)
{
	struct undolog second;

	open_undolog();
	undolog_close(&undolog);
	undolog_close(&undolog);
	ck_assert_int_eq(undolog_open(&second, directory, "lab", &problem), 0);
}
END_TEST

START_TEST(a_dead_process_gives_up_its_name)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		open_undolog();
		add("a");
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	open_undolog();
	ck_assert_str_eq(standing(), "a;");
}
END_TEST

START_TEST(a_name_is_locked_for_other_processes)
{
	pid_t child;
	int status;

	open_undolog();
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct undolog second;

		_exit(undolog_open(&second, directory, "lab", &problem) == -1 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(remove_takes_file_and_directory)
{
	open_undolog();
	add("a");
	ck_assert(exists(file));
	unit_write_file("run/lab.new", "+a", 2); /* a kill left it */
	undolog_remove(&undolog);
	ck_assert(!exists(directory));
	ck_assert_int_eq(undolog.fd, -1);
	undolog_remove(&undolog);
	open_undolog();
	ck_assert_str_eq(standing(), "");
}
END_TEST

START_TEST(remove_leaves_the_directory_to_others)
{
	struct undolog second;

	open_undolog();
	ck_assert_int_eq(undolog_open(&second, directory, "other", &problem), 0);
	undolog_remove(&undolog);
	ck_assert(!exists(file));
	ck_assert(exists("run/other.state"));
	undolog_remove(&second);
	ck_assert(!exists(directory));
}
END_TEST

START_TEST(opening_makes_directory_and_file)
{
	struct stat st;

	umask(022);
	open_undolog();
	ck_assert_int_eq(stat(directory, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFDIR | 0711);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(fcntl(undolog.fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(fcntl(undolog.directory_fd, F_GETFD), FD_CLOEXEC);
}
END_TEST

static void assert_none(void)
{
	problem = (struct problem){.status = STATUS_HOST};
	ck_assert_int_eq(undolog_open_existing(&undolog, directory, "lab", &problem), -1);
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
	open_undolog();
	add("a");
	undolog_close(&undolog);
	ck_assert_int_eq(undolog_open_existing(&undolog, directory, "lab", &problem), 0);
	ck_assert_str_eq(standing(), "a;");
}
END_TEST

static const mode_t writable[] = {0775, 0757, 0777, 01777, 0720, 0702};

START_TEST(a_directory_that_others_can_write_is_refused)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	ck_assert_int_eq(chmod(directory, writable[_i]), 0);
	assert_refused("others can write to");
	ck_assert(!exists(file));
}
END_TEST

START_TEST(a_directory_of_another_user_is_refused)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	ck_assert_int_eq(chown(directory, UNIT_NOBODY, UNIT_NOBODY), 0);
	assert_refused("belongs to another user");
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
	ck_assert_int_eq(undolog_open(&undolog, "not/there", "lab", &problem), -1);
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

/* In a directory that root was given back, the service's user may have left anything. */
static void make_file_of_another(void)
{
	unit_write_file(file, "+process 1 1\n", 13);
	if (geteuid() == 0)
		ck_assert_int_eq(chown(file, 1, 1), 0);
	else
		ck_assert_int_eq(chmod(file, 0), 0);
}

static void (*const impostors[])(void) = {make_link, make_directory, make_fifo,
					  make_file_of_another};

START_TEST(what_is_no_file_is_refused_and_left_alone)
{
	ck_assert_int_eq(mkdir(directory, 0755), 0);
	impostors[_i]();
	assert_refused("cannot open run/lab.state");
	ck_assert(exists(file));
}
END_TEST

/* It takes the lock to see whether the name is in use; --check changes nothing. */
START_TEST(opening_alone_changes_no_file)
{
	struct stat st;

	ck_assert_int_eq(mkdir(directory, 0755), 0);
	unit_write_file(file, "+a\n+to", 6);
	ck_assert_int_eq(undolog_open_existing(&undolog, directory, "lab", &problem), 0);
	undolog_close(&undolog);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_eq(st.st_size, 6);
}
END_TEST

START_TEST(the_lock_over_all_is_one_for_all_names)
{
	int fd;

	open_undolog();
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	undolog_lock_all(&undolog);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	undolog_unlock_all(&undolog);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
}
END_TEST

/* A start holds it from its plan to its address, and what it does meanwhile takes it too. */
START_TEST(the_lock_over_all_is_open_after_the_last_unlock)
{
	int fd;

	open_undolog();
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(undolog_lock_all(&undolog), 0);
	ck_assert_int_eq(undolog_lock_all(&undolog), 0);
	undolog_unlock_all(&undolog);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
	undolog_unlock_all(&undolog);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	undolog_unlock_all(&undolog); /* one too many is no harm */
	ck_assert_int_eq(undolog_lock_all(&undolog), -EBUSY);
	close(fd);
}
END_TEST

START_TEST(the_lock_over_all_is_not_waited_for_without_end)
{
	int fd;

	open_undolog();
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	ck_assert_int_eq(undolog_lock_all(&undolog), -EBUSY);
	close(fd);
	ck_assert_int_eq(undolog_lock_all(&undolog), 0);
}
END_TEST

/* As a service manager does with all that is in a directory which a service asks for. */
START_TEST(what_is_given_to_another_is_not_read)
{
	char all[UNDOLOG_RECORD_MAX * 4] = "";
	struct undolog other;

	if (geteuid() != 0)
		return;
	open_undolog();
	add("mine");
	ck_assert_int_eq(undolog_open(&other, directory, "other", &problem), 0);
	ck_assert(undolog_others_have(&other, "mine", NULL));
	ck_assert_int_eq(chown(file, UNIT_NOBODY, UNIT_NOBODY), 0);
	ck_assert_int_eq(undolog_each(&undolog, collect, all), -EPERM);
	ck_assert_str_eq(all, "");
	ck_assert(!undolog_others_have(&other, "mine", NULL));
}
END_TEST

START_TEST(roots_has_a_mark_beside_it)
{
	static const char mark[] = "run/lab.root";

	open_undolog();
	ck_assert_int_eq(exists(mark), geteuid() == 0);
	undolog_close(&undolog);
	ck_assert_int_eq(exists(mark), geteuid() == 0);
	ck_assert_int_eq(undolog_open_existing(&undolog, directory, "lab", &problem), 0);
	undolog_remove(&undolog);
	ck_assert(!exists(mark));
	ck_assert(!exists(directory));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_look_makes_nothing),
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
		UNIT_TEST(opening_alone_changes_no_file),
		UNIT_TEST(the_lock_over_all_is_one_for_all_names),
		UNIT_TEST(the_lock_over_all_is_open_after_the_last_unlock),
		UNIT_TEST(the_lock_over_all_is_not_waited_for_without_end),
		UNIT_TEST(what_is_given_to_another_is_not_read),
		UNIT_TEST(roots_has_a_mark_beside_it),
	};

	return unit_run("undolog_file", tests, UNIT_COUNT(tests));
}
