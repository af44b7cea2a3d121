"""An application that uses the service through nginx, by HTTPS."""

import contextlib
import http.client
import socket
import ssl
import struct
import threading
import time
import zlib

HOST = "images.example.com"


class Client:
    """Trusts one certificate, and connects to the site at the machine's own address."""

    def __init__(self, certificate):
        self.context = ssl.create_default_context(cadata=certificate)

    def request(self, method, path, credential=None, body=None, accept="application/json"):
        """Status and body of the answer, over a connection of its own."""
        connection = http.client.HTTPSConnection(HOST, timeout=60)
        headers = {"Accept": accept} | ({"Authorization": f"Bearer {credential}"} if credential else {})
        with contextlib.closing(connection):
            plain = socket.create_connection(("127.0.0.1", 443), timeout=60)
            connection.sock = self.context.wrap_socket(plain, server_hostname=HOST)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()


def plain_request(path):
    """Status and Location of the answer to a GET by HTTP."""
    connection = http.client.HTTPConnection("127.0.0.1", timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Host": HOST})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")


def picture(side, shade):
    """A PNG of one colour."""
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = (b"\0" + bytes((shade, 80, 160)) * side) * side
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def is_jpeg(answer):
    status, body = answer
    return status == 200 and body.startswith(b"\xff\xd8\xff")


class Load:
    """Clients that send requests all the time, each with a new connection, and record failed requests."""

    def __init__(self, client, key, user, url):
        self.client = client
        self.requests = [
            ("PUT", "/users/load-{}/profileimage", key, picture(640, 200)),
            ("GET", f"/users/{user}/profileimage", key, None),
            ("POST", "/users/load-{}/profileimage/uploads", key, None),
            ("GET", url, None, None),
        ]
        self.count, self.failures, self.slowest = 0, [], 0.0
        self.lock, self.over = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(number,)) for number in range(8)]
        for thread in self.threads:
            thread.start()

    def work(self, number):
        while not self.over.is_set():
            for method, path, credential, body in self.requests:
                begin = time.monotonic()
                try:
                    status = self.client.request(method, path.format(number), credential, body)[0]
                except OSError as error:
                    status = repr(error)
                with self.lock:
                    self.count += 1
                    self.slowest = max(self.slowest, time.monotonic() - begin)
                    if status not in (200, 201):
                        self.failures.append((method, path, status))

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
