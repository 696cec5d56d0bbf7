// SPDX-License-Identifier: GPL-2.0-or-later
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux 6.3; newer than the headers of Debian 12. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

/*
 * Nobody can read it, not even its owner: that keeps others out (would_dump() in fs/exec.c). A
 * sanitizer's runtime must read its own program, for function names.
 */
#ifdef SANITIZED
enum { PROGRAM_MODE = 0555 };
#else
enum { PROGRAM_MODE = 0111 };
#endif

/* ps shows its name until the program sets another one. Returns a descriptor, or -errno. */
static int program_make_file(void)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create("vde_vmnet", flags | MFD_EXEC);

	if (fd < 0 && errno == EINVAL) /* before 6.3 all can be executed */
		fd = memfd_create("vde_vmnet", flags);
	return fd < 0 ? -errno : fd;
}

/* Copies everything. 0, or -errno. */
static int program_copy(int from, int to)
{
	struct stat st;
	off_t done = 0;

	if (fstat(from, &st) < 0)
		return -errno;
	while (done < st.st_size) {
		ssize_t n = sendfile(to, from, &done, (size_t)(st.st_size - done));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0) /* it was truncated meanwhile */
			return -EIO;
	}
	return 0;
}

static int program_seal(int fd)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

	if (fchmod(fd, PROGRAM_MODE) < 0)
		return -errno;
	return fcntl(fd, F_ADD_SEALS, seals) < 0 ? -errno : 0;
}

/* Returns a descriptor of the copy, or -errno. */
static int program_make_copy(int from)
{
	int fd = program_make_file();
	int ret = fd < 0 ? fd : program_copy(from, fd);

	if (ret == 0)
		ret = program_seal(fd);
	if (ret == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}

/* If it is 1, the kernel lets everyone inspect such a process, too (proc_sys_fs(5)). */
static int program_all_are_dumpable(void)
{
	int fd = open("/proc/sys/fs/suid_dumpable", O_RDONLY | O_CLOEXEC);
	char value = '0';
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, &value, 1);
	close(fd);
	return n == 1 && value == '1';
}

int program_open(struct program *program, const char *path)
{
	int from = open(path, O_RDONLY | O_CLOEXEC);
	int ret = from < 0 ? -errno : program_make_copy(from);

	*program = (struct program){.fd = ret};
	if (ret < 0)
		program->fd = open(path, O_PATH | O_CLOEXEC);
	if (program->fd < 0)
		ret = -errno;
	else if (program_all_are_dumpable())
		snprintf(program->exposure, sizeof(program->exposure),
			 "the sysctl fs.suid_dumpable is 1");
	else if (from >= 0 && ret < 0) /* a program that we cannot read is as good as a copy */
		snprintf(program->exposure, sizeof(program->exposure),
			 "the program cannot be copied into memory (%s%s)", strerror(-ret),
			 ret == -EACCES ? "; sysctl vm.memfd_noexec" : "");
	if (from >= 0)
		close(from);
	return program->fd < 0 ? ret : 0;
}

void program_close(struct program *program)
{
	if (program->fd >= 0)
		close(program->fd);
	program->fd = -1;
}
