// One way to make a 256² JPEG of quality 70 from the middle of a picture.
#ifndef CONTENDER_H
#define CONTENDER_H

#include <stddef.h>
#include <stdint.h>

enum { side = 256, quality = 70 };

typedef struct {
    uint8_t *bytes;
    size_t count;
} buffer;

// The functions of a contender. `release` frees the bytes that `thumbnail` returns.
void prepare(const char *program);
buffer thumbnail(buffer upload);
void release(buffer made);

// Ends the process.
void refuse(const char *why);

#endif
