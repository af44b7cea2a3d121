"""The services under measurement: one nginx, and behind it portraitd and PHP-FPM, below one temporary folder."""

import glob
import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tokens import token

HERE = Path(__file__).resolve().parent
PHP_CHILDREN = 4


class BenchmarkError(Exception):
    """A sentence for the person who runs the benchmark."""


@dataclass
class Side:
    name: str
    port: int
    secret: bytes
    process: subprocess.Popen

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/me/profileimage"

    def request(self, method, user, body=None):
        """One request as `user`: the status and the body of the answer."""
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
    """Starts everything on entry and ends every process that it started on exit."""

    def __init__(self, portraitd, folder):
        self.portraitd = Path(portraitd).resolve()
        self.folder = folder
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
        portraitd_port, php_port = free_ports(2)
        state, php = self.folder / "portraitd", self.folder / "php"
        subprocess.run([HERE.parent / "nginx" / "instance", state, str(portraitd_port)], check=True)
        write_php_site(state / "nginx", php, php_port)

        a = self.start_portraitd(state, portraitd_port)
        b = self.start_php(php, php_port)
        self.spawn("nginx", [program("nginx"), "-p", state / "nginx", "-c", "nginx.conf", "-e", "stderr"])
        self.sides = [a, b]
        for side in self.sides:
            self.wait_until_ready(side)

    def start_portraitd(self, state, port):
        secret = secrets.token_hex(32).encode()
        secret_file = state / "jwt-secret"
        secret_file.touch(mode=0o600)
        secret_file.write_bytes(secret)
        # Its own settings only: whatever the caller has set for another instance stays out.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PORTRAITD_")} | {
            "PORTRAITD_STATE": str(state),
            "PORTRAITD_SOCKET": str(state / "run" / "portraitd.sock"),
            "PORTRAITD_JWT_SECRET_FILE": str(secret_file),
        }
        process = self.spawn("portraitd", [self.portraitd, "serve"], environment)
        return Side("portraitd", port, secret, process)

    def start_php(self, folder, port):
        secret = secrets.token_hex(32).encode()
        (folder / "public" / "images").mkdir(parents=True)
        database = sqlite3.connect(folder / "images.sqlite")
        database.executescript((HERE / "php" / "schema.sql").read_text())
        database.close()
        (folder / "fpm.conf").write_text(fpm_configuration(folder, secret.decode()))
        # -R: in a container the benchmark may run as root, and then so does everything it starts, portraitd too.
        command = [php_fpm(), "--nodaemonize", "--allow-to-run-as-root", "--fpm-config", folder / "fpm.conf"]
        command += ["-d", "opcache.enable=1", "-d", "opcache.validate_timestamps=0"]
        return Side("PHP", port, secret, self.spawn("php-fpm", command))

    def spawn(self, name, command, environment=None):
        # A session of its own: Ctrl-C reaches only the benchmark, which then stops the services in order.
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        self.processes.append((name, process))
        return process

    def wait_until_ready(self, side):
        """Ready is the right answer to a user without an image."""
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
        """The last lines of every log, without nginx's remark on every large body."""
        tails = []
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()
            lines = [line for line in lines if "is buffered to a temporary file" not in line]
            tails.append("\n".join([f"--- {log.name}", *lines[-8:]]))
        return "\n".join(tails)

    def stop(self):
        """Ends nginx first, so that nothing new arrives at the others."""
        for _, process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                # With its children: each has its own process group.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes = []


def write_php_site(nginx, php, port):
    """PHP's server in the same nginx, with the limits and buffers that portraitd's site has."""
    site = (nginx / "snippets" / "portraitd.conf").read_text()
    site += (nginx / "snippets" / "portraitd-fastcgi.conf").read_text()
    shared = re.findall(r"^(?:client_\w+|fastcgi_request_buffering|fastcgi_buffer\w*) .*;$", site, re.MULTILINE)
    lines = "\n    ".join(shared)
    (nginx / "extra.d").mkdir(exist_ok=True)
    (nginx / "extra.d" / "php.conf").write_text(f"""
server {{
    listen 127.0.0.1:{port};
    root "{php}/public";
    server_tokens off;
    {lines}
    types {{ image/jpeg jpg; }}
    location /images/ {{ }}
    location / {{
        fastcgi_pass "unix:{php}/php-fpm.sock";
        fastcgi_param SCRIPT_FILENAME "{HERE}/php/index.php";
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param REQUEST_URI $request_uri;
        fastcgi_param CONTENT_TYPE $content_type;
        fastcgi_param CONTENT_LENGTH $content_length;
    }}
}}
""")


def fpm_configuration(folder, secret):
    return f"""
[global]
error_log = /dev/stderr
log_level = warning

[profileimage]
listen = {folder}/php-fpm.sock
pm = static
pm.max_children = {PHP_CHILDREN}
catch_workers_output = yes
env[PROFILE_IMAGES] = {folder}/public/images
env[PROFILE_DATABASE] = {folder}/images.sqlite
env[PROFILE_JWT_SECRET] = {secret}
""" + (f"user = {os.getuid()}\ngroup = {os.getgid()}\n" if os.getuid() == 0 else "")


def program(name):
    # Debian keeps servers in /usr/sbin, which is not in everybody's PATH.
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin")
    if found is None:
        raise BenchmarkError(f"{name} is missing: run Benchmarks/install.")
    return found


def php_fpm():
    found = sorted(glob.glob("/usr/sbin/php-fpm*"))
    if not found:
        raise BenchmarkError("php-fpm is missing: run Benchmarks/install.")
    return found[-1]


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
