// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_firewall.h"

#include <sys/socket.h>

#include "bridgefilter.h"
#include "host_tell.h"

static enum firewall_mode host_firewall_mode(const struct plan *plan)
{
	switch (plan->firewall) {
	case CONFIG_FIREWALL_OWN:
		return FIREWALL_MODE_OWN;
	case CONFIG_FIREWALL_PRINT:
		return FIREWALL_MODE_PRINT;
	case CONFIG_FIREWALL_AUTO:
		break;
	}
	return FIREWALL_MODE_AUTO;
}

/* n_hostfwds: how many forwards there are. */
static struct firewall_guests host_firewall_guests(const struct plan *plan, unsigned n_hostfwds)
{
	return (struct firewall_guests){.name = plan->name,
					.device = plan->device,
					.uplink = plan->n_uplinks ? plan->uplinks[0] : "",
					.uplink6 = plan->n_uplinks6 ? plan->uplinks6[0] : "",
					.subnet = &plan->subnet,
					.forwards = plan->form == PLAN_SHARED,
					.ipv6 = plan->ipv6,
					.hostfwd = n_hostfwds > 0,
					.bridged = plan->bridges && !plan->isolated &&
						   bridgefilter_program()};
}

static void host_firewall_rules_changed(struct nft *nft)
{
	firewall_keeper_look_soon(&container_of(nft, struct host, nft)->keeper);
}

static void host_firewall_blocked(struct firewall_keeper *keeper, const char *what)
{
	host_tell_event(container_of(keeper, struct host, keeper), REQUEST_EVENT_FIREWALL, what);
}

int host_firewall_up(struct host *host)
{
	struct firewall_guests guests = host_firewall_guests(&host->plan, host->plan.n_hostfwds);
	int ret = nft_watch(&host->nft, &host->loop, host_firewall_rules_changed);

	if (ret == 0)
		ret = firewall_keeper_start(&host->keeper, host_firewall_mode(&host->plan), &guests,
					    &host->nft, &host->loop, &host->undolog);
	host->keeper.blocked = host_firewall_blocked;
	return ret < 0 ? host_fail(host, "cannot watch other firewalls", ret) : 0;
}

void host_firewall_down(struct host *host)
{
	nft_unwatch(&host->nft);
	firewall_keeper_stop(&host->keeper);
}

void host_firewall_follow(struct host *host)
{
	host->keeper.guests = host_firewall_guests(&host->plan, host->forwards.n);
	firewall_keeper_look_soon(&host->keeper);
}

void host_firewall_check(const struct plan *plan, struct nft *nft)
{
	struct firewall_guests guests = host_firewall_guests(plan, plan->n_hostfwds);

	if (!((int)plan->form & PLAN_SERVED))
		return;
	firewall_keeper_check(host_firewall_mode(plan), &guests, nft);
}
