/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target: takes any bytes, and ends the process when something that must be
 * true of the code under test is not. Called by libFuzzer, or by replay.c with the
 * files of a corpus.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must be true. */
#define FUZZ_CHECK(truth) ((truth) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #truth))

_Noreturn static inline void fuzz_fail(const char *file, int line, const char *truth)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, truth);
	abort();
}

/* Bytes that are taken from the front; 0 after the last. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

static inline unsigned fuzz_take(struct fuzz_input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

static inline unsigned fuzz_take16(struct fuzz_input *input)
{
	unsigned high = fuzz_take(input);

	return high << 8 | fuzz_take(input);
}

static inline uint64_t fuzz_take_mac(struct fuzz_input *input)
{
	uint64_t mac = 0;

	for (int i = 0; i < 6; i++)
		mac = mac << 8 | fuzz_take(input);
	return mac;
}

/* A copy in memory of its own size, which a sanitizer sees the end of; freed by the caller. */
static inline void *fuzz_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	FUZZ_CHECK(copy);
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

/* The same with a 0 behind it. */
static inline char *fuzz_text(const void *data, size_t size)
{
	char *text = malloc(size + 1);

	FUZZ_CHECK(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* The lowest descriptor that is free: the same before and after, where none was left open. */
static inline int fuzz_free_descriptor(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}
