// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_advice.h"

#include <stdio.h>

#include "firewall_iptables.h"

void firewall_advice_format(const struct firewall_guests *guests,
			    const struct firewall_traffic *traffic,
			    const struct firewall_place *place, const char *rule, char *line,
			    size_t size)
{
	char ufw[128];
	char devices[FIREWALL_DEVICES_MAX];

	if (place->is_ufw && traffic->ufw) {
		snprintf(ufw, sizeof(ufw), traffic->ufw, guests->device);
		snprintf(line, size, "ufw %s", ufw);
	} else if (firewall_iptables_owns(place->base)) {
		snprintf(line, size, "%s%s -I %s %s %s-j ACCEPT",
			 place->ipv6 ? "ip6tables" : "iptables",
			 firewall_iptables_is_legacy(place->ruleset) ? "-legacy" : "", place->chain,
			 firewall_traffic_devices(traffic, guests->device, true, devices),
			 traffic->iptables);
	} else {
		snprintf(line, size, "nft '%s'", rule);
	}
}
