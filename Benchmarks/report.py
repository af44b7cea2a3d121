"""The table: medians over the rounds, their range, ratios and peak memory, as Markdown."""

import os
import platform
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from php_side import PHP_CHILDREN, php_fpm
from services import program


@dataclass
class Series:
    """One side under one workload, over all rounds."""

    rates: list = field(default_factory=list)
    errors: dict = field(default_factory=dict)
    answers: int = 0
    pss: int = 0
    high_water: int = 0

    def add(self, measurement, memory):
        self.rates.append(measurement.rate)
        self.answers += measurement.answers
        for kind, count in measurement.errors.items():
            self.errors[kind] = self.errors.get(kind, 0) + count
        self.pss = max(self.pss, memory.pss)
        self.high_water = max(self.high_water, memory.high_water)


def table(workloads, sides, series):
    """`series[workload, side]` by names. The first side is compared with the second."""
    a, b = (side.name for side in sides)
    lines = [
        f"| | {a}, requests/s | {b}, requests/s | ratio | {a}, peak PSS | {b}, peak PSS | {a}, VmHWM | {b}, VmHWM |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for workload in workloads:
        ours, theirs = series[workload.name, a], series[workload.name, b]
        ratios = [x / y if y else float("inf") for x, y in zip(ours.rates, theirs.rates)]
        lines.append(
            f"| {workload.name}, {workload.connections} connections | {spread(ours.rates)} | {spread(theirs.rates)} "
            f"| **{median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f}) | {memory(ours.pss)} "
            f"| {memory(theirs.pss)} | {memory(ours.high_water)} | {memory(theirs.high_water)} |"
        )
    pss = {side: max(series[workload.name, side].pss for workload in workloads) for side in (a, b)}
    lines += ["", f"Peak memory (PSS): {a} {memory(pss[a])}, {b} {memory(pss[b])}: {pss[a] / pss[b]:.2f} of it."]
    return "\n".join(lines)


def errors(series):
    """One line for each side and workload that answered with anything but 2xx."""
    return [
        f"{side}, {workload}: {count} × {kind} in {found.answers} answers"
        for (workload, side), found in series.items()
        for kind, count in found.errors.items()
    ]


def spread(values):
    return f"{number(median(values))} ({number(min(values))}–{number(max(values))})"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def memory(size):
    return f"{size / 2**20:.1f} MiB"


def conditions(portraitd, folder, rounds, seconds):
    """What was measured, on what."""
    processor = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    versions = [
        first_line([portraitd, "--version"], r"^.*$", "portraitd "),
        first_line([php_fpm(), "-v"], r"^PHP [\d.]+") + " FPM",
        first_line([php_fpm(), "-i"], r"(?<=GD Version => ).*$", "gd "),
        first_line([program("nginx"), "-v"], r"nginx/[\d.]+"),
        first_line([program("wrk"), "-v"], r"^wrk \S+"),
    ]
    file_system = first_line(["df", "--output=fstype", folder], r"(?<=\n)\S+")
    return (
        f"{', '.join(each for each in versions if each)}; {len(os.sched_getaffinity(0))} cores"
        f"{f' ({processor[1]})' if processor else ''}, Linux {platform.release()}, files on {file_system}; wrk, nginx "
        f"and both services share the cores. Rounds: {rounds}, with {seconds} s for each PUT; medians (range). "
        f"PHP: pm=static with {PHP_CHILDREN} children, opcache on."
    )


def first_line(command, pattern, prefix=""):
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(pattern, answer.stdout + answer.stderr, re.MULTILINE)
    return prefix + found[0] if found else ""
