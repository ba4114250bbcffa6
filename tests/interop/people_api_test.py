#!/usr/bin/env python3
"""People of the management API: users, logins, passwords and tokens, how they live on over a restart, and that a password
is nowhere but where it must be.
"""

import concurrent.futures
import contextlib
import sqlite3
import time

from lib.api_case import ApiTest, run
from lib.process import eventually
from lib.secret_scan import assert_not_in_files, assert_not_in_memory, assert_nowhere

# Long and not a word, so that it is found where it should not be.
PLANTED = "qX7-planted-password-Zv93kd"


class People(ApiTest):
    def test_a_user_comes_changes_and_goes(self):
        user = self.added("ann", "zoner", "viewer", scope=["PCI"])
        self.assertEqual((user["scope"], user["has_password"], user["last_login"]), (["PCI"], False, 0))
        self.assertEqual(sorted(user["roles"]), ["viewer", "zoner"])
        self.refusal("name-taken", self.api.call("POST", "/users", {"name": "ann", "roles": ["viewer"]}))
        self.refusal("bad-value", self.api.call("POST", "/users", {"name": "Ann B", "roles": ["viewer"]}))
        self.refusal("bad-value", self.api.call("POST", "/users", {"name": "eve", "roles": ["king"]}))
        self.refusal("bad-value", self.api.call("POST", "/users", {"name": "eve", "roles": []}))
        self.refusal("bad-value", self.api.call("POST", "/users", {"name": "eve", "roles": ["viewer"], "password": "short"}))
        changed = self.api.call("PATCH", "/users/ann", {"roles": ["auditor"], "disabled": True})
        self.assertEqual((changed.json["roles"], changed.json["disabled"], changed.json["scope"]), (["auditor"], True, ["PCI"]))
        self.assertIn("ann", [u["name"] for u in self.api.get("/users").json["items"]])
        self.assertEqual(self.api.call("DELETE", "/users/ann").status, 204)
        self.refusal("no-such-object", self.api.call("DELETE", "/users/ann"))
        self.refusal("no-such-object", self.api.call("PATCH", "/users/ann", {"disabled": False}))

    def test_the_last_administrator_stays(self):
        for method, body in (("DELETE", None), ("PATCH", {"disabled": True}), ("PATCH", {"roles": ["viewer"]})):
            answer = self.refusal("bad-value", self.api.call(method, "/users/admin", body))
            self.assertIn("last administrator", answer.json["detail"])

    def test_of_three_administrators_who_step_down_at_once_one_stays(self):
        # Each gives up his own role, so that nobody is refused because another one took it from him.
        words = {"root2": "the second one's password", "root3": "the third one's password"}
        tokens = {"admin": self.api.token}
        for name, password in words.items():
            self.added(name, "administrator", password=password)
            tokens[name] = self.api.login(name, password)
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            step_down = lambda name: self.api.call("PATCH", f"/users/{name}", {"roles": ["viewer"]}, token=tokens[name])
            answers = dict(zip(tokens, pool.map(step_down, tokens)))
        (keeper,) = [name for name, answer in answers.items() if answer.status != 200]
        self.assertIn("last administrator", self.refusal("bad-value", answers[keeper]).json["detail"])
        back = self.api.call("PATCH", "/users/admin", {"roles": ["administrator"]}, token=tokens[keeper])
        self.assertEqual(back.status, 200)
        for name in words:
            self.assertEqual(self.api.call("DELETE", f"/users/{name}").status, 204)

    def test_a_login_is_noted_and_a_logout_ends_it(self):
        self.added("lou", "viewer", password="a long password of his")
        token = self.api.login("lou", "a long password of his")
        self.assertEqual(self.api.call("GET", "/whoami", token=token).json["user"], "lou")
        (lou,) = [u for u in self.api.get("/users").json["items"] if u["name"] == "lou"]
        self.assertLess(abs(lou["last_login"] - time.time()), 60)
        self.assertEqual(self.api.call("POST", "/logout", token=token).status, 204)
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
        self.refusal("token-ended", self.api.call("POST", "/logout", token=token))

    def test_passwords(self):
        self.added("pat", "viewer", password="a first password of pat")
        token = self.api.login("pat", "a first password of pat")
        new = {"password": "a second password of pat", "old": "a first password of pat"}
        self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/password", new | {"old": "wrong"}, token=token))
                         .json["pointer"], "/old")
        self.refusal("bad-value", self.api.call("POST", "/password", {"password": new["password"]}, token=token))
        self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/password", new | {"password": "pat"}, token=token))
                         .json["pointer"], "/password")
        self.assertEqual(self.api.call("POST", "/password", new, token=token).status, 204)
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
        self.refusal("login-failed", self.api.call("POST", "/login", {"user": "pat", "password": new["old"]}, token=None))
        self.api.login("pat", new["password"])
        self.assertEqual(self.api.call("POST", "/password", {"user": "pat", "password": "a third password of pat"}).status, 204)
        self.api.login("pat", "a third password of pat")
        self.refusal("no-such-object", self.api.call("POST", "/password", {"user": "nobody", "password": "a third password of pat"}))

    def test_who_fails_too_often_waits(self):
        self.added("max", "viewer", password="a long password of his")

        def login(password):
            return self.api.call("POST", "/login", {"user": "max", "password": password}, token=None)
        for _ in range(6):
            self.refusal("login-failed", login("wrong"))
        # Every further failure doubles the wait: soon it is longer than this machine may take for the next request.
        eventually(lambda: int(login("wrong").headers.get("Retry-After", 0)) >= 4, "he must wait for 4 s", 60)
        answer = self.refusal("login-wait", login("a long password of his"))
        self.assertEqual(answer.status, 429)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)

    def test_tokens(self):
        self.assertEqual(self.api.call("PATCH", "/users/admin", {"roles": ["administrator", "viewer"]}).status, 200)
        self.api.token = self.api.login("admin", self.server.password)  # a session has the roles of its beginning
        expires = int(time.time()) + 3600
        made = self.api.call("POST", "/tokens", {"name": "backup", "roles": ["viewer"], "expires": expires})
        self.assertEqual((made.status, made.json["expires"]), (201, expires))
        token = made.json["token"]
        self.assertEqual(self.api.call("GET", "/whoami", token=token).json["roles"], "viewer")
        self.refusal("right-missing", self.api.call("GET", "/users", token=token))
        self.refusal("name-taken", self.api.call("POST", "/tokens", {"name": "backup", "expires": expires}))
        self.refusal("bad-value", self.api.call("POST", "/tokens", {"name": "late", "expires": 1}))
        self.refusal("bad-value", self.api.call("POST", "/tokens", {"name": "long", "expires": expires + 10 * 365 * 86400}))
        (listed,) = self.api.get("/tokens").json["items"]
        self.assertEqual((listed["name"], listed["roles"]), ("backup", ["viewer"]))
        self.refusal("no-such-object", self.api.get("/tokens", user="nobody"))
        self.assertEqual(self.api.call("DELETE", "/tokens/backup").status, 204)
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
        self.refusal("no-such-object", self.api.call("DELETE", "/tokens/backup"))

    def test_what_a_token_does_is_recorded_as_the_tokens(self):
        self.api.token = self.api.login("admin", self.server.password)
        expires = int(time.time()) + 3600
        made = self.api.call("POST", "/tokens", {"name": "ci deploy", "expires": expires})
        token = made.json["token"]
        first = self.api.get("/audit", order="newest", limit=1).json["items"][0]["sequence"] + 1
        self.assertEqual(self.api.call("POST", "/users", {"name": "toni", "roles": ["viewer"]}, token=token).status, 201)
        change = self.api.call("POST", "/changes", {"title": "by a token", "edits": []}, token=token)
        self.assertEqual((change.status, change.json["author"]), (201, "admin"))  # whose rights it has
        self.assertEqual(self.api.call("DELETE", f"/changes/{change.json['id']}").status, 204)  # himself, of what it drafted

        def acts(who):
            items = self.api.get("/audit", **{"from": first}, actor=who).json["items"]
            return [(one["event"], one["actor"], one["actorKind"]) for one in items]
        by_token = [(event, "admin/ci deploy", "token") for event in ("user.created", "change.draft")]
        self.assertEqual(acts("admin/ci deploy"), by_token)
        self.assertLessEqual(set(by_token) | {("change.discard", "admin", "person")}, set(acts("admin")))
        invited = self.api.call("POST", "/agents/invitations", {"agent": "new", "entity": "new", "nodes": []}, token=token)
        self.assertEqual(invited.status, 201, invited)
        self.assertIn(("agent.invited", "admin/ci deploy", "token"), acts("admin/ci deploy"))
        self.assertEqual(self.api.call("DELETE", "/tokens/ci%20deploy").status, 204)

    def test_nobody_is_called_as_the_server_or_as_root(self):
        for name in ("isns-server", "root"):
            answer = self.refusal("bad-value", self.api.call("POST", "/users", {"name": name, "roles": ["viewer"]}))
            self.assertEqual(answer.json["pointer"], "/name")
            self.assertIn("is kept for", answer.json["detail"])

    def test_who_is_removed_is_out_at_once(self):
        self.added("gone", "viewer", password="a long password of his")
        token = self.api.login("gone", "a long password of his")
        self.assertEqual(self.api.call("DELETE", "/users/gone").status, 204)
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
        self.added("gone", "administrator")
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))


