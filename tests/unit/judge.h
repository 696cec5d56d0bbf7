/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be true of every split and every join, whatever went in: for the unit
 * tests' properties and for the fuzzers. Each returns what is wrong, or NULL.
 */
#pragma once

struct frame;
struct gro;

/* Splits the frame; a frame may be refused. */
const char *judge_split(const struct frame *frame);

/* Of a join of those n frames. */
const char *judge_join(const struct gro *gro, const struct frame *frames, unsigned n);
