"""Makes URLs of pictures on this machine with the public client of Libravatar, and prints each as a line of JSON.

    libravatar_urls.py PORT OPTIONS...

Each of OPTIONS is a JSON object with the arguments of libravatar_url(). The client looks up the server of a domain in the DNS,
so this script runs a small DNS server: it answers every name with PORT of 127.0.0.1.
"""

import json
import socket
import sys
import threading

import dns.flags
import dns.message
import dns.resolver
import dns.rrset
import libravatar

port = int(sys.argv[1])
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))


def serve():
    while True:
        data, client = server.recvfrom(4096)
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        name = query.question[0].name
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "SRV", f"0 0 {port} 127.0.0.1."))
        server.sendto(answer.to_wire(), client)


threading.Thread(target=serve, daemon=True).start()
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = ["127.0.0.1"]
resolver.port = server.getsockname()[1]
dns.resolver.default_resolver = resolver
for options in sys.argv[2:]:
    print(json.dumps(libravatar.libravatar_url(**json.loads(options))))
