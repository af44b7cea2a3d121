// FreeType loads and renders glyphs; HarfBuzz shapes clusters of several characters. The load flags are casts, which
// Swift does not import.
#include <ft2build.h>
#include FT_FREETYPE_H
#include <harfbuzz/hb.h>
#include <harfbuzz/hb-ft.h>

static const FT_Int32 portraitd_ft_load_colour = FT_LOAD_COLOR | FT_LOAD_RENDER;
static const FT_Int32 portraitd_ft_load_outline = FT_LOAD_RENDER | FT_LOAD_NO_BITMAP;
