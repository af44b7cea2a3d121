// libgd alone: the whole picture is decoded, then the middle is resampled.

#include "contender.h"

#include <gd.h>

void prepare(const char *program)
{
    (void)program;
}

static gdImagePtr decode(buffer upload)
{
    switch (upload.bytes[0]) {
    case 0xFF:
        return gdImageCreateFromJpegPtr(upload.count, upload.bytes);
    case 0x89:
        return gdImageCreateFromPngPtr(upload.count, upload.bytes);
    default:
        return gdImageCreateFromWebpPtr(upload.count, upload.bytes);
    }
}

buffer thumbnail(buffer upload)
{
    gdImagePtr picture = decode(upload);
    gdImagePtr target = gdImageCreateTrueColor(side, side);
    if (!picture || !target)
        refuse("gd failed");
    int width = gdImageSX(picture), height = gdImageSY(picture);
    int square = width < height ? width : height;
    gdImageCopyResampled(
        target, picture, 0, 0, (width - square) / 2, (height - square) / 2, side, side, square, square);
    int count;
    uint8_t *bytes = gdImageJpegPtr(target, &count, quality);
    gdImageDestroy(picture);
    gdImageDestroy(target);
    return (buffer) { bytes, count };
}

void release(buffer made)
{
    gdFree(made.bytes);
}
