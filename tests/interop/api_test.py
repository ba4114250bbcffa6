#!/usr/bin/env python3
"""The management API as a stranger sees it: Python's http.client against the running server, every answer held against
docs/reference/openapi.json. Nothing here knows the product's code.
"""

import concurrent.futures
import glob
import hashlib
import io
import json
import os
import re
import socket
import ssl
import sys
import tarfile
import time
import unittest

try:
    import jsonschema  # noqa: F401
except ImportError:
    print("python3-jsonschema is not there")
    sys.exit(77)

from lib.api_case import DESCRIPTION, DISK, HOST, ApiTest, run
from lib.api_client import BASE, ApiClient, is_not_made, quoted
from lib.memory import memory_of
from lib.status_page import StatusPage
from lib.test_agent import Agent
from support.ports import free_port

# Long and not a word, so that it is found where it should not be.
PLANTED = "qX7-planted-password-Zv93kd"


class Description_(ApiTest):
    def test_the_server_gives_the_description_that_is_in_the_reference(self):
        answer = self.api.get("/openapi.json")
        self.assertEqual(answer.body.decode(), DESCRIPTION.text)

    def test_every_reference_of_the_description_leads_somewhere(self):
        for name in re.findall(r'"#/components/(\w+/\w+)"', DESCRIPTION.text):
            part, key = name.split("/")
            self.assertIn(key, DESCRIPTION.document["components"][part])

    def test_every_schema_is_one(self):
        for schema in DESCRIPTION.document["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)


class Reading(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()

    def test_whether_it_serves(self):
        answer = self.api.call("GET", "/status", token=None)
        self.assertTrue(answer.json["initialised"] and answer.json["ready"])
        self.assertEqual(self.api.call("HEAD", "/status", token=None).body, b"")

    def test_objects_by_kind_page_and_name(self):
        for kind in ("nodes", "entities", "portals", "domains", "hosts", "sessions", "settings", "change-sets"):
            self.assertEqual(self.api.get(f"/{kind}").status, 200, kind)
        first = self.api.get("/nodes", limit=1)
        self.assertEqual(len(first.json["items"]), 1)
        second = self.api.get("/nodes", limit=1, cursor=first.json["next_cursor"])
        self.assertNotEqual(first.json["items"], second.json["items"])
        self.assertEqual(self.api.get(f"/nodes/{quoted(HOST)}").json["ref"], f"node:{HOST}")
        self.refusal("no-such-object", self.api.get("/nodes/nobody"))
        self.refusal("not-found", self.api.get("/unicorns"))

    def test_a_filter_and_where_it_is_wrong(self):
        self.assertEqual(len(self.api.get("/nodes", filter=f'name="{HOST}"').json["items"]), 1)
        wrong = self.refusal("bad-filter", self.api.get("/nodes", filter="name=("))
        self.assertRegex(wrong.json["detail"], r"At byte \d+")
        self.refusal("bad-parameter", self.api.get("/nodes", limit="all"))
        self.refusal("bad-parameter", self.api.get("/nodes", limit=100000))

    def test_search_and_snapshot(self):
        self.assertGreaterEqual(self.api.get("/search", q="web1").json["total"], 1)
        self.refusal("bad-parameter", self.api.get("/search", q="web1", limit="x"))
        snapshot = self.api.get("/snapshot")
        self.assertEqual(len(snapshot.json["objects"]["nodes"]), 2)
        self.refusal("bad-parameter", self.api.get("/snapshot", revision="soon"))

    def test_reach_findings_and_differences(self):
        reaches = self.api.get("/reaches", host="host1")
        self.assertEqual((reaches.status, reaches.json["cells"]), (200, []))
        self.refusal("no-such-object", self.api.get("/reaches", host="nobody"))
        for path in ("/reach", "/why"):
            self.refusal("bad-parameter", self.api.get(path))
            self.refusal("no-such-object", self.api.get(path, host="host1", unit="nothing"))
        self.refusal("bad-parameter", self.api.get("/who-reaches"))
        self.refusal("bad-parameter", self.api.get("/reaches", host="host1", basis="wished"))
        self.assertEqual(self.api.get("/findings", waived="yes").status, 200)
        self.assertEqual(self.api.get("/findings", rule="R01").status, 200)
        self.refusal("bad-parameter", self.api.get("/findings", rule="R99"))
        diff = self.api.get("/diff", **{"from": self.api.get("/status").json["oldest_revision"]})
        self.assertEqual(diff.status, 200, diff.body)
        self.refusal("bad-parameter", self.api.get("/diff", to=10**9))

    def test_the_past_is_there(self):
        now = self.api.get("/status").json["revision"]
        self.server.isns("register", "--eid", "late", "--initiator", HOST + ".late", "--portal", "127.0.0.13:860")
        old = self.api.get("/nodes", revision=now)
        self.assertEqual((old.status, old.json["revision"]), (200, now))
        self.assertNotIn(f"node:{HOST}.late", [item["ref"] for item in old.json["items"]])
        self.refusal("bad-parameter", self.api.get("/nodes", revision=10**9))

    def test_what_the_answer_is_of_stands_in_its_head(self):
        self.assertRegex(self.api.get("/nodes").headers["X-Sanctum-Revision"], r"^\d+$")
        self.assertEqual(self.api.get("/nodes").headers["Cache-Control"], "no-store")


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
        records = [r for r in self.audit("access.refused") if r["actor"] == "vera"]
        self.assertEqual(len(records), 9)
        self.assertEqual((records[0]["outcome"], records[0]["details"]["needs"]), ("refused", "user.manage"))


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
        for _ in range(6):
            answer = self.api.call("POST", "/login", {"user": "max", "password": "wrong"}, token=None)
        self.refusal("login-failed", answer)
        answer = self.refusal("login-wait", self.api.call("POST", "/login", {"user": "max", "password": "a long password of his"}, token=None))
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

    def test_who_is_removed_is_out_at_once(self):
        self.added("gone", "viewer", password="a long password of his")
        token = self.api.login("gone", "a long password of his")
        self.assertEqual(self.api.call("DELETE", "/users/gone").status, 204)
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
        self.added("gone", "administrator")
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))


