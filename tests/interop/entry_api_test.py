#!/usr/bin/env python3
"""How people come in to the management API and how that ends: client certificates, with the stock programs curl and openssl;
streams of events, which end with the login that opened them; what is refused and recorded on the way.
"""

import http.client
import json
import os
import subprocess
import time

from lib.agent_case import context_of
from lib.api_case import CHOSEN, DESCRIPTION, ApiTest, run
from lib.api_client import BASE, ApiClient
from lib.process import PATIENCE
from lib.test_agent import openssl

PASSWORD = "a long password of theirs"
MOST_STREAMS = 64  # of a user


class Entry(ApiTest):
    def path(self, name):
        return os.path.join(self.server.folder, name)

    def request(self, name):
        """A certificate request of a new key, which stands beside it."""
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=whoever",
                "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        with open(self.path(name + ".csr"), encoding="ascii") as file:
            return file.read()

    def issued(self, user, name, token=None, **more):
        answer = self.api.call("POST", f"/users/{user}/certificates", {"csr": self.request(name)} | more,
                               token=token or self.api.token)
        self.assertEqual(answer.status, 201, answer.body)
        for ending, text in (("pem", answer.json["certificate"]), ("ca", answer.json["ca"])):
            with open(self.path(f"{name}.{ending}"), "w", encoding="ascii") as file:
                file.write(text)
        return answer.json

    def curl(self, name, path="/whoami", *options):
        """(status, JSON) by a stock curl with certificate and key; status 0: the handshake ended."""
        done = subprocess.run(["curl", "-sS", "-k", "--cert", self.path(name + ".pem"), "--key", self.path(name + ".key"), *options,
                               "-w", "\n%{http_code}", f"https://127.0.0.1:{self.api.port}{BASE}{path}"],
                              capture_output=True, text=True, timeout=30, check=False)
        body, _, status = done.stdout.rpartition("\n")
        return int(status or 0), json.loads(body) if body.strip() else None

    sources = (f"127.0.1.{number}" for number in range(1, 255))

    def turned_away(self, name, word, **about):
        """Refused with this word in the audit log. From an address of its own: what comes from one again is recorded with the
        rest of its minute."""
        status, answer = self.curl(name, "/whoami", "--interface", next(self.sources))
        self.assertEqual((status, answer["code"]), (401, "certificate-refused"))
        self.recorded("login.refused", lambda one: one["details"]["reason"] == word and
                      one["details"]["method"] == "certificate" and about.items() <= one.items())


