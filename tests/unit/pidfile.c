// SPDX-License-Identifier: GPL-2.0-or-later
#include "pidfile.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "unit.h"

static struct problem problem;

/* The test's directory is absolute below; the file is "pid" there. */
static const char *path_of(const char *name)
{
	static char path[4096];
	char directory[2048];

	ck_assert_ptr_nonnull(getcwd(directory, sizeof(directory)));
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static struct pidfile write_at(const char *path)
{
	struct pidfile pidfile = {.fd = -1, .directory = -1};

	ck_assert_msg(pidfile_write(&pidfile, path, &problem) == 0, "%s", problem.text);
	return pidfile;
}

static void assert_refused(const char *path, const char *why)
{
	struct pidfile pidfile = {.fd = -1, .directory = -1};

	ck_assert_int_eq(pidfile_check(path, &problem), -1);
	ck_assert_msg(strstr(problem.text, why) != NULL, "%s", problem.text);
	ck_assert_int_eq(pidfile_write(&pidfile, path, &problem), -1);
	ck_assert_msg(strstr(problem.text, why) != NULL, "%s", problem.text);
	pidfile_clean(path);
}

START_TEST(it_says_who_we_are_until_it_is_removed)
{
	const char *path = path_of("pid");
	struct pidfile pidfile = write_at(path);
	char text[32] = "";
	struct stat st;
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	fclose(file);
	ck_assert_int_eq(atoi(text), getpid());
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0644);
	pidfile_remove(&pidfile);
	ck_assert_int_lt(access(path, F_OK), 0);
	pidfile_remove(&pidfile);
}
END_TEST

START_TEST(a_running_process_keeps_it)
{
	const char *path = path_of("pid");
	struct pidfile pidfile = write_at(path);

	assert_refused(path, "in use by a running process");
	ck_assert_int_eq(access(path, F_OK), 0);
	pidfile_remove(&pidfile);
	ck_assert_int_eq(pidfile_check(path, &problem), 0);
}
END_TEST

/* Locks the file as who may only read it can, in every way there is, until it is killed. */
static pid_t lock_as_reader(const char *path)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int ready[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_RDONLY);
		int fd2 = open(path, O_RDONLY);

		if (flock(fd, LOCK_EX) == 0 && fcntl(fd, F_SETLK, &lock) == 0 &&
		    fcntl(fd2, F_OFD_SETLK, &lock) == 0 && write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void leave_a_stale_one(const char *path)
{
	unit_write_file(path, "4194304\n", 8);
	ck_assert_int_eq(chmod(path, 0644), 0);
}

START_TEST(who_reads_it_keeps_nobody_away)
{
	const char *path = path_of("pid");
	struct pidfile pidfile;
	pid_t reader;

	leave_a_stale_one(path);
	reader = lock_as_reader(path);
	ck_assert_msg(pidfile_check(path, &problem) == 0, "%s", problem.text);
	pidfile = write_at(path);
	pidfile_remove(&pidfile);
	kill(reader, SIGKILL);
	waitpid(reader, NULL, 0);

	leave_a_stale_one(path);
	reader = lock_as_reader(path);
	pidfile_clean(path);
	ck_assert_int_lt(access(path, F_OK), 0);
	kill(reader, SIGKILL);
	waitpid(reader, NULL, 0);
}
END_TEST

START_TEST(what_took_its_place_is_not_removed)
{
	const char *path = path_of("pid");
	struct pidfile pidfile = write_at(path);

	ck_assert_int_eq(unlink(path), 0);
	unit_write_file(path, "other", 5);
	pidfile_remove(&pidfile);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

static const struct {
	const char *text;
	bool ours;
} texts[] = {
	{"", true},	     {"1\n", true},
	{"4194304\n", true}, {"1", false},
	{"\n", false},	     {"host\n", false},
	{"1\n2\n", false},   {"-1\n", false},
	{" 1\n", false},     {"12345678901234567\n", false},
};

START_TEST(only_a_number_is_ours)
{
	const char *path = path_of("pid");

	unit_write_file(path, texts[_i].text, strlen(texts[_i].text));
	if (texts[_i].ours)
		ck_assert_msg(pidfile_check(path, &problem) == 0, "%s", problem.text);
	else
		assert_refused(path, "not one of our pidfiles");
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(only_a_plain_file_of_one_name)
{
	unit_write_file("file", "1\n", 2);
	ck_assert_int_eq(symlink("file", "pid"), 0);
	assert_refused(path_of("pid"), "is a symbolic link");
	ck_assert_int_eq(link("file", "second"), 0);
	assert_refused(path_of("second"), "not one of our pidfiles");
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	assert_refused(path_of("fifo"), "not one of our pidfiles");
	assert_refused(path_of("absent/pid"), "No such file");
	assert_refused(path_of("file/pid"), "Not a directory");
	assert_refused(path_of("pid/"), "");
	ck_assert_int_eq(access("file", F_OK), 0);
}
END_TEST

static void make_link(const char *target, const char *name, uid_t owner)
{
	ck_assert_int_eq(symlink(target, name), 0);
	ck_assert_int_eq(lchown(name, owner, (gid_t)-1), 0);
}

/* ours/pid is ours, his/ is another user's; who must not lead us from there to ours/. */
START_TEST(links_in_the_way)
{
	struct pidfile pidfile;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdir("ours", 0755), 0);
	ck_assert_int_eq(mkdir("his", 0755), 0);
	ck_assert_int_eq(mkdir("his/run", 0755), 0);
	ck_assert_int_eq(chown("his", UNIT_NOBODY, (gid_t)-1), 0);
	ck_assert_int_eq(chown("his/run", UNIT_NOBODY, (gid_t)-1), 0);
	leave_a_stale_one("ours/pid");
	make_link("../ours", "his/to-ours", UNIT_NOBODY);
	make_link("run", "his/to-his", UNIT_NOBODY);
	make_link("ours", "to-ours", 0);
	make_link("to-ours", "chain", 0);
	make_link("his/to-ours", "chain-by-his", 0);

	assert_refused(path_of("his/to-ours/pid"), "symbolic link");
	assert_refused(path_of("chain-by-his/pid"), "symbolic link");
	assert_refused(path_of("chain/pid"), "symbolic link");
	ck_assert_int_eq(access("ours/pid", F_OK), 0);

	pidfile = write_at(path_of("his/to-his/pid"));
	ck_assert_int_eq(access("his/run/pid", F_OK), 0);
	pidfile_remove(&pidfile);
	ck_assert_int_lt(access("his/run/pid", F_OK), 0);
	pidfile = write_at(path_of("to-ours/pid"));
	pidfile_remove(&pidfile);
	ck_assert_int_lt(access("ours/pid", F_OK), 0);
	pidfile = write_at(path_of("his/../ours//./pid"));
	pidfile_remove(&pidfile);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(it_says_who_we_are_until_it_is_removed),
		UNIT_TEST(a_running_process_keeps_it),
		UNIT_TEST(who_reads_it_keeps_nobody_away),
		UNIT_TEST(what_took_its_place_is_not_removed),
		UNIT_CASES(only_a_number_is_ours, texts),
		UNIT_TEST(only_a_plain_file_of_one_name),
		UNIT_TEST(links_in_the_way),
	};

	return unit_run("pidfile", tests, UNIT_COUNT(tests));
}
