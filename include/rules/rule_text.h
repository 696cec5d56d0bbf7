/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds text for nft piece by piece. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Appends to text, a string in size bytes, like printf(3). The caller gets the sizes right: if
 * something does not fit, that is our bug, and ends the program.
 */
__attribute__((format(printf, 3, 4))) void rule_text_add(char *text, size_t size,
							 const char *format, ...);

/*
 * Appends the commands that make a set ("inet TABLE SET") contain an element, or no longer contain
 * it. For the latter the element is added first: deleting a missing one would make nft refuse all
 * commands.
 */
void rule_text_set_element(char *text, size_t size, const char *set, const char *element,
			   bool there);
