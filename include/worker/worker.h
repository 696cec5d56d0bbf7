/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worker handles every byte from outside. An unprivileged process that moves frames between the
 * uplink and the endpoints until the host process stops it or is gone.
 */
#pragma once

/*
 * argv as in parts.h. Descriptor 3 is the host process's channel; the TAP arrives there once the
 * worker is confined. Returns the exit status.
 */
int worker_main(int argc, char *const *argv);
