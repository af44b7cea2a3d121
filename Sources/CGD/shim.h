// libgd draws, crops, turns and encodes pictures; tests create and read pictures with it.
#include <gd.h>
#include <stdarg.h>

static void portraitd_gd_ignore(int priority, const char *format, va_list arguments)
{
    (void)priority;
    (void)format;
    (void)arguments;
}

// Makes libgd report errors by return values only, not on stderr.
static inline void portraitd_gd_silence(void)
{
    gdSetErrorMethod(portraitd_gd_ignore);
}
