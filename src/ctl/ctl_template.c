// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CTL_TEMPLATE_NAMES = 3 };

static const struct {
	const char *text;
	enum ctl_template_use use;
} ctl_template_names[CTL_TEMPLATE_NAMES] = {
	{"{fd}", CTL_TEMPLATE_FD},
	{"{netdev}", CTL_TEMPLATE_NETDEV},
	{"{mac}", CTL_TEMPLATE_MAC},
};

/* Which of the names starts here; CTL_TEMPLATE_NAMES: none. */
static unsigned ctl_template_find(const char *at)
{
	unsigned i = 0;

	while (i < CTL_TEMPLATE_NAMES &&
	       strncmp(at, ctl_template_names[i].text, strlen(ctl_template_names[i].text)) != 0)
		i++;
	return i;
}

unsigned ctl_template_uses(char *const *words)
{
	unsigned uses = 0;

	for (; *words; words++) {
		for (const char *at = *words; *at; at++) {
			unsigned i = ctl_template_find(at);

			if (i < CTL_TEMPLATE_NAMES)
				uses |= ctl_template_names[i].use;
		}
	}
	return uses;
}

static const char *ctl_template_value(const struct ctl_template_values *values, unsigned i)
{
	const char *const all[CTL_TEMPLATE_NAMES] = {values->fd, values->netdev, values->mac};

	return i < CTL_TEMPLATE_NAMES ? all[i] : NULL;
}

static char *ctl_template_fill_word(const char *word, const struct ctl_template_values *values)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int failed;

	if (!stream)
		return NULL;
	while (*word) {
		unsigned i = ctl_template_find(word);
		const char *value = ctl_template_value(values, i);

		if (value) {
			fputs(value, stream);
			word += strlen(ctl_template_names[i].text);
		} else {
			fputc(*word++, stream);
		}
	}
	failed = ferror(stream);
	if (fclose(stream) == 0 && !failed)
		return text;
	free(text);
	return NULL;
}

char **ctl_template_fill(char *const *words, const struct ctl_template_values *values)
{
	size_t n = 0;
	char **filled;

	while (words[n])
		n++;
	filled = calloc(n + 1, sizeof(*filled));
	for (size_t i = 0; filled && i < n; i++) {
		filled[i] = ctl_template_fill_word(words[i], values);
		if (!filled[i]) {
			ctl_template_free(filled);
			return NULL;
		}
	}
	return filled;
}

void ctl_template_free(char **words)
{
	for (char **word = words; words && *word; word++)
		free(*word);
	free(words);
}
