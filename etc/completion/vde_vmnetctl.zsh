#compdef vde_vmnetctl
# SPDX-License-Identifier: GPL-2.0-or-later
# Completes what vde_vmnetctl(1) understands, and existing networks, ports, forwards and guests.
# From a network's answers, only words without characters special to a shell are used.

# Asks the network of the --name on the command line, with a short timeout.
_vde_vmnetctl_ask() {
	local -a options
	[[ -z ${opt_args[--name]}${opt_args[--network]} ]] || options=(--name=${opt_args[--name]}${opt_args[--network]})
	_call_program vde_vmnetctl vde_vmnetctl --timeout=2 ${(q)options} "$@" 2>/dev/null
}

_vde_vmnetctl_networks() {
	local -a networks
	networks=(${(f)"$(_call_program networks vde_vmnetctl --timeout=2 list 2>/dev/null |
		awk 'NR > 1 && !NF { exit } NR > 1 && $1 ~ /^[A-Za-z0-9._-]+$/ { print $1 }')"})
	_wanted networks expl network compadd -a networks
}

_vde_vmnetctl_ports() {
	local -a ports
	ports=(${(f)"$(_vde_vmnetctl_ask ports | awk '$1 ~ /^[0-9]+$/ { print $1 }')"})
	_wanted ports expl port compadd -a ports
}

_vde_vmnetctl_forwards() {
	local -a forwards
	forwards=(${(f)"$(_vde_vmnetctl_ask forward list | awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[][A-Za-z0-9:._-]+$/ { print $2 }')"})
	_wanted forwards expl forward compadd -a forwards
}

_vde_vmnetctl_guests() {
	local -a guests
	guests=(${(f)"$(_vde_vmnetctl_ask leases |
		awk '$1 ~ /^[0-9.]+$/ { print $1 } $1 ~ /^[0-9a-f]*:[0-9a-f:]+$/ { print "[" $1 "]" }')"})
	_wanted guests expl guest compadd -a guests
}

_vde_vmnetctl_new_forward() {
	if compset -P '(tcp|udp):*-'; then
		_vde_vmnetctl_guests
	else
		_wanted protocols expl protocol compadd -S '' -- tcp: udp:
	fi
}

_vde_vmnetctl() {
	local curcontext=$curcontext state line expl
	typeset -A opt_args
	local -a commands verbs
	commands=(
		'list:the networks on this host'
		'status:one network\: its mode, addresses, endpoints'
		'ports:who is attached, and how much traffic'
		"leases:the guests' addresses and names"
		'forward:ports of the host that are forwarded to guests'
		'run:attaches to a network, and becomes a command'
		'monitor:what happens, until Ctrl-C'
		'port:changes a port'
		'log-level:what the network logs'
		'reload:reads the configuration again'
		'stop:ends a network'
	)
	_arguments -C \
		'--name=[the network]:network:_vde_vmnetctl_networks' \
		'--network=[the same]:network:_vde_vmnetctl_networks' \
		'--json[the answer as JSON]' \
		'--timeout=[how long an answer may take]:seconds' \
		'--via=[for run\: how to attach]:way:(tap stream seqpacket vde)' \
		'--mac=[for run\: the MAC address of the guest]:address' \
		'(- *)'{-h,--help}'[a summary]' \
		'(- *)'{-v,--version}'[the version]' \
		'1:command:->command' \
		'*::argument:->argument' && return

	case $state in
	command) _describe command commands ;;
	argument)
		case $words[1] in
		forward)
			verbs=('list:those that there are' 'add:all of them, or none' 'remove:all of them, or none')
			if ((CURRENT == 2)); then
				_describe command verbs
			elif [[ $words[2] == add ]]; then
				_vde_vmnetctl_new_forward
			elif [[ $words[2] == remove ]]; then
				_vde_vmnetctl_forwards
			fi
			;;
		port)
			verbs=('set:changes its limits' 'disconnect:ends its connection')
			if ((CURRENT == 2)); then
				_describe command verbs
			elif ((CURRENT == 3)); then
				_vde_vmnetctl_ports
			elif [[ $words[2] == set ]]; then
				_wanted settings expl setting compadd -- isolated=on isolated=off rate=none
				_wanted settings expl setting compadd -S '' -- rate=
			fi
			;;
		run)
			if [[ $words[2] == -- ]] && ((CURRENT > 2)); then
				shift 2 words
				((CURRENT -= 2))
				_normal
			else
				_wanted separators expl separator compadd -- --
			fi
			;;
		ports) ((CURRENT == 2)) && _vde_vmnetctl_ports ;;
		log-level) ((CURRENT == 2)) && _wanted levels expl level compadd -- error warning info debug ;;
		esac
		;;
	esac
}

_vde_vmnetctl "$@"
