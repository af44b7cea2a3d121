"""Checks that both sides do the same work: before the measurement the picture itself, afterwards all stored pictures."""

import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import numpy
from PIL import Image, ImageOps

from load import USERS
from photographs import PHOTOGRAPHS
from services import BenchmarkError

SIDE = 256
# At quality 70 a right picture is about 33 dB from the reference; a picture with a wrong orientation is below 15 dB.
LEAST_PSNR = 30


def check_work(side, folder: Path):
    """Checks that every photograph comes back square, upright and like the reference: the worst PSNR, the largest file."""
    results = [check_photograph(side, folder / photograph.file_name) for photograph in PHOTOGRAPHS]
    return min(psnr for psnr, _ in results), max(size for _, size in results)


def check_photograph(side, path):
    status, body = side.request("PUT", "check", path.read_bytes())
    if status not in (200, 201):
        raise BenchmarkError(f"{side.name} answers PUT of {path.name} with {status}: {body[:500]!r}")
    stored = fetch_image(side, json.loads(body))
    picture = decode(side, stored)
    found = psnr(picture, reference(path))
    if found < LEAST_PSNR:
        raise BenchmarkError(f"{side.name} makes another picture of {path.name}: {found:.1f} dB from the reference.")
    return found, len(stored)


def check_stored(side, folder: Path):
    """Checks that every user has a row that names a file, that nginx serves it, and that the files are on disk."""
    for user in USERS:
        status, body = side.request("GET", user)
        if status != 200:
            raise BenchmarkError(f"{side.name} has lost {user}: {status} {body[:500]!r}")
        decode(side, fetch_image(side, json.loads(body)))

    files = sum(1 for _ in folder.rglob("public/images/**/*.jpg"))
    if files < len(USERS):
        raise BenchmarkError(f"{side.name} has {files} files for {len(USERS)} users.")
    return files


def fetch_image(side, image):
    path = urlsplit(image["imageUrl"]).path
    status, body = side.fetch("GET", path)
    if status != 200:
        raise BenchmarkError(f"{side.name} names the image {path}, but nginx answers {status}.")
    return body


def decode(side, data):
    picture = Image.open(io.BytesIO(data))
    if picture.format != "JPEG" or picture.size != (SIDE, SIDE):
        raise BenchmarkError(f"{side.name} makes a {picture.format} of {picture.size}, not a JPEG of {SIDE}×{SIDE}.")
    if picture.getexif():
        raise BenchmarkError(f"{side.name} keeps the EXIF data of the photograph.")
    picture.load()
    return picture


def reference(path):
    upright = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    return ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.BOX)


def psnr(picture, reference):
    a = numpy.asarray(picture.convert("RGB"), dtype=numpy.float64)
    b = numpy.asarray(reference, dtype=numpy.float64)
    error = max(float(numpy.mean((a - b) ** 2)), 1e-9)
    return 10 * numpy.log10(255**2 / error)
