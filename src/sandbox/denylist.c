// SPDX-License-Identifier: GPL-2.0-or-later
#include "denylist.h"

#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define DENYLIST_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define DENYLIST_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define DENYLIST_ARCH AUDIT_ARCH_RISCV64
#endif

/* The same on every architecture from 424 on; a system's headers may be older than its kernel. */
enum {
	DENYLIST_IO_URING_SETUP = 425,
	DENYLIST_IO_URING_ENTER = 426,
	DENYLIST_IO_URING_REGISTER = 427,
	DENYLIST_OPEN_TREE = 428,
	DENYLIST_MOVE_MOUNT = 429,
	DENYLIST_FSOPEN = 430,
	DENYLIST_FSCONFIG = 431,
	DENYLIST_FSMOUNT = 432,
	DENYLIST_FSPICK = 433,
	DENYLIST_CLONE3 = 435,
	DENYLIST_PIDFD_GETFD = 438,
	DENYLIST_MOUNT_SETATTR = 442,
	DENYLIST_QUOTACTL_FD = 443,
	DENYLIST_NEWEST = 462, /* of Linux 6.10 */
};

static const uint32_t denylist_calls[] = {
	/* other programs, other processes */
	SYS_execveat,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kcmp,
	DENYLIST_PIDFD_GETFD,
	/* file systems */
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_swapon,
	SYS_swapoff,
	SYS_quotactl,
	SYS_acct,
	SYS_open_by_handle_at,
	SYS_fanotify_init,
	DENYLIST_OPEN_TREE,
	DENYLIST_MOVE_MOUNT,
	DENYLIST_FSOPEN,
	DENYLIST_FSCONFIG,
	DENYLIST_FSMOUNT,
	DENYLIST_FSPICK,
	DENYLIST_MOUNT_SETATTR,
	DENYLIST_QUOTACTL_FD,
	/* namespaces */
	SYS_unshare,
	SYS_setns,
	/* large parts of the kernel */
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	DENYLIST_IO_URING_SETUP,
	DENYLIST_IO_URING_ENTER,
	DENYLIST_IO_URING_REGISTER,
	/* the machine itself */
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_reboot,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_adjtimex,
	SYS_clock_adjtime,
	SYS_syslog,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_vhangup,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef __x86_64__
	SYS_iopl,
	SYS_ioperm,
	SYS_modify_ldt,
#endif
};

/* What dnsmasq was seen to use, in each version tried; no packet sockets. */
static const uint32_t denylist_families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

enum {
	DENYLIST_CALLS = sizeof(denylist_calls) / sizeof(denylist_calls[0]),
	DENYLIST_FAMILIES = sizeof(denylist_families) / sizeof(denylist_families[0]),
	DENYLIST_CODE_MAX = 2 * DENYLIST_CALLS + 2 * DENYLIST_FAMILIES + 32,
	/* For clone(); all but CLONE_NEWTIME, whose bit is part of the signal there. */
	DENYLIST_NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
			      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET,
};

struct denylist {
	unsigned short n;
	struct sock_filter code[DENYLIST_CODE_MAX];
};

static void denylist_add(struct denylist *list, unsigned short code, unsigned char yes,
			 unsigned char no, uint32_t k)
{
	assert(list->n < DENYLIST_CODE_MAX);
	list->code[list->n++] = (struct sock_filter){.code = code, .jt = yes, .jf = no, .k = k};
}

