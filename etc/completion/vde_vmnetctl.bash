# SPDX-License-Identifier: GPL-2.0-or-later
# Completes what vde_vmnetctl(1) understands, and existing networks, ports, forwards and guests.
#
# The result becomes part of a command line. From a network's answers, only words without
# characters special to a shell are used.

# Asks the network of the --name on the command line, with a short timeout.
_vde_vmnetctl_ask() {
	local options=(--timeout=2) i
	for ((i = 1; i < ${#line[@]} - 1; i++)); do
		case ${line[i]} in
		--) break ;;
		--name=* | --network=*) options+=("${line[i]}") ;;
		--name | --network) options+=("--name=${line[i + 1]}") ;;
		esac
	done
	"${line[0]}" "${options[@]}" "$@" 2>/dev/null
}

_vde_vmnetctl_networks() {
	"${line[0]}" --timeout=2 list 2>/dev/null | awk 'NR > 1 && !NF { exit } NR > 1 && $1 ~ /^[A-Za-z0-9._-]+$/ { print $1 }'
}
_vde_vmnetctl_ports() { _vde_vmnetctl_ask ports | awk '$1 ~ /^[0-9]+$/ { print $1 }'; }
_vde_vmnetctl_forwards() {
	_vde_vmnetctl_ask forward list | awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[][A-Za-z0-9:._-]+$/ { print $2 }'
}
_vde_vmnetctl_guests() {
	_vde_vmnetctl_ask leases | awk '$1 ~ /^[0-9.]+$/ { print $1 } $1 ~ /^[0-9a-f]*:[0-9a-f:]+$/ { print "[" $1 "]" }'
}

# The candidates for a word, given the word before it and the preceding words that are not options.
_vde_vmnetctl_words() { # word before words...
	local word=$1 before=$2 guest
	shift 2
	if [ -n "$behind" ]; then
		[ $# -gt 1 ] || compgen -c -- "$word"
		[ $# -le 1 ] || compgen -f -- "$word"
		return
	fi
	case $before in
	--name | --network) _vde_vmnetctl_networks && return ;;
	--via) printf '%s\n' tap stream seqpacket vde && return ;;
	--timeout | --mac) return ;;
	esac
	case $word in
	--name=* | --network=*) _vde_vmnetctl_networks | awk -v option="${word%%=*}" '{ print option "=" $1 }' && return ;;
	--via=*) printf '%s\n' --via=tap --via=stream --via=seqpacket --via=vde && return ;;
	-*) printf '%s\n' --name= --network= --json --timeout= --via= --mac= --help --version && return ;;
	esac
	case "$*" in
	'') printf '%s\n' list status ports leases forward run monitor port log-level reload stop ;;
	run) echo -- ;;
	forward) printf '%s\n' list add remove ;;
	'forward remove'*) _vde_vmnetctl_forwards ;;
	'forward add'*)
		case $word in
		tcp:*-* | udp:*-*) for guest in $(_vde_vmnetctl_guests); do echo "${word%-*}-$guest"; done ;;
		*) printf '%s\n' tcp: udp: ;;
		esac
		;;
	port) printf '%s\n' set disconnect ;;
	ports | 'port set' | 'port disconnect') _vde_vmnetctl_ports ;;
	'port set '*) printf '%s\n' isolated=on isolated=off rate= rate=none ;;
	log-level) printf '%s\n' error warning info debug ;;
	esac
}

_vde_vmnetctl() {
	local line=() words=() word before behind='' cut='' candidate i
	# The real words up to the cursor: readline would also split them at ":" and "=".
	read -ra line <<<"${COMP_LINE:0:COMP_POINT}"
	[[ ${COMP_LINE:0:COMP_POINT} != *[[:blank:]] ]] || line+=('')
	word=${line[${#line[@]} - 1]}
	before=${line[${#line[@]} - 2]}
	for ((i = 1; i < ${#line[@]} - 1; i++)); do
		case ${line[i]} in
		--) [ "${words[*]}" != run ] || behind=1 ;;
		--name | --network | --timeout | --via | --mac) [ -n "$behind" ] || i=$((i + 1)) ;;
		-*) ;;
		*) words+=("${line[i]}") ;;
		esac
	done
	# What is already on the line, up to the last place where readline split it, stays there.
	for ((i = 1; i <= ${#word}; i++)); do
		[[ ${word:i-1:1} != [:=] ]] || [[ $COMP_WORDBREAKS != *"${word:i-1:1}"* ]] || cut=${word:0:i}
	done
	COMPREPLY=()
	while read -r candidate; do
		[[ $candidate != "$word"* ]] || COMPREPLY+=("${candidate#"$cut"}")
	done < <(_vde_vmnetctl_words "$word" "$before" "${words[@]}")
	[ ${#COMPREPLY[@]} != 1 ] || [[ ${COMPREPLY[0]} != *[=:] ]] || compopt -o nospace 2>/dev/null
}
complete -F _vde_vmnetctl vde_vmnetctl
