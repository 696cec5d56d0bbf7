// SPDX-License-Identifier: GPL-2.0-or-later
#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parse.h"

bool identity_can_change(void)
{
	return geteuid() == 0;
}

static void identity_from_passwd(struct identity *identity, const struct passwd *pw)
{
	*identity = (struct identity){
		.uid = pw->pw_uid, .gid = pw->pw_gid, .n_groups = IDENTITY_GROUPS_MAX};
	snprintf(identity->name, sizeof(identity->name), "%s", pw->pw_name);
	/* If there are more groups than fit, keeps the first ones. */
	if (getgrouplist(pw->pw_name, pw->pw_gid, identity->groups, &identity->n_groups) < 0)
		identity->n_groups = IDENTITY_GROUPS_MAX;
}

/* The process's own user, the only one possible without uid 0. */
static int identity_self(struct identity *identity, struct problem *problem)
{
	const struct passwd *pw = getpwuid(geteuid());

	*identity = (struct identity){.uid = geteuid(), .gid = getegid()};
	snprintf(identity->name, sizeof(identity->name), "%s", pw ? pw->pw_name : "?");
	identity->n_groups = getgroups(IDENTITY_GROUPS_MAX, identity->groups);
	if (identity->n_groups < 0)
		return problem_set(problem, STATUS_HOST,
				   "cannot read the groups of this process: %s", strerror(errno));
	return 0;
}

static const struct passwd *identity_find_user(const char *text)
{
	const struct passwd *pw = getpwnam(text);
	unsigned uid;

	if (!pw && parse_number(text, 0, UINT32_MAX - 1, &uid) == 0)
		pw = getpwuid(uid);
	return pw;
}

int identity_user(const char *text, uid_t *uid)
{
	const struct passwd *pw = identity_find_user(text);

	if (!pw)
		return -ENOENT;
	*uid = pw->pw_uid;
	return 0;
}

int identity_group(const char *text, gid_t *gid)
{
	const struct group *gr = getgrnam(text);
	unsigned number;

	if (gr) {
		*gid = gr->gr_gid;
		return 0;
	}
	if (parse_number(text, 0, UINT32_MAX - 1, &number) < 0)
		return -ENOENT;
	*gid = number;
	return 0;
}

static bool identity_is_in(const struct identity *identity, gid_t gid)
{
	for (int i = 0; i < identity->n_groups; i++) {
		if (identity->groups[i] == gid)
			return true;
	}
	return identity->gid == gid;
}

static void identity_add_group(struct identity *identity, gid_t gid)
{
	if (identity_is_in(identity, gid))
		return;
	if (identity->n_groups == IDENTITY_GROUPS_MAX)
		identity->n_groups--;
	identity->groups[identity->n_groups++] = gid;
}

/* Without uid 0 we cannot join a group. */
static int identity_check_group(const struct identity *identity, gid_t group,
				struct problem *problem)
{
	if (group == (gid_t)-1 || identity_is_in(identity, group))
		return 0;
	return problem_set(problem, STATUS_HOST,
			   "--vde-group: the user %s is not in the group %u; in a unit, add it "
			   "with SupplementaryGroups=",
			   identity->name, group);
}

/* --user=USER[:GROUP] */
static int identity_named(struct identity *identity, const char *user, struct problem *problem)
{
	size_t length = strcspn(user, ":");
	const struct passwd *pw;
	char name[66];

	snprintf(name, sizeof(name), "%.*s", (int)length, user);
	pw = identity_find_user(name);
	if (!pw)
		return problem_set(problem, STATUS_USAGE, "--user=%s: no such user", user);
	identity_from_passwd(identity, pw);
	if (user[length] == ':') {
		if (identity_group(user + length + 1, &identity->gid) < 0)
			return problem_set(problem, STATUS_USAGE, "--user=%s: no such group", user);
		identity_add_group(identity, identity->gid);
	}
	if (identity->uid == 0)
		return problem_set(problem, STATUS_USAGE,
				   "--user=%s: the worker never runs as root; choose another user",
				   user);
	return 0;
}

