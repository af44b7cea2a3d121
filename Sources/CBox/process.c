#define _GNU_SOURCE

#include "CBox.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { most_descriptors = 2 };

pid_t portraitd_fork(void)
{
    return fork();
}

int portraitd_spawn(int executable, int control, pid_t *process)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0)
        return code;
    code = posix_spawnattr_init(&attributes);
    if (code != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    for (int descriptor = 0; descriptor <= 2 && code == 0; descriptor++)
        code = posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(&actions, control, 3);
    if (code == 0)
        code = posix_spawnattr_setsigmask(&attributes, &none);
    if (code == 0)
        code = posix_spawnattr_setsigdefault(&attributes, &all);
    if (code == 0)
        code = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", executable);
    // Swift's crash handler would try to start its backtrace program.
    static char name[] = "portraitd-decoder", no_backtrace[] = "SWIFT_BACKTRACE=enable=no";
    // Heap pages of 2 MiB, if the kernel has them: a new process takes a page fault for each page that it touches.
    static char huge_pages[] = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1";
    char *const arguments[] = {name, NULL};
    char *const environment[] = {no_backtrace, huge_pages, NULL};
    if (code == 0)
        code = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return code;
}

bool portraitd_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count)
{
    union {
        char space[CMSG_SPACE(most_descriptors * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor_count > 0 && descriptor_count <= most_descriptors) {
        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(descriptor_count * sizeof(int));
        struct cmsghdr *const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptor_count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, descriptor_count * sizeof(int));
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)count;
}

ssize_t portraitd_receive(int socket, void *bytes, size_t capacity, int *descriptors, size_t descriptor_capacity)
{
    union {
        char space[CMSG_SPACE(most_descriptors * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec piece = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr message = {
        .msg_iov = &piece,
        .msg_iovlen = 1,
        .msg_control = descriptor_capacity > 0 ? control.space : NULL,
        .msg_controllen = descriptor_capacity > 0 ? sizeof control.space : 0,
    };
    for (size_t index = 0; index < descriptor_capacity; index++)
        descriptors[index] = -1;
    ssize_t received;
    do
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received < 0)
        return -1;
    size_t taken = 0;
    struct cmsghdr *const header = descriptor_capacity > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < count; index++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof descriptor);
            if (taken < descriptor_capacity)
                descriptors[taken++] = descriptor;
            else
                close(descriptor);
        }
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        while (taken > 0) {
            close(descriptors[--taken]);
            descriptors[taken] = -1;
        }
        return -1;
    }
    return received;
}

int portraitd_pidfd_open(pid_t process)
{
    return (int)syscall(SYS_pidfd_open, process, 0);
}

int portraitd_pidfd_kill(int descriptor)
{
    return (int)syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, NULL, 0);
}

int portraitd_sealed_memory(const void *bytes, size_t count)
{
    const int memory = memfd_create("upload", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0)
        return -1;
    // write(2) takes half the time of a copy through mmap(2).
    for (size_t written = 0; written < count;) {
        const ssize_t more = write(memory, (const char *)bytes + written, count - written);
        if (more > 0) {
            written += (size_t)more;
        } else if (more == 0 || errno != EINTR) {
            close(memory);
            return -1;
        }
    }
    if (fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return memory;
    close(memory);
    return -1;
}

int portraitd_written_memory(size_t count, void **address)
{
    const int memory = memfd_create("uploads", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0)
        return -1;
    void *mapped = MAP_FAILED;
    if (ftruncate(memory, (off_t)count) == 0)
        mapped = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    const int seals = F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    if (mapped != MAP_FAILED && fcntl(memory, F_ADD_SEALS, seals) == 0) {
        *address = mapped;
        return memory;
    }
    if (mapped != MAP_FAILED)
        munmap(mapped, count);
    close(memory);
    return -1;
}

int portraitd_bounded_memory(size_t count)
{
    const int memory = memfd_create("result", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0)
        return -1;
    if (ftruncate(memory, (off_t)count) == 0 && fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return memory;
    close(memory);
    return -1;
}

static bool close_from(int descriptor)
{
    return close_range((unsigned)descriptor, ~0U, 0) == 0;
}

bool portraitd_begin(const char *name, int last)
{
    return prctl(PR_SET_NAME, name) == 0 && close_from(last + 1);
}

bool portraitd_strip(int socket, pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        return false;
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
        return false;
    if (socket > 3 && close_range(3, (unsigned)socket - 1, 0) != 0)
        return false;
    if (!close_from(socket + 1))
        return false;
    return prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

int64_t portraitd_processor_time(pid_t process)
{
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0)
        return -1;
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}
