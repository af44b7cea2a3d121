#pragma once

#include <sqlite3.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// syncfs(2): unistd.h declares it only with _GNU_SOURCE, which Swift's Glibc module does not define.
extern int syncfs(int descriptor);

// openat2(2) has no function in glibc. The structure and the numbers are from linux/openat2.h.
struct portraitd_open_how {
    unsigned long long flags, mode, resolve;
};

// Opens a file below `folder` for reading and follows no symbolic link in any part of `path`; -1 and errno(3) on
// failure.
static inline int portraitd_open_beneath(int folder, const char *path)
{
    enum { no_magic_links = 2, no_links = 4, beneath = 8 };
    const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
    struct portraitd_open_how how = {(unsigned long long)flags, 0, no_magic_links | no_links | beneath};
    const int opened = (int)syscall(437, folder, path, &how, sizeof how);
    if (opened >= 0 || (errno != ENOSYS && errno != EPERM))
        return opened;
    // The kernel is too old or a filter forbids the call: opens one part of the path after the other.
    int current = dup(folder);
    const char *rest = path;
    while (current >= 0) {
        const char *const end = strchr(rest, '/');
        const size_t length = end ? (size_t)(end - rest) : strlen(rest);
        char part[NAME_MAX + 1];
        if (length == 0 || length > NAME_MAX || (rest[0] == '.' && (length == 1 || (length == 2 && rest[1] == '.')))) {
            close(current);
            errno = EXDEV;
            return -1;
        }
        memcpy(part, rest, length);
        part[length] = 0;
        const int next = openat(current, part, flags | O_NOFOLLOW | (end ? O_DIRECTORY : 0));
        const int reason = errno;
        close(current);
        errno = reason;
        if (!end)
            return next;
        current = next;
        rest = end + 1;
    }
    return -1;
}

// Returns the size of a regular file in bytes; -1 and errno(3) on failure, EINVAL if it is not a regular file.
static inline long long portraitd_file_size(int file)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return -1;
    if (S_ISREG(status.st_mode))
        return status.st_size;
    errno = EINVAL;
    return -1;
}
