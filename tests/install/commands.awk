# SPDX-License-Identifier: GPL-2.0-or-later
# The commands of documents (*.md) and of the EXAMPLES of manual pages, one a line:
#
#   FILE:LINE <tab> COMMAND             for a shell
#   FILE:LINE <tab> # NAME <tab> LINE…  a configuration of vde_vmnet, in a block of its own
#
# They are what stands in blocks, without what a program says there ("$ " is before the commands
# then), and what stands in a line and begins with sudo, one of the programs below, or what has to be
# said to vde_vmnetctl or QEMU. Variables that a document sets come before the commands that use them.

BEGIN {
	OFS = "\t"
	split("make vde_vmnet vde_vmnetctl vde_vmnet-bridge-helper socket_vmnet_client vde_switch vde_plug " \
		"systemctl systemd-sysusers journalctl kill nft ip sysctl iptables ip6tables iptables-legacy firewall-cmd ufw " \
		"conntrack ss fuser ssh podman docker groupadd gpasswd usermod visudo modprobe apt chmod VBoxManage virsh", names, " ")
	for (i in names) programs[names[i]]
}

function flush_block() {
	if (said != "") say(where, said)
	said = ""
}
function say(where, command, name) {
	if (match(command, /^[A-Z_]+=[^ ]*$/)) {
		set[substr(command, 1, index(command, "=") - 1)] = command
		return
	}
	for (name in set) if (command ~ "[$]" name "([^A-Z_]|$)") command = set[name] "; " command
	print where, command
}

# What a block is, its first line says.
function kind_of(line) {
	if (line ~ /^[$] /) return "session"
	if (line ~ /^# [a-z]+[.]conf/ || line ~ /^[a-z][a-z0-9-]*=/) return "configuration"
	if (line ~ /^-netdev /) return "options"
	if (line ~ /^[[<{ ]/ || line ~ /^[a-z_]+ = / || line ~ /^[^ -~]/) return "other"
	return "commands"
}
function begin_block() {
	inside = 1
	kind = said = ""
}
function end_block() {
	flush_block()
	inside = 0
}
function block_line(line) {
	if (kind == "") kind = kind_of(line)
	if (kind == "other" || line == "") return
	if (kind == "session" && !sub(/^[$] /, "", line)) return
	if (kind == "configuration") {
		if (said == "") {
			where = FILENAME ":" FNR
			said = line ~ /^#/ ? line : "# bare.conf\t" line
			sub(/[.]conf,.*/, ".conf", said)
		} else said = said "\t" line
		return
	}
	if (line ~ /^#/) return
	if (said == "") where = FILENAME ":" FNR
	sub(/^ +/, " ", line)
	said = said line
	if (!sub(/ ?\\$/, "", said)) flush_block()
}

# A name alone is no command, but for what follows sudo.
function is_command(text, words, i) {
	if (text ~ /^-netdev [a-z]+,/ || text ~ /^(monitor|(port|forward) [a-z]+ [^ ].*)$/) return 1
	split(text, words, " ")
	for (i = 1; words[i] ~ /^[A-Z]+=/; i++);
	if (words[i] == "sudo") return words[i + 1] != ""
	return words[i + 1] != "" && (words[i] in programs || words[i] ~ /^qemu-system-/)
}
function spans(text, n, parts, i) {
	gsub(/\\[|]/, "|", text)
	n = split(text, parts, "`")
	for (i = 2; i <= n; i += 2) if (is_command(parts[i])) say(FILENAME ":" FNR, parts[i])
}

FNR == 1 {
	split("", set)
	inside = examples = 0
	manual = FILENAME ~ /[.][1-8]$/
}
manual {
	if (/^[.]SH/) examples = $2 == "EXAMPLES"
	if (!examples) next
	if ($1 == ".nf") begin_block()
	else if ($1 == ".fi") end_block()
	else if (inside) {
		gsub(/\\-/, "-")
		gsub(/\\[|&]|\\f[A-Z]/, "")
		gsub(/\\[(]aq/, "'")
		gsub(/\\e/, "\\")
		block_line($0)
	}
	next
}
/^ *```/ {
	match($0, / */)
	indent = RLENGTH
	if (inside) end_block()
	else begin_block()
	next
}
inside {
	block_line(substr($0, indent + 1))
	next
}
{ spans($0) }
