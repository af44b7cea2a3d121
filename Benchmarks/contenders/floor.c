// The least work with the same libraries: decode the middle at the smallest possible size, pick the nearest pixels without a
// filter, encode.

#include "contender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

static uint8_t picked[side][side][4];

void prepare(const char *program)
{
    (void)program;
}

void release(buffer made)
{
    free(made.bytes);
}

static unsigned nearest(unsigned target, unsigned length)
{
    return (2 * target + 1) * length / (2 * side);
}

static void pick(unsigned target, const uint8_t *pixels, unsigned length)
{
    for (unsigned x = 0; x < side; x++)
        memcpy(picked[target][x], pixels + nearest(x, length) * 4, 4);
}

static unsigned lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

// As in portraitd: the smallest size that is at least twice the target.
static unsigned eighths(unsigned square)
{
    for (unsigned eighths = 1; eighths < 8; eighths *= 2)
        if (square * eighths / 8 >= 2 * side)
            return eighths;
    return 8;
}

static void pick_jpeg(buffer upload)
{
    struct jpeg_decompress_struct decompress;
    struct jpeg_error_mgr errors;
    decompress.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&decompress);
    jpeg_mem_src(&decompress, upload.bytes, upload.count);
    jpeg_read_header(&decompress, TRUE);
    decompress.out_color_space = JCS_EXT_RGBA;
    decompress.scale_num = eighths(lesser(decompress.image_width, decompress.image_height));
    decompress.scale_denom = 8;
    jpeg_start_decompress(&decompress);

    unsigned square = lesser(decompress.output_width, decompress.output_height);
    unsigned left = (decompress.output_width - square) / 2, top = (decompress.output_height - square) / 2;
    JDIMENSION first = left, columns = square;
    jpeg_crop_scanline(&decompress, &first, &columns);
    JSAMPROW row = malloc(columns * 4);
    for (unsigned target = 0; target < side; target++) {
        while (decompress.output_scanline <= top + nearest(target, square))
            jpeg_read_scanlines(&decompress, &row, 1);
        pick(target, row + (left - first) * 4, square);
    }
    while (decompress.output_scanline < decompress.output_height)
        jpeg_read_scanlines(&decompress, &row, 1);
    free(row);
    jpeg_finish_decompress(&decompress);
    jpeg_destroy_decompress(&decompress);
}

static void read_bytes(png_structp png, png_bytep target, size_t count)
{
    buffer *left = png_get_io_ptr(png);
    memcpy(target, left->bytes, count);
    left->bytes += count;
}

static void pick_png(buffer upload)
{
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_read_fn(png, &upload, read_bytes);
    png_read_info(png, info);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
    png_read_update_info(png, info);

    unsigned width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    unsigned square = lesser(width, height), left = (width - square) / 2, top = (height - square) / 2, y = 0;
    png_bytep row = malloc(png_get_rowbytes(png, info));
    for (unsigned target = 0; target < side; target++) {
        for (; y <= top + nearest(target, square); y++)
            png_read_row(png, row, NULL);
        pick(target, row + left * 4, square);
    }
    for (; y < height; y++)
        png_read_row(png, row, NULL);
    free(row);
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
}

// libwebp has its own reduced decoding, which uses a filter.
static void scale_webp(buffer upload)
{
    WebPDecoderConfig config;
    WebPInitDecoderConfig(&config);
    WebPGetFeatures(upload.bytes, upload.count, &config.input);
    int square = lesser(config.input.width, config.input.height);
    config.options.use_cropping = config.options.use_scaling = 1;
    config.options.crop_left = (config.input.width - square) / 2;
    config.options.crop_top = (config.input.height - square) / 2;
    config.options.crop_width = config.options.crop_height = square;
    config.options.scaled_width = config.options.scaled_height = side;
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = (WebPRGBABuffer) { picked[0][0], sizeof picked[0], sizeof picked };
    if (WebPDecode(upload.bytes, upload.count, &config) != VP8_STATUS_OK)
        refuse("libwebp failed");
}

static buffer encode(void)
{
    struct jpeg_compress_struct compress;
    struct jpeg_error_mgr errors;
    compress.err = jpeg_std_error(&errors);
    jpeg_create_compress(&compress);
    unsigned char *bytes = NULL;
    unsigned long count = 0;
    jpeg_mem_dest(&compress, &bytes, &count);
    compress.image_width = compress.image_height = side;
    compress.input_components = 4;
    compress.in_color_space = JCS_EXT_RGBX;
    jpeg_set_defaults(&compress);
    jpeg_set_quality(&compress, quality, TRUE);
    compress.optimize_coding = TRUE;
    jpeg_start_compress(&compress, TRUE);
    while (compress.next_scanline < side) {
        JSAMPROW row = picked[compress.next_scanline][0];
        jpeg_write_scanlines(&compress, &row, 1);
    }
    jpeg_finish_compress(&compress);
    jpeg_destroy_compress(&compress);
    return (buffer) { bytes, count };
}

buffer thumbnail(buffer upload)
{
    switch (upload.bytes[0]) {
    case 0xFF:
        pick_jpeg(upload);
        break;
    case 0x89:
        pick_png(upload);
        break;
    default:
        scale_webp(upload);
    }
    return encode();
}
