// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foreignbridge.h"
#include "interface.h"
#include "link.h"
#include "mtu.h"
#include "nic.h"
#include "plan_names.h"
#include "sysctl.h"

/* The interface id, or else the network's name and this machine's id. Returns its size. */
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

/*
 * The gateway of the least used among the subnets we would choose: a VPN may have routes to all
 * private networks, and still need none of them here. 0: all are taken.
 */
static uint32_t plan_find_gateway(const struct link *link, unsigned net, unsigned prefix)
{
	unsigned least = LINK_TAKEN;
	char what[LINK_OVERLAP_MAX];
	uint32_t found = 0;
	uint32_t gateway;

	for (unsigned n = 0; least > LINK_FREE && (gateway = subnet_candidate(net, n)) != 0; n++) {
		unsigned use = link_overlaps(link, gateway, prefix, what);

		if (use < least) {
			least = use;
			found = gateway;
		}
	}
	return found;
}

/*
 * The requested subnet, unless it is taken; or one of ours. Whatever takes it may go away, as a VPN
 * does: then the service's next attempt succeeds.
 */
static int plan_choose_subnet(struct plan *plan, const struct config *config,
			      const struct link *link, struct problem *problem)
{
	char what[LINK_OVERLAP_MAX];
	char text[SUBNET_TEXT_MAX];
	unsigned net = plan->form == PLAN_HOST ? SUBNET_HOST : SUBNET_SHARED;
	uint32_t gateway = config->has_gateway ? config->gateway
					       : plan_find_gateway(link, net, config->prefix);

	if (gateway == 0)
		return problem_set_passing(problem, "every subnet we would choose is in use here; "
						    "choose a free one with --vmnet-gateway");
	subnet_init(&plan->subnet, gateway, config->prefix, config->dhcp_end);
	subnet_format(subnet_network(gateway, config->prefix), text);
	if (link_overlaps(link, gateway, config->prefix, what) == LINK_TAKEN)
		return problem_set_passing(problem,
					   "the subnet %s/%u is already in use here, by %s; choose "
					   "another --vmnet-gateway",
					   text, config->prefix, what);
	return 0;
}

static int plan_check_prefix6(struct plan *plan, const struct config *config,
			      const struct link *link, struct problem *problem)
{
	char what[LINK_OVERLAP_MAX];
	char text[ULA_TEXT_MAX];

	if (plan->no_ipv6)
		return problem_set(problem, STATUS_HOST,
				   "no IPv6 for --vmnet-nat66-prefix: %s; change that, or leave "
				   "the option out",
				   plan->no_ipv6);
	if (link_overlaps6(link, &config->prefix6, ULA_BITS, what) == LINK_TAKEN)
		return problem_set_passing(problem,
					   "the prefix %s/%d is already in use here, by %s; choose "
					   "another --vmnet-nat66-prefix",
					   ula_format(&config->prefix6, text), ULA_BITS, what);
	plan->prefix6 = config->prefix6;
	plan->ipv6 = true;
	return 0;
}

/* The first of ours that is free, or the least used one; or no IPv6. */
static void plan_find_prefix6(struct plan *plan, const struct link *link, const char *seed,
			      size_t size)
{
	enum { TRIES = 8 };
	unsigned least = LINK_TAKEN;
	char what[LINK_OVERLAP_MAX];

	for (unsigned n = 0; n < TRIES && least > LINK_FREE; n++) {
		struct in6_addr prefix = plan_make_prefix6(seed, size, n);
		unsigned use = link_overlaps6(link, &prefix, ULA_BITS, what);

		if (use < least) {
			least = use;
			plan->prefix6 = prefix;
			plan->ipv6 = true;
		}
	}
	if (!plan->ipv6)
		plan->no_ipv6 = "every prefix we would choose is in use here";
}

/* The requested prefix, or one of ours. */
static int plan_choose_prefix6(struct plan *plan, const struct config *config,
			       const struct link *link, const char *seed, size_t size,
			       struct problem *problem)
{
	if (config->ipv6_off)
		return 0;
	plan->no_ipv6 =
		config->mtu < MTU_IPV6 ? "it needs an MTU of at least 1280 bytes" : ipv6_missing();
	if (config->has_prefix6)
		return plan_check_prefix6(plan, config, link, problem);
	if (!plan->no_ipv6)
		plan_find_prefix6(plan, link, seed, size);
	return 0;
}

/*
 * A forwarded port belongs to its guest, just as a port that the host listens on belongs to the
 * host.
 */
static void plan_mark_hostfwds(const struct plan *plan, struct natports_use *use)
{
	for (unsigned i = 0; i < plan->n_hostfwds; i++) {
		const struct hostfwd *hostfwd = &plan->hostfwds[i];

		for (unsigned port = hostfwd->first; port <= hostfwd->last; port++)
			use->kinds[port] |=
				hostfwd->protocol == IPPROTO_TCP ? NATPORTS_TCP : NATPORTS_UDP;
	}
}

