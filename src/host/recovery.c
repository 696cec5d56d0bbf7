// SPDX-License-Identifier: GPL-2.0-or-later
#include "recovery.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "dgramqueue.h"
#include "firewall_undo.h"
#include "forwarding.h"
#include "guesttap.h"
#include "host_part.h"
#include "undolog_others.h"
#include "undolog_records.h"
#include "log.h"
#include "ownbridge.h"
#include "pidfile.h"
#include "policyrule.h"
#include "resolvconf.h"
#include "process.h"
#include "procstat.h"
#include "sharedbridge.h"
#include "worker_directory.h"

enum {
	RECOVERY_PATIENCE = 2000, /* ms for a killed process to end */
	/* Records that cannot be undone, at most: a network writes some 20 of all kinds. */
	RECOVERY_KEPT_MAX = UNDOLOG_RECORDS_MAX / 4,
	RECOVERY_TOLD_MAX = 8, /* of them logged, one line each */
};

/* When a process started (procstat.h, begun); 0: it does not exist. */
static unsigned long long recovery_start_time(pid_t pid)
{
	struct procstat stat;

	return procstat_read(&stat, pid) < 0 ? 0 : stat.begun;
}

/* True: it is the record of a process. */
static bool recovery_read_process(const char *record, int *pid, unsigned long long *started)
{
	return sscanf(record, "process %d %llu", pid, started) == 2;
}

static void recovery_forget_ended(void *data, const char *record)
{
	unsigned long long started;
	int pid;

	if (recovery_read_process(record, &pid, &started) && recovery_start_time(pid) != started)
		undolog_cancel(data, record);
}

/*
 * First drops records of processes that have ended: dnsmasq may be restarted any number of times.
 */
int recovery_record_process(struct undolog *undolog, pid_t pid)
{
	unsigned long long started = recovery_start_time(pid);
	char record[UNDOLOG_RECORD_MAX];

	/* A service cannot see processes of other users; but its manager ends them all. */
	if (started == 0)
		return 0;
	undolog_each(undolog, recovery_forget_ended, undolog);
	snprintf(record, sizeof(record), "process %d %llu", pid, started);
	return undolog_add(undolog, record);
}

int recovery_record_pidfile(struct undolog *undolog, const char *path)
{
	char record[UNDOLOG_RECORD_MAX];

	if (snprintf(record, sizeof(record), "pidfile %s", path) >= (int)sizeof(record))
		return -ENAMETOOLONG;
	return undolog_add(undolog, record);
}

int recovery_record_endpoint(struct undolog *undolog, const struct identity *identity,
			     const char *locator)
{
	char record[UNDOLOG_RECORD_MAX];

	snprintf(record, sizeof(record), "endpoint %u %u %s", identity->uid, identity->gid,
		 locator);
	return undolog_add(undolog, record);
}

struct recovery_owner {
	const char *locator;
	struct identity *identity;
	bool found;
};

/* False: it is not the record of an endpoint. offset: of its locator. */
static bool recovery_read_endpoint(const char *record, struct identity *identity, int *offset)
{
	*offset = 0;
	return sscanf(record, "endpoint %u %u %n", &identity->uid, &identity->gid, offset) == 2 &&
	       *offset != 0;
}

static void recovery_match_endpoint(void *context, const char *record)
{
	struct recovery_owner *owner = context;
	struct identity identity = {0};
	int offset;

	if (owner->found || !recovery_read_endpoint(record, &identity, &offset) ||
	    strcmp(record + offset, owner->locator) != 0)
		return;
	*owner->identity = identity;
	owner->found = true;
}

bool recovery_has_endpoint(struct undolog *undolog, const char *locator, struct identity *identity)
{
	struct recovery_owner owner = {.locator = locator, .identity = identity};

	undolog_each(undolog, recovery_match_endpoint, &owner);
	return owner.found;
}

