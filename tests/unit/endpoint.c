// SPDX-License-Identifier: GPL-2.0-or-later
#include "endpoint.h"

#include <limits.h>

#include "unit.h"

enum {
	PTP_PATH_MAX = ENDPOINT_PATH_MAX - 2, /* PATH and PATH+ */
	TEXT_MAX = 512,
};

static struct endpoint endpoint;
static struct problem problem;

static int parse(const char *text, const char *directory)
{
	memset(&endpoint, 0xee, sizeof(endpoint));
	problem = (struct problem){0};
	return endpoint_parse(&endpoint, text, directory, &problem);
}

static void assert_refused(const char *text, const char *directory, const char *why)
{
	ck_assert_msg(parse(text, directory) == -1, "'%s' is accepted", text);
	ck_assert_int_eq(problem.status, STATUS_USAGE);
	ck_assert_msg(strstr(problem.text, why), "'%s': '%s', not '%s'", text, problem.text, why);
}

static const struct {
	const char *text;
	enum endpoint_kind kind;
	enum endpoint_generation generation;
	const char *locator;
	const char *path;
} good[] = {
	{"/run/sw", ENDPOINT_VDE, 0, "vde:///run/sw", "/run/sw"},
	{"vde:///run/sw", ENDPOINT_VDE, 0, "vde:///run/sw", "/run/sw"},
	{"sw", ENDPOINT_VDE, 0, "vde:///home/me/sw", "/home/me/sw"},
	{"./sw", ENDPOINT_VDE, 0, "vde:///home/me/./sw", "/home/me/./sw"},
	{"vde://sw", ENDPOINT_VDE, 0, "vde:///home/me/sw", "/home/me/sw"},
	{"/run/sw[3]", ENDPOINT_VDE, 0, "vde:///run/sw[3]", "/run/sw"},
	{"vde://sw[3]", ENDPOINT_VDE, 0, "vde:///home/me/sw[3]", "/home/me/sw"},
	{"vde:///run/sw[]", ENDPOINT_VDE, 0, "vde:///run/sw[]", "/run/sw"},
	{"/run/my sw", ENDPOINT_VDE, 0, "vde:///run/my sw", "/run/my sw"},
	{"/run/\xc3\xa9", ENDPOINT_VDE, 0, "vde:///run/\xc3\xa9", "/run/\xc3\xa9"},
	{"/run/sw/", ENDPOINT_VDE, 0, "vde:///run/sw", "/run/sw"},
	{"sw//[3]", ENDPOINT_VDE, 0, "vde:///home/me/sw[3]", "/home/me/sw"},
	{"/", ENDPOINT_VDE, 0, "vde:///", "/"},
	{"//", ENDPOINT_VDE, 0, "vde:///", "/"},
	{"/run/p[]", ENDPOINT_PTP, ENDPOINT_GENERATION_AUTO, "ptp:///run/p", "/run/p"},
	{"p[]", ENDPOINT_PTP, ENDPOINT_GENERATION_AUTO, "ptp:///home/me/p", "/home/me/p"},
	{"ptp:///run/p", ENDPOINT_PTP, ENDPOINT_GENERATION_AUTO, "ptp:///run/p", "/run/p"},
	{"ptp://p", ENDPOINT_PTP, ENDPOINT_GENERATION_AUTO, "ptp:///home/me/p", "/home/me/p"},
	{"ptp:///run/p[]", ENDPOINT_PTP, ENDPOINT_GENERATION_AUTO, "ptp:///run/p", "/run/p"},
	{"ptp:///run/p[gen=1]", ENDPOINT_PTP, ENDPOINT_GENERATION_1, "ptp:///run/p[gen=1]",
	 "/run/p"},
	{"ptp:///run/p[gen=2]", ENDPOINT_PTP, ENDPOINT_GENERATION_2, "ptp:///run/p[gen=2]",
	 "/run/p"},
	{"tap://", ENDPOINT_TAP, 0, "tap://", ""},
	{"tap:///run/t", ENDPOINT_TAP, 0, "tap:///run/t", "/run/t"},
	{"tap://t", ENDPOINT_TAP, 0, "tap:///home/me/t", "/home/me/t"},
	{"/run/p[gen=1]", ENDPOINT_PTP, ENDPOINT_GENERATION_1, "ptp:///run/p[gen=1]", "/run/p"},
	{"p[gen=2]", ENDPOINT_PTP, ENDPOINT_GENERATION_2, "ptp:///home/me/p[gen=2]", "/home/me/p"},
	{"ptp:///run/the vm's", ENDPOINT_PTP, 0, "ptp:///run/the vm's", "/run/the vm's"},
	{"ptp:///run/p[1]q", ENDPOINT_PTP, 0, "ptp:///run/p[1]q", "/run/p[1]q"},
	{"udp://2222->192.0.2.1:2222", ENDPOINT_LOCATOR, 0, "udp://2222->192.0.2.1:2222", ""},
	{"vxlan://239.1.2.3", ENDPOINT_LOCATOR, 0, "vxlan://239.1.2.3", ""},
	{"vxvde://239.1.2.3", ENDPOINT_LOCATOR, 0, "vxvde://239.1.2.3", ""},
	{"hub:///run/h", ENDPOINT_LOCATOR, 0, "hub:///run/h", ""},
	{"switch:///run/s", ENDPOINT_SWITCH, 0, "switch:///run/s", "/run/s"},
	{"switch:///run/s/", ENDPOINT_SWITCH, 0, "switch:///run/s", "/run/s"},
	{"switch://s", ENDPOINT_SWITCH, 0, "switch:///home/me/s", "/home/me/s"},
	{"stream:///run/s", ENDPOINT_STREAM, 0, "stream:///run/s", "/run/s"},
	{"stream://s", ENDPOINT_STREAM, 0, "stream:///home/me/s", "/home/me/s"},
	{"stream:///run/the vm's [1]", ENDPOINT_STREAM, 0, "stream:///run/the vm's [1]",
	 "/run/the vm's [1]"},
	{"stream:///run/vm=[1]", ENDPOINT_STREAM, 0, "stream:///run/vm=[1]", "/run/vm=[1]"},
	{"stream:///run/[a=b]c", ENDPOINT_STREAM, 0, "stream:///run/[a=b]c", "/run/[a=b]c"},
	{"seqpacket:///run/s/", ENDPOINT_SEQPACKET, 0, "seqpacket:///run/s", "/run/s"},
	{"seqpacket://3", ENDPOINT_SEQPACKET, 0, "seqpacket:///home/me/3", "/home/me/3"},
	{"slirp://", ENDPOINT_LOCATOR, 0, "slirp://", ""},
	{"null://", ENDPOINT_LOCATOR, 0, "null://", ""},
};

