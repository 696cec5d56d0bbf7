// SPDX-License-Identifier: GPL-2.0-or-later
#include "dropnotice.h"

#include "clock.h"
#include "log.h"
#include "mac.h"

/* For "a frame from MAC was dropped: it WHY; REMEDY". NULL: happens on any wire. */
static const struct {
	const char *why;
	const char *remedy;
} dropnotice_texts[PORT_DROPS] = {
	[PORT_DROP_LONG] = {"is longer than the network's MTU allows",
			    "set the network's MTU in the guest, or raise --mtu"},
	[PORT_DROP_RIGHTS] =
		{"cannot be sent: the worker's user may not write to the peer's socket",
		 "let the emulator give the socket to a group that both are in (QEMU: "
		 "group=GROUP,mode=0770)"},
	[PORT_DROP_GATEWAY] = {"has the gateway's MAC or IP address as its sender",
			       "give the guest another one"},
	[PORT_DROP_ROUTER] = {"is from a router, but only the gateway may be one here",
			      "turn off router advertisements and redirects in the guest, or the "
			      "gateway's with --vmnet-disable-ra"},
	[PORT_DROP_DHCP] =
		{"is from a DHCP server, but only the gateway may be one here",
		 "turn off the server in the guest, or the gateway's with --vmnet-disable-dhcp"},
	[PORT_DROP_HIDDEN] = {"cannot be inspected because of its headers or fragments",
			      "use fewer tags, or no fragments, in the guest"},
	[PORT_DROP_BARRED] =
		{"comes from a MAC address of the host, or is only for the next switch",
		 "give the guest another MAC address"},
	[PORT_DROP_MOVED] = {"has a MAC address that is in use at another port",
			     "give the guest another one; if it has moved, stop the emulator at "
			     "the other port"},
	[PORT_DROP_TAKEN] = {"has an IP address that is in use at another port",
			     "give the guest another one; if it has moved, stop the emulator at "
			     "the other port"},
	[PORT_DROP_ADDRESSES] =
		{"would exceed the number of new IP addresses that a port may use in a minute, "
		 "because the host has room for 1024 neighbours",
		 "spread the guests over more ports, or put them behind a router"},
	[PORT_DROP_SOUGHT] = {"is for one of too many unknown guests, each of which the host would "
			      "have to look up",
			      "let the guest reach its neighbours directly, or more slowly"},
	[PORT_DROP_LESSEE] = {"asks for a lease in the name of another guest",
			      "let each guest ask with its own MAC address, or through a relay"},
	[PORT_DROP_LEASES] =
		{"asks for more leases than its port may have",
		 "raise --leases-per-port, or let guests release their leases when they stop"},
	[PORT_DROP_FRAGMENTS] =
		{"is a fragment, and the host already holds as many incomplete datagrams as it may",
		 "send whole datagrams, or all of their fragments in order"},
};

/* The same for a frame that is too long, if an emulator may have left the split to us. */
static const char *dropnotice_remedy(const struct port *port, enum port_drop drop)
{
	if (drop == PORT_DROP_LONG && port->offload == PORT_OFFLOAD_OFF)
		return "set the network's MTU in the guest, or raise --mtu; if the emulator leaves "
		       "offloads to others, as libkrun does, append [offload=on] to the endpoint's "
		       "path";
	if (drop == PORT_DROP_LONG && port->offload == PORT_OFFLOAD_ON)
		return "set the network's MTU in the guest: offload=on can only split complete TCP "
		       "segments with a correct or missing checksum";
	return dropnotice_texts[drop].remedy;
}

void dropnotices_note(struct dropnotices *notices, const struct port *port,
		      const struct frame *frame, enum port_drop drop)
{
	char mac[MAC_TEXT_MAX];

	if (!dropnotice_texts[drop].why || !notice_take(&notices->notices[drop], clock_now()))
		return;
	if (frame)
		log_warning("%s: a frame from %s was dropped: it %s; %s", port->name,
			    mac_format(frame->data + MAC_SIZE, mac), dropnotice_texts[drop].why,
			    dropnotice_remedy(port, drop));
	else
		log_warning("%s: a frame was dropped: it %s; %s", port->name,
			    dropnotice_texts[drop].why, dropnotice_texts[drop].remedy);
}