static void denylist_load(struct denylist *list, size_t offset)
{
	denylist_add(list, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

/* The lower half of an argument, which is all of an int. */
static void denylist_load_argument(struct denylist *list, unsigned i)
{
	size_t offset = offsetof(struct seccomp_data, args) + i * sizeof(uint64_t);

	denylist_load(list, offset + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0));
}

static void denylist_return(struct denylist *list, uint32_t action)
{
	denylist_add(list, BPF_RET | BPF_K, 0, 0, action);
}

static void denylist_fail(struct denylist *list, int error)
{
	denylist_return(list, SECCOMP_RET_ERRNO | (uint32_t)error);
}

/* Does what follows if the loaded word compares to k like that, else skips it. */
static void denylist_if(struct denylist *list, unsigned short how, uint32_t k, unsigned char skip)
{
	denylist_add(list, BPF_JMP | how | BPF_K, 0, skip, k);
}

/* Allows sockets of the families that it needs; for netlink, only routing. */
static void denylist_add_socket(struct denylist *list)
{
	enum { REST = 2 * DENYLIST_FAMILIES + 5 };

	denylist_if(list, BPF_JEQ, SYS_socket, REST);
	denylist_load_argument(list, 0);
	for (unsigned i = 0; i < DENYLIST_FAMILIES - 1; i++) {
		denylist_if(list, BPF_JEQ, denylist_families[i], 1);
		denylist_return(list, SECCOMP_RET_ALLOW);
	}
	denylist_if(list, BPF_JEQ, AF_NETLINK, 4);
	denylist_load_argument(list, 2);
	denylist_if(list, BPF_JEQ, NETLINK_ROUTE, 1);
	denylist_return(list, SECCOMP_RET_ALLOW);
	denylist_fail(list, EPROTONOSUPPORT);
	denylist_fail(list, EAFNOSUPPORT);
}

static void denylist_make(struct denylist *list, bool executes)
{
#ifdef DENYLIST_ARCH
	denylist_load(list, offsetof(struct seccomp_data, arch));
	denylist_add(list, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, DENYLIST_ARCH);
	denylist_fail(list, EPERM); /* other architectures use other numbers */
	denylist_load(list, offsetof(struct seccomp_data, nr));
	denylist_if(list, BPF_JGT, DENYLIST_NEWEST, 1); /* includes those of x32 */
	denylist_fail(list, ENOSYS);
	/* A filter cannot see its flags, which are in memory; libc falls back to clone(). */
	denylist_if(list, BPF_JEQ, DENYLIST_CLONE3, 1);
	denylist_fail(list, ENOSYS);
	for (unsigned i = 0; i < DENYLIST_CALLS; i++) {
		denylist_if(list, BPF_JEQ, denylist_calls[i], 1);
		denylist_fail(list, EPERM);
	}
	if (!executes) {
		denylist_if(list, BPF_JEQ, SYS_execve, 1);
		denylist_return(list, SECCOMP_RET_USER_NOTIF);
	}
	denylist_if(list, BPF_JEQ, SYS_clone, 3);
	denylist_load_argument(list, 0);
	denylist_if(list, BPF_JSET, DENYLIST_NAMESPACES, 1);
	denylist_fail(list, EPERM);
	denylist_load(list, offsetof(struct seccomp_data, nr));
	denylist_add_socket(list);
#else
	(void)executes;
#endif
	denylist_return(list, SECCOMP_RET_ALLOW);
}

static int denylist_load_program(bool executes, unsigned flags)
{
	struct denylist list = {0};
	struct sock_fprog prog;
	long ret;

	denylist_make(&list, executes);
	prog = (struct sock_fprog){.len = list.n, .filter = list.code};
	ret = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
	return ret < 0 ? -errno : (int)ret;
}

int denylist_enter(bool executes, int *listener)
{
	int ret;

	*listener = -1;
#ifndef DENYLIST_ARCH
	executes = true;
#endif
	if (!executes) {
		ret = denylist_load_program(false, SECCOMP_FILTER_FLAG_NEW_LISTENER);
		if (ret >= 0) {
			*listener = ret;
			return 0;
		}
		if (ret != -EBUSY && ret != -EINVAL && ret != -EACCES && ret != -EPERM)
			return ret;
	}
	ret = denylist_load_program(true, 0);
	return ret < 0 ? ret : 0;
}

int denylist_let_execute(int listener, int milliseconds)
{
	struct pollfd asked = {.fd = listener, .events = POLLIN};
	struct seccomp_notif request = {0};
	struct seccomp_notif_resp answer = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

	if (poll(&asked, 1, milliseconds) == 0)
		return -ETIMEDOUT;
	if (!(asked.revents & POLLIN))
		return -ECHILD;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0)
		return -errno;
	answer.id = request.id;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 ? -errno : 0;
}