class Certificates(Entry):
    def test_a_stock_client_logs_in_by_certificate_and_is_recorded_once(self):
        self.added("ann", "viewer", scope=["PCI"])
        made = self.issued("ann", "ann", days=30)
        self.assertAlmostEqual(made["expires"], time.time() + 30 * 86400, delta=60)
        for _ in range(20):
            status, who = self.curl("ann")
            self.assertEqual((status, who["user"], who["roles"], who["scope"]), (200, "ann", "viewer", ["PCI"]))
        logins = [one for one in self.audit("login") if one["actor"] == "ann"]
        self.assertEqual([one["details"]["method"] for one in logins], ["certificate"])
        (user,) = [one for one in self.api.get("/users").json["items"] if one["name"] == "ann"]
        self.assertAlmostEqual(user["last_login"], time.time(), delta=60)
        status, answer = self.curl("ann", "/users")
        self.assertEqual((status, answer["code"]), (403, "right-missing"))
        # What the request asks to be does not matter; the certificate is ann's.
        self.assertIn(b"URI:urn:sanctum:user:ann", openssl("x509", "-in", self.path("ann.pem"), "-noout", "-text"))
        # A token counts more than a certificate.
        self.assertEqual(self.curl("ann", "/whoami", "-H", f"Authorization: Bearer {self.api.token}")[1]["user"], "admin")
        self.assertEqual(self.curl("ann", "/whoami", "-H", "Authorization: Bearer nonsense")[0], 401)

    def test_a_page_of_another_site_cannot_use_it(self):
        self.added("web", "viewer")
        self.issued("web", "web")
        own = f"https://127.0.0.1:{self.api.port}"
        for header, status in (("Origin: https://evil.example", 401), ("Sec-Fetch-Site: cross-site", 401),
                               ("Origin: null", 401), (f"Origin: {own}", 200), ("Sec-Fetch-Site: same-origin", 200)):
            self.assertEqual(self.curl("web", "/whoami", "-H", header)[0], status, header)

    def test_one_is_listed_and_void_at_once_when_it_is_revoked(self):
        self.added("bob", "viewer", password=PASSWORD)
        token = self.api.login("bob", PASSWORD)
        made = self.issued("bob", "bob", token)
        other = self.issued("bob", "bob2", token)
        path = "/users/bob/certificates"
        listed = self.api.call("GET", path, token=token).json["items"]
        self.assertEqual({one["serial"]: (one["issued_by"], one["voided"], one["why"], one["made_with"]) for one in listed},
                         {made["serial"]: ("bob", 0, None, "password"), other["serial"]: ("bob", 0, None, "password")})
        self.assertEqual(self.curl("bob")[0], 200)
        self.assertEqual(self.api.call("DELETE", f"{path}/{made['serial']}", token=token).status, 204)
        self.assertEqual(self.curl("bob2")[0], 200)
        self.turned_away("bob", "revoked", actor="bob")
        self.refusal("no-such-object", self.api.call("DELETE", f"{path}/{made['serial']}"))
        self.refusal("no-such-object", self.api.call("DELETE", f"{path}/abc"))
        self.server.restart()
        self.server.client.token = self.api.login("admin", self.server.password)
        self.assertEqual(self.curl("bob2")[0], 200)
        self.assertEqual(self.curl("bob")[0], 401)
        (voided,) = [one for one in self.audit("user.certificate-voided") if one["actor"] == "bob"]
        self.assertEqual(voided["details"], {"certificate": made["serial"], "why": "revoked"})
        # Another password ends those that are left, as it ends tokens.
        self.assertEqual(self.api.call("POST", "/password", {"user": "bob", "password": PASSWORD + "s"}).status, 204)
        self.assertEqual(self.curl("bob2")[0], 401)

    def test_one_that_is_revoked_takes_along_the_tokens_that_were_made_with_it(self):
        self.added("thief", "viewer", password=PASSWORD)
        session = self.api.login("thief", PASSWORD)
        made = self.issued("thief", "thief", session)
        new = {"name": "first", "expires": int(time.time()) + 3600}
        status, first = self.curl("thief", "/tokens", "--json", json.dumps(new))
        self.assertEqual(status, 201)
        second = self.api.call("POST", "/tokens", new | {"name": "second"}, token=first["token"]).json["token"]
        own = self.api.call("POST", "/tokens", new | {"name": "own"}, token=session).json["token"]
        self.server.restart()  # what they were made with is kept
        self.server.client.token = self.api.login("admin", self.server.password)
        listed = self.api.get("/tokens", user="thief").json["items"]
        self.assertEqual({one["name"]: one["made_with"] for one in listed},
                         {"first": f"certificate {made['serial']}", "second": "token first", "own": "password"})
        self.assertIn("token first", self.sanctl("token", "list", "--user", "thief", "--socket", self.api.socket_path))
        self.assertEqual(self.api.call("DELETE", f"/users/thief/certificates/{made['serial']}").status, 204)
        for token in (first["token"], second):
            self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
        self.assertEqual(self.api.call("GET", "/whoami", token=own).status, 200)
        told = {one["object"]: one["reason"] for one in self.audit("token.revoked") if one["object"].startswith("token:thief/")}
        why = f"The certificate {made['serial']}, with which it was made, is void."
        self.assertEqual(told, {"token:thief/first": why, "token:thief/second": why})

    def test_a_removed_or_disabled_user_has_none(self):
        self.added("gone", "viewer")
        self.issued("gone", "gone")
        for disabled, status in ((True, 401), (False, 200)):
            self.assertEqual(self.api.call("PATCH", "/users/gone", {"disabled": disabled}).status, 200)
            self.assertEqual(self.curl("gone")[0], status)
        self.assertEqual(self.api.call("DELETE", "/users/gone").status, 204)
        self.assertEqual(self.curl("gone")[0], 401)
        self.added("gone", "administrator")  # another one of that name
        self.assertEqual(self.curl("gone")[0], 401)

    def test_foreign_self_made_and_agents_certificates_are_refused(self):
        self.issued("admin", "mine")
        self.request("forged")
        openssl("req", "-x509", "-key", self.path("forged.key"), "-subj", "/CN=admin", "-addext",
                "subjectAltName=URI:urn:sanctum:user:admin", "-addext", "extendedKeyUsage=clientAuth", "-days", "10",
                "-out", self.path("forged.pem"))
        self.turned_away("forged", "self-made", actor="admin")
        agent = self.server.agent("storage1", "array", "iqn.2026-01.example:disk1")
        for ending in ("pem", "key"):
            os.rename(self.path("storage1." + ending), self.path("agents." + ending))
        status, answer = self.curl("agents")
        self.assertEqual((status, answer["code"]), (401, "certificate-refused"))
        agent.close()
        # Somebody else's certificate with one's own key proves nothing.
        os.replace(self.path("forged.key"), self.path("mine.key"))
        self.assertEqual(self.curl("mine")[0], 0)

    # That one ends: tests/unit/manage_administration/person_certificates_test.cpp, with a clock that can be set.
    def test_days_and_requests_are_judged(self):
        self.added("old", "viewer")
        self.issued("old", "old", days=1)
        self.assertEqual(self.curl("old")[0], 200)
        self.assertTrue(openssl("verify", "-x509_strict", "-CAfile", self.path("old.ca"), self.path("old.pem")))
        for days in (0, 366):
            self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/users/old/certificates",
                                                                     {"csr": self.request("long"), "days": days})).json["pointer"], "/days")
        self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/users/old/certificates", {"csr": "none"})).json["pointer"], "/csr")

    def test_who_may_have_one_issued(self):
        self.added("sam", "viewer", password=PASSWORD)
        self.added("kim", "viewer", "credential-officer")
        session = self.api.login("sam", PASSWORD)
        expires = int(time.time()) + 3600
        token = self.api.call("POST", "/tokens", {"name": "t", "expires": expires}, token=session).json["token"]
        body = {"csr": self.request("sam")}
        # Another's; one's own by a token, or by a certificate: it would outlive what opened the door.
        self.refusal("right-missing", self.api.call("POST", "/users/admin/certificates", body, token=session))
        self.refusal("right-missing", self.api.call("GET", "/users/admin/certificates", token=session))
        self.refusal("right-missing", self.api.call("DELETE", "/users/admin/certificates/1", token=session))
        self.refusal("right-missing", self.api.call("POST", "/users/sam/certificates", body, token=token))
        self.issued("sam", "sam", session)
        status, answer = self.curl("sam", "/users/sam/certificates", "--json", json.dumps(body))
        self.assertEqual((status, answer["code"]), (403, "right-missing"))
        # A token that is made by certificate ends no later.
        status, answer = self.curl("sam", "/tokens", "--json", json.dumps({"name": "late", "expires": expires + 200 * 86400}))
        self.assertEqual((status, answer["pointer"]), (422, "/expires"))
        # The way in of somebody who may see secrets.
        self.refusal("right-missing", self.api.call("POST", "/users/kim/certificates", body))
        for _ in range(7):
            self.issued("sam", "sam", session)
        self.refusal("limit-reached", self.api.call("POST", "/users/sam/certificates", body, token=session))
        self.refusal("no-such-object", self.api.get("/users/nobody/certificates"))

    def sanctl(self, *words, code=0):
        done = subprocess.run([CHOSEN.sanctl, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
                              check=False, cwd=self.server.folder, env={"PATH": os.environ["PATH"], "HOME": self.server.folder})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

    def test_sanctl_makes_one_and_logs_in_by_it(self):
        self.added("eve", "viewer")
        local = ("--socket", self.api.socket_path)
        self.sanctl("user", "certificate", "eve", "--days", "7", *local)
        self.assertEqual(os.stat(self.path("eve.key")).st_mode & 0o777, 0o600)
        self.assertIn("already", self.sanctl("user", "certificate", "eve", *local, code=7))
        self.issued("eve", "other")
        server = ("--server", f"127.0.0.1:{self.api.port}", "--ca", self.path("other.ca"))
        by = ("--cert", "eve.pem", "--key", "eve.key")
        self.assertEqual(json.loads(self.sanctl("whoami", *server, *by, "--output", "json"))["user"], "eve")
        self.sanctl("login", *server, *by)
        self.assertEqual(json.loads(self.sanctl("whoami", "--output", "json"))["user"], "eve")
        listed = json.loads(self.sanctl("user", "certificates", "eve", "--output", "json"))
        self.assertEqual(len(listed), 2)
        os.chmod(self.path("eve.key"), 0o644)
        self.assertIn("key", self.sanctl("whoami", code=7))
        os.chmod(self.path("eve.key"), 0o600)
        serial = openssl("x509", "-in", self.path("eve.pem"), "-noout", "-serial").decode().strip().split("=")[1].lower().lstrip("0")
        self.sanctl("user", "revoke-certificate", "eve", serial, *local)
        self.assertIn("certificate-refused", self.sanctl("whoami", code=9))
        self.sanctl("logout")
        self.request("eve3")
        self.sanctl("user", "certificate", "eve", "--csr", "eve3.csr", "--out", "eve3", *local)
        self.assertEqual(self.curl("eve3")[1]["user"], "eve")


class Streams(Entry):
    def stream(self, token):
        connection = self.api.connection()
        self.addCleanup(connection.close)
        connection.request("GET", f"{BASE}/events", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        if answer.status != 200:
            return answer.status, json.loads(answer.read())
        self.assertEqual(answer.readline(), b": listening\n")
        return 200, answer

    def ends(self, answer, never=b"example"):
        """It ends within some seconds, and this did not come meanwhile."""
        began = time.monotonic()
        rest = answer.read()  # the connection has a timeout
        self.assertNotIn(never, rest)
        self.assertLess(time.monotonic() - began, PATIENCE)

    def user(self, name, *roles):
        self.added(name, *roles, password=PASSWORD)
        return self.api.login(name, PASSWORD)

    def test_a_revision_that_is_yet_to_come_is_a_gap(self):
        shown = self.api.get("/snapshot").json
        newest, place = shown["revision"], f"id: {shown['revision']}.{shown['state']}\n".encode()
        for since, first in ((newest, [b": listening\n", place]), (newest + 1000, [place, b"event: gap\n"])):
            connection = self.api.connection()
            self.addCleanup(connection.close)
            connection.request("GET", f"{BASE}/events?since={since}", headers={"Authorization": f"Bearer {self.api.token}"})
            answer = connection.getresponse()
            self.assertEqual([answer.readline() for _ in first], first)

    def test_one_ends_with_its_login(self):
        def patch(name, **change):
            self.assertEqual(self.api.call("PATCH", f"/users/{name}", change).status, 200)

        ways = {
            "logout": lambda name, token: self.api.call("POST", "/logout", token=token),
            "remove": lambda name, token: self.api.call("DELETE", f"/users/{name}"),
            "disable": lambda name, token: patch(name, disabled=True),
            "narrow": lambda name, token: patch(name, scope=["PCI"]),
            "demote": lambda name, token: patch(name, roles=["viewer"]),
            "password": lambda name, token: self.api.call("POST", "/password", {"user": name, "password": PASSWORD + "s"}),
        }
        for number, (name, end) in enumerate(ways.items()):
            token = self.user(name, "viewer", "zoner")
            status, answer = self.stream(token)
            self.assertEqual(status, 200)
            end(name, token)
            self.server.isns("register", "--eid", f"host-{name}", "--initiator", f"iqn.2026-01.example:{name}",
                             "--portal", f"127.0.0.{20 + number}:860")
            self.ends(answer, f"iqn.2026-01.example:{name}".encode())

    def test_one_ends_with_its_token(self):
        expires = int(time.time()) + 8
        token = self.api.call("POST", "/tokens", {"name": "short", "expires": expires}).json["token"]
        status, answer = self.stream(token)
        self.assertEqual(status, 200)
        self.ends(answer)
        self.assertGreaterEqual(time.time(), expires)

    def test_one_ends_with_the_authority_of_its_certificate(self):
        self.added("cora", "viewer")
        self.issued("cora", "cora")
        context = context_of(self.path("cora.pem"), self.path("cora.key"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.api.port, timeout=30, context=context)
        self.addCleanup(connection.close)
        connection.request("GET", f"{BASE}/events")
        answer = connection.getresponse()
        self.assertEqual(answer.readline(), b": listening\n")
        reason = {"reason": "the key was stolen"}
        self.assertEqual(self.api.call("POST", "/keys/authority", reason | {"overlap_days": 1}).status, 200)
        self.assertEqual(self.api.call("POST", "/keys/authority/disown", reason).status, 200)
        self.ends(answer)

    def test_a_user_has_some_and_others_are_not_shut_out(self):
        token = self.user("greedy", "viewer")
        for _ in range(MOST_STREAMS):
            self.assertEqual(self.stream(token)[0], 200)
        status, problem = self.stream(token)
        self.assertEqual((status, problem["code"]), (409, "limit-reached"))
        self.assertEqual(self.stream(self.api.token)[0], 200)


class Refused(Entry):
    def test_what_would_not_be_read_again_is_refused_and_the_server_starts(self):
        for bad in ("x" * 70000, "", "a\nb", "a\0b"):
            answer = self.api.call("POST", "/users", {"name": "long", "roles": ["viewer"], "scope": ["PCI", bad]})
            self.assertEqual(self.refusal("bad-value", answer).json["pointer"], "/scope/1")
            answer = self.api.call("PATCH", "/users/admin", {"scope": [bad]})
            self.assertEqual(self.refusal("bad-value", answer).json["pointer"], "/scope/0")
        for title in ("a\0b", "x" * 256):
            self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/changes", {"title": title})).json["pointer"], "/title")
        for name in ("a/../b", "x" * 65, ".."):
            self.refusal("bad-value", self.api.call("POST", "/tokens", {"name": name, "expires": int(time.time()) + 60}))
        self.refusal("bad-value", self.api.call("POST", "/login", {"user": "x" * 65, "password": "y"}, token=None))
        self.refusal("bad-parameter", self.api.get("/findings", waived="perhaps"))
        for since in ("abc", "1.", "1.0", "1.2.3"):
            self.refusal("bad-parameter", self.api.get("/events", since=since))
        self.server.restart()
        self.server.client.token = self.api.login("admin", self.server.password)

    def test_a_way_in_as_somebody_who_may_see_secrets_wants_that_right(self):
        self.added("olga", "credential-officer", password=PASSWORD)
        new = {"user": "olga", "password": PASSWORD + "s"}
        answer = self.refusal("right-missing", self.api.call("POST", "/password", new))
        self.assertIn("credential-officer", answer.json["detail"])
        (refused,) = self.recorded("access.refused", lambda one: one["details"]["needs"] == "credential.reveal")
        self.assertEqual(refused["actor"], "admin")
        own = {"old": PASSWORD, "password": PASSWORD + "r"}
        self.assertEqual(self.api.call("POST", "/password", own, token=self.api.login("olga", PASSWORD)).status, 204)
        # Who takes the role may; that is recorded.
        self.assertEqual(self.api.call("PATCH", "/users/admin", {"roles": ["administrator", "credential-officer"]}).status, 200)
        self.server.client.token = self.api.login("admin", self.server.password)
        self.assertEqual(self.api.call("POST", "/password", new).status, 204)
        self.assertEqual(self.audit("user.changed")[-2]["details"]["after"], "credential-officer, administrator")

    def test_root_is_told_that_he_is_no_user(self):
        for path, body in (("/tokens", {"name": "t", "expires": int(time.time()) + 60}), ("/password", {"password": PASSWORD, "old": "x"})):
            self.assertIn("root", self.refusal("no-such-object", self.api.call("POST", path, body, local=True, token=None)).json["hint"])

    def test_tries_without_a_right_to_them_are_recorded_and_a_flood_is_few(self):
        self.added("tom", "viewer", password=PASSWORD)
        token = self.api.login("tom", PASSWORD)
        self.assertEqual(self.api.call("POST", "/logout", token=token).status, 204)
        for _ in range(30):
            self.refusal("token-ended", self.api.call("GET", "/audit", token=token))
            self.refusal("local-only", self.api.call("POST", "/init", {"user": "x"}))
        record, *more = self.recorded("login.refused", lambda one: one["details"]["method"] == "token")
        self.assertLess(len(more), 3)
        self.assertEqual((record["outcome"], record["origin"], record["details"]["reason"]), ("refused", "127.0.0.1", "unknown"))
        (record,) = self.recorded("access.refused", lambda one: one["details"]["needs"] == "local")
        self.assertEqual(record["details"]["request"], "POST /api/v1/init")

    def test_a_token_in_a_url_is_void(self):
        self.added("url", "viewer", password=PASSWORD)
        token = self.api.login("url", PASSWORD)
        self.assertEqual(self.api.call("GET", "/whoami", token=token).status, 200)
        self.refusal("token-in-url", self.api.call("GET", "/nodes", query={"token": token}, token=None))
        self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))
        (record,) = self.recorded("token.revoked", lambda one: one["object"] == "session:url")
        self.assertEqual(record["reason"], "It stood in a URL.")

    def test_a_certificate_ends_with_the_session_in_a_url_that_made_it(self):
        self.added("leak", "viewer", password=PASSWORD)
        tokens = {name: self.api.login("leak", PASSWORD) for name in ("leaked", "kept")}
        made = {name: self.issued("leak", name, token=token) for name, token in tokens.items()}
        self.assertEqual(self.curl("leaked")[0], 200)
        self.refusal("token-in-url", self.api.call("GET", "/nodes", query={"token": tokens["leaked"]}, token=None))
        self.assertEqual(self.curl("leaked")[1]["code"], "certificate-refused")
        self.assertEqual(self.curl("kept")[0], 200)
        (record,) = self.recorded("user.certificate-voided",
                                  lambda one: one["details"]["certificate"] == made["leaked"]["serial"])
        self.assertEqual(record["details"]["why"], "what it was made with stood in a URL")

    def test_a_token_in_a_url_is_void_whatever_becomes_of_the_request(self):
        self.added("typo", "viewer", password=PASSWORD)
        for method, path, problem in (("GET", "/nodes/x/y/z", "not-found"), ("PUT", "/nodes", "method-not-allowed")):
            token = self.api.login("typo", PASSWORD)
            self.refusal(problem, self.api.call(method, path, query={"token": token}, token=None))
            self.refusal("token-ended", self.api.call("GET", "/whoami", token=token))


class ZZEveryRoute(Entry):
    def test_every_route_of_certificates_was_answered_and_refused(self):
        made = {one for one in DESCRIPTION.operations() if one[1].startswith("/users/{name}/certificates")}
        self.assertEqual(len(made), 3)
        self.assertEqual(sorted(made - ApiClient.good), [], "were never answered well")
        self.assertEqual(sorted(made - ApiClient.refused), [], "were never refused")


if __name__ == "__main__":
    run()
