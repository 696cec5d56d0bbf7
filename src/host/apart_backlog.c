// SPDX-License-Identifier: GPL-2.0-or-later
#include "apart_backlog.h"

/* Takes one out, if it is there. */
static void apart_list_remove(struct apart_list *list, const struct in6_addr *address)
{
	for (unsigned i = 0; i < list->n; i++) {
		if (IN6_ARE_ADDR_EQUAL(&list->addresses[i], address)) {
			list->addresses[i] = list->addresses[--list->n];
			return;
		}
	}
}

void apart_backlog_add(struct apart_backlog *backlog, bool apart, const struct in6_addr *addresses,
		       unsigned n)
{
	struct apart_list *list = apart ? &backlog->new : &backlog->gone;

	for (unsigned i = 0; i < n; i++) {
		apart_list_remove(&backlog->gone, &addresses[i]);
		apart_list_remove(&backlog->new, &addresses[i]);
		if (list->n < APART_BACKLOG_MAX)
			list->addresses[list->n++] = addresses[i];
		else
			backlog->lost = true;
	}
}

void apart_backlog_apply(struct apart_backlog *backlog,
			 int (*apply)(void *context, bool apart, const struct in6_addr *addresses,
				      unsigned n),
			 void *context)
{
	while (backlog->gone.n + backlog->new.n > 0) {
		bool apart = backlog->gone.n == 0;
		struct apart_list *list = apart ? &backlog->new : &backlog->gone;
		unsigned n = list->n < APARTRULES_CHANGE_ADDRESSES ? list->n
								   : APARTRULES_CHANGE_ADDRESSES;

		if (apply(context, apart, &list->addresses[list->n - n], n) < 0)
			return;
		list->n -= n;
	}
}

bool apart_backlog_is_done(const struct apart_backlog *backlog)
{
	return backlog->gone.n + backlog->new.n == 0 && !backlog->lost;
}
