#include "CImaging.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jpeglib.h>

#include <jerror.h>

// A scan has only a few bytes but costs a pass over the whole picture; real progressive files have about ten scans.
static const int scan_limit = 100;

typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
    bool damaged; // damaged pixels are allowed
    bool ended;   // the file has no end-of-image marker
    char message[JMSG_LENGTH_MAX];
} failure;

typedef struct {
    struct jpeg_progress_mgr manager;
    int64_t end;
    uint32_t calls;
    bool exceeded;
} work_limit;

struct portraitd_jpeg_reader {
    struct jpeg_decompress_struct decompress;
    work_limit limit;
    failure failure;
};

static void fail(j_common_ptr info)
{
    failure *failed = (failure *)info->err;
    failed->manager.format_message(info, failed->message);
    longjmp(failed->escape, 1);
}

static void fail_at_end(j_common_ptr info)
{
    if (((failure *)info->err)->ended)
        info->err->msg_code = JWRN_JPEG_EOF;
    fail(info);
}

// After a warning libjpeg goes on with invented pixels; such a picture is refused. The first five warnings lose no
// pixels.
static void warn(j_common_ptr info, int level)
{
    if (level >= 0)
        return;
    switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_NOT_SEQUENTIAL:
        return;
    case JWRN_JPEG_EOF:
        // If the missing data contains pixels, libjpeg warns next that the data ends too early.
        ((failure *)info->err)->ended = true;
        return;
    default:
        if (!((failure *)info->err)->damaged)
            fail_at_end(info);
    }
}

static void stay_silent(j_common_ptr info)
{
    (void)info;
}

// libjpeg calls this function for each row of the picture, and for each row of blocks of each scan.
static void limit_work(j_common_ptr info)
{
    failure *failed = (failure *)info->err;
    work_limit *limit = (work_limit *)info->progress;
    if (((j_decompress_ptr)info)->input_scan_number > scan_limit) {
        snprintf(failed->message, sizeof failed->message, "More than %d scans", scan_limit);
        longjmp(failed->escape, 1);
    }
    // Reading a thread's clock is a system call and takes as long as decoding a short row.
    if (limit->calls++ % 8 != 0)
        return;
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    if (now.tv_sec * INT64_C(1000000000) + now.tv_nsec <= limit->end)
        return;
    limit->exceeded = true;
    longjmp(failed->escape, 1);
}

static struct jpeg_error_mgr *catching(failure *failed)
{
    jpeg_std_error(&failed->manager);
    failed->manager.error_exit = fail;
    failed->manager.emit_message = warn;
    failed->manager.output_message = stay_silent;
    return &failed->manager;
}

portraitd_jpeg_reader *portraitd_jpeg_open(const uint8_t *bytes, size_t count, bool damaged, int64_t end)
{
    portraitd_jpeg_reader *const reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    reader->decompress.err = catching(&reader->failure);
    reader->failure.damaged = damaged;
    if (setjmp(reader->failure.escape)) {
        portraitd_jpeg_close(reader);
        return NULL;
    }
    jpeg_create_decompress(&reader->decompress);
    jpeg_mem_src(&reader->decompress, bytes, count);
    reader->limit.manager.progress_monitor = limit_work;
    reader->limit.end = end;
    reader->decompress.progress = &reader->limit.manager;
    return reader;
}

void portraitd_jpeg_close(portraitd_jpeg_reader *reader)
{
    jpeg_destroy_decompress(&reader->decompress);
    free(reader);
}

const char *portraitd_jpeg_message(const portraitd_jpeg_reader *reader)
{
    return reader->failure.message;
}

bool portraitd_jpeg_out_of_memory(const portraitd_jpeg_reader *reader)
{
    return reader->failure.manager.msg_code == JERR_OUT_OF_MEMORY;
}

bool portraitd_jpeg_too_much_work(const portraitd_jpeg_reader *reader)
{
    return reader->limit.exceeded;
}

bool portraitd_jpeg_read_info(portraitd_jpeg_reader *reader, portraitd_jpeg_info *info)
{
    j_decompress_ptr decompress = &reader->decompress;
    if (setjmp(reader->failure.escape))
        return false;
    jpeg_read_header(decompress, TRUE);
    info->width = decompress->image_width;
    info->height = decompress->image_height;
    info->grey = decompress->num_components == 1;
    info->cmyk = decompress->num_components == 4;
    decompress->out_color_space = info->cmyk ? JCS_CMYK : JCS_EXT_RGBA;
    return true;
}

