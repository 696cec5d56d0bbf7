// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_worker.h"
#include "log.h"
#include "notify.h"

static void host_reload_level(struct host *host, enum log_level level)
{
	enum log_level before = log_current_level();

	if (level == before)
		return;
	log_info("the log level is %s now", log_level_name(level));
	log_set_level(level);
	host_worker_set_level(host, level);
	/* dnsmasq learns it from its command line; its clients do not notice a start. */
	if ((host->plan.form & PLAN_SERVED) &&
	    (level >= LOG_LEVEL_DEBUG) != (before >= LOG_LEVEL_DEBUG))
		host_reconfigure_dnsmasq(host);
}

/* How many options differ that cannot be changed; names each. */
static unsigned host_reload_refuse(const struct host *host, const struct config *config)
{
	const char *name;
	unsigned refused = 0;

	for (unsigned i = 0; (name = config_next_change(host->config, config, &i));) {
		if (strcmp(name, "log-level") == 0)
			continue;
		log_warning("%s: --%s was changed, which needs a restart; the network goes on as "
			    "it is",
			    config->file, name);
		refused++;
	}
	return refused;
}

static void host_reload_apply(struct host *host, struct config *config)
{
	char status[HOST_SUMMARY_MAX + 64];
	struct problem problem = {0};
	unsigned refused;

	if (config_read_again(config, host->config, &problem) < 0) {
		log_error("%s; the network goes on as it is", problem.text);
		snprintf(status, sizeof(status), "%s; its new configuration is wrong",
			 host->summary);
	} else {
		host_reload_level(host, config->log_level);
		refused = host_reload_refuse(host, config);
		if (refused == 0)
			log_info("%s was read again", config->file);
		snprintf(status, sizeof(status), "%s%s", host->summary,
			 refused ? "; its new configuration needs a restart" : "");
	}
	notify_ready(status);
}

void host_reload(struct host *host)
{
	struct config *config;

	if (!host->ready) {
		log_warning("SIGHUP came before the network was ready: nothing is read again");
		return;
	}
	config = calloc(1, sizeof(*config));
	if (!config) {
		log_error("no memory to read the configuration again");
		return;
	}
	notify_reloading();
	host_reload_apply(host, config);
	free(config);
}