class Clock(ApiTest):
    def test_a_token_that_has_ended_is_kept_while_the_clock_may_be_wrong(self):
        self.api.token = self.api.login("admin", self.server.password)
        token = self.api.call("POST", "/tokens", {"name": "kept", "expires": int(time.time()) + 3600}).json["token"]

        def listed_after_a_start(*changes):
            self.server.sanctum.stop()
            with contextlib.closing(sqlite3.connect(f"{self.server.folder}/registry.db")) as file, file:
                for change in changes:
                    self.assertEqual(file.execute(change).rowcount, 1)
            self.server.sanctum.start()
            self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
            self.api.token = self.api.login("admin", self.server.password)
            return [one["name"] for one in self.api.get("/tokens").json["items"]]

        # To who was last sure of the time twenty days ago this clock is twenty days ahead.
        self.assertEqual(listed_after_a_start("UPDATE certificate_clock SET floor = floor - 20 * 86400",
                                              "UPDATE access_token SET expires = expires - 10 * 86400 WHERE name = 'kept'"), ["kept"])
        self.assertEqual(listed_after_a_start("UPDATE certificate_clock SET floor = floor + 20 * 86400"), [])


class Restart(ApiTest):
    def test_sessions_users_and_the_log_live_on(self):
        self.added("ann", "viewer", password="a long password of hers")
        self.server.restart()
        self.assertEqual(self.api.get("/whoami").json["user"], "admin")
        self.api.login("ann", "a long password of hers")
        self.refusal("already-initialised", self.api.call("POST", "/init", {"user": "second"}, local=True))
        events = [r["event"] for r in self.api.get("/audit", limit=1000).json["items"]]
        self.assertEqual(events.count("server.started"), 2)
        self.assertEqual(events.count("server.stopped"), 1)


