#define _GNU_SOURCE

#include "CBox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define own_architecture AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define own_architecture AUDIT_ARCH_AARCH64
#else
#error "The filter is written for x86_64 and aarch64."
#endif

// Loads 32 bits of seccomp_data. Of an argument it loads the lower half: all arguments that we check have 32 bits, and
// both processors are little-endian.
#define load(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define answer(action) BPF_STMT(BPF_RET | BPF_K, (action))
// Skips the next instruction unless the loaded value equals `value`.
#define is(value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, 1)
#define allowed(call) is(SYS_##call), answer(SECCOMP_RET_ALLOW)

// Installs the system call filter. It allows the calls that decoders and encoders need after their first picture, and
// messages on `socket`. `write` and `writev` fail with EPERM and do not kill the process: a library that prints an
// error message goes on.
static bool filter(int socket)
{
    const uint32_t own = (uint32_t)getpid();
    struct sock_filter rules[] = {
        load(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own_architecture, 1, 0),
        answer(SECCOMP_RET_KILL_PROCESS),
        load(nr),
        allowed(brk),
        allowed(munmap),
        allowed(mremap),
        allowed(madvise),
        allowed(futex),
        allowed(clock_gettime),
        allowed(close),
        allowed(exit_group),
        allowed(rt_sigreturn),
        allowed(restart_syscall),
        allowed(rt_sigprocmask),
        allowed(sched_getaffinity),
        allowed(getrandom),
        allowed(gettid),
        allowed(getpid),
        is(SYS_write),
        answer(SECCOMP_RET_ERRNO | EPERM),
        is(SYS_writev),
        answer(SECCOMP_RET_ERRNO | EPERM),
        // abort(3) sends a signal to its own process. No signal to another process is allowed.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
        load(args[0]),
        is(own),
        answer(SECCOMP_RET_ALLOW),
        answer(SECCOMP_RET_KILL_PROCESS),
        // Memory, unless it is executable.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 4),
        load(args[2]),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
        answer(SECCOMP_RET_ALLOW),
        answer(SECCOMP_RET_KILL_PROCESS),
        // Messages on `socket` only.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvmsg, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 0, 3),
        load(args[0]),
        is((uint32_t)socket),
        answer(SECCOMP_RET_ALLOW),
        answer(SECCOMP_RET_KILL_PROCESS),
    };
    const struct sock_fprog program = {.len = sizeof rules / sizeof rules[0], .filter = rules};
    // prctl(2), because systemd's @system-service set does not contain seccomp(2).
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static bool limit(__rlimit_resource_t resource, rlim_t value)
{
    const struct rlimit bounds = {value, value};
    return setrlimit(resource, &bounds) == 0;
}

// At the soft limit the kernel sends SIGXCPU, which names the reason. At the hard limit it sends SIGKILL, which can
// have other reasons.
static bool limit_time(rlim_t seconds)
{
    const struct rlimit bounds = {seconds, seconds + 1};
    return setrlimit(RLIMIT_CPU, &bounds) == 0;
}

// Reads the address space and the private data of the process, in bytes, from /proc/self/statm (proc(5)).
static bool measure(size_t *address, size_t *data)
{
    unsigned long pages = 0, private_pages = 0;
    FILE *const file = fopen("/proc/self/statm", "re");
    if (!file)
        return false;
    const int read = fscanf(file, "%lu %*u %*u %*u %*u %lu", &pages, &private_pages);
    fclose(file);
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    *address = pages * page;
    *data = private_pages * page;
    return read == 2;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define sanitized 1
#endif
#endif

bool portraitd_lock(size_t data, size_t address, unsigned seconds, int socket)
{
    struct timespec used;
#ifdef sanitized
    // A sanitizer reserves terabytes of address space and makes system calls that the filter forbids.
    (void)data, (void)address, (void)socket, (void)measure, (void)filter;
    return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0 && limit_time((rlim_t)used.tv_sec + 10 * seconds);
#else
    size_t own_address, own_data;
    return measure(&own_address, &own_data) && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0
        && limit(RLIMIT_DATA, own_data + data) && limit(RLIMIT_AS, own_address + address)
        && limit_time((rlim_t)used.tv_sec + seconds + 1) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0)
        && limit(RLIMIT_FSIZE, 0) && filter(socket);
#endif
}
