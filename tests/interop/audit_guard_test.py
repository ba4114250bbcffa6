#!/usr/bin/env python3
"""What the server makes of an audit log that somebody has changed in the database behind its back: it notices at its
start, says so in its log, its status and the audit log itself, and signs no pack of evidence without saying so.
"""

import io
import json
import os
import sqlite3
import struct
import tarfile
from datetime import datetime, timezone

from lib.api_case import ApiTest, run
from lib.audit_lines import link


def forge(base, event, reason, details):
    """Appends a record to the log in the database, chained as it should be: that takes no key."""
    last, revision, time, previous = base.execute(
        "select id, revision, time, hash from audit_record order by id desc limit 1").fetchone()
    record = {"sequence": last + 1, "revision": revision, "actorKind": "person", "outcome": "done",
              "time": datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "actor": "admin", "origin": "192.0.2.1", "event": event, "object": "audit-log", "code": "", "ticket": "",
              "reason": reason, "details": details}
    texts = [text.encode() for pair in details.items() for text in pair]
    packed = struct.pack(">H", len(details)) + b"".join(struct.pack(">I", len(text)) + text for text in texts)
    base.execute("insert into audit_record (id, revision, time, actor_kind, outcome, actor, origin, event, object, code, ticket, "
                 "reason, details, hash) values (?, ?, ?, 1, 0, 'admin', '192.0.2.1', ?, 'audit-log', '', '', ?, ?, ?)",
                 (last + 1, revision, time, event, reason, packed, link(previous, record)))


