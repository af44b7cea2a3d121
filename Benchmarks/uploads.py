"""Uploads files of a corpus through nginx, one at a time, and records each result."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from processes import MemoryPeak
from services import Services

# A lossless format, so the likeness measures only the work on the pixels.
SETTINGS = {"PORTRAITD_FORMATS": "png", "PORTRAITD_SIDES": "256"}


@dataclass
class Upload:
    path: Path
    status: int = 0
    """The HTTP status; 0 if there was no answer in time, or if the process ended."""
    reason: str = ""
    """The code and the text of a refusal or failure."""
    seconds: float = 0
    memory: int = 0
    """The peak of resident memory during the upload, in bytes."""
    picture: bytes = b""

    @property
    def is_accepted(self):
        return bool(self.picture)

    @property
    def is_refused(self):
        return 400 <= self.status < 500


def upload_all(files, portraitd, folder: Path):
    """Yields an `Upload` for each file. If the process ends, a new one continues with the next file."""
    left, starts = list(files), 0
    while left:
        starts += 1
        place = folder / str(starts)
        place.mkdir()
        with Services(portraitd, place, SETTINGS) as services:
            [side] = services.sides
            ended = False
            while left and not ended:
                result = upload(left.pop(0), side, services)
                # If the process ends after an answer, the next upload notices and reports it.
                ended = result.status == 0 and side.process.poll() is not None
                yield result


def upload(path, side, services):
    result = Upload(path)
    body = path.read_bytes()
    start = time.monotonic()
    with MemoryPeak(side) as memory:
        try:
            result.status, answer = side.request("PUT", "corpus", body)
        except OSError as error:
            result.reason = f"{type(error).__name__}: {error}"
    result.seconds = time.monotonic() - start
    result.memory = memory.high_water
    if result.status in (200, 201):
        take_picture(result, side, json.loads(answer))
    elif result.status:
        result.reason = explain(answer)
    # A crash closes the connection before the process is gone.
    time.sleep(0 if result.is_accepted or result.is_refused else 1)
    if side.process.poll() is not None:
        result.status, result.reason = 0, f"the process ended with {side.process.returncode}\n{services.logs()}"
    return result


def take_picture(result, side, image):
    status, body = side.fetch("GET", urlsplit(image["imageUrl"]).path)
    if status == 200:
        result.picture = body
    else:
        result.status, result.reason = status, "the upload was answered, but its picture is not served"


def explain(answer):
    try:
        problem = json.loads(answer)
        return f"{problem['code']}: {problem['detail']}"
    except (ValueError, KeyError):
        return repr(answer[:200])