START_TEST(an_endpoint_is_read)
{
	ck_assert_msg(parse(good[_i].text, "/home/me") == 0, "'%s': %s", good[_i].text,
		      problem.text);
	ck_assert_int_eq(endpoint.kind, good[_i].kind);
	ck_assert_int_eq(endpoint.generation, good[_i].generation);
	ck_assert_str_eq(endpoint.locator, good[_i].locator);
	ck_assert_str_eq(endpoint.path, good[_i].path);
}
END_TEST

static const struct {
	const char *text;
	enum endpoint_kind kind;
	bool offload;
	const char *locator;
	const char *path;
} offloads[] = {
	{"stream:///run/s[offload=on]", ENDPOINT_STREAM, true, "stream:///run/s[offload=on]",
	 "/run/s"},
	{"stream://s/[offload=on]", ENDPOINT_STREAM, true, "stream:///home/me/s[offload=on]",
	 "/home/me/s"},
	{"seqpacket:///run/s[1][offload=on]", ENDPOINT_SEQPACKET, true,
	 "seqpacket:///run/s[1][offload=on]", "/run/s[1]"},
	{"seqpacket:///run/s[offload=off]", ENDPOINT_SEQPACKET, false, "seqpacket:///run/s",
	 "/run/s"},
	{"stream:///run/s", ENDPOINT_STREAM, false, "stream:///run/s", "/run/s"},
};

