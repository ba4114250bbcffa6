"""isns-server with its management API, and the floor for what it serves: the same bytes by a bare TLS server."""

import http.client
import json
import os
import socket
import ssl
import time

from harness.process import Daemon, Failed, wait_until
from harness.servers import Sanctum, accepts
from support.ports import free_port

PATIENCE = 120


def connect(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # who it is was settled when it was started
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
    connection.connect()
    return connection


def timed(connection, path, token="", method="GET", body=None):
    """(milliseconds until the last byte, the body). Fails unless the status is 200 or 201."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    begin = time.perf_counter()
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = (time.perf_counter() - begin) * 1000
    if answer.status not in (200, 201):
        raise Failed(f"{method} {path}: {answer.status} {text[:500]}")
    return took, text


class _Local(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


class Managed(Sanctum):
    """With the management API, an administrator and his token."""

    def __init__(self, program, folder, processors, like=None):
        super().__init__(program, folder, processors, like)
        self.api_port = free_port()
        self.token = ""
        self._password = ""
        # A path of a socket is at most 107 bytes.
        self._socket = f"/tmp/sanctum-bench-{os.getpid()}-{self.api_port}.sock"

    def settings(self):
        return {**super().settings(), "api.enabled": "true", "api.address": "127.0.0.1", "api.port": self.api_port,
                "api.socket": self._socket, "api.key_folder": f"{self.folder}/keys",
                # One address stands for many here.
                "api.requests_per_source": "0", "api.connections_per_source": "5000"}

    def start(self):
        super().start()
        wait_until(self._ready, "the management API is ready")
        if not self._password:
            connection = _Local(self._socket)
            self._password = json.loads(timed(connection, "/api/v1/init", "", "POST", '{"user":"admin"}')[1])["password"]
            connection.close()
        wait_until(lambda: accepts(self.api_port), "the management API is open")  # to all, since there is somebody
        body = json.dumps({"user": "admin", "password": self._password})
        self.token = json.loads(timed(connect(self.api_port), "/api/v1/login", "", "POST", body)[1])["token"]
        return self

    def _ready(self):
        self.daemon.check()
        if not os.path.exists(self._socket):
            return False
        connection = _Local(self._socket)
        status = json.loads(timed(connection, "/api/v1/status")[1])
        connection.close()
        return status["ready"]

    def stop(self):
        super().stop()
        if os.path.exists(self._socket):
            os.remove(self._socket)

    def connection(self):
        return connect(self.api_port)

    def timed(self, path, method="GET", body=None, connection=None):
        return timed(connection or connect(self.api_port), "/api/v1" + path, self.token, method,
                     None if body is None else json.dumps(body))

    def get(self, path):
        return json.loads(self.timed(path)[1])

    def post(self, path, body=None):
        text = self.timed(path, "POST", body)[1]
        return json.loads(text) if text else None


class BareTls:
    """`openssl s_server -WWW`: it sends the bytes of a file and does nothing else: no JSON is made, nobody is asked who he
    is, nothing is looked up."""

    def __init__(self, folder, processors):
        self._folder, self._processors = folder, processors
        self.port = free_port()
        self.daemon = None

    def __enter__(self):
        key, pem = (os.path.join(self._folder, name) for name in ("key.pem", "cert.pem"))
        made = Daemon(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                       "-subj", "/CN=bare", "-keyout", key, "-out", pem, "-days", "2"],
                      os.path.join(self._folder, "log"), self._processors)
        made.child.wait()
        self.daemon = Daemon(["sh", "-c", f"cd {self._folder} && exec openssl s_server -WWW -quiet -accept "
                              f"127.0.0.1:{self.port} -key {key} -cert {pem} -num_tickets 0"],
                             os.path.join(self._folder, "log"), self._processors)
        wait_until(lambda: accepts(self.port), "the bare TLS server accepts connections")
        return self

    def __exit__(self, *_):
        self.daemon.stop()

    def timed(self, body):
        """Milliseconds until the last byte of `body`; the connection is there before, as for the server."""
        with open(os.path.join(self._folder, "body"), "wb") as file:
            file.write(body)
        took, text = timed(connect(self.port), "/body")
        if len(text) != len(body):
            raise Failed(f"the bare TLS server sent {len(text)} of {len(body)} bytes")
        return took
