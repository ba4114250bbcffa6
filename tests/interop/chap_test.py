#!/usr/bin/env python3
"""CHAP credentials by the management API: who is given which secret and when, rotation up to a real login, foreign
ends, and that a secret is nowhere in clear but where it must be."""

import concurrent.futures
import json
import os
import sqlite3
import time

from agent_api_test import DISK, HOST, UNIT, AgentApiTest, registration
from lib import case, pdu
from lib.memory import memory_of
from lib.process import eventually

OTHER = "iqn.2024-01.org.example:disk2"
# Long and of no word, so that they are found where they should not be.
PLANTED = "Hk3vTq9pWz7mXr2bLn5cYd8f"
PLANTED_MUTUAL = "Jw6sPf4gVx9aRt1kBm8hQe3n"
PLANTED_DRAFT = "Zc5yNu2dGj7oKi4wSa9lEv6x"
PLANTED_NEXT = "Tb8rMh1qUz6pFy3eXo7gCs5k"
SHORT = "Gv4nQz8wLk2p"  # 12 characters: it fits into a string object itself


class ChapTest(AgentApiTest):
    def setUp(self):
        super().setUp()
        self.register()
        self.raw().zone("zone1", HOST, DISK)
        self.disk = self.enrolled()
        self.agents = {"disk": self.disk}
        self.report_disk()

    def enrol_host(self):
        self.host = self.enrolled("web1", "host1", (HOST,))
        return self.host

    def report_disk(self, **more):
        status, receipt = self.disk.report(**self.full(self.disk.desired()["revision"], **more))
        self.assertTrue(receipt["taken"], (status, receipt))

    def login_of(self, name, role):
        """A token of somebody with this role."""
        phrase = "a long enough phrase 17"
        self.ask("/users", "POST", {"name": name, "roles": [role], "password": phrase})
        return self.https().ok("POST", "/login", {"user": name, "password": phrase})["token"]

    def refused(self, status, code, method, path, body=None, token=None):
        got, answer, _ = self.admin.call(method, path, body, token or self.token)
        self.assertEqual((got, answer["code"]), (status, code), answer)
        return answer

    def make(self, **more):
        return self.ask("/chap", "POST", {"initiator": HOST, "target": DISK, **more})

    def chap(self, number):
        return self.ask(f"/chap/{number}")

    def until(self, number, **wanted):
        """The credential when its members are so."""
        seen = {}

        def so():
            seen.update(self.chap(number))
            return all(seen[name] == value for name, value in wanted.items())
        try:
            eventually(so, f"{wanted}")
        except AssertionError as error:
            raise AssertionError(f"{error}: {seen}") from error
        return seen

    def disk_holds(self):
        """What the disk's agent is to hold for the host: {number: hand-over}."""
        for target in self.disk.desired()["targets"]:
            for one in target["initiators"]:
                if one["name"] == HOST:
                    return {held["credential"]: held for held in one["credentials"]}
        return {}

    def host_holds(self):
        return {held["credential"]: held for held in self.host.desired()["credentials"]}

    def disk_applies(self, number, step=None):
        """Pulls, and tells that it holds it."""
        held = {}

        def there():
            held.update(self.disk_holds().get(number, {}))
            return held and (step is None or held["step"] == step)
        eventually(there, "the disk is given the credential")
        applied = self.full(self.disk.desired()["revision"])["targets"]
        status, receipt = self.disk.report(targets=applied, credentials=[{"credential": number, "step": held["step"]}])
        self.assertTrue(receipt["taken"], (status, receipt))
        return held

    def host_applies(self, number, answers=None):
        held = {}

        def there():
            held.clear()
            held.update(self.host_holds().get(number, {}))
            return held and (answers is None or [one["version"] for one in held["answer"]] == answers)
        eventually(there, f"the host is given the credential to answer with {answers}")
        first = {"full": True, "targets": [], "units": [], "sessions": []} if self.host.sequence == 0 else {}
        status, receipt = self.host.report(credentials=[{"credential": number, "step": held["step"]}], **first)
        self.assertTrue(receipt["taken"], (status, receipt))
        return held

    def session(self, number, version, mutual_version=0, since=None, md5=False):
        return {"initiator": HOST, "target": DISK, "portal": "127.0.0.12:3260/tcp",
                "since": int(time.time()) if since is None else since, "proof": "chap", "connections": 1, "units": [],
                "credential": number, "version": version, "mutual_version": mutual_version, "md5": md5}

    def settled_pair(self, **more):
        """A pair of ours with its credential at both ends."""
        self.enrol_host()
        number = self.make(**more)["credential"]["id"]
        self.disk_applies(number)
        self.host_applies(number)
        eventually(lambda: [end["holds"] for end in self.chap(number)["ends"]] == ["yes", "yes"], "both ends hold it")
        return number

    def restart(self):
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        for agent in (self.disk, getattr(self, "host", None)):
            if agent is not None:
                agent.move(self.port)
        self.report_disk()
        if hasattr(self, "host"):
            self.host.report(full=True, targets=[], units=[], sessions=[])

    def rows(self, table):
        with sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True) as store:
            return store.execute(f"SELECT * FROM {table}").fetchall()