class Audit(ApiTest):
    """The log by the API, and its export checked offline."""

    def verify(self, content):
        return self.checked("check-log", content)

    def test_records_by_number_event_actor_and_page(self):
        self.added("bea", "viewer")
        everything = self.api.get("/audit", limit=1000).json["items"]
        self.assertEqual([r["sequence"] for r in everything], list(range(1, len(everything) + 1)))
        self.assertEqual([r["event"] for r in everything[:2]], ["log.begun", "server.started"])
        created = [r for r in everything if r["event"] == "user.created" and r["object"] == "user:bea"]
        self.assertEqual((created[0]["actor"], created[0]["origin"], created[0]["details"]["role"]), ("admin", "127.0.0.1", "viewer"))
        pages, cursor = [], 1
        while cursor:
            page = self.api.get("/audit", limit=2, cursor=cursor).json
            pages, cursor = pages + page["items"], page["next_cursor"]
        self.assertEqual(pages[:len(everything)], everything)
        back, cursor = [], len(everything)
        while cursor:
            page = self.api.get("/audit", order="newest", limit=2, cursor=cursor).json
            back, cursor = back + page["items"], page["next_cursor"]
        self.assertEqual(back, everything[::-1])
        newest = self.api.get("/audit", order="newest", limit=1, actor="admin").json["items"]
        self.assertEqual(newest, [r for r in self.api.get("/audit", actor="admin", limit=1000).json["items"]][-1:])
        self.refusal("bad-parameter", self.api.get("/audit", order="sideways"))
        self.assertEqual([r["sequence"] for r in self.api.get("/audit", **{"from": 2, "to": 3}).json["items"]], [2, 3])
        self.assertTrue(all(r["actor"] == "admin" for r in self.api.get("/audit", actor="admin").json["items"]))
        self.refusal("bad-parameter", self.api.get("/audit", event="nonsense"))
        self.refusal("bad-parameter", self.api.get("/audit", **{"from": 3, "to": 2}))
        self.refusal("bad-parameter", self.api.get("/audit", **{"from": "first"}))

    def test_an_export_is_whole_signed_and_holds_its_own_record(self):
        answer = self.api.get("/audit/export")
        self.assertEqual(answer.status, 200, answer.body)
        lines = [json.loads(line) for line in answer.body.splitlines()]
        self.assertEqual(lines[-2]["record"]["event"], "log.exported")
        self.assertEqual(lines[-1]["checkpoint"]["sequence"], lines[-2]["record"]["sequence"])
        code, said = self.verify(answer.body)
        self.assertEqual(code, 0, said)
        part = self.api.get("/audit/export", **{"from": 3})
        code, said = self.verify(part.body)
        self.assertEqual(code, 0, said)
        self.refusal("bad-parameter", self.api.get("/audit/export", **{"from": 10**6}))
        # A restart goes on with the same chain.
        self.server.restart()
        code, said = self.verify(self.api.get("/audit/export").body)
        self.assertEqual(code, 0, said)

    def test_a_changed_byte_of_an_export_is_found(self):
        self.added("cyd", "viewer")
        content = self.api.get("/audit/export").body
        changed = content.replace(b'"actor":"admin"', b'"actor":"adnin"', 1).replace(b'"actor": "admin"', b'"actor": "adnin"', 1)
        self.assertNotEqual(changed, content)
        self.assertEqual(self.verify(content)[0], 0)
        self.assertNotEqual(self.verify(changed)[0], 0)
        lines = content.splitlines(keepends=True)
        without = [line for line in lines if b"user:cyd" not in line]
        self.assertEqual(len(without), len(lines) - 1)
        self.assertNotEqual(self.verify(b"".join(without))[0], 0)


