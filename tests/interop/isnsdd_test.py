#!/usr/bin/env python3
"""A host with open-isns' discovery daemon isnsdd: registration over TCP, ESI and SCN over UDP."""

import os
import signal

from lib import case, pdu
from lib.isnsadm import Isnsadm, having, signing
from lib.isnsdd import Isnsdd
from lib.process import eventually
from lib.servers import OTHER_SIGNER, SIGNER, Policy

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
ENTITY = "host.example.org:iscsid:1"


class DiscoveryDaemon(case.InteropTest):
    policy = Policy(default_domain=True, esi_interval=1, period=10)

    def setUp(self):
        super().setUp()
        self.disk = Isnsadm(self, DISK)
        self.control = Isnsadm.control(self)

    def register_disk(self):
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")

    def from_server(self, *functions):
        """The requests that the server made so far."""
        return [seen.message for seen in self.pdus() if seen.message.function in functions]

    def test_it_registers_its_node_and_portal_with_esi(self):
        Isnsdd(self, HOST)
        self.assertIn(HOST, having(self.control.list("nodes"), pdu.NAME))
        self.assertIn(ENTITY, having(self.control.list("entities"), pdu.EID))
        answer = next(seen.message for seen in self.pdus() if seen.message.function == 0x8001)
        self.assertEqual(answer.status, 0)
        self.assertEqual(len(answer.numbers(pdu.ESI_INTERVAL)), 1, "the interval granted is told")

    def test_it_answers_esi_again_and_again_and_stays_registered(self):
        daemon = Isnsdd(self, HOST, esi_interval=1)
        for _ in range(3):
            daemon.process.expect("---ESIRsp---", start=len(daemon.process.lines))
        self.assertIn(HOST, having(self.control.list("nodes"), pdu.NAME))

    def test_a_host_that_no_longer_answers_esi_is_dropped(self):
        daemon = Isnsdd(self, HOST, esi_interval=1)
        daemon.process.expect("---ESIRsp---")
        os.kill(daemon.process.pid, signal.SIGKILL)
        eventually(lambda: HOST not in having(self.control.list("nodes"), pdu.NAME), "the dead host is dropped", 30)
        self.assertNotIn(ENTITY, having(self.control.list("entities"), pdu.EID))

    def test_it_learns_of_a_new_and_of_a_removed_target_by_scn(self):
        daemon = Isnsdd(self, HOST)
        self.register_disk()
        daemon.expect_callout("(add|update)", DISK)
        self.disk.deregister(f"iscsi-name={DISK}")
        daemon.expect_callout("remove", DISK)

    def test_without_esi_it_refreshes_by_queries_and_stays_registered(self):
        daemon = Isnsdd(self, HOST, options=["--no-esi"])
        # isnsdd plans its first sleep (1 h) before it registers: only something that wakes it starts its timers.
        self.register_disk()
        daemon.expect_callout("(add|update)", DISK)
        daemon.process.expect("Refreshing registration", start=len(daemon.process.lines))
        self.assertIn(HOST, having(self.control.list("nodes"), pdu.NAME))
        self.assertEqual(self.from_server(pdu.ESI), [])

    def test_a_server_that_was_restarted_still_notifies_it(self):
        daemon = Isnsdd(self, HOST)
        self.server.stop()
        self.server.start()
        self.register_disk()
        daemon.expect_callout("(add|update)", DISK)

    @case.fails_on("open-isns", "it counts transactions from 1, as its clients do")
    def test_transactions_of_the_server_are_never_taken_for_those_of_the_client(self):
        daemon = Isnsdd(self, HOST, esi_interval=1)
        self.register_disk()
        daemon.expect_callout("(add|update)", DISK)
        daemon.process.expect("---ESIRsp---")
        made = self.from_server(pdu.SCN, pdu.ESI)
        self.assertTrue(made)
        self.assertGreaterEqual(min(message.xid for message in made), 0x8000)

    @case.fails_on("open-isns", "it sends them with the client flag")
    def test_requests_of_the_server_carry_the_server_flag(self):
        daemon = Isnsdd(self, HOST)
        self.register_disk()
        daemon.expect_callout("(add|update)", DISK)
        flags = {message.flags & (pdu.CLIENT | pdu.SERVER) for message in self.from_server(pdu.SCN, pdu.ESI)}
        self.assertEqual(flags, {pdu.SERVER})


class WithoutEsi(case.InteropTest):
    policy = Policy(default_domain=True, esi=False)

    def test_it_registers_without_esi_where_the_server_has_none(self):
        daemon = Isnsdd(self, HOST)
        statuses = [seen.message.status for seen in self.pdus() if seen.message.function == 0x8001]
        self.assertEqual(statuses, [21, 0])
        self.assertIn(HOST, having(Isnsadm.control(self).list("nodes"), pdu.NAME))
        self.assertTrue(daemon.process.running())


class Signed(case.InteropTest):
    """A daemon with keys takes no message that the server has not signed, and so no ESI and no SCN."""

    policy = Policy(default_domain=True, esi_interval=1, period=10, signed=True)
    decodable = False  # tshark takes an authentication block for the next PDU

    def test_what_the_server_asks_and_tells_a_host_with_keys_is_signed(self):
        daemon = Isnsdd(self, SIGNER, esi_interval=1, security=signing(self, "client.key"))
        for _ in range(3):
            daemon.process.expect("---ESIRsp---", start=len(daemon.process.lines))
        disk = Isnsadm(self, OTHER_SIGNER, signing(self, "client.key", OTHER_SIGNER))
        disk.register("target", "portal=127.0.0.12:3260/tcp")
        daemon.expect_callout("(add|update)", OTHER_SIGNER)
        self.assertNotIn("Ignoring unauthenticated", daemon.process.output())

    def test_a_server_that_was_restarted_still_signs_for_it(self):
        daemon = Isnsdd(self, SIGNER, esi_interval=1, security=signing(self, "client.key"))
        self.server.stop()
        self.server.start()
        for _ in range(2):
            daemon.process.expect("---ESIRsp---", start=len(daemon.process.lines))
        self.assertNotIn("Ignoring unauthenticated", daemon.process.output())


if __name__ == "__main__":
    case.main("isnsadm", "isnsdd")
