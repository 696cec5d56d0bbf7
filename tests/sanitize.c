// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linked into programs that are built with SANITIZE=address: its runtime refuses
 * RTLD_DEEPBIND, with which libvdeplug opens its modules.
 */
#include <dlfcn.h>

void *dlopen(const char *file, int mode)
{
	void *(*next)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	return next(file, mode & ~RTLD_DEEPBIND);
}

/* What libvdeplug still holds when a connector ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libvdeplug";
}