class Guarded(ApiTest):
    def setUp(self):
        self.setUpClass()  # a server of its own for each test: a log that was broken stays so
        self.addCleanup(self.doClassCleanups)

    def tampered(self, *statements):
        """Stops the server, changes its database by SQL or by functions of it, and starts it again."""
        self.server.stop()
        base = sqlite3.connect(f"{self.server.folder}/registry.db")
        for statement in statements:
            if callable(statement):
                statement(base)
            else:
                base.execute(statement)
        base.commit()
        base.close()
        self.server.sanctum.start()
        self.api.token = self.api.login("admin", self.server.password)

    def state(self, word):
        self.server.until("/status", lambda status: status["audit_log"] == word)

    def told(self):
        """Its lines of a log that is broken; there is one."""
        self.server.sanctum.process.expect("audit-log-broken")
        return [line for line in self.server.sanctum.process.lines if "audit-log-broken" in line]

    def manifest(self):
        answer = self.api.call("POST", "/evidence", {})
        self.assertEqual(answer.status, 200, answer.body)
        with tarfile.open(fileobj=io.BytesIO(answer.body)) as pack:
            return json.load(pack.extractfile("manifest.json")), pack.extractfile("sources.csv").read().decode()

    def newest(self):
        return self.api.get("/audit", order="newest", limit=1).json["items"][0]["sequence"]

    def test_an_untouched_log_is_intact(self):
        self.state("intact")
        self.tampered()
        self.state("intact")
        self.assertEqual(self.audit("log.broken"), [])
        manifest, sources = self.manifest()
        self.assertNotIn("broken", json.dumps(manifest))
        self.assertIn("audit log,log,reported", sources)
        self.assertTrue(os.path.exists(f"{self.server.folder}/server-keys/audit.head"))

    def test_a_changed_record_is_noticed_and_packs_say_so(self):
        self.tampered("update audit_record set actor = 'mallory' where id = 3")
        self.state("broken")
        fault = "record 3 was changed"
        records = self.recorded("log.broken")
        self.assertIn(fault, records[0]["reason"])
        self.assertIn(fault, json.dumps(self.told()))
        manifest, sources = self.manifest()
        self.assertIn(f"The audit log is broken: {fault}", json.dumps(manifest))
        self.assertIn("audit log,log,broken", sources)
        # Said once.
        self.tampered()
        self.state("broken")
        self.assertEqual(len(self.audit("log.broken")), 1)
        # Put right again, it was broken all the same.
        self.tampered(f"update audit_record set actor = '{self.audit('log.begun')[0]['actor']}' where id = 3")
        self.state("broken")

    def test_records_that_cannot_be_read_stop_neither_packs_nor_exports_nor_lists(self):
        for _ in range(4):
            self.manifest()
        last = self.newest() - 1
        self.tampered("update audit_record set hash = x'00' where id in (2, 3)",
                      f"update audit_record set time = 'never' where id = {last}",
                      "update audit_checkpoint set signature = 'none' where id = (select min(id) from audit_checkpoint)")
        self.state("broken")
        self.assertIn("records 2 to 3: the row cannot be read: column hash is no SHA-256",
                      self.recorded("log.broken")[0]["reason"])
        manifest, sources = self.manifest()
        self.assertIn("The audit log is broken: records 2 to 3", json.dumps(manifest))
        self.assertIn("audit log,log,broken", sources)
        listed = [one["sequence"] for one in self.api.get("/audit", limit=1000).json["items"]]
        self.assertEqual({1, 2, 3, last} & set(listed), {1})
        for first in (1, 3, 4):  # a part begins with what can be read
            lines = self.api.get("/audit/export", **{"from": first}).body.decode().splitlines()
            told = [json.loads(line)["unreadable"] for line in lines if "unreadable" in json.loads(line)]
            self.assertEqual(told, [2, 3, last])
            self.assertEqual(json.loads(lines[0])["log"]["after"], 0 if first == 1 else 1)
        self.refusal("bad-parameter", self.api.get("/audit/export", **{"from": self.newest() + 9}))

    def test_behind_a_last_record_that_cannot_be_read_the_log_goes_on_and_says_so_for_ever(self):
        self.manifest()
        last = []

        def spoil(base):
            last.append(base.execute("select max(id) from audit_record").fetchone()[0])
            base.execute("update audit_record set details = 7 where id = ?", (last[0],))
            base.execute("update audit_checkpoint set signature = 'none' where id = (select max(id) from audit_checkpoint)")

        self.tampered(spoil)
        fault = f"record {last[0]}: the row cannot be read: "
        (record,) = self.recorded("log.broken")
        self.assertEqual(record["sequence"], last[0] + 1)  # the first that the server writes
        self.assertIn(fault, record["reason"])
        self.assertIn(f"chained to record {last[0] - 1}, whose hash is ", record["reason"])
        self.state("broken")
        self.assertIn(fault, json.dumps(self.told()))
        self.assertIn(f"The audit log is broken: {fault}", json.dumps(self.manifest()[0]))
        lines = [json.loads(line) for line in self.api.get("/audit/export").body.decode().splitlines()]
        self.assertIn({"unreadable": last[0]}, lines)
        self.refusal("wrong-state", self.restored())
        self.tampered()
        self.state("broken")
        self.assertEqual(len(self.audit("log.broken")), 1)

    def test_a_log_that_was_cut_is_noticed(self):
        kept = self.newest() - 2
        self.tampered(f"delete from audit_record where id > {kept}", f"delete from audit_checkpoint where id > {kept}")
        self.state("broken")
        records = self.recorded("log.broken")
        self.assertIn(f"records {kept + 1} to ", records[0]["reason"])
        self.assertIn("missing at the end", records[0]["reason"])
        self.assertIn("missing at the end", json.dumps(self.told()))
        self.assertIn("missing at the end", json.dumps(self.manifest()[0]))
        self.tampered()
        self.state("broken")
        self.assertEqual(len(self.audit("log.broken")), 1)

    def older(self):
        """The database is what it was before the last records; the number of the first that is lost."""
        self.manifest()  # each makes a checkpoint first
        kept = self.newest()
        self.api.login("admin", self.server.password)
        self.manifest()
        self.tampered(f"delete from audit_record where id > {kept}", f"delete from audit_checkpoint where id > {kept}")
        self.state("broken")
        return kept + 1

    def restored(self, reason="the disk failed"):
        return self.api.call("POST", "/audit/restored", {"reason": reason, "ticket": "OPS-7"})

    def test_an_older_database_is_answered_for_by_a_person_and_packs_tell_of_it_for_ever(self):
        first = self.older()
        answer = self.restored()
        self.assertEqual(answer.status, 200, answer.body)
        (lost,) = answer.json["lost"]
        self.assertEqual((answer.json["audit_log"], answer.json["broken"], lost["from"]), ("intact", None, first))
        (broken,) = self.audit("log.broken")
        (record,) = self.audit("log.restored")
        self.assertEqual((record["actor"], record["ticket"], record["reason"]), ("admin", "OPS-7", "the disk failed"))
        self.assertEqual(record["details"]["head"], broken["details"]["head"])
        self.assertEqual(int(record["details"]["broken"]), broken["sequence"])
        self.assertEqual(int(record["details"]["from"]), first)
        for _ in range(2):  # and after another start
            status = self.api.get("/status").json
            self.assertEqual((status["audit_log"], status["audit_log_notes"]), ("intact", ["restored"]))
            manifest, sources = self.manifest()
            for text in (f"The audit log has a gap: records {first} to ", "admin", "the disk failed"):
                self.assertIn(text, json.dumps(manifest))
            self.assertIn("audit log,log,gap", sources)
            self.tampered()
            self.state("intact")
        self.refusal("wrong-state", self.restored())  # there is nothing to answer any more
        self.assertEqual(len(self.audit("log.broken")), 1)

    def test_that_the_database_is_older_is_the_first_record_and_stays_an_older_database_after_a_kill(self):
        head = f"{self.server.folder}/server-keys/audit.head"
        self.manifest()  # each makes a checkpoint first
        kept = self.newest()
        self.api.login("admin", self.server.password)
        self.manifest()
        self.server.stop()
        with open(head, "rb") as file:
            before = file.read()
        self.tampered(f"delete from audit_record where id > {kept}", f"delete from audit_checkpoint where id > {kept}")
        self.state("broken")
        (broken,) = self.audit("log.broken")
        self.assertEqual((broken["sequence"], int(broken["details"]["from"])), (kept + 1, kept + 1))
        # Others take the place of all that are lost, and the server dies before audit.head could go on.
        while self.newest() < int(broken["details"]["to"]):
            self.api.login("admin", self.server.password)
        self.server.stop()
        os.chmod(head, 0o600)
        with open(head, "wb") as file:
            file.write(before)
        self.tampered()
        self.state("broken")
        self.assertEqual(len(self.audit("log.broken")), 1)
        self.assertEqual(self.restored().json["audit_log"], "intact")
        self.tampered()
        self.state("intact")

    def test_a_word_that_somebody_wrote_into_the_database_answers_nothing(self):
        self.manifest()  # each makes a checkpoint first
        kept = self.newest()
        for _ in range(3):
            self.api.login("admin", self.server.password)
            self.manifest()

        def forged(base):
            to, head = base.execute("select id, hash from audit_checkpoint order by id desc limit 1").fetchone()
            base.execute("delete from audit_record where id > ?", (kept,))
            base.execute("delete from audit_checkpoint where id > ?", (kept,))
            forge(base, "log.broken", "", {"faults": "1", "from": str(kept + 1), "to": str(to), "head": head.hex()})
            forge(base, "log.restored", "the disk failed", {"broken": str(kept + 1)})
            while base.execute("select max(id) from audit_record").fetchone()[0] <= to:
                forge(base, "logout", "", {})

        self.tampered(forged)
        self.state("broken")
        (record,) = self.audit("log.unsigned")
        self.assertLessEqual(int(record["details"]["from"]), kept + 1)
        self.assertIn("no record that was signed in time says why", json.dumps(self.told()))
        self.assertIn("The audit log is broken", json.dumps(self.manifest()[0]))
        self.refusal("wrong-state", self.restored())
        code, text = self.checked("check-log", self.api.get("/audit/export").body)
        self.assertNotEqual(code, 0, text)
        self.assertIn(f"unsigned: records {record['details']['from']} to {record['details']['to']} had no signature", text)
        self.tampered()  # and after another start
        self.state("broken")
        self.assertEqual(len(self.audit("log.unsigned")), 1)

    def test_a_server_that_was_killed_says_which_records_it_had_not_signed(self):
        self.state("intact")
        self.assertEqual(self.audit("log.unsigned"), [])
        self.api.login("admin", self.server.password)
        last = self.newest()
        self.server.sanctum.process.kill()
        self.server.sanctum.start()
        self.api.token = self.api.login("admin", self.server.password)
        self.state("intact")
        (record,) = self.audit("log.unsigned")
        self.assertEqual((record["sequence"], int(record["details"]["to"])), (last + 2, last))  # behind server.started
        self.tampered()  # that was an end in order
        self.state("intact")
        self.assertEqual(len(self.audit("log.unsigned")), 1)

    def test_an_older_database_does_not_hide_what_else_is_wrong(self):
        self.tampered("update audit_record set actor = 'mallory' where id = 3")
        self.state("broken")
        self.refusal("wrong-state", self.restored())
        self.older()
        answer = self.restored()
        self.assertEqual((answer.status, answer.json["audit_log"]), (200, "broken"))
        self.assertIn("record 3 was changed", answer.json["broken"])
        self.state("broken")
        self.refusal("bad-value", self.api.call("POST", "/audit/restored", {}))
        self.added("vera", "auditor", password="a long word for vera")
        token = self.api.login("vera", "a long word for vera")
        self.refusal("right-missing", self.api.call("POST", "/audit/restored", {"reason": "x"}, token=token))

    def test_a_missing_head_beside_the_keys_is_told(self):
        self.tampered()
        self.state("intact")
        self.assertEqual((self.audit("log.unwitnessed"), self.api.get("/status").json["audit_log_notes"]), ([], []))
        self.manifest()  # makes a checkpoint
        self.server.stop()
        os.remove(f"{self.server.folder}/server-keys/audit.head")
        self.tampered()
        self.state("intact")
        (record,) = self.audit("log.unwitnessed")
        self.assertGreater(int(record["details"]["last"]), 1)
        self.assertEqual(self.api.get("/status").json["audit_log_notes"], ["unwitnessed"])
        self.server.sanctum.process.expect("audit-head-missing")
        self.assertIn("The audit log has a gap: audit.head was missing", json.dumps(self.manifest()[0]))
        self.tampered()  # there is one again
        self.state("intact")
        self.assertEqual(len(self.audit("log.unwitnessed")), 1)
        self.assertEqual(self.api.get("/status").json["audit_log_notes"], [])

    def test_a_log_that_was_cut_to_nothing_is_noticed(self):
        self.tampered("delete from audit_record", "delete from audit_checkpoint")
        self.state("broken")


if __name__ == "__main__":
    run("--evidence")  # make-evidence, which checks offline
