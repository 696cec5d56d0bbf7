# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            builds build/vde_vmnet
# make up         as root: installs what is missing, builds, runs a shared network
# make check      as root: installs what is missing, builds, runs every test; TESTS="net/20-nat …"
#                 runs some, LOAD=2 two busy loops beside them, JOBS=1 one at a time (tests/run)
# make check-distros  as root: the same in bare systems of Debian 13 and of Debian testing
# make bench      as root: measures it beside its peers; BENCH_QUICK=1: in 4 minutes
# make install    PREFIX, DESTDIR, sbindir, mandir … as usual; make uninstall
# make install-sudoers  for a group: SUDOERS_GROUP, SUDOERS_INTERFACE; make uninstall-sudoers
# make format     formats the sources; make lint looks for faults, as root with what it needs
# V=1 shows the commands; SANITIZE=address,undefined; WERROR=1; CC=clang; SECCOMP=log
# (a worker that makes a system call it should not is logged, not killed)
#
# PREFIX DESTDIR CC CFLAGS LDFLAGS are the user's; the rest of the flags is ours.

# The newest version of NEWS.md, with -dev until it is released.
VERSION     := $(shell awk '$$2 ~ /^[0-9]+[.][0-9]+[.][0-9]+$$/ {print $$2 ($$3 ~ /unreleased/ ? "-dev" : ""); exit}' NEWS.md)
PREFIX      ?= /usr/local
DESTDIR     ?=
sbindir     ?= $(PREFIX)/sbin
mandir      ?= $(PREFIX)/share/man
docdir      ?= $(PREFIX)/share/doc/vde_vmnet
# firewalld looks in /usr/lib and /etc only, whatever PREFIX is.
zonedir     ?= /usr/lib/firewalld/zones
sysconfdir  ?= /etc
rundir      ?= /run/vde_vmnet
statedir    ?= /var/lib/vde_vmnet

CC          ?= cc
PKG_CONFIG  ?= pkg-config

# Where systemd says that it looks, else where it does too: in /usr/lib and /usr/local/lib,
# whatever PREFIX is. NetworkManager has one place.
SYSTEMD      = $(or $(shell $(PKG_CONFIG) --variable=$(1) systemd 2>/dev/null),$(if $(filter /usr,$(PREFIX)),/usr,/usr/local)/lib/$(2))
unitdir     ?= $(call SYSTEMD,systemdsystemunitdir,systemd/system)
sysusersdir ?= $(call SYSTEMD,sysusersdir,sysusers.d)
networkdir  ?= $(dir $(unitdir))network
nmdir       ?= /usr/lib/NetworkManager/conf.d

CFLAGS      ?= -O2 -g
WERROR      ?= $(CI)
SECCOMP     ?= kill
comma       := ,
BUILD       := build$(if $(filter log,$(SECCOMP)),-log)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(findstring clang,$(CC)),-clang)

PACKAGES    := libnl-3.0 libnl-route-3.0 libnftables jansson libsystemd libcap libseccomp
WARNINGS    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
               -Wwrite-strings -Wvla -Wformat=2 -Wno-format-nonliteral $(if $(WERROR),-Werror)
HARDENING   := -fPIE -fstack-protector-strong -fstack-clash-protection \
               $(if $(filter x86_64,$(shell uname -m)),-fcf-protection) \
               $(if $(SANITIZE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
DEFINES     := -D_GNU_SOURCE $(if $(filter log,$(SECCOMP)),-DSYSCALLFILTER_LOG) $(if $(SANITIZE),-DSANITIZED) -DVERSION='"$(VERSION)"' -DRUNDIR='"$(rundir)"' -DSTATEDIR='"$(statedir)"'
ALL_CFLAGS   = -std=gnu11 $(INCLUDES) $(DEFINES) $(WARNINGS) $(HARDENING) \
               $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined) \
               $(shell $(PKG_CONFIG) --cflags $(PACKAGES)) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS  = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)
LDLIBS      := $(shell $(PKG_CONFIG) --libs $(PACKAGES)) -lvdeplug

