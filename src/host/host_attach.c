// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_attach.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Whether a shell takes it literally. */
static bool host_attach_is_plain(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "%+,-./:=@_")] == '\0';
}

/* As QEMU wants it, for use between single quotes; a single quote in it leaves and reopens them. */
static void host_attach_quote(const char *text, char quoted[HOST_ATTACH_SOCK_MAX])
{
	int n = 0;

	quoted[0] = '\0';
	for (; *text; text++)
		n += snprintf(quoted + n, HOST_ATTACH_SOCK_MAX - (size_t)n, "%s%c",
			      *text == ','    ? ","
			      : *text == '\'' ? "'\\'"
					      : "",
			      *text);
}

/* User Mode Linux cannot escape a comma in a value. False: the path cannot be expressed. */
static bool host_attach_format_uml(const struct endpoint *endpoint, char text[HOST_ATTACH_MAX])
{
	const char *quote = host_attach_is_plain(endpoint->path) ? "" : "\"";

	if (strpbrk(endpoint->path, ",\"\\$`"))
		return false;
	snprintf(text, HOST_ATTACH_MAX, "%svec0:transport=bess,dst=%s%s", quote, endpoint->path,
		 quote);
	return true;
}

static bool host_attach_format_qemu(const struct plan *plan, char text[HOST_ATTACH_MAX])
{
	const struct endpoint *endpoint = &plan->endpoints[0];
	const char *options;
	const char *value;
	const char *quote;
	char access[64] = "";
	char sock[HOST_ATTACH_SOCK_MAX];

	if (!endpoint_netdev(endpoint, &options, &value))
		return false;
	quote = host_attach_is_plain(value) ? "" : "'";
	host_attach_quote(value, sock);
	if (endpoint->kind == ENDPOINT_PTP && plan->access_name)
		snprintf(access, sizeof(access), ",group=%s,mode=0770", plan->access_name);
	snprintf(text, HOST_ATTACH_MAX, "-netdev %s%s%s%s%s -device virtio-net-pci,netdev=net0",
		 quote, options, sock, access, quote);
	return true;
}

enum host_attach host_attach_format(const struct plan *plan, char text[HOST_ATTACH_MAX])
{
	const struct endpoint *endpoint = &plan->endpoints[0];

	text[0] = '\0';
	if (endpoint->kind == ENDPOINT_SEQPACKET && host_attach_format_uml(endpoint, text))
		return HOST_ATTACH_UML;
	return host_attach_format_qemu(plan, text) ? HOST_ATTACH_QEMU : HOST_ATTACH_NOBODY;
}