/* The locator is read again, by the worker. */
START_TEST(an_offload_is_read_and_kept)
{
	const char *text = offloads[_i].text;

	for (int i = 0; i < 2; i++, text = offloads[_i].locator) {
		ck_assert_msg(parse(text, "/home/me") == 0, "'%s': %s", text, problem.text);
		ck_assert_int_eq(endpoint.kind, offloads[_i].kind);
		ck_assert_int_eq(endpoint.offload, offloads[_i].offload);
		ck_assert_str_eq(endpoint.locator, offloads[_i].locator);
		ck_assert_str_eq(endpoint.path, offloads[_i].path);
	}
}
END_TEST

START_TEST(the_root_is_a_directory_to_start_from)
{
	ck_assert_int_eq(parse("sw", ""), 0);
	ck_assert_str_eq(endpoint.path, "/sw");
	ck_assert_int_eq(parse("p[]", ""), 0);
	ck_assert_str_eq(endpoint.path, "/p");
}
END_TEST

static const struct {
	const char *text;
	const char *why;
} bad[] = {
	{"", "the endpoint is empty"},
	{"switch:/tmp/ctl", "two slashes after the colon"},
	{"switch:///tmp/a[1].ctl", "cannot attach to a switch with"},
	{"switch:///tmp/a[.ctl", "cannot attach to a switch with"},
	{"switch:///tmp/a].ctl", "cannot attach to a switch with"},
	{"switch:///tmp/100%25.ctl", "cannot attach to a switch with"},
	{"switch:///tmp/100%", "cannot attach to a switch with"},
	{"switch:///tmp/vm's.ctl", "cannot attach to a switch with"},
	{"switch:///tmp/\"vm\".ctl", "cannot attach to a switch with"},
	{"switch:///tmp/a\\b", "cannot attach to a switch with"},
	{"/run/[]/sw", "cannot attach to a switch with"},
	{"/run/s[1]w", "cannot attach to a switch with"},
	{"/run/sw]", "cannot attach to a switch with"},
	{"/run/sw[]x", "cannot attach to a switch with"},
	{"/run/[gen=1]/sw[3]", "cannot attach to a switch with"},
	{"vde:///run/the vm's", "cannot attach to a switch with"},
	{"ptp:/tmp/sw.ctl[]", "two slashes after the colon"},
	{"vde:/tmp/sw.ctl", "two slashes after the colon"},
	{"~/sw.ctl", "write the full path"},
	{"switch://~/sw.ctl", "write the full path"},
	{"[]", "has no path"},
	{"[3]", "has no path"},
	{"vde://", "has no path"},
	{"vde://[]", "has no path"},
	{"ptp://", "has no path"},
	{"ptp://[]", "has no path"},
	{"ptp://[gen=1]", "has no path"},
	{"ptp:///run/p[gen=3]", "[gen=1]"},
	{"ptp:///run/p[gen=]", "[gen=1]"},
	{"ptp:///run/p[gen=11]", "[gen=1]"},
	{"ptp:///run/p[GEN=1]", "[gen=1]"},
	{"ptp:///run/p[3]", "[gen=1]"},
	{"/run/p[gen=3]", "[gen=1]"},
	{"ptp:///run/p[ ]", "[gen=1]"},
	/* Read again, by libvdeplug or an emulator, they would be other places. */
	{"/run/sw[1]/", "ends with a bracket"},
	{"/run/sw[1][2]", "ends with a bracket"},
	{"vde:///run/[a/b]/", "ends with a bracket"},
	{"ptp:///run/p[1][]", "ends with a bracket"},
	{"p[1]/[gen=2]", "ends with a bracket"},
	{"vde:///run/a://b", "contains ://"},
	{"switch:///run/a://b", "contains ://"},
	{"ptp://a://b", "contains ://"},
	{"cmd://ssh host", "'cmd' is not a kind of endpoint"},
	{"macvtap://eth0", "'macvtap' is not a kind of endpoint"},
	{"stream://", "has no path"},
	{"seqpacket://", "has no path"},
	{"stream://~/s", "write the full path"},
	{"stream://[offload=on]", "has no path"},
	{"stream:///run/s[offload=yes]", "only [offload=on] or [offload=off] may follow"},
	{"stream:///run/s[offload=]", "only [offload=on] or [offload=off] may follow"},
	{"seqpacket:///run/s[ofload=on]", "only [offload=on] or [offload=off] may follow"},
	{"switch:///run/s[offload=on]", "only for stream:// and seqpacket://"},
	{"/run/s[offload=on]", "only for stream:// and seqpacket://"},
	{"vde:///run/s[offload=on]", "only for stream:// and seqpacket://"},
	{"ptp:///run/p[offload=on]", "only for stream:// and seqpacket://"},
	{"tap://[offload=on]", "only for stream:// and seqpacket://"},
	{"tap:///run/t[offload=off]", "only for stream:// and seqpacket://"},
	{"udp://2222->192.0.2.1:2222[offload=on]", "only for stream:// and seqpacket://"},
	{"stream:/run/s", "two slashes after the colon"},
	{"dgram:///run/s", "'dgram' is not a kind of endpoint"},
	{"multi://{hub://}{tap://}", "'multi' is not a kind of endpoint"},
	{"bonding://", "'bonding' is not a kind of endpoint"},
	{"agno://", "'agno' is not a kind of endpoint"},
	{"://", "'' is not a kind of endpoint"},
	{"VDE:///run/sw", "'VDE' is not a kind of endpoint"},
	{" vde:///run/sw", "' vde' is not a kind of endpoint"},
	{"xvde:///run/sw", "'xvde' is not a kind of endpoint"},
	{"hu://x", "'hu' is not a kind of endpoint"},
	{"hubb://x", "'hubb' is not a kind of endpoint"},
	{"udp,cmd://x", "'udp,cmd' is not a kind of endpoint"},
	{"/run/a://b", "'/run/a' is not a kind of endpoint"},
};

