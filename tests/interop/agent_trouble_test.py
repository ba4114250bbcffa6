#!/usr/bin/env python3
"""What happens to a machine while san-agent runs on it: its addresses change, a firewall closes the port for notices, the
disk of the state folder is full.
Initiators are libiscsi's."""

import subprocess
import time

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


class ClosedPort(case.InteropTest):
    """No new connection gets to the port for notices and inquiries, as behind a firewall."""

    policy = Policy(default_domain=True, period=20)  # open-isns gives its own

    def setUp(self):
        super().setUp()
        self.agent = SanAgent(self, case.agent(), [self.server.port], period='"20s"', esi_interval='"2s"')
        self.capture.ports.add(self.agent.notice_port)

    @staticmethod
    def rules(*all_words):
        for words in all_words:
            subprocess.run(["ip", "rule", *words.split()], check=True)

    def close(self):
        # Rules before that of local addresses, which is the first one otherwise. TCP by its number, as /etc/protocols is
        # no part of a minimal system.
        self.rules("add pref 100 lookup local", "del pref 0",
                   f"add pref 10 ipproto 6 dport {self.agent.notice_port} blackhole")
        self.addCleanup(self.rules, "add pref 0 lookup local", "del pref 100")

    def open(self):
        self.rules("del pref 10")

    def portals(self):
        return having(Isnsadm.control(self).list("portals"), pdu.PORTAL_IP)

    def status(self):
        return self.agent.ask("status")["result"]

    def lost(self):
        return [line for line in self.agent.process.lines if "event=not-registered" in line]

    def questions(self):
        """How often it has asked after its node, or for peers."""
        return sum(seen.message.function == 0x0002 for seen in self.pdus())

    def test_the_agent_is_kept_without_inquiries_and_says_which_port_to_open(self):
        self.close()
        self.addCleanup(self.open)
        self.agent.start()
        self.agent.told("event=registered ")
        self.assertEqual(self.status()["inquiries"], "")
        remedy = f"open TCP port {self.agent.notice_port} of this machine for 127.0.0.1"
        portal = f"127.0.0.1:{self.agent.setup.port}"
        self.agent.told(f'event=inquiries-unheard .*portals={portal} again=3600 remedy="{remedy}"', patience=60)
        eventually(lambda: self.agent.process.lines[-1].count("event=registered "), "it is registered anew")
        self.assertEqual(len(self.lost()), 2, self.lost())
        self.assertIn(remedy + "; tried again at ", self.status()["inquiries"])
        # It asks after its node twice more, in which time the server would have dropped one that it inquires after.
        asked = self.questions()
        eventually(lambda: self.questions() >= asked + 2, "it asks after its node", 40)
        self.assertEqual(self.portals(), ["127.0.0.1"])
        self.assertEqual(len(self.lost()), 2, self.lost())

    def test_with_the_port_open_again_a_restart_has_inquiries_at_once(self):
        self.close()
        self.agent.start()
        self.agent.told("event=inquiries-unheard ", patience=60)
        self.open()
        self.agent.stop()
        self.agent.start()
        eventually(lambda: any(seen.message.function == 0x800D for seen in self.pdus()), "an inquiry is answered")
        self.assertEqual(self.status()["inquiries"], "")


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
        # What is being saved while the disk is filled leaves room behind.
        eventually(lambda: self.agent.keeps() == {TARGET: []}, "its zones are saved, with nobody in them")

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

    def everything(self):
        return [self.agent.ask(command)["result"] for command in ("config", "units", "targets")]

    def test_a_change_is_refused_and_nothing_is_changed(self):
        made = ("unit.create", {"id": "disk9", "store": "memory:1M"})
        changes = (made, ("target.create", {"name": "iqn.2026-01.org.example:other"}),
                   ("unmap", {"target": TARGET, "unit": "unit0"}))
        before = self.everything()
        self.disk.fill()
        for command, arguments in changes:
            with self.subTest(command=command):
                answer = self.agent.ask(command, **arguments)
                self.assertEqual((answer["ok"], answer.get("error", {}).get("code")), (False, "not-saved"), answer)
                self.assertEqual(self.everything(), before)
                self.agent.told(f"event=change-not-saved .*{command}")
        self.disk.make_room()
        self.assertTrue(self.agent.ask(made[0], **made[1])["ok"])
        self.assertNotEqual(self.everything(), before)


class FullDiskOfAManagedOne(ManagedCase):
    def setUp(self):
        super().setUp()
        self.agent.stop()
        self.disk = SmallDisk(self, self.agent.setup.path("state"))
        self.agent.start()
        self.agent.told("event=registered ")
        self.joined()

    def let_in_on_a_full_disk(self):
        eventually(lambda: not self.sees(), "the server has let nobody in")
        self.disk.fill()
        self.zone_and_map()
        eventually(self.sees, "the host is let in")
        self.agent.told("event=state-not-saved")

    def test_it_is_kept_when_there_is_room_again(self):
        def kept():
            with open(self.agent.setup.path("state/management/desired.sealed"), "rb") as file:
                return file.read()
        self.let_in_on_a_full_disk()
        before = kept()
        self.disk.make_room()
        eventually(lambda: kept() != before, self.agent.process.output)
        self.server.stop()
        self.agent.process.kill()
        self.agent.start()
        eventually(self.sees, "the host is let in")

    def test_a_state_holds_and_is_not_kept(self):
        self.let_in_on_a_full_disk()
        # Over a restart without the server the state that was kept last holds.
        self.server.stop()
        self.agent.process.kill()
        self.agent.start()
        self.assertFalse(self.sees())
        self.server.start()
        eventually(self.sees, "the host is let in again")


if __name__ == "__main__":
    case.main("isnsadm", "iscsi-inq", "ip", uses_agent=True, uses_sanctl=True)
