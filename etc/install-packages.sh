#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# install-packages.sh SET...: installs what is missing of the sets build, run,
# test, bench and lint from Debian's or Ubuntu's packages. On another distribution, and
# for who is not root, it prints what is needed and fails if something is missing.
set -eu
PATH=$PATH:/usr/sbin:/sbin

packages() {
	case $1 in
	build) echo gcc libc6-dev make pkg-config libvdeplug-dev libnl-route-3-dev libnftables-dev libcap-dev \
		libseccomp-dev libsystemd-dev libjansson-dev ;;
	run) echo dnsmasq-base ;;
	test) echo check vde2 vdeplug dnsmasq-base nftables iproute2 iputils-ping procps psmisc socat \
		tcpdump bind9-dnsutils busybox-static udhcpc libcap2-bin strace util-linux \
		qemu-system-x86 cpio kmod mandoc iperf3 ethtool isc-dhcp-client iptables sudo systemd systemd-container passwd \
		python3 python3-dbus python3-gi ;;
	bench) echo iproute2 iperf3 jq procps util-linux vde2 vdeplug libvdeplug-slirp slirp4netns \
		passt qemu-system-x86 busybox-static cpio kmod ;;
	lint) echo clang clang-format clang-tidy cppcheck ;;
	*) echo "install-packages.sh: no set '$1'; there are build, run, test, bench, lint" >&2; exit 2 ;;
	esac
}

wanted=
for set in "$@"; do wanted="$wanted $(packages "$set")"; done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "This is neither Debian nor Ubuntu: please see that you have what these packages of" \
		"Debian hold:" $wanted >&2
	exit 0 # the compiler, or the test, says what is missing
fi

missing=
for package in $wanted; do
	case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "Packages are missing; as root: apt-get install$missing" >&2
	exit 3
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
# Lists of a base system are absent or old; without one install fails, so try again.
install() { apt-get install -qq -y --no-install-recommends $missing </dev/null >/dev/null; }
install 2>/dev/null || { apt-get update -qq && install; }
