// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What guests are told by DHCP, up to dnsmasq's command line. Input: values, a line each, which
 * begins with a letter for its option. What is accepted becomes options of dnsmasq that are
 * whole and without control characters; none of them can be taken for two.
 */
#include "dhcp.h"
#include "dnsmasq_arguments.h"
#include "fuzz.h"

static void apply(struct dhcp *dhcp, const char *line)
{
	struct problem problem = {0};
	unsigned hosts = dhcp->n_hosts;
	int ret = 0;

	switch (line[0]) {
	case 'h':
		ret = dhcp_add_host(dhcp, line + 1, &problem);
		FUZZ_CHECK(dhcp->n_hosts == hosts + (ret == 0));
		break;
	case 's':
		ret = dhcp_add_servers(dhcp, line + 1, &problem);
		break;
	case 'd':
		ret = dhcp_set_domain(dhcp, line + 1, &problem);
		break;
	case 'q':
		ret = dhcp_add_search(dhcp, line + 1, &problem);
		break;
	case 't':
		ret = dhcp_set_lease_time(dhcp, line + 1, &problem);
		break;
	default:
		break;
	}
	FUZZ_CHECK(ret == 0 || (problem.status == STATUS_USAGE && problem.text[0] != '\0'));
	FUZZ_CHECK(dhcp->n_servers <= DHCP_SERVERS_MAX && dhcp->n_servers6 <= DHCP_SERVERS_MAX);
	FUZZ_CHECK(dhcp->n_search <= DHCP_SEARCH_MAX);
}

static void check(const struct dnsmasq_arguments *arguments)
{
	FUZZ_CHECK(arguments->n < DNSMASQ_ARGUMENTS_MAX && !arguments->argv[arguments->n]);
	for (unsigned i = 1; i < arguments->n; i++) {
		const char *text = arguments->argv[i];

		FUZZ_CHECK(strncmp(text, "--", 2) == 0);
		FUZZ_CHECK(strlen(text) < DNSMASQ_TEXT_MAX - 1);
		for (; *text; text++)
			FUZZ_CHECK((unsigned char)*text > ' ' && *text != 0x7f);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dnsmasq_arguments arguments;
	static struct dhcp dhcp;
	const struct in6_addr prefix = {.s6_addr = {0xfd, 1, 2}};
	char *text = fuzz_text(data, size);
	struct problem problem;
	struct subnet subnet;
	char *rest = text;

	dhcp_init(&dhcp);
	FUZZ_CHECK(subnet_init(&subnet, 0xc0a86901, 24, 0) == NULL);
	while (rest)
		apply(&dhcp, strsep(&rest, "\n"));
	if (dhcp_check_hosts(&dhcp, &subnet, &problem) == 0) {
		const struct dnsmasq_config config = {
			.device = "vmnet-abcdefghi",
			.subnet = &subnet,
			.prefix6 = &prefix,
			.dhcp = &dhcp,
			.outside = true,
			.resolv_file = size & 1 ? "/run/vde_vmnet/lab.resolv" : NULL,
			.routed6 = true,
			.serves_dhcp = true,
			.advertises = true,
			.serves_dns = true,
			.mtu = 65520,
			.lease_file = "/var/lib/vde_vmnet/12345678901234567890123456789012.leases",
		};

		dnsmasq_make_arguments(&arguments, &config);
		check(&arguments);
	}
	free(text);
	return 0;
}