static void plan_choose_ports(struct plan *plan, const struct config *config)
{
	struct natports_use use;

	natports_read(&use);
	plan_mark_hostfwds(plan, &use);
	plan->nat_ports = config->has_nat_ports
				  ? natports_name(&use, config->nat_port_low, config->nat_port_high)
				  : natports_choose(&use);
	plan->rules.port_low = plan->nat_ports.low;
	plan->rules.port_high = plan->nat_ports.high;
}

void plan_share_connections(struct plan *plan)
{
	int tracked = 0;

	if (sysctl_read("netfilter/nf_conntrack_max", &tracked) < 0 || tracked <= 0)
		tracked = LIMITRULES_TRACKED_MIN; /* no connections are tracked yet */
	plan->rules.limits.tracked = (unsigned)tracked;
	ruleset_format(&plan->rules, plan->ruleset);
}

struct hostfwd_network plan_hostfwd_network(const struct plan *plan, const struct dhcp *dhcp)
{
	return (struct hostfwd_network){.subnet = &plan->subnet,
					.knows_ipv6 = true,
					.prefix6 = plan->ipv6 ? &plan->prefix6 : NULL,
					.dhcp = dhcp,
					.serves_dhcp = plan->serves_dhcp};
}

/* Again, now that the network is known. */
static int plan_check_hostfwds(const struct plan *plan, const struct config *config,
			       struct problem *problem)
{
	const struct hostfwd_network network = plan_hostfwd_network(plan, &config->dhcp);

	for (unsigned i = 0; i < plan->n_hostfwds; i++) {
		char text[HOSTFWD_TEXT_MAX];
		struct problem why;

		if (hostfwd_check(&plan->hostfwds[i], &network, &why) < 0)
			return problem_set(problem, STATUS_USAGE, "--hostfwd=%s: %s",
					   hostfwd_format(&plan->hostfwds[i], text), why.text);
	}
	return 0;
}

/* Like host_worker_open(), for the rules. */
static void plan_guard_taps(struct plan *plan)
{
	const struct tapguard guard = {.table = plan->table,
				       .mac = plan->mac,
				       .subnet = &plan->subnet,
				       .prefix6 = plan->ipv6 ? &plan->prefix6 : NULL,
				       .open4 = !plan->serves_dhcp,
				       .open6 = !plan->serves_dhcp || !plan->ipv6,
				       .router6 = !plan->advertises};

	if (plan->bridges)
		tapguard_format(&guard, plan->tapguard);
}

/* Plans what guests are served: a subnet, leases, IPv6, and rules for all of it. */
static int plan_make_served(struct plan *plan, const struct config *config, const struct link *link,
			    const char *seed, size_t size, struct problem *problem)
{
	plan->rules = (struct ruleset){.table = plan->table,
				       .device = plan->device,
				       .subnet = &plan->subnet,
				       .bridge = plan->bridges ? plan->mac : NULL,
				       .outside = plan->form == PLAN_SHARED,
				       .open6 = config->disable_dhcp || config->disable_ra,
				       .isolated = config->isolated,
				       .link_local = config->allow_link_local,
				       .resolver = plan->serves_dns ? plan->dnsmasq.uid : 0,
				       .limits.guest = config->guest_connections};
	if (plan_choose_subnet(plan, config, link, problem) < 0 ||
	    plan_choose_prefix6(plan, config, link, seed, size, problem) < 0)
		return -1;
	if (plan_check_hostfwds(plan, config, problem) < 0)
		return -1;
	if (plan->ipv6)
		plan->rules.prefix6 = &plan->prefix6;
	if (plan->form == PLAN_SHARED)
		plan_choose_ports(plan, config);
	snprintf(plan->lease_file, sizeof(plan->lease_file), "%s/%s.leases", STATEDIR,
		 config->name);
	if (plan->form == PLAN_SHARED && plan->serves_dns)
		snprintf(plan->resolv_directory, sizeof(plan->resolv_directory), "%s/%s.dns",
			 RUNDIR, config->name);
	plan->rules.limits.dns_timeout = true; /* unless the kernel refuses */
	plan_share_connections(plan);
	plan_guard_taps(plan);
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

static void plan_make_sharedbridge(struct plan *plan, const struct config *config)
{
	struct sharedbridge *shared = &plan->sharedbridge;

	memcpy(shared->id, config->network_id, UUID_SIZE);
	plan_name_bridge(shared->id, shared->bridge);
	plan_make_mac((const char *)shared->id, UUID_SIZE, shared->mac);
	ruleset_format_sharedbridge(plan->table, plan->device, plan->ruleset);
	if (plan->hands_out)
		tapguard_format_hostless(plan->table, plan->tapguard);
}

/* Guests may send what the interface carries, limited by what the endpoints carry. */
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
	return problem_set(problem, STATUS_HOST, "%s has an MTU of %u bytes; %d to %d can be used",
			   plan->interface.name, plan->interface.mtu, MTU_MIN, MTU_MAX);
}

