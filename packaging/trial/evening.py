"""The steps of an administrator, in the order and with the commands of docs/operations.md."""

import json
import re
import statistics
import time

from .client import HOST, Client, Load, is_jpeg, picture, plain_request
from .machine import check

SERVICES = ["portraitd.service", "portraitd-worker.service"]
RUNNING = ["portraitd.socket"] + SERVICES + ["portraitd-gc.timer", "portraitd-verify.timer"]
STATE, BACKUPS = "/var/lib/portraitd", "/var/backups/portraitd"
REMOVE = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"]


def mount_disk(machine):
    """Gives the pictures a small disk of their own, which a test can fill and lose."""
    machine.do("mkdir", STATE, what="a folder for the pictures is made")
    machine.do("mount", "-t", "tmpfs", "-o", "size=48m,mode=0711", "pictures", STATE, what="and a disk of 48 MB is mounted")


def install(machine, package):
    output = machine.install(package, "nginx", what="apt installs it, with nginx")
    check("now have nginx serve it" in output, "it says what to do next", output)
    check(machine.run("dpkg", "--verify", "portraitd").stdout == "", "dpkg finds the files as they should be")
    for unit in RUNNING:
        states = [machine.run("systemctl", verb, unit).stdout.strip() for verb in ("is-active", "is-enabled")]
        check(states == ["active", "enabled"], f"{unit} is active and enabled", states)
    check(machine.run("systemctl", "is-enabled", "portraitd-backup.timer").returncode != 0, "backups wait for a person")
    secret = machine.run("stat", "--format=%a %U", "/etc/portraitd/jwt-secret").stdout.strip()
    check(secret == "600 root", "the secret is root's alone", secret)
    for unit, families in [("portraitd.service", 1), ("portraitd-worker.service", 3)]:
        status = machine.status(unit)
        kept = ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"]
        check(all(line in status for line in kept), f"{unit} is enclosed", status)
        allowed = machine.property(unit, "RestrictAddressFamilies").split()
        check(len(allowed) == families, f"{unit} may use {', '.join(allowed)}", allowed)
    for path in ["man8/portraitd.8.gz", "man5/portraitd.conf.5.gz"]:
        check(machine.exists(f"/usr/share/man/{path}"), f"{path} is there")


def point_dns_and_tls(machine):
    """Adds a name to /etc/hosts, and makes a self-signed certificate that this machine trusts."""
    certificate, key = "/etc/ssl/certs/portraitd.pem", "/etc/ssl/private/portraitd.key"
    machine.do("sh", "-c", f"echo 127.0.0.1 {HOST} >> /etc/hosts", what="the name leads here")
    new = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    machine.do("openssl", "req", *new, *names, "-keyout", key, "-out", certificate, what="a certificate is made")
    machine.do("cp", certificate, "/usr/local/share/ca-certificates/portraitd.crt", what="and trusted")
    machine.do("update-ca-certificates")
    return Client(machine.do("cat", certificate, what="applications trust it too"))


def enable_site(machine, client):
    """Enables the site as the comments of the two files and the message of the installation say."""
    files = "/etc/nginx/portraitd.d"
    machine.do("sed", "-i", "/^listen /d; s/^#\\(listen\\|ssl\\)/\\1/", f"{files}/server.conf", what="HTTPS is switched on")
    machine.do("sed", "-i", "2,$s/^#//", f"{files}/redirect.conf", what="and HTTP leads to it")
    machine.do("ln", "-s", "../sites-available/portraitd.conf", "/etc/nginx/sites-enabled/")
    machine.do("nginx", "-t", "-q", what="nginx finds no fault with the site")
    machine.do("systemctl", "reload", "nginx")
    # The command ends before nginx has read its configuration.
    for _ in range(100):
        try:
            answer = client.request("GET", "/readyz")
        except OSError as error:
            answer = (error, b"")
        if answer[0] == 200:
            # nginx's former processes accept connections for another tenth of a second.
            time.sleep(1)
            return
        time.sleep(0.1)
    check(False, "nginx leads to portraitd", answer)


def configure(machine):
    line = f"PORTRAITD_PUBLIC_URL=https://{HOST}"
    machine.do("sh", "-c", f"echo {line} >> /etc/portraitd/portraitd.conf", what="its address is set")
    machine.do("systemctl", "restart", *SERVICES)
    output = machine.do_portraitd("check", "--connect", what="portraitd check --connect finds no fault")
    check(output.count("\nok\t") == 5, "in the database, the folder, the socket, nginx and the pictures", output)