class Evidence(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()

    def test_a_pack_is_whole_signed_and_recorded(self):
        answer = self.api.call("POST", "/evidence", {"title": "Access", "reason": "a review", "ticket": "AUD-7", "controls": ["PCI DSS 7"]})
        self.assertEqual(answer.status, 200, answer.body)
        self.assertIn(".sanctum-evidence.tar", answer.headers["Content-Disposition"])
        code, said = self.checked("check-pack", answer.body)
        self.assertEqual(code, 0, said)
        with tarfile.open(fileobj=io.BytesIO(answer.body)) as pack:
            manifest = pack.extractfile("manifest.json").read()
        record = self.audit("evidence.created")[-1]
        self.assertEqual(record["details"]["manifest"], hashlib.sha256(manifest).hexdigest())
        self.assertEqual((record["ticket"], record["reason"], record["actor"]), ("AUD-7", "a review", "admin"))
        log = json.loads(manifest)["log"]
        (head,) = self.api.get("/audit", **{"from": log["sequence"], "to": log["sequence"]}).json["items"]
        self.assertEqual(log["hash"], head["hash"])

    def test_a_changed_byte_of_a_pack_is_found(self):
        content = bytearray(self.api.call("POST", "/evidence", {}).body)
        self.assertEqual(self.checked("check-pack", bytes(content))[0], 0)
        for place in (600, len(content) // 2, content.find(b"population.csv") + 600):
            changed = bytearray(content)
            changed[place] ^= 1
            self.assertNotEqual(self.checked("check-pack", bytes(changed))[0], 0, place)

    def test_the_same_data_give_the_same_bytes(self):
        revision = self.api.get("/status").json["revision"]
        one = self.api.call("POST", "/evidence", {"revision": revision}).body
        self.server.isns("register", "--eid", "late", "--initiator", HOST + ".late", "--portal", "127.0.0.13:860")
        self.assertEqual(self.api.call("POST", "/evidence", {"revision": revision}).body, one)
        self.assertNotEqual(self.api.call("POST", "/evidence", {}).body, one)
        # Also when the revision has to be made again from the history.
        self.server.restart()
        self.assertEqual(self.api.call("POST", "/evidence", {"revision": revision}).body, one)
        self.refusal("bad-value", self.api.call("POST", "/evidence", {"revision": 10**9}))
        self.refusal("bad-value", self.api.call("POST", "/evidence", {"colour": "red"}))


class Restart(ApiTest):
    def test_sessions_users_and_the_log_live_on(self):
        self.added("ann", "viewer", password="a long password of hers")
        self.server.restart()
        self.assertEqual(self.api.get("/whoami").json["user"], "admin")
        self.api.login("ann", "a long password of hers")
        self.refusal("already-initialised", self.api.call("POST", "/init", {"user": "second"}, local=True))
        if not is_not_made(self.api.get("/audit")):
            events = [r["event"] for r in self.api.get("/audit", limit=1000).json["items"]]
            self.assertEqual(events.count("server.started"), 2)
            self.assertEqual(events.count("server.stopped"), 1)


class Reach(ApiTest):
    """With an agent that reports a logical unit which the host has."""

    UNIT = "naa.6000000000000001"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, cls.UNIT, [HOST], lun=3)

    def test_reach_and_its_proof(self):
        cell = self.api.get("/reach", host=HOST, unit=self.UNIT).json
        self.assertEqual((cell["host"], cell["unit"], cell["right"]), ("entity:host1", f"logical-unit:{self.UNIT}", "read-write"))
        why = self.api.get("/why", host="host1", unit=self.UNIT, basis="applied").json
        self.assertEqual(why["broken_layers"][0], "visible")
        self.assertEqual(why["paths"][0]["lun"], 3)
        self.assertTrue(why["mends"])
        self.assertEqual(self.api.get("/why", host="host1", unit=self.UNIT, basis="desired").status, 200)

    def test_a_column_and_a_row(self):
        for question in ("works", "gets-in", "finds"):
            column = self.api.get("/who-reaches", unit=self.UNIT, question=question).json
            row = self.api.get("/reaches", host=HOST, question=question).json
            self.assertEqual(column["cells"], row["cells"])
        self.assertEqual(self.api.get("/who-reaches", unit=self.UNIT, question="gets-in").json["cells"][0]["host"], "entity:host1")

    def test_objects_that_agents_report(self):
        for kind in ("logical-units", "applied-targets", "agents"):
            self.assertEqual(len(self.api.get(f"/{kind}").json["items"]), 1, kind)


class Agents(ApiTest):
    def test_an_agent_from_its_invitation_to_its_end(self):
        self.server.register()
        for body in ({}, {"agent": "a", "entity": "array", "nodes": [7]}):
            self.refusal("bad-value", self.api.call("POST", "/agents/invitations", body))
        self.refusal("bad-value", self.api.call("POST", "/agent/enrol", {"token": "x", "csr": "y"}, token=None))
        invitation = self.api.call("POST", "/agents/invitations", {"agent": "storage1", "entity": "array", "nodes": [DISK]})
        agent = Agent(self.api.port, self.server.folder, "storage1")
        enrolled = self.api.call("POST", "/agent/enrol", {"token": invitation.json["token"], "csr": agent.request()}, token=None)
        agent.keep(enrolled.json)
        desired = self.api.as_agent(agent, "GET", "/agent/desired")
        self.assertTrue(desired.json["changed"] and desired.json["targets"][0]["initiators"] == [])
        same = self.api.as_agent(agent, "GET", f"/agent/desired?since={desired.json['revision']}")
        self.assertFalse(same.json["changed"])
        report = {"sequence": 1, "full": True, "sessions": [], "units": [{"designator": "naa.6001", "bytes": 1, "paths": [{"target": DISK, "lun": 0}]}],
                  "targets": [{"target": DISK, "desired": desired.json["revision"], "applied_at": 1, "enforcement": "list", "chap": "none",
                               "admitted": [HOST, "iqn.2026-01.example:unknown"], "maps": [{"initiator": HOST, "unit": "naa.6001", "lun": 0, "right": "read-only"}]}],
                  "refused_logins": [{"initiator": HOST, "target": DISK, "reason": "chap", "at": 1}]}
        taken = self.api.as_agent(agent, "POST", "/agent/report", report)
        self.assertEqual((taken.json["taken"], taken.json["unknown"]), (True, ["iqn.2026-01.example:unknown"]))
        self.refusal("bad-value", self.api.as_agent(agent, "POST", "/agent/report", report | {"sequence": 2, "wings": 2}))
        self.refusal("bad-parameter", self.api.as_agent(agent, "GET", "/agent/desired?wait=soon"))
        self.refusal("bad-value", self.api.as_agent(agent, "POST", "/agent/renew", {}))
        self.assertEqual(self.api.as_agent(agent, "POST", "/agent/renew", {"csr": agent.request()}).status, 200)
        self.refusal("bad-value", self.api.call("POST", "/agents/storage1/revoke", {}))
        self.assertTrue(self.api.call("POST", "/agents/storage1/revoke", {"reason": "it is gone"}).json["revoked"])
        self.refusal("certificate-refused", self.api.as_agent(agent, "GET", "/agent/desired"))
        agent.close()


class Changes(ApiTest):
    """Each route of change sets; what becomes of a SAN by them is in change_api_test.py."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, "naa.6001")

    @staticmethod
    def alias(text):
        return [{"op": "set", "object": f"node:{DISK}", "field": "alias", "value": text}]

    def zone(self, name):
        return [{"op": "create", "object": "domain:+0"}, {"op": "set", "object": "domain:+0", "field": "name", "value": name},
                {"op": "add", "object": "domain:+0", "field": "nodes", "value": f"node:{HOST}"},
                {"op": "add", "object": "domain:+0", "field": "nodes", "value": f"node:{DISK}"},
                {"op": "create", "object": "domain-set:+1"}, {"op": "set", "object": "domain-set:+1", "field": "name", "value": name},
                {"op": "add", "object": "domain-set:+1", "field": "domains", "value": "domain:+0"},
                {"op": "set", "object": "domain-set:+1", "field": "enabled", "value": True},
                {"op": "create", "object": "map:+0"}, {"op": "set", "object": "map:+0", "field": "who", "value": f"node:{HOST}"},
                {"op": "set", "object": "map:+0", "field": "target", "value": f"node:{DISK}"},
                {"op": "set", "object": "map:+0", "field": "unit", "value": "logical-unit:naa.6001"}]

    def made(self, edits, title="of a test"):
        answer = self.api.call("POST", "/changes", {"title": title, "edits": edits})
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def submitted(self, edits):
        made = self.made(edits)
        return self.api.call("POST", f"/changes/{made['id']}/submit", {"version": made["version"], "reason": "a test", "ticket": "T-1"}).json

    def test_one_that_is_edited_looked_at_and_discarded(self):
        made = self.made(self.zone("a"))
        path = f"/changes/{made['id']}"
        self.refusal("bad-value", self.api.call("PATCH", path, {"version": 1, "append": [], "drop": []}))
        edited = self.api.call("PATCH", path, {"version": 1, "append": self.alias("x"), "title": "better"}).json
        self.assertEqual((edited["version"], edited["edit_count"]), (2, 13))
        self.refusal("old-version", self.api.call("PATCH", path, {"version": 1, "drop": [0]}))
        self.assertEqual(self.api.call("PATCH", path, {"version": 2, "drop": [12]}).json["edit_count"], 12)
        self.assertIn("created", [change["fate"] for change in self.api.get(path + "/diff").json["objects"]])
        impact = self.api.get(path + "/impact").json
        self.assertEqual(impact["cells"], {"gained": 1, "lost": 0, "rights": 0})
        self.assertTrue(impact["listed"] and impact["hosts"] and impact["units"] and impact["sentences"])
        self.assertEqual(self.api.call("POST", path + "/merge", {"version": 3}).json["conflicts"], [])
        self.assertIn(made["id"], [change["id"] for change in self.api.get("/changes", state="open").json["items"]])
        self.refusal("bad-parameter", self.api.get("/changes", state="asleep"))
        self.assertEqual(self.api.call("DELETE", path).status, 204)
        self.refusal("wrong-state", self.api.call("DELETE", path))

    def test_what_others_have_changed_is_merged(self):
        mine = self.made(self.alias("mine"))
        self.server.committed(self.alias("theirs"))
        answer = self.refusal("stale-draft", self.api.call("POST", f"/changes/{mine['id']}/submit", {"version": 1, "reason": "r"}))
        self.assertTrue(answer.json["conflicts"])
        merged = self.api.call("POST", f"/changes/{mine['id']}/merge", {"version": 1}).json
        self.assertEqual((merged["conflicts"][0]["theirs"], merged["conflicts"][0]["ours"]), ("theirs", "mine"))

    def test_one_that_is_sent_back_approved_committed_and_taken_back(self):
        sent = self.submitted(self.zone("b"))
        path = f"/changes/{sent['id']}"
        back = self.api.call("POST", path + "/reject", {"version": sent["version"], "reason": "not yet"})
        self.assertEqual(back.json["state"], "open")
        sent = self.api.call("POST", path + "/submit", {"version": back.json["version"], "reason": "now", "ticket": "T-1"}).json
        seen = self.api.get(path + "/impact").json["hash"]
        self.refusal("approval-needed", self.api.call("POST", path + "/approve", {"version": sent["version"], "hash": "x"}))
        good = self.api.call("POST", path + "/approve", {"version": sent["version"], "hash": seen})
        self.assertEqual(good.json["state"], "approved")
        self.assertEqual(self.api.call("POST", path + "/commit", {"version": good.json["version"]}).status, 200)
        self.server.until(path, lambda change: change["state"] == "confirming")
        self.assertEqual(self.api.call("POST", path + "/confirm").json["state"], "confirmed")
        self.assertEqual(self.api.get(path + "/impact").json["cells"]["gained"], 1)
        undo = self.api.call("POST", path + "/rollback", {"reason": "wrong host"})
        self.assertEqual((undo.status, undo.json["undoes"]), (201, sent["id"]))
        self.refusal("wrong-state", self.api.call("POST", path + "/confirm"))
        self.refusal("wrong-state", self.api.call("POST", path + "/commit", {}))
        self.refusal("bad-value", self.api.call("POST", path + "/rollback", {"version": 9, "reason": ""}))
        self.refusal("bad-value", self.api.call("POST", "/baseline", {}))
        baseline = self.api.call("POST", "/baseline", {"reason": "reviewed"})
        self.assertEqual((baseline.status, baseline.json["state"]), (200, "confirmed"))

    def test_those_that_are_not_there(self):
        for method, path, body in (("GET", "", None), ("GET", "/diff", None), ("GET", "/impact", None), ("POST", "/merge", {}),
                                   ("POST", "/reject", {"reason": "r"}), ("POST", "/submit", {"reason": "r"})):
            self.refusal("no-such-object", self.api.call(method, "/changes/999" + path, body))
        self.refusal("bad-value", self.api.call("POST", "/changes", {"title": "t", "edits": "none"}))

    def test_documents(self):
        document = self.api.get("/document", kinds="nodes,domains").json
        self.assertEqual(sorted(document), ["domains", "format", "nodes"])
        self.refusal("bad-parameter", self.api.get("/document", kinds="unicorns"))
        planned = self.api.call("POST", "/document/plan", {"format": 1, "nodes": [{"name": HOST, "alias": "web"}]}, {"title": "planned"})
        self.assertEqual((planned.status, planned.json["edit_count"]), (201, 1))
        wrong = self.refusal("bad-value", self.api.call("POST", "/document/plan", {"format": 1, "nodes": [{"name": HOST, "wings": 2}]}))
        self.assertTrue(wrong.json["errors"])


class Limits(ApiTest):
    """Who asks too often. A server of its own, with a small limit."""

    MORE = {"api.requests_per_source": 2, "api.burst_per_source": 30, "http.port": free_port()}

    def test_an_address_that_asks_too_often_waits(self):
        answers = [self.api.get("/status") for _ in range(60)]
        refused = [answer for answer in answers if answer.status == 429]
        self.assertGreater(len(refused), 15)
        self.assertEqual({answer.code for answer in refused}, {"too-many-requests"})
        self.assertEqual(refused[0].headers["Retry-After"], "1")
        # Neither root at the machine nor agents with their certificates are held up.
        for _ in range(40):
            self.assertEqual(self.api.call("GET", "/status", local=True).status, 200)
        time.sleep(2)
        self.assertEqual(self.api.get("/status").status, 200)
        limited = StatusPage(self.MORE["http.port"]).sample("isns_api_limited_total")
        self.assertGreaterEqual(limited, len(refused))
        said = [line for line in self.server.sanctum.process.lines if '"ISNS-1504"' in line and '"peer"' in line]
        self.assertEqual(len(said), 1, said)

    def test_passwords_that_are_tried_at_once_are_few(self):
        self.api.call("POST", "/users", {"name": "eve", "roles": ["viewer"], "password": "a long password of hers"}, local=True)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            tried = list(pool.map(lambda n: self.api.call("POST", "/login", {"user": "eve", "password": f"guess {n}"},
                                                          token=None, local=True), range(16)))
        self.assertLessEqual(len([answer for answer in tried if answer.code == "login-failed"]), 7)
        self.assertGreaterEqual(len([answer for answer in tried if answer.code == "login-wait"]), 9)


class Crowd(ApiTest):
    """Clients that are many, silent or slow."""

    def test_silent_connections_hold_up_nobody(self):
        silent = [socket.create_connection(("127.0.0.1", self.api.port)) for _ in range(200)]
        try:
            began = time.monotonic()
            self.assertEqual(self.api.get("/whoami").status, 200)
            self.assertLess(time.monotonic() - began, 5)
        finally:
            for one in silent:
                one.close()

    def test_who_reads_nothing_holds_up_nobody(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        slow = context.wrap_socket(socket.create_connection(("127.0.0.1", self.api.port)))
        try:
            request = f"GET {BASE}/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            slow.settimeout(2)
            for _ in range(200):  # 30 MB of answers that nobody takes
                try:
                    slow.sendall(request)
                except OSError:
                    break
            self.assertEqual(self.api.get("/whoami").status, 200)
        finally:
            slow.close()

    def test_200_listeners_hear_a_change(self):
        connections, tokens = [], []
        for i in range(13):  # a user has at most 16
            self.added(f"listener{i}", "viewer", password=PLANTED)
            tokens.append(self.api.login(f"listener{i}", PLANTED))
        try:
            for i in range(200):
                connection = self.api.connection()
                connection.request("GET", f"{BASE}/events", headers={"Authorization": f"Bearer {tokens[i // 16]}"})
                response = connection.getresponse()
                self.assertEqual((response.status, response.headers.get_content_type()), (200, "text/event-stream"))
                self.assertEqual(response.readline(), b": listening\n")
                connections.append((connection, response))
            ApiClient.good.add(("GET", "/events"))
            self.added("heard", "viewer")
            self.server.register()
            for _, response in connections:
                while not (line := response.readline()).startswith(b"data: ") or HOST.encode() not in line:
                    self.assertTrue(line)
        finally:
            for connection, _ in connections:
                connection.close()


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
        memory = memory_of(self.server.sanctum.process.pid)
        self.assertGreater(memory.count(b"user:spy"), 0)  # the scan sees what is there
        for secret in (PLANTED, second):
            self.assertEqual(memory.count(secret.encode()), 0, "a password is left in memory")
        self.server.stop()
        text = "\n".join(self.server.lines)
        files = {path: content_of(path) for path in glob.glob(f"{self.server.folder}/**", recursive=True) if os.path.isfile(path)}
        for secret in (PLANTED, second, session, token, self.api.token, self.server.password):
            self.assertNotIn(secret, text)
            for path, content in files.items():
                self.assertNotIn(secret.encode(), content, path)
        self.server.sanctum.start()


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


class Keys(ApiTest):
    def test_authorities_and_sealing_keys_are_shown_and_changed(self):
        (root,) = self.api.get("/keys").json["authorities"]
        self.assertTrue(root["current"])
        answer = self.api.call("POST", "/keys/authority", {"reason": "a test", "overlap_days": 1})
        self.assertEqual([one["current"] for one in answer.json["authorities"]], [True, False])
        self.assertEqual(self.api.call("POST", "/keys/authority/disown", {"reason": "a test"}).status, 200)
        self.refusal("limit-reached", self.api.call("POST", "/keys/authority/disown", {"reason": "a test"}))
        seals = self.api.call("POST", "/keys/sealing", {"reason": "a test"}).json["sealing_keys"]
        self.assertTrue(seals[-1]["current"])
        self.assertEqual(self.api.call("POST", "/keys/clock", {"reason": "a test"}).status, 200)
        self.assertEqual(self.audit("clock.accepted")[-1]["reason"], "a test")

    def test_keys_are_not_changed_without_a_reason_nor_without_the_right(self):
        for path in ("/keys/authority", "/keys/authority/disown", "/keys/sealing", "/keys/clock"):
            self.assertEqual(self.refusal("bad-value", self.api.call("POST", path, {"reason": ""})).json["pointer"], "/reason")
        self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/keys/authority", {"reason": "x", "overlap_days": 9999}))
                         .json["pointer"], "/overlap_days")
        self.added("kay", "viewer", password="a long password of hers")
        self.refusal("right-missing", self.api.call("GET", "/keys", token=self.api.login("kay", "a long password of hers")))


class Chap(ApiTest):
    """The shapes of credentials; what becomes of them is in chap_test.py."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, "naa.6000000000000001")
        cls.made = cls.api.call("POST", "/chap", {"initiator": HOST, "target": DISK})

    def rotations(self, **body):
        return self.api.call("POST", "/chap/rotations", body)

    def test_a_credential_is_made_listed_shown_and_rotated(self):
        self.assertEqual(self.made.status, 201, self.made.body)
        number = self.made.json["credential"]["id"]
        self.assertEqual([one["id"] for one in self.api.get("/chap").json["items"]], [number])
        self.assertEqual(self.api.get(f"/chap/{number}").json["initiator"], self.made.json["credential"]["initiator"])
        self.added("olga", "credential-officer", password="a long password of hers")
        officer = self.api.login("olga", "a long password of hers")
        why = {"end": "initiator", "reason": "typed at the host by hand"}
        self.refusal("right-missing", self.api.call("POST", f"/chap/{number}/reveal", why))
        self.assertEqual(self.api.call("POST", f"/chap/{number}/reveal", why, token=officer).json["node"], HOST)
        step = {"action": "rotate", "reason": "a test"}
        self.assertEqual(self.api.call("POST", f"/chap/{number}/rotate", step).json["next_version"], 2)
        self.assertEqual(self.api.call("POST", f"/chap/{number}/rotate", step | {"action": "cancel"}).status, 200)
        batch = self.rotations(older_than=0, at_once=1, reason="a test").json
        self.assertEqual(self.api.get(f"/chap/rotations/{batch['id']}").json["state"], "running")
        self.assertEqual(self.api.call("POST", f"/chap/rotations/{batch['id']}", {"action": "pause"}).json["state"], "paused")
        self.assertEqual(len(self.api.get("/chap/rotations").json["items"]), 1)

    def test_what_is_wrong_with_them_is_said(self):
        self.refusal("bad-filter", self.api.get("/chap", filter="initiator:("))
        self.refusal("no-such-object", self.api.get("/chap/99"))
        self.refusal("bad-value", self.api.call("POST", "/chap", {"initiator": 7}))
        self.refusal("no-such-object", self.api.call("POST", "/chap/99/rotate", {"action": "rotate", "reason": "r"}))
        self.refusal("bad-value", self.rotations(reason="all of them"))
        self.refusal("no-such-object", self.api.get("/chap/rotations/99"))
        self.refusal("no-such-object", self.api.call("POST", "/chap/rotations/99", {"action": "pause"}))
        self.added("vic", "viewer", password="a long password of his")
        self.refusal("right-missing", self.api.call("POST", "/chap", {}, token=self.api.login("vic", "a long password of his")))
        self.refusal("login-needed", self.api.call("GET", "/chap/rotations", token=None))


class ZZEveryRoute(unittest.TestCase):
    """Runs last."""

    def test_every_route_that_is_made_was_answered_and_refused(self):
        open_ones = {("GET", "/status"), ("GET", "/openapi.json")}  # nothing to refuse
        made = {one for one in DESCRIPTION.operations() if "certificates" not in one[1]}  # entry_api_test.py
        self.assertEqual(sorted(made - ApiClient.good), [], "were never answered well")
        self.assertEqual(sorted(made - open_ones - ApiClient.refused), [], "were never refused")


if __name__ == "__main__":
    run("--evidence")  # make-evidence, which checks offline
