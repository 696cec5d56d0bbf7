#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# install-packages.sh SET...: installs the missing packages of the sets build, run, test, guest,
# bench, peers, fuzz, lint and distros on Debian and Ubuntu. On other distributions, and when not
# run by root, it prints what is needed. Exits with 3 if root is needed, with 4 if a package is
# unknown here (the others are installed), and with apt-get's status if that fails.
set -eu
PATH=$PATH:/usr/sbin:/sbin

# For packages that only newer releases have: tests that would use them are skipped without.
where_known() { ! apt-cache show "$1" >/dev/null 2>&1 || echo "$1"; }

packages() {
	case $1 in
	build) echo gcc libc6-dev make pkg-config libvdeplug-dev libnl-route-3-dev libnftables-dev libcap-dev \
		libseccomp-dev libsystemd-dev libjansson-dev ;;
	run) echo dnsmasq-base ;;
	test) echo check vde2 vdeplug dnsmasq-base nftables iproute2 iputils-ping procps psmisc socat \
		tcpdump bind9-dnsutils busybox-static udhcpc dhcpcd-base libcap2-bin strace util-linux \
		qemu-system-x86 cpio kmod xz-utils zstd mandoc iperf3 ethtool iptables sudo systemd systemd-container passwd \
		python3 python3-dbus python3-gi jq libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients $(where_known python3-qemu-qmp) ;;
	guest) echo qemu-system-x86 cpio kmod xz-utils zstd busybox-static ;;
	bench) echo iproute2 iperf3 jq nftables procps util-linux vde2 qemu-system-x86 busybox-static cpio kmod ;;
	peers) echo vdeplug libvdeplug-slirp slirp4netns passt ;;
	fuzz) echo clang libclang-rt-dev ;;
	lint) echo clang clang-format clang-tidy cppcheck shellcheck shfmt ;;
	distros) echo debootstrap debian-archive-keyring util-linux ;;
	*)
		echo "install-packages.sh: no set '$1'; there are build, run, test, guest, bench, peers, fuzz, lint, distros" >&2
		exit 2
		;;
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
# The package lists of a base system may be missing or old: if so, fetch them and try again.
install() { apt-get install -qq -y --no-install-recommends $missing </dev/null >/dev/null; }
! install 2>/dev/null || exit 0
apt-get update -qq
known='' unknown=''
for package in $missing; do
	if apt-cache show "$package" >/dev/null 2>&1; then known="$known $package"; else unknown="$unknown $package"; fi
done
missing=$known
[ -z "$missing" ] || install
[ -z "$unknown" ] || {
	echo "This distribution has no package named$unknown" >&2
	exit 4
}