# The rooms of src/ and include/, lower ones first, and what each may include besides its own
# headers. It is compiled with these paths alone: what is not allowed is "No such file".
USES_base      :=
USES_addr      := base
USES_sandbox   := base
USES_ipc       := base addr
USES_frame     := base addr
USES_config    := base addr
USES_undo      := base
USES_kernel    := base addr frame undo
USES_rules     := base addr
USES_firewall  := base addr sandbox undo kernel rules
USES_connector := base addr sandbox ipc
USES_worker    := base addr sandbox ipc frame
USES_watcher   := base addr sandbox ipc undo kernel
USES_host      := base addr sandbox ipc config undo kernel rules firewall
ROOMS          := base addr sandbox ipc frame config undo kernel rules firewall connector worker watcher host

# The include paths of a source or header, of main.c all: it is the door to each process.
room         = $(filter-out $(1),$(firstword $(subst /, ,$(1))))
paths_of     = $(addprefix -Iinclude/,$(if $(call room,$(1)),$(call room,$(1)) $(USES_$(call room,$(1))),$(ROOMS)))
# Tests may look into every room.
INCLUDES     = $(addprefix -Iinclude/,$(ROOMS))

SOURCES     := $(wildcard src/*.c src/*/*.c)
HEADERS     := $(wildcard include/*/*.h)
OBJECTS     := $(SOURCES:%.c=$(BUILD)/%.o)
# By name, wherever it lies.
objects      = $(foreach name,$(1),$(filter $(BUILD)/src/%/$(name).o,$(OBJECTS)))
PROGRAM     := $(BUILD)/vde_vmnet
SHIM        := $(if $(findstring address,$(SANITIZE)),$(BUILD)/sanitize.o)

Q           := $(if $(V),,@)
say          = $(if $(V),,@echo "  $(1)  $@";)

all: $(PROGRAM)

$(PROGRAM): $(OBJECTS) $(SHIM)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/src/%.o: INCLUDES = $(call paths_of,$*)
$(BUILD)/src/%.o: src/%.c Makefile
	$(Q)mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# It tells the version.
$(BUILD)/src/main.o: NEWS.md

$(BUILD)/sanitize.o: tests/sanitize.c Makefile
	$(Q)mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# ---- use ---------------------------------------------------------------------
# What root builds is given to the owner of the tree, who could not remove it otherwise.

ROOT        := $(filter 0,$(shell id -u))
SELF         = $(MAKE) --no-print-directory -j$(shell nproc)
GIVE_BACK    = $(if $(ROOT),chown -R --reference=. $(BUILD))

up:
	$(Q)etc/install-packages.sh build run
	$(Q)$(SELF) all
	$(Q)$(GIVE_BACK)
	$(Q)exec $(PROGRAM)

CONFIGS     := shared.conf host.conf bridged.conf
UNITS_HERE  := vde_vmnet@.service vde_switch@.service
# What README links to is beside it.
DOCUMENTS   := README.md NEWS.md SECURITY.md CONTRIBUTING.md LICENSE doc/design.md
NETWORKS    := 00-vde_vmnet.network 00-vde_vmnet.link
# Nothing is asked of systemd but by root where it runs, and not for a package.
LIVE        := $(if $(DESTDIR),,$(if $(ROOT),$(wildcard /run/systemd/system)))
MAKE_UNIT    = sed 's,/usr/local/sbin/,$(sbindir)/,g; s,/etc/vde_vmnet/,$(sysconfdir)/vde_vmnet/,g'

# A configuration that is there is the administrator's, and stays. What was root's in
# the build directory would be in the way of a user who packs afterwards.
PLACES       = $(sbindir) $(mandir)/man5 $(mandir)/man8 $(docdir) $(sysconfdir)/vde_vmnet \
	       $(unitdir) $(sysusersdir) $(networkdir) $(nmdir) $(zonedir)

install: all
	install -d $(addprefix $(DESTDIR),$(PLACES) $(docdir)/doc)
	install -m 755 $(PROGRAM) $(DESTDIR)$(sbindir)/vde_vmnet
	install -m 644 man/vde_vmnet.8 $(DESTDIR)$(mandir)/man8/vde_vmnet.8
	install -m 644 man/vde_vmnet.conf.5 $(DESTDIR)$(mandir)/man5/vde_vmnet.conf.5
	for file in $(DOCUMENTS); do install -m 644 $$file $(DESTDIR)$(docdir)/$$file || exit; done
	install -m 644 etc/firewalld/vde_vmnet.xml $(DESTDIR)$(zonedir)/vde_vmnet.xml

	for file in $(CONFIGS); do test -e $(DESTDIR)$(sysconfdir)/vde_vmnet/$$file || \
		install -m 644 etc/vde_vmnet/$$file $(DESTDIR)$(sysconfdir)/vde_vmnet || exit; done
	for unit in $(UNITS_HERE); do rm -f $(BUILD)/$$unit && $(MAKE_UNIT) etc/systemd/$$unit >$(BUILD)/$$unit && \
		install -m 644 $(BUILD)/$$unit $(DESTDIR)$(unitdir) || exit; done
	install -m 644 etc/systemd/vde_vmnet.sysusers $(DESTDIR)$(sysusersdir)/vde_vmnet.conf
	install -m 644 $(addprefix etc/systemd/,$(NETWORKS)) $(DESTDIR)$(networkdir)
	install -m 644 etc/NetworkManager/vde_vmnet.conf $(DESTDIR)$(nmdir)/vde_vmnet.conf
	$(if $(LIVE),systemd-sysusers $(sysusersdir)/vde_vmnet.conf)
	$(if $(LIVE),systemctl daemon-reload)
	$(if $(LIVE),$(Q)etc/reload-running.sh)

# Root runs what is installed: not from where others can replace it. A package's
# builder (DESTDIR), or who is not root, makes no such promise.
install: check-prefix

check-prefix:
	$(if $(DESTDIR)$(ALLOW_UNSAFE_PREFIX),,$(if $(ROOT),$(Q)etc/check-prefix.sh $(sbindir) || \
		{ echo "Choose another PREFIX; or: make install ALLOW_UNSAFE_PREFIX=1" >&2; exit 1; }))
	$(if $(DESTDIR)$(ROOT),,$(Q)etc/check-places.sh $(PLACES))

# An example of sudoers(5), for who wants it.
sudoersdir        ?= /etc/sudoers.d
SUDOERS_GROUP     ?= vde-vmnet
SUDOERS_INTERFACE ?= br0

# With an unsafe path everybody who can write there would be root: no override.
install-sudoers:
	$(if $(DESTDIR),,$(Q)test -x $(sbindir)/vde_vmnet || \
		{ echo "There is no $(sbindir)/vde_vmnet; first: make install" >&2; exit 1; })
	$(if $(DESTDIR),,$(Q)etc/check-prefix.sh $(sbindir)/vde_vmnet)
	test -d $(DESTDIR)$(sudoersdir) || install -d -m 750 $(DESTDIR)$(sudoersdir)
	etc/install-sudoers.sh etc/sudoers.d/vde_vmnet $(DESTDIR)$(sudoersdir)/vde_vmnet \
		'$(sbindir)/vde_vmnet' '$(SUDOERS_GROUP)' '$(SUDOERS_INTERFACE)'
	$(if $(DESTDIR),,$(Q)getent group '$(SUDOERS_GROUP)' >/dev/null || \
		echo "There is no group $(SUDOERS_GROUP) yet: groupadd --system $(SUDOERS_GROUP)")

uninstall-sudoers:
	rm -f $(DESTDIR)$(sudoersdir)/vde_vmnet

# It would permit what is no longer there.
uninstall: uninstall-sudoers

# Folders go only where they are empty, and ours alone; a configuration as it was installed.
uninstall:
	$(if $(LIVE),systemctl stop 'vde_vmnet@*' 'vde_switch@*')
	$(if $(LIVE),-systemctl --quiet disable $(UNITS_HERE))
	$(if $(LIVE),-systemctl reset-failed 'vde_vmnet@*' 'vde_switch@*')
	for file in $(CONFIGS); do ! cmp -s etc/vde_vmnet/$$file $(DESTDIR)$(sysconfdir)/vde_vmnet/$$file || \
		rm $(DESTDIR)$(sysconfdir)/vde_vmnet/$$file; done
	rm -f $(addprefix $(DESTDIR)$(unitdir)/,$(UNITS_HERE)) $(DESTDIR)$(sysusersdir)/vde_vmnet.conf
	rm -f $(addprefix $(DESTDIR)$(networkdir)/,$(NETWORKS)) $(DESTDIR)$(nmdir)/vde_vmnet.conf
	rm -f $(DESTDIR)$(sbindir)/vde_vmnet $(DESTDIR)$(mandir)/man8/vde_vmnet.8
	rm -f $(DESTDIR)$(mandir)/man5/vde_vmnet.conf.5
	rm -f $(addprefix $(DESTDIR)$(docdir)/,$(DOCUMENTS))
	rm -f $(DESTDIR)$(zonedir)/vde_vmnet.xml
	-for dir in $(DESTDIR)$(docdir)/doc $(DESTDIR)$(docdir); do test ! -d $$dir || rmdir $$dir; done
	test ! -d $(DESTDIR)$(sysconfdir)/vde_vmnet || rmdir --ignore-fail-on-non-empty $(DESTDIR)$(sysconfdir)/vde_vmnet
	$(if $(LIVE),for dir in $(rundir) /run/vde_switch; do test ! -d $$dir || rmdir --ignore-fail-on-non-empty $$dir; done)
	$(if $(LIVE),systemctl daemon-reload)
	@test -n "$(DESTDIR)" || test ! -d $(statedir) || \
		echo "What stays: the leases in $(statedir), and the user vde-vmnet"

clean:
	rm -rf build build-*

# ---- tests -------------------------------------------------------------------
# A unit test links only the objects named here: the layers, proven by the linker.

UNITS             := ratelimit settle upkeep bridge checksum config config_file dhcp dnsmasq droprules endpoint fdpass firewall flows frame gro gso guard \
                     handshake hash interface ipv6 undolog undolog_file landlock leases log loop mac natports nicfilter notice outbox packet \
                     parse peer pidfile plan \
                     port process program ptp ptp_file request resolvconf ruleset subnet switchdir syscallfilter ula
unit_ratelimit    := ratelimit
unit_settle       := settle timer loop
unit_upkeep       := upkeep sysctl log
unit_bridge       := bridge port frame log
unit_checksum     := checksum
CONFIG            := config config_read config_arguments config_check config_file config_given config_help config_mode config_option config_set
unit_config       := $(CONFIG) hash dhcp endpoint mac parse subnet ula problem log
unit_config_file  := $(CONFIG) hash dhcp endpoint mac parse subnet ula problem log
unit_dhcp         := dhcp mac parse subnet problem
unit_dnsmasq      := dnsmasq_arguments dhcp subnet ula mac parse problem
unit_droprules    := droprules rule_text
unit_endpoint     := endpoint problem
unit_fdpass       := fdpass
unit_firewall     := firewall firewall_advice firewall_iptables firewall_json firewall_list firewall_place firewall_probe \
                     firewall_rule firewall_traffic firewall_walk firewall_zone subnet
unit_flows        := gro gso packet frame checksum
unit_frame        := frame
unit_gro          := gro gso packet frame checksum
unit_gso          := gso packet frame checksum
unit_guard        := guard frame mac parse subnet
unit_handshake    := handshake
unit_hash         := hash
unit_interface    := interface link link_change link_facts link_routes problem subnet ula loop
unit_mac          := mac parse
unit_natports     := natports
unit_nicfilter    := nicfilter
unit_notice       := notice
unit_outbox       := outbox
unit_switchdir    := switchdir directory pathsocket
unit_ipv6         := ipv6 sysctl
unit_undolog      := undolog undolog_others undolog_records directory problem log
unit_undolog_file := undolog undolog_others undolog_records directory problem log
unit_landlock     := landlock
unit_leases       := leases dhcp mac parse subnet problem
unit_log          := log
unit_loop         := loop timer
unit_packet       := packet frame checksum
unit_parse        := parse
unit_peer         := peer stallbudget outbox batch bridge port gso packet checksum frame loop log
unit_pidfile      := pidfile problem directory
unit_plan         := plan hash plan_check plan_names rlimits config_mode dnsmasq dnsmasq_arguments dhcp endpoint subnet ula ipv6 sysctl process sandbox syscallfilter \
                     landlock identity mac parse problem timer loop pidfile interface link link_change link_facts link_routes log ruleset \
                     natports natrules droprules rule_text tap directory
unit_port         := port log
unit_process      := process loop
unit_program      := program
unit_ptp          := ptp pathsocket
unit_ptp_file     := ptp pathsocket
unit_request      := request
unit_resolvconf   := resolvconf parse
unit_ruleset      := ruleset natrules droprules rule_text subnet ula
unit_subnet       := subnet
unit_ula          := ula
unit_syscallfilter := syscallfilter log

UNIT_PROGRAMS     := $(UNITS:%=$(BUILD)/unit/%)

# Split and join are measured against a slow model of their own.
$(addprefix $(BUILD)/unit/,checksum flows gro gso packet): tests/unit/reference.c
$(addprefix $(BUILD)/unit/,flows gro gso): tests/unit/judge.c

.SECONDEXPANSION:
$(UNIT_PROGRAMS): $(BUILD)/unit/%: tests/unit/%.c $$(call objects,$$(unit_$$*)) \
                                   $(wildcard tests/unit/*.h) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out %.h Makefile,$^) \
		$(shell $(PKG_CONFIG) --cflags --libs check) $(LDLIBS)

# Fuzz targets, as programs that replay a corpus, and with libFuzzer (clang).
FUZZ          := gro gso guard
FUZZ_SECONDS  ?= 60
FUZZ_CLANG    ?= clang
FUZZ_SOURCES  := $(addprefix src/frame/,gro.c gso.c packet.c frame.c checksum.c guard.c) \
                 src/base/parse.c src/addr/mac.c src/addr/subnet.c \
                 tests/unit/judge.c tests/unit/reference.c
FUZZ_PROGRAMS := $(FUZZ:%=$(BUILD)/fuzz/%)

$(FUZZ_PROGRAMS): $(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(FUZZ_SOURCES) \
                                    $(HEADERS) $(wildcard tests/*/*.h) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -Itests/unit -o $@ $(filter %.c,$^)