class Secrets(ApiTest):
    """A password and tokens are nowhere but where they must be."""

    def test_what_is_planted_is_found_nowhere(self):
        self.added("spy", "viewer", password=PLANTED)
        session = self.api.login("spy", PLANTED)
        self.refusal("login-failed", self.api.call("POST", "/login", {"user": "spy", "password": PLANTED + "x"}, token=None))
        second = PLANTED[::-1]
        self.assertEqual(self.api.call("POST", "/password", {"password": second, "old": PLANTED}, token=session).status, 204)
        token = self.api.call("POST", "/tokens", {"name": "t", "expires": int(time.time()) + 3600}).json["token"]
        self.refusal("token-in-url", self.api.get("/nodes", token=token))
        invited = self.api.call("POST", "/agents/invitations", {"agent": "a", "entity": "e", "nodes": []}).json["token"]
        self.assertEqual(self.api.get("/status").status, 200)  # what was asked before is wiped when this is answered
        assert_not_in_memory(self, self.server.sanctum.process.pid, (PLANTED, second, token, invited), "user:spy")
        self.server.stop()
        secrets = (PLANTED, second, session, token, self.api.token, self.server.password)
        assert_nowhere(self, "the log", "\n".join(self.server.lines), secrets, "ISNS-1001")
        scanned = assert_not_in_files(self, self.server.folder, secrets)
        self.assertTrue([path for path in scanned if path.endswith("/registry.db")], scanned)
        self.server.sanctum.start()


if __name__ == "__main__":
    run()
