"""A foreign client of the management API: Python's http.client, every answer held against docs/reference/openapi.json."""

import http.client
import json
import os
import socket
import sys
import types
import urllib.parse

from lib.tls import believing_everybody

try:
    import jsonschema
except ImportError:  # every test of the API is skipped then
    print("python3-jsonschema is not there")
    sys.exit(77)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BASE = "/api/v1"


class Description:
    """The OpenAPI file: which operation a request is, and whether an answer is one of those that it tells of."""

    def __init__(self):
        with open(os.path.join(ROOT, "docs", "reference", "openapi.json"), encoding="utf-8") as file:
            self.text = file.read()
        self.document = json.loads(self.text)
        self._validators = {}

    def path_of(self, path):
        """The template that a path means: of those that fit, the one with the fewest names."""
        segments = path.split("/")
        fitting = [template for template in self.document["paths"]
                   if len(template.split("/")) == len(segments) and
                   all(t.startswith("{") and s or t == s for t, s in zip(template.split("/"), segments))]
        return min(fitting, key=lambda template: template.count("{"), default=None)

    def operations(self):
        return {(method.upper(), path) for path, methods in self.document["paths"].items() for method in methods}

    def check(self, schema, value):
        key = json.dumps(schema)
        if key not in self._validators:
            self._validators[key] = jsonschema.Draft202012Validator(schema | {"components": self.document["components"]})
        errors = sorted(self._validators[key].iter_errors(value), key=lambda error: len(error.path))
        if errors:
            deepest = jsonschema.exceptions.best_match(errors)
            raise AssertionError(f"{'/'.join(map(str, deepest.absolute_path))}: {deepest.message[:300]}")

    def check_body(self, method, path, body):
        """A body that was taken is one of those that are told of."""
        operation = self.document["paths"].get(self.path_of(path), {}).get(method.lower(), {})
        if "requestBody" in operation:
            self.check(operation["requestBody"]["content"]["application/json"]["schema"], body)

    def check_answer(self, method, path, answer):
        template = self.path_of(path)
        operation = self.document["paths"].get(template, {}).get("get" if method == "HEAD" else method.lower())
        if answer.status >= 400 or operation is None:
            if answer.type != "application/problem+json":
                raise AssertionError(f"{method} {path}: {answer.status} is {answer.type}: {answer.body[:200]!r}")
            self.check({"$ref": "#/components/schemas/Problem"}, answer.json)
            # Who is told to look at a pointer, or to do something, finds it said.
            if not answer.json["hint"] or "The pointer names" in answer.json["hint"] and "pointer" not in answer.json:
                raise AssertionError(f"{method} {path}: the hint leads nowhere: {answer.body!r}")
            if answer.json["status"] != answer.status:
                raise AssertionError(f"{method} {path}: the problem says {answer.json['status']}, the line {answer.status}")
            return
        told = operation["responses"].get(str(answer.status))
        if told is None:
            raise AssertionError(f"{method} {path}: status {answer.status} is not described")
        if "content" not in told:
            if answer.body:
                raise AssertionError(f"{method} {path}: a body where there is none: {answer.body[:100]!r}")
            return
        if method == "HEAD":
            return
        if answer.type not in told["content"]:
            raise AssertionError(f"{method} {path}: {answer.type} is not described")
        if answer.type == "application/json":
            self.check(told["content"]["application/json"]["schema"], answer.json)


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.type = response.headers.get_content_type() if response.headers.get("Content-Type") else ""
        self.body = body
        self.json = json.loads(body) if body and self.type in ("application/json", "application/problem+json") else None

    @property
    def code(self):
        return self.json.get("code") if isinstance(self.json, dict) else None


class LocalConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class ApiClient:
    """Calls one server. `good` has every operation that was answered well in this process, `refused` every one that was
    refused."""

    good, refused = set(), set()

    def __init__(self, socket_path, port, description):
        self.socket_path, self.port, self.description = socket_path, port, description
        self.token = None

    def connection(self, local=False):
        if local:
            return LocalConnection(self.socket_path)
        context = believing_everybody()
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)

    def raw(self, method, path, body=None, local=False, token=None, headers=None):
        connection = self.connection(local)
        all_headers = dict(headers or {})
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, body, all_headers)
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def call(self, method, path, body=None, query=None, local=False, token=..., headers=None):
        """The answer, checked. `body` is a value, or bytes as they are."""
        text = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        full = BASE + path + ("?" + urllib.parse.urlencode(query) if query else "")
        answer = self.raw(method, full, text, local, self.token if token is ... else token, headers)
        return self.note(method, path, body, answer)

    def note(self, method, path, body, answer):
        """Checks what was asked and answered, by whomever."""
        self.description.check_answer(method, path, answer)
        if answer.status < 400 and body is not None and not isinstance(body, bytes):
            self.description.check_body(method, path, body)
        if template := self.description.path_of(path):
            (self.refused if answer.status >= 400 else self.good).add((method, template))
        return answer

    def as_agent(self, agent, method, path, body=None):
        """The same for a request of a test agent."""
        status, answer = agent.call(method, path, body)
        return self.note(method, path.split("?")[0], body, types.SimpleNamespace(
            status=status, json=answer, body=json.dumps(answer).encode(), code=answer.get("code"),
            type="application/json" if status < 400 else "application/problem+json"))

    def login(self, user, password):
        answer = self.call("POST", "/login", {"user": user, "password": password}, token=None)
        if answer.status != 200:
            raise AssertionError(f"login of {user}: {answer.body!r}")
        return answer.json["token"]

    def get(self, path, **query):
        return self.call("GET", path, query=query or None)


def quoted(name):
    return urllib.parse.quote(name, safe="")
