"""Tests of the package itself, and of an installation without systemd."""

import os
import re

from .machine import INSTALL, NSPAWN, check, run


def field(package, name):
    return run("dpkg-deb", "--field", package, name, check=True).stdout.strip()


def next_version(package, folder):
    """The same package with a higher version."""
    tree = os.path.join(folder, "tree")
    run("dpkg-deb", "--raw-extract", package, tree, check=True)
    path = os.path.join(tree, "DEBIAN/control")
    with open(path) as control:
        text = re.sub(r"(?m)^Version: (.*)$", r"Version: \1+next", control.read())
    with open(path, "w") as control:
        control.write(text)
    result = os.path.join(folder, "next.deb")
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, result, check=True)
    return result


def test_package(package):
    report = run("lintian", "--no-cfg", "--fail-on", "error", "--tag-display-limit", "0", package)
    print(report.stdout, end="")
    check(report.returncode == 0, "lintian finds no error", report.stderr)
    size = os.path.getsize(package) / 1e6
    check(size < 25, f"the package has {size:.1f} MB, {int(field(package, 'Installed-Size')) / 1024:.1f} MiB installed")


def test_without_systemd(root, package):
    """Installs the package as in a container image: no service runs or can be started, and nginx's configuration is faulty."""
    name = os.path.basename(package)
    install = " ".join(INSTALL)
    script = f"""
        {install} nginx && echo faulty > /etc/nginx/conf.d/faulty.conf &&
        {install} /packages/{name} && portraitd --version && test -d /var/lib/portraitd/public
        """
    bind = f"--bind-ro={package}:/packages/{name}"
    result = run(*NSPAWN, "--volatile=overlay", "--private-network", bind, "-D", root, "sh", "-c", script)
    output = result.stdout + result.stderr
    check(result.returncode == 0, "it installs where systemd does not run", output)
    check("nginx finds fault with its configuration" in output, "beside a faulty nginx, and says so", output)
