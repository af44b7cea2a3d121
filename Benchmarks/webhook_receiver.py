"""A receiver that only counts webhooks: webhook_receiver.py PORT

Answers POST with 204, and GET with the number of POSTs and the seconds between the first and the last.
"""

import asyncio
import sys
import time


class Receiver(asyncio.Protocol):
    count = 0
    first = last = 0.0

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""

    def data_received(self, data):
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end].lower()
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
            if len(self.received) < end + 4 + length:
                return
            self.received = self.received[end + 4 + length :]
            self.transport.write(self.answer(head))

    def answer(self, head):
        if head.startswith(b"post "):
            Receiver.last = time.monotonic()
            Receiver.first = Receiver.first or Receiver.last
            Receiver.count += 1
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        text = f"{Receiver.count} {Receiver.last - Receiver.first}".encode()
        Receiver.count, Receiver.first = (0, 0.0) if head.startswith(b"get /reset") else (Receiver.count, Receiver.first)
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)


async def main():
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
