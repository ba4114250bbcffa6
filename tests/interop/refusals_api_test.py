#!/usr/bin/env python3
"""What the management API refuses, whoever asks: strangers, tokens where they do not belong, paths, methods and bodies that
are none, and rights that are missing. How much and how often one may ask is in crowd_api_test.py.
"""

import re

from lib.api_case import DESCRIPTION, ApiTest, run


class Refusals(ApiTest):
    def test_who_is_not_logged_in_sees_nothing(self):
        made = [(method, path) for method, path in DESCRIPTION.operations()
                if DESCRIPTION.document["paths"][path][method.lower()]["security"] == [{"token": []}, {"certificate": []}]]
        self.assertGreater(len(made), 30)
        for method, path in made:
            answer = self.api.call(method, re.sub(r"\{\w+\}", "x", path), b"{}" if method in ("POST", "PATCH") else None, token=None)
            self.refusal("login-needed", answer)
            self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")

    def test_a_token_has_no_place_in_a_url(self):
        for name in ("token", "password", "access_token"):
            self.assertEqual(self.refusal("token-in-url", self.api.get("/nodes", **{name: "x"})).json["pointer"], name)

    def test_what_is_no_token(self):
        for token in ("x", "", "A" * 5000, self.api.token + "A"):
            answer = self.api.call("GET", "/whoami", token=token or None)
            self.assertIn(answer.code, ("token-ended", "login-needed"))

    def test_unknown_paths_parameters_and_methods(self):
        self.refusal("not-found", self.api.get("/no/such/path/at/all"))
        answer = self.api.raw("GET", "/elsewhere")
        self.assertEqual((answer.status, answer.code), (404, "not-found"))
        self.refusal("bad-parameter", self.api.get("/nodes", colour="red"))
        answer = self.refusal("method-not-allowed", self.api.call("DELETE", "/status"))
        self.assertEqual(answer.headers["Allow"], "GET")
        answer = self.refusal("method-not-allowed", self.api.call("PUT", "/users"))
        self.assertEqual(answer.headers["Allow"], "GET, POST")

    def test_bodies_that_are_none(self):
        for body in (b"", b"{", b"[]", b"{} {}", b'{"name": "a", "name": "b"}', b"\xff\xfe", b"[" * 100 + b"]" * 100,
                     b'{"a":' * 5000, b'{"name": 1e999}', b"nul"):
            answer = self.api.call("POST", "/users", body)
            self.refusal("bad-json", answer)
        self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/users", {"name": 7})).json["pointer"], "/name")
        self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/users", {"name": "bob", "roles": ["viewer"], "wings": 2}))
                         .json["pointer"], "/wings")

    def test_a_body_of_9_mb_is_too_large(self):
        self.refusal("too-large", self.api.call("POST", "/users", b'{"name": "' + b"x" * (9 << 20) + b'"}'))

    def test_init_is_for_the_local_socket_and_for_once(self):
        self.refusal("local-only", self.api.call("POST", "/init", {"user": "second"}))
        self.refusal("already-initialised", self.api.call("POST", "/init", {"user": "second"}, local=True))

    def test_a_right_that_is_missing_is_told_and_recorded(self):
        self.added("vera", "viewer", password="a long password of hers")
        token = self.api.login("vera", "a long password of hers")
        for method, path, body in (("GET", "/users", None), ("POST", "/users", {"name": "x", "roles": ["viewer"]}),
                                   ("PATCH", "/users/admin", {"disabled": True}), ("DELETE", "/users/admin", None),
                                   ("GET", "/audit", None), ("GET", "/audit/export", None), ("POST", "/evidence", {})):
            answer = self.refusal("right-missing", self.api.call(method, path, body, token=token))
            self.assertIn("administrator", answer.json["detail"] + answer.json["hint"])
        self.refusal("right-missing", self.api.call("GET", "/tokens", query={"user": "admin"}, token=token))
        self.refusal("right-missing", self.api.call("POST", "/password", {"user": "admin", "password": "another long one"}, token=token))
        records = self.recorded("access.refused", lambda one: one["actor"] == "vera", 9)
        self.assertEqual(len(records), 9)
        self.assertEqual((records[0]["outcome"], records[0]["details"]["needs"]), ("refused", "user.manage"))

    def test_a_client_in_a_loop_does_not_fill_the_audit_log(self):
        self.added("lou", "viewer", password="a long password of his")
        token = self.api.login("lou", "a long password of his")
        for number in range(100):
            self.refusal("right-missing", self.api.call("DELETE", f"/users/u{number}", token=token))
        records = self.recorded("access.refused", lambda one: one["actor"] == "lou")
        self.assertEqual((records[0]["details"]["request"], records[0]["details"]["count"]), ("DELETE /api/v1/users/u0", "1"))
        self.assertLess(len(records), 4, "the others of a minute are one")


if __name__ == "__main__":
    run()
