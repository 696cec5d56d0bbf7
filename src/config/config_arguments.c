// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_arguments.h"

#include <string.h>

#include "config.h"

/* shown: the option as the user wrote it, or "" if the value is an endpoint. */
static int config_apply_argument(struct config *config, const char *shown,
				 const struct config_option *option, const char *value,
				 struct problem *problem)
{
	struct problem why = {0};
	const char *given = value ? value : "";

	if (config_option_apply(option, config, value, &why) == 0)
		return 0;
	if (!*shown && !*given)
		given = "''";
	return problem_set(problem, why.status, "%s%s%s%.200s: %s", *shown ? "--" : "", shown,
			   *shown && value ? "=" : "", given, why.text);
}

/* Reads the option at argv[*i], with its value in the same or the next word. */
static int config_read_option(struct config *config, int argc, char *const *argv, int *i,
			      struct problem *problem)
{
	const char *word = argv[*i];
	const char *value = NULL;
	const struct config_option *option;

	if (word[1] == '-') {
		size_t length = strcspn(word + 2, "=");

		option = config_option_find(word + 2, length);
		if (word[2 + length] == '=')
			value = word + 2 + length + 1;
	} else {
		option = config_option_find_letter(word[1]);
		/* Anything after -h or -v, as in -hv, is ignored. */
		if (option && option->argument && word[2] != '\0')
			value = word + 2;
	}
	if (!option)
		return problem_set(problem, STATUS_USAGE,
				   "%.200s: unknown option; --help lists them", word);
	if (!value && option->argument && *i + 1 < argc)
		value = argv[++*i];
	return config_apply_argument(config, option->name, option, value, problem);
}

int config_read_arguments(struct config *config, int argc, char *const *argv,
			  struct problem *problem)
{
	const struct config_option *endpoint = &config_options[CONFIG_OPTION_ENDPOINT];
	bool options = true;

	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (config_read_option(config, argc, argv, &i, problem) < 0)
				return -1;
		} else if (config_apply_argument(config, "", endpoint, argv[i], problem) < 0) {
			return -1;
		}
	}
	return 0;
}
