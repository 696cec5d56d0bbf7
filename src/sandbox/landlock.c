// SPDX-License-Identifier: GPL-2.0-or-later
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

/*
 * linux/landlock.h as of Linux 6.12, and the numbers of its calls, which are the same on
 * every architecture: a system's headers may be older than its kernel, or have none of it.
 */
enum {
	LANDLOCK_CREATE_RULESET = 444,
	LANDLOCK_ADD_RULE = 445,
	LANDLOCK_RESTRICT_SELF = 446,
	LANDLOCK_ASK_VERSION = 1,      /* a flag of the first */
	LANDLOCK_PATH_BENEATH = 1,     /* a kind of rule */
	LANDLOCK_REMOVE_FILE = 1 << 5, /* rights */
	LANDLOCK_MAKE_SOCKET = 1 << 9,
};

struct landlock_ruleset {
	uint64_t files;
	uint64_t ports;
	uint64_t scopes;
};

struct landlock_path {
	uint64_t rights;
	int32_t parent_fd;
} __attribute__((packed));

enum {
	LANDLOCK_ABI_PORTS = 4,	 /* TCP ports: to bind, to connect */
	LANDLOCK_ABI_SCOPES = 6, /* abstract sockets of others, signals to them */
	LANDLOCK_ABIS = 6,
	LANDLOCK_SCOPE_ABSTRACT = 1 << 0,
	LANDLOCK_SCOPE_SIGNALS = 1 << 1,
};

/* The file rights that each version of the interface added: up to which bit they go. */
static const unsigned landlock_file_rights[LANDLOCK_ABIS] = {13, 14, 15, 15, 16, 16};

/*
 * The rules of the newest kind that both this and the kernel know; abstract: others' sockets with
 * abstract names can be connected to. The descriptor, or -errno.
 */
static int landlock_create(bool abstract)
{
	long abi = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, LANDLOCK_ASK_VERSION);
	struct landlock_ruleset ruleset = {0};
	size_t size = sizeof(ruleset.files);
	long fd;

	if (abi < 1)
		return abi < 0 ? -errno : -EOPNOTSUPP;
	if (abi > LANDLOCK_ABIS)
		abi = LANDLOCK_ABIS;
	ruleset.files = (1u << landlock_file_rights[abi - 1]) - 1;
	if (abi >= LANDLOCK_ABI_PORTS) {
		ruleset.ports = 3;
		size += sizeof(ruleset.ports);
	}
	if (abi >= LANDLOCK_ABI_SCOPES) {
		ruleset.scopes = LANDLOCK_SCOPE_SIGNALS | (abstract ? 0 : LANDLOCK_SCOPE_ABSTRACT);
		size += sizeof(ruleset.scopes);
	}
	fd = syscall(LANDLOCK_CREATE_RULESET, &ruleset, size, 0);
	return fd < 0 ? -errno : (int)fd;
}

static int landlock_allow(int ruleset, const char *directory)
{
	struct landlock_path rule = {
		.rights = LANDLOCK_MAKE_SOCKET | LANDLOCK_REMOVE_FILE,
		.parent_fd = open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
	};
	int ret = 0;

	if (rule.parent_fd < 0)
		return -errno;
	if (syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_PATH_BENEATH, &rule, 0) < 0)
		ret = -errno;
	close(rule.parent_fd);
	return ret;
}

int landlock_keep_to(const char *const *directories, unsigned n)
{
	int ruleset = landlock_create(n > 0);
	int ret = ruleset < 0 ? ruleset : 0;

	for (unsigned i = 0; i < n && ret == 0; i++)
		ret = landlock_allow(ruleset, directories[i]);
	if (ret == 0 && syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) < 0)
		ret = -errno;
	if (ruleset >= 0)
		close(ruleset);
	return ret;
}
