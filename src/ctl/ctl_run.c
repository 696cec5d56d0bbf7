// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_run.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_client.h"
#include "ctl_execute.h"
#include "ctl_field.h"
#include "ctl_join.h"
#include "ctl_qemu.h"
#include "ctl_query.h"
#include "ctl_template.h"

#define CTL_RUN_EXAMPLE                                                                            \
	"vde_vmnetctl run -- qemu-system-x86_64 ... -netdev {netdev},id=n0 "                       \
	"-device virtio-net-pci,netdev=n0,mac={mac}"

enum { CTL_RUN_LIST_MAX = 64, CTL_RUN_LOCATOR_MAX = 128, CTL_RUN_PATH_MAX = 256 };

/* A command, and the network that it will join. */
struct ctl_run {
	char *const *words;
	unsigned uses; /* of enum ctl_template_use */
	bool qemu;
	const uint8_t *mac; /* NULL: any */
	int64_t limit;
	char network[CTL_NAME_MAX + 1];
	uid_t owner;
	char paths[CTL_VIAS][CTL_RUN_PATH_MAX]; /* where to join; "": not possible */
};

static bool ctl_run_offers(const struct ctl_run *run, enum ctl_via via)
{
	return run->paths[via][0] != '\0';
}

/* Whether the guest can be told the address that a TAP requires. */
static bool ctl_run_knows_mac(const struct ctl_run *run)
{
	return run->mac || (run->uses & CTL_TEMPLATE_MAC);
}

/*
 * Cuts off what follows an endpoint's path: "[7]", our own port number at a switch, whose path has
 * no brackets; and options, "[offload=on]", where the path may have brackets.
 */
static void ctl_run_cut_path(enum ctl_via via, char *path)
{
	char *last = strrchr(path, '[');

	if (via == CTL_VIA_VDE)
		path[strcspn(path, "[")] = '\0';
	else if (last && strchr(last, '=') && path[strlen(path) - 1] == ']')
		*last = '\0';
}

/* Takes the first endpoint of a kind. */
static void ctl_run_add_endpoint(struct ctl_run *run, const char *locator)
{
	static const struct {
		const char *scheme;
		enum ctl_via via;
	} kinds[] = {
		{"tap://", CTL_VIA_TAP},
		{"stream://", CTL_VIA_STREAM},
		{"seqpacket://", CTL_VIA_SEQPACKET},
		{"switch://", CTL_VIA_VDE},
		{"vde://", CTL_VIA_VDE},
	};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t length = strlen(kinds[i].scheme);
		char *path = run->paths[kinds[i].via];

		if (strncmp(locator, kinds[i].scheme, length) != 0 || locator[length] != '/' ||
		    strlen(locator + length) >= CTL_RUN_PATH_MAX || *path)
			continue;
		snprintf(path, CTL_RUN_PATH_MAX, "%s", locator + length);
		ctl_run_cut_path(kinds[i].via, path);
	}
}

/* Asks the network who it is. 0, or -1 with *problem. */
static int ctl_run_look(struct ctl_run *run, const struct ctl *ctl, struct problem *problem)
{
	struct ctl_client client;
	json_t *status = NULL;
	const json_t *endpoints;

	if (ctl_query_open(&client, ctl, problem) == 0)
		status = ctl_client_ask_for(&client, "query-status", NULL, JSON_OBJECT, problem);
	memcpy(run->network, client.name, sizeof(run->network));
	run->owner = client.owner;
	ctl_client_close(&client);
	if (!status)
		return -1;
	endpoints = json_object_get(status, "endpoints");
	for (size_t i = 0; i < json_array_size(endpoints); i++)
		ctl_run_add_endpoint(run, ctl_field_text(json_array_get(endpoints, i), "locator"));
	json_decref(status);
	return 0;
}

/* ---- checking the command ---- */

static int ctl_run_check_tap(const struct ctl_run *run, struct problem *problem)
{
	if (!(run->uses & CTL_TEMPLATE_NETDEV) || ctl_run_knows_mac(run))
		return 0;
	return problem_set(
		problem, CTL_USAGE,
		"a TAP passes only frames from its own MAC address: write -device ...,mac={mac}");
}

static int ctl_run_check_seqpacket(const struct ctl_run *run, struct problem *problem)
{
	if (!(run->uses & CTL_TEMPLATE_NETDEV) && !run->qemu)
		return 0;
	return problem_set(
		problem, CTL_USAGE,
		"--via=seqpacket: QEMU does not support this kind of socket; use --via=stream");
}

