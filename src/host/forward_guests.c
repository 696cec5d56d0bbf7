// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward_guests.h"

#include <string.h>
#include <unistd.h>

#include "hostfwd_check.h"
#include "leases.h"
#include "log.h"

struct forward_guests_search {
	const struct subnet *subnet;
	struct host_forward *list;
	unsigned n;
};

/* For guests known only by their MAC address. */
static void forward_guests_look_at(void *context, const uint8_t mac[MAC_SIZE], uint32_t address)
{
	const struct forward_guests_search *search = context;

	/* dnsmasq writes this file: nothing in it may lead to the host, or elsewhere. */
	if (address < search->subnet->dhcp_first || address > search->subnet->dhcp_last)
		return;
	for (unsigned i = 0; i < search->n; i++) {
		struct host_forward *forward = &search->list[i];

		if (!forward->leased || memcmp(forward->hostfwd.mac, mac, MAC_SIZE) != 0)
			continue;
		forward->next_active = true;
		forward->next = hostfwd_map(address);
	}
}

static void forward_guests_read_leases(const struct plan *plan, struct host_forward *list,
				       unsigned n)
{
	struct forward_guests_search search = {.subnet = &plan->subnet, .list = list, .n = n};
	int fd = leases_open(plan->lease_file, LEASES_FILE_MAX);
	int ret = fd < 0 ? fd : leases_each(fd, forward_guests_look_at, &search);

	if (fd >= 0)
		close(fd);
	if (ret < 0)
		log_warning("cannot read %s: %s; forwards to guests by MAC address have to wait",
			    plan->lease_file, strerror(-ret));
}

void forward_guests_find(const struct plan *plan, const struct dhcp *dhcp,
			 struct host_forward *list, unsigned n)
{
	bool any_leased = false;

	for (unsigned i = 0; i < n; i++) {
		struct host_forward *forward = &list[i];
		const struct dhcp_host *reserved = hostfwd_find_host(&forward->hostfwd, dhcp);
		bool known = forward->hostfwd.guest == HOSTFWD_ADDRESS;

		forward->next =
			reserved ? hostfwd_map(reserved->address) : forward->hostfwd.address;
		forward->next_active = known || reserved;
		forward->leased = !forward->next_active && forward->hostfwd.guest == HOSTFWD_MAC;
		any_leased = any_leased || forward->leased;
	}
	if (any_leased)
		forward_guests_read_leases(plan, list, n);
}
