#!/usr/bin/env python3
"""The HTTP of the management API as bytes: one row a wire text, what it is answered, and whether the connection ends; what
strangers can take of the server's memory and connections; that no secret of a refused request stays in its memory.
"""

import json
import socket
import ssl

from lib.api_case import DESCRIPTION, ApiTest, run
from lib.memory import memory_of
from lib.process import eventually, is_sanitized
from lib.secret_scan import assert_nowhere
from lib.tls import believing_everybody

HEAD = "Host: x\r\n"
STATUS = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n"


class Wire:
    """A TLS connection on which bytes are sent as they are."""

    def __init__(self, port):
        context = believing_everybody()
        self.plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.tls = context.wrap_socket(self.plain)
        self.file = self.tls.makefile("rb")

    def send(self, data):
        self.tls.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        return self

    def answer(self, head_only=False):
        """Status, reason, headers and body of the next answer."""
        _, status, reason = self.file.readline().decode().rstrip("\r\n").split(" ", 2)
        headers = {}
        while (line := self.file.readline().decode().rstrip("\r\n")):
            name, value = line.split(": ", 1)
            headers[name.lower()] = value
        size = int(headers.get("content-length", 0))
        return int(status), reason, headers, b"" if head_only else self.file.read(size)

    def ended(self):
        try:
            return self.file.read(1) == b""
        except (ConnectionError, ssl.SSLError):
            return True

    def close(self):
        self.file.close()
        self.tls.close()


def post(path, body, headers=""):
    return f"POST {path} HTTP/1.1\r\n{HEAD}{headers}Content-Length: {len(body)}\r\n\r\n{body}"


