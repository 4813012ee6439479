"""What a hub asks of Moodle when a student signs in by LTI 1.3: `python made_up_moodle.py PORT`.

It publishes a key, and signs for whoever is asked about; a browser would carry the answer back in a form.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "1", "alg": "RS256"}
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


class Moodle(BaseHTTPRequestHandler):
    """Answers at the two addresses that Moodle has for this."""

    def do_GET(self):
        where, asked = urlsplit(self.path), dict(parse_qsl(urlsplit(self.path).query))
        told = {"keys": [PUBLIC]} if where.path == "/mod/lti/certs.php" else self.signed(asked)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def signed(self, asked):
        """The form's fields, and where it goes."""
        now, host = int(time.time()), self.headers["Host"]
        about = {"iss": f"http://{host}", "aud": asked["client_id"], "iat": now, "exp": now + 60}
        about |= {"nonce": asked["nonce"], "sub": asked["login_hint"], "email": "ana@school.example"}
        about |= {f"{CLAIM}version": "1.3.0", f"{CLAIM}deployment_id": "1", f"{CLAIM}roles": []}
        about |= {f"{CLAIM}message_type": "LtiResourceLinkRequest", f"{CLAIM}resource_link": {"id": "1"}}
        about |= {f"{CLAIM}target_link_uri": asked["redirect_uri"]}
        token = jwt.encode(about, KEY, "RS256", {"kid": "1"})
        return {"to": asked["redirect_uri"], "fields": {"state": asked["state"], "id_token": token}}

    def log_message(self, *said):
        """Nothing is logged."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Moodle).serve_forever()
