// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What users write for an address, a name, a place. Input: such a text. Every parser gets it;
 * what one accepts, written out and read again, is the same.
 */
#include <errno.h>

#include "dhcp.h"
#include "endpoint.h"
#include "fuzz.h"
#include "guard.h"
#include "hostfwd.h"
#include "log.h"
#include "mac.h"
#include "parse.h"
#include "subnet.h"
#include "ula.h"

static void check_addresses(const char *text)
{
	char written[64];
	struct in6_addr prefix;
	struct in6_addr prefix_again;
	uint8_t mac[MAC_SIZE];
	uint8_t mac_again[MAC_SIZE];
	uint32_t address;
	unsigned bits;

	if (subnet_parse_address(text, &address) == 0) /* there is but one way to write it */
		FUZZ_CHECK(strcmp(subnet_format(address, written), text) == 0);
	if (subnet_parse_mask(text, &bits) == 0)
		FUZZ_CHECK(strcmp(subnet_format(subnet_mask(bits), written), text) == 0);
	if (mac_parse(text, mac) == 0)
		FUZZ_CHECK(mac_parse(mac_format(mac, written), mac_again) == 0 &&
			   memcmp(mac, mac_again, sizeof(mac)) == 0);
	if (ula_parse(text, &prefix) == NULL)
		FUZZ_CHECK(ula_parse(ula_format(&prefix, written), &prefix_again) == NULL &&
			   ula_same_start(&prefix, &prefix_again, 128));
}

static void check_words(const char *text)
{
	char written[UUID_TEXT_MAX];
	uint8_t uuid[UUID_SIZE];
	uint8_t again[UUID_SIZE];
	enum log_level level;
	unsigned number;

	if (parse_uuid(text, uuid) == 0)
		FUZZ_CHECK(parse_uuid(parse_format_uuid(uuid, written), again) == 0 &&
			   memcmp(uuid, again, sizeof(uuid)) == 0);
	if (parse_number(text, 7, 70000, &number) == 0)
		FUZZ_CHECK(number >= 7 && number <= 70000 && number == strtoul(text, NULL, 10));
	if (parse_label(text, strlen(text)) == 0)
		FUZZ_CHECK(strlen(text) <= DHCP_LABEL_MAX && !strpbrk(text, "./ \n"));
	if (parse_domain(text, DHCP_DOMAIN_MAX) == 0)
		FUZZ_CHECK(strlen(text) <= DHCP_DOMAIN_MAX && !strstr(text, ".."));
	if (parse_device(text) == 0)
		FUZZ_CHECK(!strpbrk(text, "/ :\n\t"));
	if (parse_name(text, 32) == 0)
		FUZZ_CHECK(!strpbrk(text, "/ \n") && text[0] != '.' && text[0] != '-');
	(void)log_parse_level(text, &level);
}

static void check_guard(const char *text)
{
	struct guard guard;

	if (guard_parse(&guard, text) == 0)
		FUZZ_CHECK(guard.n_own6 <= GUARD_OWN6_MAX && guard.n_own6 <= guard.n_ipv6 &&
			   guard.mac >> 48 == 0);
}

static void check_hostfwd(const char *text)
{
	struct problem problem = {0};
	struct hostfwd hostfwd;
	struct hostfwd again;
	char written[HOSTFWD_TEXT_MAX];
	char twice[HOSTFWD_TEXT_MAX];

	if (hostfwd_parse(text, &hostfwd, &problem) < 0) {
		FUZZ_CHECK(problem.status == STATUS_USAGE && problem.text[0] != '\0');
		return;
	}
	FUZZ_CHECK(hostfwd.first > 0 && hostfwd.first <= hostfwd.last && hostfwd.guest_port > 0);
	FUZZ_CHECK(hostfwd.guest_port + hostfwd_n_ports(&hostfwd) - 1 <= UINT16_MAX);
	FUZZ_CHECK(hostfwd_parse(hostfwd_format(&hostfwd, written), &again, &problem) == 0);
	FUZZ_CHECK(hostfwd_equal(&hostfwd, &again) && hostfwd_overlap(&hostfwd, &again));
	FUZZ_CHECK(strcmp(hostfwd_format(&again, twice), written) == 0);
}

/* Its locator names the same place, also to who starts elsewhere. */
static void check_endpoint(const char *text)
{
	struct problem problem = {0};
	struct endpoint endpoint;
	struct endpoint again;

	if (endpoint_parse(&endpoint, text, "/some/where", &problem) < 0) {
		FUZZ_CHECK(problem.status == STATUS_USAGE && problem.text[0] != '\0');
		return;
	}
	FUZZ_CHECK(memchr(endpoint.path, '\0', sizeof(endpoint.path)) != NULL);
	FUZZ_CHECK(endpoint_parse(&again, endpoint.locator, "/", &problem) == 0);
	FUZZ_CHECK(again.kind == endpoint.kind && again.generation == endpoint.generation);
	FUZZ_CHECK(strcmp(again.locator, endpoint.locator) == 0);
	FUZZ_CHECK(strcmp(again.path, endpoint.path) == 0);
	FUZZ_CHECK(endpoint_equal(&again, &endpoint));
	if (endpoint.peer[0] != '\0') { /* an emulator would meet us there */
		FUZZ_CHECK(endpoint_parse(&again, endpoint.peer, "/", &problem) == 0);
		FUZZ_CHECK(strcmp(again.path, endpoint.path) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_addresses(text);
	check_words(text);
	check_guard(text);
	check_hostfwd(text);
	check_endpoint(text);
	free(text);
	return 0;
}
