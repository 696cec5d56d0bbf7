/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests of the configuration share: a command line, and what came of it. */
#pragma once

#include "config.h"

#include "config_read.h"
#include "unit.h"

#define GATEWAY "--vmnet-gateway=192.168.105.1"
#define NETWORK "--vmnet-network-identifier=" UUID
#define BRIDGED "--vmnet-mode=bridged", "--vmnet-interface=eth0"
#define UUID	"1b4e28ba-2fa1-11d2-883f-b9a761bde3fb"

/* Parts of what is said of a wrong word, or line. */
#define NO_ADDRESS "not an IPv4 address"
#define NO_MASK	   "not a subnet mask"
#define NO_NAME	   "a name has at most 32"
#define NO_BYTES   "not a number of bytes from 576 to 65520"
#define NO_DEVICE  "not the name of a device"
#define NO_VALUE   "takes no value"
#define NO_OPTION  "unknown option"

enum { WORDS_MAX = 48 };

static struct config config;
static struct problem problem;

/* Reads a command line of words up to NULL. */
static inline int read_words(const char *const *words, const char *debug)
{
	const char *argv[WORDS_MAX + 1] = {"vde_vmnet"};
	int argc = 1;

	for (; *words; words++) {
		ck_assert_int_lt(argc, WORDS_MAX);
		argv[argc++] = *words;
	}
	memset(&config, 0xee, sizeof(config));
	problem = (struct problem){0};
	return config_read(&config, argc, (char *const *)argv, debug, &problem);
}

#define READ(...) read_words((const char *const[]){__VA_ARGS__, NULL}, NULL)

static inline void assert_problem(const char *why)
{
	ck_assert_int_eq(problem.status, STATUS_USAGE);
	ck_assert_msg(strstr(problem.text, why), "'%s', not '%s'", problem.text, why);
}

/* The path of a file in the test's directory. */
static inline const char *path_of(const char *file)
{
	static char path[PATH_MAX + 32];
	char directory[PATH_MAX];

	ck_assert_ptr_nonnull(getcwd(directory, sizeof(directory)));
	snprintf(path, sizeof(path), "%s/%s", directory, file);
	return path;
}
