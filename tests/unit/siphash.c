// SPDX-License-Identifier: GPL-2.0-or-later
/* SipHash-2-4 against the vectors of its authors: key 00 01 .. 0f, data 00 01 .. of each size. */
#include "siphash.h"

#include "unit.h"

static const struct siphash_key key = {{0x0706050403020100, 0x0f0e0d0c0b0a0908}};

static const struct {
	size_t size;
	uint64_t hash;
} vectors[] = {
	{0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {7, 0xab0200f58b01d137},
	{8, 0x93f5f5799a932462}, {15, 0xa129ca6149be45e5},
};

START_TEST(values_are_the_published_ones)
{
	uint8_t data[16];

	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	ck_assert_uint_eq(siphash(&key, data, vectors[_i].size), vectors[_i].hash);
}
END_TEST

START_TEST(another_key_is_another_hash)
{
	const struct siphash_key other = {{0x0706050403020100, 0x0f0e0d0c0b0a0909}};

	ck_assert_uint_ne(siphash(&key, "name", 4), siphash(&other, "name", 4));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(values_are_the_published_ones, vectors),
		UNIT_TEST(another_key_is_another_hash),
	};

	return unit_run("siphash", tests, UNIT_COUNT(tests));
}
