// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat.h"

#include <nftables/libnftables.h>
#include <stdbool.h>
#include <string.h>

int nat_open(struct nat *nat, struct problem *problem)
{
	nat->context = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nat->context || nft_ctx_buffer_error(nat->context) ||
	    nft_ctx_buffer_output(nat->context)) {
		nat_close(nat);
		return problem_set(problem, STATUS_HOST, "nftables cannot be used");
	}
	return 0;
}

void nat_close(struct nat *nat)
{
	if (nat->context)
		nft_ctx_free(nat->context);
	nat->context = NULL;
}

int nat_apply(struct nat *nat, const char *commands, struct problem *problem)
{
	const char *error;

	if (nft_run_cmd_from_buffer(nat->context, commands) == 0)
		return 0;
	error = nft_ctx_get_error_buffer(nat->context);
	return problem_set(problem, STATUS_HOST,
			   "nftables refuses our rules (is nf_tables in the kernel?): %.*s",
			   (int)strcspn(error, "\n"), error);
}

int nat_check(struct nat *nat, const char *commands, struct problem *problem)
{
	int ret;

	nft_ctx_set_dry_run(nat->context, true);
	ret = nat_apply(nat, commands, problem);
	nft_ctx_set_dry_run(nat->context, false);
	return ret;
}
