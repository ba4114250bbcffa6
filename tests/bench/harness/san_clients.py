"""Clients of a managed server as SANs have them: nodes that register, listeners for state changes, an agent. The wire and
the agent are those of the interop tests.
"""

import os
import sys
import time
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "interop"))

from lib import pdu  # noqa: E402
from lib.client import Client  # noqa: E402
from lib.listener import Listener  # noqa: E402
from lib.pdu import portal, tlv  # noqa: E402
from lib.test_agent import Agent  # noqa: E402

from harness.process import Failed, wait_until  # noqa: E402

ALL_CHANGES = 0x1C  # of an SCN bitmap: objects that are added, removed, updated
NAME = "iqn.2024-01.org.example.bench:"


def node(kind, number):
    return f"{NAME}{kind}{number:05}"


def register(client, name, address, kind, port=3260, scn_port=None):
    """An entity with a portal and a node."""
    more = b"" if scn_port is None else tlv(pdu.SCN_PORT, scn_port)
    client.ok(pdu.DEV_ATTR_REG, b"",
              tlv(pdu.EID, name.rsplit(":", 1)[1]) + tlv(pdu.PROTOCOL, 2) + portal(address, port) + more
              + tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, kind), source=name)


class ScnListeners:
    """Nodes that want to hear of every change, each with a port of its own."""

    def __init__(self, server, count):
        self._closing = []
        stand_in = types.SimpleNamespace(capture=types.SimpleNamespace(ports=set()),
                                         addCleanup=self._closing.append)
        self.names = [node("listener", i) for i in range(count)]
        self._all = [Listener(stand_in) for _ in self.names]
        for i, (name, listener) in enumerate(zip(self.names, self._all, strict=True)):
            with Client(server.port, name) as client:
                register(client, name, "127.0.0.1", pdu.INITIATOR, 3260 + i, listener.port)
                client.ok(pdu.SCN_REG, tlv(pdu.NAME, name), tlv(pdu.SCN_BITMAP, ALL_CHANGES))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for close in self._closing:
            close()

    def heard(self):
        """How many messages have come."""
        return sum(listener.messages.qsize() for listener in self._all)

    def all_heard(self):
        return all(listener.messages.qsize() for listener in self._all)

    def forget(self):
        for listener in self._all:
            while not listener.messages.empty():
                listener.messages.get()

    def last(self, quiet=1.0, patience=60):
        """When the last message came: none has for `quiet` seconds since. By time.perf_counter()."""
        end = time.perf_counter() + patience
        before, at = -1, time.perf_counter()
        while time.perf_counter() < at + quiet:
            if time.perf_counter() > end:
                raise Failed("state change notifications do not end")
            now = self.heard()
            if now != before:
                before, at = now, time.perf_counter()
            time.sleep(0.001)
        return at


def committed(server, edits, title):
    """A change set from its draft to its commit; gives (change, when that was asked for, by time.perf_counter())."""
    made = server.post("/changes", {"title": title, "edits": edits})
    sent = server.post(f"/changes/{made['id']}/submit",
                       {"version": made["version"], "reason": "measured", "ticket": "T-1"})
    begun = time.perf_counter()
    server.post(f"/changes/{made['id']}/commit", {"version": sent["version"]})
    return made["id"], begun


def confirmed(server, change):
    wait_until(lambda: server.get(f"/changes/{change}")["state"] == "confirming", "a change set is carried out")
    server.post(f"/changes/{change}/confirm")


def create_domain(name, members):
    return [{"op": "create", "object": "domain:+0"},
            {"op": "set", "object": "domain:+0", "field": "name", "value": name},
            *({"op": "add", "object": "domain:+0", "field": "nodes", "value": f"node:{member}"} for member in members),
            {"op": "create", "object": "domain-set:+1"},
            {"op": "set", "object": "domain-set:+1", "field": "name", "value": name + "-set"},
            {"op": "add", "object": "domain-set:+1", "field": "domains", "value": "domain:+0"},
            {"op": "set", "object": "domain-set:+1", "field": "enabled", "value": True}]


def shared_disks(server, folder, hosts, units):
    """One target of ours that lets all of the hosts in to all of its logical units, as its agent reports."""
    disk = node("disk", 0)
    names = [node("host", i) for i in range(hosts)]
    with Client(server.port, disk) as client:
        register(client, disk, "10.9.0.1", pdu.TARGET)
        for i, name in enumerate(names):
            register(client, name, f"10.8.{i // 250}.{i % 250 + 1}", pdu.INITIATOR)
    entity = disk.rsplit(":", 1)[1]
    wait_until(lambda: len(server.get("/nodes?limit=1000")["items"]) >= min(hosts + 1, 1000), "the nodes are there")
    agent = Agent(server.api_port, folder, "storage1")
    token = server.post("/agents/invitations", {"agent": "storage1", "entity": entity, "nodes": [disk]})["token"]
    status, answer = agent.enrol(token)
    if status != 200:
        raise Failed(f"the agent cannot enrol: {answer}")
    confirmed(server, committed(server, create_domain("shared", [disk, *names]), "shared disks")[0])
    numbers = [f"naa.6{i:015x}" for i in range(units)]
    status, answer = agent.report(
        full=True, sessions=[],
        units=[{"designator": unit, "bytes": 1 << 30, "paths": [{"target": disk, "lun": i}]}
               for i, unit in enumerate(numbers)],
        targets=[{"target": disk, "desired": server.get("/status")["revision"], "applied_at": int(time.time()),
                  "enforcement": "zoning", "chap": "none", "admitted": names,
                  "maps": [{"initiator": None, "unit": unit, "lun": i, "right": "read-write"}
                           for i, unit in enumerate(numbers)]}])
    if status != 200 or not answer["taken"]:
        raise Failed(f"the agent's report is not taken: {answer}")
    agent.close()
