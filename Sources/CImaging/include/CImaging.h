// The C libraries behind Imaging: gd as it is, and libjpeg behind a few calls, because its setjmp cannot cross into Swift.
#ifndef PORTRAITD_CIMAGING_H
#define PORTRAITD_CIMAGING_H

#include <gd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct portraitd_jpeg_reader portraitd_jpeg_reader;

typedef struct {
    uint32_t width;
    uint32_t height;
    bool cmyk;     // rows are C, M, Y, K instead of R, G, B, A
    bool inverted; // Adobe's CMYK: 255 is no ink
} portraitd_jpeg_info;

// Every call that returns a bool says false on failure: the reader is then only good for its message, and closing.
// The bytes must outlive the reader. NULL: out of memory.
portraitd_jpeg_reader *portraitd_jpeg_open(const uint8_t *bytes, size_t count);
void portraitd_jpeg_close(portraitd_jpeg_reader *reader);
const char *portraitd_jpeg_message(const portraitd_jpeg_reader *reader);
bool portraitd_jpeg_out_of_memory(const portraitd_jpeg_reader *reader);

bool portraitd_jpeg_read_info(portraitd_jpeg_reader *reader, portraitd_jpeg_info *info);

// Decodes at eighths/8 of the size. Of each row only the asked columns are sure to be read: they come back widened to
// whole blocks, and a row takes 4 bytes for each of them.
bool portraitd_jpeg_start(portraitd_jpeg_reader *reader, uint32_t eighths, uint32_t *first_column, uint32_t *columns);
bool portraitd_jpeg_read_row(portraitd_jpeg_reader *reader, uint8_t *row);
bool portraitd_jpeg_skip_rows(portraitd_jpeg_reader *reader, uint32_t rows);
// Reads the rest of the file, so that what is missing or damaged there is found, too; the row is overwritten.
bool portraitd_jpeg_finish(portraitd_jpeg_reader *reader, uint8_t *row);

// Encodes R, G, B, unused bytes as 4:2:0 without any metadata. Returns the bytes written, 0 on failure.
size_t portraitd_jpeg_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t *output, size_t capacity);

#endif
