// gd makes and reads the pictures of tests: it shares no code with what is tested.
#include <gd.h>
