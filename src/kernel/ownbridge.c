// SPDX-License-Identifier: GPL-2.0-or-later
#include "ownbridge.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "link_change.h"
#include "link_facts.h"

enum { OWNBRIDGE_RECORD_MAX = 64 };

static const char ownbridge_verb[] = "bridge ";

static void ownbridge_format(const char *name, const uint8_t mac[MAC_SIZE],
			     char record[OWNBRIDGE_RECORD_MAX])
{
	char text[MAC_TEXT_MAX];

	snprintf(record, OWNBRIDGE_RECORD_MAX, "%s%s %s", ownbridge_verb, name,
		 mac_format(mac, text));
}

static bool ownbridge_read(const char *record, char name[IF_NAMESIZE], uint8_t mac[MAC_SIZE])
{
	char text[MAC_TEXT_MAX];
	int end = 0;

	return strncmp(record, ownbridge_verb, strlen(ownbridge_verb)) == 0 &&
	       sscanf(record + strlen(ownbridge_verb), "%15[^ /] %17[0-9a-f:]%n", name, text,
		      &end) == 2 &&
	       record[strlen(ownbridge_verb) + (size_t)end] == '\0' && mac_parse(text, mac) == 0;
}

int ownbridge_make(struct undolog *undolog, struct link *link, const char *name,
		   const uint8_t mac[MAC_SIZE], unsigned mtu)
{
	char record[OWNBRIDGE_RECORD_MAX];
	char alias[DEVICE_ALIAS_MAX];
	int ret;

	ownbridge_format(name, mac, record);
	device_format_alias(undolog, alias);
	ret = undolog_add(undolog, record);
	if (ret < 0)
		return ret;
	ret = link_add_bridge(link, name, mac);
	if (ret == 0) {
		ret = link_configure(link, name, mac, mtu, alias);
		if (ret == 0)
			ret = device_record(undolog, name);
		if (ret < 0)
			link_delete(link, name);
	}
	undolog_cancel(undolog, record);
	return ret;
}

bool ownbridge_undo(struct undolog *undolog, const char *record)
{
	uint8_t mac[MAC_SIZE];
	char name[IF_NAMESIZE];
	struct link_facts facts;
	struct link link;
	int ret;

	if (!ownbridge_read(record, name, mac))
		return false;
	ret = link_init(&link);
	if (ret == 0)
		ret = link_describe(&link, 0, name, &facts);
	if (ret == 0 && strcmp(facts.kind, "bridge") == 0 && memcmp(facts.mac, mac, MAC_SIZE) == 0)
		ret = link_delete_index(&link, facts.index);
	link_finish(&link);
	if (ret < 0 && ret != -ENODEV)
		return false;
	undolog_cancel(undolog, record);
	return true;
}
