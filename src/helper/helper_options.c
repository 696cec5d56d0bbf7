// SPDX-License-Identifier: GPL-2.0-or-later
#include "helper_options.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "mac.h"
#include "parse.h"

static const struct option helper_options[] = {
	{"br", required_argument, NULL, 'b'}, {"fd", required_argument, NULL, 'f'},
	{"use-vnet", no_argument, NULL, 'u'}, {"mac", required_argument, NULL, 'm'},
	{"isolated", no_argument, NULL, 'i'}, {"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'v'},  {0},
};

/* option: the one that text came from. */
static int helper_options_set_mac(struct helper *helper, const char *option, const char *text,
				  struct problem *problem)
{
	if (mac_parse(text, helper->request.mac) < 0 || !mac_is_station(helper->request.mac))
		return problem_set(problem, HELPER_FAILED,
				   "%s%.200s: not a guest's MAC address, such as 52:54:00:12:34:56",
				   option, text);
	helper->request.flags |= TAP_HAS_MAC;
	helper->own = "a MAC address";
	return 0;
}

/* Also takes NETWORK/MAC, because libvirt passes none of our own options. */
static int helper_options_set_bridge(struct helper *helper, char *text, struct problem *problem)
{
	char *slash = strchr(text, '/'); /* no name of a device or network has one */

	helper->bridge = text;
	if (!slash)
		return 0;
	*slash = '\0';
	return helper_options_set_mac(helper, "--br=NETWORK/", slash + 1, problem);
}

static int helper_options_set_fd(struct helper *helper, const char *text, struct problem *problem)
{
	unsigned fd;

	if (parse_number(text, 0, INT_MAX, &fd) < 0)
		return problem_set(problem, HELPER_FAILED,
				   "--fd=%.200s: not the descriptor number of a socket", text);
	helper->fd = (int)fd;
	return 0;
}

/* 0, or -1 with *problem. */
static int helper_options_take(struct helper *helper, int letter, struct problem *problem)
{
	switch (letter) {
	case 'b':
		return helper_options_set_bridge(helper, optarg, problem);
	case 'f':
		return helper_options_set_fd(helper, optarg, problem);
	case 'u':
		helper->use_vnet = true;
		return 0;
	case 'm':
		return helper_options_set_mac(helper, "--mac=", optarg, problem);
	case 'i':
		helper->request.flags |= TAP_ISOLATED;
		helper->own = "--isolated";
		return 0;
	case 'h':
		helper->action = HELPER_HELP;
		return 0;
	default:
		helper->action = HELPER_VERSION;
		return 0;
	}
}

static int helper_options_check(const struct helper *helper, struct problem *problem)
{
	if (helper->action != HELPER_HAND_OVER)
		return 0;
	if (!helper->bridge || !*helper->bridge)
		return problem_set(problem, HELPER_FAILED,
				   "--br=NETWORK is missing; for QEMU, set br=NETWORK; for "
				   "libvirt, <source bridge='NETWORK'/>");
	if (helper->fd < 0)
		return problem_set(problem, HELPER_FAILED,
				   "--fd=N is missing: QEMU (helper=) and libvirt (bridge_helper) "
				   "call this program; --help says more");
	return 0;
}

int helper_options_read(struct helper *helper, int argc, char **argv, struct problem *problem)
{
	int letter;

	*helper =
		(struct helper){.fd = -1, .request = {.version = TAP_MESSAGE_VERSION, .queues = 1}};
	opterr = 0;
	while ((letter = getopt_long(argc, argv, ":hv", helper_options, NULL)) != -1) {
		if (letter == ':')
			return problem_set(problem, HELPER_FAILED, "%.200s: needs a value",
					   argv[optind - 1]);
		if (letter == '?')
			return problem_set(problem, HELPER_FAILED,
					   "%.200s: unknown option; --help lists them",
					   argv[optind > 1 ? optind - 1 : 1]);
		if (helper_options_take(helper, letter, problem) < 0)
			return -1;
	}
	if (optind < argc)
		return problem_set(problem, HELPER_FAILED,
				   "'%.200s': not an option; --help lists them", argv[optind]);
	if (!helper->use_vnet)
		helper->request.flags |= TAP_PLAIN;
	if (!(helper->request.flags & TAP_HAS_MAC)) /* neither QEMU nor libvirt passes it */
		helper->request.flags |= TAP_LEARN;
	return helper_options_check(helper, problem);
}

void helper_options_print_help(void)
{
	puts("Usage: vde_vmnet-bridge-helper [OPTION]... --br=NETWORK --fd=N\n"
	     "Gives QEMU or libvirt a TAP of a network of vde_vmnet that has the endpoint tap://.\n"
	     "\n"
	     "Options of QEMU and libvirt:\n"
	     "  --br=NETWORK   the network, or vmnet-NETWORK; for another bridge QEMU's own "
	     "helper\n"
	     "                 is executed; NETWORK/MAC is the same with --mac=MAC, for libvirt\n"
	     "  --fd=N         the unix socket to send the TAP to\n"
	     "  --use-vnet     the caller takes a TAP with virtio headers\n"
	     "\n"
	     "Options of ours, for helper=\"HELPER OPTION...\":\n"
	     "  --mac=MAC      the guest's MAC address\n"
	     "  --isolated     the guest reaches the host and outside, but no other guest\n"
	     "\n"
	     "  -h, --help     this text\n"
	     "  -v, --version  the version\n"
	     "\n"
	     "Exit status: 0 done, 1 failed. The manual is vde_vmnet-bridge-helper(1).");
}
