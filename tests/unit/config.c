// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line. */
#include "unit_config.h"

#include <stddef.h>

#define PREFIX6 "--vmnet-nat66-prefix=fd12:3456:789a:bcde::"

START_TEST(defaults_are_a_shared_network)
{
	ck_assert_int_eq(READ("/run/sw"), 0);
	ck_assert_int_eq(config.action, CONFIG_RUN);
	ck_assert_int_eq(config.log_level, LOG_LEVEL_INFO);
	ck_assert_str_eq(config.name, "shared");
	ck_assert_str_eq(config.file, "");
	ck_assert_str_eq(config.user, "");
	ck_assert_str_eq(config.group, "");
	ck_assert_str_eq(config.pidfile, "");
	ck_assert(!config.has_gateway && !config.has_mask);
	ck_assert(!config.disable_dhcp && !config.has_interface_id);
	ck_assert(!config.disable_dns && !config.disable_ra);
	ck_assert(!config.ipv6_off && !config.has_prefix6);
	ck_assert_uint_eq(config.dhcp_end, 0);
	ck_assert_uint_eq(config.prefix, 24);
	ck_assert_uint_eq(config.mtu, 1500);
	ck_assert_uint_eq(config.n_endpoints, 1);
	ck_assert_str_eq(config.endpoints[0].path, "/run/sw");
}
END_TEST

#define NAME_32 "abcdefghijklmnopqrstuvwxyzABCDEF"
#define USER_64 NAME_32 NAME_32
static const struct {
	const char *words[4];
	size_t offset;
	const char *value;
} strings[] = {
	{{"--name=lab"}, offsetof(struct config, name), "lab"},
	{{"--name", "lab"}, offsetof(struct config, name), "lab"},
	{{"--name=" NAME_32}, offsetof(struct config, name), NAME_32},
	{{"--name=a", "--name=b"}, offsetof(struct config, name), "b"},
	{{"--user=me"}, offsetof(struct config, user), "me"},
	{{"--user=me:us"}, offsetof(struct config, user), "me:us"},
	{{"--user=" USER_64 ":"}, offsetof(struct config, user), USER_64 ":"},
	{{"--vde-group=us"}, offsetof(struct config, group), "us"},
	{{"--socket-group", "us"}, offsetof(struct config, group), "us"},
	{{"--pidfile=/run/x.pid"}, offsetof(struct config, pidfile), "/run/x.pid"},
	{{"--pidfile", "/run/x=y"}, offsetof(struct config, pidfile), "/run/x=y"},
	{{"-p", "/run/x.pid"}, offsetof(struct config, pidfile), "/run/x.pid"},
	{{"-p/run/x.pid"}, offsetof(struct config, pidfile), "/run/x.pid"},
	{{"--pidfile=/a=b"}, offsetof(struct config, pidfile), "/a=b"},
	{{BRIDGED}, offsetof(struct config, interface), "eth0"},
	{{"--vmnet-mode=host"}, offsetof(struct config, name), "host"},
	{{BRIDGED}, offsetof(struct config, name), "bridged.eth0"},
	{{BRIDGED, "--name=lan"}, offsetof(struct config, name), "lan"},
	{{BRIDGED, "--vmnet-interface=abcdefghijklmno"},
	 offsetof(struct config, name),
	 "bridged.abcdefghijklmno"},
};

START_TEST(an_option_takes_a_text)
{
	const char *const *words = strings[_i].words;
	const char *argv[5] = {"/run/sw"};

	memcpy(argv + 1, words, sizeof(strings[_i].words));
	ck_assert_msg(read_words(argv, NULL) == 0, "%s: %s", words[0], problem.text);
	ck_assert_str_eq((const char *)&config + strings[_i].offset, strings[_i].value);
}
END_TEST

static const struct {
	const char *words[3];
	size_t offset;
	unsigned value;
} numbers[] = {
	{{"--mtu=576"}, offsetof(struct config, mtu), 576},
	{{"--mtu", "1500"}, offsetof(struct config, mtu), 1500},
	{{"--mtu=1400", "--mtu=1300"}, offsetof(struct config, mtu), 1300},
	{{GATEWAY}, offsetof(struct config, gateway), 0xc0a86901},
	{{"--vmnet-gateway", "10.0.0.1"}, offsetof(struct config, gateway), 0x0a000001},
	{{GATEWAY, "--vmnet-dhcp-end=192.168.105.9"},
	 offsetof(struct config, dhcp_end),
	 0xc0a86909},
	{{GATEWAY, "--vmnet-mask=255.255.255.252"}, offsetof(struct config, prefix), 30},
	{{GATEWAY, "--vmnet-mask=255.0.0.0"}, offsetof(struct config, prefix), 8},
	{{"--log-level=error"}, offsetof(struct config, log_level), LOG_LEVEL_ERROR},
	{{"--log-level", "warning"}, offsetof(struct config, log_level), LOG_LEVEL_WARNING},
	{{"--log-level=info"}, offsetof(struct config, log_level), LOG_LEVEL_INFO},
	{{"--log-level=debug"}, offsetof(struct config, log_level), LOG_LEVEL_DEBUG},
	{{"--firewall=auto"}, offsetof(struct config, firewall), CONFIG_FIREWALL_AUTO},
	{{"--firewall", "own"}, offsetof(struct config, firewall), CONFIG_FIREWALL_OWN},
	{{"--firewall=print"}, offsetof(struct config, firewall), CONFIG_FIREWALL_PRINT},
	{{"--check"}, offsetof(struct config, action), CONFIG_CHECK},
	{{"--help"}, offsetof(struct config, action), CONFIG_HELP},
	{{"-h"}, offsetof(struct config, action), CONFIG_HELP},
	{{"-hv"}, offsetof(struct config, action), CONFIG_HELP},
	{{"-vh"}, offsetof(struct config, action), CONFIG_VERSION},
	{{"--version"}, offsetof(struct config, action), CONFIG_VERSION},
	{{"-v"}, offsetof(struct config, action), CONFIG_VERSION},
	{{"--vmnet-mode=shared"}, offsetof(struct config, mode), CONFIG_SHARED},
	{{"--vmnet-mode", "host"}, offsetof(struct config, mode), CONFIG_HOST},
	{{"--vmnet-mode=host", "--vmnet-mode=shared"},
	 offsetof(struct config, mode),
	 CONFIG_SHARED},
	{{BRIDGED}, offsetof(struct config, mode), CONFIG_BRIDGED},
};

