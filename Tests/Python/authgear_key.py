"""Makes an administrator's private key, and a key set with its public key: authgear_key.py FOLDER"""

import json
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

key = rsa.generate_private_key(65537, 2048)
form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
with open(f"{sys.argv[1]}/key.pem", "wb") as file:
    file.write(key.private_bytes(*form))
public = json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "k1", "alg": "RS256", "use": "sig"}
with open(f"{sys.argv[1]}/jwks.json", "w") as file:
    json.dump({"keys": [public]}, file)
