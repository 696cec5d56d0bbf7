// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_queue.h"

#include <string.h>

#include "dgramqueue.h"
#include "log.h"

int host_queue_up(struct host *host)
{
	int ret = dgramqueue_raise(&host->undolog);

	if (ret < 0)
		log_warning("cannot raise net.unix.max_dgram_qlen to %d: %s; bursts of frames may "
			    "be lost",
			    DGRAMQUEUE_FRAMES, strerror(-ret));
	return 0;
}

void host_queue_down(struct host *host)
{
	dgramqueue_restore(&host->undolog);
}