/* The first of the names that exists and is not root. 0, or -ENOENT. */
static int identity_first_of(struct identity *identity, const char *const *names)
{
	for (; *names; names++) {
		const struct passwd *pw = getpwnam(*names);

		if (pw && pw->pw_uid != 0) {
			identity_from_passwd(identity, pw);
			identity->fallback = true;
			return 0;
		}
	}
	return -ENOENT;
}

static int identity_default(struct identity *identity, const char *sudo_uid,
			    struct problem *problem)
{
	static const char *const names[] = {"vde-vmnet", "nobody", NULL};
	const struct passwd *pw = NULL;
	unsigned uid;

	if (sudo_uid && parse_number(sudo_uid, 0, UINT32_MAX - 1, &uid) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "SUDO_UID=%.200s in the environment is not a user's number; "
				   "unset it, or choose the user with --user",
				   sudo_uid);
	if (sudo_uid && uid != 0)
		pw = getpwuid(uid);
	if (pw) {
		identity_from_passwd(identity, pw);
		return 0;
	}
	if (identity_first_of(identity, names) < 0)
		return problem_set(problem, STATUS_HOST,
				   "neither the user vde-vmnet nor nobody exists; use --user");
	return 0;
}

/* Even if named by --user. */
static bool identity_is_caller(const struct identity *identity, const char *sudo_uid)
{
	unsigned uid;

	return sudo_uid && parse_number(sudo_uid, 0, UINT32_MAX - 1, &uid) == 0 &&
	       uid == identity->uid;
}

int identity_worker(struct identity *identity, const char *user, gid_t group, const char *sudo_uid,
		    struct problem *problem)
{
	int ret;

	if (!identity_can_change()) {
		const struct passwd *pw = *user ? identity_find_user(user) : NULL;

		if (*user && (!pw || pw->pw_uid != geteuid()))
			return problem_set(
				problem, STATUS_HOST,
				"--user=%s: only root can run the worker as another user", user);
		if (identity_self(identity, problem) < 0)
			return -1;
		return identity_check_group(identity, group, problem);
	}
	ret = *user ? identity_named(identity, user, problem)
		    : identity_default(identity, sudo_uid, problem);
	if (ret == 0 && group != (gid_t)-1)
		identity_add_group(identity, group);
	if (ret == 0)
		identity->caller = identity_is_caller(identity, sudo_uid);
	return ret;
}

const char *identity_default_group(struct identity *identity, gid_t *gid)
{
	static const char *const names[] = {"vde-vmnet", "vde2-net"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct group *gr = getgrnam(names[i]);

		if (!gr)
			continue;
		*gid = gr->gr_gid;
		if (identity->fallback)
			identity_add_group(identity, *gid);
		return identity_is_in(identity, *gid) ? names[i] : NULL;
	}
	return NULL;
}

void identity_keep_groups(struct identity *identity, const gid_t *groups, unsigned n)
{
	int kept = 0;

	for (int i = 0; i < identity->n_groups; i++) {
		bool keep = identity->groups[i] == identity->gid;

		for (unsigned j = 0; j < n; j++)
			keep |= identity->groups[i] == groups[j];
		if (keep)
			identity->groups[kept++] = identity->groups[i];
	}
	identity->n_groups = kept;
}

int identity_dnsmasq(struct identity *identity, struct problem *problem)
{
	static const char *const names[] = {"dnsmasq", "vde-vmnet", "nobody", NULL};

	if (!identity_can_change())
		return identity_self(identity, problem);
	if (identity_first_of(identity, names) < 0)
		return problem_set(problem, STATUS_HOST,
				   "none of the users dnsmasq, vde-vmnet and nobody exists");
	return 0;
}
