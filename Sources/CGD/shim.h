// Draws the letters of default pictures; makes and reads pictures in tests.
#include <gd.h>
