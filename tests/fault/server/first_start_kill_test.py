#!/usr/bin/env python3
"""The first server on a new database is killed at every write and every sync of its start. The next one finds nothing
wrong with its audit log: a witness that was not written yet is none that somebody has removed."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import sqlite3
import sys

import rig
from lib.local_api import Api
from lib.process import eventually


class FirstStart(rig.ServerTest):
    def setUp(self):
        super().setUp()
        self.round = f"{self.folder}/round"

    def _checkpoints(self):
        """How many the database has; asked of a copy, since asking writes."""
        copy = shutil.copytree(self.round, f"{self.folder}/copy", ignore=shutil.ignore_patterns("*.sock"))
        base = sqlite3.connect(f"{copy}/registry.db")
        try:
            return base.execute("select count(*) from audit_checkpoint").fetchone()[0]
        except sqlite3.OperationalError:  # no such table yet
            return 0
        finally:
            base.close()
            shutil.rmtree(copy)

    def _checked(self):
        """The status of a server that has walked its log."""
        api = Api(f"{self.round}/management.sock")
        return api.until("/status", lambda status: status["ready"] and status["audit_log"] != "checking")

    def _witnessed(self):
        """Whether audit.head tells of a record."""
        try:
            with open(f"{self.round}/server-keys/audit.head", encoding="utf-8") as head:
                return json.load(head)["checkpoint"]["sequence"] > 0
        except FileNotFoundError:
            return False

    def _killed(self, server, step):
        """Lets it begin and come to this step; False: it has begun, and there was no such step."""
        server.env = rig.failing(f"{self.folder}/control") | {"SANCTUM_FAULT_ORDER": f"kill {step}"}
        with contextlib.suppress(AssertionError):  # it may die before it says that it serves
            server.start()
            eventually(lambda: self._witnessed() or not server.process.running(), "audit.head has the first checkpoint")
        server.env = {}
        if server.process.running():
            server.process.kill()
            return False
        self.assertEqual(server.process.end(), -signal.SIGKILL, server.process.output())
        return True

    def test_nobody_is_blamed_for_what_was_not_written_yet(self):
        between = 0
        for step in itertools.count():
            shutil.rmtree(self.round, ignore_errors=True)
            os.mkdir(self.round)
            server = rig.Server(self.round)
            if not self._killed(server, step):
                break
            if self._checkpoints() == 0:
                continue  # there was nothing to witness yet
            between += 1
            with self.subTest(killed_at=step):
                server.start()
                self.addCleanup(server.process.kill)
                status = self._checked()
                self.assertEqual((status["audit_log"], status["audit_log_notes"]), ("intact", []))
                server.stop()
        print(f"killed at {step} steps, {between} of them with a checkpoint in the database", file=sys.stderr)
        self.assertGreater(between, 0)


if __name__ == "__main__":
    rig.main()
