#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# After an installation: running networks go on with the program that they were started
# with. They are told, so that their log and status say so, and so is who installs.
set -eu
running=$(systemctl list-units --plain --no-legend --state=active 'vde_vmnet@*.service' | cut -d' ' -f1)
[ -n "$running" ] || exit 0
# One that is stopped at this moment has nothing to be told.
systemctl reload $running || true
echo "Running networks go on with the version they were started with. This takes over the new one" \
	"(what happens to guests: doc/service.md): systemctl restart" $running