class Making(ChapTest):
    def test_each_end_is_given_its_own_and_nobody_else_anything(self):
        self.enrol_host()
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("disk2", "127.0.0.13", OTHER, pdu.TARGET))
        stranger = self.enrolled("storage2", "disk2", (OTHER,))
        made = self.make(mutual=True)
        self.assertEqual((made["change_state"] in ("committing", "confirmed"), made["findings"]), (True, []))
        credential = made["credential"]
        self.assertEqual((credential["initiator"], credential["target"], credential["mutual"], credential["user_name"]),
                         (HOST, DISK, True, HOST))
        number = credential["id"]
        # The target first: an initiator that has it before would be refused.
        self.assertEqual(self.host_holds(), {})
        disk = self.disk_applies(number)
        host = self.host_applies(number)
        self.assertEqual(disk["accept"], host["answer"])
        self.assertEqual(disk["answer"], host["accept"])
        self.assertEqual(len(host["answer"][0]["secret"]), 32)
        self.assertNotEqual(host["answer"], host["accept"])
        self.assertEqual((host["mutual_user_name"], host["target"], host["prove"]), (DISK, DISK, False))
        eventually(lambda: [end["holds"] for end in self.chap(number)["ends"]] == ["yes", "yes"], "both ends hold it")
        told = json.dumps(stranger.desired())
        for secret in (host["answer"][0]["secret"], host["accept"][0]["secret"]):
            self.assertNotIn(secret, told)
        # It took one change set, without a window for nobody's loss.
        eventually(lambda: self.ask(f"/changes/{made['change']}")["state"] == "confirmed", "it stands")
        self.assertIn("secret.created", self.audit())
        self.assertIn("secret.read", self.audit())

    def test_a_waiting_agent_is_woken(self):
        since = self.disk.desired()["revision"]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(self.disk.desired, since, 30)
            number = self.make()["credential"]["id"]
            news = waiting.result(timeout=25)
        self.assertEqual(news["targets"][0]["initiators"][0]["credentials"][0]["credential"], number)

    def test_what_is_wrong_is_pointed_at(self):
        same = self.refused(422, "bad-value", "POST", "/chap", {"initiator": HOST, "target": DISK, "mutual": True,
                                                               "secret": PLANTED, "mutual_secret": PLANTED})
        self.assertIn(same["pointer"], ("/secret", "/mutual_secret"))
        for body, pointer in (({"initiator": "iqn.2024-01.org.example:nobody"}, "/initiator"),
                              ({"initiator": HOST, "target": "nothing"}, "/target"),
                              ({"initiator": HOST, "mutual_secret": PLANTED}, "/mutual_secret"),
                              ({"initiator": HOST, "secret": "x" * 256}, "/secret"),
                              ({"initiator": HOST, "colour": "red"}, "/colour")):
            answer = self.refused(422, "bad-value", "POST", "/chap", body)
            self.assertEqual(answer["pointer"], pointer)
            self.assertNotIn(PLANTED, json.dumps(answer))
        weak = self.make(secret="password1234")
        self.assertIn("dictionary", weak["weaknesses"])
        self.assertTrue(weak["findings"])
        self.assertNotIn("password1234", json.dumps(weak))
        self.assertIn("dictionary", weak["credential"]["weaknesses"])
        again = self.refused(422, "bad-value", "POST", "/chap", {"initiator": HOST, "target": DISK})
        self.assertIn("already", again["detail"])

    def test_by_a_draft(self):
        draft = self.ask("/changes", "POST", {"title": "two things", "edits": []})
        made = self.make(draft=draft["id"], secret=PLANTED_DRAFT)
        self.assertEqual((made["credential"], made["change_version"]), (None, 2))
        self.assertEqual(self.ask("/chap")["items"], [])
        shown = self.ask(f"/changes/{draft['id']}")
        self.assertNotIn(PLANTED_DRAFT, json.dumps(shown))
        self.assertEqual(len(self.rows("pending_secret")), 1)
        self.ask(f"/changes/{draft['id']}", "DELETE")
        eventually(lambda: not self.rows("pending_secret"), "the secret goes with its draft")
        # And one that is committed.
        draft = self.ask("/changes", "POST", {"title": "again", "edits": []})
        made = self.make(draft=draft["id"], secret=PLANTED_DRAFT)
        path = f"/changes/{draft['id']}"
        sent = self.ask(path + "/submit", "POST", {"version": made["change_version"], "reason": "it is needed"})
        self.ask(path + "/commit", "POST", {"version": sent["version"]})
        number = self.ask("/chap")["items"][0]["id"]
        self.assertEqual(self.disk_applies(number)["accept"], [{"version": 1, "secret": PLANTED_DRAFT}])
        self.assertEqual(self.rows("pending_secret"), [])

    def settings(self, **fields):
        edits = [{"op": "create", "object": "settings:#1"}] * (not self.ask("/settings")["items"])
        edits += [{"op": "set", "object": "settings:#1", "field": name, "value": value}
                  for name, value in fields.items()]
        self.committed(edits)

    def commit(self, path, version):
        """When no other change set is told to targets any more."""
        said = {}

        def free():
            said["answer"] = self.admin.call("POST", path + "/commit", {"version": version}, self.token)
            return said["answer"][0] != 503
        eventually(free, "it is its turn")
        return said["answer"][:2]

    def committed(self, edits, confirm=True):
        draft = self.ask("/changes", "POST", {"title": "x", "edits": edits})
        path = f"/changes/{draft['id']}"
        sent = self.ask(path + "/submit", "POST", {"version": draft["version"], "reason": "test"})
        status, answer = self.commit(path, sent["version"])
        if status == 200 and confirm:
            eventually(lambda: self.ask(path)["state"] in ("confirming", "confirmed"), "it is carried out")
            if self.ask(path)["state"] == "confirming":
                self.ask(path + "/confirm", "POST")
        return status, answer

    def test_where_approval_is_needed_it_waits_for_it(self):
        self.settings(approval_needed=True)
        status, answer, _ = self.admin.call("POST", "/chap", {"initiator": HOST, "target": DISK, "secret": PLANTED},
                                            self.token)
        self.assertEqual((status, answer["change_state"], answer["credential"]), (202, "submitted", None))
        self.assertEqual(self.ask("/chap")["items"], [])

    def test_a_demand_without_a_credential_is_refused(self):
        self.committed([{"op": "create", "object": "map:+0"},
                        {"op": "set", "object": "map:+0", "field": "who", "value": f"node:{HOST}"},
                        {"op": "set", "object": "map:+0", "field": "target", "value": f"node:{DISK}"},
                        {"op": "set", "object": "map:+0", "field": "unit", "value": f"logical-unit:{UNIT}"},
                        {"op": "set", "object": "map:+0", "field": "lun", "value": 1}])
        demand = [{"op": "set", "object": f"node:{DISK}", "field": "chap", "value": "one-way"}]
        status, answer = self.committed(demand)
        self.assertEqual((status, answer["code"]), (409, "guard"), answer)
        self.assertEqual(answer["objections"][0]["code"], "no-credential")
        number = self.make()["credential"]["id"]
        status, answer = self.committed(demand)
        self.assertEqual(status, 200, answer)
        # And then it cannot be taken away.
        refused = self.refused(409, "guard", "POST", f"/chap/{number}/rotate", {"action": "retire", "reason": "leaver"})
        self.assertEqual(refused["objections"][0]["code"], "no-credential")

    def test_for_all_targets_of_an_initiator(self):
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("disk2", "127.0.0.13", OTHER, pdu.TARGET))
        other = self.enrolled("storage2", "disk2", (OTHER,))
        number = self.ask("/chap", "POST", {"initiator": HOST})["credential"]["id"]
        self.assertEqual(self.chap(number)["target"], None)
        self.disk_applies(number)
        self.raw().zone("zone2", HOST, OTHER)

        def given():
            return [held["credential"] for target in other.desired()["targets"] for one in target["initiators"]
                    for held in one["credentials"]] == [number]
        eventually(given, "the other target is given it when it is zoned")
        # One of its own goes before.
        own = self.ask("/chap", "POST", {"initiator": HOST, "target": OTHER})["credential"]["id"]
        eventually(lambda: [end["node"] for end in self.chap(number)["ends"]] == [HOST, DISK],
                   "it is not for that any more")
        self.assertEqual([end["node"] for end in self.chap(own)["ends"]], [HOST, OTHER])

    def test_an_erased_one_comes_back_with_its_secrets_when_that_is_taken_back(self):
        number = self.settled_pair()
        secret = self.disk_holds()[number]["accept"]
        erase = [{"op": "erase", "object": f"credential:#{number}"}]
        draft = self.ask("/changes", "POST", {"title": "x", "edits": erase})
        path = f"/changes/{draft['id']}"
        sent = self.ask(path + "/submit", "POST", {"version": draft["version"], "reason": "test"})
        self.assertEqual(self.commit(path, sent["version"])[0], 200)
        eventually(lambda: self.ask(path)["state"] == "confirming", "it is carried out")
        self.assertEqual(self.disk_holds(), {})
        self.assertEqual(self.host_holds(), {})
        self.ask(path + "/rollback", "POST", {"reason": "it was wrong"})
        eventually(self.disk_holds, "it is back")
        self.assertEqual([held["accept"] for held in self.disk_holds().values()], [secret])


