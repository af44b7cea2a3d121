#!/usr/bin/python3
"""Pillow. draft() makes it decode a JPEG at a fraction of its size. The interface is that of contender.c."""

import io
import sys
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 256


def main():
    picture, warm_up, count, target = sys.argv[1:]
    picture = Path(picture).read_bytes()
    made = thumbnail(Path(warm_up).read_bytes())
    say("ready")
    for _ in range(int(count)):
        made = thumbnail(picture)
    Path(target).write_bytes(made)
    say("done")


def say(what):
    print(what, flush=True)
    sys.stdin.readline()


def thumbnail(upload):
    image = Image.open(io.BytesIO(upload))
    image.draft("RGB", (2 * SIDE, 2 * SIDE))
    image = ImageOps.fit(image, (SIDE, SIDE))
    made = io.BytesIO()
    image.save(made, "JPEG", quality=70, optimize=True)
    return made.getvalue()


main()
