// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_socketclient.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl.h"
#include "ctl_execute.h"
#include "ctl_join.h"

enum { CTL_SOCKETCLIENT_FD = 3, CTL_SOCKETCLIENT_LIMIT = 10000 /* ms */ };

bool ctl_socketclient_is_meant(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash ? slash + 1 : program, CTL_SOCKETCLIENT) == 0;
}

static bool ctl_socketclient_is_option(const char *word, const char *letter, const char *name)
{
	return word && (strcmp(word, letter) == 0 || strcmp(word, name) == 0);
}

static void ctl_socketclient_print_help(FILE *out)
{
	fputs("Usage: " CTL_SOCKETCLIENT " SOCKET COMMAND [ARGUMENT]...\n"
	      "Connects to SOCKET, an endpoint stream:// of vde_vmnet, and becomes COMMAND, which "
	      "has the\n"
	      "connection as descriptor 3: QEMU takes it by -netdev socket,id=net0,fd=3.\n"
	      "\n"
	      "  -h, --help                    this text\n"
	      "  -v, --version                 the version\n"
	      "\n"
	      "vde_vmnetctl run does more, and finds the socket by itself. The manual is "
	      "vde_vmnetctl(1).\n",
	      out);
}

static int ctl_socketclient_explain(const char *path, int error, struct problem *problem)
{
	const char *why = strerror(-error);

	switch (error) {
	case -EACCES:
		return problem_set(
			problem, CTL_FORBIDDEN,
			"%.200s: permission denied; only members of the network's group may attach",
			path);
	case -ENOENT:
	case -ECONNREFUSED:
		return problem_set(
			problem, CTL_ABSENT,
			"%.200s: %s; vde_vmnetctl status shows a network's socket after stream://",
			path, why);
	case -EPROTOTYPE:
		why = "not a stream socket; use the path of the network's endpoint stream://";
		break;
	case -ETIMEDOUT:
		why = "no answer in time; the network's log may say why";
		break;
	default:
		break;
	}
	return problem_set(problem, CTL_FAILED, "%.200s: %s", path, why);
}

int ctl_socketclient_run(char *const *words, FILE *out, struct problem *problem)
{
	const int place = CTL_SOCKETCLIENT_FD;
	int fd;

	if (ctl_socketclient_is_option(words[0], "-h", "--help")) {
		ctl_socketclient_print_help(out);
		return 0;
	}
	if (ctl_socketclient_is_option(words[0], "-v", "--version")) {
		fputs(CTL_SOCKETCLIENT " of vde_vmnetctl " VERSION "\n", out);
		return 0;
	}
	if (!words[0] || !words[1] || words[0][0] == '-')
		return problem_set(problem, CTL_USAGE,
				   "usage: " CTL_SOCKETCLIENT " SOCKET COMMAND [ARGUMENT]...");
	fd = ctl_join_connect(words[0], SOCK_STREAM, (uid_t)-1, CTL_SOCKETCLIENT_LIMIT);
	if (fd < 0)
		return ctl_socketclient_explain(words[0], fd, problem);
	/* Replaces anything that the caller left open there. */
	if (fd != place && dup2(fd, place) < 0)
		return problem_set(problem, CTL_FAILED, "descriptor %d: %s", place,
				   strerror(errno));
	if (fd != place)
		close(fd);
	return ctl_execute(words + 1, &place, 1, problem);
}
