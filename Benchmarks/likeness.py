"""How like the pictures are to those that libvips makes of the same files."""

import io
import shutil
import subprocess
import warnings
from pathlib import Path

try:
    from PIL import Image

    from check import SIDE, psnr
except ImportError:
    Image = None

# What is wrong with a file is not for Pillow to say here.
warnings.simplefilter("ignore")

SECONDS = 60
PROFILES = ["--import-profile", "srgb", "--export-profile", "srgb", "--intent", "perceptual"]


def is_measurable():
    return Image is not None and shutil.which("vipsthumbnail") is not None


def likeness(upload, folder: Path):
    """The PSNR in decibels between both pictures on white, where libvips makes one and it is not enlarged: libvips 8.14
    moves what it enlarges by a part of a pixel.
    """
    if not shrinks(upload.path):
        return None
    theirs = thumbnail(upload.path, folder, PROFILES) or thumbnail(upload.path, folder)
    return theirs and psnr(on_white(Image.open(io.BytesIO(upload.picture))), on_white(theirs))


def shrinks(path):
    try:
        # Only the header is read.
        return min(Image.open(path).size) >= SIDE
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False


def thumbnail(path, folder, profiles=()):
    """libvips refuses to import grey without a profile of its own as sRGB: those are made without profiles."""
    # Under a name without brackets or percent signs, which would mean something.
    source, target = folder / "source", folder / "thumbnail.png"
    source.unlink(missing_ok=True)
    target.unlink(missing_ok=True)
    source.symlink_to(path)
    command = ["vipsthumbnail", source, "--size", f"{SIDE}x{SIDE}", "--smartcrop", "centre", *profiles]
    try:
        subprocess.run([*command, "--output", f"{target}[bitdepth=8]"], capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return Image.open(target) if target.is_file() else None


def on_white(picture):
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
