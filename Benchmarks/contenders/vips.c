// libvips' own thumbnail function, with one thread (VIPS_CONCURRENCY=1).

#include "contender.h"

#include <vips/vips.h>

void prepare(const char *program)
{
    if (VIPS_INIT(program))
        vips_error_exit(NULL);
    vips_concurrency_set(1);
    // No cache: the same picture must be processed again each time.
    vips_cache_set_max(0);
}

buffer thumbnail(buffer upload)
{
    VipsImage *picture;
    void *bytes;
    size_t count;
    if (vips_thumbnail_buffer(
            upload.bytes, upload.count, &picture, side, "height", side, "crop", VIPS_INTERESTING_CENTRE, NULL)
        || vips_jpegsave_buffer(
            picture, &bytes, &count, "Q", quality, "strip", TRUE, "optimize_coding", TRUE, NULL))
        vips_error_exit(NULL);
    g_object_unref(picture);
    return (buffer) { bytes, count };
}

void release(buffer made)
{
    g_free(made.bytes);
}
