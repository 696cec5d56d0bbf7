/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of its user's groups the worker keeps. */
#pragma once

struct plan;

/*
 * Makes plan->connector of plan->worker as it is, and takes from the worker what it needs not.
 * What it has to have is the group that may attach, whose sockets it sends to, and a group
 * without which it would not get to the directory where it makes sockets. All others of a
 * person's (docker, disk, sudo, adm) would be the host for whoever takes it over. The connector
 * keeps them: a vde_switch may be open to any of them. Looks at paths, and changes nothing.
 */
void plan_choose_groups(struct plan *plan);
