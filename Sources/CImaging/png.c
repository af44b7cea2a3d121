#include "CImaging.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

// libpng's default. Without it, one row of a very wide picture could be as long as a whole picture.
static const png_uint_32 side_limit = 1000000;

// No honest file has a longer chunk that is read here, except the pixels, which libpng reads in pieces.
static const png_alloc_size_t chunk_limit = 4 << 20;

typedef struct {
    jmp_buf escape;
    bool out_of_memory;
    char message[128];
} failure;

struct portraitd_png_reader {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t left;
    bool lacks_checksum;
    failure failure;
};

static void fail(png_structp png, png_const_charp message)
{
    failure *failed = png_get_error_ptr(png);
    strncpy(failed->message, message, sizeof failed->message - 1);
    longjmp(failed->escape, 1);
}

// libpng's warnings lose no pixels: they are about damaged metadata, which is dropped anyway, and about data after the
// last pixel.
static void stay_silent(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static png_voidp allocate(png_structp png, png_alloc_size_t size)
{
    void *memory = malloc(size);
    failure *failed = png_get_mem_ptr(png);
    if (!memory)
        failed->out_of_memory = true;
    return memory;
}

static void release(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

static void read_bytes(png_structp png, png_bytep target, size_t count)
{
    portraitd_png_reader *const reader = png_get_io_ptr(png);
    if (count > reader->left)
        png_error(png, "It ends too early");
    memcpy(target, reader->bytes, count);
    reader->bytes += count;
    reader->left -= count;
}

portraitd_png_reader *portraitd_png_open(const uint8_t *bytes, size_t count)
{
    portraitd_png_reader *const reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    reader->bytes = bytes;
    reader->left = count;
    failure *failed = &reader->failure;
    if (!setjmp(failed->escape)) {
        reader->png = png_create_read_struct_2(
            PNG_LIBPNG_VER_STRING, failed, fail, stay_silent, failed, allocate, release);
        if (reader->png)
            reader->info = png_create_info_struct(reader->png);
    }
    if (!reader->info) {
        portraitd_png_close(reader);
        return NULL;
    }
    return reader;
}

void portraitd_png_close(portraitd_png_reader *reader)
{
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader);
}

const char *portraitd_png_message(const portraitd_png_reader *reader)
{
    return reader->failure.message;
}

bool portraitd_png_out_of_memory(const portraitd_png_reader *reader)
{
    return reader->failure.out_of_memory;
}

// Converts all kinds of PNG to R, G, B, A of 8 bits, or of 16 bits in the machine's byte order.
static void widen(png_structp png)
{
    png_set_expand(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xffff, PNG_FILLER_AFTER);
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        png_set_swap(png);
}

static void read_colour(png_structp png, png_infop header, portraitd_png_info *info)
{
    int intent;
    double *xy = info->chromaticities;
    if (png_get_sRGB(png, header, &intent))
        return;
    png_get_gAMA(png, header, &info->gamma);
    info->has_chromaticities
        = png_get_cHRM(png, header, &xy[0], &xy[1], &xy[2], &xy[3], &xy[4], &xy[5], &xy[6], &xy[7]);
}

bool portraitd_png_read_info(portraitd_png_reader *reader, portraitd_png_info *info)
{
    png_structp png = reader->png;
    if (setjmp(reader->failure.escape))
        return false;
    png_set_read_fn(png, reader, read_bytes);
    png_set_user_limits(png, side_limit, side_limit);
    png_set_chunk_malloc_max(png, chunk_limit);
    // The CRC of each chunk protects its bytes, so a wrong checksum of the pixels is a mistake of the encoder.
    png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
    // The count −1 means all known chunks that are not needed for the pixels.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, (png_const_bytep) "cHRM\0gAMA\0iCCP\0sRGB", 4);
    png_read_info(png, reader->info);
    info->width = png_get_image_width(png, reader->info);
    info->height = png_get_image_height(png, reader->info);
    info->interlaced = png_get_interlace_type(png, reader->info) != PNG_INTERLACE_NONE;
    info->deep = png_get_bit_depth(png, reader->info) == 16;
    info->opaque = !(png_get_color_type(png, reader->info) & PNG_COLOR_MASK_ALPHA)
        && !png_get_valid(png, reader->info, PNG_INFO_tRNS);
    info->grey = !(png_get_color_type(png, reader->info) & PNG_COLOR_MASK_COLOR);
    read_colour(png, reader->info, info);
    widen(png);
    png_read_update_info(png, reader->info);
    return true;
}

const uint8_t *portraitd_png_profile(const portraitd_png_reader *reader, size_t *count)
{
    png_charp name;
    int method;
    png_bytep profile;
    png_uint_32 length;
    if (!png_get_iCCP(reader->png, reader->info, &name, &method, &profile, &length))
        return NULL;
    *count = length;
    return profile;
}

// With the last row libpng reads the end of the compressed stream. If that end is missing, the row is complete all the
// same.
static bool lacks_checksum(const portraitd_png_reader *reader)
{
    const bool has_all_rows = png_get_interlace_type(reader->png, reader->info) == PNG_INTERLACE_NONE
        ? png_get_current_row_number(reader->png) == png_get_image_height(reader->png, reader->info)
        : png_get_current_pass_number(reader->png) == PNG_INTERLACE_ADAM7_PASSES;
    return has_all_rows && strcmp(reader->failure.message, "Not enough image data") == 0;
}

bool portraitd_png_read_row(portraitd_png_reader *reader, uint8_t *row)
{
    if (setjmp(reader->failure.escape)) {
        reader->lacks_checksum = lacks_checksum(reader);
        return reader->lacks_checksum;
    }
    png_read_row(reader->png, row, NULL);
    return true;
}

bool portraitd_png_finish(portraitd_png_reader *reader)
{
    if (reader->lacks_checksum)
        return true;
    if (setjmp(reader->failure.escape))
        return false;
    png_read_end(reader->png, NULL);
    return true;
}

typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} growing_file;

