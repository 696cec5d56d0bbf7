// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Two or three digits with a prefix; never rounded up to the next unit. */
static const char *ctl_text_scale(uint64_t value, const char *unit, char text[CTL_TEXT_MAX])
{
	static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
	unsigned step = 0;
	uint64_t tenths = value % 1000 * 10;

	while (value >= 1000) {
		tenths = value % 1000 / 100;
		value /= 1000;
		step++;
	}
	if (step > 0 && value < 10)
		snprintf(text, CTL_TEXT_MAX, "%u.%u %s%s", (unsigned)value, (unsigned)tenths,
			 prefixes[step], unit);
	else
		snprintf(text, CTL_TEXT_MAX, "%u %s%s", (unsigned)value, prefixes[step], unit);
	return text;
}

const char *ctl_text_bytes(uint64_t bytes, char text[CTL_TEXT_MAX])
{
	return ctl_text_scale(bytes, "B", text);
}

const char *ctl_text_rate(uint64_t bits, char text[CTL_TEXT_MAX])
{
	return ctl_text_scale(bits, "bit/s", text);
}

const char *ctl_text_seconds(uint64_t seconds, char text[CTL_TEXT_MAX])
{
	static const struct {
		unsigned seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	unsigned i = 0;
	uint64_t rest;
	int length;

	while (units[i].seconds > 1 && seconds < units[i].seconds)
		i++;
	length = snprintf(text, CTL_TEXT_MAX, "%" PRIu64 " %s", seconds / units[i].seconds,
			  units[i].unit);
	/* With minutes, seconds are of no use. */
	if (units[i].seconds <= 60)
		return text;
	rest = seconds % units[i].seconds / units[i + 1].seconds;
	if (rest > 0)
		snprintf(text + length, CTL_TEXT_MAX - (size_t)length, " %" PRIu64 " %s", rest,
			 units[i + 1].unit);
	return text;
}

int ctl_text_parse_rate(const char *text, int64_t *bits)
{
	const int64_t most = INT64_C(1000000000000); /* more than any device has */
	int64_t value = 0;
	int64_t unit = 1;

	if (*text == '\0' || !strchr("0123456789", *text))
		return -EINVAL;
	for (; *text != '\0' && strchr("0123456789", *text); text++) {
		value = value * 10 + (*text - '0');
		if (value > most)
			return -EINVAL;
	}
	if (*text == 'k')
		unit = 1000;
	else if (*text == 'M')
		unit = 1000000;
	else if (*text == 'G')
		unit = 1000000000;
	if (unit > 1)
		text++;
	if (*text != '\0' || value == 0 || value > most / unit)
		return -EINVAL;
	*bits = value * unit;
	return 0;
}
