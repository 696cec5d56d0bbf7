// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule_text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void rule_text_add(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text + length, size - length, format, args);
	va_end(args);
	assert(length + (size_t)n < size);
	(void)n;
}

void rule_text_set_element(char *text, size_t size, const char *set, const char *element,
			   bool there)
{
	rule_text_add(text, size, "add element %s { %s }\n", set, element);
	if (!there)
		rule_text_add(text, size, "delete element %s { %s }\n", set, element);
}
