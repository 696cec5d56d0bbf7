/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs findings, each once for as long as it persists. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "firewall_finding.h"
#include "firewall_look.h"

enum { FIREWALL_REPORT_MAX = 384 }; /* bytes of a description */

struct firewall_report {
	unsigned n;
	uint64_t said[FIREWALL_LOOK_MAX]; /* hashes of those that persist */
};

/* Whether it was already there at the last look. */
bool firewall_report_has(const struct firewall_report *report,
			 const struct firewall_finding *finding);

/* Remembers what this look found, and nothing else. */
void firewall_report_keep(struct firewall_report *report, const struct firewall_look *look);

/* What is wrong, without the remedy. */
void firewall_report_describe(const struct firewall_finding *finding, const char *device,
			      char text[FIREWALL_REPORT_MAX]);

/* Logs what is wrong and how to fix it, if we did nothing. */
void firewall_report_finding(const struct firewall_report *report, enum firewall_mode mode,
			     const char *device, const struct firewall_finding *finding);

/* Logs that rules of ours were added. */
void firewall_report_added(const struct firewall_finding *finding);
