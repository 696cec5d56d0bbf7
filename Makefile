# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            builds build/vde_vmnet, build/vde_vmnetctl, which shows and changes what runs, and
#                 build/vde_vmnet-bridge-helper, which QEMU and libvirt call for a TAP
# make up         as root: installs what is missing, builds, runs a shared network
# make guest      as you: boots a small guest on the network that runs, with a shell in it
# make check      as root: installs what is missing, builds, runs every test; TESTS="net/20-nat …"
#                 runs some, LOAD=2 two busy loops beside them, JOBS=1 one at a time (tests/run)
# make check-distros  as root: the same in bare systems of Debian 13 and of Debian testing
# make bench      as root: measures it beside its peers; BENCH_QUICK=1: in 4 minutes
# make bench-chart  draws doc/bench.svg from what the last one measured
# make picture    draws doc/network.svg, what lies between the outside and a guest
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
bindir      ?= $(PREFIX)/bin
helperdir   ?= $(PREFIX)/lib/vde_vmnet
mandir      ?= $(PREFIX)/share/man
docdir      ?= $(PREFIX)/share/doc/vde_vmnet
bashdir     ?= $(PREFIX)/share/bash-completion/completions
zshdir      ?= $(PREFIX)/share/zsh/site-functions
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
generatordir ?= $(dir $(unitdir))system-generators
nmdir       ?= /usr/lib/NetworkManager/conf.d

CFLAGS      ?= -O2 -g
WERROR      ?= $(CI)
SECCOMP     ?= kill
comma       := ,
BUILD       := build$(if $(filter log,$(SECCOMP)),-log)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(findstring clang,$(CC)),-clang)

PACKAGES    := libnl-3.0 libnl-route-3.0 libnftables jansson libsystemd libcap libseccomp
WARNINGS    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
               -Wwrite-strings -Wvla -Wformat=2 -Wno-format-nonliteral $(if $(WERROR),-Werror)
# Flags, if the compiler says nothing against them beside the user's own: gcc 11 and clang 15 have
# no =zero, a C library may want -O for _FORTIFY_SOURCE, and a packager's own stays.
taken        = $(shell said=$$($(CC) $(WARNINGS) $(1) $(CPPFLAGS) $(CFLAGS) -fsyntax-only -include string.h -x c /dev/null 2>&1); \
                 case $$said in (*$(2)*) ;; (*) echo $(1) ;; esac)
# No -fcf-protection: it is void unless each object and library is marked, the startup files too, and
# Debian's are not; where they are, the distribution's compiler or its packager adds it.
HARDENING   := -fPIE -fstack-protector-strong -fstack-clash-protection \
               $(if $(SANITIZE),,$(or $(call taken,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3,FORTIFY),\
                                      $(call taken,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2,FORTIFY)) \
                              $(call taken,-ftrivial-auto-var-init=zero,trivial-auto-var-init))
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
USES_control   := base
USES_frame     := base addr
USES_config    := base addr
USES_undo      := base
USES_kernel    := base addr frame undo
USES_rules     := base addr
USES_firewall  := base addr sandbox undo kernel rules
USES_connector := base addr sandbox ipc
USES_worker    := base addr sandbox ipc control frame
USES_forwarder := base addr sandbox ipc
USES_watcher   := base addr sandbox ipc undo kernel
USES_host      := base addr sandbox ipc config undo kernel rules firewall
USES_ctl       := base addr ipc
USES_helper    := base addr ipc
ROOMS          := base addr sandbox ipc control frame config undo kernel rules firewall connector worker forwarder watcher host ctl helper

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
CTL         := $(BUILD)/vde_vmnetctl
HELPER      := $(BUILD)/vde_vmnet-bridge-helper
SHIM        := $(if $(findstring address,$(SANITIZE)),$(BUILD)/sanitize.o)

Q           := $(if $(V),,@)
say          = $(if $(V),,@echo "  $(1)  $@";)

all: $(PROGRAM) $(CTL) $(HELPER)

