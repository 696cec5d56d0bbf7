# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in pairs: the machine's speed drifts by a factor of four within minutes, so each
# run has a run of its base right beside it, and the ratios of the pairs are what counts.

selected() { # MEASURE CONTENDER
	local pattern
	[ -n "${BENCH:-}" ] || return 0
	for pattern in $BENCH; do [[ $1:$2 != *$pattern* ]] || return 0; done
	return 1
}

# A result as a line on descriptor 3: MEASURE VALUE CONTENDER BASE NUMBER OF-BASE
tell() { # MEASURE CONTENDER BASE "VALUE NUMBER..." "VALUE NUMBER..." of the base, WHY there is none
	local -a of base
	local -A of_base=()
	local i
	read -ra of <<<"$4"
	read -ra base <<<"$5"
	for ((i = 0; i < ${#base[@]}; i += 2)); do of_base[${base[i]}]=${base[i + 1]}; done
	[ ${#of[@]} != 0 ] || tell_missing "$1" "$2" "$3" "$6"
	for ((i = 0; i < ${#of[@]}; i += 2)); do
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "${of[i]}" "$2" "$3" "${of[i + 1]}" "${of_base[${of[i]}]:--}" >&3
	done
}
tell_missing() { # MEASURE CONTENDER BASE WHY
	printf '%s\t-\t%s\t%s\t%s\t-\n' "$@" >&3
}

# A run that fails is a missing cell, and the others go on. Why it failed is in /tmp/why.
run_once() { measure "$@" 2>/tmp/why || true; }
why() { tail -n 1 /tmp/why | tr '\t' ' ' | grep . || echo 'a run failed'; }

# Two contenders share the base's run between them.
compare() { # MEASURE BASE CONTENDER...
	local measure=$1 base=$2 round i of_base first first_why second
	local -a list=()
	shift 2
	for i in "$@"; do
		selected "$measure" "$i" || continue
		if ! can "$i"; then
			tell_missing "$measure" "$i" "$base" "${WHY[$i]}"
		elif ! can "$base"; then
			tell_missing "$measure" "$base" "$base" "${WHY[$base]}"
			tell_missing "$measure" "$i" "$base" "its base is missing"
		else
			list+=("$i")
		fi
	done
	[ ${#list[@]} != 0 ] || return 0
	for ((round = 1; round <= ROUNDS; round++)); do
		for ((i = 0; i < ${#list[@]}; i += 2)); do
			first=$(run_once "$measure" "${list[i]}")
			first_why=$(why)
			of_base=$(run_once "$measure" "$base")
			tell "$measure" "$base" "$base" "$of_base" "$of_base" "$(why)"
			tell "$measure" "${list[i]}" "$base" "$first" "$of_base" "$first_why"
			[ $((i + 1)) -lt ${#list[@]} ] || continue
			second=$(run_once "$measure" "${list[i + 1]}")
			tell "$measure" "${list[i + 1]}" "$base" "$second" "$of_base" "$(why)"
		done
	done
	echo "bench: $SECONDS s: $measure against $base" >&2
}
