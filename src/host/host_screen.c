// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_screen.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleantext.h"
#include "host_advice.h"
#include "host_attach.h"

enum {
	HOST_SCREEN_MAX = 8192,
	HOST_SCREEN_CTL_MAX = PLAN_PATH_MAX + sizeof("vde_vmnetctl"),
};

/* ECMA-48: bold, yellow, reset. */
#define HOST_SCREEN_BOLD   "\033[1m"
#define HOST_SCREEN_YELLOW "\033[33m"
#define HOST_SCREEN_PLAIN  "\033[0m"

struct host_screen {
	bool colours;
	size_t length;
	char text[HOST_SCREEN_MAX];
};

/*
 * Values come from the configuration and the system, so the terminal must not obey anything in
 * them.
 */
static void host_screen_add(struct host_screen *screen, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void host_screen_add(struct host_screen *screen, const char *format, ...)
{
	size_t left = sizeof(screen->text) - screen->length;
	char *end = screen->text + screen->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(end, left, format, args);
	va_end(args);
	if (length < 0)
		return;
	if ((size_t)length >= left)
		length = (int)left - 1;
	screen->length += cleantext_clean(end, (size_t)length);
}

static void host_screen_end_line(struct host_screen *screen)
{
	if (screen->length < sizeof(screen->text))
		screen->text[screen->length++] = '\n';
}

static void host_screen_colour(struct host_screen *screen, const char *colour)
{
	size_t length = strlen(colour);

	if (!screen->colours || length > sizeof(screen->text) - screen->length)
		return;
	memcpy(screen->text + screen->length, colour, length);
	screen->length += length;
}

static void host_screen_title(struct host_screen *screen, const char *title, const char *colour)
{
	host_screen_add(screen, "  ");
	host_screen_colour(screen, colour);
	host_screen_add(screen, "%-8s", title);
	host_screen_colour(screen, HOST_SCREEN_PLAIN);
	host_screen_add(screen, " ");
}

static void host_screen_add_served(struct host_screen *screen, const struct plan *plan)
{
	const struct subnet *subnet = &plan->subnet;
	struct in6_addr gateway6 = ula_gateway(&plan->prefix6);
	char first[SUBNET_TEXT_MAX];
	char last[SUBNET_TEXT_MAX];
	char text6[ULA_TEXT_MAX];

	host_screen_title(screen, "Host", HOST_SCREEN_BOLD);
	host_screen_add(screen, "%s", subnet_format(subnet->gateway, first));
	if (plan->ipv6)
		host_screen_add(screen, " and %s", ula_format(&gateway6, text6));
	host_screen_add(screen, ", on %s", plan->device);
	host_screen_end_line(screen);
	host_screen_title(screen, "Guests", HOST_SCREEN_BOLD);
	if (plan->serves_dhcp)
		host_screen_add(screen, "%s to %s by DHCP",
				subnet_format(subnet->dhcp_first, first),
				subnet_format(subnet->dhcp_last, last));
	else
		host_screen_add(screen, "choose their addresses in %s/%u; no DHCP",
				subnet_format(subnet->gateway, first), subnet->prefix);
	host_screen_add(screen, "%s%s%s", plan->ipv6 ? ", IPv6" : ", no IPv6",
			plan->serves_dns ? ", DNS" : ", no DNS",
			plan->form & PLAN_HOST ? "; they reach the host, but nothing outside" : "");
	host_screen_end_line(screen);
}

static void host_screen_add_network(struct host_screen *screen, const struct plan *plan)
{
	char id[UUID_TEXT_MAX];

	if (plan->form & PLAN_SERVED) {
		host_screen_add_served(screen, plan);
		return;
	}
	host_screen_title(screen, "Guests", HOST_SCREEN_BOLD);
	if (plan->form & PLAN_SHAREDBRIDGE)
		host_screen_add(screen, "are on network %s, without the host",
				parse_format_uuid(plan->sharedbridge.id, id));
	else
		host_screen_add(screen, "are on the network of %s", plan->interface.name);
	host_screen_end_line(screen);
}

/* If it is not installed, it is next to the running program. */
static const char *host_screen_find_ctl(char path[HOST_SCREEN_CTL_MAX])
{
	static const char name[] = "vde_vmnetctl";
	ssize_t n = readlink("/proc/self/exe", path, PLAN_PATH_MAX - 1);
	char *slash;

	path[n < 0 ? 0 : n] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		memcpy(slash + 1, name, sizeof(name));
	return slash && access(path, X_OK) == 0 ? path : name;
}

static void host_screen_add_endpoints(struct host_screen *screen, const struct plan *plan,
				      unsigned first)
{
	for (unsigned i = first; i < plan->n_endpoints; i++) {
		host_screen_title(screen, i == 0 ? "At" : "Also at", HOST_SCREEN_BOLD);
		host_screen_add(screen, "%s", plan->endpoints[i].locator);
		host_screen_end_line(screen);
	}
}

static void host_screen_add_attach_title(struct host_screen *screen, const struct plan *plan)
{
	host_screen_title(screen, "Attach", HOST_SCREEN_BOLD);
	host_screen_add(screen, "in another terminal, without sudo%s%s:",
			plan->access_name ? ", in group " : "",
			plan->access_name ? plan->access_name : "");
	host_screen_end_line(screen);
	host_screen_end_line(screen);
}

/* A TAP has to be requested, and the guest must use its MAC address: vde_vmnetctl does both. */
static void host_screen_add_run(struct host_screen *screen, const struct plan *plan)
{
	char path[HOST_SCREEN_CTL_MAX];

	host_screen_add_attach_title(screen, plan);
	host_screen_add(screen,
			"%s run -- qemu-system-x86_64 -netdev {netdev},id=net0 "
			"-device virtio-net-pci,netdev=net0,mac={mac}",
			host_screen_find_ctl(path));
	host_screen_end_line(screen);
	host_screen_end_line(screen);
}

/* A complete command: QEMU boots from the network, which shows its address. */
static void host_screen_add_attach(struct host_screen *screen, const struct plan *plan)
{
	static const char *const commands[] = {[HOST_ATTACH_NOBODY] = "",
					       [HOST_ATTACH_QEMU] = "qemu-system-x86_64",
					       [HOST_ATTACH_UML] = "linux.uml mem=256M ubd0=IMAGE"};
	char options[HOST_ATTACH_MAX];
	enum host_attach attach = host_attach_format(plan, options);

	host_screen_add_endpoints(screen, plan, attach ? 1 : 0);
	if (attach != HOST_ATTACH_NOBODY) {
		host_screen_add_attach_title(screen, plan);
		host_screen_add(screen, "%s %s", commands[attach], options);
		host_screen_end_line(screen);
		host_screen_end_line(screen);
	} else if (plan->endpoints[0].kind == ENDPOINT_TAP) {
		host_screen_add_run(screen, plan);
	}
}

static void host_screen_add_ctl(struct host_screen *screen)
{
	char path[HOST_SCREEN_CTL_MAX];

	host_screen_title(screen, "Look", HOST_SCREEN_BOLD);
	host_screen_add(screen, "%s", host_screen_find_ctl(path));
	host_screen_end_line(screen);
}

static void host_screen_add_advice(struct host_screen *screen, const struct plan *plan)
{
	struct host_advice advice[HOST_ADVICE_MAX];
	unsigned n = host_advice(plan, advice);

	for (unsigned i = 0; i < n; i++) {
		bool warns = advice[i].level == LOG_LEVEL_WARNING;

		host_screen_title(screen, warns ? "Warning" : "Note",
				  warns ? HOST_SCREEN_YELLOW : HOST_SCREEN_BOLD);
		host_screen_add(screen, "%s", advice[i].text);
		host_screen_end_line(screen);
	}
}

static bool host_screen_wants_colours(void)
{
	const char *none = getenv("NO_COLOR"); /* no-color.org */
	const char *terminal = getenv("TERM");

	return !(none && *none) && terminal && strcmp(terminal, "dumb") != 0;
}

void host_screen_show(const struct plan *plan)
{
	struct host_screen screen = {.colours = host_screen_wants_colours()};

	if (log_current_level() < LOG_LEVEL_INFO)
		return;
	host_screen_end_line(&screen);
	host_screen_colour(&screen, HOST_SCREEN_BOLD);
	host_screen_add(&screen, "The network \"%s\" is ready.", plan->name);
	host_screen_colour(&screen, HOST_SCREEN_PLAIN);
	host_screen_end_line(&screen);
	host_screen_end_line(&screen);
	host_screen_add_network(&screen, plan);
	host_screen_add_advice(&screen, plan);
	host_screen_add_attach(&screen, plan);
	host_screen_add_ctl(&screen);
	host_screen_title(&screen, "Stop", HOST_SCREEN_BOLD);
	host_screen_add(&screen, "Ctrl-C here");
	host_screen_end_line(&screen);
	host_screen_end_line(&screen);
	/* A single write, so that no other process's lines get in between. */
	if (write(STDERR_FILENO, screen.text, screen.length) < 0)
		log_debug("the terminal is gone");
}
