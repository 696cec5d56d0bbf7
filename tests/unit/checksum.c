// SPDX-License-Identifier: GPL-2.0-or-later
#include "checksum.h"

#include "reference.h"
#include "unit.h"

enum { LARGEST = 65600, ALIGNMENTS = 64 };

/* As it lies in memory, as a number. */
static unsigned as_number(uint16_t checksum)
{
	uint8_t bytes[2];

	memcpy(bytes, &checksum, sizeof(bytes));
	return (unsigned)bytes[0] << 8 | bytes[1];
}

static void fill(uint8_t *data, size_t size, uint64_t seed)
{
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)reference_random(&seed);
}

/* Exactly as large as said, so that a sanitizer sees a byte read beyond. */
static uint8_t *allocate(size_t size)
{
	uint8_t *data = malloc(size ? size : 1);

	ck_assert_ptr_nonnull(data);
	return data;
}

/* The example of RFC 1071, section 3. */
START_TEST(it_is_the_sum_of_the_standard)
{
	ck_assert_uint_eq(
		as_number(checksum_fold(checksum_add(0, "\0\1\xf2\3\xf4\xf5\xf6\xf7", 8))), 0xddf2);
	ck_assert_uint_eq(checksum_fold(checksum_add(0, "", 0)), 0);
}
END_TEST

START_TEST(every_small_size_at_every_alignment)
{
	for (size_t size = 0; size <= 300; size++) {
		uint8_t *data = allocate(ALIGNMENTS + size);

		for (size_t at = 0; at < ALIGNMENTS; at++) {
			fill(data, ALIGNMENTS + size, size);
			ck_assert_uint_eq(as_number(checksum_fold(
						  checksum_add(0, data + ALIGNMENTS - at, size))),
					  reference_sum(0, data + ALIGNMENTS - at, size));
		}
		free(data);
	}
}
END_TEST

static const size_t sizes[] = {1447, 1448, 1449, 9000, 32767, 65535, 65536, 65599, LARGEST};

START_TEST(large_sizes)
{
	uint8_t *data = allocate(sizes[_i]);

	fill(data, sizes[_i], sizes[_i]);
	ck_assert_uint_eq(as_number(checksum_fold(checksum_add(0, data, sizes[_i]))),
			  reference_sum(0, data, sizes[_i]));
	free(data);
}
END_TEST

/* All bits set is what overflows first, and 0xffff is the sum of any number of it. */
START_TEST(nothing_overflows)
{
	uint8_t *data = allocate(LARGEST);
	uint64_t sum = 0;

	memset(data, 0xff, LARGEST);
	for (int i = 0; i < 100000; i++)
		sum = checksum_add(sum, data, LARGEST);
	ck_assert_uint_eq(checksum_fold(sum), 0xffff);
	ck_assert_uint_eq(checksum_fold(UINT64_MAX), 0xffff);
	ck_assert_uint_eq(checksum_fold(UINT64_MAX - 1), 0xfffe);
	free(data);
}
END_TEST

START_TEST(a_sum_goes_on_where_another_ended)
{
	uint64_t seed = 1;
	uint8_t data[4096];

	fill(data, sizeof(data), 2);
	for (int i = 0; i < 2000; i++) {
		size_t size = reference_random(&seed) % sizeof(data);
		size_t cut = size ? reference_random(&seed) % size & ~1u : 0;
		uint64_t sum = checksum_add(0, data, cut);

		ck_assert_uint_eq(
			as_number(checksum_fold(checksum_add(sum, data + cut, size - cut))),
			reference_sum(0, data, size));
	}
}
END_TEST

START_TEST(numbers_are_added_in_network_order)
{
	ck_assert_uint_eq(as_number(checksum_fold(checksum_add_number(0, 0x1234))), 0x1234);
	ck_assert_uint_eq(as_number(checksum_fold(
				  checksum_add_number(checksum_add(0, "\xff\xff", 2), 0x0001))),
			  0x0001);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(it_is_the_sum_of_the_standard),
		UNIT_TEST(every_small_size_at_every_alignment),
		UNIT_CASES(large_sizes, sizes),
		UNIT_TEST(nothing_overflows),
		UNIT_TEST(a_sum_goes_on_where_another_ended),
		UNIT_TEST(numbers_are_added_in_network_order),
	};

	return unit_run("checksum", tests, UNIT_COUNT(tests));
}
