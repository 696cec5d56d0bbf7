// SPDX-License-Identifier: GPL-2.0-or-later
#include "endpoint.h"

#include <stdio.h>
#include <string.h>

/* Locators that only move frames. cmd:// runs a command, tap:// and macvtap:// open devices,
 * multi:// and bonding:// nest others: none of them is for a worker. */
static const char *const endpoint_schemes[] = {"hub",	 "null", "seqpacket", "slirp",
					       "switch", "udp",	 "vxlan",     "vxvde"};

static bool endpoint_scheme_known(const char *text, size_t length)
{
	for (unsigned i = 0; i < sizeof(endpoint_schemes) / sizeof(endpoint_schemes[0]); i++) {
		const char *scheme = endpoint_schemes[i];

		if (strlen(scheme) == length && memcmp(scheme, text, length) == 0)
			return true;
	}
	return false;
}

static bool endpoint_has_control_characters(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	}
	return false;
}

/* Takes "[gen=N]" off the end of a point-to-point path. */
static int endpoint_cut_generation(struct endpoint *endpoint, char *path)
{
	char *bracket = strrchr(path, '[');

	if (!bracket || path[strlen(path) - 1] != ']')
		return 0;
	if (strcmp(bracket, "[gen=1]") == 0)
		endpoint->generation = ENDPOINT_GENERATION_1;
	else if (strcmp(bracket, "[gen=2]") == 0)
		endpoint->generation = ENDPOINT_GENERATION_2;
	else if (strcmp(bracket, "[]") != 0)
		return -1;
	*bracket = '\0';
	return 0;
}

/* Makes path absolute and fills endpoint->path and ->locator. port is "[…]" or "". */
static int endpoint_set_path(struct endpoint *endpoint, const char *path, const char *port,
			     const char *directory, struct problem *problem)
{
	bool vde = endpoint->kind == ENDPOINT_VDE;
	int max = vde ? ENDPOINT_DIRECTORY_MAX : ENDPOINT_PATH_MAX - 2; /* PATH and PATH+ */
	int length;

	if (*path == '\0')
		return problem_set(problem, STATUS_USAGE, "names no path");
	length = snprintf(endpoint->path, sizeof(endpoint->path), "%s%s%s",
			  *path == '/' ? "" : directory, *path == '/' ? "" : "/", path);
	if (length > max)
		return problem_set(problem, STATUS_USAGE,
				   "the path has %d bytes, a socket's name leaves room for %d",
				   length, max);
	length = snprintf(endpoint->locator, sizeof(endpoint->locator), "%s://%s%s",
			  vde ? "vde" : "ptp", endpoint->path, port);
	if (length >= (int)sizeof(endpoint->locator))
		return problem_set(problem, STATUS_USAGE, "the locator is longer than %d bytes",
				   ENDPOINT_LOCATOR_MAX - 1);
	return 0;
}

static int endpoint_parse_ptp(struct endpoint *endpoint, char *path, const char *directory,
			      struct problem *problem)
{
	endpoint->kind = ENDPOINT_PTP;
	if (endpoint_cut_generation(endpoint, path) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "after the path may stand [], [gen=1] or [gen=2]");
	return endpoint_set_path(endpoint, path, "", directory, problem);
}

static int endpoint_parse_vde(struct endpoint *endpoint, char *path, const char *directory,
			      struct problem *problem)
{
	char port[ENDPOINT_LOCATOR_MAX] = "";
	size_t length = strlen(path);
	char *bracket = strrchr(path, '[');

	endpoint->kind = ENDPOINT_VDE;
	if (bracket && path[length - 1] == ']') {
		snprintf(port, sizeof(port), "%s", bracket);
		*bracket = '\0';
	}
	return endpoint_set_path(endpoint, path, port, directory, problem);
}

static int endpoint_parse_locator(struct endpoint *endpoint, const char *text, size_t scheme,
				  struct problem *problem)
{
	endpoint->kind = ENDPOINT_LOCATOR;
	if (!endpoint_scheme_known(text, scheme))
		return problem_set(
			problem, STATUS_USAGE,
			"'%.*s' is no kind of endpoint; use a vde_switch's directory, "
			"vde://, ptp://, udp://, vxlan://, vxvde://, hub:// or switch://",
			(int)scheme, text);
	snprintf(endpoint->locator, sizeof(endpoint->locator), "%s", text);
	return 0;
}

int endpoint_parse(struct endpoint *endpoint, const char *text, const char *directory,
		   struct problem *problem)
{
	char copy[ENDPOINT_LOCATOR_MAX];
	size_t length = strlen(text);
	const char *scheme_end = strstr(text, "://");

	*endpoint = (struct endpoint){0};
	if (length >= sizeof(copy))
		return problem_set(problem, STATUS_USAGE, "the locator is longer than %d bytes",
				   ENDPOINT_LOCATOR_MAX - 1);
	if (endpoint_has_control_characters(text))
		return problem_set(problem, STATUS_USAGE, "the locator has control characters");
	memcpy(copy, text, length + 1);
	if (strncmp(copy, "ptp://", 6) == 0)
		return endpoint_parse_ptp(endpoint, copy + 6, directory, problem);
	if (strncmp(copy, "vde://", 6) == 0)
		return endpoint_parse_vde(endpoint, copy + 6, directory, problem);
	if (scheme_end)
		return endpoint_parse_locator(endpoint, copy, scheme_end - text, problem);
	if (length > 2 && strcmp(copy + length - 2, "[]") == 0)
		return endpoint_parse_ptp(endpoint, copy, directory, problem);
	return endpoint_parse_vde(endpoint, copy, directory, problem);
}

const char *endpoint_peer_locator(const struct endpoint *endpoint)
{
	return endpoint->kind == ENDPOINT_VDE ? endpoint->path : endpoint->locator;
}

bool endpoint_carries_mtu(const struct endpoint *endpoint, unsigned mtu)
{
	return endpoint->kind != ENDPOINT_VDE || mtu <= 1500;
}
