// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_reload.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_read.h"
#include "host_dnsmasq.h"
#include "host_forwarder.h"
#include "host_forwards_config.h"
#include "host_tell.h"
#include "log.h"
#include "notify.h"

struct host_reload_changes {
	unsigned fixed;	 /* options that need a restart */
	bool of_dnsmasq; /* at least one */
	bool of_forwards;
};

/* What differs; logs each option that needs a restart. */
static struct host_reload_changes host_reload_compare(const struct host *host,
						      const struct config *config)
{
	struct host_reload_changes changes = {0};
	enum config_option_id id;

	for (unsigned i = 0; (id = config_given_next_change(&host->served.given, &config->given,
							    &i)) != CONFIG_OPTIONS;) {
		const struct config_option *option = &config_options[id];

		switch (option->reload) {
		case CONFIG_RELOAD_LEVEL:
			break;
		case CONFIG_RELOAD_FORWARDS:
			changes.of_forwards = true;
			break;
		case CONFIG_RELOAD_DNSMASQ:
			changes.of_dnsmasq = true;
			break;
		case CONFIG_RELOAD_NEVER:
			log_warning("%s: changing --%s requires a restart; the network keeps its "
				    "old settings",
				    config->file, option->name);
			changes.fixed++;
			break;
		}
	}
	return changes;
}

/* In all processes but dnsmasq. Returns whether dnsmasq must be told, too. */
static bool host_reload_level(struct host *host, enum log_level level)
{
	enum log_level before = log_current_level();

	if (level == before)
		return false;
	log_info("the log level is now %s", log_level_name(level));
	log_set_level(level);
	host_tell_level(host, level);
	host_forwarder_tell_level(host, level);
	return (level >= LOG_LEVEL_DEBUG) != (before >= LOG_LEVEL_DEBUG);
}

void host_reload_set_level(struct host *host, enum log_level level)
{
	if (host_reload_level(host, level) && (host->plan.form & PLAN_SERVED))
		host_dnsmasq_reconfigure(host);
}

/* Whether forwards are now as the configuration says; if not, logs why. */
static bool host_reload_forwards(struct host *host, const struct config *config)
{
	struct problem problem = {0};

	if (host_forwards_config_reload(host, config, &problem) == 0)
		return true;
	log_error("%s: --hostfwd: %s; the network keeps its old settings", config->file,
		  problem.text);
	return false;
}

/* All or nothing, because it was checked as a whole. Returns whether it is in force now. */
static bool host_reload_take_over(struct host *host, const struct config *config)
{
	if (!host_reload_forwards(host, config))
		return false;
	host->served = (struct host_served){.given = config->given,
					    .dhcp = config->dhcp,
					    .hostfwd_allows = config->hostfwd_allows};
	log_info("%s was reloaded", config->file);
	return true;
}

/* Logs what else waits for the restart that other options need. */
static void host_reload_tell_waiting(const struct config *config,
				     const struct host_reload_changes *changes)
{
	if (changes->of_dnsmasq)
		log_warning("%s: changes to DHCP and DNS also wait for that restart", config->file);
	if (changes->of_forwards)
		log_warning("%s: changes to forwards also wait for that restart", config->file);
}

/*
 * Applies the log level in any case, then the rest. Returns what to say if that is not in force,
 * else "".
 */
static const char *host_reload_apply(struct host *host, const struct config *config)
{
	const struct host_reload_changes changes = host_reload_compare(host, config);
	bool of_dnsmasq = host_reload_level(host, config->log_level);
	const char *outcome = "";

	if (changes.fixed > 0) {
		host_reload_tell_waiting(config, &changes);
		outcome = "; its new configuration needs a restart";
	} else if (host_reload_take_over(host, config)) {
		of_dnsmasq = of_dnsmasq || changes.of_dnsmasq;
	} else {
		outcome = "; its new configuration is invalid";
	}
	if (of_dnsmasq && (host->plan.form & PLAN_SERVED))
		host_dnsmasq_reconfigure(host);
	host_tell_facts(host);
	return outcome;
}

/*
 * Its inode no longer has a name, as after an installation or a package upgrade. The worker and
 * connectors are still started from it, through a descriptor: a network runs one version.
 */
static bool host_reload_program_is_gone(void)
{
	static const char gone[] = " (deleted)"; /* proc_pid_exe(5) */
	char path[PATH_MAX + sizeof(gone)];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
	ssize_t length = (ssize_t)strlen(gone);

	return n > length && memcmp(path + n - length, gone, (size_t)length) == 0;
}

/* config: room for what is read. */
static void host_reload_read(struct host *host, struct config *config, char *why, size_t size)
{
	char status[HOST_SUMMARY_MAX + 128];
	bool is_gone = host_reload_program_is_gone();
	struct problem problem = {0};
	const char *outcome = "";

	why[0] = '\0';
	if (config_read_again(config, host->config, &problem) < 0) {
		log_error("%s; the network keeps its old settings", problem.text);
		outcome = "; its new configuration is invalid";
		snprintf(why, size, "%s; the network keeps its old settings", problem.text);
	} else {
		outcome = host_reload_apply(host, config);
		if (*outcome)
			snprintf(why, size, "%s; the log says why", outcome + strlen("; "));
	}
	if (is_gone)
		log_warning("vde_vmnet was replaced after this network was started; restart the "
			    "network to use the new version");
	snprintf(status, sizeof(status), "%s%s%s", host->ready.summary, outcome,
		 is_gone ? "; restart it to use the new vde_vmnet" : "");
	notify_ready(status);
}

void host_reload(struct host *host, char *why, size_t size)
{
	struct config *config;

	if (!host->ready.reached) {
		snprintf(why, size, "the network is not ready yet: nothing was reloaded");
		log_warning("ignoring the request to reload: the network is not ready yet");
		return;
	}
	config = calloc(1, sizeof(*config));
	if (!config) {
		snprintf(why, size, "not enough memory to reload the configuration");
		log_error("not enough memory to reload the configuration");
		return;
	}
	notify_reloading();
	host_reload_read(host, config, why, size);
	free(config);
}