START_TEST(what_is_no_endpoint_is_refused)
{
	assert_refused(bad[_i].text, "/home/me", bad[_i].why);
}
END_TEST

START_TEST(control_characters_are_refused)
{
	static const char *const formats[] = {"/run/%cx", "ptp:///run/x%c", "%cudp://1",
					      "udp://1%c"};
	char text[64];

	for (int i = 0; i < UNIT_COUNT(formats); i++) {
		for (char c = 1; c < ' '; c++) {
			snprintf(text, sizeof(text), formats[i], c);
			assert_refused(text, "/home/me", "control characters");
		}
		snprintf(text, sizeof(text), formats[i], 0x7f);
		assert_refused(text, "/home/me", "control characters");
	}
}
END_TEST

/* prefix, then n times 'x', then suffix. */
static const char *text_of(const char *prefix, int n, const char *suffix)
{
	static char text[TEXT_MAX];
	char middle[TEXT_MAX] = "";

	memset(middle, 'x', (size_t)n);
	snprintf(text, sizeof(text), "%s%s%s", prefix, middle, suffix);
	return text;
}

static const struct {
	const char *prefix;
	const char *suffix;
	int max;    /* bytes of the absolute path */
	int before; /* of them, before the x */
} path_limits[] = {
	{"/", "", ENDPOINT_DIRECTORY_MAX, 1},
	{"vde:///", "", ENDPOINT_DIRECTORY_MAX, 1},
	{"/", "[3]", ENDPOINT_DIRECTORY_MAX, 1},
	{"", "", ENDPOINT_DIRECTORY_MAX, 9},
	{"vde://", "[12]", ENDPOINT_DIRECTORY_MAX, 9},
	{"/", "[]", PTP_PATH_MAX, 1},
	{"ptp:///", "", PTP_PATH_MAX, 1},
	{"ptp:///", "[gen=2]", PTP_PATH_MAX, 1},
	{"ptp://", "", PTP_PATH_MAX, 9},
	{"stream:///", "", ENDPOINT_PATH_MAX - 1, 1},
	{"seqpacket://", "", ENDPOINT_PATH_MAX - 1, 9},
};

