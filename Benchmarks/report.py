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
    """`series[workload, side]` by names. The first side is compared with each of the others."""
    ours, *others = [side.name for side in sides]
    lines = [
        f"| requests/s | {ours} | " + " | ".join(f"{name} | of {name}" for name in others) + " |",
        "|---|--:|" + "--:|--:|" * len(others),
    ]
    for workload in workloads:
        rates = series[workload.name, ours].rates
        columns = [spread(rates)]
        for name in others:
            columns += [spread(series[workload.name, name].rates), ratio(rates, series[workload.name, name].rates)]
        lines.append(f"| {workload.name}, {workload.connections} connections | {' | '.join(columns)} |")
    peaks = [
        f"{side.name} {memory(max(series[workload.name, side.name].pss for workload in workloads))}" for side in sides
    ]
    return "\n".join([*lines, "", f"Peak memory (PSS): {', '.join(peaks)}."])


def pair_table(rows):
    """Each row is a name, the name of the other program, and the rates of both."""
    lines = ["| requests/s, 16 connections | portraitd | beside it | | of it |", "|---|--:|---|--:|--:|"]
    for name, other, (ours, theirs) in rows:
        lines.append(f"| {name} | {spread(ours)} | {other} | {spread(theirs)} | {ratio(ours, theirs)} |")
    return "\n".join(lines)


def ratio(ours, theirs):
    """The median and the range of the rounds' ratios."""
    ratios = [x / y if y else float("inf") for x, y in zip(ours, theirs)]
    return f"**{median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f})"


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


def imaging_table(rows):
    """A row is a picture with the measurement of each contender; the first contender is compared with the others."""
    names = [each.contender.name for each in rows[0]]
    return "\n".join(
        compared(rows, names, "ms", lambda each: each.time, lambda value: f"{value:.1f}")
        + [""]
        + compared(rows, names, "peak memory", lambda each: each.memory, memory)
    )


def compared(rows, names, unit, value, text):
    lines = [
        f"| {unit} | {' | '.join(names)} | {' | '.join(f'of {name}' for name in names[1:])} |",
        "|---" + "|--:" * (2 * len(names) - 1) + "|",
    ]
    for row in rows:
        values = [value(each) for each in row]
        ratios = [f"**{values[0] / other:.2f}**" for other in values[1:]]
        lines.append(f"| {row[0].picture.name} | {' | '.join([*map(text, values), *ratios])} |")
    return lines


def imaging_conditions(rounds):
    return (
        f"Processor time for a picture, user and system of all threads, on one core, without the program's start; "
        f"medians of {rounds} rounds in turns. Memory: VmHWM while one picture is made, above VmRSS before it, "
        f"when the file was read and the code used once, on 32² pixels; malloc keeps no large block that is freed."
    )


def conditions(portraitd, folder, rounds, seconds):
    """The versions, the machine and the parameters of the measurement."""
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
        f"PHP: pm=static with {PHP_CHILDREN} children, opcache on; flushing: synchronous=FULL, and fsync of the file before "
        f"and after it gets its name."
    )


def first_line(command, pattern, prefix=""):
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(pattern, answer.stdout + answer.stderr, re.MULTILINE)
    return prefix + found[0] if found else ""
