// SPDX-License-Identifier: GPL-2.0-or-later
#include "interface.h"

#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleantext.h"
#include "mac.h"

/* They only receive frames to their own address, whatever is requested. */
static bool interface_is_narrow(const struct link_facts *facts)
{
	static const char *const kinds[] = {"macvlan", "macvtap", "ipvlan", "ipvtap"};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(facts->kind, kinds[i]) == 0)
			return true;
	}
	return false;
}

/*
 * vmnet-NAME is a network's device, vmnet_NAME its TAP. vmnet-_ID, which instances share, is
 * allowed.
 */
static bool interface_is_ours(const struct link_facts *facts)
{
	bool device = strncmp(facts->name, "vmnet-", strlen("vmnet-")) == 0;
	bool tap = strncmp(facts->name, "vmnet_", strlen("vmnet_")) == 0;

	if (strcmp(facts->kind, "tun") == 0)
		return device || tap;
	return device && facts->name[strlen("vmnet-")] != '_' && strcmp(facts->kind, "bridge") == 0;
}

/* NULL if there is no objection, else the reason, with a placeholder for the master's name. */
static const char *interface_objection(const struct link_facts *facts,
				       const struct link_facts *master, bool wireless)
{
	if (facts->flags & IFF_LOOPBACK)
		return "is the loopback interface, which leads to no LAN";
	if (wireless)
		return "is a Wi-Fi interface: access points drop frames from addresses that have "
		       "not joined them, so guests would get no answers; use --vmnet-mode=shared";
	if (facts->type != ARPHRD_ETHER)
		return "is not an Ethernet device; use --vmnet-mode=shared";
	if (interface_is_ours(facts))
		return "is a device of vde_vmnet itself";
	if (interface_is_narrow(facts))
		return "receives only what is sent to its own address; use the device below it";
	if (!master || strcmp(master->kind, "vrf") == 0)
		return NULL;
	if (strcmp(master->kind, "bridge") == 0)
		return "is a member of the bridge %1$s; use --vmnet-interface=%1$s";
	if (strcmp(master->kind, "bond") == 0 || strcmp(master->kind, "team") == 0)
		return "is part of %1$s; use --vmnet-interface=%1$s";
	return "belongs to %1$s, which takes everything it receives";
}

enum interface_use interface_judge(const struct link_facts *facts, const struct link_facts *master,
				   bool wireless, char *why)
{
	const char *objection = interface_objection(facts, master, wireless);

	if (objection) {
		snprintf(why, INTERFACE_WHY_MAX, objection, master ? master->name : "");
		return INTERFACE_NONE;
	}
	return strcmp(facts->kind, "bridge") == 0 ? INTERFACE_BRIDGE : INTERFACE_NIC;
}

bool interface_is_wireless(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211", name);
	if (access(path, F_OK) == 0)
		return true;
	snprintf(path, sizeof(path), "/sys/class/net/%s/wireless", name);
	return access(path, F_OK) == 0;
}

static enum interface_use interface_examine(struct link *link, const struct link_facts *facts,
					    char *why)
{
	struct link_facts master;
	bool has_master = facts->master && link_describe(link, facts->master, NULL, &master) == 0;

	return interface_judge(facts, has_master ? &master : NULL,
			       interface_is_wireless(facts->name), why);
}

struct interface_names {
	struct link *link;
	char text[256];
};

static void interface_add_name(void *context, const struct link_facts *facts)
{
	struct interface_names *names = context;
	size_t length = strlen(names->text);
	char why[INTERFACE_WHY_MAX];

	if (interface_examine(names->link, facts, why) == INTERFACE_NONE ||
	    length + IF_NAMESIZE + 2 > sizeof(names->text))
		return;
	snprintf(names->text + length, sizeof(names->text) - length, "%s%s", length ? ", " : "",
		 facts->name);
}

int interface_choose(struct link *link, const char *name, struct link_facts *facts,
		     enum interface_use *use, struct problem *problem)
{
	struct interface_names names = {.link = link};
	char why[INTERFACE_WHY_MAX];
	int ret = link_describe(link, 0, name, facts);

	if (ret < 0) {
		link_each(link, interface_add_name, &names);
		return problem_set_passing(
			problem, "--vmnet-interface=%s: %s; available here: %s", name,
			ret == -ENODEV ? "there is no such interface" : strerror(-ret),
			*names.text ? names.text : "none");
	}
	*use = interface_examine(link, facts, why);
	if (*use == INTERFACE_NONE)
		return problem_set(problem, STATUS_HOST, "--vmnet-interface=%s %s", name, why);
	return 0;
}

static void interface_print(void *context, const struct link_facts *facts)
{
	struct link *link = context;
	char addresses[LINK_ADDRESSES_MAX];
	char why[INTERFACE_WHY_MAX];
	enum interface_use use = interface_examine(link, facts, why);
	const char *state = "down";

	if (use == INTERFACE_NONE)
		return;
	if (facts->flags & IFF_UP)
		state = facts->flags & IFF_RUNNING ? "up" : "up, no carrier";
	link_format_addresses(link, facts->index, addresses);
	cleantext_print("%-15s  %-8s  %s  %s\n", facts->name, *facts->kind ? facts->kind : "NIC",
			*addresses ? addresses : "no address", state);
}

int interface_list(struct problem *problem)
{
	struct link link;
	int ret = link_init(&link);

	if (ret == 0)
		ret = link_each(&link, interface_print, &link);
	link_finish(&link);
	if (ret < 0)
		problem_set(problem, STATUS_HOST, "rtnetlink: %s", strerror(-ret));
	return ret < 0 ? STATUS_HOST : STATUS_STOPPED;
}

void interface_make_mac(const uint8_t bridge[MAC_SIZE], bool alone, uint8_t mac[MAC_SIZE])
{
	static const uint8_t none[MAC_SIZE];

	if (alone) {
		if (memcmp(bridge, none, MAC_SIZE) != 0)
			memcpy(mac, bridge, MAC_SIZE);
		return;
	}
	mac[0] = 0xfe; /* the highest that is unicast and locally administered */
	if (memcmp(mac, bridge, MAC_SIZE) > 0)
		return;
	mac[1] = 0xff;
	if (memcmp(mac, bridge, MAC_SIZE) > 0)
		return;
	memset(mac + 2, 0xff, MAC_SIZE - 2);
}

bool interface_has_own_mac(const char *name)
{
	enum { SET = 3 }; /* NET_ADDR_SET, linux/netdevice.h */
	char path[64];
	int type = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/addr_assign_type", name);
	file = fopen(path, "re");
	if (file) {
		if (fscanf(file, "%d", &type) != 1)
			type = 0;
		fclose(file);
	}
	return type == SET;
}

struct interface_members {
	int bridge;
	unsigned n;
};

static void interface_count_member(void *context, const struct link_facts *facts)
{
	struct interface_members *members = context;

	if (facts->master == members->bridge)
		members->n++;
}

void interface_choose_mac(struct link *link, const struct link_facts *bridge, uint8_t mac[MAC_SIZE])
{
	struct interface_members members = {.bridge = bridge->index};
	bool alone;

	link_each(link, interface_count_member, &members);
	alone = members.n == 0 && !interface_has_own_mac(bridge->name);
	interface_make_mac(bridge->mac, alone, mac);
}