static int ctl_run_check_vde(const struct ctl_run *run, struct problem *problem)
{
	if (run->uses & CTL_TEMPLATE_FD)
		return problem_set(problem, CTL_USAGE,
				   "--via=vde has no {fd}: the emulator itself opens the switch, "
				   "QEMU with -netdev {netdev},id=n0");
	if (!run->qemu || ctl_qemu_has(run->words[0], "vde", run->limit))
		return 0;
	return problem_set(
		problem, CTL_FAILED,
		"%.200s has no -netdev vde because it was built without libvdeplug: use another "
		"QEMU, or start network '%s' with an endpoint stream:// or tap://",
		run->words[0], run->network);
}

/* Whether the command can join that way. 0, or -1 with *problem. */
static int ctl_run_check_via(const struct ctl_run *run, enum ctl_via via, struct problem *problem)
{
	switch (via) {
	case CTL_VIA_TAP:
		return ctl_run_check_tap(run, problem);
	case CTL_VIA_SEQPACKET:
		return ctl_run_check_seqpacket(run, problem);
	case CTL_VIA_VDE:
		return ctl_run_check_vde(run, problem);
	case CTL_VIA_STREAM:
	case CTL_VIAS:
		break;
	}
	return 0;
}

/* Checks before asking anyone. */
static int ctl_run_check_words(const struct ctl_run *run, const struct ctl *ctl,
			       struct problem *problem)
{
	if (!(run->uses & (CTL_TEMPLATE_FD | CTL_TEMPLATE_NETDEV)))
		return problem_set(problem, CTL_USAGE,
				   "the command contains neither {netdev} nor {fd}: write {netdev} "
				   "as the value of QEMU's -netdev, or {fd} where another emulator "
				   "takes a descriptor, as in: " CTL_RUN_EXAMPLE);
	if ((run->uses & CTL_TEMPLATE_NETDEV) && !run->qemu && !ctl->via)
		return problem_set(problem, CTL_USAGE,
				   "{netdev} is for QEMU, and %.200s does not look like QEMU: "
				   "write {fd} where it takes a descriptor or, if it starts QEMU, "
				   "add --via=tap, --via=stream or --via=vde",
				   run->words[0]);
	return 0;
}

/* ---- how to join ---- */

/* "tap, stream": the ways that the network offers, of those that the command can use. */
static const char *ctl_run_list(const struct ctl_run *run, unsigned vias,
				char text[CTL_RUN_LIST_MAX])
{
	size_t length = 0;

	*text = '\0';
	for (unsigned via = 0; via < CTL_VIAS; via++) {
		if (ctl_run_offers(run, via) && (vias & 1U << via))
			length += (size_t)snprintf(text + length, CTL_RUN_LIST_MAX - length, "%s%s",
						   length ? ", " : "", ctl_join_name(via));
	}
	return text;
}

/* An endpoint that would provide it. As root, vde_vmnet refuses sockets in its RUNDIR. */
static void ctl_run_suggest(const struct ctl_run *run, enum ctl_via via,
			    char locator[CTL_RUN_LOCATOR_MAX])
{
	switch (via) {
	case CTL_VIA_STREAM:
	case CTL_VIA_SEQPACKET:
		snprintf(locator, CTL_RUN_LOCATOR_MAX, "%s:///tmp/%s.sock", ctl_join_name(via),
			 run->network);
		break;
	case CTL_VIA_VDE:
		snprintf(locator, CTL_RUN_LOCATOR_MAX, "switch://" RUNDIR "/%s.ctl", run->network);
		break;
	default:
		snprintf(locator, CTL_RUN_LOCATOR_MAX, "tap://");
	}
}

/* Explains that there is no such way, and which endpoint would provide it, or another that may. */
static int ctl_run_refuse(const struct ctl_run *run, enum ctl_via via, const char *what,
			  const char *another, struct problem *problem)
{
	char list[CTL_RUN_LIST_MAX];
	char locator[CTL_RUN_LOCATOR_MAX];

	ctl_run_list(run, ~0U, list);
	ctl_run_suggest(run, via, locator);
	return problem_set(problem, CTL_FAILED,
			   "network '%s' has no endpoint for %s%s%s; start it with an endpoint "
			   "%s%s",
			   run->network, what, *list ? ", only for " : "", list, locator, another);
}

