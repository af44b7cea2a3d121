"""A clean Debian 12 with systemd in a container."""

import ctypes
import hashlib
import os
import re
import signal
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
INSTALL = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends"]
# Without systemd on this machine itself, there is no service that could register the container.
NSPAWN = ["systemd-nspawn", "-q"] + ([] if os.path.isdir("/run/systemd/system") else ["--register=no", "--keep-unit"])
libc = ctypes.CDLL(None, use_errno=True)


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)


def check(condition, what, detail=""):
    """Prints one line for each check; the first failure ends the test."""
    print(f"{'ok  ' if condition else 'FAIL'} {what}", flush=True)
    if not condition:
        sys.exit(str(detail))


def clean_debian(folder, depends):
    """A Debian 12 with the package's dependencies downloaded but not installed."""
    dependencies = ["nginx"] + [each.split("|")[0].split("(")[0].strip() for each in depends.split(",")]
    name = hashlib.sha256(" ".join(dependencies).encode()).hexdigest()[:12]
    root = os.path.join(folder, f"debian-12-{name}")
    if not os.path.isdir(root):
        part = f"{root}.part"
        run("rm", "-rf", part)
        print("     a clean Debian 12 is made once, which takes some minutes", flush=True)
        made = run("debootstrap", "--variant=minbase", "--include=systemd-sysv,dbus,ca-certificates", "bookworm", part)
        check(made.returncode == 0, "debootstrap makes a Debian 12", made.stdout[-2000:] + made.stderr)
        download = ["apt-get", "install", "-y", "--no-install-recommends", "--download-only", *dependencies]
        made = run(*NSPAWN, "-D", part, *download)
        check(made.returncode == 0, "apt fetches what the package needs", made.stdout[-2000:] + made.stderr)
        os.rename(part, root)
    return root


class Machine:
    """A Debian with systemd, on a temporary copy of `root`."""

    def __init__(self, root, files, log):
        self.nspawn = subprocess.Popen(
            NSPAWN
            + ["--boot", "--volatile=overlay", "--private-network", "--console=read-only", "-D", root]
            + [f"--bind-ro={path}:/packages/{os.path.basename(path)}" for path in files],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        for _ in range(600):
            with open(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children") as children:
                self.init = next(iter(children.read().split()), None)
            if self.init and self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
                break
            time.sleep(0.1)
        else:
            check(False, "systemd boots in the container")
        # From now on all connections of this process are in the container's network.
        with open(f"/proc/{self.init}/ns/net") as network:
            libc.setns(network.fileno(), CLONE_NEWNET)

    def run(self, *command, **options):
        namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid"]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
        return run("nsenter", f"--target={self.init}", *namespaces, "--", *command, env=environment, **options)

    def portraitd(self, *arguments):
        """Runs a command of portraitd as the service's user."""
        return self.run("runuser", "-u", "portraitd", "--", "portraitd", *arguments)

    def do(self, *command, what=None):
        """Runs a command that must succeed."""
        return self.expect_success(self.run(*command), what or " ".join(command))

    def do_portraitd(self, *arguments, what=None):
        return self.expect_success(self.portraitd(*arguments), what or f"portraitd {' '.join(arguments)}")

    def expect_success(self, result, what):
        check(result.returncode == 0, what, result.stdout + result.stderr)
        return result.stdout + result.stderr

    def install(self, package, *others, what):
        return self.do(*INSTALL, *others, f"/packages/{os.path.basename(package)}", what=what)

    def exists(self, path):
        return self.run("test", "-e", path).returncode == 0

    def files(self, *folders):
        """The files below the folders; missing folders are left out."""
        return self.run("find", *folders, "-type", "f").stdout.split()

    def property(self, unit, name):
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).stdout.strip()

    def status(self, unit):
        """The kernel's status of the unit's main process."""
        inside = self.property(unit, "MainPID")
        return self.run("cat", f"/proc/{inside}/status").stdout

    def logs(self, unit, words):
        """Whether the unit logs the words within five seconds."""
        for _ in range(50):
            if words in self.run("journalctl", "-u", unit, "--output=cat").stdout:
                return True
            time.sleep(0.1)
        return False

    def pss(self, unit):
        """The memory of the unit's main process (PSS), in MiB."""
        inside = self.property(unit, "MainPID")
        rollup = self.run("cat", f"/proc/{inside}/smaps_rollup").stdout
        return int(re.search(r"^Pss: +(\d+)", rollup, re.MULTILINE)[1]) / 1024

    def power_off(self):
        self.nspawn.send_signal(signal.SIGTERM)
        self.nspawn.wait()