def create_key(machine):
    scope = ["--scope", "profile:read profile:write"]
    return machine.do_portraitd("key", "create", "--name", "shop", *scope, what="a key is created").strip()


def upload(machine, client, key):
    """Uploads pictures of four users, and returns them by the users' names."""
    images = {}
    for number, user in enumerate(["alice", "bob", "carol", "dave"]):
        status, body = client.request("PUT", f"/users/{user}/profileimage", key, picture(640, number))
        check(status == 201, f"{user}'s picture goes in", body)
        images[user] = json.loads(body)
        images[user]["path"] = images[user]["imageUrl"].removeprefix(f"https://{HOST}")
    path = images["alice"]["path"]
    check(is_jpeg(client.request("GET", path)), "and comes out of nginx as a JPEG")
    status, body = client.request("GET", path.replace("512.jpg", "64.webp"))
    check(status == 200 and body[8:12] == b"WEBP", "and in another size and format", (status, body[:200]))
    status, body = client.request("GET", "/openapi.json")
    check(status == 200 and json.loads(body)["openapi"] == "3.1.0", "the API's description is there", (status, body[:200]))
    answer = plain_request("/users/a%2Fb/profileimage?x=1")
    check(answer == (308, f"https://{HOST}/users/a%2Fb/profileimage?x=1"), "HTTP leads to HTTPS", answer)
    secret = ["env", "PORTRAITD_JWT_SECRET_FILE=/etc/portraitd/jwt-secret"]
    token = machine.do(*secret, "portraitd", "token", "--user", "alice", what="root makes a token").strip()
    status, body = client.request("GET", "/me/profileimage", token)
    check(status == 200, "the service knows the secret from systemd", body)
    machine.do_portraitd("check", "--connect", what="portraitd check --connect finds no fault with pictures either")
    return images


def rotate_key(machine, client, old):
    new = create_key(machine)
    put = lambda key: client.request("PUT", "/users/alice/profileimage", key, picture(640, 10))[0]
    check((put(old), put(new)) == (200, 200), "both keys are good meanwhile")
    machine.do_portraitd("key", "revoke", old.split("_")[1], what="the old key is revoked")
    check((put(old), put(new)) == (401, 200), "the old key is refused, the new one is not")
    return new


def reload(machine, client):
    """Changes settings without a restart; a faulty file changes nothing."""
    settings = "/etc/portraitd/portraitd.conf"
    before = [machine.property(unit, "MainPID") for unit in SERVICES]
    for line, words in [
        ("PORTRAITD_LOG_LEVEL=debug", "keys and log level are reloaded"),
        ("PORTRAITD_LOG_LEVEL=loud", "the settings are faulty; the previous settings stay in effect"),
    ]:
        machine.do("sh", "-c", f"echo {line} >> {settings}")
        machine.do("systemctl", "reload", *SERVICES, what=f"{line} is reloaded")
        for unit in SERVICES:
            check(machine.logs(unit, words), f"{unit} says: {words}")
        machine.do("sed", "-i", "$d", settings)
    after = [machine.property(unit, "MainPID") for unit in SERVICES]
    check(before == after and client.request("GET", "/readyz")[0] == 200, "both have run on", (before, after))


def back_up(machine):
    machine.do("systemctl", "enable", "--now", "portraitd-backup.timer")
    for job in ["gc", "verify", "backup"]:
        machine.do("systemctl", "start", f"portraitd-{job}.service")
    check(machine.exists(f"{BACKUPS}/portraitd.sqlite"), "there is a backup")


