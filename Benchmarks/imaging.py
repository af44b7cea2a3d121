"""The contenders of the imaging table: builds them, and measures one of them once."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from processes import kilobytes, write
from services import HERE, BenchmarkError

SOURCES = HERE / "contenders"


@dataclass(frozen=True)
class Contender:
    name: str
    command: Path


@dataclass(frozen=True)
class Run:
    """The resources that a process used."""

    seconds: float
    """Processor time of all its threads, user and system, including its start."""
    memory: int
    """The largest growth of its resident size while it worked, in bytes."""


def contenders(portraitd, folder: Path):
    """First portraitd's contender, which is already built; then the others, which are built here."""
    return [
        Contender("portraitd", Path(portraitd).resolve()),
        Contender("libgd", build("gd", folder, ["-lgd"])),
        Contender("libvips", build("vips", folder, package_flags("vips"))),
        Contender("Pillow", SOURCES / "pillow.py"),
        Contender("floor", build("floor", folder, ["-ljpeg", "-lpng", "-lwebp"])),
    ]


def build(name, folder, flags, common=("contender.c",)):
    program = folder / f"contender-{name}"
    command = ["cc", "-O2", *(SOURCES / each for each in common), SOURCES / f"{name}.c", "-o", program, *flags]
    if subprocess.run(command).returncode != 0:
        raise BenchmarkError(f"{name}.c does not compile: run Benchmarks/install.")
    return program


def package_flags(package):
    found = subprocess.run(["pkg-config", "--cflags", "--libs", package], capture_output=True, text=True)
    if found.returncode != 0:
        raise BenchmarkError(f"{found.stderr}Run Benchmarks/install.")
    return found.stdout.split()


# glibc returns freed memory above this size to the system.
THRIFTY = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


def run(contender, picture: Path, warm_up: Path, count, target: Path, environment={}):
    """Runs the contender on one core: one thumbnail of the small picture, then `count` of the picture."""
    process = subprocess.Popen(
        [contender.command, picture, warm_up, str(count), target],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | environment,
        preexec_fn=lambda: os.sched_setaffinity(0, [max(os.sched_getaffinity(0))]),
    )
    steps = [process.stdout.readline()]
    # 5 resets VmHWM: proc(5), /proc/pid/clear_refs.
    write(Path(f"/proc/{process.pid}/clear_refs"), "5")
    before = resident(process, "VmRSS:")
    process.stdin.write(b"\n")
    process.stdin.flush()
    steps.append(process.stdout.readline())
    peak = resident(process, "VmHWM:")
    process.stdin.close()
    process.stdout.close()
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode != 0 or steps != [b"ready\n", b"done\n"]:
        raise BenchmarkError(f"{contender.name} cannot make a thumbnail of {picture.name}.")
    return Run(usage.ru_utime + usage.ru_stime, peak - before)


def resident(process, key):
    return kilobytes(Path(f"/proc/{process.pid}/status"), key) * 1024
