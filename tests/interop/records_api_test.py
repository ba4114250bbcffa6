#!/usr/bin/env python3
"""What an auditor takes home from the management API: the audit log, its export and packs of evidence, each checked offline
by make-evidence.
"""

import contextlib
import hashlib
import io
import json
import os
import signal
import sqlite3
import tarfile
import time

from lib.api_case import HOST, ApiTest, run


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
        self.assertNotEqual(code, 0, "it does not show what was before")
        self.assertIn("begins: at record 3, ", said)
        self.assertNotIn("FAULT", said)
        self.refusal("bad-parameter", self.api.get("/audit/export", **{"from": 10**6}))
        # A restart goes on with the same chain.
        self.server.restart()
        code, said = self.verify(self.api.get("/audit/export").body)
        self.assertEqual(code, 0, said)

    def test_a_setting_that_a_reload_changed_is_told(self):
        self.server.sanctum.more["registry.default_period"] = 1200
        self.server.sanctum.configure()
        os.kill(self.server.sanctum.process.pid, signal.SIGHUP)
        told = self.recorded("configuration.changed")
        self.assertEqual([one["details"] for one in told], [{"setting": "registry.default_period"}])

    def test_history_that_went_by_the_setting_is_told(self):
        self.added("dan", "viewer")
        self.server.isns("register", "--eid", "old", "--initiator", f"{HOST}-old")
        self.server.sanctum.stop()
        with contextlib.closing(sqlite3.connect(f"{self.server.folder}/registry.db")) as file, file:
            file.execute('UPDATE "change" SET "time" = "time" - 10 * 86400')
        self.server.sanctum.more["store.history_days"] = 5
        self.server.sanctum.start()
        told = self.recorded("history.trimmed")[0]
        self.assertGreater(int(told["details"]["changes"]), 0)
        self.assertLess(abs(int(told["details"]["until"]) - (time.time() - 5 * 86400)), 600)
        self.assertEqual(len(self.audit("log.begun")), 1, "the audit log goes with the history")

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


if __name__ == "__main__":
    run("--evidence")  # make-evidence, which checks offline
