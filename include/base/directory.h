/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether directories can be used, without a change to them; and what to do if not. */
#pragma once

/* Whether files can be made and removed in it, by who we are now. 0, or -errno. */
int directory_can_fill(const char *path);

/* Whether what has this path could be made: the same of the directory it is in. */
int directory_can_make(const char *path);

/*
 * What the user can do about that error (positive) of a directory or file of ours, to
 * follow strerror(): "; …", or "".
 */
const char *directory_advice(int error);
