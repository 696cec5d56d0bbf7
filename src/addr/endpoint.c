// SPDX-License-Identifier: GPL-2.0-or-later
#include "endpoint.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { ENDPOINT_SCHEME_MAX = 32 }; /* characters shown of an unknown one */

/*
 * Locators that only move frames. Others are not for a worker: cmd:// runs a command, macvtap://
 * opens a device (so does libvdeplug's tap://, which is not ours), multi:// and bonding:// nest
 * others. libvdeplug's seqpacket://, a descriptor inherited from our caller, is not supported
 * either: ours is a socket at a path.
 */
static const char *const endpoint_schemes[] = {"hub", "null", "slirp", "udp", "vxlan", "vxvde"};

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

/* Moves a final "[…]" from path to bracket, which has the same size. */
static void endpoint_cut_bracket(char *path, char bracket[ENDPOINT_LOCATOR_MAX])
{
	char *open = strrchr(path, '[');

	bracket[0] = '\0';
	if (!open || path[strlen(path) - 1] != ']')
		return;
	snprintf(bracket, ENDPOINT_LOCATOR_MAX, "%s", open);
	*open = '\0';
}

/*
 * Rejects what libvdeplug, ours or an emulator's, would take for another place. 0, or -1 with
 * *problem.
 */
static int endpoint_check_path(const char *path, struct problem *problem)
{
	if (strchr(path, '[') && path[strlen(path) - 1] == ']')
		return problem_set(problem, STATUS_USAGE,
				   "the path ends with a bracket, which libvdeplug reads as a port "
				   "number or an option; choose another path");
	if (strstr(path, "://"))
		return problem_set(problem, STATUS_USAGE,
				   "the path contains ://, which libvdeplug reads as a locator; "
				   "choose another path");
	return 0;
}

/*
 * The path's length without the final slashes that completion adds: with them it would be a
 * different path, whose parent is the directory itself.
 */
static int endpoint_path_length(const char *path)
{
	size_t length = strnlen(path, ENDPOINT_LOCATOR_MAX);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return (int)length;
}

/* Makes path absolute and fills in endpoint->path, ->locator and ->peer. */
static int endpoint_set_path(struct endpoint *endpoint, const char *path, const char *bracket,
			     const char *directory, struct problem *problem)
{
	static const struct {
		const char *scheme;
		const char *peer; /* prefix for the path; NULL: libvdeplug cannot meet us there */
		int max;	  /* bytes of the path */
	} kinds[] = {
		[ENDPOINT_VDE] = {"vde", "", ENDPOINT_DIRECTORY_MAX},
		[ENDPOINT_SWITCH] = {"switch", "", ENDPOINT_DIRECTORY_MAX},
		[ENDPOINT_PTP] = {"ptp", "ptp://", ENDPOINT_PATH_MAX - 2}, /* PATH and PATH+ */
		[ENDPOINT_STREAM] = {"stream", NULL, ENDPOINT_PATH_MAX - 1},
		[ENDPOINT_SEQPACKET] = {"seqpacket", NULL, ENDPOINT_PATH_MAX - 1},
		[ENDPOINT_TAP] = {"tap", NULL, ENDPOINT_PATH_MAX - 1},
	};
	int max = kinds[endpoint->kind].max;
	const char *peer = kinds[endpoint->kind].peer;
	int length;

	if (*path == '\0')
		return problem_set(problem, STATUS_USAGE, "has no path");
	if (strncmp(path, "~/", 2) == 0)
		return problem_set(problem, STATUS_USAGE,
				   "the shell did not expand ~; write the full path");
	length = snprintf(endpoint->path, sizeof(endpoint->path), "%s%s%.*s",
			  *path == '/' ? "" : directory, *path == '/' ? "" : "/",
			  endpoint_path_length(path), path);
	if (length > max)
		return problem_set(
			problem, STATUS_USAGE,
			"the path has %d bytes, but a socket's name only has room for %d", length,
			max);
	if (peer && endpoint_check_path(endpoint->path, problem) < 0)
		return -1;
	if (peer)
		snprintf(endpoint->peer, sizeof(endpoint->peer), "%s%s", peer, endpoint->path);
	length = snprintf(endpoint->locator, sizeof(endpoint->locator), "%s://%s%s",
			  kinds[endpoint->kind].scheme, endpoint->path, bracket);
	if (length >= (int)sizeof(endpoint->locator))
		return problem_set(problem, STATUS_USAGE, "the locator is longer than %d bytes",
				   ENDPOINT_LOCATOR_MAX - 1);
	return 0;
}

static int endpoint_parse_ptp(struct endpoint *endpoint, char *path, const char *directory,
			      struct problem *problem)
{
	char bracket[ENDPOINT_LOCATOR_MAX];

