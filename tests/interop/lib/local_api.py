"""The management API over its local socket: JSON in, JSON out, as an administrator who has logged in."""

import contextlib
import http.client
import json
import socket

from lib.process import PATIENCE, eventually


class _Local(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self._path)


class Refused(AssertionError):
    """An answer that is a problem; `problem` is its JSON."""

    def __init__(self, status, problem):
        super().__init__(f"{status}: {json.dumps(problem, indent=1)}")
        self.status, self.problem = status, problem


class Api:
    def __init__(self, path):
        self._path = path
        self.password = self.token = ""

    def init(self, user="admin"):
        """The first administrator; logs in."""
        self.password = self.post("/init", {"user": user})["password"]
        self.login(user)

    def login(self, user="admin"):
        self.token = self.post("/login", {"user": user, "password": self.password})["token"]

    def call(self, method, path, body=None):
        connection = _Local(self._path)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with contextlib.closing(connection):
            connection.request(method, "/api/v1" + path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read()
        answer = json.loads(text) if text else None
        if response.status >= 400:
            raise Refused(response.status, answer)
        return answer

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def until(self, path, good, patience=PATIENCE):
        """What the path gives when `good` says so of it."""
        last = []

        def answered():
            try:
                last[:] = [self.get(path)]
                return good(last[0])
            except Refused as refused:
                if refused.status != 503:
                    raise
                last[:] = [refused.problem]
                return False
        eventually(answered, lambda: f"{path} stays {last}", patience)
        return last[0]
