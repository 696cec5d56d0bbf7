/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a QEMU by its name, and by asking it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Whether the program of that name or path is called as QEMU's are: qemu-system-*, qemu-kvm, kvm.
 */
bool ctl_qemu_is_one(const char *program);

/*
 * Whether that QEMU says in "-netdev help" that it has the type. True also where it does not say:
 * it is not there, fails, or takes longer than limit, in ms; then it is ended.
 */
bool ctl_qemu_has(const char *program, const char *type, int64_t limit);