build-fuzz/%: tests/fuzz/%.c $(FUZZ_SOURCES) $(HEADERS) $(wildcard tests/*/*.h) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(FUZZ_CLANG) -std=gnu11 -O1 -g $(DEFINES) $(INCLUDES) -Itests/unit \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -o $@ $(filter %.c,$^)

# What is found new goes to build-fuzz/NAME.corpus; the tree's corpus is only read.
fuzz: $(FUZZ:%=build-fuzz/%)
	$(Q)for target in $(FUZZ); do mkdir -p build-fuzz/$$target.corpus && \
		build-fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -max_len=8192 \
			-artifact_prefix=build-fuzz/ build-fuzz/$$target.corpus \
			tests/fuzz/corpus/$$target || exit; done

# What the offloads cost; never part of the tests.
$(BUILD)/bench/offload: tests/bench/offload.c $(FUZZ_SOURCES) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -Itests/unit -o $@ $(filter %.c,$^)

# The tools of the bench; the guest end uses our own split and join.
BENCH_TOOLS   := $(addprefix $(BUILD)/bench/,floor flood guestend rr stream)

$(BUILD)/bench/guestend: $(call objects,batch checksum frame gro gso outbox packet tap)

$(BUILD)/bench/guestend: BENCH_LIBS := -lvdeplug
# The only program of a guest.
$(BUILD)/bench/stream: BENCH_LIBS := -static

$(BENCH_TOOLS): $(BUILD)/bench/%: tests/bench/%.c Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out Makefile,$^) $(BENCH_LIBS)

bench:
	$(Q)etc/install-packages.sh build run bench
	$(Q)$(SELF) all bench-tools
	$(if $(BENCH_QUICK),,$(Q)tests/qemu/make-guest build/guest)
	$(Q)$(GIVE_BACK)
	$(Q)tests/bench/run $(BUILD)
	$(Q)$(GIVE_BACK)

bench-tools: $(BENCH_TOOLS)

# Prints the rows of the options, for a test that compares the manual pages with them.
TREE_TOOLS    := $(BUILD)/tree/options
$(TREE_TOOLS): tests/tree/options.c $(call objects,$(unit_config)) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out Makefile,$^) $(LDLIBS)

NET_TOOLS     := $(patsubst tests/net/%.c,$(BUILD)/net/%,$(wildcard tests/net/*.c))

# Starts workers as the host process does.
$(BUILD)/net/startworkers: $(call objects,fdpass identity landlock log loop parse problem process program \
                             rlimits sandbox syscallfilter tap)

$(BUILD)/net/%: tests/net/%.c $(SHIM) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out Makefile,$^) -lvdeplug -lseccomp -lcap

unit: $(UNIT_PROGRAMS)

tests: all $(UNIT_PROGRAMS) $(FUZZ_PROGRAMS) $(NET_TOOLS) $(TREE_TOOLS)

# Networks need root; without it, what can be tested is.
TIERS         ?= tree unit fuzz net firewall systemd install qemu

check:
ifeq ($(ROOT),0)
	$(Q)$(SELF) check-packages
	$(Q)$(SELF) tests check-headers
	$(Q)tests/install/make-old build/old
	$(Q)$(GIVE_BACK)
	$(Q)tests/run $(BUILD) $(TIERS)
else
	$(Q)etc/install-packages.sh build test
	$(Q)$(SELF) tests check-headers
	$(Q)echo "Not root: only the unit tests are run. All of them: sudo make check"
	$(Q)tests/run $(BUILD) unit fuzz
endif

# What has to be fetched for it: packages, and what is made of some that are not installed.
check-packages:
	$(Q)etc/install-packages.sh build run test
	$(Q)tests/qemu/make-guest build/guest
	$(Q)tests/firewall/make-firewalls build/firewalls

# The same on other distributions, in bare systems of their own; ALL=1: every test there.
DISTROS       ?= trixie forky

check-distros:
	$(if $(ROOT),,@echo "Systems are made and entered by root: sudo make check-distros" >&2; exit 3)
	$(Q)etc/install-packages.sh distros
	$(Q)tests/distro/run $(DISTROS)

# ---- the sources -------------------------------------------------------------

C_FILES       := $(SOURCES) $(HEADERS) $(wildcard tests/*.c tests/*/*.[ch])
SCRIPTS       := $(sort $(wildcard etc/*.sh tests/*/*.sh) $(shell grep -slE '^.!/bin/(ba)?sh' .ci/* etc/* tests/* tests/*/*))

