// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A point to point socket, opened where others were before. Input: what is at PATH and at PATH+,
 * the generations, and what a peer that listens answers. No descriptor and no name is left
 * behind but the one that is handed out, and what is no socket stays as it is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "fuzz.h"
#include "ptp.h"

enum there { NOTHING, OTHER, FOLDER, LINK, STALE, DATAGRAM, LISTENER, KINDS };

static char directory[] = "/tmp/vde_vmnet-fuzz-XXXXXX";

struct place {
	enum there there;
	int fd; /* -1: none */
	struct sockaddr_un address;
	struct stat before;
};

struct answer {
	int listener;
	const uint8_t *data;
	size_t size;
};

/* The peer that listens: takes who comes, answers, and goes. */
static void *answer(void *argument)
{
	const struct answer *answer = argument;
	int fd = accept4(answer->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return NULL;
	(void)send(fd, answer->data, answer->size, MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

static void make(struct place *place, const char *suffix, enum there there)
{
	const char *path = place->address.sun_path;
	int type = there == LISTENER ? SOCK_SEQPACKET : SOCK_DGRAM;

	*place = (struct place){.there = there, .fd = -1, .address.sun_family = AF_UNIX};
	snprintf(place->address.sun_path, sizeof(place->address.sun_path), "%s/p%s", directory,
		 suffix);
	if (there == OTHER)
		close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	if (there == FOLDER)
		mkdir(path, 0700);
	if (there == LINK)
		FUZZ_CHECK(symlink("/dev/null", path) == 0);
	if (there >= STALE) {
		place->fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
		FUZZ_CHECK(bind(place->fd, (struct sockaddr *)&place->address,
				sizeof(place->address)) == 0);
	}
	if (there == STALE) {
		close(place->fd);
		place->fd = -1;
	}
	if (there == LISTENER)
		FUZZ_CHECK(listen(place->fd, 4) == 0);
	memset(&place->before, 0, sizeof(place->before));
	(void)lstat(path, &place->before);
}

/* What is no socket, and what somebody is at, is as it was. Removes it. */
static void unmake(struct place *place)
{
	struct stat after = {0};

	(void)lstat(place->address.sun_path, &after);
	if (place->there != NOTHING && place->there != STALE)
		FUZZ_CHECK(after.st_ino == place->before.st_ino &&
			   after.st_mode == place->before.st_mode);
	if (place->fd >= 0)
		close(place->fd);
	(void)remove(place->address.sun_path);
}

static void open_one(const struct endpoint *endpoint, enum endpoint_generation generation,
		     const struct place *place, struct fuzz_input *input)
{
	struct answer peer = {place->fd, input->data, input->size};
	bool listener;
	pthread_t thread;
	sigset_t alarm;
	int fd = -1;
	int ret;

	/* libFuzzer's clock would end the wait of either side. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	if (place->there == LISTENER)
		FUZZ_CHECK(pthread_create(&thread, NULL, answer, &peer) == 0);
	ret = ptp_open(endpoint, generation, (gid_t)-1, &fd, &listener);
	if (place->there == LISTENER) {
		shutdown(place->fd, SHUT_RDWR); /* where nobody came */
		pthread_join(thread, NULL);
		FUZZ_CHECK(!listener);
		if (endpoint->generation != ENDPOINT_GENERATION_1)
			FUZZ_CHECK(ret == (input->size > 0 ? -(int)input->data[0] : -ECONNRESET));
	}
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	FUZZ_CHECK(ret <= 0);
	FUZZ_CHECK(ret < 0 || fcntl(fd, F_GETFD) == FD_CLOEXEC);
	if (ret == 0)
		close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct endpoint endpoint = {.kind = ENDPOINT_PTP};
	enum endpoint_generation generation;
	struct place places[2];
	int before;

	if (directory[sizeof(directory) - 2] == 'X')
		FUZZ_CHECK(mkdtemp(directory));
	else
		FUZZ_CHECK(mkdir(directory, 0700) == 0);
	before = fuzz_free_descriptor();
	make(&places[0], "", fuzz_take(&input) % KINDS);
	make(&places[1], "+", fuzz_take(&input) % KINDS);
	memcpy(endpoint.path, places[0].address.sun_path, sizeof(endpoint.path));
	endpoint.generation = fuzz_take(&input) % 3;
	generation = 1 + fuzz_take(&input) % 2;
	open_one(&endpoint, generation, &places[0], &input);
	unmake(&places[0]);
	unmake(&places[1]);
	FUZZ_CHECK(fuzz_free_descriptor() == before);
	FUZZ_CHECK(rmdir(directory) == 0); /* which it can if no other name is there */
	return 0;
}