bool portraitd_jpeg_start(portraitd_jpeg_reader *reader, uint32_t eighths, uint32_t *first_column, uint32_t *columns)
{
    j_decompress_ptr decompress = &reader->decompress;
    if (setjmp(reader->failure.escape))
        return false;
    decompress->scale_num = eighths;
    decompress->scale_denom = 8;
    jpeg_start_decompress(decompress);
    JDIMENSION first = *first_column, width = *columns;
    jpeg_crop_scanline(decompress, &first, &width);
    *first_column = first;
    *columns = width;
    return true;
}

bool portraitd_jpeg_read_row(portraitd_jpeg_reader *reader, uint8_t *row)
{
    if (setjmp(reader->failure.escape))
        return false;
    return jpeg_read_scanlines(&reader->decompress, &row, 1) == 1;
}

bool portraitd_jpeg_skip_rows(portraitd_jpeg_reader *reader, uint32_t rows)
{
    if (setjmp(reader->failure.escape))
        return false;
    return jpeg_skip_scanlines(&reader->decompress, rows) == rows;
}

// Without an end-of-image marker scans may be missing, and with arithmetic coding libjpeg never reports that the data
// ends too early.
static bool has_all_scans(j_decompress_ptr decompress)
{
    if (decompress->arith_code)
        return false;
    for (int component = 0; component < decompress->num_components; component++) {
        // The component's first scan sets it.
        if (!decompress->comp_info[component].quant_table)
            return false;
        for (int place = 0; decompress->progressive_mode && place < DCTSIZE2; place++)
            if (decompress->coef_bits[component][place] != 0)
                return false;
    }
    return true;
}

bool portraitd_jpeg_finish(portraitd_jpeg_reader *reader, uint8_t *row)
{
    j_decompress_ptr decompress = &reader->decompress;
    if (setjmp(reader->failure.escape))
        return false;
    JDIMENSION left = decompress->output_height - decompress->output_scanline;
    // A skip to the end of the picture would not read the data; a skip to the last row reads it.
    if (left > 1)
        jpeg_skip_scanlines(decompress, left - 1);
    if (left > 0)
        jpeg_read_scanlines(decompress, &row, 1);
    // Of several scans all have been read by now; of a single scan, all rows that are shown.
    const bool is_complete = has_all_scans(decompress);
    if (!jpeg_finish_decompress(decompress))
        return false;
    if (reader->failure.ended && !is_complete)
        fail_at_end((j_common_ptr)decompress);
    return true;
}

static void keep_buffer(j_compress_ptr compress)
{
    (void)compress;
}

static boolean buffer_is_full(j_compress_ptr compress)
{
    ERREXIT(compress, JERR_BUFFER_SIZE);
    return FALSE;
}

size_t portraitd_jpeg_optimise(const uint8_t *jpeg, size_t count, uint8_t *output, size_t capacity)
{
    struct jpeg_decompress_struct source = { 0 };
    struct jpeg_compress_struct target = { 0 };
    failure failed;
    bool volatile finished = false;
    struct jpeg_destination_mgr destination = {
        .next_output_byte = output,
        .free_in_buffer = capacity,
        .init_destination = keep_buffer,
        .empty_output_buffer = buffer_is_full,
        .term_destination = keep_buffer,
    };
    source.err = target.err = catching(&failed);
    if (!setjmp(failed.escape)) {
        jpeg_create_decompress(&source);
        jpeg_create_compress(&target);
        jpeg_mem_src(&source, jpeg, count);
        target.dest = &destination;
        jpeg_read_header(&source, TRUE);
        jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&source);
        jpeg_copy_critical_parameters(&source, &target);
        target.density_unit = 0;
        target.optimize_coding = TRUE;
        jpeg_write_coefficients(&target, coefficients);
        jpeg_finish_compress(&target);
        finished = true;
    }
    jpeg_destroy_compress(&target);
    jpeg_destroy_decompress(&source);
    return finished ? capacity - destination.free_in_buffer : 0;
}