START_TEST(an_option_takes_a_number)
{
	const char *const *words = numbers[_i].words;
	const char *argv[4] = {"/run/sw"};
	unsigned value;

	memcpy(argv + 1, words, sizeof(numbers[_i].words));
	ck_assert_msg(read_words(argv, NULL) == 0, "%s: %s", words[0], problem.text);
	memcpy(&value, (const char *)&config + numbers[_i].offset, sizeof(value));
	ck_assert_uint_eq(value, numbers[_i].value);
}
END_TEST

START_TEST(switches_are_off_until_given)
{
	static const uint8_t uuid[UUID_SIZE] = {0x1b, 0x4e, 0x28, 0xba, 0x2f, 0xa1, 0x11, 0xd2,
						0x88, 0x3f, 0xb9, 0xa7, 0x61, 0xbd, 0xe3, 0xfb};

	ck_assert_int_eq(READ("/sw", "--vmnet-disable-dhcp", "--vmnet-interface-id=" UUID, GATEWAY,
			      "--vmnet-mask=255.255.0.0"),
			 0);
	ck_assert(!config.has_network_id && config_serves(&config));
	ck_assert(config.disable_dhcp);
	ck_assert(config.has_interface_id);
	ck_assert_mem_eq(config.interface_id, uuid, UUID_SIZE);
	ck_assert(config.has_gateway);
	ck_assert(config.has_mask);
	ck_assert_int_eq(READ("--vmnet-mode=host", NETWORK), 0);
	ck_assert(config.has_network_id && !config_serves(&config));
	ck_assert_mem_eq(config.network_id, uuid, UUID_SIZE);
	ck_assert_int_eq(READ(BRIDGED), 0);
	ck_assert(!config_serves(&config));
}
END_TEST

START_TEST(ports_are_a_range)
{
	ck_assert_int_eq(READ("/sw"), 0);
	ck_assert(!config.has_nat_ports);
	ck_assert_int_eq(READ("/sw", "--nat-ports=5000-5063"), 0);
	ck_assert(config.has_nat_ports);
	ck_assert_uint_eq(config.nat_port_low, 5000);
	ck_assert_uint_eq(config.nat_port_high, 5063);
	ck_assert_int_eq(READ("/sw", "--nat-ports", "1024-65535"), 0);
	ck_assert_uint_eq(config.nat_port_low, 1024);
	ck_assert_uint_eq(config.nat_port_high, 65535);
}
END_TEST

START_TEST(ipv6_has_a_prefix_or_is_off)
{
	const struct in6_addr prefix = ula_make(0x123456789abcde);

	ck_assert_int_eq(READ("/sw", PREFIX6), 0);
	ck_assert(config.has_prefix6 && !config.ipv6_off);
	ck_assert_mem_eq(&config.prefix6, &prefix, sizeof(prefix));
	ck_assert_int_eq(READ("/sw", "--ipv6=off"), 0);
	ck_assert(config.ipv6_off);
	ck_assert_int_eq(READ("/sw", "--ipv6=off", "--ipv6", "auto"), 0);
	ck_assert(!config.ipv6_off);
}
END_TEST

#define MASK_RANGE "must be between"
#define HOST	   "--dhcp-host=52:54:00:00:00:0a,192.168.105.9"

