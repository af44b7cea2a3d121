"""The photographs of the measurements: made from a fixed seed, so every run measures the same bytes.

Their content makes a JPEG as expensive as a camera's: a gradient, shapes with hard edges, texture at every scale, and sensor
noise. The large one is like a phone's: about 4 MB, and rotated by its EXIF orientation.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy
from PIL import Image, ImageDraw

ORIENTATION = 0x0112


@dataclass(frozen=True)
class Photograph:
    name: str
    width: int
    height: int
    orientation: int
    seed: int
    format: str = "JPEG"
    progressive: bool = False

    @property
    def file_name(self):
        kind = "-progressive" if self.progressive else ""
        return f"{self.width}x{self.height}-{self.orientation}{kind}.{self.format.lower()}"

    @property
    def options(self):
        match self.format:
            case "JPEG":
                return {"quality": 90, "subsampling": "4:2:0", "progressive": self.progressive}
            case "WEBP":
                return {"quality": 80}
            case _:
                return {}


PHOTOGRAPHS = [
    Photograph("12 MP", 4000, 3000, orientation=6, seed=12),
    Photograph("2 MP", 1600, 1200, orientation=1, seed=2),
    Photograph("512²", 512, 512, orientation=1, seed=512),
]

# Without an EXIF rotation: not every contender supports it.
PICTURES = [
    Photograph("12 MP JPEG", 4000, 3000, orientation=1, seed=12),
    Photograph("12 MP progressive JPEG", 4000, 3000, orientation=1, seed=12, progressive=True),
    Photograph("2 MP JPEG", 1600, 1200, orientation=1, seed=2),
    Photograph("2 MP PNG", 1600, 1200, orientation=1, seed=2, format="PNG"),
    Photograph("12 MP WebP", 4000, 3000, orientation=1, seed=12, format="WEBP"),
    Photograph("512² PNG", 512, 512, orientation=1, seed=512, format="PNG"),
]
WARM_UPS = [Photograph("small", 32, 32, orientation=1, seed=1, format=each) for each in ("JPEG", "PNG", "WEBP")]


def make(photograph, folder: Path):
    """Writes the photograph into the folder and returns its path."""
    path = folder / photograph.file_name
    exif = Image.Exif()
    exif[ORIENTATION] = photograph.orientation
    picture = paint(photograph.width, photograph.height, photograph.seed)
    picture.save(path, photograph.format, exif=exif, **photograph.options)
    return path


@lru_cache
def paint(width, height, seed):
    random = numpy.random.default_rng(seed)
    light = sky(width, height) + 26 * octaves(width, height, random) + 8 * noise(width, height, random)
    red = 14 * octaves(width, height, random, finest=64)
    blue = 14 * octaves(width, height, random, finest=64)
    picture = numpy.stack([light + red, light, light + blue], axis=-1)

    colours, mask = shapes(width, height, random)
    picture += mask[..., None] * colours
    return Image.fromarray(numpy.clip(picture, 0, 255).astype(numpy.uint8))


def sky(width, height):
    """Brighter towards one corner, so that a wrong rotation differs strongly from the right picture."""
    down = numpy.linspace(190, 60, height, dtype=numpy.float32)[:, None]
    across = numpy.linspace(-30, 30, width, dtype=numpy.float32)[None, :]
    return down + across


def octaves(width, height, random, finest=2):
    """Noise at every scale from a quarter of the picture down to `finest` pixels; finer noise is weaker."""
    result = numpy.zeros((height, width), dtype=numpy.float32)
    cell = max(width, height) // 4
    strength = 1.0
    while cell >= finest:
        shape = (height // cell + 2, width // cell + 2)
        grid = Image.fromarray(random.standard_normal(shape, dtype=numpy.float32))
        result += strength * numpy.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
        cell //= 2
        strength *= 0.75
    return result


def noise(width, height, random):
    return random.standard_normal((height, width), dtype=numpy.float32)


def shapes(width, height, random):
    """Shapes with hard edges: ellipses and triangles in flat colours."""
    colours = Image.new("RGB", (width, height))
    mask = Image.new("L", (width, height))
    for _ in range(40):
        size = width * random.uniform(0.02, 0.16)
        x, y = random.uniform(0, width), random.uniform(0, height)
        colour = tuple(int(part) for part in random.integers(0, 120, 3))
        corners = [(x + size * dx, y + size * dy) for dx, dy in random.uniform(-1, 1, (3, 2))]
        for canvas, fill in ((colours, colour), (mask, 1)):
            draw = ImageDraw.Draw(canvas)
            if size > width * 0.09:
                draw.polygon(corners, fill=fill)
            else:
                draw.ellipse((x - size, y - size, x + size, y + size * 0.6), fill=fill)
    return numpy.asarray(colours, dtype=numpy.float32) - 60, numpy.asarray(mask, dtype=numpy.float32)