	endpoint->kind = ENDPOINT_PTP;
	endpoint_cut_bracket(path, bracket);
	if (strcmp(bracket, "[gen=1]") == 0)
		endpoint->generation = ENDPOINT_GENERATION_1;
	else if (strcmp(bracket, "[gen=2]") == 0)
		endpoint->generation = ENDPOINT_GENERATION_2;
	else if (strcmp(bracket, "[]") == 0)
		bracket[0] = '\0';
	else if (bracket[0] != '\0')
		return problem_set(problem, STATUS_USAGE,
				   "only [], [gen=1] or [gen=2] may follow the path");
	return endpoint_set_path(endpoint, path, bracket, directory, problem);
}

/* For a switch, ours or another's. */
static int endpoint_check_name(const struct endpoint *endpoint, struct problem *problem)
{
	if (strpbrk(endpoint->path, "[]%'\"\\"))
		return problem_set(problem, STATUS_USAGE,
				   "emulators cannot attach to a switch with one of [ ] %% ' \" \\ "
				   "in its path, because libvdeplug reads these as something else; "
				   "choose another path");
	return 0;
}

static int endpoint_parse_switch(struct endpoint *endpoint, const char *path, const char *directory,
				 struct problem *problem)
{
	endpoint->kind = ENDPOINT_SWITCH;
	if (endpoint_set_path(endpoint, path, "", directory, problem) < 0)
		return -1;
	return endpoint_check_name(endpoint, problem);
}

static int endpoint_parse_vde(struct endpoint *endpoint, char *path, const char *directory,
			      struct problem *problem)
{
	char bracket[ENDPOINT_LOCATOR_MAX]; /* for the switch: a port number, options */

	endpoint->kind = ENDPOINT_VDE;
	endpoint_cut_bracket(path, bracket);
	if (endpoint_set_path(endpoint, path, bracket, directory, problem) < 0)
		return -1;
	return endpoint_check_name(endpoint, problem);
}

/* A bracket at the end is part of the path, unless it has a name and a value. */
static int endpoint_parse_socket(struct endpoint *endpoint, enum endpoint_kind kind, char *path,
				 const char *directory, struct problem *problem)
{
	char bracket[ENDPOINT_LOCATOR_MAX] = "";
	const char *open = strrchr(path, '[');

	endpoint->kind = kind;
	if (open && strchr(open, '='))
		endpoint_cut_bracket(path, bracket);
	endpoint->offload = strcmp(bracket, "[offload=on]") == 0;
	if (strcmp(bracket, "[offload=off]") == 0)
		bracket[0] = '\0';
	else if (bracket[0] != '\0' && !endpoint->offload)
		return problem_set(problem, STATUS_USAGE,
				   "only [offload=on] or [offload=off] may follow the path");
	return endpoint_set_path(endpoint, path, bracket, directory, problem);
}

/* Elsewhere it would be a path, or another's option, which is never meant. */
static int endpoint_refuse_offload(const char *text, struct problem *problem)
{
	const char *open = strrchr(text, '[');

	if (!open || strncmp(open, "[offload=", 9) != 0 || text[strlen(text) - 1] != ']')
		return 0;
	return problem_set(problem, STATUS_USAGE,
			   "offload= is only for stream:// and seqpacket://; omit it");
}

/* Without a path it gets the network's, by endpoint_name_tap(). */
static int endpoint_parse_tap(struct endpoint *endpoint, const char *path, const char *directory,
			      struct problem *problem)
{
	endpoint->kind = ENDPOINT_TAP;
	if (*path)
		return endpoint_set_path(endpoint, path, "", directory, problem);
	snprintf(endpoint->locator, sizeof(endpoint->locator), "tap://");
	return 0;
}

int endpoint_name_tap(struct endpoint *endpoint, const char *path, struct problem *problem)
{
	if (endpoint->kind != ENDPOINT_TAP || *endpoint->path)
		return 0;
	return endpoint_set_path(endpoint, path, "", "", problem);
}

/* Whether an emulator that opens the same locator can meet us there. */
static bool endpoint_is_meeting_place(const char *locator)
{
	return strncmp(locator, "hub://", 6) == 0 || strncmp(locator, "vxvde://", 8) == 0 ||
	       strncmp(locator, "vxlan://", 8) == 0;
}

static int endpoint_parse_locator(struct endpoint *endpoint, const char *text, size_t scheme,
				  struct problem *problem)
{
	endpoint->kind = ENDPOINT_LOCATOR;
	if (!endpoint_scheme_known(text, scheme))
		return problem_set(
			problem, STATUS_USAGE,
			"'%.*s' is not a kind of endpoint; use a vde_switch's directory, "
			"switch://, vde://, ptp://, stream://, seqpacket://, tap://, udp://, "
			"vxlan://, vxvde://, hub://, slirp:// or null://",
			(int)(scheme < ENDPOINT_SCHEME_MAX ? scheme : ENDPOINT_SCHEME_MAX), text);
	snprintf(endpoint->locator, sizeof(endpoint->locator), "%s", text);
	if (endpoint_is_meeting_place(text))
		snprintf(endpoint->peer, sizeof(endpoint->peer), "%s", text);
	return 0;
}

