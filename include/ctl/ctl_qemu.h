/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we know about a QEMU from its name, and from asking it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Whether the program's name or path is like QEMU's: qemu-system-*, qemu-kvm, kvm. */
bool ctl_qemu_is_one(const char *program);

/*
 * Whether that QEMU lists the type in "-netdev help". Also true if it does not answer: not found,
 * failed, or took longer than limit ms and was killed.
 */
bool ctl_qemu_has(const char *program, const char *type, int64_t limit);