/* A unit may forbid packet sockets, or the kernel may lack them: the errno is the same. */
static int plan_check_nic(const struct plan *plan, struct problem *problem)
{
	int ret = nic_check();

	if (ret == 0)
		return 0;
	if (ret == -EAFNOSUPPORT && getenv("INVOCATION_ID"))
		return problem_set(problem, STATUS_HOST,
				   "the service may not open packet sockets, which %s needs: "
				   "systemctl daemon-reload permits them for each network whose "
				   "file says vmnet-mode=bridged; then start it again (in a unit "
				   "of your own: RestrictAddressFamilies=AF_PACKET)",
				   plan->interface.name);
	return problem_set(problem, STATUS_HOST, "cannot open packet sockets, which %s needs: %s",
			   plan->interface.name, strerror(-ret));
}

/* What tap:// needs of the interface: that TAPs can join it. */
static int plan_check_taps(const struct plan *plan, struct problem *problem)
{
	const char *name = plan->interface.name;

	if (plan->form == PLAN_NIC)
		return problem_set(problem, STATUS_HOST,
				   "tap:// with --vmnet-interface=%s: TAPs need a bridge, and %s "
				   "is a NIC; create a bridge, move the NIC and its addresses to "
				   "it and use that bridge, or use switch://",
				   name, name);
	if (foreignbridge_vlan(name) < 0)
		return problem_set(problem, STATUS_HOST,
				   "tap:// with --vmnet-interface=%s: it filters by VLAN and gives "
				   "new ports none (default_pvid 0), so nothing would pass; set "
				   "one: ip link set %s type bridge vlan_default_pvid VLAN",
				   name, name);
	return 0;
}

/* Chooses between the two forms, and takes everything else from the interface. */
static int plan_make_bridged(struct plan *plan, const struct config *config, struct link *link,
			     struct problem *problem)
{
	enum interface_use use;

	if (interface_choose(link, config->interface, &plan->interface, &use, problem) < 0)
		return -1;
	plan->form = use == INTERFACE_BRIDGE ? PLAN_BRIDGE : PLAN_NIC;
	if (plan->form == PLAN_BRIDGE)
		interface_choose_mac(link, &plan->interface, plan->mac);
	else if (!plan->hands_out && plan_check_nic(plan, problem) < 0)
		return -1;
	if (plan->hands_out && plan_check_taps(plan, problem) < 0)
		return -1;
	if (plan->hands_out)
		tapguard_format_lan(plan->table, plan->tapguard);
	return plan_choose_mtu(plan, config, problem);
}

/* What we are about to create must not exist, unless a killed instance left it. */
static int plan_check_name(const char *name, const struct link *link, struct problem *problem)
{
	if (if_nametoindex(name) == 0 || strcmp(name, link->own) == 0)
		return 0;
	return problem_set(problem, STATUS_HOST,
			   "a device %s already exists; remove it, or use another --name", name);
}

static int plan_name_devices(struct plan *plan, const struct config *config,
			     const struct link *link, struct problem *problem)
{
	plan_name_device(config->name, plan->device);
	memcpy(plan->tap, plan->device, sizeof(plan->tap));
	if (plan->bridges)
		plan_name_tap(plan->device, plan->tap);
	if (plan_check_name(plan->device, link, problem) < 0)
		return -1;
	/* If one is left over, so is the other. */
	return plan->bridges && !*link->own ? plan_check_name(plan->tap, link, problem) : 0;
}

int plan_make(struct plan *plan, const struct config *config, struct link *link,
	      struct problem *problem)
{
	char seed[PLAN_SEED_MAX];
	size_t size = plan_make_seed(config, seed);

	plan_make_mac(seed, size, plan->mac);
	snprintf(plan->table, sizeof(plan->table), "vde_vmnet-%s", config->name);
	if (plan_name_devices(plan, config, link, problem) < 0)
		return -1;
	plan->mtu = config->mtu;
	if ((plan->form & PLAN_BRIDGED) && plan_make_bridged(plan, config, link, problem) < 0)
		return -1;
	if ((plan->form & PLAN_SERVED) &&
	    plan_make_served(plan, config, link, seed, size, problem) < 0)
		return -1;
	if (plan->form & PLAN_SHAREDBRIDGE)
		plan_make_sharedbridge(plan, config);
	if (plan->form & PLAN_SHARED)
		plan_make_shared(plan, config, link);
	return 0;
}