def damage_files(machine, client, images):
    """Simulates a bad disk: one file is altered, one is missing, one ends too early."""
    private = machine.files(f"{STATE}/masters")
    master = {user: next(path for path in private if images[user]["id"] in path) for user in ["bob", "carol"]}
    variant = f"{STATE}/public" + next(
        path.removeprefix(f"{STATE}/public") for path in machine.files(f"{STATE}/public") if images["dave"]["id"] in path
    )
    machine.do("dd", "if=/dev/zero", f"of={master['bob']}", "bs=64", "count=1", "seek=2", "conv=notrunc", what="bob's is altered")
    machine.do("rm", master["carol"], what="carol's is lost")
    machine.do("truncate", "--size=100", variant, what="dave's is cut off")
    failed = machine.run("systemctl", "start", "portraitd-verify.service").returncode
    check(failed, "portraitd-verify.service fails")
    check("portraitd-verify" in machine.run("systemctl", "--failed").stdout, "systemctl --failed shows it")
    journal = machine.run("journalctl", "-u", "portraitd-verify", "--output=cat").stdout
    for kind, user in [("altered", "bob"), ("missing", "carol"), ("damaged-variant", "dave")]:
        line = next((line for line in journal.splitlines() if line.startswith(f"{kind}\t{user}\t")), "")
        check(line, f"the journal names it, and the mend: {line.split(chr(9))[-1]}", journal)
    result = machine.portraitd("verify", "--repair")
    check("3 findings, 1 mended" in result.stdout, "verify --repair mends dave's", result.stdout + result.stderr)
    check(is_jpeg(client.request("GET", images["dave"]["path"])), "and dave's is shown again")
    for path in master.values():
        machine.do("cp", "--preserve", path.replace(STATE, BACKUPS, 1), path, what="one is copied back from the backup")
    machine.do("systemctl", "start", "portraitd-verify.service", what="portraitd-verify.service finds nothing any more")


def fill_disk(machine, client, key, images):
    before = machine.files(f"{STATE}/public", f"{STATE}/masters")
    machine.run("dd", "if=/dev/zero", f"of={STATE}/filler", "bs=4k")
    status, body = client.request("PUT", "/users/alice/profileimage", key, picture(640, 20))
    check(status == 507, f"with a full disk an upload is answered 507: {json.loads(body)['detail']}", (status, body))
    check(machine.files(f"{STATE}/public", f"{STATE}/masters") == before, "nothing of it is left")
    check(is_jpeg(client.request("GET", images["bob"]["path"])), "pictures are shown all the same")
    status, body = client.request("GET", "/users/alice/profileimage", key)
    check(status == 200, "and the service answers", (status, body))
    machine.do("rm", f"{STATE}/filler", what="there is space again")
    status, body = client.request("PUT", "/users/alice/profileimage", key, picture(640, 20))
    check(status == 200, "and uploads are taken", (status, body))


def lose_disk(machine, client, key, images):
    """Damages the database, then removes the disk, and restores it as docs/operations.md says."""
    machine.do("systemctl", "start", "portraitd-backup.service")
    units = ["portraitd.socket"] + SERVICES
    machine.do("systemctl", "stop", *units)
    check(not machine.exists(f"{STATE}/portraitd.sqlite-wal"), "the database is a single file then")
    damage = ["dd", "if=/dev/urandom", f"of={STATE}/portraitd.sqlite", "bs=4k", "seek=1", "count=20", "conv=notrunc"]
    machine.do(*damage, what="which the disk damages")
    result = machine.portraitd("verify")
    words = result.stdout + result.stderr
    check(result.returncode == 1 and "database" in words, f"portraitd verify says so: {words.splitlines()[0]}", words)
    machine.do("systemctl", "restart", "nginx", what="nginx lets go of the pictures that it holds open")
    machine.do("umount", STATE, what="the disk is gone")
    machine.do("sh", "-c", f"mv {STATE} {STATE}.old && systemd-tmpfiles --create portraitd.conf")
    machine.do_portraitd("restore", BACKUPS)
    machine.do("systemctl", "start", *units)
    for user in ["bob", "carol", "dave"]:
        check(is_jpeg(client.request("GET", images[user]["path"])), f"{user}'s picture is there again, at its URL")
    check(client.request("PUT", "/users/alice/profileimage", key, picture(640, 10))[0] == 200, "alice's can be replaced")
    machine.do_portraitd("verify", what="portraitd verify finds nothing")


