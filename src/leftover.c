// SPDX-License-Identifier: GPL-2.0-or-later
#include "leftover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dgramqueue.h"
#include "forwarding.h"
#include "host_worker.h"
#include "log.h"
#include "pidfile.h"
#include "process.h"
#include "segment.h"
#include "truce.h"

enum { LEFTOVER_PATIENCE = 2000 }; /* ms for a killed process to end */

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

static void leftover_forget_ended(void *data, const char *record)
{
	unsigned long long started;
	int pid;

	if (sscanf(record, "process %d %llu", &pid, &started) == 2 &&
	    leftover_start_time(pid) != started)
		journal_cancel(data, record);
}

/* Processes that ended meanwhile make room: dnsmasq may be started again any number of times. */
int leftover_record_process(struct journal *journal, pid_t pid)
{
	char record[JOURNAL_RECORD_MAX];

	journal_each(journal, leftover_forget_ended, journal);
	snprintf(record, sizeof(record), "process %d %llu", pid, leftover_start_time(pid));
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

static void leftover_undo_process(const char *record)
{
	unsigned long long started;
	int pidfd;
	int pid;

	if (sscanf(record, "process %d %llu", &pid, &started) != 2 || pid <= 1 || started == 0)
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

/* While no other instance looks: between that and the removal, the file could be its own. */
static void leftover_undo_pidfile(struct journal *journal, const char *record)
{
	journal_lock_all(journal);
	pidfile_clean(record + strlen("pidfile "));
	journal_unlock_all(journal);
}

static void leftover_undo_endpoint(struct loop *loop, const char *record)
{
	struct identity identity = {0};
	int offset;

	if (!leftover_read_endpoint(record, &identity, &offset) ||
	    (identity_can_change() && identity.uid == 0))
		return;
	host_worker_remove_endpoint(loop, &identity, record + offset);
}

/* In RUNDIR alone, where nobody else can put things, and empty. */
static void leftover_undo_directory(const char *record)
{
	const char *path = record + strlen("directory ");

	if (strncmp(path, RUNDIR "/", strlen(RUNDIR "/")) == 0 && !strstr(path, ".."))
		rmdir(path);
}

struct leftover_context {
	struct journal *journal;
	bool elsewhere; /* its records are about another network namespace */
	struct loop *loop;
	unsigned n;
};

/* Processes and files are the same in each network namespace. Everything else is not. */
static bool leftover_is_of_network(const char *record)
{
	static const char *const verbs[] = {"process ", "pidfile ", "endpoint ", "directory ",
					    "network "};

	for (unsigned i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strncmp(record, verbs[i], strlen(verbs[i])) == 0)
			return false;
	}
	return true;
}

static void leftover_undo_record(void *data, const char *record)
{
	struct leftover_context *context = data;

	if (context->elsewhere && leftover_is_of_network(record)) {
		log_warning("not undone, for it is in another network namespace: %s", record);
		journal_cancel(context->journal, record);
		return;
	}
	context->n += strncmp(record, "network ", 8) != 0;
	log_debug("undoing: %s", record);
	if (forwarding_undo(context->journal, record) ||
	    dgramqueue_undo(context->journal, record) || segment_undo(context->journal, record) ||
	    truce_undo(context->journal, record))
		return; /* those modules' own, cancelled while no other instance looks */
	if (strncmp(record, "process ", 8) == 0)
		leftover_undo_process(record);
	else if (strncmp(record, "pidfile ", 8) == 0)
		leftover_undo_pidfile(context->journal, record);
	else if (strncmp(record, "endpoint ", 9) == 0)
		leftover_undo_endpoint(context->loop, record);
	else if (strncmp(record, "directory ", 10) == 0)
		leftover_undo_directory(record);
	journal_cancel(context->journal, record);
}

unsigned leftover_undo(struct journal *journal, struct loop *loop)
{
	struct leftover_context context = {
		.journal = journal, .elsewhere = journal_is_elsewhere(journal), .loop = loop};

	journal_each(journal, leftover_undo_record, &context);
	return context.n;
}
