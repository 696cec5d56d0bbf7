// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsmasq.h"
#include "pidfile.h"
#include "sandbox.h"

/* FNV-1a, 64 bits (RFC 9923): spreads a seed, protects nothing. */
static uint64_t plan_hash(const char *data, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (uint8_t)data[i]) * 0x100000001b3u;
	return hash;
}

void plan_name_device(const char *name, char device[IF_NAMESIZE])
{
	int length = snprintf(device, IF_NAMESIZE, "vmnet-%s", name);

	if (length >= IF_NAMESIZE)
		snprintf(device, IF_NAMESIZE, "vmnet-%08" PRIx32,
			 (uint32_t)plan_hash(name, strlen(name)));
}

void plan_make_mac(const char *seed, size_t size, uint8_t mac[LINK_MAC_SIZE])
{
	uint64_t hash = plan_hash(seed, size);

	for (int i = 0; i < LINK_MAC_SIZE; i++)
		mac[i] = (uint8_t)(hash >> 8 * i);
	mac[0] = (uint8_t)((mac[0] & 0xfc) | 0x02); /* unicast, locally administered */
}

/* From the interface id, else from the network's name and this machine's id. */
static void plan_choose_mac(struct plan *plan, const struct config *config)
{
	char seed[128] = "";
	size_t length;
	ssize_t n = 0;
	int fd;

	if (config->has_interface_id) {
		plan_make_mac((const char *)config->interface_id, UUID_SIZE, plan->mac);
		return;
	}
	length = (size_t)snprintf(seed, sizeof(seed), "%s ", config->name);
	fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, seed + length, 32);
		close(fd);
	}
	plan_make_mac(seed, length + (n > 0 ? (size_t)n : 0), plan->mac);
}

static int plan_check_privilege(struct problem *problem)
{
	const char *missing = sandbox_missing_capability();

	if (missing)
		return problem_set(
			problem, STATUS_HOST,
			"no privilege to make a network (%s): start it with sudo, or as a "
			"service with that capability",
			missing);
	if (access("/dev/net/tun", R_OK | W_OK) < 0)
		return problem_set(problem, STATUS_HOST, "/dev/net/tun: %s; try: modprobe tun",
				   strerror(errno));
	return 0;
}

/* Whether it is a directory that the host process makes for the worker, in RUNDIR. */
static bool plan_is_ours(const char *path)
{
	return strncmp(path, RUNDIR "/", strlen(RUNDIR "/")) == 0;
}

/* An endpoint that can never come to be is the user's mistake; one that is not there yet is not. */
static int plan_check_endpoint(const struct endpoint *endpoint, struct problem *problem)
{
	char directory[ENDPOINT_PATH_MAX];
	const char *slash = strrchr(endpoint->path, '/');
	/* Another's switch may be linked to; what we make at a path may not. */
	int flags = endpoint->kind == ENDPOINT_VDE ? 0 : AT_SYMLINK_NOFOLLOW;
	bool exists;
	struct stat st;

	if (endpoint->kind == ENDPOINT_LOCATOR)
		return 0;
	exists = fstatat(AT_FDCWD, endpoint->path, &st, flags) == 0;
	if (endpoint->kind == ENDPOINT_VDE) {
		if (exists && !S_ISDIR(st.st_mode))
			return problem_set(
				problem, STATUS_USAGE,
				"%s: no directory; a vde_switch is named by its directory",
				endpoint->path);
		return 0;
	}
	if (exists && endpoint->kind == ENDPOINT_PTP && !S_ISSOCK(st.st_mode))
		return problem_set(problem, STATUS_USAGE,
				   "%s: exists and is no socket; name a path that is free",
				   endpoint->path);
	if (exists && endpoint->kind == ENDPOINT_SWITCH && !S_ISDIR(st.st_mode))
		return problem_set(problem, STATUS_USAGE,
				   "%s: exists and is no directory; name a path that is free",
				   endpoint->path);
	if (plan_is_ours(endpoint->path)) /* RUNDIR is made later */
		return 0;
	snprintf(directory, sizeof(directory), "%.*s/", slash ? (int)(slash - endpoint->path) : 0,
		 endpoint->path);
	if (stat(directory, &st) < 0)
		return problem_set(problem, STATUS_USAGE, "%s: its directory: %s", endpoint->path,
				   strerror(errno));
	return 0;
}

static void plan_choose_directory(struct plan *plan, const struct config *config)
{
	char ours[PLAN_PATH_MAX];

	snprintf(ours, sizeof(ours), "%s/%s.ctl", RUNDIR, config->name);
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (config->endpoints[i].kind == ENDPOINT_SWITCH &&
		    strcmp(config->endpoints[i].path, ours) == 0)
			memcpy(plan->directory, ours, sizeof(ours));
	}
}

