#!/usr/bin/env python3
"""What the server makes of an audit log that somebody has changed in the database behind its back: it notices at its
start, says so in its log, its status and the audit log itself, and signs no pack of evidence without saying so.
"""

import io
import json
import os
import sqlite3
import tarfile

from lib.api_case import ApiTest, run


class Guarded(ApiTest):
    def setUp(self):
        self.setUpClass()  # a server of its own for each test: a log that was broken stays so
        self.addCleanup(self.doClassCleanups)

    def tampered(self, *statements):
        """Stops the server, changes its database, and starts it again."""
        self.server.stop()
        base = sqlite3.connect(f"{self.server.folder}/registry.db")
        for statement in statements:
            base.execute(statement)
        base.commit()
        base.close()
        self.server.sanctum.start()
        self.api.token = self.api.login("admin", self.server.password)

    def state(self, word):
        self.server.until("/status", lambda status: status["audit_log"] == word)

    def told(self):
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

    def test_a_log_that_was_cut_to_nothing_is_noticed(self):
        self.tampered("delete from audit_record", "delete from audit_checkpoint")
        self.state("broken")


if __name__ == "__main__":
    run()
