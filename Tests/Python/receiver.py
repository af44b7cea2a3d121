"""Receives webhooks and verifies them with the public library of the Standard Webhooks specification.

    receiver.py PORT SECRET FILE

Appends each message with a valid signature to FILE as a line of JSON, then answers 204. All other messages are answered 400.
"""

import http.server
import json
import sys
import threading

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

port, secret, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
webhook = Webhook(secret)
lock = threading.Lock()
file = open(path, "a", buffering=1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            message = webhook.verify(body, dict(self.headers))
        except WebhookVerificationError as error:
            return self.answer(400, str(error))
        with lock:
            file.write(json.dumps({"id": self.headers["webhook-id"], "message": message}) + "\n")
        self.answer(204)

    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
