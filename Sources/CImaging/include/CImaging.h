// The C libraries behind Imaging. Swift calls lcms2, libavif, libheif and libwebp directly. It calls libjpeg and libpng
// through the functions below, because their error handling needs setjmp, which Swift cannot call.
#ifndef PORTRAITD_CIMAGING_H
#define PORTRAITD_CIMAGING_H

#include <avif/avif.h>
#include <dav1d/dav1d.h>
#include <lcms2.h>
#include <libheif/heif.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

// Limits the pixels of a frame and the frames of a picture or a tile that dav1d decodes on this thread from now on. A
// limit of 0 means libavif's own limit.
void portraitd_limit_av1_frames(uint32_t pixels, uint32_t frames);
// Whether a picture or a tile has exceeded the limit of frames since it was set.
bool portraitd_av1_frames_exceeded(void);

typedef struct portraitd_jpeg_reader portraitd_jpeg_reader;

typedef struct {
    uint32_t width;
    uint32_t height;
    bool grey; // R, G and B are equal
    bool cmyk; // a row holds C, M, Y, K instead of R, G, B, A; 255 means no ink
} portraitd_jpeg_info;

// Every function that returns a bool returns false on failure; after that, the caller may only read the message and
// close the reader. The bytes must outlive the reader. NULL: out of memory. Decoding stops at `end`, in nanoseconds of
// the thread's processor time, and fails without a message. Damaged pixels are a failure, too, unless `damaged` allows
// them.
portraitd_jpeg_reader *portraitd_jpeg_open(const uint8_t *bytes, size_t count, bool damaged, int64_t end);
void portraitd_jpeg_close(portraitd_jpeg_reader *reader);
const char *portraitd_jpeg_message(const portraitd_jpeg_reader *reader);
bool portraitd_jpeg_out_of_memory(const portraitd_jpeg_reader *reader);
bool portraitd_jpeg_too_much_work(const portraitd_jpeg_reader *reader);

bool portraitd_jpeg_read_info(portraitd_jpeg_reader *reader, portraitd_jpeg_info *info);

// Decodes at eighths/8 of the size. Reads at least the requested columns of each row, widened to whole blocks, and
// returns that range. A row takes 4 bytes for each column of the range.
bool portraitd_jpeg_start(portraitd_jpeg_reader *reader, uint32_t eighths, uint32_t *first_column, uint32_t *columns);
bool portraitd_jpeg_read_row(portraitd_jpeg_reader *reader, uint8_t *row);
bool portraitd_jpeg_skip_rows(portraitd_jpeg_reader *reader, uint32_t rows);
// Reads the rest of the file, so that missing or damaged data there is found, too. Overwrites `row`.
bool portraitd_jpeg_finish(portraitd_jpeg_reader *reader, uint8_t *row);

// Writes the same coefficients with optimised Huffman codes and without metadata. The density of the file becomes the
// ratio of the pixels' sides. Returns the number of bytes written, 0 on failure.
size_t portraitd_jpeg_optimise(const uint8_t *jpeg, size_t count, uint8_t *output, size_t capacity);

typedef struct portraitd_png_reader portraitd_png_reader;

typedef struct {
    uint32_t width;
    uint32_t height;
    bool interlaced;          // rows come pass by pass (PNG, third edition, §8), each with the columns of its pass only
    bool deep;                // samples have 16 bits instead of 8
    bool opaque;              // no pixel is transparent
    bool grey;                // R, G and B are equal
    double gamma;             // gAMA; 0 if it is missing or sRGB overrules it
    bool has_chromaticities;  // the file has cHRM
    double chromaticities[8]; // x and y of white, red, green and blue
} portraitd_png_info;

// As for JPEG: after false, the caller may only read the message and close the reader.
portraitd_png_reader *portraitd_png_open(const uint8_t *bytes, size_t count);
void portraitd_png_close(portraitd_png_reader *reader);
const char *portraitd_png_message(const portraitd_png_reader *reader);
bool portraitd_png_out_of_memory(const portraitd_png_reader *reader);

bool portraitd_png_read_info(portraitd_png_reader *reader, portraitd_png_info *info);
// The ICC profile, valid while the reader lives. NULL: there is none.
const uint8_t *portraitd_png_profile(const portraitd_png_reader *reader, size_t *count);
// A row takes R, G, B, A for each column, one or two bytes each. If `row` is NULL, the row is checked and dropped.
bool portraitd_png_read_row(portraitd_png_reader *reader, uint8_t *row);
// Reads the chunks after the last row; the checksum of the pixels may be missing.
bool portraitd_png_finish(portraitd_png_reader *reader);

// Writes the rows of a libgd picture as a PNG in little time, with alpha unless `opaque`. The caller frees the result,
// which has `count` bytes. NULL: out of memory.
uint8_t *portraitd_png_write(int *const *rows, uint32_t width, uint32_t height, bool opaque, size_t *count);

// lcms2's layouts of 4 bytes, or of 4 numbers of 16 bits. They are macros, which Swift does not import.
typedef enum {
    portraitd_layout_rgba = TYPE_RGBA_8,
    portraitd_layout_grey = COLORSPACE_SH(PT_GRAY) | EXTRA_SH(3) | CHANNELS_SH(1) | BYTES_SH(1),
    portraitd_layout_deep_rgba = TYPE_RGBA_16,
    portraitd_layout_deep_grey = COLORSPACE_SH(PT_GRAY) | EXTRA_SH(3) | CHANNELS_SH(1) | BYTES_SH(2),
    portraitd_layout_inverted_cmyk = TYPE_CMYK_8_REV,
} portraitd_layout;

#endif
