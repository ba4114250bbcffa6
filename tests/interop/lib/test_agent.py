"""A small agent for tests: Python's ssl and http.client, keys and requests for certificates by the openssl program."""

import base64
import hashlib
import http.client
import json
import os
import socket
import ssl
import subprocess

from lib.process import PATIENCE
from lib.tls import believing_everybody


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


def stranger(folder, subject):
    """A server's side of TLS by a certificate that is an authority of its own, unknown to everybody."""
    key, chain = f"{folder}/stranger.key", f"{folder}/stranger.pem"
    openssl("req", "-x509", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            f"/CN={subject}", "-keyout", key, "-out", chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def pinned_by(token):
    """The beginning of the fingerprint of the server's root that a token carries (shared/mgmt/token_text.h)."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    bits = "".join(f"{alphabet.index(c):05b}" for c in token.lower() if c not in "- ")
    raw = int(bits[:len(bits) // 8 * 8], 2).to_bytes(len(bits) // 8, "big")
    return raw[1:21]


class Https:
    """One connection; answers are (status, JSON, headers)."""

    def __init__(self, port, context=None, local=None):
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=90,
                                                       context=context or believing_everybody(),
                                                       source_address=local and (local, 0))

    def call(self, method, path, body=None, token=None):
        self.send(method, path, body, token)
        return self.receive()

    def send(self, method, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection.request(method, "/api/v1" + path, None if body is None else json.dumps(body), headers)

    def receive(self):
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None, dict(answer.getheaders())

    def raw(self):
        """The bytes of an answer that is no JSON."""
        return self._connection.getresponse().read()

    def whole(self):
        """Status and bytes of an answer, whatever it is."""
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def stream(self):
        """The body of an answer that does not end, as a file; its status must be 200."""
        answer = self._connection.getresponse()
        if answer.status != 200:
            raise AssertionError(f"{answer.status} {answer.read()}")
        return answer

    def ok(self, method, path, body=None, token=None):
        status, answer, _ = self.call(method, path, body, token)
        if status not in (200, 201, 204):
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer

    def number(self):
        """Of its socket, for poll(2)."""
        return self._connection.sock.fileno()

    def close(self):
        self._connection.close()


class Local(http.client.HTTPConnection):
    """By the local socket of the server."""

    def __init__(self, path):
        super().__init__("local", timeout=PATIENCE)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)

    def post(self, path, body):
        self.request("POST", "/api/v1" + path, json.dumps(body))
        answer = self.getresponse()
        return answer.status, json.loads(answer.read())


class Agent:
    """Keeps key, certificate and roots in a folder, as an agent does; counts its reports."""

    def __init__(self, port, folder, name, key_of=None):
        """`key_of`: an agent whose key it shares, as making one takes a while."""
        self.port, self.folder, self.sequence = port, folder, 0
        self._key, self._csr = f"{folder}/{name}.key", f"{folder}/{name}.csr"
        self.chain, self._roots = f"{folder}/{name}.pem", f"{folder}/{name}-roots.pem"
        self._https = None
        self.local = None  # the address that it speaks from
        if key_of is not None:
            self._key, self._csr = key_of._key, key_of._csr
            return
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", self._key, "-out", self._csr)

    def request(self):
        with open(self._csr, encoding="ascii") as file:
            return file.read()

    def shown_root(self):
        """SHA-256 of the root that the server shows within its chain."""
        shown = subprocess.run(["openssl", "s_client", "-showcerts", "-connect", f"127.0.0.1:{self.port}"],
                               stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout
        ends = [part.split(b"-----END CERTIFICATE-----")[0] for part in shown.split(b"-----BEGIN CERTIFICATE-----")[1:]]
        return [hashlib.sha256(base64.b64decode(b"".join(end.split()))).digest() for end in ends]

    def believes(self, token):
        """What an agent asks before it gives its token away (shared/mgmt/server_check.h), as far as the pin goes."""
        return any(root[:20] == pinned_by(token) for root in self.shown_root())

    def enrol(self, token):
        stranger = Https(self.port)
        status, answer, _ = stranger.call("POST", "/agent/enrol", {"token": token, "csr": self.request()})
        stranger.close()
        if status == 200:
            self.keep(answer)
        return status, answer

    def renew(self):
        status, answer = self.call("POST", "/agent/renew", {"csr": self.request()})
        if status == 200:
            self.keep(answer)
        return status, answer

    def keep(self, answer):
        for path, text in ((self.chain, answer["certificate"]), (self._roots, answer["ca"])):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        self.close()

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(self._roots)
        context.load_cert_chain(self.chain, self._key)
        return context

    def move(self, port):
        """The server is there now."""
        self.close()
        self.port = port

    def close(self):
        if self._https is not None:
            self._https.close()
        self._https = None

    def call(self, method, path, body=None):
        if self._https is None:
            self._https = Https(self.port, self.context(), self.local)
        status, answer, _ = self._https.call(method, path, body)
        return status, answer

    def desired(self, since=0, wait=0):
        status, answer = self.call("GET", f"/agent/desired?since={since}&wait={wait}")
        if status != 200:
            raise AssertionError(f"desired: {status} {answer}")
        return answer

    def report(self, **more):
        self.sequence += 1
        return self.call("POST", "/agent/report", {"sequence": self.sequence, **more})

    def serial(self):
        return openssl("x509", "-in", self.chain, "-noout", "-serial").decode().strip().split("=")[1].lower()

    def exists(self):
        return os.path.exists(self.chain)
