// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

static char *config_trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	return text + strspn(text, " \t");
}

/*
 * shows: the line's content may be shown. Otherwise anyone who can start us with sudo and a file of
 * their choice could read any file.
 */
static int config_read_line(struct config *config, char *line, bool shows, struct problem *problem)
{
	size_t length = strcspn(line, "= \t");
	char *rest = line + length;
	char *value = NULL;
	const struct config_option *option = config_option_find(line, length);
	struct problem why = {0};

	if (*rest != '\0') {
		bool blank = *rest != '=';

		*rest++ = '\0';
		rest += strspn(rest, " \t");
		if (blank && *rest == '=') /* in "name==value", one belongs to the value */
			rest++;
		value = config_trim(rest);
	}
	if (!option && shows)
		return problem_set(problem, STATUS_USAGE,
				   "%.200s: unknown option; a line is OPTION=VALUE, without "
				   "sections; see vde_vmnet.conf(5)",
				   line);
	if (!option)
		return problem_set(
			problem, STATUS_USAGE,
			"unknown option (not shown, because not everyone may read the file); a "
			"line is OPTION=VALUE, without sections; see vde_vmnet.conf(5)");
	if (option->limits & CONFIG_LIMIT_COMMAND_LINE)
		return problem_set(problem, STATUS_USAGE, "%s: only allowed on the command line",
				   line);
	if (config_option_apply(option, config, value, &why) == 0)
		return 0;
	if (!shows)
		return problem_set(problem, why.status, "%s: %s", line, why.text);
	return problem_set(problem, why.status, "%s%s%.200s: %s", line, value ? "=" : "",
			   value ? value : "", why.text);
}

static bool config_is_public(FILE *file)
{
	struct stat st;

	return fstat(fileno(file), &st) == 0 && (st.st_mode & S_IROTH);
}

/* NULL with *problem. Does not block: open() would, on a pipe that nobody writes to. */
static FILE *config_open_file(const char *path, struct problem *problem)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	FILE *file = NULL;

	if (fd < 0) {
		problem_set(problem, STATUS_USAGE, "--config=%.200s: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		problem_set(problem, STATUS_USAGE, "--config=%.200s: not a regular file", path);
	else if (!(file = fdopen(fd, "r")))
		problem_set(problem, STATUS_USAGE, "--config=%.200s: %s", path, strerror(errno));
	if (!file)
		close(fd);
	return file;
}

int config_read_file(struct config *config, struct problem *problem)
{
	FILE *file = config_open_file(config->file, problem);
	char *buffer = NULL;
	size_t size = 0;
	unsigned number = 0;
	bool shows;
	int ret = 0;

	if (!file)
		return -1;
	shows = config_is_public(file);
	while (ret == 0) {
		struct problem why = {0};
		ssize_t length = getline(&buffer, &size, file);

		if (length < 0)
			break;
		number++;
		if (strlen(buffer) != (size_t)length) {
			ret = problem_set(problem, STATUS_USAGE, "%.200s:%u: contains a zero byte",
					  config->file, number);
			break;
		}

		char *line = config_trim(buffer);

		if (*line == '\0' || *line == '#')
			continue;
		if (config_read_line(config, line, shows, &why) < 0)
			ret = problem_set(problem, why.status, "%.200s:%u: %s", config->file,
					  number, why.text);
	}
	if (ret == 0 && ferror(file))
		ret = problem_set(problem, STATUS_USAGE, "%.200s: cannot be read", config->file);
	free(buffer);
	fclose(file);
	return ret;
}