static const struct {
	const char *words[4];
	const char *why;
} wrong[] = {
	{{"--nonsense"}, "--nonsense: " NO_OPTION},
	{{"--nonsense=1"}, "--nonsense=1: " NO_OPTION},
	{{"-x"}, "-x: " NO_OPTION},
	{{"--=x"}, NO_OPTION},
	{{"---name=x"}, NO_OPTION},
	{{"--nam=x"}, NO_OPTION},
	{{"--namee=x"}, NO_OPTION},
	{{"--Name=x"}, NO_OPTION},
	{{"--NAME"}, NO_OPTION},
	{{"-name=x"}, NO_OPTION},
	{{"--p=x"}, NO_OPTION},
	{{"-\n"}, NO_OPTION},
	{{"--name=a", "--socket-groups=x"}, NO_OPTION},
	{{"--" USER_64 USER_64}, NO_OPTION},
	{{"--name"}, "--name: needs a value"},
	{{"--name="}, NO_NAME},
	{{"--name=" NAME_32 "G"}, NO_NAME},
	{{"--name=.x"}, NO_NAME},
	{{"--name=a/b"}, NO_NAME},
	{{"--name=a b"}, NO_NAME},
	{{"--name", "--check"}, NO_NAME},
	{{"--user"}, "--user: needs a value"},
	{{"--user="}, "--user=: needs a value"},
	{{"--user=" USER_64 "ab"}, "longer than 65 characters"},
	{{"--vde-group="}, "needs a value"},
	{{"--vde-group=" USER_64 "ab"}, "longer than 65 characters"},
	{{"--socket-group"}, "--socket-group: needs a value"},
	{{"--pidfile"}, "--pidfile: needs a value"},
	{{"--pidfile="}, "--pidfile=: needs the name of a file"},
	{{"-p"}, "--pidfile: needs a value"},
	{{"--config"}, "--config: needs a value"},
	{{"--config="}, "--config=: needs the name of a file"},
	{{"--endpoint"}, "--endpoint: needs a value"},
	{{"--endpoint="}, "--endpoint=: the endpoint is empty"},
	{{"--endpoint=macvtap://eth0"}, "--endpoint=macvtap://eth0: 'macvtap' is not a kind"},
	{{"cmd://true"}, "cmd://true: 'cmd' is not a kind"},
	{{""}, "'': the endpoint is empty"},
	{{"/run/p[gen=3]"}, "[gen=1]"},
	{{"--vmnet-mode"}, "--vmnet-mode: needs a value"},
	{{"--vmnet-mode=Shared"}, "not a mode; use shared, host or bridged"},
	{{"--vmnet-mode="}, "not a mode; use shared, host or bridged"},
	{{"--vmnet-interface"}, "--vmnet-interface: needs a value"},
	{{"--vmnet-interface="}, NO_DEVICE},
	{{"--vmnet-interface=abcdefghijklmnop"}, NO_DEVICE},
	{{"--vmnet-interface=a/b"}, NO_DEVICE},
	{{"--vmnet-interface=eth0:1"}, NO_DEVICE},
	{{"--vmnet-interface=eth 0"}, NO_DEVICE},
	{{"--vmnet-interface=.."}, NO_DEVICE},
	{{"--vmnet-network-identifier"}, "needs a value"},
	{{"--vmnet-network-identifier="}, "not a UUID"},
	{{"--vmnet-network-identifier=" UUID "0"}, "not a UUID"},
	{{"--vmnet-gateway"}, "--vmnet-gateway: needs a value"},
	{{"--vmnet-gateway="}, NO_ADDRESS},
	{{"--vmnet-gateway=192.168.105"}, NO_ADDRESS},
	{{"--vmnet-gateway=192.168.105.1.1"}, NO_ADDRESS},
	{{"--vmnet-gateway=192.168.105.256"}, NO_ADDRESS},
	{{"--vmnet-gateway=192.168.105.01"}, NO_ADDRESS},
	{{"--vmnet-gateway=192.168.105.1/24"}, NO_ADDRESS},
	{{"--vmnet-gateway= 192.168.105.1"}, NO_ADDRESS},
	{{"--vmnet-gateway=gateway"}, NO_ADDRESS},
	{{"--vmnet-gateway=fd00::1"}, NO_ADDRESS},
	{{GATEWAY, "--vmnet-dhcp-end=0.0.0.0"}, NO_ADDRESS},
	{{GATEWAY, "--vmnet-dhcp-end=192.168.105"}, NO_ADDRESS},
	{{GATEWAY, "--vmnet-dhcp-end="}, NO_ADDRESS},
	{{GATEWAY, "--vmnet-dhcp-end"}, "needs a value"},
	{{GATEWAY, "--vmnet-mask=24"}, NO_MASK},
	{{GATEWAY, "--vmnet-mask="}, NO_MASK},
	{{GATEWAY, "--vmnet-mask"}, "needs a value"},
	{{GATEWAY, "--vmnet-mask=255.0.255.0"}, NO_MASK},
	{{GATEWAY, "--vmnet-mask=255.255.255.0255"}, NO_MASK},
	{{GATEWAY, "--vmnet-mask=254.0.0.0"}, MASK_RANGE},
	{{GATEWAY, "--vmnet-mask=0.0.0.0"}, MASK_RANGE},
	{{GATEWAY, "--vmnet-mask=255.255.255.254"}, MASK_RANGE},
	{{GATEWAY, "--vmnet-mask=255.255.255.255"}, MASK_RANGE},
	{{"--dhcp-host=x"}, "--dhcp-host=x: a reservation must be"},
	{{"--dhcp-lease-time=9"}, "--dhcp-lease-time=9: a lease must last"},
	{{"--leases-per-port=0"}, "--leases-per-port=0: not a number of leases from 1 to 4096"},
	{{"--leases-per-port=4097"}, "--leases-per-port=4097: not a number of leases"},
	{{"--dns=x"}, "--dns=x: 'x' is not an address"},
	{{"--dns-search=x/"}, "--dns-search=x/: 'x/' is not a domain"},
	{{"--domain="}, "--domain=: '' is not a domain"},
	{{"--vmnet-interface-id"}, "needs a value"},
	{{"--vmnet-interface-id="}, "not a UUID"},
	{{"--vmnet-interface-id=" UUID "0"}, "not a UUID"},
	{{"--vmnet-interface-id={" UUID "}"}, "not a UUID"},
	{{"--vmnet-interface-id=x" UUID}, "not a UUID"},
	{{"--ipv6"}, "--ipv6: needs a value"},
	{{"--ipv6=on"}, "--ipv6=on: use auto or off"},
	{{"--ipv6="}, "use auto or off"},
	{{"--vmnet-nat66-prefix"}, "needs a value"},
	{{"--vmnet-nat66-prefix="}, "not an IPv6 prefix"},
	{{"--vmnet-nat66-prefix=2001:db8::"}, "not a unique local prefix"},
	{{"--vmnet-nat66-prefix=fd00::1"}, "bits set after the first 64"},
	{{"--vmnet-nat66-prefix=fd00::/48"}, "has 64 bits here"},
	{{"--mtu"}, "--mtu: needs a value"},
	{{"--mtu="}, NO_BYTES},
	{{"--mtu=575"}, NO_BYTES},
	{{"--mtu=65521"}, NO_BYTES},
	{{"--mtu=-1500"}, NO_BYTES},
	{{"--mtu=1500B"}, NO_BYTES},
	{{"--mtu=0x5dc"}, NO_BYTES},
	{{"--mtu=4294968796"}, NO_BYTES},
	{{"--mtu=18446744073709553116"}, NO_BYTES},
	{{"--firewall"}, "needs a value"},
	{{"--firewall="}, "use auto, own or print"},
	{{"--firewall=off"}, "use auto, own or print"},
	{{"--guest-connections"}, "--guest-connections: needs a value"},
	{{"--guest-connections=many"}, "not a number of connections from 256 to 1000000"},
	{{"--guest-connections=255"}, "not a number of connections from 256 to 1000000"},
	{{"--guest-connections=1000001"}, "not a number of connections from 256 to 1000000"},
	{{"--allow-link-local=yes"}, "--allow-link-local=yes: takes no value"},
	{{"--nat-ports"}, "--nat-ports: needs a value"},
	{{"--nat-ports="}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=61000"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=61000-"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=-65535"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=61000:65535"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=61000-65536"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=61000-65535,70"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports= 61000-65535"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=000000061000-65535"}, "not a range of ports; use one like 61000-65535"},
	{{"--nat-ports=1023-65535"},
	 "--nat-ports=1023-65535: NAT must not use privileged ports; start at 1024"},
	{{"--nat-ports=0-65535"}, "privileged ports"},
	{{"--nat-ports=61063-61000"}, "needs at least 64 ports, lowest first"},
	{{"--nat-ports=61000-61062"}, "needs at least 64 ports, lowest first"},
	{{"--log-level=loud"}, "use error, warning, info or debug"},
	{{"--log-level="}, "use error, warning, info or debug"},
	{{"--log-level=7"}, "use error, warning, info or debug"},
	{{"--log-level"}, "needs a value"},
	{{"--vmnet-disable-dhcp=1"}, "--vmnet-disable-dhcp=1: " NO_VALUE},
	{{"--vmnet-disable-dhcp="}, NO_VALUE},
	{{"--check=yes"}, NO_VALUE},
	{{"--cleanup=yes"}, NO_VALUE},
	{{"--help=me"}, NO_VALUE},
	{{"--version="}, NO_VALUE},
};

