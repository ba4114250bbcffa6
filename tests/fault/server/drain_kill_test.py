#!/usr/bin/env python3
"""The server is killed at every write and every sync of a start at which it takes away what a change set has drained.
What comes up again goes on: the zone, a client of the name server and the agent say the same in the end, and the audit
log has it once."""

import contextlib
import itertools
import os
import shutil
import signal
import sqlite3
import sys

import rig
from commit_kill_test import DISK, EDITS, HOST, ApplyingAgent, CommitKillTest
from lib import pdu
from lib.client import Client
from lib.local_api import Api, Refused
from lib.process import eventually
from lib.test_agent import Agent


class DrainKillTest(CommitKillTest):
    def _prepare(self):
        """And a change set that takes the host out of the zone, with a drain that has ended when the server starts."""
        super()._prepare()
        server = self._server(self.template)
        self.addCleanup(server.process.kill)
        api = Api(f"{self.template}/management.sock")
        api.token = self.token
        applying = ApplyingAgent(self.agent)
        applying.start()
        self._carried_out(api, EDITS, {})
        self._carried_out(api, [{"op": "remove", "object": "domain:zone1", "field": "nodes", "value": f"node:{HOST}"}],
                          {"drain": 600})
        [later] = api.get("/changes?state=waiting")["items"]
        self.later = f"/changes/{later['id']}"
        eventually(lambda: applying.rights == ["read-only"], lambda: f"it may be read alone: {applying.rights}")
        applying.stop()
        server.stop()
        with sqlite3.connect(f"{self.template}/registry.db") as store:
            store.execute("UPDATE change_draft SET due_at = 1 WHERE id = ?", (later["id"],))
        store.close()

    @staticmethod
    def _carried_out(api, edits, more):
        made = api.post("/changes", {"title": "a change", "edits": edits, **more})
        made = api.post(f"/changes/{made['id']}/submit", {"version": made["version"], "reason": "because"})
        api.post(f"/changes/{made['id']}/commit", {"version": made["version"], "reason": "they know"})
        api.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
        api.post(f"/changes/{made['id']}/confirm")

    def _api(self):
        api = Api(f"{self.round}/management.sock")
        api.token = self.token
        return api

    def _gone(self):
        with contextlib.suppress(OSError, Refused):
            return self._api().get(self.later)["state"] == "confirmed"
        return False

    def killed_at(self, step):
        """One round; None when what was due is gone before this step."""
        shutil.rmtree(self.round, ignore_errors=True)
        shutil.copytree(self.template, self.round, ignore=shutil.ignore_patterns("*.sock"))
        server = rig.Server(self.round, http=self.ports[0], **{"api.port": self.ports[1]})
        server.env = rig.failing(self.control) | {"SANCTUM_FAULT_ORDER": f"kill {step}"}
        agent = Agent(self.ports[1], self.round, "storage1", key_of=self.agent)
        agent.sequence = self.agent.sequence
        applying = ApplyingAgent(agent)
        applying.start()
        try:
            with contextlib.suppress(AssertionError):  # it may die before it says that it serves
                server.start()
                eventually(lambda: self._gone() or not server.process.running(), "it goes, or the server is killed")
            server.env = {}
            if server.process.running():
                return None
            self.assertEqual(server.process.end(), -signal.SIGKILL, server.process.output())
            server.start()
            self.check(server, self._api(), applying)
            server.stop()
            return "gone"
        finally:
            applying.stop()
            server.process.kill()

    def check(self, server, api, applying):
        api.until("/status", lambda status: status["ready"] and status["audit_log"] == "intact")
        api.until(self.later, lambda change: change["state"] == "confirmed")
        eventually(lambda: (applying.admitted, applying.mapped) == ([], 0), "the agent lets nobody in")
        self.assertEqual(api.get("/domains/zone1")["nodes"], [f"node:{DISK}"])
        self.assertEqual(len(api.get("/maps")["items"]), 1, "the map stays: its zone went")
        self.assertEqual(api.get("/departures")["items"], [])
        with Client(server.port, HOST) as host:
            seen = host.ok(pdu.DEV_ATTR_QRY, pdu.tlv(pdu.NODE_TYPE, 1), pdu.tlv(pdu.NAME))
        self.assertNotIn(DISK.encode(), seen.raw)
        about = f"change-set:#{os.path.basename(self.later)}"
        log = [event for event, one in self._audited() if one == about]
        self.assertEqual(log, ["change.drain", "change.commit", "change.confirm"])

    def test_the_end_of_a_drain(self):
        for step in itertools.count():
            with self.subTest(killed_at=step):
                if self.killed_at(step) is None:
                    break
            if self._outcome.result.failures or self._outcome.result.errors:
                self.fail(f"killed at step {step}")
        print(f"killed at {step} steps", file=sys.stderr)
        self.assertGreater(step, 5)


if __name__ == "__main__":
    rig.main()
