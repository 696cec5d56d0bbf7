// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_field.h"

const char *ctl_field_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

bool ctl_field_number(const json_t *object, const char *key, uint64_t *number)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*number = (uint64_t)json_integer_value(value);
	return true;
}

uint64_t ctl_field_count(const json_t *object, const char *key)
{
	uint64_t number = 0;

	(void)ctl_field_number(object, key, &number);
	return number;
}

bool ctl_field_is_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

const json_t *ctl_field_find(const json_t *list, json_int_t id)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *object = json_array_get(list, i);
		const json_t *value = json_object_get(object, "id");

		if (json_is_integer(value) && json_integer_value(value) == id)
			return object;
	}
	return NULL;
}
