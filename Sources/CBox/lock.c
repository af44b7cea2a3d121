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

// A number of seccomp_data, and of its arguments the lower half: all of ours are 32 bits, on little-endian machines.
#define load(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define answer(action) BPF_STMT(BPF_RET | BPF_K, (action))
// Skips the next line unless the value is the loaded one.
#define is(value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, 1)
#define allowed(call) is(SYS_##call), answer(SECCOMP_RET_ALLOW)

// What all decoders and encoders need once each has worked before, and what messages need. With `write` refused, not killed:
// a library that complains to standard error shall go on.
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
        // Memory, but none that can be executed.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 4),
        load(args[2]),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
        answer(SECCOMP_RET_ALLOW),
        answer(SECCOMP_RET_KILL_PROCESS),
        // Messages of the one socket.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvmsg, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 0, 3),
        load(args[0]),
        is((uint32_t)socket),
        answer(SECCOMP_RET_ALLOW),
        answer(SECCOMP_RET_KILL_PROCESS),
    };
    const struct sock_fprog program = {.len = sizeof rules / sizeof rules[0], .filter = rules};
    // Not seccomp(2): systemd's @system-service has prctl(2) only.
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static bool limit(__rlimit_resource_t resource, rlim_t value)
{
    const struct rlimit bounds = {value, value};
    return setrlimit(resource, &bounds) == 0;
}

// At the soft limit the kernel sends SIGXCPU, which says why; at the hard one SIGKILL, which anybody could have sent.
static bool limit_time(rlim_t seconds)
{
    const struct rlimit bounds = {seconds, seconds + 1};
    return setrlimit(RLIMIT_CPU, &bounds) == 0;
}

// The bytes of addresses and of private data that the process has now: proc(5), statm.
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
    // A sanitizer takes terabytes of addresses, and makes calls of its own.
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
