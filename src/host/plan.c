// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsmasq.h"
#include "interface.h"
#include "mac.h"
#include "mtu.h"
#include "pidfile.h"
#include "sandbox.h"
#include "sysctl.h"
#include "tap.h"

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

/* No network's name begins with the underscore. */
void plan_name_bridge(const uint8_t id[UUID_SIZE], char bridge[IF_NAMESIZE])
{
	snprintf(bridge, IF_NAMESIZE, "vmnet-_%08" PRIx32,
		 (uint32_t)plan_hash((const char *)id, UUID_SIZE));
}

void plan_make_mac(const char *seed, size_t size, uint8_t mac[MAC_SIZE])
{
	uint64_t hash = plan_hash(seed, size);

	for (int i = 0; i < MAC_SIZE; i++)
		mac[i] = (uint8_t)(hash >> 8 * i);
	mac[0] = (uint8_t)((mac[0] & 0xfc) | 0x02); /* unicast, locally administered */
}

struct in6_addr plan_make_prefix6(const char *seed, size_t size, unsigned n)
{
	char text[PLAN_SEED_MAX + 16];
	int length;

	assert(size <= PLAN_SEED_MAX);
	memcpy(text, seed, size);
	length = snprintf(text + size, sizeof(text) - size, " ipv6 %u", n);
	return ula_make(plan_hash(text, size + (size_t)length));
}

/* The interface id, else the network's name and this machine's id. Returns its size. */
static size_t plan_make_seed(const struct config *config, char seed[PLAN_SEED_MAX])
{
	size_t length;
	ssize_t n = 0;
	int fd;

	if (config->has_interface_id) {
		memcpy(seed, config->interface_id, UUID_SIZE);
		return UUID_SIZE;
	}
	length = (size_t)snprintf(seed, PLAN_SEED_MAX, "%s ", config->name);
	fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, seed + length, 32);
		close(fd);
	}
	return length + (n > 0 ? (size_t)n : 0);
}

static int plan_check_privilege(struct problem *problem)
{
	const char *missing = sandbox_missing_capability();

	if (missing)
		return problem_set(
			problem, STATUS_HOST,
			"no privilege to make a network (%s): start it with sudo, or give that "
			"capability to its service or container",
			missing);
	return 0;
}

static const char *plan_advise_on_tun(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "try: modprobe tun; a container must be given the device";
	case EACCES:
	case EPERM:
		return "it must be open to us; a container must be given the device";
	default:
		return "something else is in its place: remove that, then: modprobe tun";
	}
}

/* Capabilities count for the networks of one's own user namespace alone. */
static const char *plan_advise_on_sysctls(int error)
{
	return error == EACCES ? "this network is another user namespace's; a container needs a "
				 "network of its own, not its host's"
			       : "a container must have it writable";
}

/* The device, and its settings: in containers both may be closed to us. */
static int plan_check_kernel(const struct config *config, struct problem *problem)
{
	const char *key = config->mode == CONFIG_BRIDGED ? "ipv6/conf/default/disable_ipv6"
							 : "ipv4/conf/default/rp_filter";
	int ret = tap_check();

	if (ret < 0)
		return problem_set(problem, STATUS_HOST, "/dev/net/tun: %s; %s", strerror(-ret),
				   plan_advise_on_tun(-ret));
	ret = sysctl_check(key);
	if (ret < 0 && ret != -ENOENT) /* no IPv6: nothing to set */
		return problem_set(problem, STATUS_HOST, "/proc/sys/net/%s: %s; %s", key,
				   strerror(-ret), plan_advise_on_sysctls(-ret));
	return 0;
}

static int plan_check_identity(const struct identity *identity,
			       int (*enter)(const struct identity *identity), unsigned n,
			       struct problem *problem)
{
	int ret = sandbox_try(enter, identity, n);

