"""The service under test: portraitd behind an nginx of its own, below one temporary folder."""

import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tokens import token

HERE = Path(__file__).resolve().parent


class BenchmarkError(Exception):
    """An error with a message for the user of the program."""


@dataclass
class Side:
    name: str
    port: int
    secret: bytes
    process: subprocess.Popen
    bare_port: int = 0
    """The port of a server block that only names the folder of the public files; 0 if there is none."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def request(self, method, user, body=None):
        """Sends one request as `user`; returns the status and the body of the answer."""
        headers = {"Authorization": f"Bearer {token(user, self.secret)}", "Accept": "application/json"}
        return self.fetch(method, "/me/profileimage", headers, body)

    def fetch(self, method, path, headers={}, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class Services:
    """portraitd without other services. Starts all processes on entry and ends them on exit."""

    def __init__(self, portraitd, folder, settings={}):
        self.portraitd = Path(portraitd).resolve()
        self.folder = folder
        self.settings = settings
        self.processes = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        state = self.folder / "portraitd"
        port = free_port()
        subprocess.run([HERE.parent / "nginx" / "instance", state, str(port)], check=True)
        self.sides = [self.start_portraitd(state, port), *self.start_others(state)]
        self.spawn("nginx", [program("nginx"), "-p", state / "nginx", "-c", "nginx.conf", "-e", "stderr"])
        for side in self.sides:
            self.wait_until_ready(side)

    def start_others(self, state):
        """Starts other services behind the same nginx."""
        return []

    def start_portraitd(self, state, port):
        secret = secrets.token_hex(32).encode()
        secret_file = state / "jwt-secret"
        secret_file.touch(mode=0o600)
        secret_file.write_bytes(secret)
        # Only its own settings: the caller's settings for another instance are removed.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PORTRAITD_")} | {
            "PORTRAITD_STATE": str(state),
            "PORTRAITD_SOCKET": str(state / "run" / "portraitd.sock"),
            "PORTRAITD_JWT_SECRET_FILE": str(secret_file),
            **self.settings,
        }
        process = self.spawn("portraitd", [self.portraitd, "serve"], environment)
        bare_port = free_port()
        (state / "nginx" / "extra.d" / "bare.conf").write_text(
            f'server {{ listen 127.0.0.1:{bare_port}; root "{state}/public"; sendfile on; '
            f"types {{ image/jpeg jpg; image/webp webp; image/avif avif; }} }}\n"
        )
        return Side("portraitd", port, secret, process, bare_port)

    def spawn(self, name, command, environment=None):
        # Each process has its own session: Ctrl-C reaches only the caller, which then stops the services in order.
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        self.processes.append((name, process))
        return process

    def wait_until_ready(self, side):
        """Waits until a request for a user without an image is answered 404."""
        last = "no answer"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            ended = [name for name, process in self.processes if process.poll() is not None]
            if ended:
                raise BenchmarkError(f"{ended[0]} ended while starting.\n{self.logs()}")
            try:
                status, body = side.request("GET", "nobody")
                if status == 404:
                    return
                last = f"{status} {body[:300]!r}"
            except OSError as error:
                last = str(error)
            time.sleep(0.1)
        raise BenchmarkError(f"{side.name} is not ready after 20 s: {last}\n{self.logs()}")

    def logs(self):
        """The last lines of every log, without nginx's warning about every large body."""
        tails = []
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()
            lines = [line for line in lines if "is buffered to a temporary file" not in line]
            tails.append("\n".join([f"--- {log.name}", *lines[-8:]]))
        return "\n".join(tails)

    def stop(self):
        """Ends nginx first, so that no new request arrives at the others."""
        for _, process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                # Kills its children too: each service has its own process group.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes = []


def program(name):
    # Debian installs servers in /usr/sbin, which is not in every user's PATH.
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")
    if found is None:
        raise BenchmarkError(f"{name} is missing: run Benchmarks/install.")
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