def measure(machine):
    times = []
    for _ in range(5):
        # Without this systemd refuses so many starts within a minute.
        machine.run("systemctl", "reset-failed", *SERVICES)
        machine.run("systemctl", "restart", *SERVICES, check=True)
        begin, end = (
            int(machine.property("portraitd.service", name))
            for name in ("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
        )
        times.append((end - begin) / 1000)
    shares = [machine.pss(unit) for unit in SERVICES]
    text = f"ready {statistics.median(times):.0f} ms after its start; idle, the service takes {shares[0]:.1f} MiB (PSS)"
    check(shares[0] < 40, f"{text}, the worker {shares[1]:.1f}")


def upgrade(machine, package, client, key, images):
    machine.do("sh", "-c", "echo PORTRAITD_JPEG_QUALITY=70 >> /etc/portraitd/portraitd.conf", what="a setting is changed")
    before = [machine.property(unit, "MainPID") for unit in SERVICES]
    load = Load(client, key, "bob", images["bob"]["path"])
    time.sleep(3)
    first = load.count
    machine.install(package, what="apt upgrades it under load")
    during = load.count - first
    time.sleep(3)
    load.stop()
    version = machine.run("dpkg-query", "--show", "--showformat=${Version}", "portraitd").stdout
    check(version.endswith("+next"), f"{version} is installed")
    after = [machine.property(unit, "MainPID") for unit in SERVICES]
    check(all(old != new != "0" for old, new in zip(before, after)), "the new program runs", (before, after))
    text = f"{load.count} requests, {during} of them during the upgrade, and none failed; the slowest took {load.slowest:.1f} s"
    check(during > 0 and not load.failures, text, load.failures[:20])
    machine.do("grep", "-q", "PORTRAITD_JPEG_QUALITY=70", "/etc/portraitd/portraitd.conf", what="the setting is kept")


def look_at_metrics(machine, client):
    status, body = client.request("GET", "/metrics", accept="*/*")
    text = body.decode()
    check(status == 200 and text.endswith("# EOF\n"), "there are metrics", (status, text))
    served = re.search(r'^portraitd_requests_total\{.*method="PUT",status="20[01]"\} (\d+)', text, re.MULTILINE)
    check(served, f"which count the uploads, {served and served[1]} since the upgrade", text)
    output = machine.do_portraitd("status", what="portraitd status tells how much there is")
    check(re.search(r"^users\t\d+$", output, re.MULTILINE), output.splitlines()[1], output)


def erase_user(machine, client, images):
    image = images["carol"]["id"]
    receipt = json.loads(machine.do_portraitd("user", "erase", "--yes", "carol", what="carol is erased"))
    check([each["id"] for each in receipt["media"]] == [image], f"the receipt has the digest {receipt['digest']}", receipt)
    audit = machine.do_portraitd("audit", "--user", "carol", what="the audit knows")
    check(receipt["digest"] in audit, "and has it too", audit)
    check(client.request("GET", images["carol"]["path"])[0] == 404, "the picture is shown no more")
    check(not [path for path in machine.files(STATE) if image in path], "no file of it is left")
    check([path for path in machine.files(BACKUPS) if image in path], "but in the backup")
    machine.do("systemctl", "start", "portraitd-backup.service", what="the next backup is made")
    check(not [path for path in machine.files(BACKUPS) if image in path], "and has lost it, too")


def uninstall(machine, package, client, key, images):
    machine.do(*REMOVE, "remove", "portraitd", what="apt removes it")
    states = [machine.run("systemctl", "is-active", unit).stdout.strip() for unit in RUNNING]
    check("active" not in states, "nothing of it runs", states)
    check(not machine.exists("/usr/bin/portraitd"), "the program is gone")
    check(machine.exists("/etc/portraitd/portraitd.conf"), "the settings are not")
    check(client.request("GET", images["bob"]["path"])[0] == 200, "nginx serves the pictures still")

    output = machine.do(*REMOVE, "purge", "portraitd", what="apt purges it")
    check(f"the pictures stay in {STATE}" in output, "it says where the pictures are", output)
    check(not machine.exists("/etc/portraitd"), "the settings and the secret are gone")
    check(machine.exists(f"{STATE}/portraitd.sqlite"), "the pictures are not")
    machine.do("nginx", "-t", "-q", what="nginx can do without the site")

    machine.install(package, what="apt installs it again")
    enable_site(machine, client)
    status, body = client.request("GET", "/users/bob/profileimage", key)
    check(status == 200, "the picture and the key are there", (status, body))

    answer = "portraitd portraitd/remove-state boolean true"
    machine.do("sh", "-c", f"echo {answer} | debconf-set-selections", what="a person agrees to the removal of pictures")
    output = machine.do(*REMOVE, "purge", "portraitd", what="apt purges it")
    check("stay" not in output, "it does not say that they stay", output)
    left = machine.run("find", STATE, BACKUPS, "/var/cache/portraitd-avatars").stdout
    check(left == "", "nothing of it is left", left)
    failed = machine.run("systemctl", "--failed", "--plain", "--no-legend").stdout
    check("portraitd" not in failed and "nginx" not in failed, "no unit has failed", failed)
