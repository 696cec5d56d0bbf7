/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is true of every configuration that is accepted, and of every refusal. */
#pragma once

#include "config_read.h"
#include "fuzz.h"
#include "mtu.h"

static inline void configuration_check(const struct config *config)
{
	struct problem problem;
	static struct config again;
	unsigned i = 0;

	FUZZ_CHECK(config_read_again(&again, config, &problem) == 0);
	FUZZ_CHECK(config_given_next_change(&config->given, &again.given, &i) == CONFIG_OPTIONS);
	if (config->action > CONFIG_CLEANUP)
		return;
	FUZZ_CHECK(parse_name(config->name, CONFIG_NAME_MAX) == 0);
	FUZZ_CHECK(config->n_endpoints >= 1 && config->n_endpoints <= ENDPOINTS_MAX);
	FUZZ_CHECK(config->mtu >= MTU_MIN && config->mtu <= MTU_MAX);
	FUZZ_CHECK((unsigned)config->mode < CONFIG_MODES);
	FUZZ_CHECK(config->n_uplinks <= CONFIG_UPLINKS_MAX);
	FUZZ_CHECK(config->nat_port_low <= config->nat_port_high);
}

static inline void configuration_check_refusal(const struct problem *problem)
{
	FUZZ_CHECK(problem->status == STATUS_USAGE);
	FUZZ_CHECK(problem->text[0] != '\0');
}
