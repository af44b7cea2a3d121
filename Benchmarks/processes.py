"""The processes of one side: measures their memory during the work, and waits until they are idle.

PSS counts a page that n processes share as 1/n in each, so the sum over PHP-FPM's children counts it once. VmHWM is
each process's own high-water mark, which sampling cannot miss, but it counts shared pages once per child.
"""

import os
import threading
import time
from pathlib import Path

INTERVAL = 0.05


class MemoryPeak:
    """The peak while the `with` block runs, in bytes."""

    def __init__(self, side):
        self.side = side
        self.processes = family(side.process.pid)
        self.pss = 0
        self.high_water = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.sample, daemon=True)

    def __enter__(self):
        for process in self.processes:
            # 5 resets VmHWM: proc(5), /proc/pid/clear_refs.
            write(process / "clear_refs", "5")
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.high_water = sum(kilobytes(process / "status", "VmHWM:") for process in self.processes) * 1024

    def sample(self):
        while True:
            # The list is read again each time, because a decoder process lives for one picture only.
            pss = sum(kilobytes(process / "smaps_rollup", "Pss:") for process in family(self.side.process.pid)) * 1024
            self.pss = max(self.pss, pss)
            if self.ended.wait(INTERVAL):
                return


def wait_until_idle(side):
    """Waits for requests that were in progress when wrk stopped, so they take no time from the other side."""
    processes = family(side.process.pid)
    deadline = time.monotonic() + 10
    used = -1.0
    while (before := used) != (used := sum(map(processor_seconds, processes))) and time.monotonic() < deadline:
        time.sleep(0.2)


def processor_seconds(process):
    fields = stat(process)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0


def family(pid):
    """The process and its descendants, as folders of /proc."""
    children = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if fields := stat(folder):
            children.setdefault(int(fields[1]), []).append(int(folder.name))

    found = [pid]
    for each in found:
        found.extend(children.get(each, []))
    return [Path("/proc") / str(each) for each in found]


def stat(process):
    """The fields of proc(5), /proc/pid/stat, from the state on; empty if the process has ended."""
    try:
        # The name in parentheses may contain any characters, so the fields are counted from its end.
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def kilobytes(file, key):
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)


def write(file, text):
    try:
        file.write_text(text)
    except OSError:
        pass