class Rotation(ChapTest):
    def rotate(self, number, **more):
        return self.ask(f"/chap/{number}/rotate", "POST", {"action": "rotate", "reason": "once a year", **more})

    def test_the_old_secret_goes_after_a_real_login(self):
        number = self.settled_pair(mutual=True)
        old = self.host_holds()[number]["answer"][0]["secret"]
        self.disk.report(sessions=[self.session(number, 1, 1)])
        eventually(lambda: self.chap(number)["proven_at"] > 0, "the login is known")
        began = self.rotate(number)
        self.assertEqual((began["phase"], began["next_version"]), ("spreading", 2))
        self.refused(409, "wrong-state", "POST", f"/chap/{number}/rotate", {"action": "rotate", "reason": "again"})
        self.restart()
        self.assertEqual([one["version"] for one in self.disk_applies(number)["accept"]], [1, 2])
        self.host_applies(number, [1])
        self.assertEqual(self.until(number, phase="switching")["state"], "rotating")
        self.restart()
        held = self.host_applies(number, [2, 1])
        self.assertTrue(held["prove"])
        self.assertEqual(held["answer"][1]["secret"], old)
        # A session that is older than the new secret proves nothing.
        self.disk.report(sessions=[self.session(number, 1, 1)])
        self.assertEqual(self.chap(number)["phase"], "switching")
        self.disk.report(sessions=[self.session(number, 2, 2)])
        self.host.report(sessions=[self.session(number, 2, 2)])
        self.until(number, phase="settled", version=2, next_version=None)
        self.restart()
        held = self.disk_applies(number)
        self.assertEqual([one["version"] for one in held["accept"]], [2])
        self.assertEqual([row[3] for row in self.rows("secret")], [2, 2])
        self.assertEqual(self.audit().count("secret.rotated"), 3)

    def test_a_login_that_is_refused_takes_it_back(self):
        number = self.settled_pair()
        self.rotate(number)
        self.disk_applies(number)
        self.host_applies(number, [2, 1])
        self.disk.report(refused_logins=[{"initiator": HOST, "target": DISK, "reason": "chap", "at": int(time.time()),
                                          "credential": number, "version": 2}])
        self.until(number, phase="rolling-back")
        self.host_applies(number, [1])
        self.until(number, phase="settled", version=1, next_version=None)

    def test_cancelled_and_retired(self):
        number = self.settled_pair()
        self.rotate(number)
        self.ask(f"/chap/{number}/rotate", "POST", {"action": "cancel", "reason": "not today"})
        self.until(number, phase="settled", version=1)
        gone = self.ask(f"/chap/{number}/rotate", "POST", {"action": "retire", "reason": "leaver"})
        self.assertEqual(gone["state"], "retired")
        self.assertEqual((self.disk_holds(), self.host_holds(), self.rows("secret")), ({}, {}, []))
        self.assertIn("secret.retired", self.audit())

    def test_a_foreign_end_is_shown_its_secret_once_and_waited_for(self):
        number = self.make(secret=PLANTED)["credential"]["id"]
        self.until(number, state="waiting-for-foreign-end")
        self.disk_applies(number)
        why = {"end": "initiator", "reason": "typed at the host by hand"}
        path = f"/chap/{number}/reveal"
        eve, officer = self.login_of("eve", "viewer"), self.login_of("olga", "credential-officer")
        self.refused(403, "right-missing", "POST", path, why, eve)
        self.refused(403, "right-missing", "POST", "/chap", {"initiator": HOST}, eve)
        self.refused(403, "right-missing", "POST", path, why)  # nor does an administrator see secrets
        self.refused(409, "wrong-state", "POST", path, {"end": "initiator", "reason": "so"}, officer)
        self.refused(409, "wrong-state", "POST", path, {**why, "end": "target"}, officer)
        shown = self.admin.ok("POST", path, why, officer)
        self.assertEqual((shown["secret"], shown["version"], shown["node"], shown["mutual_secret"]),
                         (PLANTED, 1, HOST, None))
        self.refused(409, "wrong-state", "POST", path, why, officer)
        self.assertNotIn(PLANTED, json.dumps(self.ask("/audit?limit=1000")))
        self.disk.report(sessions=[self.session(number, 1)])
        self.until(number, state="active")
        began = self.rotate(number, secret=PLANTED_NEXT)
        self.assertEqual(began["phase"], "spreading")
        self.disk_applies(number)
        self.until(number, state="waiting-for-foreign-end", phase="waiting-for-foreign-end")
        self.restart()
        self.assertEqual(self.admin.ok("POST", path, why, officer)["secret"], PLANTED_NEXT)
        self.disk.report(sessions=[self.session(number, 1)])
        self.assertEqual(self.chap(number)["version"], 1)
        self.disk.report(sessions=[self.session(number, 2)])
        self.until(number, state="active", version=2)

    def test_what_is_not_proven_by_its_deadline_goes_back(self):
        number = self.make()["credential"]["id"]
        self.disk_applies(number)
        self.rotate(number, within=1)
        self.disk_applies(number, 2)
        self.until(number, phase="settled", version=1, next_version=None)
        self.rotate(number, within=1, at_deadline="retire-old")
        self.disk_applies(number)
        self.until(number, phase="settled", version=3)

    def test_a_batch_pauses_at_the_first_failure(self):
        number = self.settled_pair()
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("disk2", "127.0.0.13", OTHER, pdu.TARGET))
        second = self.ask("/chap", "POST", {"initiator": HOST, "target": OTHER})["credential"]["id"]
        self.refused(422, "bad-value", "POST", "/chap/rotations", {"reason": "all"})
        self.refused(422, "bad-value", "POST", "/chap/rotations", {"older_than": 86400, "reason": "all"})
        batch = self.ask("/chap/rotations", "POST", {"older_than": 0, "at_once": 1, "reason": "once a year"})
        self.assertEqual((batch["state"], batch["waiting"], batch["running"]),
                         ("running", 1, [f"credential:#{number}"]))
        path = f"/chap/rotations/{batch['id']}"
        self.ask(f"/chap/{number}/rotate", "POST", {"action": "cancel", "reason": "not today"})
        batch = self.ask(path)
        self.assertEqual((batch["state"], batch["failed"]), ("paused", [f"credential:#{number}"]))
        self.restart()
        self.assertEqual(self.ask(path), batch)
        batch = self.ask(path, "POST", {"action": "resume"})
        self.assertEqual((batch["state"], batch["running"]), ("running", [f"credential:#{second}"]))
        self.assertEqual(self.ask("/chap/rotations")["items"], [batch])