$(PROGRAM): $(filter-out $(BUILD)/src/ctl/% $(BUILD)/src/helper/%,$(OBJECTS)) $(SHIM)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LDLIBS)

# The programs of users: the room of each, and what it uses of those below.
$(CTL): $(filter $(BUILD)/src/ctl/%,$(OBJECTS)) $(call objects,cleantext log mac parse problem tap_ask unixaddress)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs jansson)

$(HELPER): $(filter $(BUILD)/src/helper/%,$(OBJECTS)) $(call objects,cleantext fdpass mac parse problem tap_ask unixaddress)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^

$(BUILD)/src/%.o: INCLUDES = $(call paths_of,$*)
$(BUILD)/src/%.o: src/%.c Makefile
	$(Q)mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# They tell the version.
$(BUILD)/src/main.o $(BUILD)/src/ctl/ctl.o $(BUILD)/src/helper/helper.o: NEWS.md

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

# The user who ran sudo make up boots a small guest on that network, or on NETWORK.
guest:
	$(Q)$(SELF) all
	$(Q)exec tests/qemu/first-guest $(BUILD) $(NETWORK)

CONFIGS     := shared.conf host.conf bridged.conf
UNITS_HERE  := vde_vmnet@.service vde_switch@.service
# What README links to is beside it.
DOCUMENTS   := README.md NEWS.md SECURITY.md CONTRIBUTING.md LICENSE $(sort $(wildcard doc/*.md doc/*.svg))
NETWORKS    := 00-vde_vmnet.network 00-vde_vmnet.link
# Nothing is asked of systemd but by root where it runs, and not for a package.
LIVE        := $(if $(DESTDIR),,$(if $(ROOT),$(wildcard /run/systemd/system)))
MAKE_UNIT    = sed 's,/usr/local/sbin/,$(sbindir)/,g; s,/etc/vde_vmnet/,$(sysconfdir)/vde_vmnet/,g'

# A configuration that is there is the administrator's, and stays. What was root's in
# the build directory would be in the way of a user who packs afterwards.
PLACES       = $(sbindir) $(bindir) $(helperdir) $(mandir)/man1 $(mandir)/man5 $(mandir)/man7 $(mandir)/man8 $(docdir) \
	       $(bashdir) $(zshdir) $(sysconfdir)/vde_vmnet \
	       $(unitdir) $(generatordir) $(sysusersdir) $(networkdir) $(nmdir) $(zonedir)

install: all
	install -d $(addprefix $(DESTDIR),$(PLACES) $(docdir)/doc)
	install -m 755 $(PROGRAM) $(DESTDIR)$(sbindir)/vde_vmnet
	install -m 755 $(CTL) $(DESTDIR)$(bindir)/vde_vmnetctl
	ln -sf vde_vmnetctl $(DESTDIR)$(bindir)/socket_vmnet_client
	install -m 755 $(HELPER) $(DESTDIR)$(helperdir)/vde_vmnet-bridge-helper
	install -m 644 etc/completion/vde_vmnetctl.bash $(DESTDIR)$(bashdir)/vde_vmnetctl
	install -m 644 etc/completion/vde_vmnetctl.zsh $(DESTDIR)$(zshdir)/_vde_vmnetctl
	install -m 644 man/vde_vmnetctl.1 $(DESTDIR)$(mandir)/man1/vde_vmnetctl.1
	ln -sf vde_vmnetctl.1 $(DESTDIR)$(mandir)/man1/socket_vmnet_client.1
	install -m 644 man/vde_vmnet-bridge-helper.1 $(DESTDIR)$(mandir)/man1/vde_vmnet-bridge-helper.1
	install -m 644 man/vde_vmnet.8 $(DESTDIR)$(mandir)/man8/vde_vmnet.8
	install -m 644 man/vde_vmnet.conf.5 $(DESTDIR)$(mandir)/man5/vde_vmnet.conf.5
	install -m 644 man/vde_vmnet-protocol.7 $(DESTDIR)$(mandir)/man7/vde_vmnet-protocol.7
	for file in $(DOCUMENTS); do install -m 644 $$file $(DESTDIR)$(docdir)/$$file || exit; done
	install -m 644 etc/firewalld/vde_vmnet.xml $(DESTDIR)$(zonedir)/vde_vmnet.xml
	rm -f $(BUILD)/apparmor-libvirt && sed 's,/usr/local/lib/vde_vmnet/,$(helperdir)/,' etc/apparmor/libvirt >$(BUILD)/apparmor-libvirt
	install -m 644 $(BUILD)/apparmor-libvirt $(DESTDIR)$(docdir)/apparmor-libvirt

	for file in $(CONFIGS); do test -e $(DESTDIR)$(sysconfdir)/vde_vmnet/$$file || \
		install -m 644 etc/vde_vmnet/$$file $(DESTDIR)$(sysconfdir)/vde_vmnet || exit; done
	for unit in $(UNITS_HERE); do rm -f $(BUILD)/$$unit && $(MAKE_UNIT) etc/systemd/$$unit >$(BUILD)/$$unit && \
		install -m 644 $(BUILD)/$$unit $(DESTDIR)$(unitdir) || exit; done
	rm -f $(BUILD)/vde_vmnet-generator && $(MAKE_UNIT) etc/systemd/vde_vmnet-generator >$(BUILD)/vde_vmnet-generator
	install -m 755 $(BUILD)/vde_vmnet-generator $(DESTDIR)$(generatordir)
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
	$(if $(DESTDIR)$(ALLOW_UNSAFE_PREFIX),,$(if $(ROOT),$(Q)etc/check-prefix.sh $(sbindir) && etc/check-prefix.sh $(bindir) && etc/check-prefix.sh $(helperdir) || \
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
	rm -f $(DESTDIR)$(generatordir)/vde_vmnet-generator
	rm -f $(addprefix $(DESTDIR)$(networkdir)/,$(NETWORKS)) $(DESTDIR)$(nmdir)/vde_vmnet.conf
	rm -f $(DESTDIR)$(sbindir)/vde_vmnet $(DESTDIR)$(mandir)/man8/vde_vmnet.8
	rm -f $(DESTDIR)$(mandir)/man5/vde_vmnet.conf.5 $(DESTDIR)$(mandir)/man7/vde_vmnet-protocol.7
	rm -f $(DESTDIR)$(bindir)/vde_vmnetctl $(DESTDIR)$(mandir)/man1/vde_vmnetctl.1
	rm -f $(DESTDIR)$(helperdir)/vde_vmnet-bridge-helper $(DESTDIR)$(mandir)/man1/vde_vmnet-bridge-helper.1
	rm -f $(DESTDIR)$(bindir)/socket_vmnet_client $(DESTDIR)$(mandir)/man1/socket_vmnet_client.1
	rm -f $(DESTDIR)$(bashdir)/vde_vmnetctl $(DESTDIR)$(zshdir)/_vde_vmnetctl
	rm -f $(addprefix $(DESTDIR)$(docdir)/,$(DOCUMENTS) apparmor-libvirt)
	rm -f $(DESTDIR)$(zonedir)/vde_vmnet.xml
	-for dir in $(DESTDIR)$(docdir)/doc $(DESTDIR)$(docdir); do test ! -d $$dir || rmdir $$dir; done
	test ! -d $(DESTDIR)$(helperdir) || rmdir --ignore-fail-on-non-empty $(DESTDIR)$(helperdir)
	test ! -d $(DESTDIR)$(sysconfdir)/vde_vmnet || rmdir --ignore-fail-on-non-empty $(DESTDIR)$(sysconfdir)/vde_vmnet
	$(if $(LIVE),for dir in $(rundir) /run/vde_switch; do test ! -d $$dir || rmdir --ignore-fail-on-non-empty $$dir; done)
	$(if $(LIVE),systemctl daemon-reload)
	@test -n "$(DESTDIR)" || test ! -d $(statedir) || \
		echo "What stays: the leases in $(statedir), and the user vde-vmnet"

clean:
	rm -rf build build-*

# ---- tests -------------------------------------------------------------------
# A unit test links only the objects named here: the layers, proven by the linker.

UNITS             := admission apart apart_backlog apartrules timeshare turns codel tokens throttle quota inbox flow pool queue sendbuffer ratelimit tally settle spin upkeep batch bridge claim claims checksum cleantext config config_file confinement control_client ctl_table ctl_template ctl_text dhcp dhcpmessage dnsmasq dnsmasq_log droprules endpoint fdpass firewall foreign forward_batch forward_client forward_message forward_socket firewall_walk flows forwardcounts forwardrules fragments frame framing gro gso guard guesttap \
                     handshake hash hostfwd hostfwd_allow hostfwd_check interface ipv6 undolog undolog_file landlock leases lessees link log loop mac natports nicfilter notice outbox packet pktinfo \
                     parse peer peer_stream pidfile plan receiver receivers segments \
                     port portmacs process program ptp ptp_file pulse jsonread jsonwrite leaseline qmpframe request resolvconf ruleneeds ruleset sharedbridge siphash stranger stripped subnet switchdir syscallfilter tapguard tapline tap_message ula uplink
LOG               := log cleantext
LOOP              := loop spin
unit_spin         := spin
unit_tokens       := tokens
unit_quota        := quota
unit_throttle     := throttle tokens timer $(LOOP)
unit_ratelimit    := ratelimit
unit_tally        := tally
unit_timeshare    := timeshare
unit_turns        := turns timeshare timer $(LOOP)
unit_settle       := settle timer $(LOOP)
unit_upkeep       := upkeep sysctl $(LOG)
unit_apart        := apart claims ratelimit siphash timer $(CLAIM) $(LOOP)
unit_apart_backlog := apart_backlog
unit_apartrules   := apartrules droprules nftlist rule_text hostfwd mac parse problem subnet
unit_batch        := batch frame
unit_bridge       := bridge port frame $(LOG)
unit_checksum     := checksum
CLAIM             := claim layers frame checksum
unit_cleantext    := cleantext
unit_claim        := $(CLAIM)
unit_admission    := admission apart bridge claims dhcpmessage fragments gso guard lessees mac packet parse port portmacs ratelimit \
                     receiver segments siphash subnet timer $(CLAIM) $(LOOP) $(LOG)
unit_claims       := claims ratelimit siphash $(CLAIM)
unit_control_client := control_client control_copy qmpframe jsonwrite turns timeshare timer $(LOG) $(LOOP)
unit_dhcpmessage  := dhcpmessage $(CLAIM) mac parse
unit_forward_message := forward_message
unit_fragments    := fragments layers frame checksum siphash
unit_lessees      := lessees ratelimit siphash dhcpmessage $(CLAIM) mac parse
CONFIG            := config config_read config_arguments config_check config_file config_given config_help config_mode config_option config_set
unit_config       := $(CONFIG) hash dhcp endpoint hostfwd hostfwd_allow hostfwd_check mac parse subnet ula problem $(LOG)
unit_config_file  := $(CONFIG) hash dhcp endpoint hostfwd hostfwd_allow hostfwd_check mac parse subnet ula problem $(LOG)
unit_confinement  := confinement denylist landlock
unit_ctl_table    := ctl_table cleantext
unit_ctl_template := ctl_template
unit_ctl_text     := ctl_text
unit_dhcp         := dhcp mac parse subnet problem
unit_dnsmasq      := dnsmasq_arguments dhcp subnet ula mac parse problem
unit_dnsmasq_log  := dnsmasq_log ratelimit $(LOOP) $(LOG)
unit_droprules    := droprules nftlist rule_text
unit_endpoint     := endpoint problem
unit_fdpass       := fdpass
unit_firewall     := firewall firewall_advice firewall_iptables firewall_json firewall_list firewall_place firewall_probe \
                     firewall_rule firewall_traffic firewall_walk firewall_zone subnet
unit_firewall_walk := firewall_json firewall_probe firewall_walk
unit_flows        := gro gso packet frame checksum
unit_foreign      := fdpass batch switchsocket ptp ptpdir stranger pathsocket unixaddress directory
unit_forward_batch := forward_batch hostfwd mac parse problem subnet
unit_forward_client := forward_client identity parse problem
unit_forward_socket := forward_socket forward_port portsocket sockopt hostfwd mac parse problem subnet
unit_forwardcounts := forwardcounts nftlist hostfwd mac parse problem subnet
unit_forwardrules := forwardrules hostfwd rule_text mac parse problem subnet ula
unit_frame        := frame
unit_framing      := framing frame
unit_gro          := gro gso packet frame checksum
unit_gso          := gso packet frame checksum
unit_guard        := guard layers frame mac parse subnet
unit_sharedbridge := sharedbridge link link_change link_facts link_tun devicenames sysctl undolog undolog_others undolog_records directory mac parse problem subnet $(LOOP) $(LOG)
unit_guesttap     := guesttap link link_change link_facts link_tun devicenames sysctl undolog undolog_records directory mac parse problem subnet $(LOOP) $(LOG)
unit_handshake    := handshake
unit_hash         := hash
unit_hostfwd      := hostfwd mac parse problem subnet
unit_hostfwd_allow := hostfwd_allow hostfwd mac parse problem subnet
unit_hostfwd_check := hostfwd_check hostfwd dhcp mac parse problem subnet ula
unit_interface    := interface cleantext link link_change devicenames link_facts link_routes problem subnet ula $(LOOP)
unit_mac          := mac parse
unit_natports     := natports
unit_nicfilter    := nicfilter
unit_notice       := notice
unit_outbox       := outbox
unit_switchdir    := fdpass switchdir directory pathsocket unixaddress
unit_ipv6         := ipv6 sysctl
unit_undolog      := undolog undolog_others undolog_records directory problem $(LOG)
unit_undolog_file := undolog undolog_others undolog_records directory problem $(LOG)
unit_landlock     := landlock
unit_leases       := leases dhcp mac parse subnet problem
unit_link         := link link_change link_facts link_routes devicenames subnet ula $(LOOP)
unit_log          := $(LOG)
unit_loop         := $(LOOP) timer
unit_packet       := packet frame checksum
unit_parse        := parse
QUEUE             := queue quota codel pool flow siphash gso packet checksum frame
unit_codel        := codel
unit_flow         := flow siphash gso packet checksum frame
unit_pool         := pool
unit_queue        := $(QUEUE)
unit_sendbuffer   := sendbuffer
unit_peer         := peer peer_buffer peer_messages peer_stream framing inbox throttle tokens timer fdpass sendbuffer outbox batch bridge port segments receiver layers $(QUEUE) $(LOOP) $(LOG)
unit_inbox        := inbox throttle tokens timer bridge port $(QUEUE) $(LOOP) $(LOG)
unit_peer_stream  := $(unit_peer)
unit_pktinfo      := pktinfo
unit_pidfile      := pidfile problem directory
unit_plan         := plan tapguard tapdrops nftlist foreignbridge hash plan_check plan_groups plan_names rlimits config_mode dnsmasq dnsmasq_arguments dnsmasq_log ratelimit dhcp endpoint subnet ula ipv6 sysctl process sandbox controlgroup syscallfilter \
                     nic frame nicfilter sockopt landlock identity mac parse problem timer $(LOOP) pidfile interface link link_change devicenames link_facts link_routes $(LOG) ruleset \
                     natports apartrules natrules forwardrules limitrules droprules nftlist rule_text tap directory confinement denylist fdpass hostfwd hostfwd_check
unit_port         := port $(LOG)
unit_portmacs     := portmacs layers frame siphash
unit_process      := process rlimits problem confinement denylist landlock fdpass $(LOG) $(LOOP)
unit_program      := program
unit_ptp          := fdpass ptp ptpdir stranger pathsocket unixaddress directory
unit_ptp_file     := fdpass ptp ptpdir stranger pathsocket unixaddress directory
unit_pulse        := pulse procstat
unit_receiver     := receiver siphash layers packet checksum frame
JSONREAD          := jsonread jsonarena
unit_jsonread     := $(JSONREAD)
unit_jsonwrite    := jsonwrite cleantext
unit_leaseline    := leaseline
unit_tapline      := tapline
unit_qmpframe     := qmpframe
unit_request      := request tap_message fdpass
unit_resolvconf   := resolvconf parse
unit_ruleneeds    := ruleneeds ruleset apartrules natrules forwardrules hostfwd limitrules droprules nftlist rule_text mac parse problem subnet ula
unit_ruleset      := ruleset apartrules natrules forwardrules hostfwd limitrules droprules nftlist rule_text mac parse problem subnet ula
unit_segments     := segments receiver layers gso packet checksum frame siphash bridge port $(LOG)
unit_siphash      := siphash
unit_stranger     := stranger
unit_stripped     := stripped receivers receiver layers siphash gso packet frame checksum
unit_receivers    := receivers receiver layers siphash packet frame checksum
unit_subnet       := subnet
unit_syscallfilter := syscallfilter $(LOG)
unit_tapguard     := tapguard tapdrops nftlist rule_text mac parse subnet ula
unit_tap_message  := tap_message fdpass
unit_ula          := ula
unit_uplink       := uplink pool gro packet frame checksum

UNIT_PROGRAMS     := $(UNITS:%=$(BUILD)/unit/%)

# Split and join are measured against a slow model of their own.
$(addprefix $(BUILD)/unit/,checksum codel flow flows gro gso packet pool queue receiver receivers segments stripped): tests/unit/reference.c
$(addprefix $(BUILD)/unit/,flows gro gso stripped): tests/unit/judge.c

.SECONDEXPANSION:
$(UNIT_PROGRAMS): $(BUILD)/unit/%: tests/unit/%.c $$(call objects,$$(unit_$$*)) \
                                   $(wildcard tests/unit/*.h) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out %.h Makefile,$^) \
		$(shell $(PKG_CONFIG) --cflags --libs check) $(LDLIBS)

# Fuzz targets: the objects that each is about, and those that they need. All are built three
# times: with sanitizers to replay the corpus in the tests, with libFuzzer (clang), and to
# count the lines that were reached (gcc and its gcov).
FUZZ           := bridge claim cmdline command config ctl dhcp dhcpmessage fdpass forwardcounts forward_message fragments framing gro gso guard handshake iptables leaseline leases nicfilter options ptp request \
                  resolvconf ruleset segments stripped tap_message texts undolog
fuzz_bridge     := bridge
fuzz_claim      := claim layers
fuzz_cmdline    := config_read config_arguments config_check
fuzz_command    := qmpframe jsonread jsonarena jsonwrite
fuzz_config     := config_read config_file config_check
fuzz_ctl        := ctl_client ctl_field ctl_forward ctl_leases ctl_monitor ctl_port ctl_ports ctl_status ctl_stream ctl_table ctl_text
fuzz_dhcp       := dhcp dnsmasq_arguments
fuzz_dhcpmessage := dhcpmessage
fuzz_fdpass     := fdpass
fuzz_forwardcounts := forwardcounts nftlist
fuzz_forward_message := forward_message
fuzz_fragments  := fragments layers
fuzz_framing    := framing
fuzz_gro        := gro packet
fuzz_gso        := gso packet
fuzz_guard      := guard layers
fuzz_handshake  := handshake
fuzz_iptables   := firewall_iptables firewall_rule firewall
fuzz_leaseline  := leaseline
fuzz_leases     := leases
fuzz_nicfilter  := nicfilter
fuzz_options    := config_set config_option config_file
fuzz_ptp        := ptp pathsocket unixaddress fdpass
fuzz_request    := request
fuzz_resolvconf := resolvconf
fuzz_ruleset    := firewall_json firewall_list firewall_walk firewall_probe firewall_place firewall_zone firewall
fuzz_segments   := segments receiver
fuzz_stripped   := stripped receivers
fuzz_tap_message := tap_message
fuzz_texts      := endpoint hostfwd subnet ula mac parse
fuzz_undolog    := undolog undolog_records undolog_others

FUZZ_CONFIG           := $(sort $(unit_config))
FUZZ_FIREWALL         := $(sort $(unit_firewall))
fuzz_needs_bridge     := port frame $(LOG)
fuzz_needs_claim      := frame checksum
fuzz_needs_cmdline    := $(FUZZ_CONFIG)
fuzz_needs_command    := cleantext
fuzz_needs_config     := $(FUZZ_CONFIG)
fuzz_needs_ctl        := ctl_networks ctl_query cleantext parse problem unixaddress
fuzz_needs_dhcp       := mac parse subnet ula problem
fuzz_needs_dhcpmessage := $(CLAIM) mac parse
fuzz_needs_forwardcounts := hostfwd mac parse problem subnet
fuzz_needs_fragments  := frame checksum siphash
fuzz_needs_framing    := frame
fuzz_needs_gro        := gso frame checksum
fuzz_needs_gso        := gro frame checksum
fuzz_needs_guard      := frame mac parse subnet
fuzz_needs_iptables   := $(FUZZ_FIREWALL)
fuzz_needs_leases     := dhcp mac parse subnet problem
fuzz_needs_options    := $(FUZZ_CONFIG)
fuzz_needs_ptp        := ptpdir stranger directory
fuzz_needs_request    := tap_message fdpass
fuzz_needs_resolvconf := parse
fuzz_needs_ruleset    := $(FUZZ_FIREWALL)
fuzz_needs_segments   := layers gso packet checksum frame siphash bridge port $(LOG)
fuzz_needs_stripped := receiver layers siphash gro gso packet frame checksum
fuzz_needs_tap_message := fdpass
fuzz_needs_texts      := guard layers frame $(LOG) problem
fuzz_needs_undolog    := directory problem $(LOG)

TIME          ?= 60
FUZZ_CLANG    ?= clang
FUZZ_PROGRAMS := $(FUZZ:%=$(BUILD)/fuzz/%)

$(addprefix $(BUILD)/fuzz/,gro gso stripped): tests/unit/judge.c tests/unit/reference.c

$(FUZZ_PROGRAMS): $(BUILD)/fuzz/%: tests/fuzz/%.c $$(call objects,$$(sort $$(fuzz_$$*) $$(fuzz_needs_$$*))) \
                                   $(if $(FUZZ_ENGINE),,tests/fuzz/replay.c) $(wildcard tests/fuzz/*.h tests/unit/dissected.h tests/unit/judge.h tests/unit/reference.h) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(FUZZ_ENGINE) -Itests/unit -o $@ $(filter %.c %.o,$^) $(LDLIBS)

fuzz-programs: $(FUZZ_PROGRAMS)

# Those that replay: what reads beyond its memory, or leaks, does not pass unseen.
fuzz-replay:
	$(Q)$(MAKE) --no-print-directory SANITIZE=address,undefined CFLAGS="-O1 -g" BUILD=$(BUILD)/replay fuzz-programs

# Runs all targets in turn, or those of FUZZ, for TIME seconds each. What is found new goes to
# build-fuzz/corpus/NAME; the tree's corpus is only read.
fuzz:
	$(if $(ROOT),$(Q)etc/install-packages.sh build fuzz)
	$(Q)$(SELF) CC=$(FUZZ_CLANG) SANITIZE=fuzzer-no-link,address,undefined FUZZ_ENGINE=-fsanitize=fuzzer \
		CFLAGS="-O1 -g" BUILD=build-fuzz fuzz-programs
	$(Q)$(SELF) CC=gcc CFLAGS="-O0 -g --coverage" BUILD=build-fuzz/lines fuzz-programs
	$(Q)tests/fuzz/run build-fuzz $(TIME) \
		$(foreach target,$(FUZZ),$(target)=$(subst $() ,$(comma),$(patsubst $(BUILD)/src/%.o,%,$(call objects,$(fuzz_$(target))))))

# Which changes of a source no unit test notices.
mutants:
	$(Q)tests/mutants -n $(or $(COUNT),0) $(FILES)

# What the offloads cost; never part of the tests.
$(BUILD)/bench/offload: tests/bench/offload.c tests/unit/reference.c tests/unit/judge.c \
                        $(call objects,checksum frame gro gso packet) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -Itests/unit -o $@ $(filter %.c %.o,$^)

# The tools of the bench; the guest end uses our own split and join.
BENCH_TOOLS   := $(addprefix $(BUILD)/bench/,askers bystanders floor flood guestend rr stream tapend)

$(BUILD)/bench/guestend: $(call objects,batch checksum frame gro gso outbox packet tap)
$(BUILD)/bench/tapend: $(call objects,fdpass mac parse tap tap_ask tap_message unixaddress)

$(BUILD)/bench/guestend $(BUILD)/bench/bystanders: BENCH_LIBS := -lvdeplug
# The only program of a guest.
$(BUILD)/bench/stream: BENCH_LIBS := -static

$(BENCH_TOOLS): $(BUILD)/bench/%: tests/bench/%.c tests/bench/tool.h Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out %.h Makefile,$^) $(BENCH_LIBS)

bench:
	$(Q)etc/install-packages.sh build run bench
	$(Q)etc/install-packages.sh peers || echo "bench: without it" >&2
	$(Q)$(SELF) all bench-tools
	$(if $(BENCH_QUICK),,$(Q)tests/qemu/make-guest build/guest)
	$(Q)$(GIVE_BACK)
	$(Q)tests/bench/run $(BUILD)
	$(Q)$(GIVE_BACK)

bench-tools: $(BENCH_TOOLS)

# By way of the build directory, so that doc/bench.svg stays as it is where this fails.
bench-chart:
	$(Q)jq -r -L tests/bench -f tests/bench/chart.jq $(BUILD)/bench/results.json >$(BUILD)/bench/bench.svg
	$(Q)cp $(BUILD)/bench/bench.svg doc/bench.svg

picture:
	$(Q)doc/draw-network.sh >$(BUILD)/network.svg
	$(Q)cp $(BUILD)/network.svg doc/network.svg

# Prints the rows of the options, for a test that compares the manual pages with them.
TREE_TOOLS    := $(BUILD)/tree/options
$(TREE_TOOLS): tests/tree/options.c $(call objects,$(unit_config)) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out Makefile,$^) $(LDLIBS)

NET_TOOLS     := $(patsubst tests/net/%.c,$(BUILD)/net/%,$(wildcard tests/net/*.c))

# Starts workers as the host process does.
$(BUILD)/net/startworkers: $(call objects,confinement denylist fdpass identity landlock $(LOG) $(LOOP) parse problem process program \
                             rlimits sandbox controlgroup syscallfilter tap)

$(BUILD)/net/askhost: $(call objects,fdpass)

$(BUILD)/net/%: tests/net/%.c $(SHIM) Makefile
	$(Q)mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter-out Makefile,$^) -lvdeplug -lseccomp -lcap

unit: $(UNIT_PROGRAMS)

tests: all $(UNIT_PROGRAMS) fuzz-replay $(NET_TOOLS) $(TREE_TOOLS)

# Networks need root; without it, what can be tested is.
TIERS         ?= tree unit fuzz net hostile firewall systemd install qemu

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
SCRIPTS       := $(sort $(wildcard etc/*.sh doc/*.sh etc/completion/*.bash tests/*/*.sh) $(shell grep -slE '^.!/bin/(ba)?sh' .ci/* etc/* etc/*/* tests/* tests/*/*))

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
.PHONY: rooms check-packages check-distros all up guest install uninstall check-prefix install-sudoers uninstall-sudoers clean unit mutants fuzz fuzz-programs fuzz-replay tests bench bench-tools bench-chart picture check check-headers format check-format check-scripts check-sources tidy lint
