# SPDX-License-Identifier: GPL-2.0-or-later
# A network whose host changes while a guest uses it:
#
#   guest ═ our switch ═ vmnet-shared ─ ns host ─ up0 198.51.100.2 ── ns inet

SWITCH=/tmp/our.ctl
setup() {
	topology
	topology6
	route6_static
}
begin() {
	start_vmnet --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH
	guest g1 $SWITCH
	static_address g1 9
	wait_for 5 reaches g1 $SERVER
}
