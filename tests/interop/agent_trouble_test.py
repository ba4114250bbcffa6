#!/usr/bin/env python3
"""What happens to a machine while san-agent runs on it: its addresses change, the disk of the state folder is full.
Initiators are libiscsi's."""

import json
import socket
import subprocess

from lib import case, pdu
from lib.isnsadm import Isnsadm, having
from lib.process import eventually
from lib.san_agent import TARGET, SanAgent
from lib.servers import Policy
from lib.small_disk import SmallDisk
from managed_agent_test import ManagedCase

HOST = "iqn.2026-01.org.example:host"
BEFORE, AFTER = "192.0.2.1", "198.51.100.7"  # of the machine; the sandbox has the first
FOLLOWS = 40  # seconds: it looks each 30


def address(verb, text):
    subprocess.run(["ip", "address", verb, f"{text}/24", "dev", "lo"], check=True)


class Addresses(case.InteropTest):
    policy = Policy(default_domain=True)

    def portals(self):
        return having(Isnsadm.control(self).list("portals"), pdu.PORTAL_IP)

    def test_an_address_that_comes_and_one_that_goes_are_registered_and_taken_back(self):
        agent = SanAgent(self, case.agent(), [self.server.port])
        agent.setup.address = "0.0.0.0"
        self.capture.ports.add(agent.notice_port)
        agent.start()
        agent.told("event=registered ")
        self.assertEqual(self.portals(), [BEFORE])
        address("add", AFTER)
        self.addCleanup(address, "del", AFTER)
        address("del", BEFORE)
        self.addCleanup(address, "add", BEFORE)
        eventually(lambda: self.portals() == [AFTER], lambda: f"{AFTER} alone is registered: {self.portals()}", FOLLOWS)
        # The node stayed, and meets the new portal in a group as it did the one before.
        self.assertEqual(having(Isnsadm.control(self).list("portal-groups"), pdu.PG_NAME), [TARGET])


class FullDisk(case.InteropTest):
    policy = Policy()

    def setUp(self):
        super().setUp()
        Isnsadm(self, HOST).register("entity=host", "initiator", "portal=127.0.0.21:860/tcp")
        self.agent = SanAgent(self, case.agent(), [self.server.port])
        self.capture.ports.add(self.agent.notice_port)
        self.disk = SmallDisk(self, self.agent.setup.path("state"))
        self.agent.start()
        self.agent.told("event=registered ")

    def test_zones_hold_and_are_not_kept(self):
        self.disk.fill()
        self.raw().zone("zone1", HOST, TARGET)
        self.agent.comes_to_let_in(HOST)
        self.agent.told("event=zones-not-saved")
        # Over a restart without the name server those that were kept last hold: nobody is in a zone.
        self.server.process.kill()
        self.agent.process.kill()
        self.agent.start()
        self.assertFalse(self.agent.lets_in(HOST))
        self.server.start()
        self.agent.comes_to_let_in(HOST)

    def ask(self, command, **arguments):
        """The answer of the agent's own control socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.agent.setup.path("agent.sock"))
            connection.sendall(json.dumps({"v": 1, "id": 1, "command": command, "arguments": arguments}).encode() + b"\n")
            return json.loads(connection.makefile().readline())

    def everything(self):
        return [self.ask(command)["result"] for command in ("config", "units", "targets")]

    def test_a_change_is_refused_and_nothing_is_changed(self):
        made = ("unit.create", {"id": "disk9", "store": "memory:1M"})
        changes = (made, ("target.create", {"name": "iqn.2026-01.org.example:other"}),
                   ("unmap", {"target": TARGET, "unit": "unit0"}))
        before = self.everything()
        self.disk.fill()
        for command, arguments in changes:
            with self.subTest(command=command):
                answer = self.ask(command, **arguments)
                self.assertEqual((answer["ok"], answer.get("error", {}).get("code")), (False, "not-saved"), answer)
                self.assertEqual(self.everything(), before)
                self.agent.told(f"event=change-not-saved .*{command}")
        self.disk.make_room()
        self.assertTrue(self.ask(made[0], **made[1])["ok"])
        self.assertNotEqual(self.everything(), before)


class FullDiskOfAManagedOne(ManagedCase):
    def setUp(self):
        super().setUp()
        self.agent.stop()
        self.disk = SmallDisk(self, self.agent.setup.path("state"))
        self.agent.start()
        self.agent.told("event=registered ")
        self.joined()

    def test_a_state_holds_and_is_not_kept(self):
        eventually(lambda: not self.sees(), "the server has let nobody in")
        self.disk.fill()
        self.zone_and_map()
        eventually(self.sees, "the host is let in")
        self.agent.told("event=state-not-saved")
        # Over a restart without the server the state that was kept last holds.
        self.server.stop()
        self.agent.process.kill()
        self.agent.start()
        self.assertFalse(self.sees())
        self.server.start()
        eventually(self.sees, "the host is let in again")


if __name__ == "__main__":
    case.main("isnsadm", "iscsi-inq", "ip", uses_agent=True, uses_sanctl=True)
