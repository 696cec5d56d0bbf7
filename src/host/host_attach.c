// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_attach.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Whether a shell takes it as it is. */
static bool host_attach_is_plain(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "%+,-./:=@_")] == '\0';
}

/* As QEMU wants it, between single quotes, which cannot have one of their own between them. */
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

void host_attach_format_qemu(const struct plan *plan, char text[HOST_ATTACH_MAX])
{
	const struct endpoint *endpoint = &plan->endpoints[0];
	const char *peer = endpoint->peer;
	char access[64] = "";
	const char *quote = host_attach_is_plain(peer) ? "" : "'";
	char sock[HOST_ATTACH_SOCK_MAX];

	text[0] = '\0';
	if (*peer == '\0')
		return;
	host_attach_quote(peer, sock);
	if (endpoint->kind == ENDPOINT_PTP && plan->access_name)
		snprintf(access, sizeof(access), ",group=%s,mode=0770", plan->access_name);
	snprintf(text, HOST_ATTACH_MAX,
		 "-netdev %svde,id=net0,sock=%s%s%s -device virtio-net-pci,netdev=net0", quote,
		 sock, access, quote);
}
