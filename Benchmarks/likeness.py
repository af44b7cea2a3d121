"""Compares the pictures with those that libvips makes of the same files."""

import io
import re
import shutil
import subprocess
import warnings
from pathlib import Path

try:
    from PIL import Image

    from check import SIDE, psnr
except ImportError:
    Image = None

# Hides Pillow's warnings about faulty files.
warnings.simplefilter("ignore")

SECONDS = 60
PROFILES = ["--import-profile", "srgb", "--export-profile", "srgb", "--intent", "perceptual"]


def is_measurable():
    return Image is not None and shutil.which("vipsthumbnail") is not None


def likeness(upload, folder: Path):
    """The PSNR in decibels between both pictures on white. Nothing if libvips makes none, or if the picture would be enlarged:
    libvips 8.14 shifts enlarged pictures by a fraction of a pixel.
    """
    square = centre_square(upload.path, folder)
    theirs = square and (thumbnail(square, PROFILES) or thumbnail(square))
    return theirs and psnr(on_white(Image.open(io.BytesIO(upload.picture))), on_white(theirs))


def centre_square(path, folder):
    """Crops the middle of the picture first: libvips itself crops after it has shrunk to whole pixels, half a pixel off."""
    # The link has a name without brackets and percent signs, which are special for libvips.
    source, square = folder / "source", folder / "square.v"
    source.unlink(missing_ok=True)
    source.symlink_to(path)
    size = re.search(r": (\d+)x(\d+) ", run("vipsheader", source))
    side = min(map(int, size.groups())) if size else 0
    if side < SIDE:
        return None
    square.unlink(missing_ok=True)
    run("vips", "smartcrop", source, square, str(side), str(side), "--interesting", "centre")
    return square if square.is_file() else None


def thumbnail(square, profiles=()):
    """Makes the thumbnail. libvips cannot import grey without an own profile as sRGB: omit `profiles` for such pictures."""
    target = square.with_name("thumbnail.png")
    target.unlink(missing_ok=True)
    run("vipsthumbnail", square, "--size", f"{SIDE}x{SIDE}", *profiles, "--output", f"{target}[bitdepth=8]")
    return Image.open(target) if target.is_file() else None


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS).stdout
    except subprocess.TimeoutExpired:
        return ""


def on_white(picture):
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
