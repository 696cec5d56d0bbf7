/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service manager is told (sd_notify(3)); nothing happens without one. */
#pragma once

void notify_ready(const char *status);
void notify_stopping(void);