/* Whether a bracket at the end says so. */
static bool endpoint_ends_as_ptp(const char *text)
{
	const char *open = strrchr(text, '[');

	if (!open || text[strlen(text) - 1] != ']')
		return false;
	return strcmp(open, "[]") == 0 || strncmp(open, "[gen=", 5) == 0;
}

/* "switch:/tmp/ctl" is a path, but never meant as one. */
static bool endpoint_lacks_slash(const char *path)
{
	size_t scheme = strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789");

	return scheme > 0 && path[scheme] == ':' && path[scheme + 1] == '/';
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
	if (length == 0)
		return problem_set(problem, STATUS_USAGE, "the endpoint is empty");
	if (endpoint_has_control_characters(text))
		return problem_set(problem, STATUS_USAGE,
				   "the locator contains control characters");
	memcpy(copy, text, length + 1);
	if (strncmp(copy, "stream://", 9) == 0)
		return endpoint_parse_socket(endpoint, ENDPOINT_STREAM, copy + 9, directory,
					     problem);
	if (strncmp(copy, "seqpacket://", 12) == 0)
		return endpoint_parse_socket(endpoint, ENDPOINT_SEQPACKET, copy + 12, directory,
					     problem);
	if (endpoint_refuse_offload(copy, problem) < 0)
		return -1;
	if (strncmp(copy, "ptp://", 6) == 0)
		return endpoint_parse_ptp(endpoint, copy + 6, directory, problem);
	if (strncmp(copy, "switch://", 9) == 0)
		return endpoint_parse_switch(endpoint, copy + 9, directory, problem);
	if (strncmp(copy, "vde://", 6) == 0)
		return endpoint_parse_vde(endpoint, copy + 6, directory, problem);
	if (strncmp(copy, "tap://", 6) == 0)
		return endpoint_parse_tap(endpoint, copy + 6, directory, problem);
	if (scheme_end)
		return endpoint_parse_locator(endpoint, copy, scheme_end - text, problem);
	if (endpoint_lacks_slash(copy))
		return problem_set(problem, STATUS_USAGE,
				   "a locator has two slashes after the colon, and an absolute "
				   "path a third; if this is a path, put ./ in front");
	if (endpoint_ends_as_ptp(copy))
		return endpoint_parse_ptp(endpoint, copy, directory, problem);
	return endpoint_parse_vde(endpoint, copy, directory, problem);
}

bool endpoint_is_ours(const struct endpoint *endpoint)
{
	return endpoint->kind == ENDPOINT_SWITCH || endpoint->kind == ENDPOINT_PTP ||
	       endpoint_listens(endpoint);
}

bool endpoint_is_socket(const struct endpoint *endpoint)
{
	return endpoint->kind == ENDPOINT_STREAM || endpoint->kind == ENDPOINT_SEQPACKET;
}

bool endpoint_listens(const struct endpoint *endpoint)
{
	return endpoint_is_socket(endpoint) || endpoint->kind == ENDPOINT_TAP;
}

bool endpoint_netdev(const struct endpoint *endpoint, const char **options, const char **value)
{
	if (endpoint->kind == ENDPOINT_STREAM) {
		*options = "stream,id=net0,server=off,addr.type=unix,addr.path=";
		*value = endpoint->path;
	} else {
		*options = "vde,id=net0,sock=";
		*value = endpoint->peer;
	}
	return **value != '\0';
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	if (a->kind == ENDPOINT_LOCATOR || b->kind == ENDPOINT_LOCATOR ||
	    (a->kind == ENDPOINT_VDE && b->kind == ENDPOINT_VDE)) /* two ports of one switch */
		return strcmp(a->locator, b->locator) == 0;
	return strcmp(a->path, b->path) == 0;
}

bool endpoint_can_isolate(const struct endpoint *endpoint)
{
	return endpoint_is_ours(endpoint);
}

unsigned endpoint_max_mtu(const struct endpoint *endpoint)
{
	switch (endpoint->kind) {
	case ENDPOINT_VDE:
		return 1500; /* vde_switch drops what is longer than 1518 bytes */
	case ENDPOINT_LOCATOR:
		return 9216; /* VDE_MAXMTU, libvdeplug.h */
	case ENDPOINT_SWITCH:
	case ENDPOINT_PTP:
	case ENDPOINT_STREAM:
	case ENDPOINT_SEQPACKET:
	case ENDPOINT_TAP:
		break;
	}
	return UINT_MAX;
}
