/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person must type to let guests' traffic pass, with the tool that made the chain. */
#pragma once

#include <stddef.h>

#include "firewall_finding.h"
#include "firewall_place.h"
#include "firewall_traffic.h"

/*
 * One command: for ufw, for iptables or iptables-legacy, else for nft with rule, a command from
 * firewall_rule_format().
 */
void firewall_advice_format(const struct firewall_guests *guests,
			    const struct firewall_traffic *traffic,
			    const struct firewall_place *place, const char *rule, char *line,
			    size_t size);
