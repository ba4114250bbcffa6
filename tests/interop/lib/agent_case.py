"""A server with its management API, for tests of the agents' side of it; agents are those of `lib.test_agent`.
"""

import os
import re
import sqlite3
import time

from lib import case, pdu
from lib.pdu import portal, tlv
from lib.process import eventually
from lib.test_agent import Agent, Https, Local
from lib.tls import believing_everybody

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
UNIT = "naa.6000000000000001"


def registration(eid, address, name, kind):
    """The payload of a DevAttrReg: an entity with a portal and a node."""
    return (tlv(pdu.EID, eid) + tlv(pdu.PROTOCOL, 2) + portal(address, 3260) +
            tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, kind))


class AgentApiTest(case.InteropTest):
    def setUp(self):
        super().setUp()
        self.folder_of_agents = f"{self.folder}/agents"
        os.makedirs(self.folder_of_agents)
        local = Local(f"{self.folder}/management.sock")
        status, first = local.post("/init", {"user": "admin"})
        local.close()
        self.assertEqual(status, 201, first)
        self.password = first["password"]
        self.find_port()
        self.log_in()

    def find_port(self):
        said = self.server.process.expect(r'"address": ?"127\.0\.0\.1:(\d+)"[^\n]*"authority"')
        self.port = int(said.group(1))

    def log_in(self):
        self.admin = self.https()
        self.token = self.admin.ok("POST", "/login", {"user": "admin", "password": self.password})["token"]

    def https(self, context=None):
        made = Https(self.port, context)
        self.addCleanup(made.close)
        return made

    def ask(self, path, method="GET", body=None):
        return self.admin.ok(method, path, body, self.token)

    def invite(self, agent="storage1", entity="disk1", nodes=(DISK,)):
        return self.ask("/agents/invitations", "POST", {"agent": agent, "entity": entity, "nodes": list(nodes)})

    def agent_called(self, name):
        made = Agent(self.port, self.folder_of_agents, name)
        self.addCleanup(made.close)
        return made

    def enrolled(self, agent="storage1", entity="disk1", nodes=(DISK,)):
        made = self.agent_called(agent)
        status, answer = made.enrol(self.invite(agent, entity, nodes)["token"])
        self.assertEqual(status, 200, answer)
        return made

    def register(self):
        """A host and a disk, which share no domain yet."""
        self.raw(HOST).ok(pdu.DEV_ATTR_REG, b"", registration("host1", "127.0.0.11", HOST, pdu.INITIATOR))
        self.raw(DISK).ok(pdu.DEV_ATTR_REG, b"", registration("disk1", "127.0.0.12", DISK, pdu.TARGET))

    def audit(self):
        """Events of the audit log as the store has them."""
        with sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True) as store:
            names = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            table = next(name for name in names if re.fullmatch(r"audit(_record)?s?", name))
            return [row[0] for row in store.execute(f"SELECT event FROM {table} ORDER BY id")]

    def records(self, event):
        """Of the audit log, the oldest first."""
        items = self.ask("/audit?limit=1000")["items"]
        return sorted((one for one in items if one["event"] == event), key=lambda one: one["sequence"])

    def reasons(self):
        """Why agents, or what claimed to be one, were turned away."""
        return [one["code"] for one in self.records("agent.refused")]

    def assert_reasons(self, *expected):
        """These and no others: each is recorded after its answer."""
        eventually(lambda: self.reasons() == list(expected), lambda: f"{expected} are recorded: {self.reasons()}")

    def full(self, desired, **more):
        """What the disk's agent says when it has applied that the host gets LUN 1."""
        return {"full": True, "targets": [{"target": DISK, "desired": desired, "applied_at": int(time.time()),
                                           "enforcement": "zoning", "chap": "none", "admitted": [HOST],
                                           "maps": [{"initiator": HOST, "unit": UNIT, "lun": 1,
                                                     "right": "read-write"}]}],
                "units": [{"designator": UNIT, "bytes": 1 << 30, "paths": [{"target": DISK, "lun": 1}]}],
                "sessions": [], **more}


def context_of(chain, key):
    """What a client shows that believes everybody."""
    context = believing_everybody()
    context.load_cert_chain(chain, key)
    return context
