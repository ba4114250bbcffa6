#!/usr/bin/env python3
"""A host that finds its targets with open-iscsi's iscsiadm."""

from lib import case, pdu
from lib.isnsadm import Isnsadm, having
from lib.iscsiadm import Iscsiadm
from lib.servers import Policy

HOST = "iqn.2024-01.org.example:host1"
DISK1 = "iqn.2024-01.org.example:disk1"
DISK2 = "iqn.2024-01.org.example:disk2"


class Discovery(case.InteropTest):
    def setUp(self):
        super().setUp()
        self.iscsiadm = Iscsiadm(self, HOST)
        self.control = Isnsadm.control(self)

    def register_host(self):
        Isnsadm(self, HOST).register("entity=host1", "initiator", "portal=127.0.0.11:860/tcp")

    def register_disk(self, name, *portals):
        Isnsadm(self, name).register(f"entity={name[-5:]}", "target", *[f"portal={portal}" for portal in portals])

    def test_a_host_finds_the_target_that_it_is_zoned_to_and_no_other(self):
        self.register_host()
        self.register_disk(DISK1, "127.0.0.12:3260/tcp")
        self.register_disk(DISK2, "127.0.0.13:3260/tcp")
        self.raw().zone("zone1", HOST, DISK1)
        self.assertEqual(self.iscsiadm.discover(), [("127.0.0.12:3260", "1", DISK1)])

    def test_a_discovery_leaves_a_node_record(self):
        self.register_host()
        self.register_disk(DISK1, "127.0.0.12:3260/tcp")
        self.raw().zone("zone1", HOST, DISK1)
        self.iscsiadm.discover()
        self.assertIn(("127.0.0.12:3260", "1", DISK1), self.iscsiadm.records())

    def test_a_host_in_no_zone_finds_nothing(self):
        self.register_host()
        self.register_disk(DISK1, "127.0.0.12:3260/tcp")
        self.assertEqual(self.iscsiadm.discover(), [])

    def test_every_portal_of_a_target_is_found_with_its_group_tag(self):
        self.register_host()
        Isnsadm(self, DISK1).register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp", "pg,pgt=1",
                                      "portal=127.0.0.13:3261/tcp", "pg,pgt=2", "portal=[2001:db8::7]:3260/tcp", "pg,pgt=3")
        self.raw().zone("zone1", HOST, DISK1)
        self.assertEqual(sorted(self.iscsiadm.discover()), [
            ("127.0.0.12:3260", "1", DISK1), ("127.0.0.13:3261", "2", DISK1), ("[2001:db8::7]:3260", "3", DISK1)])

    @case.fails_on("open-isns", "it refuses a NULL tag with status 3")
    def test_a_portal_with_a_null_group_tag_is_not_found(self):
        self.register_host()
        self.register_disk(DISK1, "127.0.0.12:3260/tcp", "127.0.0.13:3260/tcp")
        disk = self.raw(DISK1)
        disk.ok(pdu.DEV_ATTR_REG, pdu.tlv(pdu.EID, "disk1"), pdu.tlv(pdu.PG_NAME, DISK1) +
                pdu.portal("127.0.0.13", 3260, pdu.PG_IP) + pdu.tlv(pdu.PG_TAG))
        self.raw().zone("zone1", HOST, DISK1)
        self.assertEqual(self.iscsiadm.discover(), [("127.0.0.12:3260", "1", DISK1)])

    def test_45_targets_come_in_one_answer_of_one_pdu(self):
        self.register_host()
        names = [f"iqn.2024-01.org.example:disk{number:02}" for number in range(45)]
        for number, name in enumerate(names):
            self.raw(name).ok(pdu.DEV_ATTR_REG, b"", pdu.tlv(pdu.EID, f"disk{number}") + pdu.tlv(pdu.PROTOCOL, 2) +
                              pdu.portal(f"127.0.1.{number}", 3260) + pdu.tlv(pdu.NAME, name) +
                              pdu.tlv(pdu.NODE_TYPE, pdu.TARGET))
        self.raw().zone("zone1", HOST, *names)
        self.assertEqual(sorted(name for _, _, name in self.iscsiadm.discover()), names)
        answer = [seen.message for seen in self.pdus() if seen.message.function == 0x8002][-1]
        self.assertEqual(answer.flags & pdu.WHOLE, pdu.WHOLE)
        self.assertEqual(answer.numbers(pdu.NODE_TYPE).count(pdu.TARGET), 46)  # the key, and one each


class UnknownHost(case.InteropTest):
    """iscsiadm never registers its host by itself, unless the server answers `source unknown`."""

    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        Isnsadm(self, DISK1).register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        self.control = Isnsadm.control(self)

    def test_the_discovery_of_a_host_that_is_not_registered_leaves_nothing_behind(self):
        Iscsiadm(self, HOST).discover()
        self.assertEqual(having(self.control.list("nodes"), pdu.NAME), [DISK1])
        self.assertEqual(having(self.control.list("entities"), pdu.EID), ["disk1"])


if __name__ == "__main__":
    case.main("isnsadm", "iscsiadm")
