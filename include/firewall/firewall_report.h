/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of findings, in lines of the log: each once, for as long as it stands. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "firewall_finding.h"
#include "firewall_look.h"

enum { FIREWALL_REPORT_MAX = 384 }; /* bytes of a description */

struct firewall_report {
	unsigned n;
	uint64_t said[FIREWALL_LOOK_MAX]; /* what still stands */
};

/* Whether it stood at the last look already. */
bool firewall_report_has(const struct firewall_report *report,
			 const struct firewall_finding *finding);

/* What stands from now on: what the look found, and nothing else. */
void firewall_report_keep(struct firewall_report *report, const struct firewall_look *look);

/* What is wrong, but for what mends it. */
void firewall_report_describe(const struct firewall_finding *finding, const char *device,
			      char text[FIREWALL_REPORT_MAX]);

/* Says what is wrong and what mends it, where nothing was done. */
void firewall_report_finding(const struct firewall_report *report, enum firewall_mode mode,
			     const char *device, const struct firewall_finding *finding);

/* Says that rules of ours were added. */
void firewall_report_added(const struct firewall_finding *finding);
