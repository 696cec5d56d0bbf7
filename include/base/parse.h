/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One parser per kind of value. Whole strings only, no leading or trailing spaces. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { UUID_SIZE = 16, UUID_TEXT_MAX = 37 };

/* The value of a hexadecimal digit, or -1. */
int parse_hex_digit(char c);

/* A decimal number between min and max. 0, or -EINVAL, or -ERANGE. */
int parse_number(const char *text, unsigned min, unsigned max, unsigned *value);

/* 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4). 0, or -EINVAL. */
int parse_uuid(const char *text, uint8_t uuid[UUID_SIZE]);

/* Formats it for parse_uuid(), in lower case; returns text. */
const char *parse_format_uuid(const uint8_t uuid[UUID_SIZE], char text[UUID_TEXT_MAX]);

/* The name of a network device, by the kernel's rules (dev_valid_name()). 0, or -EINVAL. */
int parse_device(const char *text);

/* A network's name: letters, digits, '.', '_', '-', the first a letter or digit. 0, or -EINVAL. */
int parse_name(const char *text, unsigned max_length);

/*
 * One label of a host name, of length bytes: letters, digits and inner hyphens, at most 63 (RFC
 * 1123 section 2.1). 0, or -EINVAL.
 */
int parse_label(const char *text, size_t length);

/*
 * A domain: labels separated by dots, no final dot. The last label is not all digits, so that it is
 * not an address (RFC 3696 section 2). 0, or -EINVAL.
 */
int parse_domain(const char *text, unsigned max_length);
