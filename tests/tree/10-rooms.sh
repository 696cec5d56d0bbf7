# SPDX-License-Identifier: GPL-2.0-or-later
# The rooms of src/ and include/: the compiler refuses an include that the Makefile does not allow.

rooms() { make -s rooms; } # ROOM: the rooms that it may include

# For each room and each room that it may not include: a source and a header that try it.
test_a_forbidden_include_does_not_compile() {
	local room uses other header refused objects=() headers=()
	while IFS=: read -r room uses; do
		for other in include/*; do
			other=${other#include/}
			[ "$other" != "$room" ] && [[ " $uses " != *" $other "* ]] || continue
			header=$(basename "$(find "include/$other" -name '[a-y]*.h' | sort | head -1)")
			echo "#include \"$header\"" | tee "src/$room/zz_$other.c" >"include/$room/zz_$other.h"
			objects+=("build/src/$room/zz_$other.o")
			headers+=("build/headers/$room/zz_$other")
		done
		[[ " ${objects[*]}" == *" build/src/$room/"* ]] || fail "$room may include every room"
	done < <(rooms)
	! make -k "${objects[@]}" "${headers[@]}" >/tmp/out 2>&1 || fail "something was made"
	local file
	for file in "${objects[@]}" "${headers[@]}"; do [ ! -e "$file" ] || fail "$file was made"; done
	refused=$(grep -c ': No such file or directory' /tmp/out)
	expect [ "$refused" = $((2 * ${#objects[@]})) ]
}

# The rule that compiles them is not too strict: what may be included, is found.
test_an_allowed_include_compiles() {
	local room uses other header files=()
	while IFS=: read -r room uses; do
		for other in $room $uses; do
			header=$(basename "$(find "include/$other" -name '[a-y]*.h' | sort | head -1)")
			echo "#include \"$header\"" >"include/$room/zz_$other.h"
			files+=("build/headers/$room/zz_$other")
		done
	done < <(rooms)
	make -s "${files[@]}"
}

# A source or header that lies in no room would be compiled with every path.
test_everything_lies_in_a_room() {
	expect [ "$(find src -name '*.c' -not -path 'src/*/*')" = src/main.c ]
	expect [ -z "$(find include -name '*.h' -not -path 'include/*/*')" ]
	expect [ "$(rooms | cut -d: -f1 | sort | xargs)" = "$(find include -mindepth 1 -type d -printf '%f\n' | sort | xargs)" ]
	expect [ "$(rooms | cut -d: -f1 | sort | xargs)" = "$(find src -mindepth 1 -type d -printf '%f\n' | sort | xargs)" ]
}

# No room includes one that includes it, by however many steps: the list has lower ones first.
test_arrows_point_down() {
	local room uses other seen=' '
	while IFS=: read -r room uses; do
		for other in $uses; do [[ $seen == *" $other "* ]] || fail "$room includes $other, which is not lower"; done
		seen+="$room "
	done < <(rooms)
}

# Objects are named to the linker of a unit test by the name of their source alone.
test_no_two_sources_share_a_name() {
	expect [ -z "$(find src -name '*.c' -printf '%f\n' | sort | uniq -d)" ]
	expect [ -z "$(find include -name '*.h' -printf '%f\n' | sort | uniq -d)" ]
}
