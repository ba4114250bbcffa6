#!/usr/bin/env python3
"""The server is killed at every write and every sync of a commit, a confirmation, a rollback and a missed deadline, with
an agent that applies what it is told. What comes up again is in the old state or in the new one, wholly: the API, a
client of the name server and the agent say the same, and the audit log says which and is whole."""

import http.client
import itertools
import os
import shutil
import signal
import sqlite3
import sys
import threading
import time

import rig
from lib import pdu
from lib.client import Client
from lib.local_api import Api
from lib.process import PATIENCE, eventually
from lib.test_agent import Agent
from support.ports import free_port

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
UNIT = "naa.6001405000000001"
GONE = (OSError, http.client.HTTPException)  # what a client sees of a server that is killed
FIELDS = {  # of what the change set makes
    "domain:+0": {"name": "zone1"},
    "domain-set:+1": {"name": "set1", "enabled": True},
    "map:+2": {"who": f"node:{HOST}", "target": f"node:{DISK}", "unit": f"logical-unit:{UNIT}"},
}
EDITS = [*({"op": "create", "object": made} for made in FIELDS),
         *({"op": "set", "object": made, "field": field, "value": value}
           for made, fields in FIELDS.items() for field, value in fields.items()),
         *({"op": "add", "object": "domain:+0", "field": "nodes", "value": f"node:{name}"} for name in (HOST, DISK)),
         {"op": "add", "object": "domain-set:+1", "field": "domains", "value": "domain:+0"},
         {"op": "set", "object": f"node:{DISK}", "field": "alias", "value": "first"}]


class ApplyingAgent(threading.Thread):
    """The storage server's agent: fetches what it is to apply and says that it has, until stop(); outlives its server."""

    def __init__(self, agent):
        super().__init__(daemon=True)
        self.agent, self.admitted, self.mapped, self.rights = agent, None, None, None
        self._ended = threading.Event()
        self._failures = []

    def run(self):
        revision = 0
        while not self._ended.is_set():
            try:
                desired = self.agent.desired(revision, 1)
                if desired["changed"]:
                    self._apply(desired)
                revision = desired["revision"]
            except GONE:
                self.agent.close()
                revision = 0  # after a restart it asks anew
                self._ended.wait(0.02)
            except Exception as wrong:  # shown by stop(), in the thread of the test
                self._failures.append(wrong)
                return

    def _apply(self, desired):
        told = []
        for target in desired["targets"]:
            initiators = target["initiators"]
            maps = [{"initiator": one["name"], **{name: given[name] for name in ("unit", "lun", "right")}}
                    for one in initiators for given in one["maps"]]
            told.append({"target": target["target"], "desired": target["revision"], "applied_at": int(time.time()),
                         "enforcement": target["enforcement"], "chap": target["chap"],
                         "admitted": [one["name"] for one in initiators], "maps": maps})
        status, receipt = self.agent.report(full=True, targets=told, sessions=[], units=[
            {"designator": UNIT, "bytes": 1 << 30, "paths": [{"target": DISK, "lun": 1}]}])
        if status != 200 or not receipt["taken"]:
            raise AssertionError(f"report: {status} {receipt}")
        for target in told:
            self.admitted, self.mapped = target["admitted"], len(target["maps"])
            self.rights = [given["right"] for given in target["maps"]]

    def stop(self):
        self._ended.set()
        self.join(PATIENCE)
        self.agent.close()
        if self._failures:
            raise self._failures[0]