int plan_check_host(struct plan *plan, const struct config *config, struct problem *problem)
{
	const char *sudo_uid = getuid() == 0 ? getenv("SUDO_UID") : NULL;

	if (plan_check_privilege(problem) < 0)
		return -1;
	plan->group = (gid_t)-1;
	plan_choose_directory(plan, config);
	if (*config->group && identity_group(config->group, &plan->group) < 0)
		return problem_set(problem, STATUS_USAGE, "--vde-group=%s: no such group",
				   config->group);
	if (identity_worker(&plan->worker, config->user, plan->group, sudo_uid, problem) < 0 ||
	    identity_dnsmasq(&plan->dnsmasq, problem) < 0)
		return -1;
	plan->dnsmasq_path = dnsmasq_find();
	if (!plan->dnsmasq_path)
		return problem_set(problem, STATUS_HOST,
				   "dnsmasq is not installed; install the package dnsmasq-base (or "
				   "dnsmasq)");
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (plan_check_endpoint(&config->endpoints[i], problem) < 0)
			return -1;
	}
	if (*config->pidfile && pidfile_check(config->pidfile, problem) < 0)
		return -1;
	return 0;
}

/* The subnet that was asked for, or the first that is free. */
static int plan_choose_subnet(struct plan *plan, const struct config *config,
			      const struct link *link, struct problem *problem)
{
	char what[LINK_OVERLAP_MAX];
	char text[SUBNET_TEXT_MAX];
	uint32_t gateway = config->gateway;

	for (unsigned n = 0; !config->has_gateway; n++) {
		gateway = subnet_candidate(n);
		if (gateway == 0)
			return problem_set(problem, STATUS_HOST,
					   "every subnet we would choose is in use here; name a "
					   "free one by --vmnet-gateway");
		if (!link_overlaps(link, gateway, config->prefix, what))
			break;
	}
	subnet_init(&plan->subnet, gateway, config->prefix, config->dhcp_end);
	subnet_format(subnet_network(gateway, config->prefix), text);
	if (config->has_gateway && link_overlaps(link, gateway, config->prefix, what))
		return problem_set(problem, STATUS_HOST,
				   "the subnet %s/%u is in use here already, by %s; choose another "
				   "--vmnet-gateway",
				   text, config->prefix, what);
	return 0;
}

int plan_make(struct plan *plan, const struct config *config, const struct link *link,
	      struct problem *problem)
{
	struct ruleset ruleset = {
		.table = plan->table, .device = plan->device, .subnet = &plan->subnet};

	plan_name_device(config->name, plan->device);
	plan_choose_mac(plan, config);
	snprintf(plan->table, sizeof(plan->table), "vde_vmnet-%s", config->name);
	snprintf(plan->lease_file, sizeof(plan->lease_file), "%s/%s.leases", STATEDIR,
		 config->name);
	if (if_nametoindex(plan->device) != 0)
		return problem_set(problem, STATUS_HOST,
				   "a device %s is there already; remove it, or use --name",
				   plan->device);
	if (plan_choose_subnet(plan, config, link, problem) < 0)
		return -1;
	plan->n_uplinks = link_default_devices(link, plan->uplinks, LINK_DEFAULTS_MAX);
	ruleset_format(&ruleset, plan->ruleset);
	return 0;
}

void plan_print(const struct plan *plan, const struct config *config)
{
	char gateway[SUBNET_TEXT_MAX];
	char first[SUBNET_TEXT_MAX];
	char last[SUBNET_TEXT_MAX];

	printf("network    %s (shared)\n", config->name);
	printf("device     %s, MAC %02x:%02x:%02x:%02x:%02x:%02x, MTU %u\n", plan->device,
	       plan->mac[0], plan->mac[1], plan->mac[2], plan->mac[3], plan->mac[4], plan->mac[5],
	       config->mtu);
	printf("gateway    %s/%u\n", subnet_format(plan->subnet.gateway, gateway),
	       plan->subnet.prefix);
	if (config->disable_dhcp)
		printf("DHCP       off\n");
	else
		printf("DHCP       %s to %s\n", subnet_format(plan->subnet.dhcp_first, first),
		       subnet_format(plan->subnet.dhcp_last, last));
	printf("dnsmasq    %s as %s, leases in %s\n", plan->dnsmasq_path, plan->dnsmasq.name,
	       plan->lease_file);
	printf("uplinks   ");
	for (unsigned i = 0; i < plan->n_uplinks; i++)
		printf(" %s", plan->uplinks[i]);
	printf("%s\n", plan->n_uplinks ? "" : " none: the host has no default route");
	printf("nftables   table inet %s\n", plan->table);
	printf("worker     as %s\n", plan->worker.name);
	for (unsigned i = 0; i < config->n_endpoints; i++)
		printf("endpoint   %s\n", config->endpoints[i].locator);
}
