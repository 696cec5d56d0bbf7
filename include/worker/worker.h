/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worker: owns every byte from outside. An unprivileged process that moves
 * frames between the uplink and the endpoints until the host process stops it
 * or is gone.
 */
#pragma once

#define WORKER_NAME	 "vde_vmnet-worker"
#define WORKER_ISOLATED	 "isolated" /* or "-" */
#define WORKER_JOINS_UDP "udp"

/*
 * argv: WORKER_NAME, log level, MTU, WORKER_JOINS_UDP where the TAP takes UDP
 * super-frames (else "-"), device name, who the gateway is (guard_parse(); "-":
 * there is none), WORKER_ISOLATED where guests are, the device's MAC where it is
 * the way from guests to the host beside a NIC that they share (else "-"),
 * locators. Descriptor 3 is the host process's, by which the TAP comes once the worker is
 * confined. Returns the exit status.
 */
int worker_main(int argc, char *const *argv);
