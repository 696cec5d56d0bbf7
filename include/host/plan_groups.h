/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of its user's groups the worker keeps. */
#pragma once

struct plan;

/*
 * Copies plan->worker to plan->connector, and removes from the worker the groups it does not need.
 * It needs the group that may attach, to send to its sockets, and any group without which it could
 * not reach a directory where it creates sockets. A person's other groups (docker, disk, sudo, adm)
 * would give the host away to whoever takes over the worker. The connector keeps them: a vde_switch
 * may be open to any of them. Looks at paths; changes nothing.
 */
void plan_choose_groups(struct plan *plan);
