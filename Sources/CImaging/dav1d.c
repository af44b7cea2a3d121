#define _GNU_SOURCE

#include "CImaging.h"

#include <dlfcn.h>
#include <errno.h>

static _Thread_local uint32_t frame_size_limit, frame_limit;
static _Thread_local bool frames_exceeded;

void portraitd_limit_av1_frames(uint32_t pixels, uint32_t frames)
{
    frame_size_limit = pixels;
    frame_limit = frames;
    frames_exceeded = false;
}

bool portraitd_av1_frames_exceeded(void)
{
    return frames_exceeded;
}

// libavif calls this function but has no way to change two settings. By default dav1d writes errors to standard error,
// and it decodes a million pixels for each of a thousand tiles, however small their stated size is. This definition in
// the program takes precedence over the library's definition.
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

// Counts the frames that begin in the units of AV1 §5.3. Damage ends the count, as it ends the decoding.
static uint32_t count_frames(const uint8_t *data, size_t size)
{
    enum { frame_header = 3, frame = 6 };
    uint32_t frames = 0;
    for (size_t place = 0; place < size;) {
        const uint8_t header = data[place];
        const int type = header >> 3 & 15;
        place += header & 4 ? 2 : 1;
        if (type == frame_header || type == frame)
            frames++;
        if (!(header & 2)) // this unit is the rest of the data
            return frames;
        uint64_t length = 0;
        int shift = 0;
        uint8_t byte;
        do {
            if (place >= size || shift > 49)
                return frames;
            byte = data[place++];
            length |= (uint64_t)(byte & 0x7F) << shift;
            shift += 7;
        } while (byte & 0x80);
        if (place > size || length > size - place)
            return frames;
        place += length;
    }
    return frames;
}

// A picture is one frame, or one frame for each layer. But dav1d would decode all frames that are not shown, and
// libavif would request more frames until one has the layer that it wants.
int dav1d_send_data(Dav1dContext *context, Dav1dData *data)
{
    if (frame_limit > 0 && data->data && count_frames(data->data, data->sz) > frame_limit) {
        frames_exceeded = true;
        return DAV1D_ERR(EINVAL);
    }
    int (*const original)(Dav1dContext *, Dav1dData *) =
        (int (*)(Dav1dContext *, Dav1dData *))dlsym(RTLD_NEXT, "dav1d_send_data");
    return original(context, data);
}