class Schedule(ChapTest):
    def test_what_is_older_than_the_settings_say_is_changed_by_the_server(self):
        number = self.settled_pair()
        edits = [{"op": "create", "object": "settings:#1"}] * (not self.ask("/settings")["items"])
        edits.append({"op": "set", "object": "settings:#1", "field": "rotate_days", "value": 30})
        change = self.ask("/changes", "POST", {"title": "rotate", "edits": edits})
        path = f"/changes/{change['id']}"
        change = self.ask(path + "/submit", "POST", {"version": change["version"], "reason": "test"})
        self.ask(path + "/commit", "POST", {"version": change["version"]})
        eventually(lambda: self.ask(path)["state"] == "confirming", "it is carried out")
        self.ask(path + "/confirm", "POST")
        self.restart()
        self.assertEqual(self.ask("/chap/rotations")["items"], [], "it is young")
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:
            store.execute("UPDATE credential SET set_at = set_at - 31 * 86400")
        store.close()
        self.server.start()
        self.find_port()
        self.log_in()
        batch = eventually(lambda: self.ask("/chap/rotations")["items"], "the server begins a batch")[0]
        self.assertEqual((batch["state"], batch["running"]), ("running", [f"credential:#{number}"]))
        self.assertIn("30 days", batch["reason"])
        self.assertEqual(self.chap(number)["next_version"], 2)


