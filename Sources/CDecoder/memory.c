#define _GNU_SOURCE

#include "CDecoder.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static bool ends_without_memory;

void portraitd_end_without_memory(void)
{
    ends_without_memory = true;
}

void portraitd_tune_allocator(void)
{
    // Blocks up to 32 MiB come from the heap, which grows in steps of 4 MiB and never shrinks. The memory of a picture
    // is freed when the process ends, and each page takes only one page fault.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 4 << 20);
}

// A sanitizer replaces the allocator itself.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static void *checked(void *block, size_t size)
{
    if (!block && size > 0 && ends_without_memory)
        _exit(portraitd_no_memory);
    return block;
}

void *malloc(size_t size)
{
    return checked(__libc_malloc(size), size);
}

void *calloc(size_t count, size_t size)
{
    return checked(__libc_calloc(count, size), count && size);
}

void *realloc(void *block, size_t size)
{
    return checked(__libc_realloc(block, size), size);
}

void *memalign(size_t alignment, size_t size)
{
    return checked(__libc_memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return checked(__libc_memalign(alignment, size), size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    void *const made = checked(__libc_memalign(alignment, size), size);
    if (!made)
        return ENOMEM;
    *block = made;
    return 0;
}

#endif

// Replaces the function of libde265. libheif always makes libde265 start a thread for each picture; without one
// libde265 decodes on the calling thread.
int de265_start_worker_threads(void *context, int count);
int de265_start_worker_threads(void *context, int count)
{
    (void)context;
    (void)count;
    return 0;
}
