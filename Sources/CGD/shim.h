// Draws, crops, turns and encodes pictures; makes and reads pictures in tests.
#include <gd.h>
#include <stdarg.h>

static void portraitd_gd_ignore(int priority, const char *format, va_list arguments)
{
    (void)priority;
    (void)format;
    (void)arguments;
}

// Lets libgd say by what it returns alone that it failed, not on stderr too.
static inline void portraitd_gd_silence(void)
{
    gdSetErrorMethod(portraitd_gd_ignore);
}
