// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_answer.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "host_tell.h"

void host_answer(const struct host *host, uint32_t token, const char *why, int fd)
{
	struct request request = {.verb = REQUEST_RESULT, .token = token};

	snprintf(request.text, sizeof(request.text), "%s", why);
	if (host_tell(host, &request, fd) == 0 || fd < 0)
		return;
	snprintf(request.text, sizeof(request.text), "the answer cannot be passed now; try again");
	host_tell(host, &request, -1);
}

void host_answer_refusal(const struct host *host, uint32_t token, const char *why)
{
	struct request request = {.verb = REQUEST_RESULT, .endpoint = 1, .token = token};

	snprintf(request.text, sizeof(request.text), "%s", why);
	host_tell(host, &request, -1);
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* linux/memfd.h of Linux 6.3 */
#endif

/* Where vm.memfd_noexec is 2, the flag is required; before Linux 6.3, it does not exist. */
int host_answer_make_copy(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? memfd_create(name, MFD_CLOEXEC) : fd;
}