static void append(png_structp png, png_bytep bytes, size_t count)
{
    growing_file *const file = png_get_io_ptr(png);
    if (count > file->capacity - file->count) {
        const size_t capacity = 2 * file->capacity + count;
        uint8_t *const larger = realloc(file->bytes, capacity);
        if (!larger)
            png_error(png, "Out of memory");
        file->bytes = larger;
        file->capacity = capacity;
    }
    memcpy(file->bytes + file->count, bytes, count);
    file->count += count;
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

// Writes a row of pixels 0xAARRGGBB, where alpha 0 is opaque and 127 is transparent.
static void write_row(png_structp png, const int *pixels, uint32_t width, bool opaque, uint8_t *row)
{
    uint8_t *next = row;
    for (uint32_t x = 0; x < width; ++x) {
        const uint32_t pixel = (uint32_t)pixels[x];
        const uint32_t alpha = pixel >> 24;
        *next++ = (uint8_t)(pixel >> 16);
        *next++ = (uint8_t)(pixel >> 8);
        *next++ = (uint8_t)pixel;
        if (!opaque)
            *next++ = (uint8_t)(255 - (alpha << 1 | alpha >> 6));
    }
    png_write_row(png, row);
}

uint8_t *portraitd_png_write(int *const *rows, uint32_t width, uint32_t height, bool opaque, size_t *count)
{
    growing_file file = { 0 };
    failure failed = { 0 };
    png_infop info = NULL;
    bool volatile finished = false;
    uint8_t *const row = malloc(4 * (size_t)width);
    png_structp png = png_create_write_struct_2(
        PNG_LIBPNG_VER_STRING, &failed, fail, stay_silent, &failed, allocate, release);
    if (png)
        info = png_create_info_struct(png);
    if (info && row && !setjmp(failed.escape)) {
        png_set_write_fn(png, &file, append, flush_nothing);
        png_set_IHDR(png, info, width, height, 8, opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA,
            PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
        png_set_compression_level(png, 1);
        png_set_compression_strategy(png, Z_RLE);
        png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
        png_write_info(png, info);
        for (uint32_t y = 0; y < height; ++y)
            write_row(png, rows[y], width, opaque, row);
        png_write_end(png, info);
        finished = true;
    }
    png_destroy_write_struct(&png, &info);
    free(row);
    if (!finished) {
        free(file.bytes);
        return NULL;
    }
    *count = file.count;
    return file.bytes;
}
