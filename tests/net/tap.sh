# SPDX-License-Identifier: GPL-2.0-or-later
# Those who ask for TAPs at tap://, by default at $TAPS, and hold them.

CLIENT=(/usr/bin/python3 "$TOP/tests/net/tapclient.py")
ask() { "${AS_USER[@]}" "${CLIENT[@]}" "${ASKED:-$TAPS}" "$@"; } # what…
# Holds a TAP until release NAME; what it was told is in /tmp/NAME.tap.
hold() { # name what…
	rm -f /tmp/"$1".tap
	"${AS_USER[@]}" "${CLIENT[@]}" "${ASKED:-$TAPS}" "${@:2}" >/tmp/"$1".tap 2>&1 &
	eval "HOLDER_$1=$!"
	wait_for 10 test -s /tmp/"$1".tap
}
release() { # name, also of a tap_guest
	local holder=HOLDER_$1 plug=PLUG_$1
	local pid=${!holder:-${!plug:-}}
	end "$pid"
}
# A guest whose eth0 is such a TAP; with a MAC address of its own, if it is asked for with "learn".
tap_guest() { # name what…
	local name=$1 own=${OWN:+"link set eth0 address $OWN"}
	shift
	rm -f /tmp/"$name".tap
	make_ns "$name"
	[ -z "${QUIET:-}" ] || in_ns "$name" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	ips "$name" "tuntap add dev eth0 mode tap user $MACHINE_USER vnet_hdr" ${own:+"$own"} 'link set eth0 up'
	ip netns exec "$name" "${AS_USER[@]}" "${CLIENT[@]}" "${ASKED:-$TAPS}" guest=eth0 "$@" >/tmp/"$name".tap 2>&1 &
	eval "PLUG_$name=$!"
	wait_for 10 test -s /tmp/"$name".tap
	[ "$(told "$name" 1)" != refused ] || fail "$(cat /tmp/"$name".tap)"
	wait_for 5 carrier "$name" eth0
}
told() { awk -v field="$2" '{print $field}' /tmp/"$1".tap; } # name field
device() { ip -n host -d -o link show "$1"; }
taps() { ip -n host -o link | grep -c ' vmnettap' || true; }
no_taps() { [ "$(taps)" = 0 ]; }
# What stays is what somebody holds: no member of anything, and down.
stays_aside_with_others() { ! device "$1" | grep -E ' master |<.*UP'; } # name
stays_aside() { [ "$(taps)" = 1 ] && stays_aside_with_others "$1"; }    # name
