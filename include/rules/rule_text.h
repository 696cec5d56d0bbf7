/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for nft that is put together in pieces. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Appends to text, a string in size bytes, as printf(3). Sizes are the caller's to get right:
 * what has no room is a bug of ours, and ends the program.
 */
__attribute__((format(printf, 3, 4))) void rule_text_add(char *text, size_t size,
							 const char *format, ...);

/*
 * Appends the commands by which a set ("inet TABLE SET") has an element, or has it no more. An
 * element that is not there cannot be deleted, and all commands would be refused with it.
 */
void rule_text_set_element(char *text, size_t size, const char *set, const char *element,
			   bool there);