int recovery_record_directory(struct undolog *undolog, const char *path)
{
	char record[UNDOLOG_RECORD_MAX];

	snprintf(record, sizeof(record), "directory %s", path);
	return undolog_add(undolog, record);
}

int recovery_record_file(struct undolog *undolog, const char *path)
{
	char record[UNDOLOG_RECORD_MAX];

	snprintf(record, sizeof(record), "file %s", path);
	return undolog_add(undolog, record);
}

/* ---- undoing ---- */

struct recovery_context {
	struct undolog *undolog;
	bool elsewhere; /* its records are from another network namespace */
	struct loop *loop;
	const struct program *program; /* for the connectors that remove sockets */
	unsigned n;
	unsigned kept;	  /* records that cannot be undone here */
	unsigned dropped; /* records beyond what may be kept */
};

static bool recovery_reads_process(const char *record)
{
	unsigned long long started;
	int pid;

	return recovery_read_process(record, &pid, &started);
}

static void recovery_undo_process(struct recovery_context *context, const char *record)
{
	unsigned long long started;
	int pidfd;
	int pid;

	(void)context;
	if (!recovery_read_process(record, &pid, &started) || pid <= 1 || started == 0)
		return;
	pidfd = process_hold(pid);
	if (pidfd < 0)
		return;
	/* Waits for its end: the next start needs what it holds, such as a port or a device. */
	if (recovery_start_time(pid) == started)
		process_kill_held(pidfd, RECOVERY_PATIENCE);
	else
		close(pidfd);
}

static bool recovery_reads_pidfile(const char *record)
{
	return record[strlen("pidfile ")] != '\0';
}

/*
 * Under the lock of all instances: otherwise the file could become another's between the check and
 * the removal.
 */
static void recovery_undo_pidfile(struct recovery_context *context, const char *record)
{
	undolog_lock_all_or_go_on(context->undolog);
	pidfile_clean(record + strlen("pidfile "));
	undolog_unlock_all(context->undolog);
}

static bool recovery_reads_endpoint(const char *record)
{
	struct identity identity = {0};
	int offset;

	return recovery_read_endpoint(record, &identity, &offset);
}

static void recovery_undo_endpoint(struct recovery_context *context, const char *record)
{
	struct identity identity = {0};
	int offset;

	if (!recovery_read_endpoint(record, &identity, &offset) ||
	    (identity_can_change() && identity.uid == 0))
		return;
	host_part_remove_endpoint(context->loop, context->program, &identity, record + offset);
}

/* Where nobody else can create anything. */
static bool recovery_is_in_rundir(const char *path)
{
	return strncmp(path, RUNDIR "/", strlen(RUNDIR "/")) == 0 && !strstr(path, "..");
}

static bool recovery_reads_directory(const char *record)
{
	return recovery_is_in_rundir(record + strlen("directory "));
}

static void recovery_undo_directory(struct recovery_context *context, const char *record)
{
	(void)context;
	worker_directory_remove(record + strlen("directory "));
}

static bool recovery_reads_file(const char *record)
{
	return recovery_is_in_rundir(record + strlen("file "));
}

static void recovery_undo_file(struct recovery_context *context, const char *record)
{
	(void)context;
	resolvconf_remove(record + strlen("file "));
}

/* Processes and files are the same in each network namespace; everything else is not. */
static const struct recovery_kind {
	const char *verb;
	bool (*reads)(const char *record);
	void (*undo)(struct recovery_context *context, const char *record);
} recovery_kinds[] = {
	{"process ", recovery_reads_process, recovery_undo_process},
	{"pidfile ", recovery_reads_pidfile, recovery_undo_pidfile},
	{"endpoint ", recovery_reads_endpoint, recovery_undo_endpoint},
	{"directory ", recovery_reads_directory, recovery_undo_directory},
	{"file ", recovery_reads_file, recovery_undo_file},
};

