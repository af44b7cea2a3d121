// What the decoder's program defines before its libraries do.
#ifndef PORTRAITD_CDECODER_H
#define PORTRAITD_CDECODER_H

#include <stdbool.h>

// The exit status of a process whose memory was not enough: exit statuses of errors are a decoder's own otherwise.
enum { portraitd_no_memory = 12 };

// From now on an allocation that fails ends the process with portraitd_no_memory: a library would call the file damaged.
void portraitd_end_without_memory(void);

// Sets the allocator for processes that live for one picture.
void portraitd_tune_allocator(void);

#endif