	if (ret == 0)
		return 0;
	if (ret == -EAGAIN)
		return problem_set(problem, STATUS_HOST,
				   "the user %s cannot have %u processes more: raise the limit "
				   "RLIMIT_NPROC (ulimit -u; in a unit, LimitNPROC=)",
				   identity->name, n);
	return problem_set(
		problem, STATUS_HOST,
		"no process can become the user %s (uid %u, gid %u): %s; a container "
		"needs a range of users and groups (/proc/self/uid_map and gid_map), and "
		"not 'deny' in /proc/self/setgroups",
		identity->name, identity->uid, identity->gid, strerror(-ret));
}

/* Whether it is a directory that the host process makes for the worker, in RUNDIR. */
static bool plan_is_ours(const char *path)
{
	return strncmp(path, RUNDIR "/", strlen(RUNDIR "/")) == 0;
}

/* Right in RUNDIR, where only we make anything: not the directory that the plan has. */
static bool plan_is_closed(const struct plan *plan, const char *path)
{
	return identity_can_change() && plan_is_ours(path) &&
	       !strchr(path + strlen(RUNDIR "/"), '/') && strcmp(path, plan->directory) != 0;
}

/* An endpoint that can never come to be is the user's mistake; one that is not there yet is not. */
static int plan_check_endpoint(const struct plan *plan, const struct endpoint *endpoint,
			       struct problem *problem)
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
	if (endpoint->kind == ENDPOINT_SWITCH && plan_is_closed(plan, endpoint->path))
		return problem_set(problem, STATUS_USAGE,
				   "%s: in %s a switch is called NAME.ctl, after its network; name "
				   "another path, or the network by --name",
				   endpoint->path, RUNDIR);
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

static void plan_choose_form(struct plan *plan, const struct config *config)
{
	switch (config->mode) {
	case CONFIG_SHARED:
		plan->form = PLAN_SHARED;
		break;
	case CONFIG_HOST:
		plan->form = config->has_network_id ? PLAN_SEGMENT : PLAN_HOST;
		break;
	case CONFIG_BRIDGED:
		plan->form = PLAN_NIC; /* or a bridge, when the host has been asked */
		break;
	}
}

/* dnsmasq, where there is a use for it. */
static int plan_find_dnsmasq(struct plan *plan, struct problem *problem)
{
	if (!(plan->form & PLAN_SERVED))
		return 0;
	if (identity_dnsmasq(&plan->dnsmasq, problem) < 0)
		return -1;
	plan->dnsmasq_path = dnsmasq_find();
	if (plan->dnsmasq_path)
		return 0;
	return problem_set(problem, STATUS_HOST,
			   "dnsmasq is not installed; install the package dnsmasq-base (or "
			   "dnsmasq)");
}

/* Sockets of others have their own groups: to those we come as who we are. */
static bool plan_makes_sockets(const struct config *config)
{
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (endpoint_is_ours(&config->endpoints[i]))
			return true;
	}
	return false;
}

static void plan_choose_access(struct plan *plan, const struct config *config)
{
	plan->access = plan->group;
	plan->access_name = *config->group ? config->group : NULL;
	if (!*config->group && plan_makes_sockets(config))
		plan->access_name = identity_default_group(&plan->worker, &plan->access);
	if (!plan->access_name)
		plan->access = (gid_t)-1;
}