START_TEST(a_wrong_word_is_refused)
{
	const char *argv[5] = {"/run/sw"};

	memcpy(argv + 1, wrong[_i].words, sizeof(wrong[_i].words));
	ck_assert_msg(read_words(argv, NULL) == -1, "'%s' is accepted", wrong[_i].words[0]);
	assert_problem(wrong[_i].why);
}
END_TEST

static const struct {
	const char *words[6];
	const char *why; /* NULL: it makes sense */
} senses[] = {
	{{"--name=a"}, NULL},
	{{"--check"}, NULL},
	{{"--check", "/sw"}, NULL},
	{{"--cleanup"}, NULL},
	{{"--cleanup", "--name=a"}, NULL},
	{{"--cleanup", "--vmnet-mode=host"}, NULL},
	{{"--cleanup", "--vmnet-mode=bridged"}, "needs --vmnet-interface"},
	{{"--cleanup", "--vmnet-mode=bridged", "--name=a"}, NULL},
	{{"--vmnet-mode=host"}, NULL},
	{{"--vmnet-mode=host", GATEWAY, "--vmnet-disable-dhcp"}, NULL},
	{{"--vmnet-mode=host", NETWORK}, NULL},
	{{"--vmnet-mode=host", NETWORK, "--vmnet-disable-dhcp"}, NULL},
	{{"--vmnet-mode=host", NETWORK, GATEWAY},
	 "--vmnet-gateway cannot be used with --vmnet-net"},
	{{NETWORK}, "--vmnet-network-identifier is only for --vmnet-mode=host"},
	{{BRIDGED, NETWORK}, "--vmnet-network-identifier is only for --vmnet-mode=host"},
	{{BRIDGED}, NULL},
	{{BRIDGED, "--vmnet-disable-dhcp"}, NULL},
	{{BRIDGED, "--vmnet-disable-dns", "--vmnet-disable-ra"}, NULL},
	{{BRIDGED, GATEWAY}, "--vmnet-gateway cannot be used with --vmnet-mode=bridged"},
	{{BRIDGED, "--vmnet-mask=255.0.0.0"}, "--vmnet-mask cannot be used"},
	{{BRIDGED, "--vmnet-dhcp-end=10.0.0.9"}, "--vmnet-dhcp-end cannot be used"},
	{{BRIDGED, "--ipv6=off"}, "--ipv6 cannot be used with --vmnet-mode=bridged"},
	{{BRIDGED, "--firewall=own"}, "--firewall cannot be used with --vmnet-mode=bridged"},
	{{BRIDGED, "--allow-link-local"},
	 "--allow-link-local is only for --vmnet-mode=shared; in mode bridged, guests are on"},
	{{"--vmnet-mode=host", "--allow-link-local"},
	 "--allow-link-local is only for --vmnet-mode=shared; in mode host, guests have no way"},
	{{BRIDGED, "--nat-ports=61000-65535"},
	 "--nat-ports is only for --vmnet-mode=shared; in mode bridged, guests use the ports"},
	{{"--vmnet-mode=host", "--nat-ports=61000-65535"},
	 "--nat-ports is only for --vmnet-mode=shared; in mode host, guests have no way out"},
	{{"--cleanup", "--vmnet-mode=host", "--nat-ports=61000-65535"}, NULL},
	{{BRIDGED, "--domain=a"}, "--domain cannot be used with --vmnet-mode=bridged"},
	{{"--vmnet-gateway=10.0.0.1", "--vmnet-dhcp-end=10.0.1.9"},
	 "--vmnet-dhcp-end=10.0.1.9 with a /24: "},
	{{"--vmnet-gateway=10.0.0.0", "--vmnet-dhcp-end=10.0.0.9"},
	 "--vmnet-gateway=10.0.0.0 with a /24: "},
	{{"--cleanup", "--check"}, "--check and --cleanup cannot be used together"},
	{{"--check", "--cleanup"}, "--check and --cleanup cannot be used together"},
	{{"--cleanup", "/run/sw"}, "--cleanup takes no endpoint (vde:///run/sw)"},
	{{"--cleanup", "--name=a"}, NULL},
	{{"--vmnet-mode=bridged"}, "--vmnet-mode=bridged needs --vmnet-interface"},
	{{"--vmnet-mode=bridged", "--name=a"}, "--vmnet-mode=bridged needs --vmnet-interface"},
	{{BRIDGED, "--vmnet-interface=eth@0"}, "choose a name with --name"},
	{{BRIDGED, "--vmnet-interface=eth@0", "--name=a"}, NULL},
	{{"--vmnet-interface=eth0"}, "in mode shared, guests use the host's routes"},
	{{"--vmnet-mode=host", "--vmnet-interface=eth0"}, "in mode host, guests have no way out"},
	{{"--help"}, NULL},
	{{"--version"}, NULL},
	{{"/sw", "--vmnet-dhcp-end=192.168.105.9"}, "--vmnet-dhcp-end needs --vmnet-gateway"},
	{{"/sw", "--vmnet-mask=255.255.0.0"}, "--vmnet-mask needs --vmnet-gateway"},
	{{"/sw", "--vmnet-mask=255.255.255.0"}, "--vmnet-mask needs --vmnet-gateway"},
	{{"/sw", "--vmnet-mask=255.255.0.0", GATEWAY}, NULL},
	{{"/sw", "--vmnet-gateway=192.168.105.0"}, "--vmnet-gateway=192.168.105.0 with a /24"},
	{{"/sw", "--vmnet-gateway=192.168.105.255"}, "network or broadcast"},
	{{"/sw", "--vmnet-gateway=192.168.105.254"}, "no address after the gateway"},
	{{"/sw", "--vmnet-gateway=192.168.105.254", "--vmnet-mask=255.255.0.0"}, NULL},
	{{"/sw", "--vmnet-gateway=0.0.0.0"}, "not an address a host can have"},
	{{"/sw", "--vmnet-gateway=127.0.0.1"}, "not an address a host can have"},
	{{"/sw", "--vmnet-gateway=224.0.0.1"}, "not an address a host can have"},
	{{"/sw", "--vmnet-gateway=10.0.0.6", "--vmnet-mask=255.255.255.252"}, "with a /30"},
	{{"/sw", "--vmnet-gateway=10.0.0.5", "--vmnet-mask=255.255.255.252"}, NULL},
	{{"/sw", GATEWAY, "--vmnet-dhcp-end=192.168.106.9"}, "outside"},
	{{"/sw", GATEWAY, "--vmnet-dhcp-end=192.168.105.255"}, "broadcast"},
	{{"/sw", GATEWAY, "--vmnet-dhcp-end=192.168.105.1"}, "before its start"},
	{{"/sw", GATEWAY, "--vmnet-dhcp-end=192.168.105.2"}, NULL},
	{{"/sw", "--vmnet-dhcp-end=192.168.105.2", GATEWAY}, NULL},
	{{"/sw", GATEWAY, "--vmnet-dhcp-end=192.168.106.9", "--vmnet-mask=255.255.0.0"}, NULL},
	{{"--ipv6=off"}, NULL},
	{{"--ipv6=off", PREFIX6}, "contradict each other"},
	{{PREFIX6, "--ipv6=off"}, "contradict each other"},
	{{PREFIX6, "--ipv6=off", "--ipv6=auto"}, NULL},
	{{PREFIX6 "/64"}, NULL},
	{{PREFIX6, "--mtu=1279"}, "--mtu=1279 with --vmnet-nat66-prefix"},
	{{PREFIX6, "--mtu=1280"}, NULL},
	{{"--mtu=1279"}, NULL},
	{{"--cleanup", "--ipv6=off", PREFIX6}, NULL},
	{{"/sw", HOST}, "--dhcp-host needs --vmnet-gateway"},
	{{"/sw", HOST, GATEWAY}, NULL},
	{{"/sw", HOST, "--vmnet-gateway=192.168.106.1"}, "192.168.105.9 is outside"},
	{{"--hostfwd"}, "--hostfwd: needs a value"},
	{{"--hostfwd=x"}, "--hostfwd=x: 'x' is not a protocol"},
	{{"--hostfwd=tcp::22-192.168.105.2", "--hostfwd=tcp::20-30-192.168.105.3"},
	 "overlaps with tcp::22-192.168.105.2:22"},
	{{GATEWAY, "--hostfwd=tcp::22-192.168.106.2"},
	 "--hostfwd=tcp::22-192.168.106.2:22: 192.168.106.2 is outside"},
	{{"--hostfwd=tcp::22-192.168.106.2"}, NULL},
	{{"--ipv6=off", "--hostfwd=tcp::22-[fd00::2]"}, "guests get no IPv6 in this network"},
	{{"--hostfwd=tcp::22-web"}, "no --dhcp-host reserves the name web"},
	{{HOST ",web", GATEWAY, "--hostfwd=tcp::22-web"}, NULL},
	{{"--hostfwd=tcp::22-52:54:00:00:00:0a", "--vmnet-disable-dhcp"}, "without DHCP"},
	{{"--hostfwd=tcp::1001-2000-10.0.0.2", "--hostfwd=tcp::2001-3000-10.0.0.2",
	  "--hostfwd=tcp::3001-4000-10.0.0.2", "--hostfwd=tcp::4001-5000-10.0.0.2",
	  "--hostfwd=tcp::5001-6000-10.0.0.2"},
	 "--hostfwd: 5000 ports in total; at most 4096"},
	{{BRIDGED, "--hostfwd=tcp::22-192.168.105.2"},
	 "--hostfwd is only for --vmnet-mode=shared; in mode bridged, guests have LAN addresses"},
	{{"--vmnet-mode=host", "--hostfwd=tcp::22-192.168.105.2"},
	 "--hostfwd is only for --vmnet-mode=shared; in mode host, only the host"},
	{{"--hostfwd-allow=none", "--hostfwd-allow=127.0.0.1:80,@dev"}, NULL},
	{{"--hostfwd-allow=x"}, "--hostfwd-allow=x: not a port"},
	{{BRIDGED, "--hostfwd-allow=80"}, "--hostfwd-allow is only for --vmnet-mode=shared"},
	{{"/sw", HOST, GATEWAY, "--vmnet-disable-dhcp"}, "--dhcp-host and --vmnet-disable-dhcp"},
	{{"/sw", "--dhcp-lease-time=1h", "--vmnet-disable-dhcp"}, "--dhcp-lease-time and"},
	{{"/sw", "--leases-per-port=9", "--vmnet-disable-dhcp"}, "--leases-per-port and"},
	{{"/sw", "--dns=9.9.9.9", "--vmnet-disable-dhcp"}, "--dns and"},
	{{"/sw", "--dns-search=a", "--vmnet-disable-dhcp"}, "--dns-search and"},
	{{"/sw", "--domain=a", "--vmnet-disable-dhcp"}, NULL},
	{{"--isolated"}, NULL},
	{{"--isolated", "switch:///s", "ptp:///p", "/q[]"}, NULL},
	{{"--isolated", "switch:///s", "/sw"}, "--isolated: guests at vde:///sw reach each other"},
	{{"--isolated", "vxvde://"}, "--isolated: guests at vxvde://"},
	{{"--isolated", "hub://"}, "--isolated: guests at hub://"},
	{{"/sw", "--mtu=1500"}, NULL},
	{{"/sw", "--mtu=1501"}, "--mtu=1501: vde:///sw carries at most 1500"},
	{{"--mtu=9000", "vde:///sw[3]"}, "--mtu=9000: vde:///sw[3] carries at most 1500"},
	{{"--mtu=9000", "ptp:///p", "/sw"}, "carries at most 1500"},
	{{"--mtu=9000", "udp://1"}, NULL},
	{{"--mtu=65520", "ptp:///p"}, NULL},
	{{"--mtu=65520", "/p[]"}, NULL},
	{{"--cleanup", "--mtu=9000"}, NULL},
	{{"--help", "--mtu=9000", "/sw"}, NULL},
};

