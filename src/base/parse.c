// SPDX-License-Identifier: GPL-2.0-or-later
#include "parse.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int parse_number(const char *text, unsigned min, unsigned max, unsigned *value)
{
	uint64_t number = 0;

	if (*text == '\0')
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > UINT32_MAX)
			return -ERANGE;
	}
	if (number < min || number > max)
		return -ERANGE;
	*value = (unsigned)number;
	return 0;
}

int parse_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int parse_uuid(const char *text, uint8_t uuid[UUID_SIZE])
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	uint8_t result[UUID_SIZE] = {0};
	unsigned nibble = 0;

	if (strlen(text) != strlen(shape))
		return -EINVAL;
	for (unsigned i = 0; shape[i]; i++) {
		int digit = parse_hex_digit(text[i]);

		if (shape[i] == '-' ? text[i] != '-' : digit < 0)
			return -EINVAL;
		if (shape[i] == '-')
			continue;
		result[nibble / 2] = (uint8_t)(result[nibble / 2] << 4 | digit);
		nibble++;
	}
	memcpy(uuid, result, UUID_SIZE);
	return 0;
}

const char *parse_format_uuid(const uint8_t uuid[UUID_SIZE], char text[UUID_TEXT_MAX])
{
	char *at = text;

	for (unsigned i = 0; i < UUID_SIZE; i++) {
		bool dash = i == 4 || i == 6 || i == 8 || i == 10;

		at += sprintf(at, "%s%02x", dash ? "-" : "", uuid[i]);
	}
	return text;
}

static int parse_is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int parse_device(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length >= IF_NAMESIZE || strcmp(text, ".") == 0 ||
	    strcmp(text, "..") == 0)
		return -EINVAL;
	for (; *text; text++) {
		if (*text == '/' || *text == ':' || (unsigned char)*text <= ' ' || *text == 0x7f)
			return -EINVAL;
	}
	return 0;
}

int parse_name(const char *text, unsigned max_length)
{
	if (!parse_is_alnum(text[0]) || strlen(text) > max_length)
		return -EINVAL;
	for (; *text; text++) {
		if (!parse_is_alnum(*text) && !strchr("._-", *text))
			return -EINVAL;
	}
	return 0;
}

int parse_label(const char *text, size_t length)
{
	enum { LABEL_MAX = 63 };

	if (length == 0 || length > LABEL_MAX || text[0] == '-' || text[length - 1] == '-')
		return -EINVAL;
	for (size_t i = 0; i < length; i++) {
		if (!parse_is_alnum(text[i]) && text[i] != '-')
			return -EINVAL;
	}
	return 0;
}

int parse_domain(const char *text, unsigned max_length)
{
	const char *label = text;

	if (strlen(text) > max_length)
		return -EINVAL;
	for (;;) {
		size_t length = strcspn(label, ".");

		if (parse_label(label, length) < 0)
			return -EINVAL;
		if (label[length] == '\0')
			return strspn(label, "0123456789") == length ? -EINVAL : 0;
		label += length + 1;
	}
}