/* The kind of a record that is not another module's, or NULL. */
static const struct recovery_kind *recovery_kind_of(const char *record)
{
	for (unsigned i = 0; i < sizeof(recovery_kinds) / sizeof(recovery_kinds[0]); i++) {
		const struct recovery_kind *kind = &recovery_kinds[i];

		if (strncmp(record, kind->verb, strlen(kind->verb)) == 0)
			return kind;
	}
	return NULL;
}

/* A newer version knows what to do, so the record stays, within limits. */
static void recovery_keep(struct recovery_context *context, const char *record)
{
	struct undolog *undolog = context->undolog;

	if (context->kept >= RECOVERY_KEPT_MAX) {
		context->dropped++;
		undolog_cancel(undolog, record);
		return;
	}
	if (context->kept++ < RECOVERY_TOLD_MAX)
		log_warning(
			"%s/%s: this version cannot undo '%.100s', probably written by a newer "
			"vde_vmnet; kept for that version to undo: vde_vmnet --cleanup --name=%.*s",
			undolog->directory, undolog->file, record,
			(int)(strlen(undolog->file) - strlen(UNDOLOG_SUFFIX)), undolog->file);
}

static void recovery_tell_kept(const struct recovery_context *context)
{
	const struct undolog *undolog = context->undolog;

	if (context->kept > RECOVERY_TOLD_MAX)
		log_warning("%s/%s: and %u more records like that", undolog->directory,
			    undolog->file, context->kept - RECOVERY_TOLD_MAX);
	if (context->dropped > 0)
		log_warning("%s/%s: discarded %u more, because no vde_vmnet writes that many",
			    undolog->directory, undolog->file, context->dropped);
}

/* Each module undoes the records it writes, and cancels them while no other instance is looking. */
static bool (*const recovery_modules[])(struct undolog *undolog, const char *record) = {
	forwarding_undo, dgramqueue_undo, device_undo,	  sharedbridge_undo,
	firewall_undo,	 policyrule_undo, ownbridge_undo, guesttap_undo,
};

/* True: undone, or at least tried. */
static bool recovery_undo_by_module(struct undolog *undolog, const char *record)
{
	for (unsigned i = 0; i < sizeof(recovery_modules) / sizeof(recovery_modules[0]); i++) {
		if (recovery_modules[i](undolog, record))
			return true;
	}
	return false;
}

static void recovery_undo_record(void *data, const char *record)
{
	const struct recovery_kind *kind = recovery_kind_of(record);
	struct recovery_context *context = data;

	if (undolog_records_is_network(record))
		return; /* it stays as long as any record it applies to */
	if (context->elsewhere && !kind) {
		log_warning("not undone, because it is in another network namespace: %s", record);
		undolog_cancel(context->undolog, record);
		return;
	}
	log_debug("undoing: %s", record);
	if (kind && kind->reads(record)) {
		kind->undo(context, record);
		undolog_cancel(context->undolog, record);
	} else if (kind || !recovery_undo_by_module(context->undolog, record)) {
		recovery_keep(context, record);
		return;
	}
	context->n++;
}

unsigned recovery_undo(struct undolog *undolog, struct loop *loop, const struct program *program)
{
	struct recovery_context context = {.undolog = undolog,
					   .elsewhere = undolog_is_elsewhere(undolog),
					   .loop = loop,
					   .program = program};

	undolog_each(undolog, recovery_undo_record, &context);
	recovery_tell_kept(&context);
	undolog_settle(undolog, context.elsewhere);
	return context.n;
}

static void recovery_forget_own(void *data, const char *record)
{
	const struct recovery_kind *kind = recovery_kind_of(record);

	if (kind && kind->reads(record))
		undolog_cancel(data, record);
}

bool recovery_stays(struct undolog *undolog)
{
	undolog_each(undolog, recovery_forget_own, undolog);
	undolog_settle(undolog, false);
	return undolog->n_records > 0;
}
