#define _GNU_SOURCE

#include "CImaging.h"

#include <dlfcn.h>

static _Thread_local unsigned frame_size_limit;

void portraitd_limit_av1_frames(uint32_t pixels)
{
    frame_size_limit = pixels;
}

// libavif, which calls it, has no way to say two things. dav1d writes what it finds wrong to standard error. And it would
// decode a million pixels for each of a thousand tiles, however small they are said to be. But a definition in the program
// comes before the library's own.
int dav1d_open(Dav1dContext **context, const Dav1dSettings *settings)
{
    int (*const original)(Dav1dContext **, const Dav1dSettings *) =
        (int (*)(Dav1dContext **, const Dav1dSettings *))dlsym(RTLD_NEXT, "dav1d_open");
    Dav1dSettings own = *settings;
    own.logger.callback = NULL;
    if (frame_size_limit > 0)
        own.frame_size_limit = frame_size_limit;
    return original(context, &own);
}
