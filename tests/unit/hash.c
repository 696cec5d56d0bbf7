// SPDX-License-Identifier: GPL-2.0-or-later
/* FNV-1a against published values (RFC 9923). */
#include "hash.h"

#include "unit.h"

static const struct {
	const char *text;
	uint32_t hash32;
	uint64_t hash64;
} vectors[] = {
	{"", 0x811c9dc5u, 0xcbf29ce484222325u},
	{"a", 0xe40c292cu, 0xaf63dc4c8601ec8cu},
	{"foobar", 0xbf9cf968u, 0x85944171f73967e8u},
};

START_TEST(values_are_the_published_ones)
{
	const char *text = vectors[_i].text;

	ck_assert_uint_eq(hash_fnv32(HASH_FNV32, text, strlen(text)), vectors[_i].hash32);
	ck_assert_uint_eq(hash_fnv64(HASH_FNV64, text, strlen(text)), vectors[_i].hash64);
}
END_TEST

START_TEST(a_text_may_come_in_parts)
{
	ck_assert_uint_eq(hash_fnv32(hash_fnv32(HASH_FNV32, "foo", 3), "bar", 3), 0xbf9cf968u);
	ck_assert_uint_eq(hash_fnv64(hash_fnv64(HASH_FNV64, "foo", 3), "bar", 3),
			  0x85944171f73967e8u);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(values_are_the_published_ones, vectors),
		UNIT_TEST(a_text_may_come_in_parts),
	};

	return unit_run("hash", tests, UNIT_COUNT(tests));
}