START_TEST(a_cleanup_is_of_a_name)
{
	ck_assert_int_eq(READ("--cleanup", "--name=a"), 0);
	ck_assert_int_eq(config.action, CONFIG_CLEANUP);
	ck_assert_str_eq(config.name, "a");
}
END_TEST

START_TEST(options_make_sense_together)
{
	int ret = read_words(senses[_i].words, NULL);

	if (senses[_i].why)
		assert_problem(senses[_i].why);
	else
		ck_assert_msg(ret == 0, "%s", problem.text);
}
END_TEST

static const struct {
	const char *value;
	enum log_level level;
} debugs[] = {{NULL, LOG_LEVEL_INFO}, {"", LOG_LEVEL_INFO},	{"0", LOG_LEVEL_INFO},
	      {"1", LOG_LEVEL_DEBUG}, {"yes", LOG_LEVEL_DEBUG}, {"00", LOG_LEVEL_DEBUG}};

START_TEST(the_environment_asks_for_debug)
{
	const char *const words[] = {"/sw", NULL};
	const char *const louder[] = {"/sw", "--log-level=error", NULL};

	ck_assert_int_eq(read_words(words, debugs[_i].value), 0);
	ck_assert_int_eq(config.log_level, debugs[_i].level);
	ck_assert_int_eq(read_words(louder, debugs[_i].value), 0);
	ck_assert_int_eq(config.log_level, LOG_LEVEL_ERROR);
}
END_TEST