class Scan(ChapTest):
    """Planted secrets are looked for in files, answers and the memory of the server."""

    def in_memory(self, secrets):
        memory = memory_of(self.server.process.pid)
        return sorted(secret for secret in secrets if secret.encode() in memory)

    def test_secrets_are_nowhere_in_clear(self):
        secrets = {PLANTED, PLANTED_MUTUAL, PLANTED_DRAFT, PLANTED_NEXT, SHORT}
        answers = []
        number = self.settled_pair(mutual=True, secret=PLANTED, mutual_secret=PLANTED_MUTUAL)
        secrets |= {one["secret"] for one in self.host_holds()[number]["answer"]}
        draft = self.ask("/changes", "POST", {"title": "later", "edits": []})
        answers.append(self.ask("/chap", "POST", {"initiator": HOST, "draft": draft["id"], "secret": PLANTED_DRAFT}))
        answers.append(self.ask(f"/changes/{draft['id']}"))
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("disk2", "127.0.0.13", OTHER, pdu.TARGET))
        own = self.ask("/chap", "POST", {"initiator": HOST, "target": OTHER, "secret": SHORT})
        answers.append(own)
        shown = self.admin.ok("POST", f"/chap/{own['credential']['id']}/reveal",
                              {"reason": "typed at the array by hand"}, self.login_of("olga", "credential-officer"))
        self.assertEqual(shown["secret"], SHORT)
        answers.append(self.ask(f"/chap/{number}/rotate", "POST", {"action": "rotate", "reason": "once a year",
                                                                 "secret": PLANTED_NEXT}))
        held = self.disk_applies(number)
        secrets |= {one["secret"] for one in held["accept"] + held["answer"]}
        self.host_applies(number, [1])
        self.host_applies(number, [2, 1])
        self.assertGreaterEqual(len(secrets), 6)
        for path in ("/chap", f"/chap/{number}", "/credentials", "/snapshot", "/changes", "/audit?limit=1000",
                     f"/changes/{draft['id']}/diff", "/findings", "/agents", "/document", "/chap/rotations"):
            answers.append(self.ask(path))
        self.admin.send("GET", "/audit/export", token=self.token)
        exported = self.admin.raw()
        self.admin.send("POST", "/evidence", {"title": "pack"}, self.token)
        pack = self.admin.raw()
        self.assertTrue(exported and pack)
        for secret in sorted(secrets):
            self.assertNotIn(secret, json.dumps(answers))
            for bytes_ in (exported, pack):
                self.assertNotIn(secret.encode(), bytes_)
        # Files: the database with its journal, the log, keys, the capture of what was said.
        for folder, _, names in os.walk(self.folder):
            if folder.startswith(self.folder_of_agents):
                continue
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    content = file.read()
                for secret in secrets:
                    self.assertNotIn(secret.encode(), content, path)
        with open(f"/proc/{self.server.process.pid}/cmdline", "rb") as file:
            words = file.read()
        self.assertFalse([secret for secret in secrets if secret.encode() in words + "\n".join(
            self.server.process.lines).encode()])
        self.admin.close()
        self.disk.close()
        self.host.close()
        self.assertEqual(self.in_memory({HOST}), [HOST], "the memory can be read")
        eventually(lambda: not self.in_memory(secrets), "no secret is left in memory", 10)


if __name__ == "__main__":
    case.main("openssl")
