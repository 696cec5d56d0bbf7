# SPDX-License-Identifier: GPL-2.0-or-later
# What tests of shell do wrong, and nobody sees on a machine that is not busy.

# "$(…)" and <(…) are made once, before wait_for begins: what it repeats is a comparison of two
# texts, or a look at an empty pipe.
test_what_is_waited_for_is_asked_again() {
	refute grep -rnE 'wait_for [^ ]+ (!? ?\[|[^#]*<\()' tests --include='*.sh'
}
