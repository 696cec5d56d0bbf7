// SPDX-License-Identifier: GPL-2.0-or-later
#include "accesslist.h"

#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <sys/xattr.h>

/* The kernel's format (linux/posix_acl.h, posix_acl_xattr.h), little-endian. */
enum {
	ACCESSLIST_VERSION = 2,
	ACCESSLIST_USER_OBJ = 0x01,
	ACCESSLIST_GROUP_OBJ = 0x04,
	ACCESSLIST_GROUP = 0x08,
	ACCESSLIST_MASK = 0x10,
	ACCESSLIST_OTHER = 0x20,
	ACCESSLIST_READ_WRITE = 6,
};

struct accesslist_entry {
	uint16_t tag;
	uint16_t permissions;
	uint32_t id;
};

struct accesslist {
	uint32_t version;
	struct accesslist_entry entries[5];
};

static struct accesslist_entry accesslist_entry(unsigned tag, bool may, uint32_t id)
{
	return (struct accesslist_entry){.tag = htole16((uint16_t)tag),
					 .permissions = htole16(may ? ACCESSLIST_READ_WRITE : 0),
					 .id = htole32(id)};
}

int accesslist_add_group(const char *path, gid_t gid, bool own_group)
{
	const struct accesslist list = {
		.version = htole32(ACCESSLIST_VERSION),
		.entries = {accesslist_entry(ACCESSLIST_USER_OBJ, true, UINT32_MAX),
			    accesslist_entry(ACCESSLIST_GROUP_OBJ, own_group, UINT32_MAX),
			    accesslist_entry(ACCESSLIST_GROUP, true, gid),
			    accesslist_entry(ACCESSLIST_MASK, true, UINT32_MAX),
			    accesslist_entry(ACCESSLIST_OTHER, false, UINT32_MAX)}};

	_Static_assert(sizeof(list) == 4 + 5 * 8, "there are no holes");
	return lsetxattr(path, "system.posix_acl_access", &list, sizeof(list), 0) < 0 ? -errno : 0;
}
