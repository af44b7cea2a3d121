"""The PHP-FPM endpoint for comparison with portraitd, behind the same nginx."""

import glob
import os
import re
import secrets
import sqlite3

from imaging import build
from services import HERE, BenchmarkError, Services, Side, free_port

PHP_CHILDREN = 4

# PHP stores a picture in two ways: the usual way, and with flushing as portraitd, so an answered upload survives a power loss.
PHP_MODES = {"PHP": 0, "PHP, flushing": 1}

# Settings for the same work as PHP: one file of one size, which replaces the former one.
SAME_WORK = {
    "PORTRAITD_SIDES": "256", "PORTRAITD_FORMATS": "jpeg", "PORTRAITD_JPEG_QUALITY": "70",
    "PORTRAITD_KEEP_REPLACED": "none",
}


class ServicesWithPHP(Services):
    """portraitd, and PHP-FPM beside it."""

    def __init__(self, portraitd, folder):
        super().__init__(portraitd, folder, SAME_WORK)

    def start_others(self, state):
        self.hello = self.start_hello(state)
        return [self.start_php(state, name, flushes) for name, flushes in PHP_MODES.items()]

    def start_hello(self, state):
        """Starts a minimal FastCGI program behind the same nginx."""
        port = free_port()
        socket = self.folder / "hello.sock"
        program = build("hello", self.folder, ["-lfcgi", "-lpthread"], common=())
        (state / "nginx" / "extra.d" / "hello.conf").write_text(
            f'server {{ listen 127.0.0.1:{port}; location / {{ fastcgi_pass "unix:{socket}"; '
            "fastcgi_param REQUEST_METHOD $request_method; } }\n"
        )
        return Side("a C program", port, secrets.token_hex(32).encode(), self.spawn("hello", [program, socket]))

    def start_php(self, state, name, flushes):
        folder = self.folder / name
        port = free_port()
        write_php_site(state / "nginx", folder, port)
        secret = secrets.token_hex(32).encode()
        (folder / "public" / "images").mkdir(parents=True)
        database = sqlite3.connect(folder / "images.sqlite")
        database.executescript((HERE / "php" / "schema.sql").read_text())
        database.close()
        (folder / "fpm.conf").write_text(fpm_configuration(folder, secret.decode(), flushes))
        # --allow-to-run-as-root: in a container the benchmark may run as root, and then so do all its processes, also portraitd.
        command = [php_fpm(), "--nodaemonize", "--allow-to-run-as-root", "--fpm-config", folder / "fpm.conf"]
        command += ["-d", "opcache.enable=1", "-d", "opcache.validate_timestamps=0"]
        return Side(name, port, secret, self.spawn(name, command))


def write_php_site(nginx, php, port):
    """Writes PHP's server block for the same nginx, with the limits and buffers of portraitd's site."""
    site = (nginx / "snippets" / "portraitd.conf").read_text()
    site += (nginx / "snippets" / "portraitd-fastcgi.conf").read_text()
    shared = re.findall(r"^(?:client_\w+|sendfile|fastcgi_request_buffering|fastcgi_buffer\w*) .*;$", site, re.MULTILINE)
    lines = "\n    ".join(shared)
    (nginx / "extra.d").mkdir(exist_ok=True)
    (nginx / "extra.d" / f"php-{port}.conf").write_text(f"""
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


def fpm_configuration(folder, secret, flushes):
    return f"""
[global]
error_log = /dev/stderr
log_level = warning

[profileimage]
listen = "{folder}/php-fpm.sock"
pm = static
pm.max_children = {PHP_CHILDREN}
catch_workers_output = yes
env[PROFILE_IMAGES] = "{folder}/public/images"
env[PROFILE_DATABASE] = "{folder}/images.sqlite"
env[PROFILE_JWT_SECRET] = {secret}
env[PROFILE_FLUSH] = {flushes}
""" + (f"user = {os.getuid()}\ngroup = {os.getgid()}\n" if os.getuid() == 0 else "")


def php_fpm():
    found = sorted(glob.glob("/usr/sbin/php-fpm*"))
    if not found:
        raise BenchmarkError("php-fpm is missing: run Benchmarks/install.")
    return found[-1]
