// Lets system calls that change files fail, by LD_PRELOAD. The file FAULTS_FILE, which both sides map, says which.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct plan {
    _Atomic int64_t countdown; // the call that makes it 0 fails; 0 and less: none does
    int64_t error;
    int64_t lasts;             // whether those after it fail, too
    _Atomic int64_t failed;    // how many did
    char only[16];             // the name of the calls that count; empty for all
    char first[208];           // the first that failed, and its file
};

static struct plan *plan;

__attribute__((constructor)) static void map_plan(void) {
    const char *path = getenv("FAULTS_FILE");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *memory = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory != MAP_FAILED) plan = memory;
}

static int fails(const char *call, const char *path) {
    if (!plan || plan->error == 0 || (plan->only[0] && strcmp(plan->only, call) != 0)) return 0;
    int64_t left = atomic_fetch_sub(&plan->countdown, 1) - 1;
    if (left > 0 || (left < 0 && !plan->lasts)) return 0;
    if (atomic_fetch_add(&plan->failed, 1) == 0) snprintf(plan->first, sizeof plan->first, "%s %s", call, path);
    errno = (int)plan->error;
    return 1;
}

// Standard error may be a file; sockets and pipes are no part of it.
static int fails_on(const char *call, int file) {
    struct stat status;
    if (!plan || plan->error == 0 || file <= STDERR_FILENO || fstat(file, &status) != 0) return 0;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return 0;
    char link[32], path[200] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (readlink(link, path, sizeof path - 1) < 0) return 0;
    return fails(call, path);
}

// A full disk does not keep a file from being removed.
static int fails_to_remove(const char *call, const char *path) {
    return plan && plan->error != ENOSPC && fails(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_FILE(type, name, parameters, arguments) \
    type name parameters { return fails_on(#name, file) ? -1 : REAL(name) arguments; }
#define ON_PATH(name, parameters, arguments) \
    int name parameters { return fails(#name, path) ? -1 : REAL(name) arguments; }
#define REMOVING(name, parameters, arguments) \
    int name parameters { return fails_to_remove(#name, path) ? -1 : REAL(name) arguments; }
#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        int mode = flags & O_CREAT ? va_arg(rest, int) : 0; \
        va_end(rest); \
        return flags & O_CREAT && fails(#name, path) ? -1 : REAL(name)(path, flags, mode); \
    }

ON_FILE(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
ON_FILE(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
ON_FILE(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
ON_FILE(int, ftruncate, (int file, off_t length), (file, length))
ON_FILE(int, ftruncate64, (int file, off64_t length), (file, length))
ON_FILE(int, fsync, (int file), (file))
ON_FILE(int, fdatasync, (int file), (file))
ON_FILE(int, syncfs, (int file), (file))
ON_PATH(rename, (const char *path, const char *target), (path, target))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
REMOVING(unlink, (const char *path), (path))
REMOVING(unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
REMOVING(rmdir, (const char *path), (path))
OPENING(open)
OPENING(open64)
