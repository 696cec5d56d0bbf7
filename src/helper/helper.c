// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QEMU and libvirt call this for a TAP: HELPER [--use-vnet] --br=NAME --fd=N. It asks the network,
 * as the user who called it, sends a zero byte with the TAP's descriptor to N, and exits. It is not
 * setuid and has no capabilities: the network decides who may have a TAP.
 */
#include "helper.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "cleantext.h"
#include "fdpass.h"
#include "helper_foreign.h"
#include "helper_network.h"
#include "helper_options.h"
#include "problem.h"

/* 0, or -1 with *problem. */
static int helper_check_socket(int fd, struct problem *problem)
{
	int domain = AF_UNSPEC;
	socklen_t size = sizeof(domain);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX)
		return 0;
	return problem_set(problem, HELPER_FAILED,
			   "--fd=%d: not a unix socket of the caller; QEMU and libvirt call this "
			   "program with one",
			   fd);
}

static int helper_hand_over(const struct helper *helper, struct problem *problem)
{
	char name[HELPER_NAME_MAX + 1];
	struct tap_given given;
	int ret;

	if (helper_check_socket(helper->fd, problem) < 0)
		return -1;
	if (!helper_network_find(helper->bridge, name))
		return helper_foreign_become(helper, problem);
	if (helper_network_ask(name, &helper->request, &given, problem) < 0)
		return -1;
	ret = fdpass_send(helper->fd, "", 1, given.fds, 1);
	tap_give_back(&given); /* from now on only the caller holds it */
	if (ret == 0)
		return 0;
	return problem_set(problem, HELPER_FAILED, "--fd=%d: cannot send the TAP there: %s",
			   helper->fd, strerror(-ret));
}

static int helper_run(const struct helper *helper, struct problem *problem)
{
	switch (helper->action) {
	case HELPER_HELP:
		helper_options_print_help();
		return 0;
	case HELPER_VERSION:
		puts("vde_vmnet-bridge-helper " VERSION);
		return 0;
	case HELPER_HAND_OVER:
		break;
	}
	return helper_hand_over(helper, problem);
}

/*
 * One line: virt-manager shows it. libvirt reads it, to its end and without waiting, when the
 * socket has ended; and on exit the kernel may close that first.
 */
static int helper_complain(struct problem *problem)
{
	problem->text[cleantext_clean(problem->text, strlen(problem->text))] = '\0';
	fprintf(stderr, "vde_vmnet-bridge-helper: %s\n", problem->text);
	fclose(stderr);
	return problem->status;
}

int main(int argc, char **argv)
{
	struct problem problem = {0};
	struct helper helper;

	if (helper_options_read(&helper, argc, argv, &problem) < 0 ||
	    helper_run(&helper, &problem) < 0)
		return helper_complain(&problem);
	return HELPER_DONE;
}
