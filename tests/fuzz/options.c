// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each option's value. Input: "name=value", or "name". The command line and a file agree: both
 * accept it or none does, and both take it for the same.
 */
#include <sys/mman.h>

#include "configuration.h"

/* Reads "--OPTION" as a word, or "OPTION" as a line of a file. */
static int read_option(struct config *config, const char *option, bool as_file,
		       struct problem *problem)
{
	size_t size = strlen(option) + sizeof("--config=/proc/self/fd/1234567890");
	int fd = as_file ? memfd_create("config", MFD_CLOEXEC) : -1;
	char *word = malloc(size);
	char program[] = "vde_vmnet";
	char *argv[] = {program, word, NULL};
	int ret;

	FUZZ_CHECK(word);
	if (as_file) {
		FUZZ_CHECK(write(fd, option, strlen(option)) == (ssize_t)strlen(option));
		snprintf(word, size, "--config=/proc/self/fd/%d", fd);
	} else {
		snprintf(word, size, "--%s", option);
	}
	ret = config_read(config, 2, argv, NULL, problem);
	if (as_file)
		close(fd);
	free(word);
	return ret;
}

/* A file has lines, without blanks at their ends, and none of them is a comment. */
static bool fits_file(const char *text)
{
	size_t name = strcspn(text, "= \t\r");
	size_t length = strlen(text);

	return name > 0 && text[0] != '#' && !strchr(text, '\n') &&
	       (text[name] == '\0' || text[name] == '=') && !strchr(" \t\r", text[length - 1]) &&
	       (text[name] == '\0' || !strchr(" \t", text[name + 1]) || text[name + 1] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config by_word;
	static struct config by_line;
	char *text = fuzz_text(data, size);
	const struct config_option *option = config_option_find(text, strcspn(text, "="));
	struct problem problem = {0};
	unsigned i = 0;

	if (option && !(option->limits & CONFIG_LIMIT_COMMAND_LINE) && fits_file(text)) {
		int ret = read_option(&by_word, text, false, &problem);

		FUZZ_CHECK(read_option(&by_line, text, true, &problem) == ret);
		if (ret == 0) {
			by_line.given.digests[CONFIG_OPTION_CONFIG] = 0;
			FUZZ_CHECK(config_given_next_change(&by_word.given, &by_line.given, &i) ==
				   CONFIG_OPTIONS);
			FUZZ_CHECK(memcmp(&by_word.dhcp, &by_line.dhcp, sizeof(by_word.dhcp)) == 0);
			FUZZ_CHECK(by_word.n_endpoints == by_line.n_endpoints);
		} else {
			configuration_check_refusal(&problem);
		}
	}
	free(text);
	return 0;
}
