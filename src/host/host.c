// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.h"

#include <sys/stat.h>

#include "host_apart.h"
#include "host_bridged.h"
#include "host_control.h"
#include "host_drops.h"
#include "host_natports.h"
#include "host_device.h"
#include "host_directory.h"
#include "host_dnsmasq.h"
#include "host_firewall.h"
#include "host_forwarder.h"
#include "host_forwards.h"
#include "host_forwards_config.h"
#include "host_pidfile.h"
#include "host_plan.h"
#include "host_program.h"
#include "host_pulse.h"
#include "host_queue.h"
#include "host_ready.h"
#include "host_resolv.h"
#include "host_routes.h"
#include "host_rules.h"
#include "host_sharedbridge.h"
#include "host_signals.h"
#include "host_taps.h"
#include "host_state.h"
#include "host_undolog.h"
#include "host_watchdog.h"
#include "host_watcher.h"
#include "host_worker.h"
#include "notify.h"

static int host_up_loop(struct host *host)
{
	int ret = loop_init(&host->loop);

	return ret < 0 ? host_fail(host, "cannot create the event loop", ret) : 0;
}

static void host_down_loop(struct host *host)
{
	loop_finish(&host->loop);
}

struct host_step {
	int forms;			 /* of enum plan_form: where the step is taken */
	int (*up)(struct host *host);	 /* NULL: nothing to do */
	void (*down)(struct host *host); /* also after up() failed; NULL: nothing to do */
};

static const struct host_step host_steps[] = {
	{PLAN_ALL, host_up_loop, host_down_loop},
	{PLAN_ALL, host_signals_up, host_signals_down},
	{PLAN_ALL, host_program_up, host_program_down},
	{PLAN_ALL, host_undolog_up, host_undolog_down},
	{PLAN_ALL, host_plan_up, host_plan_down},
	/* What may be refused, as in containers: checked before anything is made. */
	{PLAN_OURS | PLAN_BRIDGE, host_rules_open, host_rules_down},
	{PLAN_SERVED, host_dnsmasq_check, NULL},
	{PLAN_SHARED, host_forwards_config_check, NULL},
	{PLAN_ALL, host_pidfile_up, host_pidfile_down},
	{PLAN_ALL, host_device_up, host_device_down},
	{PLAN_SHAREDBRIDGE, host_sharedbridge_up, host_sharedbridge_down},
	{PLAN_OURS | PLAN_BRIDGE, host_rules_up, host_rules_down},
	{PLAN_OURS, host_device_up_address, NULL},
	{PLAN_BRIDGED, host_bridged_up_device, NULL},
	{PLAN_SERVED, host_routes_up, host_routes_down},
	{PLAN_ALL, host_watcher_up, host_watcher_down},
	{PLAN_SHARED, host_routes_up_forwarding, host_routes_down_forwarding},
	{PLAN_SERVED, host_firewall_up, host_firewall_down},
	{PLAN_ALL, host_queue_up, host_queue_down},
	/* Deletes the device after the worker has ended, and before its rules go. */
	{PLAN_ALL, NULL, host_device_down},
	{PLAN_ALL, host_directory_up, host_directory_down},
	{PLAN_ALL, host_taps_up, host_taps_down},
	{PLAN_ALL, host_control_up, host_control_down},
	{PLAN_SHARED, host_apart_up, host_apart_down},
	{PLAN_ALL, host_worker_up, host_worker_down},
	{PLAN_BRIDGED, host_bridged_up, host_bridged_down},
	{PLAN_SHARED, host_resolv_up, host_resolv_down},
	/* dnsmasq ends while its device still exists. */
	{PLAN_SERVED, host_dnsmasq_up, host_dnsmasq_down},
	{PLAN_SHARED, host_forwarder_up, host_forwarder_down},
	{PLAN_SHARED, host_forwards_up, host_forwards_down},
	{PLAN_SHARED, host_forwards_config_up, NULL},
	{PLAN_SERVED, host_pulse_up, host_pulse_down},
	{PLAN_ALL, host_ready_up, host_ready_down},
	{PLAN_SHARED, host_natports_up, host_natports_down},
	{PLAN_SERVED, host_drops_up, host_drops_down},
	{PLAN_ALL, host_watchdog_up, host_watchdog_down},
};

enum { HOST_STEPS = sizeof(host_steps) / sizeof(host_steps[0]) };

static int host_step_up(struct host *host, const struct host_step *step)
{
	return step->forms & (int)host->plan.form && step->up ? step->up(host) : 0;
}

static void host_step_down(struct host *host, const struct host_step *step)
{
	if (step->forms & (int)host->plan.form && step->down)
		step->down(host);
}

int host_run(const struct config *config, struct problem *problem)
{
	struct host host;
	unsigned steps = 0;
	int ret;

	host_init(&host, config, problem);
	umask(022); /* a caller's 077, as sudo may pass on, would keep everyone out of RUNDIR */
	ret = host_plan_begin(&host);
	while (ret == 0 && steps < HOST_STEPS)
		ret = host_step_up(&host, &host_steps[steps++]);
	if (ret == 0 && loop_run(&host.loop) < 0)
		host.status = STATUS_FAILED;
	if (ret == 0)
		notify_stopping();
	while (steps-- > 0)
		host_step_down(&host, &host_steps[steps]);
	return ret < 0 ? problem->status : host.status;
}
