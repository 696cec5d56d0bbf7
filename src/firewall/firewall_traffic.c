// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall_traffic.h"

#include <stdio.h>
#include <string.h>

const struct firewall_traffic firewall_traffic[FIREWALL_TRAFFIC_MAX] = {
	{"outgoing guest traffic", "forward", false, FIREWALL_BOTH, NULL, 0, 0, "new", false, false,
	 "unicast", "", "", "route allow in on %1$s"},
	{"replies to guests", "forward", true, FIREWALL_BOTH, NULL, 0, 0, "established", false,
	 false, "unicast", "", "", "route allow out on %1$s"},
	{"traffic to forwarded ports", "forward", true, FIREWALL_BOTH, NULL, 0, 0, "new", false,
	 true, "unicast", "ct status dnat ", "-m conntrack --ctstate DNAT ",
	 "route allow out on %1$s"},
	{"DHCP", "input", false, FIREWALL_IPV4_ONLY, "udp", 68, 67, "new", false, false,
	 "broadcast", "udp dport 67 ", "-p udp --dport 67 ",
	 "allow in on %1$s to any port 67 proto udp"},
	{"DHCP", "output", true, FIREWALL_IPV4_ONLY, "udp", 67, 68, "new", false, false, "unicast",
	 "udp sport 67 ", "-p udp --sport 67 ", "allow out on %1$s from any port 67 proto udp"},
	{"DHCPv6", "input", false, FIREWALL_IPV6_ONLY, "udp", 546, 547, "new", false, false,
	 "multicast", "udp dport 547 ", "-p udp --dport 547 ",
	 "allow in on %1$s to any port 547 proto udp"},
	{"DHCPv6", "output", true, FIREWALL_IPV6_ONLY, "udp", 547, 546, "new", false, false,
	 "unicast", "udp sport 547 ", "-p udp --sport 547 ",
	 "allow out on %1$s from any port 547 proto udp"},
	{"DNS", "input", false, FIREWALL_BOTH, "udp", 0, 53, "new", false, false, "local",
	 "udp dport 53 ", "-p udp --dport 53 ", "allow in on %1$s to any port 53"},
	{"DNS", "output", true, FIREWALL_BOTH, "udp", 53, 0, "established", false, false, "unicast",
	 "udp sport 53 ", "-p udp --sport 53 ", "allow out on %1$s from any port 53"},
	{"DNS", "input", false, FIREWALL_BOTH, "tcp", 0, 53, "new", false, false, "local",
	 "tcp dport 53 ", "-p tcp --dport 53 ", "allow in on %1$s to any port 53"},
	{"DNS", "output", true, FIREWALL_BOTH, "tcp", 53, 0, "established", false, false, "unicast",
	 "tcp sport 53 ", "-p tcp --sport 53 ", "allow out on %1$s from any port 53"},
	{"neighbour discovery", "input", false, FIREWALL_IPV6_ONLY, "ipv6-icmp", 0, 0, "untracked",
	 false, false, "multicast", "meta l4proto ipv6-icmp ", "-p ipv6-icmp ", NULL},
	{"neighbour discovery", "output", true, FIREWALL_IPV6_ONLY, "ipv6-icmp", 0, 0, "untracked",
	 false, false, "multicast", "meta l4proto ipv6-icmp ", "-p ipv6-icmp ", NULL},
	{"bridged traffic between guests", "forward", false, FIREWALL_BOTH, NULL, 0, 0, "new", true,
	 false, "unicast", "", "", "route allow in on %1$s out on %1$s"},
};

const char *firewall_traffic_devices(const struct firewall_traffic *traffic, const char *device,
				     bool iptables, char text[FIREWALL_DEVICES_MAX])
{
	const char *format = iptables ? "%s %s" : "%s \"%s\"";
	const char *in = iptables ? "-i" : "iifname";
	const char *out = iptables ? "-o" : "oifname";
	int n = snprintf(text, FIREWALL_DEVICES_MAX, format, traffic->back ? out : in, device);

	if (traffic->within) {
		text[n++] = ' ';
		snprintf(text + n, FIREWALL_DEVICES_MAX - (size_t)n, format, out, device);
	}
	return text;
}

void firewall_traffic_describe(unsigned traffic, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < FIREWALL_TRAFFIC_MAX && length < size; i++) {
		if (traffic >> i & 1 && !strstr(text, firewall_traffic[i].what))
			length += (size_t)snprintf(text + length, size - length, "%s%s",
						   length ? ", " : "", firewall_traffic[i].what);
	}
}