START_TEST(a_path_leaves_room_for_a_sockets_name)
{
	const char *prefix = path_limits[_i].prefix;
	const char *suffix = path_limits[_i].suffix;
	int n = path_limits[_i].max - path_limits[_i].before;

	ck_assert_msg(parse(text_of(prefix, n, suffix), "/home/me") == 0, "%s", problem.text);
	ck_assert_int_eq(strlen(endpoint.path), path_limits[_i].max);
	assert_refused(text_of(prefix, n + 1, suffix), "/home/me", "only has room for");
	assert_refused(text_of(prefix, 200, suffix), "/home/me", "only has room for");
}
END_TEST

START_TEST(a_deep_current_directory_counts)
{
	char directory[TEXT_MAX];

	snprintf(directory, sizeof(directory), "%s", text_of("/", 400, ""));
	assert_refused("sw", directory, "only has room for");
	assert_refused("p[]", directory, "only has room for");
	ck_assert_int_eq(parse("/run/sw", directory), 0);
}
END_TEST

START_TEST(a_locator_has_a_length)
{
	const int max = ENDPOINT_LOCATOR_MAX - 1;

	ck_assert_int_eq(parse(text_of("udp://", max - 6, ""), "/"), 0);
	ck_assert_int_eq(strlen(endpoint.locator), max);
	assert_refused(text_of("udp://", max - 5, ""), "/", "longer than 255 bytes");
	assert_refused(text_of("/run/", 400, ""), "/", "longer than 255 bytes");
}
END_TEST

/* "vde://" is added to a bare path, so its port has less room. */
START_TEST(a_port_counts_in_the_locator)
{
	const int max = ENDPOINT_LOCATOR_MAX - 1;

	ck_assert_int_eq(parse(text_of("/run/sw[", max - 6 - 9, "]"), "/"), 0);
	ck_assert_int_eq(strlen(endpoint.locator), max);
	assert_refused(text_of("/run/sw[", max - 6 - 8, "]"), "/", "longer than 255 bytes");
	assert_refused(text_of("/run/sw[", max - 9, "]"), "/", "longer than 255 bytes");
}
END_TEST

static const struct {
	const char *text;
	const char *peer;
	unsigned max_mtu;
	const char *netdev;
} peers[] = {
	{"/run/sw", "/run/sw", 1500, "vde,id=net0,sock=/run/sw"},
	{"vde:///run/sw[3]", "/run/sw", 1500, "vde,id=net0,sock=/run/sw"},
	{"/run/p[]", "ptp:///run/p", UINT_MAX, "vde,id=net0,sock=ptp:///run/p"},
	{"ptp:///run/p[gen=1]", "ptp:///run/p", UINT_MAX, "vde,id=net0,sock=ptp:///run/p"},
	{"switch:///run/s", "/run/s", UINT_MAX, "vde,id=net0,sock=/run/s"},
	{"hub:///run/h", "hub:///run/h", 9216, "vde,id=net0,sock=hub:///run/h"},
	{"vxvde://239.1.2.3", "vxvde://239.1.2.3", 9216, "vde,id=net0,sock=vxvde://239.1.2.3"},
	{"vxlan://239.1.2.3", "vxlan://239.1.2.3", 9216, "vde,id=net0,sock=vxlan://239.1.2.3"},
	{"udp://1->192.0.2.1:1", "", 9216, NULL},
	{"slirp://", "", 9216, NULL},
	{"null://", "", 9216, NULL},
	{"stream:///run/s,t", "", UINT_MAX,
	 "stream,id=net0,server=off,addr.type=unix,addr.path=/run/s,t"},
	{"seqpacket:///run/s", "", UINT_MAX, NULL},
};

