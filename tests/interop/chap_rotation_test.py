#!/usr/bin/env python3
"""Rotation of CHAP credentials by the management API: step by step up to a real login, back again, of many at once and by the
calendar.
"""

import json
import sqlite3
import time

from lib import case, pdu
from lib.agent_case import DISK, HOST, registration
from lib.chap_case import OTHER, PLANTED, PLANTED_NEXT, ChapTest
from lib.process import eventually


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
        refused = [{"initiator": HOST, "target": DISK, "reason": "chap", "at": int(time.time()),
                    "credential": number, "version": 2}]
        self.disk.report(refused_logins=refused)
        self.assertEqual(self.chap(number)["phase"], "switching", "a target cannot know what was tried")
        self.host.report(refused_logins=refused)
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


if __name__ == "__main__":
    case.main("openssl")
