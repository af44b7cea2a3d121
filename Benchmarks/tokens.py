"""Bearer tokens that both sides accept: JWT, HS256."""

import base64
import hashlib
import hmac
import json
import time


def token(user, secret):
    head = encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    claims = {"sub": user, "exp": int(time.time()) + 86400, "scope": "profile:read profile:write"}
    signed = f"{head}.{encode(json.dumps(claims).encode())}"
    return f"{signed}.{encode(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