/* Nothing where the same locator would not lead an emulator to us. */
START_TEST(a_peer_is_told_what_to_say)
{
	ck_assert_int_eq(parse(peers[_i].text, "/"), 0);
	ck_assert_str_eq(endpoint.peer, peers[_i].peer);
}
END_TEST

START_TEST(qemu_is_told_what_to_say)
{
	const char *options = "";
	const char *value = "";
	char text[TEXT_MAX];

	ck_assert_int_eq(parse(peers[_i].text, "/"), 0);
	ck_assert_int_eq(endpoint_netdev(&endpoint, &options, &value), peers[_i].netdev != NULL);
	snprintf(text, sizeof(text), "%s%s", options, value);
	if (peers[_i].netdev)
		ck_assert_str_eq(text, peers[_i].netdev);
}
END_TEST

START_TEST(an_endpoint_carries_what_is_behind_it)
{
	ck_assert_int_eq(parse(peers[_i].text, "/"), 0);
	ck_assert_uint_eq(endpoint_max_mtu(&endpoint), peers[_i].max_mtu);
}
END_TEST

static const struct {
	const char *a;
	const char *b;
	bool equal;
} pairs[] = {
	{"/run/sw", "/run/sw", true},
	{"/run/sw", "vde:///run/sw", true},
	{"/run/sw", "vde://sw", true},
	{"/run/sw", "/run/sx", false},
	{"/run/sw[1]", "/run/sw[1]", true},
	{"/run/sw[1]", "/run/sw[2]", false},
	{"p[]", "ptp:///run/p", true},
	{"ptp://p", "ptp:///run/p[gen=1]", true},
	{"ptp://p[gen=2]", "ptp:///run/p[gen=1]", true},
	{"ptp://p", "ptp://q", false},
	{"stream://s", "stream://s[offload=on]", true},
	{"/run/p", "ptp:///run/p", true}, /* it cannot be both */
	{"/run/s", "switch:///run/s", true},
	{"switch://s", "switch:///run/s", true},
	{"stream://s", "stream:///run/s", true},
	{"stream://s", "seqpacket:///run/s", true}, /* it cannot be both */
	{"stream://s", "stream://t", false},
	{"udp://1", "udp://1", true},
	{"udp://1", "udp://2", false},
	{"hub:///run/h", "switch:///run/h", false},
};

START_TEST(endpoints_are_equal_at_the_same_place)
{
	struct endpoint a;

	ck_assert_int_eq(parse(pairs[_i].a, "/run"), 0);
	a = endpoint;
	ck_assert_int_eq(parse(pairs[_i].b, "/run"), 0);
	ck_assert_msg(endpoint_equal(&a, &endpoint) == pairs[_i].equal, "%s, %s", pairs[_i].a,
		      pairs[_i].b);
	ck_assert_int_eq(endpoint_equal(&endpoint, &a), pairs[_i].equal);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(an_endpoint_is_read, good),
		UNIT_CASES(an_offload_is_read_and_kept, offloads),
		UNIT_TEST(the_root_is_a_directory_to_start_from),
		UNIT_CASES(what_is_no_endpoint_is_refused, bad),
		UNIT_TEST(control_characters_are_refused),
		UNIT_CASES(a_path_leaves_room_for_a_sockets_name, path_limits),
		UNIT_TEST(a_deep_current_directory_counts),
		UNIT_TEST(a_locator_has_a_length),
		UNIT_TEST(a_port_counts_in_the_locator),
		UNIT_CASES(endpoints_are_equal_at_the_same_place, pairs),
		UNIT_CASES(a_peer_is_told_what_to_say, peers),
		UNIT_CASES(qemu_is_told_what_to_say, peers),
		UNIT_CASES(an_endpoint_carries_what_is_behind_it, peers),
	};

	return unit_run("endpoint", tests, UNIT_COUNT(tests));
}