START_TEST(endpoints_keep_their_order)
{
	ck_assert_int_eq(READ("/b", "--endpoint=/a", "--name=x", "--endpoint", "ptp:///c"), 0);
	ck_assert_uint_eq(config.n_endpoints, 3);
	ck_assert_str_eq(config.endpoints[0].path, "/b");
	ck_assert_str_eq(config.endpoints[1].path, "/a");
	ck_assert_str_eq(config.endpoints[2].path, "/c");
}
END_TEST

START_TEST(after_two_dashes_come_endpoints)
{
	ck_assert_int_eq(READ("--name=x", "--", "--name=y", "-p", "--"), 0);
	ck_assert_str_eq(config.name, "x");
	ck_assert_uint_eq(config.n_endpoints, 3);
	ck_assert_str_eq(config.endpoints[0].path, path_of("--name=y"));
	ck_assert_str_eq(config.endpoints[1].path, path_of("-p"));
	ck_assert_str_eq(config.endpoints[2].path, path_of("--"));
}
END_TEST

START_TEST(a_dash_is_an_endpoint)
{
	ck_assert_int_eq(READ("-"), 0);
	ck_assert_str_eq(config.endpoints[0].path, path_of("-"));
}
END_TEST

static const struct {
	const char *a;
	const char *b;
	bool same;
} pairs[] = {
	{"/sw", "/sw", true},	      {"/sw", "vde:///sw", true},
	{"/p[]", "ptp:///p", true},   {"ptp:///p[gen=1]", "ptp:///p[gen=2]", true},
	{"udp://1", "udp://1", true}, {"/sw", "/sx", false},
	{"/sw[1]", "/sw[2]", false},  {"/sw", "/sw[1]", false},
};

