#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Run after an installation. Running networks continue with the program that they were started
# with. This reloads them, so that their log and status say so, and tells the user who installs.
set -eu
running=$(systemctl list-units --plain --no-legend --state=active 'vde_vmnet@*.service' | cut -d' ' -f1)
[ -n "$running" ] || exit 0
# It does not matter if one is stopped at this moment.
systemctl reload $running || true
echo "Running networks go on with the version they were started with. This takes over the new one" \
	"(what happens to guests: doc/service.md): systemctl restart" $running