# Each room, and those that it may include.
rooms:
	$(Q)$(foreach room,$(ROOMS),echo '$(room): $(USES_$(room))';)

check-headers: $(HEADERS:include/%.h=$(BUILD)/headers/%)

$(BUILD)/headers/%: INCLUDES = $(call paths_of,$*)
$(BUILD)/headers/%: include/%.h Makefile
	$(Q)mkdir -p $(@D)
	$(Q)echo '#include "$(<F)"' | $(CC) $(ALL_CFLAGS) -fsyntax-only -x c - && touch $@

format:
	$(Q)clang-format -i $(C_FILES)
	$(Q)shfmt -ln bash -w $(SCRIPTS)

check-format:
	$(Q)clang-format --dry-run -Werror $(C_FILES)
	$(Q)shfmt -ln bash -d $(SCRIPTS)

lint:
	$(if $(ROOT),$(Q)etc/install-packages.sh build lint)
	$(Q)$(SELF) check-format check-scripts check-sources tidy
	$(Q)$(SELF) CC=clang WERROR=1 all

check-scripts:
	$(Q)shellcheck -s bash -S warning $(SCRIPTS)

check-sources:
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability,performance \
		--inline-suppr $(INCLUDES) $(DEFINES) src

# A target a source, so that make runs as many at a time as there are processors.
tidy: $(SOURCES:src/%.c=tidy/%)

tidy/%: INCLUDES = $(call paths_of,$*)
tidy/%: src/%.c
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- -std=gnu11 $(INCLUDES) $(DEFINES) \
		$(shell $(PKG_CONFIG) --cflags $(PACKAGES)) 2>/dev/null

-include $(OBJECTS:.o=.d)
.PHONY: rooms check-packages check-distros all up install uninstall check-prefix install-sudoers uninstall-sudoers clean unit fuzz tests bench bench-tools check check-headers format check-format check-scripts check-sources tidy lint