START_TEST(an_endpoint_is_named_once)
{
	int ret = READ(pairs[_i].a, "/another", pairs[_i].b);

	if (pairs[_i].same)
		assert_problem("given twice");
	else
		ck_assert_msg(ret == 0, "%s", problem.text);
}
END_TEST

START_TEST(endpoints_have_a_number)
{
	const char *words[ENDPOINTS_MAX + 2] = {0};
	char paths[ENDPOINTS_MAX + 1][16];

	for (int i = 0; i <= ENDPOINTS_MAX; i++)
		snprintf(paths[i], sizeof(paths[i]), "/sw%d", i);
	for (int i = 0; i < ENDPOINTS_MAX; i++)
		words[i] = paths[i];
	ck_assert_int_eq(read_words(words, NULL), 0);
	ck_assert_uint_eq(config.n_endpoints, ENDPOINTS_MAX);
	words[ENDPOINTS_MAX] = paths[ENDPOINTS_MAX];
	ck_assert_int_eq(read_words(words, NULL), -1);
	assert_problem("more than 16 endpoints");
}
END_TEST

START_TEST(relative_paths_start_here)
{
	ck_assert_int_eq(READ("sw", "--pidfile=x.pid"), 0);
	ck_assert_str_eq(config.endpoints[0].path, path_of("sw"));
	ck_assert_str_eq(config.pidfile, path_of("x.pid"));
}
END_TEST

START_TEST(relative_paths_start_at_the_root)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(READ("sw", "-px.pid"), 0);
	ck_assert_str_eq(config.endpoints[0].path, "/sw");
	ck_assert_str_eq(config.pidfile, "/x.pid");
}
END_TEST