int plan_check_host(struct plan *plan, const struct config *config, struct problem *problem)
{
	const char *sudo_uid = getuid() == 0 ? getenv("SUDO_UID") : NULL;

	if (plan_check_privilege(problem) < 0 || plan_check_kernel(config, problem) < 0)
		return -1;
	plan_choose_form(plan, config);
	plan->group = (gid_t)-1;
	plan_choose_directory(plan, config);
	if (*config->group && identity_group(config->group, &plan->group) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "--vde-group=%s: no such group; groupadd --system %s makes it%s",
				   config->group, config->group,
				   strcmp(config->group, "vde-vmnet") == 0
					   ? ", and with systemd make install"
					   : "");
	if (identity_worker(&plan->worker, config->user, plan->group, sudo_uid, problem) < 0 ||
	    plan_find_dnsmasq(plan, problem) < 0)
		return -1;
	plan_choose_access(plan, config);
	if (plan_check_identity(&plan->worker, sandbox_enter_worker, 1 + config->n_endpoints,
				problem) < 0)
		return -1;
	if ((plan->form & PLAN_SERVED) &&
	    plan_check_identity(&plan->dnsmasq, sandbox_enter_dnsmasq, 2, problem) < 0)
		return -1;
	for (unsigned i = 0; i < config->n_endpoints; i++) {
		if (plan_check_endpoint(plan, &config->endpoints[i], problem) < 0)
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
	unsigned net = plan->form == PLAN_HOST ? SUBNET_HOST : SUBNET_SHARED;
	uint32_t gateway = config->gateway;

	for (unsigned n = 0; !config->has_gateway; n++) {
		gateway = subnet_candidate(net, n);
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

static int plan_check_prefix6(struct plan *plan, const struct config *config,
			      const struct link *link, struct problem *problem)
{
	char what[LINK_OVERLAP_MAX];
	char text[ULA_TEXT_MAX];

	if (plan->no_ipv6)
		return problem_set(
			problem, STATUS_HOST,
			"no IPv6 for --vmnet-nat66-prefix: %s; leave the option away, or "
			"change that",
			plan->no_ipv6);
	if (link_overlaps6(link, &config->prefix6, ULA_BITS, what))
		return problem_set(problem, STATUS_HOST,
				   "the prefix %s/%d is in use here already, by %s; choose another "
				   "--vmnet-nat66-prefix",
				   ula_format(&config->prefix6, text), ULA_BITS, what);
	plan->prefix6 = config->prefix6;
	plan->ipv6 = true;
	return 0;
}

/* The prefix that was asked for, or the first of ours that is free, or no IPv6. */
static int plan_choose_prefix6(struct plan *plan, const struct config *config,
			       const struct link *link, const char *seed, size_t size,
			       struct problem *problem)
{
	enum { TRIES = 8 }; /* one is free, unless a route takes all of fd00::/8 */
	char what[LINK_OVERLAP_MAX];

	if (config->ipv6_off)
		return 0;
	plan->no_ipv6 = config->mtu < MTU_IPV6 ? "it needs an MTU of 1280 bytes" : ipv6_missing();
	if (config->has_prefix6)
		return plan_check_prefix6(plan, config, link, problem);
	if (plan->no_ipv6)
		return 0;
	for (unsigned n = 0; n < TRIES && !plan->ipv6; n++) {
		plan->prefix6 = plan_make_prefix6(seed, size, n);
		plan->ipv6 = !link_overlaps6(link, &plan->prefix6, ULA_BITS, what);
	}
	if (!plan->ipv6)
		plan->no_ipv6 = "the host has a route for every prefix we would choose";
	return 0;
}

static void plan_choose_ports(struct plan *plan, const struct config *config)
{
	struct natports_use use;

	natports_read(&use);
	plan->nat_ports = config->has_nat_ports
				  ? natports_name(&use, config->nat_port_low, config->nat_port_high)
				  : natports_choose(&use);
	plan->rules.port_low = plan->nat_ports.low;
	plan->rules.port_high = plan->nat_ports.high;
}

/* What guests are served: a subnet, leases, IPv6, and rules about all. */
static int plan_make_served(struct plan *plan, const struct config *config, const struct link *link,
			    const char *seed, size_t size, struct problem *problem)
{
	plan->rules = (struct ruleset){.table = plan->table,
				       .device = plan->device,
				       .subnet = &plan->subnet,
				       .outside = plan->form == PLAN_SHARED,
				       .isolated = config->isolated};
	if (plan_choose_subnet(plan, config, link, problem) < 0 ||
	    plan_choose_prefix6(plan, config, link, seed, size, problem) < 0)
		return -1;
	if (plan->ipv6)
		plan->rules.prefix6 = &plan->prefix6;
	if (plan->form == PLAN_SHARED)
		plan_choose_ports(plan, config);
	snprintf(plan->lease_file, sizeof(plan->lease_file), "%s/%s.leases", STATEDIR,
		 config->name);
	plan->rules.dns_timeout = true; /* unless the kernel says no */
	ruleset_format(&plan->rules, plan->ruleset);
	return 0;
}

void plan_find_uplinks(struct plan *plan, struct link *link)
{
	plan->n_uplinks = link_uplinks(link, AF_INET, plan->only, plan->n_only, plan->uplinks,
				       LINK_DEFAULTS_MAX);
	plan->n_uplinks6 = 0;
	if (plan->ipv6)
		plan->n_uplinks6 = link_uplinks(link, AF_INET6, plan->only, plan->n_only,
						plan->uplinks6, LINK_DEFAULTS_MAX);
}

static void plan_make_shared(struct plan *plan, const struct config *config, struct link *link)
{
	plan->n_only = config->n_uplinks;
	memcpy(plan->only, config->uplinks, sizeof(plan->only));
	plan_find_uplinks(plan, link);
	if (plan->ipv6)
		plan->forwarding6 = ipv6_find_forwarding();
}

static void plan_make_segment(struct plan *plan, const struct config *config)
{
	struct segment *segment = &plan->segment;

	memcpy(segment->id, config->network_id, UUID_SIZE);
	plan_name_bridge(segment->id, segment->bridge);
	plan_make_mac((const char *)segment->id, UUID_SIZE, segment->mac);
	ruleset_format_segment(plan->table, plan->device, plan->ruleset);
}

/* What guests may send is what the interface carries, as far as endpoints do. */
static int plan_choose_mtu(struct plan *plan, const struct config *config, struct problem *problem)
{
	unsigned max = plan->interface.mtu;

	if (config->has_mtu && config->mtu > max)
		return problem_set(problem, STATUS_HOST, "--mtu=%u: %s carries at most %u bytes",
				   config->mtu, plan->interface.name, max);
	for (unsigned i = 0; i < config->n_endpoints && !config->has_mtu; i++) {
		unsigned most = endpoint_max_mtu(&config->endpoints[i]);

		max = most < max ? most : max;
	}
	plan->mtu = config->has_mtu ? config->mtu : max;
	if (plan->mtu >= MTU_MIN && plan->mtu <= MTU_MAX)
		return 0;
	return problem_set(problem, STATUS_HOST, "%s carries %u bytes; %d to %d can be used",
			   plan->interface.name, plan->interface.mtu, MTU_MIN, MTU_MAX);
}

/* Which of the two forms, and nothing that the interface does not have by itself. */
static int plan_make_bridged(struct plan *plan, const struct config *config, struct link *link,
			     struct problem *problem)
{
	enum interface_use use;

	if (interface_choose(link, config->interface, &plan->interface, &use, problem) < 0)
		return -1;
	plan->form = use == INTERFACE_BRIDGE ? PLAN_BRIDGE : PLAN_NIC;
	if (plan->form == PLAN_BRIDGE)
		interface_choose_mac(link, &plan->interface, plan->mac);
	return plan_choose_mtu(plan, config, problem);
}

int plan_make(struct plan *plan, const struct config *config, struct link *link,
	      struct problem *problem)
{
	char seed[PLAN_SEED_MAX];
	size_t size = plan_make_seed(config, seed);

	plan_name_device(config->name, plan->device);
	plan_make_mac(seed, size, plan->mac);
	snprintf(plan->table, sizeof(plan->table), "vde_vmnet-%s", config->name);
	if (if_nametoindex(plan->device) != 0 && strcmp(plan->device, link->own) != 0)
		return problem_set(problem, STATUS_HOST,
				   "a device %s is there already; remove it, or use --name",
				   plan->device);
	plan->mtu = config->mtu;
	if ((plan->form & PLAN_BRIDGED) && plan_make_bridged(plan, config, link, problem) < 0)
		return -1;
	if ((plan->form & PLAN_SERVED) &&
	    plan_make_served(plan, config, link, seed, size, problem) < 0)
		return -1;
	if (plan->form & PLAN_SEGMENT)
		plan_make_segment(plan, config);
	if (plan->form & PLAN_SHARED)
		plan_make_shared(plan, config, link);
	return 0;
}
