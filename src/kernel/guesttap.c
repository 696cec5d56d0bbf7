// SPDX-License-Identifier: GPL-2.0-or-later
#include "guesttap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/neighbour.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "link_change.h"
#include "link_tun.h"
#include "sysctl.h"

enum {
	GUESTTAP_ALIAS_MAX = 192,
	GUESTTAP_NETWORK_MAX = 64,
	GUESTTAP_LOWER_UP = 1 << 16, /* IFF_LOWER_UP, which <net/if.h> does not have */
};

#define GUESTTAP_RECORD	  "guesttaps"
#define GUESTTAP_ISOLATED ", isolated" /* at the end of a mark */

/* ---- names and marks ---- */

/* Like libvirt; with one bit changed if that would be the guest's own. */
void guesttap_own_mac(const uint8_t mac[MAC_SIZE], uint8_t own[MAC_SIZE])
{
	memcpy(own, mac, MAC_SIZE);
	own[0] = mac[0] == 0xfe ? 0xfa : 0xfe;
}

static void guesttap_format_alias(const struct guesttap *tap, const char *network,
				  char alias[GUESTTAP_ALIAS_MAX])
{
	char mac[MAC_TEXT_MAX];
	char own[MAC_TEXT_MAX];

	snprintf(alias, GUESTTAP_ALIAS_MAX, "vde_vmnet TAP of %s for uid %u, %s, device %s%s",
		 network, tap->uid, mac_format(tap->mac, mac), mac_format(tap->own, own),
		 tap->isolated ? GUESTTAP_ISOLATED : "");
}

static bool guesttap_read_alias(const char *alias, const char *network, struct guesttap *tap)
{
	char theirs[GUESTTAP_NETWORK_MAX];
	char mac[MAC_TEXT_MAX];
	char own[MAC_TEXT_MAX];
	int end = 0;

	if (!alias ||
	    sscanf(alias, "vde_vmnet TAP of %63s for uid %u, %17[0-9a-f:], device %17[0-9a-f:]%n",
		   theirs, &tap->uid, mac, own, &end) != 4 ||
	    strcmp(theirs, network) != 0 || mac_parse(mac, tap->mac) < 0 ||
	    mac_parse(own, tap->own) < 0)
		return false;
	tap->isolated = strcmp(alias + end, GUESTTAP_ISOLATED) == 0;
	return true;
}

/* ---- a new one ---- */

/*
 * Opens one more queue; the first one makes the device, and sets tap->name. Returns the descriptor,
 * or -errno.
 */
static int guesttap_open_queue(struct guesttap *tap, bool first, bool many)
{
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	struct ifreq request = {
		.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | (tap->plain ? 0 : IFF_VNET_HDR) |
				     (first ? IFF_TUN_EXCL : 0) | (many ? IFF_MULTI_QUEUE : 0))};
	int ret = fd < 0 ? -errno : 0;

	if (ret < 0)
		return ret;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s",
		 first ? GUESTTAP_NAME "%d" : tap->name);
	if (ioctl(fd, TUNSETIFF, &request) < 0)
		ret = -errno;
	/*
	 * Always: anyone can open a TAP without an owner, and each queue gets a share of its
	 * frames.
	 */
	if (ret == 0 && first && ioctl(fd, TUNSETOWNER, (unsigned long)geteuid()) < 0)
		ret = -errno;
	if (ret == 0 && first)
		memcpy(tap->name, request.ifr_name, sizeof(tap->name));
	if (ret == 0)
		return fd;
	close(fd);
	return ret;
}

/* Before it had an owner, someone may have opened a queue. 0, or -errno. */
static int guesttap_check_queues(struct link *link, const struct guesttap *tap, unsigned n)
{
	struct link_tun tun;
	int ret = link_describe_tun(link, tap->index, &tun);

	if (ret < 0)
		return ret;
	return tun.queues + tun.disabled == n ? 0 : -EBUSY;
}

static int guesttap_configure(struct link *link, const struct guesttap *tap, const char *network,
			      unsigned mtu)
{
	char alias[GUESTTAP_ALIAS_MAX];
	char key[64];
	int ret;

	/* It is the guest's: the host has no address on it, not even a link-local one. */
	snprintf(key, sizeof(key), "ipv6/conf/%s/disable_ipv6", tap->name);
	ret = sysctl_write(key, 1);
	if (ret < 0 && ret != -ENOENT)
		return ret;
	guesttap_format_alias(tap, network, alias);
	return link_configure(link, tap->name, tap->own, mtu, alias);
}

int guesttap_make(struct link *link, const char *network, unsigned mtu, unsigned n, int *fds,
		  struct guesttap *tap)
{
	unsigned opened = 0;
	int ret = 0;

	while (opened < n && ret >= 0) {
		ret = guesttap_open_queue(tap, opened == 0, n > 1);
		if (ret >= 0)
			fds[opened++] = ret;
	}
	if (ret >= 0) {
		tap->index = (int)if_nametoindex(tap->name);
		ret = n > 1 ? guesttap_check_queues(link, tap, n) : 0;
		if (ret == -EBUSY) /* or whoever has the other queue would keep it */
			link_delete_index(link, tap->index);
	}
	if (ret == 0)
		ret = guesttap_configure(link, tap, network, mtu);
	for (unsigned i = 0; i < opened && ret < 0; i++)
		close(fds[i]);
	return ret;
}

