// SPDX-License-Identifier: GPL-2.0-or-later
#include "confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "denylist.h"
#include "landlock.h"

/*
 * What a program needs before it runs its own code: libraries (also where some systems have them
 * elsewhere), its user's name, the time, /proc for its devices and descriptors. None of it is
 * secret. Missing places are ignored.
 */
static const struct landlock_place confinement_places[] = {
	{"/usr", LANDLOCK_EXECUTE},
	{"/lib", LANDLOCK_EXECUTE},
	{"/lib32", LANDLOCK_EXECUTE},
	{"/lib64", LANDLOCK_EXECUTE},
	{"/nix/store", LANDLOCK_EXECUTE},
	{"/gnu/store", LANDLOCK_EXECUTE},
	{"/etc/ld.so.cache", LANDLOCK_READ},
	{"/etc/ld.so.preload", LANDLOCK_READ},
	{"/etc/nsswitch.conf", LANDLOCK_READ},
	{"/etc/passwd", LANDLOCK_READ},
	{"/etc/group", LANDLOCK_READ},
	{"/etc/host.conf", LANDLOCK_READ},
	{"/etc/gai.conf", LANDLOCK_READ},
	{"/etc/localtime", LANDLOCK_READ},
	{"/proc", LANDLOCK_READ},
	{"/dev/null", LANDLOCK_WRITE},
	{"/dev/random", LANDLOCK_READ},
	{"/dev/urandom", LANDLOCK_READ},
};

enum { CONFINEMENT_PLACES = sizeof(confinement_places) / sizeof(confinement_places[0]) };

static bool confinement_is_script(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char start[2] = "";
	ssize_t n = fd < 0 ? 0 : read(fd, start, sizeof(start));

	if (fd >= 0)
		close(fd);
	return n == sizeof(start) && memcmp(start, "#!", sizeof(start)) == 0;
}

static int confinement_keep_files(const struct confinement *confinement)
{
	struct landlock_place places[CONFINEMENT_PLACES + 3];
	unsigned n = CONFINEMENT_PLACES;
	int ret;

	memcpy(places, confinement_places, sizeof(confinement_places));
	places[n++] = (struct landlock_place){confinement->program, LANDLOCK_EXECUTE};
	places[n++] = (struct landlock_place){confinement->writes, LANDLOCK_WRITE};
	if (confinement->reads)
		places[n++] = (struct landlock_place){confinement->reads, LANDLOCK_READ};
	ret = landlock_keep_to_places(places, n);
	/* Some kernels lack it, and some containers forbid it: then the rest must do. */
	return ret == -ENOSYS || ret == -EOPNOTSUPP || ret == -EPERM ? 0 : ret;
}

int confinement_enter(const struct confinement *confinement, int *listener)
{
	bool executes = confinement_is_script(confinement->program);
	int ret = executes ? 0 : confinement_keep_files(confinement);

	*listener = -1;
	return ret < 0 ? ret : denylist_enter(executes, listener);
}
