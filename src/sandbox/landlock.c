// SPDX-License-Identifier: GPL-2.0-or-later
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * linux/landlock.h as of Linux 6.12, and its system call numbers, which are the same on every
 * architecture: a system's headers may be older than its kernel, or lack it.
 */
enum {
	LANDLOCK_CREATE_RULESET = 444,
	LANDLOCK_ADD_RULE = 445,
	LANDLOCK_RESTRICT_SELF = 446,
	LANDLOCK_ASK_VERSION = 1,	/* a flag of the first call */
	LANDLOCK_PATH_BENEATH = 1,	/* a kind of rule */
	LANDLOCK_EXECUTE_FILE = 1 << 0, /* rights */
	LANDLOCK_WRITE_FILE = 1 << 1,
	LANDLOCK_READ_FILE = 1 << 2,
	LANDLOCK_READ_DIR = 1 << 3,
	LANDLOCK_REMOVE_FILE = 1 << 5,
	LANDLOCK_MAKE_SOCKET = 1 << 9,
	LANDLOCK_TRUNCATE = 1 << 14,
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
	LANDLOCK_ABI_SCOPES = 6, /* others' abstract sockets, signals to others */
	LANDLOCK_ABIS = 6,
	LANDLOCK_SCOPE_ABSTRACT = 1 << 0,
	LANDLOCK_SCOPE_SIGNALS = 1 << 1,
};

/* The number of file rights in each version of the interface. */
static const unsigned landlock_file_rights[LANDLOCK_ABIS] = {13, 14, 15, 15, 16, 16};

/* What is forbidden unless a rule allows it: whatever both this file and the kernel know. */
static int landlock_know(struct landlock_ruleset *ruleset, size_t *size)
{
	long abi = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, LANDLOCK_ASK_VERSION);

	if (abi < 1)
		return abi < 0 ? -errno : -EOPNOTSUPP;
	if (abi > LANDLOCK_ABIS)
		abi = LANDLOCK_ABIS;
	*ruleset = (struct landlock_ruleset){.files = (1u << landlock_file_rights[abi - 1]) - 1};
	*size = sizeof(ruleset->files);
	if (abi >= LANDLOCK_ABI_PORTS) {
		ruleset->ports = 3;
		*size += sizeof(ruleset->ports);
	}
	if (abi >= LANDLOCK_ABI_SCOPES) {
		ruleset->scopes = LANDLOCK_SCOPE_SIGNALS | LANDLOCK_SCOPE_ABSTRACT;
		*size += sizeof(ruleset->scopes);
	}
	return 0;
}

static int landlock_create(const struct landlock_ruleset *ruleset, size_t size)
{
	long fd = syscall(LANDLOCK_CREATE_RULESET, ruleset, size, 0);

	return fd < 0 ? -errno : (int)fd;
}

static int landlock_add(int ruleset, int fd, uint64_t rights)
{
	struct landlock_path rule = {.rights = rights, .parent_fd = fd};

	return syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_PATH_BENEATH, &rule, 0) < 0 ? -errno
											: 0;
}

static int landlock_enter(int ruleset)
{
	return syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) < 0 ? -errno : 0;
}

/* ---- the worker ---------------------------------------------------------------- */

static int landlock_allow(int ruleset, const char *directory)
{
	int fd = open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = landlock_add(ruleset, fd, LANDLOCK_MAKE_SOCKET | LANDLOCK_REMOVE_FILE);
	close(fd);
	return ret;
}

int landlock_keep_to(const char *const *directories, unsigned n)
{
	struct landlock_ruleset known = {0};
	size_t size = 0;
	int ret = landlock_know(&known, &size);
	int ruleset = -1;

	if (ret == 0 && n > 0)
		known.scopes &= ~(uint64_t)LANDLOCK_SCOPE_ABSTRACT;
	if (ret == 0)
		ret = ruleset = landlock_create(&known, size);
	for (unsigned i = 0; i < n && ret >= 0; i++)
		ret = landlock_allow(ruleset, directories[i]);
	if (ret >= 0)
		ret = landlock_enter(ruleset);
	if (ruleset >= 0)
		close(ruleset);
	return ret;
}

/* ---- other programs ------------------------------------------------------------ */

static int landlock_allow_place(int ruleset, const struct landlock_place *place, uint64_t known)
{
	static const uint64_t uses[] = {
		[LANDLOCK_READ] = LANDLOCK_READ_FILE | LANDLOCK_READ_DIR,
		[LANDLOCK_EXECUTE] = LANDLOCK_EXECUTE_FILE | LANDLOCK_READ_FILE | LANDLOCK_READ_DIR,
		[LANDLOCK_WRITE] = LANDLOCK_READ_FILE | LANDLOCK_WRITE_FILE | LANDLOCK_TRUNCATE,
	};
	uint64_t rights = uses[place->use] & known;
	int fd = open(place->path, O_PATH | O_CLOEXEC);
	struct stat st;
	int ret = 0;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0)
		ret = -errno;
	if (ret == 0 && !S_ISDIR(st.st_mode)) /* the kernel refuses directory rights on a file */
		rights &= ~(uint64_t)LANDLOCK_READ_DIR;
	if (ret == 0)
		ret = landlock_add(ruleset, fd, rights);
	close(fd);
	return ret;
}

int landlock_keep_to_places(const struct landlock_place *places, unsigned n)
{
	struct landlock_ruleset known = {0};
	size_t size = 0;
	int ret = landlock_know(&known, &size);
	int ruleset = -1;

	if (ret == 0) {
		known.ports = 0;
		ret = ruleset = landlock_create(&known, size);
	}
	for (unsigned i = 0; i < n && ret >= 0; i++)
		ret = landlock_allow_place(ruleset, &places[i], known.files);
	if (ret >= 0)
		ret = landlock_enter(ruleset);
	if (ruleset >= 0)
		close(ruleset);
	return ret;
}
