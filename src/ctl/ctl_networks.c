// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_networks.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "parse.h"

enum { CTL_NETWORKS_PATH_MAX = 512 };

static int ctl_networks_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Adds the network whose socket has that name, if it is valid and exists. */
static void ctl_networks_add(struct ctl_networks *networks, const char *directory,
			     const char *socket)
{
	const size_t suffix = strlen(CTL_SOCKET_SUFFIX);
	size_t length = strlen(socket);
	char path[CTL_NETWORKS_PATH_MAX];
	char name[CTL_NAME_MAX + 1] = "";
	struct stat st;

	if (length <= suffix || length - suffix > CTL_NAME_MAX ||
	    strcmp(socket + length - suffix, CTL_SOCKET_SUFFIX) != 0)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)(length - suffix), socket);
	if (parse_name(name, CTL_NAME_MAX) < 0 || networks->n == CTL_NETWORKS_MAX)
		return;
	for (unsigned i = 0; i < networks->n; i++) {
		if (strcmp(networks->names[i], name) == 0)
			return;
	}
	snprintf(path, sizeof(path), "%.200s/%s", directory, socket);
	if (lstat(path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return;
	memcpy(networks->names[networks->n++], name, sizeof(name));
}

/*
 * The daemon's directory can be searched but not listed (undolog.c says why). But the kernel tells
 * everyone the names of bound sockets in this network namespace. Anyone can bind such a name in
 * their own directory, so it must also exist in ours.
 */
static void ctl_networks_ask_kernel(struct ctl_networks *networks, const char *directory)
{
	FILE *file = fopen("/proc/net/unix", "re");
	char line[CTL_NETWORKS_PATH_MAX];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		const char *slash;

		line[strcspn(line, "\n")] = '\0';
		slash = strrchr(line, '/');
		if (slash)
			ctl_networks_add(networks, directory, slash + 1);
	}
	fclose(file);
}

int ctl_networks_read(struct ctl_networks *networks, const char *directory, struct problem *problem)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;

	networks->n = 0;
	networks->partly = false;
	if (!stream && errno == ENOENT)
		return 0;
	if (!stream && errno != EACCES)
		return problem_set(problem, CTL_FAILED, "%.200s: %s", directory, strerror(errno));
	if (stream) {
		while ((entry = readdir(stream)))
			ctl_networks_add(networks, directory, entry->d_name);
		closedir(stream);
	} else {
		networks->partly = true;
		ctl_networks_ask_kernel(networks, directory);
	}
	qsort(networks->names, networks->n, sizeof(networks->names[0]), ctl_networks_compare);
	return 0;
}

/* "a, b, c", as many as fit in a line. */
static const char *ctl_networks_name_all(const struct ctl_networks *networks, char *text,
					 size_t size)
{
	size_t length = 0;

	for (unsigned i = 0; i < networks->n && length + CTL_NAME_MAX + 8 < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%s", i ? ", " : "",
					   networks->names[i]);
	return text;
}

int ctl_networks_choose(const struct ctl *ctl, char name[CTL_NAME_MAX + 1], struct problem *problem)
{
	static struct ctl_networks networks;
	char all[400];
	const char *chosen = ctl->name;

	if (chosen && parse_name(chosen, CTL_NAME_MAX) < 0)
		return problem_set(problem, CTL_USAGE,
				   "--name=%.200s: not a network's name: use letters, digits, '.', "
				   "'_' and '-', at most %d",
				   chosen, CTL_NAME_MAX);
	if (!chosen) {
		if (ctl_networks_read(&networks, ctl->directory, problem) < 0)
			return -1;
		if (networks.n == 0)
			return problem_set(
				problem, CTL_ABSENT, "%s",
				networks.partly
					? "no network that you can see is running; root sees all: "
					  "sudo vde_vmnetctl list"
					: "no network is running; start one with: sudo vde_vmnet");
		chosen = networks.n == 1 ? networks.names[0] : "shared";
		if (networks.n > 1 && !bsearch(chosen, networks.names, networks.n,
					       sizeof(networks.names[0]), ctl_networks_compare))
			return problem_set(
				problem, CTL_USAGE,
				"there are several networks; choose one of %s with --name=",
				ctl_networks_name_all(&networks, all, sizeof(all)));
	}
	snprintf(name, CTL_NAME_MAX + 1, "%s", chosen);
	return 0;
}