/* ---- in the bridge ---- */

bool guesttap_is_newcomer(const struct guesttap *tap)
{
	static const uint8_t none[MAC_SIZE];

	return memcmp(tap->mac, none, MAC_SIZE) == 0;
}

/* Static, so that frames received elsewhere do not move it. */
int guesttap_enter(struct link *link, const struct guesttap *tap)
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	struct ndmsg header = {.ndm_family = AF_BRIDGE,
			       .ndm_ifindex = tap->index,
			       .ndm_state = NUD_NOARP,
			       .ndm_flags = NTF_MASTER | NTF_STICKY};

	if (!message)
		return -ENOMEM;
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	nla_put(message, NDA_LLADDR, MAC_SIZE, tap->mac);
	return link_send(link, message);
}

int guesttap_adopt(struct link *link, struct guesttap *tap, const char *network,
		   const uint8_t mac[MAC_SIZE])
{
	struct guesttap known = *tap;
	char alias[GUESTTAP_ALIAS_MAX];
	int ret;

	memcpy(known.mac, mac, MAC_SIZE);
	guesttap_format_alias(&known, network, alias);
	ret = guesttap_enter(link, &known);
	if (ret == 0)
		ret = link_set_alias(link, tap->index, alias);
	if (ret == 0)
		*tap = known;
	return ret;
}

void guesttap_expel(struct link *link, const struct guesttap *tap)
{
	link_down(link, tap->index);
	link_set_master(link, tap->index, 0);
}

int guesttap_prepare(struct link *link, const struct guesttap *tap, unsigned mtu)
{
	int ret = link_down(link, tap->index);

	return ret < 0 ? ret : link_set_mtu(link, tap->index, mtu);
}

int guesttap_join(struct link *link, const struct guesttap *tap, int bridge, bool isolated)
{
	int ret = link_set_master(link, tap->index, bridge);
	struct link_tun tun;

	if (ret == 0)
		ret = link_guard_guest(link, tap->name);
	if (ret == 0)
		ret = link_describe_tun(link, tap->index, &tun);
	if (ret == 0 && !tun.locked)
		ret = -EOPNOTSUPP;
	if (ret == 0 && isolated)
		ret = link_isolate_port(link, tap->name);
	if (ret == 0 && !guesttap_is_newcomer(tap))
		ret = guesttap_enter(link, tap);
	if (ret == 0)
		ret = link_up(link, tap->name);
	if (ret < 0)
		guesttap_expel(link, tap);
	return ret;
}

/* The kernel shows by the carrier that nobody holds a queue, but a holder can clear it, too. */
bool guesttap_is_left(struct link *link, const struct link_facts *facts)
{
	struct link_tun tun;

	if ((facts->flags & IFF_UP) && (facts->flags & GUESTTAP_LOWER_UP))
		return false;
	if (link_describe_tun(link, facts->index, &tun) < 0 || !tun.persists)
		return false;
	return tun.many ? tun.queues + tun.disabled == 0 : !link_tun_is_held(facts->name);
}

/* ---- all of a network ---- */

int guesttap_each(struct link *link, const char *network,
		  void (*each)(void *context, const struct guesttap *tap), void *context)
{
	struct nl_object *object;
	struct nl_cache *all = NULL;
	int ret = rtnl_link_alloc_cache(link->requests, AF_UNSPEC, &all);

	if (ret < 0)
		return link_error(ret);
	for (object = nl_cache_get_first(all); object; object = nl_cache_get_next(object)) {
		struct rtnl_link *device = (struct rtnl_link *)object;
		struct guesttap tap = {.index = rtnl_link_get_ifindex(device)};

		if (!guesttap_read_alias(rtnl_link_get_ifalias(device), network, &tap))
			continue;
		snprintf(tap.name, sizeof(tap.name), "%s", rtnl_link_get_name(device));
		each(context, &tap);
	}
	nl_cache_free(all);
	return 0;
}

int guesttap_record(struct undolog *undolog)
{
	return undolog_add(undolog, GUESTTAP_RECORD);
}

static void guesttap_end(void *context, const struct guesttap *tap)
{
	struct link *link = context;
	struct link_facts facts;

	guesttap_expel(link, tap);
	if (link_describe(link, tap->index, NULL, &facts) == 0 && guesttap_is_left(link, &facts))
		link_delete_index(link, tap->index);
}

bool guesttap_undo(struct undolog *undolog, const char *record)
{
	char network[GUESTTAP_NETWORK_MAX];
	struct link link;
	int ret;

	if (strcmp(record, GUESTTAP_RECORD) != 0)
		return false;
	/* The undo log's file is NAME.state. */
	snprintf(network, sizeof(network), "%.*s",
		 (int)(strlen(undolog->file) - strlen(UNDOLOG_SUFFIX)), undolog->file);
	ret = link_init(&link);
	if (ret == 0)
		ret = guesttap_each(&link, network, guesttap_end, &link);
	link_finish(&link);
	if (ret == 0)
		undolog_cancel(undolog, record);
	return ret == 0;
}