START_TEST(a_directory_that_is_gone_is_a_problem)
{
	ck_assert_int_eq(mkdir("gone", 0755), 0);
	ck_assert_int_eq(chdir("gone"), 0);
	ck_assert_int_eq(rmdir("../gone"), 0);
	ck_assert_int_eq(READ("/sw"), -1);
	assert_problem("the current directory");
}
END_TEST

START_TEST(a_path_has_a_length)
{
	static char word[2 * PATH_MAX] = "--pidfile=/";

	memset(word + strlen(word), 'x', CONFIG_PIDFILE_MAX - 1);
	ck_assert_int_eq(READ("/sw", word), 0);
	strcat(word, "x");
	ck_assert_int_eq(READ("/sw", word), -1);
	assert_problem("longer than 480 characters");
	memset(word + strlen(word), 'x', PATH_MAX - CONFIG_PIDFILE_MAX);
	ck_assert_int_eq(READ("/sw", word), -1);
	assert_problem("too long for a path");
}
END_TEST

/* One would end the undo log's line. */
START_TEST(a_pidfile_has_no_control_characters)
{
	ck_assert_int_eq(READ("/sw", "--pidfile=/tmp/a\nb"), -1);
	assert_problem("contains control characters");
}
END_TEST

START_TEST(a_long_word_leaves_room_for_the_reason)
{
	static char word[4096] = "--name=";

	memset(word + strlen(word), 'x', sizeof(word) - 8);
	ck_assert_int_eq(READ("/sw", word), -1);
	assert_problem("x: " NO_NAME);
	word[2] = 'N';
	ck_assert_int_eq(READ("/sw", word), -1);
	assert_problem("x: " NO_OPTION);
}
END_TEST

/* 1, 0, or -1 for an option that there is not. */
static int takes_value(const char *name)
{
	const struct config_option *option = config_option_find(name, strlen(name));

	return option ? option->argument != NULL : -1;
}

START_TEST(options_are_known_by_name)
{
	static const struct {
		const char *name;
		int takes_value;
	} options[] = {
		{"check", 0},
		{"config", 1},
		{"vmnet-gateway", 1},
		{"vmnet-disable-dhcp", 0},
		{"vmnet-disable-dns", 0},
		{"vmnet-disable-ra", 0},
		{"vmnet-network-identifier", 1},
		{"", -1},
		{"--name", -1},
		{"p", -1},
	};
	for (int i = 0; i < UNIT_COUNT(options); i++)
		ck_assert_msg(takes_value(options[i].name) == options[i].takes_value, "%s",
			      options[i].name);
}
END_TEST

static const char *const helped[] = {
	"--check",
	"--cleanup",
	"--config=",
	"--dhcp-host=",
	"--dhcp-lease-time=",
	"--dns=",
	"--dns-search=",
	"--domain=",
	"--endpoint=",
	"--help",
	"--isolated",
	"--log-level=",
	"--mtu=",
	"--name=",
	"--pidfile=",
	"--socket-group",
	"--user=",
	"--vde-group=",
	"--version",
	"--vmnet-dhcp-end=",
	"--vmnet-disable-dhcp",
	"--vmnet-disable-dns",
	"--vmnet-disable-ra",
	"--vmnet-gateway=",
	"--vmnet-interface-id=",
	"--vmnet-interface=",
	"--vmnet-mask=",
	"--vmnet-mode=",
	"--vmnet-network-identifier=",
};

START_TEST(help_lists_every_option)
{
	ck_assert_msg(strstr(config_help, helped[_i]), "%s", helped[_i]);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(defaults_are_a_shared_network),
		UNIT_CASES(an_option_takes_a_text, strings),
		UNIT_CASES(an_option_takes_a_number, numbers),
		UNIT_TEST(switches_are_off_until_given),
		UNIT_TEST(ports_are_a_range),
		UNIT_TEST(ipv6_has_a_prefix_or_is_off),
		UNIT_CASES(a_wrong_word_is_refused, wrong),
		UNIT_TEST(a_cleanup_is_of_a_name),
		UNIT_CASES(options_make_sense_together, senses),
		UNIT_CASES(the_environment_asks_for_debug, debugs),
		UNIT_TEST(endpoints_keep_their_order),
		UNIT_TEST(after_two_dashes_come_endpoints),
		UNIT_TEST(a_dash_is_an_endpoint),
		UNIT_CASES(an_endpoint_is_named_once, pairs),
		UNIT_TEST(endpoints_have_a_number),
		UNIT_TEST(relative_paths_start_here),
		UNIT_TEST(relative_paths_start_at_the_root),
		UNIT_TEST(a_directory_that_is_gone_is_a_problem),
		UNIT_TEST(a_path_has_a_length),
		UNIT_TEST(a_pidfile_has_no_control_characters),
		UNIT_TEST(a_long_word_leaves_room_for_the_reason),
		UNIT_TEST(options_are_known_by_name),
		UNIT_CASES(help_lists_every_option, helped),
	};

	return unit_run("config", tests, UNIT_COUNT(tests));
}
