"""The load: the workloads, and one measurement with wrk."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from photographs import PHOTOGRAPHS, Photograph
from services import HERE, BenchmarkError, program
from tokens import token

USERS = [f"bench-{number}" for number in range(16)]


@dataclass(frozen=True)
class Workload:
    name: str
    method: str
    connections: int
    threads: int
    share: float
    """The part of the requested seconds that it runs."""
    photograph: Photograph | None = None
    path: str = "/me/profileimage"


# With PUT each connection has its own thread and user, so no request waits for another user's row.
WORKLOADS = [
    Workload(f"PUT {photograph.name}", "PUT", connections=4, threads=4, share=1, photograph=photograph)
    for photograph in PHOTOGRAPHS
] + [Workload("GET JSON", "GET", connections=16, threads=2, share=2 / 3)]


@dataclass
class Measurement:
    rate: float
    p50: float
    """The median time of a request in milliseconds; `p99` is the time that 99 of 100 requests stay below."""
    p99: float
    broken: int
    statuses: dict

    @property
    def answers(self):
        return sum(self.statuses.values())

    @property
    def errors(self):
        """The number of errors by kind: statuses other than 2xx, broken or late connections, no answer at all."""
        found = {status: count for status, count in self.statuses.items() if not status.startswith("2")}
        if self.broken:
            found["broken connection or timeout"] = self.broken
        if not self.statuses:
            found["no answer in time"] = 1
        return found


def write_tokens(side, folder: Path, users=USERS):
    lines = [token(user, side.secret) for user in users]
    (folder / f"{side.name}.tokens").write_text("\n".join(lines) + "\n")


def measure(workload, side, folder: Path, seconds):
    seconds = max(1, round(seconds * workload.share))
    command = [
        program("wrk"), f"-t{workload.threads}", f"-c{workload.connections}", f"-d{seconds}s", "--timeout", "30s",
        "-s", HERE / "load.lua", side.url + workload.path, "--", workload.method, folder / f"{side.name}.tokens",
    ]
    if workload.photograph:
        command.append(folder / workload.photograph.file_name)
    try:
        wrk = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"{side.name}, {workload.name}: wrk did not end.") from None
    lines = wrk.stdout.splitlines()
    if wrk.returncode != 0 or not lines or not lines[-1].startswith("{"):
        raise BenchmarkError(f"{side.name}, {workload.name}: wrk failed.\n{wrk.stdout}{wrk.stderr}")
    return Measurement(**json.loads(lines[-1]))


def fetch_rate(url, seconds):
    """The number of 200 answers of a URL in a second, over 16 persistent connections."""
    command = [program("wrk"), "-t2", "-c16", f"-d{seconds}s", url]
    wrk = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"^Requests/sec:\s+([\d.]+)$", wrk.stdout, re.MULTILINE)
    if wrk.returncode != 0 or not found or "Non-2xx" in wrk.stdout or "Socket errors" in wrk.stdout:
        raise BenchmarkError(f"{url}: wrk failed.\n{wrk.stdout}{wrk.stderr}")
    return float(found[1])
