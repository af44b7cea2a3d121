// Functions of the decoder program that replace functions of its libraries.
#ifndef PORTRAITD_CDECODER_H
#define PORTRAITD_CDECODER_H

#include <stdbool.h>

// The exit status of a process that ran out of memory. A decoder exits with other numbers for other errors.
enum { portraitd_no_memory = 12 };

// After this call, an allocation that fails ends the process with portraitd_no_memory. Otherwise a library would report
// a damaged file.
void portraitd_end_without_memory(void);

// Tunes the allocator for processes that decode one picture.
void portraitd_tune_allocator(void);

#endif
