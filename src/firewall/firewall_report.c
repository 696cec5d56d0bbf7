// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_report.h"

#include <stdio.h>
#include <string.h>

#include "firewall_traffic.h"
#include "hash.h"
#include "log.h"

/* A hash identifies what was logged. */
static uint64_t firewall_report_hash(const struct firewall_finding *finding)
{
	return hash_fnv64(HASH_FNV64 ^ (finding->traffic << 4 | finding->remedy), finding->chain,
			  strlen(finding->chain));
}

bool firewall_report_has(const struct firewall_report *report,
			 const struct firewall_finding *finding)
{
	for (unsigned i = 0; i < report->n; i++) {
		if (report->said[i] == firewall_report_hash(finding))
			return true;
	}
	return false;
}

void firewall_report_keep(struct firewall_report *report, const struct firewall_look *look)
{
	report->n = look->n;
	for (unsigned i = 0; i < look->n; i++)
		report->said[i] = firewall_report_hash(&look->findings[i]);
}

void firewall_report_describe(const struct firewall_finding *finding, const char *device,
			      char text[FIREWALL_REPORT_MAX])
{
	char traffic[128];

	firewall_traffic_describe(finding->traffic, traffic, sizeof(traffic));
	if (finding->remedy == FIREWALL_HIDDEN_ZONE)
		snprintf(text, FIREWALL_REPORT_MAX,
			 "firewalld ignores the zone that %s was assigned to, because its zone "
			 "vde_vmnet comes first",
			 device);
	else
		snprintf(text, FIREWALL_REPORT_MAX, "%s drops %s", finding->chain, traffic);
}

/* Why we do nothing although we could. */
static const char *firewall_report_excuse(enum firewall_mode mode, enum firewall_remedy remedy)
{
	if (mode != FIREWALL_MODE_AUTO)
		return "";
	switch (remedy) {
	case FIREWALL_ADVICE:
	case FIREWALL_OTHER_ZONE:
		return " (not changed: it may be intended)";
	case FIREWALL_LEGACY:
		return " (only root can change iptables-legacy's rules)";
	default:
		return "";
	}
}

void firewall_report_finding(const struct firewall_report *report, enum firewall_mode mode,
			     const char *device, const struct firewall_finding *finding)
{
	const char *who = finding->remedy < FIREWALL_ZONE ? "the firewall's chain " : "";
	char what[FIREWALL_REPORT_MAX];

	if (firewall_report_has(report, finding))
		return;
	firewall_report_describe(finding, device, what);
	if (mode == FIREWALL_MODE_PRINT)
		log_info("%s%s; to fix it, run: %s", who, what, finding->advice);
	else
		log_warning("%s%s%s; to fix it, run: %s", who, what,
			    firewall_report_excuse(mode, finding->remedy), finding->advice);
}

void firewall_report_added(const struct firewall_finding *finding)
{
	char traffic[128];

	firewall_traffic_describe(finding->traffic, traffic, sizeof(traffic));
	log_info("the firewall's chain %s would drop %s: added rules that accept it",
		 finding->chain, traffic);
	log_debug("added: %s", finding->commands);
}
