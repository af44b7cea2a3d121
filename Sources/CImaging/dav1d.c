#define _GNU_SOURCE

#include "CImaging.h"

#include <dlfcn.h>

// dav1d writes what it finds wrong to standard error, and libavif, which calls it, gives no way to say otherwise. But a
// definition in the program comes before the library's own.
void dav1d_default_settings(Dav1dSettings *settings)
{
    void (*const original)(Dav1dSettings *) = (void (*)(Dav1dSettings *))dlsym(RTLD_NEXT, "dav1d_default_settings");
    original(settings);
    settings->logger.callback = NULL;
}
