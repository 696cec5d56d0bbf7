# SPDX-License-Identifier: GPL-2.0-or-later
# What bash offers for vde_vmnetctl: its words, and what there is now.

. "$TOP/tests/net/ctl.sh"

setup() {
	mkdir -m 711 $RUNDIR
	mkdir /tmp/bin
	ln -s "$CTL" /tmp/bin/vde_vmnetctl
	PATH=/tmp/bin:$PATH
}

# What is offered for a line that ends here, sorted.
offered() { # LINE
	bash --norc --noprofile -c '
		. "$TOP/etc/completion/vde_vmnetctl.bash"
		COMP_LINE=$1 COMP_POINT=${#1}
		_vde_vmnetctl vde_vmnetctl
		printf "%s\n" "${COMPREPLY[@]}"' - "$1" | sort | xargs
}
offers() { # LINE WORD...
	local got
	got=$(offered "$1")
	[ "$got" = "${*:2}" ] || fail "for '$1' it offers: $got"
}

test_words() {
	offers 'vde_vmnetctl ' forward leases list log-level monitor port ports reload run status stop
	offers 'vde_vmnetctl l' leases list log-level
	offers 'vde_vmnetctl --json p' port ports
	offers 'vde_vmnetctl --name lab --timeout 3 forward ' add list remove
	offers 'vde_vmnetctl port s' set
	offers 'vde_vmnetctl log-level ' debug error info warning
	offers 'vde_vmnetctl --' --help --json --mac= --name= --network= --timeout= --version --via=
	offers 'vde_vmnetctl run ' --
	offers 'vde_vmnetctl run --via=s' seqpacket stream
	offers 'vde_vmnetctl run --via ' seqpacket stream tap vde
	offers 'vde_vmnetctl run -- vde_vmnetc' vde_vmnetctl
	offers "vde_vmnetctl run --via tap -- qemu -kernel $TOP/Makef" "$TOP/Makefile"
	offers 'vde_vmnetctl run -- qemu --na' ''
	offers 'vde_vmnetctl port set 3 i' isolated=off isolated=on
	offers 'vde_vmnetctl port set 3 isolated=on rate=' none
	offers 'vde_vmnetctl forward add u' udp:
	offers 'vde_vmnetctl list ' ''
	offers 'vde_vmnetctl nothing ' ''
}

test_what_there_is() {
	fake shared
	fake lab
	offers 'vde_vmnetctl --name=' lab shared
	offers 'vde_vmnetctl --name ' lab shared
	offers 'vde_vmnetctl ports --name=s' shared
	offers 'vde_vmnetctl ports ' 1 14 3
	offers 'vde_vmnetctl port set 1' 1 14
	offers 'vde_vmnetctl port disconnect ' 1 14 3
	# readline begins its word behind the last colon.
	offers 'vde_vmnetctl forward remove ' tcp::2222-192.168.105.5:22
	offers 'vde_vmnetctl forward remove tcp::2222-192.168.105.5:' 22
	offers 'vde_vmnetctl forward add tcp::80-' 80-192.168.105.100 80-192.168.105.5
}

# Of the network that is named, when there are several.
test_another_network() {
	fake lab
	fake office
	offers 'vde_vmnetctl ports ' ''
	offers 'vde_vmnetctl --name=lab ports ' 1 14 3
	offers 'vde_vmnetctl --name lab ports ' 1 14 3
	offers 'vde_vmnetctl --name=nothing ports ' ''
}

# What a network says becomes part of a command line.
test_nothing_is_offered_that_a_shell_obeys() {
	export ANSWERS='{"query-leases": [{"address": "$(touch /tmp/obeyed)"}, {"address": "`touch /tmp/obeyed`"}, {"address": ";reboot"}, {"address": "fd12::5"}]}'
	export FORWARDS='[{"id": 1, "forward": "tcp::1-$(touch${IFS}/tmp/obeyed)"}, {"id": 2, "forward": "tcp::1-a;touch"}, {"id": 3, "forward": "tcp::1-[fd12::5]:1"}]'
	fake shared
	offers 'vde_vmnetctl forward add tcp::1-' '1-[fd12::5]'
	offers 'vde_vmnetctl forward remove ' 'tcp::1-[fd12::5]:1'
	refute test -e /tmp/obeyed
}

# As a person has it: an interactive bash, a terminal, the tabulator.
test_at_a_terminal() {
	fake shared
	cat >/tmp/type.py <<-'PYTHON'
		import os, pty, select, sys, time
		child, terminal = pty.fork()
		if child == 0:
		    os.environ.update(PS1="> ", TERM="dumb")
		    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
		text = b""
		def expect(words):
		    global text
		    end = time.monotonic() + 30
		    while words not in text:
		        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
		            sys.exit("%r has no %r" % (text, words))
		        text += os.read(terminal, 4096).replace(b"\a", b"")
		def keys(typed):
		    os.write(terminal, typed)
		keys(b". " + os.environ["TOP"].encode() + b"/etc/completion/vde_vmnetctl.bash; echo loa''ded\n")
		expect(b"loaded")
		for typed, expected in (
		    (b"sta\t", b"vde_vmnetctl status "),
		    (b"--name=s\tstat\t", b"vde_vmnetctl --name=shared stat"),
		    (b"forward rem\tt\t", b"vde_vmnetctl forward remove tcp::2222-192.168.105.5:22 "),
		    (b"forward remove tcp::2\t", b"vde_vmnetctl forward remove tcp::2222-192.168.105.5:22 "),
		    (b"forward add tcp::80-192.168.105.1\t", b"vde_vmnetctl forward add tcp::80-192.168.105.100 "),
		    (b"port set 3 is\tn ra\tn\t", b"vde_vmnetctl port set 3 isolated=on rate=none "),
		):
		    text = b""
		    keys(b"\x15vde_vmnetctl " + typed)
		    expect(expected)
	PYTHON
	python3 /tmp/type.py || fail "at a terminal"
}
