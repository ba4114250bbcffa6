#!/usr/bin/env python3
"""A storage server with tgtd: registration of targets, SCNs over TCP, initiators by zone, deregistration."""

from lib import case, pdu
from lib.isnsadm import Isnsadm, having
from lib.process import eventually
from lib.servers import Policy
from lib.tgt import Tgtd

HOST = "iqn.2024-01.org.example:host1"
DISK1 = "iqn.2024-01.org.example:disk1"
DISK2 = "iqn.2024-01.org.example:disk2"
FREEZE = "one SCN connection per node: the second one freezes tgtd"
ENTITY = "127.0.0.1"  # tgtd names its entity after the address it speaks from


class TargetDaemon(case.InteropTest):
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.host = Isnsadm(self, HOST)
        self.control = Isnsadm.control(self)
        self.tgtd = Tgtd(self)

    def start(self, *targets):
        for name in targets:
            self.tgtd.add_target(name)
        self.capture.ports.add(self.tgtd.use_isns())
        self.wait_for_targets(*targets)

    def wait_for_targets(self, *targets):
        eventually(lambda: having(self.control.list("nodes", "iscsi-node-type=target"), pdu.NAME) == sorted(targets),
                   f"these targets are registered: {targets}")

    def register_host(self):
        self.host.register("entity=host1", "initiator", "portal=127.0.0.11:860/tcp")

    def test_two_targets_are_registered_in_one_entity_with_the_portal(self):
        self.start(DISK1, DISK2)
        self.assertEqual(having(self.control.list("entities"), pdu.EID), [ENTITY])
        self.assertEqual(having(self.control.list("portals"), pdu.PORTAL_IP), ["127.0.0.1"])
        self.assertEqual(having(self.control.list("portal-groups"), pdu.PG_NAME), [DISK1, DISK2])

    def test_every_request_of_it_is_answered_with_status_0(self):
        self.start(DISK1, DISK2)
        self.register_host()
        # DevGetNext is that of this test, and ends with status 9.
        answers = [seen.message.status for seen in self.pdus() if seen.message.function in (0x8001, 0x8002, 0x8005)]
        self.assertEqual(answers, [0] * len(answers))
        self.assertGreaterEqual(len(answers), 7)

    @case.fails_on("open-isns", FREEZE)
    def test_an_event_for_two_targets_does_not_freeze_it(self):
        self.start(DISK1, DISK2)
        self.register_host()
        self.tgtd.process.expect(f"scn name: .*{HOST}")
        self.assertIn(DISK2, self.tgtd.targets())

    def test_it_is_notified_of_a_new_and_of_a_removed_initiator(self):
        self.start(DISK1)
        self.register_host()
        self.tgtd.process.expect(f"scn name: .*{HOST}")
        so_far = len(self.tgtd.process.lines)
        self.host.deregister(f"iscsi-name={HOST}")
        self.tgtd.process.expect(f"scn name: .*{HOST}", start=so_far)

    def test_the_query_after_a_notification_brings_the_initiator(self):
        self.start(DISK1)
        self.register_host()
        # tgtd writes the name of each initiator that a query brought into its log.
        self.tgtd.process.expect(rf"qry_rsp_handle\(\d+\) {HOST}")

    def test_a_target_added_later_joins_the_entity(self):
        self.start(DISK1)
        self.tgtd.add_target(DISK2)
        self.wait_for_targets(DISK1, DISK2)
        self.assertEqual(having(self.control.list("entities"), pdu.EID), [ENTITY])

    @case.fails_on("open-isns", FREEZE)
    def test_a_removed_target_is_deregistered(self):
        self.start(DISK1, DISK2)
        self.tgtd.remove_target(2)
        self.wait_for_targets(DISK1)

    def test_the_last_target_takes_the_entity_with_it(self):
        self.start(DISK1)
        self.tgtd.remove_target(1)
        self.wait_for_targets()
        self.assertEqual(self.control.list("portals"), [])

    @case.fails_on("open-isns", FREEZE)
    def test_switching_isns_off_deregisters_everything(self):
        self.start(DISK1, DISK2)
        self.tgtd.set("iSNS", "Off")
        self.wait_for_targets()


    @case.fails_on("open-isns", FREEZE)
    def test_its_targets_are_still_there_after_a_restart_of_the_server(self):
        self.start(DISK1, DISK2)
        self.server.stop()
        self.server.start()
        self.wait_for_targets(DISK1, DISK2)
        # Its connection is gone; the next change makes it connect again.
        self.tgtd.remove_target(2)
        self.wait_for_targets(DISK1)


class TwoPortals(case.InteropTest):
    policy = Policy(default_domain=True)

    @case.fails_on("open-isns", "it refuses the entity's protocol among the portals")
    def test_the_protocol_of_the_entity_comes_again_before_each_portal(self):
        tgtd = Tgtd(self)
        tgtd.add_portal("127.0.0.2")
        tgtd.add_target(DISK1)
        self.capture.ports.add(tgtd.use_isns())
        control = Isnsadm.control(self)
        eventually(lambda: having(control.list("portals"), pdu.PORTAL_IP) == ["127.0.0.1", "127.0.0.2"],
                   "both portals are registered")


class WildcardPortal(case.InteropTest):
    policy = Policy(default_domain=True)

    def test_a_wildcard_portal_is_registered_with_the_address_of_the_name_server(self):
        tgtd = Tgtd(self, address="0.0.0.0")
        tgtd.add_target(DISK1)
        self.capture.ports.add(tgtd.use_isns())
        control = Isnsadm.control(self)
        portals = eventually(lambda: having(control.list("portals"), pdu.PORTAL_IP), "tgtd registers a portal")
        self.assertEqual(portals, ["127.0.0.1"])


if __name__ == "__main__":
    case.main("isnsadm", "tgtd", "tgtadm")
