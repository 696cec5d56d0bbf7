// SPDX-License-Identifier: GPL-2.0-or-later
#include "helper_foreign.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Debian, Ubuntu and Arch; Fedora, openSUSE and Alpine. */
static const char *const helper_foreign_paths[] = {"/usr/lib/qemu/qemu-bridge-helper",
						   "/usr/libexec/qemu-bridge-helper"};

enum { HELPER_FOREIGN_PATHS = sizeof(helper_foreign_paths) / sizeof(*helper_foreign_paths) };

static void helper_foreign_execute(const struct helper *helper, const char *path)
{
	char bridge[5 + IF_NAMESIZE];
	char fd[32];

	snprintf(bridge, sizeof(bridge), "--br=%s", helper->bridge);
	snprintf(fd, sizeof(fd), "--fd=%d", helper->fd);
	execl(path, path, bridge, fd, helper->use_vnet ? "--use-vnet" : NULL, NULL);
}

int helper_foreign_become(const struct helper *helper, struct problem *problem)
{
	int error = ENOENT;

	if (if_nametoindex(helper->bridge) == 0)
		return problem_set(problem, HELPER_FAILED,
				   "there is no network '%.200s' here, nor a bridge of that name; "
				   "the network must be running, with the endpoint tap:// "
				   "(vde_vmnetctl list shows those that are)",
				   helper->bridge);
	if (helper->own)
		return problem_set(problem, HELPER_FAILED,
				   "%s is only for networks of vde_vmnet, and the bridge %s is not "
				   "one: leave it out, or use a network",
				   helper->own, helper->bridge);
	for (unsigned i = 0; i < HELPER_FOREIGN_PATHS && error == ENOENT; i++) {
		helper_foreign_execute(helper, helper_foreign_paths[i]);
		error = errno;
		if (error != ENOENT)
			return problem_set(problem, HELPER_FAILED, "%s: %s",
					   helper_foreign_paths[i], strerror(error));
	}
	return problem_set(problem, HELPER_FAILED,
			   "the bridge %s does not belong to vde_vmnet, and QEMU's own helper is "
			   "not installed: there is no %s",
			   helper->bridge, helper_foreign_paths[0]);
}