/* The fastest available way for QEMU. */
static int ctl_run_choose_for_qemu(const struct ctl_run *run, enum ctl_via *via,
				   struct problem *problem)
{
	if (ctl_run_offers(run, CTL_VIA_TAP) && ctl_run_knows_mac(run))
		*via = CTL_VIA_TAP;
	else if (ctl_run_offers(run, CTL_VIA_STREAM))
		*via = CTL_VIA_STREAM;
	else if (ctl_run_offers(run, CTL_VIA_VDE) && !(run->uses & CTL_TEMPLATE_FD))
		*via = CTL_VIA_VDE;
	else if (ctl_run_offers(run, CTL_VIA_TAP))
		*via = CTL_VIA_TAP; /* and let it report what is missing */
	else
		return ctl_run_refuse(run, CTL_VIA_STREAM, "QEMU", "", problem);
	return 0;
}

/* Each way has a different kind of descriptor, so we do not guess. */
static int ctl_run_choose_for_fd(const struct ctl_run *run, enum ctl_via *via,
				 struct problem *problem)
{
	unsigned vias = 1U << CTL_VIA_TAP | 1U << CTL_VIA_STREAM |
			(run->qemu ? 0 : 1U << CTL_VIA_SEQPACKET);
	char list[CTL_RUN_LIST_MAX];

	ctl_run_list(run, vias, list);
	if (*list == '\0')
		return ctl_run_refuse(run, CTL_VIA_STREAM, "{fd}", " or tap://", problem);
	*via = ctl_join_find(list);
	if (*via != CTL_VIAS)
		return 0;
	return problem_set(problem, CTL_USAGE,
			   "choose with --via= which kind of descriptor the command takes as {fd}; "
			   "network '%s' offers: %s",
			   run->network, list);
}

static int ctl_run_choose(const struct ctl_run *run, const char *asked, enum ctl_via *via,
			  struct problem *problem)
{
	char what[CTL_RUN_LIST_MAX];

	if (!asked)
		return run->uses & CTL_TEMPLATE_NETDEV ? ctl_run_choose_for_qemu(run, via, problem)
						       : ctl_run_choose_for_fd(run, via, problem);
	*via = ctl_join_find(asked);
	if (ctl_run_offers(run, *via))
		return 0;
	snprintf(what, sizeof(what), "--via=%s", asked);
	return ctl_run_refuse(run, *via, what, "", problem);
}

/* ---- becoming the command ---- */

static int ctl_run_become(const struct ctl_run *run, const struct ctl_join *join,
			  struct problem *problem)
{
	char fd[16];
	char mac[MAC_TEXT_MAX];
	char netdev[CTL_JOIN_NETDEV_MAX];
	struct ctl_template_values values = {.netdev = ctl_join_netdev(join, netdev),
					     .mac = mac_format(join->mac, mac)};
	char **words;
	int ret;

	if (join->n_fds > 0) {
		snprintf(fd, sizeof(fd), "%d", join->fds[0]);
		values.fd = fd;
	}
	words = ctl_template_fill(run->words, &values);
	if (!words)
		return problem_set(problem, CTL_FAILED, "out of memory");
	ret = ctl_execute(words, join->fds, join->n_fds, problem);
	ctl_template_free(words);
	return ret;
}

static int ctl_run_join(const struct ctl_run *run, enum ctl_via via, struct problem *problem)
{
	struct ctl_join join = {.via = via, .path = run->paths[via]};
	int ret;

	if (ctl_join(&join, run->mac, (run->uses & CTL_TEMPLATE_NETDEV) != 0, run->owner,
		     run->limit, problem) < 0)
		return -1;
	ret = ctl_run_become(run, &join, problem);
	ctl_join_leave(&join);
	return ret;
}

int ctl_run_run(const struct ctl *ctl, char *const *arguments, struct problem *problem)
{
	uint8_t mac[MAC_SIZE];
	struct ctl_run run = {.words = arguments,
			      .uses = ctl_template_uses(arguments),
			      .qemu = ctl_qemu_is_one(arguments[0]),
			      .mac = ctl->mac ? mac : NULL,
			      .limit = ctl->limit};
	enum ctl_via via = CTL_VIAS;

	if (ctl->via && ctl_join_find(ctl->via) == CTL_VIAS)
		return problem_set(problem, CTL_USAGE,
				   "--via=%.200s: use tap, stream, seqpacket or vde", ctl->via);
	if (ctl->mac && (mac_parse(ctl->mac, mac) < 0 || !mac_is_station(mac)))
		return problem_set(problem, CTL_USAGE,
				   "--mac=%.200s: not a MAC address for a guest; use one like "
				   "52:54:00:12:34:56",
				   ctl->mac);
	if (ctl_run_check_words(&run, ctl, problem) < 0 || ctl_run_look(&run, ctl, problem) < 0 ||
	    ctl_run_choose(&run, ctl->via, &via, problem) < 0 ||
	    ctl_run_check_via(&run, via, problem) < 0)
		return -1;
	return ctl_run_join(&run, via, problem);
}
