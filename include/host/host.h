/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host process: does everything that needs privilege, and never reads a frame. Brings the
 * network up step by step, supervises dnsmasq and the worker, answers the worker's requests, and
 * undoes the steps in reverse order.
 */
#pragma once

#include "config.h"
#include "problem.h"

/*
 * Runs the network until a signal or a failure. Returns the exit status, with *problem if that is
 * set.
 */
int host_run(const struct config *config, struct problem *problem);