# Wire text, status, its code, and whether the connection ends then.
ROWS = [
    ("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n", 200, None, False),
    ("GET /api/v1/status HTTP/1.0\r\n\r\n", 200, None, True),
    ("GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200, None, True),
    ("\r\nGET https://x/api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n", 200, None, False),
    *((f"{method} /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method-not-allowed", False)
      for method in ("OPTIONS", "TRACE", "PUT", "FETCH")),
    ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404, "not-found", False),
    ("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad-request", True),
    ("hello\r\n\r\n", 400, "bad-request", True),
    ("GET /api/v1/status HTTP/1.1\n\n", 400, "bad-request", True),
    ("GET /api/v1/status HTTP/2.0\r\n\r\n", 400, "bad-request", True),
    ("GET /api/v1/status HTTP/1.1\r\n\r\n", 400, "bad-request", True),
    ("GET /api/v1/status HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400, "bad-request", True),
    ("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400, "bad-request", True),
    (f"GET /api/v1/status HTTP/1.1\r\nHost: x\r\nX: {'a' * 20000}\r\n\r\n", 400, "bad-request", True),
    (f"GET /{'a' * 20000} HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad-request", True),
    ("GET /api/v1/hosts/%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad-request", True),
    ("GET /api/v1/status?%ff=1 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad-request", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{{}}", 400, "bad-request", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Content-Length: two\r\n\r\n{{}}", 400, "bad-request", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400, "bad-request", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400,
     "bad-request", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\nx\r\n", 400, "bad-request", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n11000\r\n", 413, "too-large", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Content-Length: 70000\r\n\r\n", 413, "too-large", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Content-Length: 99999999\r\n\r\n", 413, "too-large", True),
    (f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n", 413, "too-large", True),
    (post("/api/v1/login", "{{{garbage"), 400, "bad-json", False),
    (post("/api/v1/login", "{}"), 422, "bad-value", False),
    (post("/api/v1/logout", "{{{garbage", "Authorization: Bearer TOKEN\r\n"), 400, "bad-json", False),
    (post("/api/v1/logout", "[]", "Authorization: Bearer TOKEN\r\n"), 400, "bad-json", False),
    (f"GET /api/v1/whoami HTTP/1.1\r\n{HEAD}Authorization: bearer  TOKEN\r\n\r\n", 200, None, False),
    (f"GET /api/v1/whoami HTTP/1.1\r\n{HEAD}Authorization: Basic TOKEN\r\n\r\n", 401, "login-needed", False),
    *((f"GET /api/v1/{path} HTTP/1.1\r\n{HEAD}Authorization: Bearer TOKEN\r\n\r\n", 400, "bad-parameter", False)
      for path in ("nodes?limit=0", "nodes?limit=5&limit=6", "search?q=a&limit=0", "changes?limit=0", "chap?limit=0",
                   "audit?limit=0", "events?since=abc", "findings?waived=perhaps")),
]


class Bytes(ApiTest):
    def wire(self):
        made = Wire(self.api.port)
        self.addCleanup(made.close)
        return made

    def test_each_text_has_its_answer(self):
        for text, wanted, code, ends in ROWS:
            with self.subTest(text[:80]):
                wire = self.wire().send(text.replace("TOKEN", self.api.token))
                status, reason, headers, body = wire.answer()
                self.assertEqual(status, wanted, body)
                if code:
                    self.assertEqual(headers["content-type"], "application/problem+json")
                    DESCRIPTION.check({"$ref": "#/components/schemas/Problem"}, json.loads(body))
                    self.assertEqual(json.loads(body)["code"], code, body)
                self.assertEqual("close" in headers.get("connection", ""), ends)
                if ends:
                    self.assertTrue(wire.ended())
                else:
                    self.assertEqual(wire.send(STATUS).answer()[0], 200, "the connection goes on")
                if status == 422:
                    self.assertEqual(reason, "Unprocessable Content")

    def test_what_a_body_hides_is_no_request(self):
        text = f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Content-Length: 2\r\nContent-Length: 60\r\n\r\n{{}}".encode() + STATUS
        wire = self.wire().send(text)
        self.assertEqual(wire.answer()[0], 400)
        self.assertTrue(wire.ended())

    def test_requests_that_come_at_once_are_answered_one_after_the_other(self):
        wire = self.wire().send(STATUS * 20 + STATUS.replace(b"GET", b"HEAD") + STATUS)
        for _ in range(20):
            self.assertEqual(wire.answer()[0], 200)
        self.assertEqual(wire.answer(head_only=True)[0], 200)
        self.assertEqual(wire.answer()[0], 200)

    def test_a_large_body_of_somebody_who_is_known_is_asked_for_and_taken(self):
        size = 2 << 20
        wire = self.wire().send(f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Authorization: Bearer {self.api.token}\r\n"
                                f"Expect: 100-continue\r\nContent-Length: {size}\r\n\r\n")
        self.assertEqual(wire.answer()[0], 100)
        wire.send(b" " * size)
        self.assertEqual(wire.answer()[0], 413, "more than a login may have, but it was read")
        self.assertEqual(wire.send(STATUS).answer()[0], 200)


class Strangers(ApiTest):
    """What those can take who have not logged in."""

    MORE = {"api.connections_per_source": 60}

    def test_they_do_not_fill_the_memory(self):
        before = self.server.sanctum.process.resident()
        wires = []
        for _ in range(50):
            wire = Wire(self.api.port)
            wires.append(wire)
            try:
                wire.send(f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Content-Length: {16 << 20}\r\n\r\n").send(b" " * (1 << 20))
            except OSError:
                pass  # it is not read to the end
        if not is_sanitized(self.server.sanctum.program):
            self.assertLess(self.server.sanctum.process.resident() - before, 16 << 20)
        for wire in wires:
            wire.close()

    def test_one_address_does_not_take_all_connections(self):
        held = []
        try:
            for _ in range(100):
                held.append(Wire(self.api.port))
        except OSError:
            pass  # closed at once
        self.assertGreater(len(held), 50)
        self.assertLess(len(held), 61)
        self.assertEqual(self.api.call("GET", "/status", local=True).status, 200)
        for wire in held:
            wire.close()

        def served():
            try:
                return self.api.get("/whoami").status == 200
            except OSError:
                return False
        eventually(served, "there is room again")
        self.server.sanctum.process.expect("api.connections_per_source")


class Secrets(ApiTest):
    """A secret that came with a refused request is nowhere when that is answered."""

    def in_memory(self, secret):
        return memory_of(self.server.sanctum.process.pid).count(secret.encode())

    def test_none_stays(self):
        # While the rest of a request is waited for the scan finds its secret, and none when its connection has ended.
        begun = "zK-planted-in-a-request-that-is-not-whole"
        wire = Wire(self.api.port).send(post("/api/v1/login", json.dumps({"user": "x", "password": begun}))[:-1])
        eventually(lambda: self.in_memory(begun) > 0, "it is found where it is")
        wire.close()
        eventually(lambda: self.in_memory(begun) == 0, "it goes with its connection")
        pad = "p" * 700
        token = f"Authorization: Bearer {self.api.token}\r\n"
        edits = [{"op": "create", "object": "credential:+0"},
                 {"op": "set", "object": "credential:+0", "field": "secret", "value": None}]
        cases = {
            "no token": ("/chap", {"initiator": pad, "secret": None}, ""),
            "no JSON": ("/chap", {"initiator": pad, "secret": None}, token),
            "a member of another kind": ("/chap", {"initiator": 7, "secret": None, "pad": pad}, token),
            "another name": ("/chap", {"initiator": pad, "Secret": None}, token),
            "a parameter": ("/chap?x=1", {"initiator": pad, "secret": None}, token),
            "no such path": ("/nothing", {"initiator": pad, "secret": None}, token),
            "a login with a parameter": ("/login?x=1", {"user": pad, "password": None}, ""),
            "a draft": ("/changes", {"title": pad, "edits": edits}, token),
            "a list": ("/chap", {"initiator": pad, "secret": [None]}, token),
            "a header that stands twice": ("/chap", {"initiator": pad, "secret": None}, "Host: y\r\n"),
        }
        for number, (name, (path, body, headers)) in enumerate(cases.items()):
            secret = f"zK-{number}-planted-{number}-secret"
            text = json.dumps(body).replace("null", f'"{secret}"')
            text = text[:-1] if name == "no JSON" else text
            wire = Wire(self.api.port).send(post("/api/v1" + path, text, headers))
            status, _, _, answer = wire.answer()
            wire.close()
            with self.subTest(name):
                self.assertGreaterEqual(status, 400)
                assert_nowhere(self, "the answer", answer, (secret,), "detail")
                # At once, or a moment after the answer: the next request may take the memory.
                eventually(lambda: self.in_memory(secret) == 0, "the secret is wiped", patience=2)


if __name__ == "__main__":
    run()