class CommitKillTest(rig.ServerTest):
    confirm_within = 120

    def setUp(self):
        super().setUp()
        self.template = f"{self.folder}/template"
        self.round = f"{self.folder}/round"
        self.control = f"{self.folder}/control"
        self.ports = [free_port() for _ in range(2)]  # the same in all rounds
        self._prepare()

    def _server(self, folder, env=None):
        server = rig.Server(folder, env=env, http=self.ports[0], **{"api.port": self.ports[1]})
        server.start()
        return server

    def _prepare(self):
        """A host and a disk that share nothing, the disk's agent, and a token for the rounds."""
        os.mkdir(self.template)
        server = self._server(self.template)
        self.addCleanup(server.process.kill)
        api = Api(f"{self.template}/management.sock")
        api.init()
        for name, eid, address, kind in ((HOST, "host1", "127.0.0.11", 2), (DISK, "disk1", "127.0.0.12", 1)):
            self.raw(server, name).ok(
                pdu.DEV_ATTR_REG, b"", pdu.tlv(pdu.EID, eid) + pdu.tlv(pdu.PROTOCOL, 2) + pdu.portal(address, 3260) +
                pdu.tlv(pdu.NAME, name) + pdu.tlv(pdu.NODE_TYPE, kind))
        api.until("/nodes", lambda nodes: len(nodes["items"]) == 2)
        if self.confirm_within != 120:
            made = api.post("/changes", {"title": "a short window", "edits": [
                {"op": "create", "object": "settings:#1"},
                {"op": "set", "object": "settings:#1", "field": "confirm_within", "value": self.confirm_within}]})
            made = api.post(f"/changes/{made['id']}/submit", {"version": made["version"], "reason": "a test"})
            api.post(f"/changes/{made['id']}/commit", {"version": made["version"]})
            api.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
            api.post(f"/changes/{made['id']}/confirm")
        self.agent = Agent(server.more["api.port"], self.template, "storage1")
        invitation = api.post("/agents/invitations", {"agent": "storage1", "entity": "disk1", "nodes": [DISK]})
        self.assertEqual(self.agent.enrol(invitation["token"])[0], 200)
        applying = ApplyingAgent(self.agent)
        applying.start()
        api.until("/logical-units", lambda units: len(units["items"]) == 1)
        applying.stop()
        self.token = api.post("/tokens", {"name": "rounds", "expires": int(time.time()) + 7200})["token"]
        server.stop()

    def _start_round(self):
        """A server with the prepared database whose disk takes orders; its API and its agent."""
        shutil.rmtree(self.round, ignore_errors=True)
        shutil.copytree(self.template, self.round, ignore=shutil.ignore_patterns("*.sock"))
        server = self._server(self.round, rig.failing(self.control))
        self.addCleanup(server.process.kill)
        api = Api(f"{self.round}/management.sock")
        api.token = self.token
        agent = Agent(server.more["api.port"], self.round, "storage1", key_of=self.agent)
        agent.sequence = self.agent.sequence
        applying = ApplyingAgent(agent)
        applying.start()
        # Nothing else is to write meanwhile: the server has walked its log, and the agent has said what it applies.
        api.until("/status", lambda status: status["ready"] and status["audit_log"] == "intact")
        eventually(lambda: applying.admitted == [], "the agent has said that it lets nobody in")
        return server, api, applying

    def course(self, api):
        """A change set up to the state that awaits its confirmation, and what goes_on() makes of it."""
        made = api.post("/changes", {"title": "a change", "edits": EDITS})
        made = api.post(f"/changes/{made['id']}/submit", {"version": made["version"], "reason": "because"})
        api.post(f"/changes/{made['id']}/commit", {"version": made["version"]})
        api.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
        self.goes_on(api, f"/changes/{made['id']}")

    def goes_on(self, api, change):
        """What follows the commit."""

    def check(self, server, api, applying):
        """What has come up again is old or new, everywhere the same; returns the state of the change set."""
        api.until("/status", lambda status: status["ready"] and status["audit_log"] == "intact")
        under_way = {"committing"} | ({"confirming"} if self.confirm_within == 1 else set())
        changes = api.until("/changes", lambda found: not under_way & {change["state"] for change in found["items"]})
        mine = [change for change in changes["items"] if change["title"] == "a change"]
        state = mine[0]["state"] if mine else "none"
        new = state in ("confirming", "confirmed")
        # A rollback is a change set, too: it may still be on its way to the agent.
        eventually(lambda: (applying.admitted, applying.mapped) == (([HOST], 1) if new else ([], 0)),
                   f"the agent has what holds in state {state}")
        self.assertEqual([row["name"] for row in api.until("/domains", lambda found: len(found["items"]) == new)["items"]],
                         ["zone1"] * new)
        self.assertEqual(len(api.get("/maps")["items"]), new)
        self.assertEqual([row["enabled"] for row in api.get("/domain-sets")["items"]], [True] * new)
        self.assertEqual(api.get(f"/nodes/{DISK}")["alias"], "first" if new else "")
        with Client(server.port, HOST) as host:
            seen = host.ok(pdu.DEV_ATTR_QRY, pdu.tlv(pdu.NODE_TYPE, 1), pdu.tlv(pdu.NAME))
        self.assertEqual(DISK.encode() in seen.raw, new, "what the host's query brings")
        log = [event for event, about in self._audited() if mine and about == f"change-set:#{mine[0]['id']}"]
        wanted = {"none": [], "open": ["change.draft"], "submitted": ["change.draft", "change.submit"]}.get(
            state, ["change.draft", "change.submit", "change.commit"])
        wanted = wanted + {"confirmed": ["change.confirm"], "rolled-back": ["change.rollback"]}.get(state, [])
        self.assertEqual(log, wanted, f"the audit log of one in state {state}")
        return state

    def _audited(self):
        base = sqlite3.connect(f"file:{self.round}/registry.db?mode=ro", uri=True)
        try:
            return base.execute("select event, object from audit_record order by id").fetchall()
        finally:
            base.close()

    def killed_at(self, step):
        """One round; the state that it ended in, None when the course came to its end before this step."""
        server, api, applying = self._start_round()
        try:
            rig.order(self.control, f"kill {step}")
            try:
                self.course(api)
                if server.process.running():
                    return None
            except GONE:
                pass
            self.assertEqual(server.process.end(), -signal.SIGKILL, server.process.output())
            server.env = {}
            server.start()
            state = self.check(server, api, applying)
            server.stop()
            status, output = server.command("verify", server.database)
            self.assertEqual(status, 0, output)
            return state
        finally:
            applying.stop()
            server.process.kill()

    def at_every_step(self, states):
        found = {}
        for step in itertools.count():
            with self.subTest(killed_at=step):
                state = self.killed_at(step)
                if state is None:
                    break
                found[state] = found.get(state, 0) + 1
            if self._outcome.result.failures or self._outcome.result.errors:
                self.fail(f"killed at step {step}")
        print(f"{self._testMethodName}: killed at {step} steps; after that {found}", file=sys.stderr)
        self.assertEqual(set(found), states)


class Commit(CommitKillTest):
    def test_a_commit(self):
        self.at_every_step({"none", "open", "submitted", "confirming"})


class Confirmation(CommitKillTest):
    def goes_on(self, api, change):
        api.post(f"{change}/confirm")

    def test_a_confirmation(self):
        self.at_every_step({"none", "open", "submitted", "confirming", "confirmed"})


class Rollback(CommitKillTest):
    def goes_on(self, api, change):
        api.post(f"{change}/rollback", {"reason": "no"})
        api.until("/domains", lambda found: not found["items"])

    def test_a_rollback(self):
        self.at_every_step({"none", "open", "submitted", "confirming", "rolled-back"})


class Deadline(CommitKillTest):
    confirm_within = 1

    def goes_on(self, api, change):
        api.until(change, lambda found: found["state"] == "rolled-back")
        api.until("/domains", lambda found: not found["items"])

    def test_a_deadline_that_nobody_met(self):
        self.at_every_step({"none", "open", "submitted", "rolled-back"})


if __name__ == "__main__":
    rig.main()
