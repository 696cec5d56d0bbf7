# SPDX-License-Identifier: GPL-2.0-or-later
# Containers of the real Docker beside our guests: what they publish is reached from the LAN
# and they get out, whichever of us starts first. Guests and containers do not reach each other.
. "$TOP/tests/firewall/firewalls.sh"

setup() {
	containers_group
	setup_network
	mkdir /tmp/web /tmp/image
	echo outside >/tmp/web/index.html
	serve_web /tmp/web
	# Whoever tries has routes through our host.
	ip -n inet route add 172.17.0.0/16 via 198.51.100.2
	ip -n inet route add 192.168.105.0/24 via 198.51.100.2
}

# A control group of our own, which is all that Docker sees; its groups would outlive the test.
containers_group() {
	mkdir /tmp/groups
	mount -t cgroup2 none /tmp/groups 2>/dev/null || skip 'no cgroup2'
	GROUP=/tmp/groups/vde_vmnet-test.$RANDOM
	mkdir "$GROUP" "$GROUP"/dockerd 2>/dev/null || skip 'no control group can be made'
	trap containers_end EXIT
}
containers_end() {
	echo 1 >"$GROUP"/cgroup.kill
	wait_for 5 grep -q 'populated 0' "$GROUP"/cgroup.events
	find "$GROUP" -depth -type d -exec rmdir {} +
}
in_host_docker() {
	echo 0 >"$GROUP"/cgroup.procs
	exec /usr/bin/unshare --mount --cgroup /bin/sh -ec 'echo 0 >'"$GROUP"'/dockerd/cgroup.procs
		/bin/mount -t cgroup2 none /sys/fs/cgroup
		exec /usr/bin/nsenter --net=/run/netns/host dockerd "$@"' sh --data-root=/tmp/docker --exec-root=/run/docker \
		--storage-driver=vfs --host=unix:///run/docker.sock "$@"
}
docker() { in_host "$FIREWALLS"/usr/bin/docker --host=unix:///run/docker.sock "$@"; }

# An image of busybox alone, and a container of it that serves a page, published at port 8080.
container_start() {
	mkdir -p /tmp/image/bin
	cp "$(command -v busybox)" /tmp/image/bin
	echo container >/tmp/image/index.html
	tar -C /tmp/image -c . | docker import - web >/dev/null
	docker run --detach --name=web --publish=8080:80 web /bin/busybox httpd -f -p 80 -h / >/tmp/container 2>&1 ||
		fail "docker run: $(cat /tmp/container /tmp/dockerd.log)"
	CONTAINER=$(docker inspect --format='{{.NetworkSettings.IPAddress}}' web)
}
page() { in_ns "$1" timeout $((PATIENCE + 1)) busybox wget -q -O - "http://$2"; } # ns address[:port]
lan_reaches_container() { [ "$(page inet 198.51.100.2:8080)" = container ]; }
container_gets_out() {
	[ "$(docker exec web /bin/busybox timeout $((PATIENCE + 1)) /bin/busybox wget -q -O - http://$SERVER)" = outside ]
}
container_reaches() { docker exec web /bin/busybox ping -c1 -W$PATIENCE "$1"; }
all_is_well() {
	wait_for 15 network_works g1
	expect [ "$(page g1 $SERVER)" = outside ]
	wait_for 5 lan_reaches_container
	wait_for 5 container_gets_out
	# Neither reaches the other, nor the LAN the guests; there would be an answer.
	expect [ "$(page host "$CONTAINER")" = container ]
	expect container_reaches $SERVER
	refute reaches g1 "$CONTAINER"
	refute page g1 "$CONTAINER"
	refute page g1 $GATEWAY:8080
	refute page g1 198.51.100.2:8080
	refute container_reaches 192.168.105.9
	refute reaches inet 192.168.105.9
}

test_docker_starts_after_us() {
	start_guest
	docker_start
	container_start
	all_is_well
	expect [ "$(log_count 'has made this host an IPv4 router')" = 1 ]
	# Our end takes nothing from them.
	stop_vmnet
	expect lan_reaches_container
	expect container_gets_out
}

test_docker_was_there_first() {
	docker_start
	container_start
	expect lan_reaches_container
	start_guest
	all_is_well
	expect [ "$(log_count 'has made this host an IPv[46] router')" = 0 ]
	# Nor does SIGKILL, with all that is set back after it.
	kill -KILL $VMNET
	wait_for 2 ended $VMNET
	wait_for 2 watcher_is_through
	expect lan_reaches_container
	expect container_gets_out
	expect in_host "$PROGRAM" --cleanup
	expect lan_reaches_container
	expect container_gets_out
}
watcher_is_through() { ! watcher_pid; }
