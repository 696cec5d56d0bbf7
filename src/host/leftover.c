// SPDX-License-Identifier: GPL-2.0-or-later
#include "leftover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "dgramqueue.h"
#include "firewall_undo.h"
#include "forwarding.h"
#include "host_part.h"
#include "journal_records.h"
#include "log.h"
#include "pidfile.h"
#include "process.h"
#include "segment.h"

enum {
	LEFTOVER_PATIENCE = 2000, /* ms for a killed process to end */
	/* Records that cannot be undone: a network writes some 20 of all kinds. */
	LEFTOVER_KEPT_MAX = JOURNAL_RECORDS_MAX / 4,
	LEFTOVER_TOLD_MAX = 8, /* of them, each in a line */
};

/* When a process started, in clock ticks since boot (proc_pid_stat(5), field 22); 0: not there. */
static unsigned long long leftover_start_time(pid_t pid)
{
	unsigned long long started = 0;
	char path[32];
	char text[512];
	size_t n = 0;
	const char *rest;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (file) {
		n = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[n] = '\0';
	rest = strrchr(text, ')'); /* the name before it may hold anything */
	for (int field = 2; rest && field < 22; field++)
		rest = strchr(rest + 1, ' ');
	if (!rest || sscanf(rest, " %llu", &started) != 1)
		return 0;
	return started;
}

/* True: it is a record of a process. */
static bool leftover_read_process(const char *record, int *pid, unsigned long long *started)
{
	return sscanf(record, "process %d %llu", pid, started) == 2;
}

static void leftover_forget_ended(void *data, const char *record)
{
	unsigned long long started;
	int pid;

	if (leftover_read_process(record, &pid, &started) && leftover_start_time(pid) != started)
		journal_cancel(data, record);
}

/* Processes that ended meanwhile make room: dnsmasq may be started again any number of times. */
int leftover_record_process(struct journal *journal, pid_t pid)
{
	unsigned long long started = leftover_start_time(pid);
	char record[JOURNAL_RECORD_MAX];

	/* A service does not see what it may not look into; its manager ends all of it. */
	if (started == 0)
		return 0;
	journal_each(journal, leftover_forget_ended, journal);
	snprintf(record, sizeof(record), "process %d %llu", pid, started);
	return journal_add(journal, record);
}

int leftover_record_pidfile(struct journal *journal, const char *path)
{
	char record[JOURNAL_RECORD_MAX];

	if (snprintf(record, sizeof(record), "pidfile %s", path) >= (int)sizeof(record))
		return -ENAMETOOLONG;
	return journal_add(journal, record);
}

int leftover_record_endpoint(struct journal *journal, const struct identity *identity,
			     const char *locator)
{
	char record[JOURNAL_RECORD_MAX];

	snprintf(record, sizeof(record), "endpoint %u %u %s", identity->uid, identity->gid,
		 locator);
	return journal_add(journal, record);
}

struct leftover_owner {
	const char *locator;
	struct identity *identity;
	bool found;
};

/* False: it is no record of an endpoint. offset: of its locator. */
static bool leftover_read_endpoint(const char *record, struct identity *identity, int *offset)
{
	*offset = 0;
	return sscanf(record, "endpoint %u %u %n", &identity->uid, &identity->gid, offset) == 2 &&
	       *offset != 0;
}

static void leftover_match_endpoint(void *context, const char *record)
{
	struct leftover_owner *owner = context;
	struct identity identity = {0};
	int offset;

	if (owner->found || !leftover_read_endpoint(record, &identity, &offset) ||
	    strcmp(record + offset, owner->locator) != 0)
		return;
	*owner->identity = identity;
	owner->found = true;
}

bool leftover_has_endpoint(struct journal *journal, const char *locator, struct identity *identity)
{
	struct leftover_owner owner = {.locator = locator, .identity = identity};

	journal_each(journal, leftover_match_endpoint, &owner);
	return owner.found;
}

int leftover_record_directory(struct journal *journal, const char *path)
{
	char record[JOURNAL_RECORD_MAX];

	snprintf(record, sizeof(record), "directory %s", path);
	return journal_add(journal, record);
}

/* ---- undoing ---- */

struct leftover_context {
	struct journal *journal;
	bool elsewhere; /* its records are about another network namespace */
	struct loop *loop;
	const struct program *program; /* whose connectors remove sockets */
	unsigned n;
	unsigned kept;	  /* what cannot be undone here */
	unsigned dropped; /* more than could be kept */
};

static bool leftover_reads_process(const char *record)
{
	unsigned long long started;
	int pid;

	return leftover_read_process(record, &pid, &started);
}

static void leftover_undo_process(struct leftover_context *context, const char *record)
{
	unsigned long long started;
	int pidfd;
	int pid;

	(void)context;
	if (!leftover_read_process(record, &pid, &started) || pid <= 1 || started == 0)
		return;
	pidfd = process_hold(pid);
	if (pidfd < 0)
		return;
	/* Ended before we go on: what it holds, a port or a device, is what the next start needs.
	 */
	if (leftover_start_time(pid) == started)
		process_kill_held(pidfd, LEFTOVER_PATIENCE);
	else
		close(pidfd);
}

static bool leftover_reads_pidfile(const char *record)
{
	return record[strlen("pidfile ")] != '\0';
}

/* While no other instance looks: between that and the removal, the file could be its own. */
static void leftover_undo_pidfile(struct leftover_context *context, const char *record)
{
	journal_lock_all_or_go_on(context->journal);
	pidfile_clean(record + strlen("pidfile "));
	journal_unlock_all(context->journal);
}

static bool leftover_reads_endpoint(const char *record)
{
	struct identity identity = {0};
	int offset;

	return leftover_read_endpoint(record, &identity, &offset);
}

static void leftover_undo_endpoint(struct leftover_context *context, const char *record)
{
	struct identity identity = {0};
	int offset;

	if (!leftover_read_endpoint(record, &identity, &offset) ||
	    (identity_can_change() && identity.uid == 0))
		return;
	host_part_remove_endpoint(context->loop, context->program, &identity, record + offset);
}

/* In RUNDIR alone, where nobody else can put things. */
static bool leftover_reads_directory(const char *record)
{
	const char *path = record + strlen("directory ");

	return strncmp(path, RUNDIR "/", strlen(RUNDIR "/")) == 0 && !strstr(path, "..");
}

/* If it is empty. */
static void leftover_undo_directory(struct leftover_context *context, const char *record)
{
	(void)context;
	rmdir(record + strlen("directory "));
}

/* Processes and files: the same in each network namespace. Everything else is not. */
static const struct leftover_kind {
	const char *verb;
	bool (*reads)(const char *record);
	void (*undo)(struct leftover_context *context, const char *record);
} leftover_kinds[] = {
	{"process ", leftover_reads_process, leftover_undo_process},
	{"pidfile ", leftover_reads_pidfile, leftover_undo_pidfile},
	{"endpoint ", leftover_reads_endpoint, leftover_undo_endpoint},
	{"directory ", leftover_reads_directory, leftover_undo_directory},
};

/* The kind of a record that is not one of the other modules', or NULL. */
static const struct leftover_kind *leftover_kind_of(const char *record)
{
	for (unsigned i = 0; i < sizeof(leftover_kinds) / sizeof(leftover_kinds[0]); i++) {
		const struct leftover_kind *kind = &leftover_kinds[i];

		if (strncmp(record, kind->verb, strlen(kind->verb)) == 0)
			return kind;
	}
	return NULL;
}

/* A newer version knows what to do; so the record stays, within bounds. */
static void leftover_keep(struct leftover_context *context, const char *record)
{
	struct journal *journal = context->journal;

	if (context->kept >= LEFTOVER_KEPT_MAX) {
		context->dropped++;
		journal_cancel(journal, record);
		return;
	}
	if (context->kept++ < LEFTOVER_TOLD_MAX)
		log_warning(
			"%s/%s: this version cannot undo '%.100s'; a newer vde_vmnet probably "
			"wrote that. It stays for that version: vde_vmnet --cleanup --name=%.*s",
			journal->directory, journal->file, record,
			(int)(strlen(journal->file) - strlen(".state")), journal->file);
}

static void leftover_tell_kept(const struct leftover_context *context)
{
	const struct journal *journal = context->journal;

	if (context->kept > LEFTOVER_TOLD_MAX)
		log_warning("%s/%s: and %u more records like that", journal->directory,
			    journal->file, context->kept - LEFTOVER_TOLD_MAX);
	if (context->dropped > 0)
		log_warning("%s/%s: %u more are forgotten, because no vde_vmnet writes that many",
			    journal->directory, journal->file, context->dropped);
}

/* What each writes down and undoes itself, cancelling its record while no other instance looks. */
static bool (*const leftover_modules[])(struct journal *journal, const char *record) = {
	forwarding_undo, dgramqueue_undo, device_undo, segment_undo, firewall_undo,
};

/* True: undone, or tried. */
static bool leftover_undo_by_module(struct journal *journal, const char *record)
{
	for (unsigned i = 0; i < sizeof(leftover_modules) / sizeof(leftover_modules[0]); i++) {
		if (leftover_modules[i](journal, record))
			return true;
	}
	return false;
}

static void leftover_undo_record(void *data, const char *record)
{
	const struct leftover_kind *kind = leftover_kind_of(record);
	struct leftover_context *context = data;

	if (journal_records_is_network(record))
		return; /* it stands as long as any that it is about */
	if (context->elsewhere && !kind) {
		log_warning("not undone, for it is in another network namespace: %s", record);
		journal_cancel(context->journal, record);
		return;
	}
	log_debug("undoing: %s", record);
	if (kind && kind->reads(record)) {
		kind->undo(context, record);
		journal_cancel(context->journal, record);
	} else if (kind || !leftover_undo_by_module(context->journal, record)) {
		leftover_keep(context, record);
		return;
	}
	context->n++;
}

unsigned leftover_undo(struct journal *journal, struct loop *loop, const struct program *program)
{
	struct leftover_context context = {.journal = journal,
					   .elsewhere = journal_is_elsewhere(journal),
					   .loop = loop,
					   .program = program};

	journal_each(journal, leftover_undo_record, &context);
	leftover_tell_kept(&context);
	journal_settle(journal, context.elsewhere);
	return context.n;
}

static void leftover_forget_own(void *data, const char *record)
{
	const struct leftover_kind *kind = leftover_kind_of(record);

	if (kind && kind->reads(record))
		journal_cancel(data, record);
}

bool leftover_stays(struct journal *journal)
{
	journal_each(journal, leftover_forget_own, journal);
	journal_settle(journal, false);
	return journal->n_records > 0;
}
