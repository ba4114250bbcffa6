#!/usr/bin/env python3
"""Messages in the shapes of clients that cannot run here, sent byte by byte: each must be served.

The shapes are those of the clients' public sources; what a client is known for is said at its test.
"""

from lib import case, pdu
from lib.listener import Listener
from lib.pdu import portal, tlv
from lib.servers import Policy

HOST = "iqn.2024-01.org.example:host1"
DISK1 = "iqn.2024-01.org.example:disk1"
DISK2 = "iqn.2024-01.org.example:disk2"


def node(name, kind):
    return tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, kind)


class ShapeTest(case.InteropTest):
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.disk = self.raw(DISK1)

    def names(self, source=DISK1, key=b""):
        """The names of the nodes that a query shows to this node, itself included."""
        answer = self.raw(source).ok(pdu.DEV_ATTR_QRY, key or tlv(pdu.NAME), tlv(pdu.NAME))
        return sorted(value.rstrip(b"\0").decode() for tag, value in answer.after_delimiter() if tag == pdu.NAME)

    def groups(self, name):
        """{(address, port): tag} of a node's portal groups."""
        answer = self.raw(name).ok(pdu.DEV_ATTR_QRY, tlv(pdu.PG_NAME, name),
                                   tlv(pdu.PG_IP) + tlv(pdu.PG_PORT) + tlv(pdu.PG_TAG))
        values = [value for _, value in answer.after_delimiter()]
        return {(values[i][-4:], int.from_bytes(values[i + 1], "big")): int.from_bytes(values[i + 2], "big")
                for i in range(0, len(values), 3)}

    def register_disk(self, more=b"", **options):
        return self.disk.ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, "disk1") + tlv(pdu.PROTOCOL, 2) +
                            portal("127.0.0.12", 3260) + more + node(DISK1, pdu.TARGET), **options)


class TargetIsns(ShapeTest):
    """target-isns (LIO): key EID, alias before node type, groups as 48,(49,50)+,51, period 300 s."""

    def registration(self, aliases=1):
        portals = [("127.0.0.12", 3260), ("127.0.0.13", 3260)]
        groups = b"".join(portal(ip, port, pdu.PG_IP) for ip, port in portals)
        nodes = b"".join(tlv(pdu.NAME, f"{DISK1}.{n}") + tlv(pdu.ALIAS, "a" * 200) + tlv(pdu.NODE_TYPE, pdu.TARGET) +
                         tlv(pdu.PG_NAME, f"{DISK1}.{n}") + groups + tlv(pdu.PG_TAG, 5) for n in range(aliases))
        return (tlv(pdu.EID, "lio.example.org") + tlv(pdu.PROTOCOL, 2) + tlv(pdu.PERIOD, 300) +
                b"".join(portal(ip, port) for ip, port in portals) + nodes)

    @case.fails_on("open-isns", "it gives the tag to the first portal only")
    def test_alias_before_type_and_groups_with_one_tag_for_many_portals(self):
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "lio.example.org"), self.registration(),
                     source=f"{DISK1}.0", flags=pdu.REPLACE)
        self.assertEqual(list(self.groups(f"{DISK1}.0").values()), [5, 5])

    @case.fails_on("open-isns", "it never answers a request in several PDUs")
    def test_a_registration_cut_into_pdus_at_attribute_borders(self):
        count = 20
        payload = (tlv(pdu.NAME, f"{DISK1}.0") + tlv(pdu.EID, "lio.example.org") + tlv(pdu.DELIMITER) +
                   self.registration(aliases=count))
        for sequence, part in enumerate(pieces := list(cut(payload, 2000))):
            flags = pdu.CLIENT | (pdu.FIRST if sequence == 0 else 0) | (pdu.LAST if sequence == len(pieces) - 1 else 0)
            self.disk.send(pdu.pdu(pdu.DEV_ATTR_REG, part, 7, flags, sequence))
        self.assertGreater(len(pieces), 2)
        answer = self.disk.receive()
        self.assertEqual((answer.xid, answer.status), (7, 0))
        self.assertEqual(len(self.names(f"{DISK1}.0")), count)

    @case.fails_on("open-isns", "it gives every entity its own period")
    def test_a_period_of_300_seconds_is_kept_and_can_be_queried(self):
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "lio.example.org"), self.registration(),
                     source=f"{DISK1}.0", flags=pdu.REPLACE)
        answer = self.disk.ok(pdu.DEV_ATTR_QRY, tlv(pdu.EID, "lio.example.org"), tlv(pdu.PERIOD), source=f"{DISK1}.0")
        self.assertEqual(answer.numbers(pdu.PERIOD), [300])

    @case.fails_on("open-isns", "without keys anybody may replace any entity")
    def test_a_second_host_with_the_same_entity_is_refused(self):
        self.disk.ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, "localhost") + portal("127.0.0.12", 3260) +
                     node(DISK1, pdu.TARGET))
        answer = self.raw(DISK2).call(pdu.DEV_ATTR_REG, tlv(pdu.EID, "localhost"), tlv(pdu.EID, "localhost") +
                                      portal("127.0.0.13", 3260) + node(DISK2, pdu.TARGET), flags=pdu.REPLACE)
        self.assertEqual(answer.status, 8)
        self.assertEqual(self.names(), [DISK1])


def cut(payload, most):
    """Whole attributes, up to `most` bytes a piece."""
    piece = b""
    for tag, value in pdu.attributes_of(payload):
        attribute = tlv(tag, value)
        if len(piece) + len(attribute) > most:
            yield piece
            piece = b""
        piece += attribute
    yield piece


class FreeBsdCtld(ShapeTest):
    """ctld: no message key, EID among the operating attributes, transaction 0, groups as 51,(49,50)+ behind the node."""

    def registration(self):
        return (tlv(pdu.EID, "bsd.example.org") + tlv(pdu.PROTOCOL, 2) + tlv(pdu.PERIOD, 900) +
                portal("127.0.0.12", 3260) + portal("127.0.0.13", 3260) + node(DISK1, pdu.TARGET) +
                tlv(pdu.PG_TAG, 9) + portal("127.0.0.12", 3260, pdu.PG_IP) + portal("127.0.0.13", 3260, pdu.PG_IP))

    def test_registration_with_transaction_0_and_groups_behind_the_node(self):
        answer = self.disk.ok(pdu.DEV_ATTR_REG, b"", self.registration(), flags=pdu.REPLACE, xid=0)
        self.assertEqual(answer.flags & pdu.WHOLE, pdu.WHOLE)
        self.assertEqual(list(self.groups(DISK1).values()), [9, 9])

    def test_the_answer_can_be_taken_by_two_plain_reads(self):
        payload = tlv(pdu.NAME, DISK1) + tlv(pdu.DELIMITER) + tlv(pdu.EID, "bsd.example.org") + portal(
            "127.0.0.12", 3260) + node(DISK1, pdu.TARGET)
        self.disk.send(pdu.pdu(pdu.DEV_ATTR_REG, payload, 0))
        self.assertEqual(self.disk.receive_in_reads().status, 0)


class IllumosInitiator(ShapeTest):
    """illumos' initiator: REPLACE, its own name as EID, the port of its SCNs as ESI port, no interval and no refresh."""

    policy = Policy(default_domain=True, esi_default=2)
    NAME = "iqn.1986-03.com.sun:01:host"

    def register(self, listener):
        self.raw(self.NAME).ok(
            pdu.DEV_ATTR_REG, tlv(pdu.EID, self.NAME), tlv(pdu.EID, self.NAME) + tlv(pdu.PROTOCOL, 2) +
            tlv(pdu.NAME, self.NAME) + tlv(pdu.ALIAS, "host") + tlv(pdu.NODE_TYPE, pdu.INITIATOR) +
            portal("127.0.0.1", listener.port) + tlv(pdu.SCN_PORT, listener.port) + tlv(pdu.ESI_PORT, listener.port),
            flags=pdu.REPLACE)

    def test_one_that_registers_an_esi_port_only_is_asked_again_and_again(self):
        listener = Listener(self, illumos=True)
        self.register(listener)
        inquiries = [listener.next() for _ in range(2)]
        self.assertEqual([m.function for m in inquiries], [pdu.ESI] * 2)
        # Another round has another transaction: the first inquiry was answered.
        self.assertNotEqual(inquiries[0].xid, inquiries[1].xid)


class Comstar(ShapeTest):
    """COMSTAR, illumos' target: one entity a host; the source is whichever target stands first in its memory."""

    FIRST = "iqn.1986-03.com.sun:02:first"
    SECOND = "iqn.1986-03.com.sun:02:second"

    def call(self, source, payload, local="127.0.0.12"):
        head = tlv(pdu.EID, "comstar.example.org") + tlv(pdu.PROTOCOL, 2)
        return self.raw(source, local).call(pdu.DEV_ATTR_REG, tlv(pdu.EID, "comstar.example.org"), head + payload)

    def target(self, name):
        return node(name, pdu.TARGET) + tlv(pdu.ALIAS, "Solaris iSCSI Target")

    def test_a_second_target_that_speaks_for_itself_joins_the_entity_of_its_host(self):
        portals = b"".join(portal(ip, 3260) for ip in ("127.0.0.12", "127.0.0.13"))
        self.assertEqual(self.call(self.FIRST, portals + self.target(self.FIRST)).status, 0)
        self.assertEqual(self.call(self.SECOND, self.target(self.SECOND)).status, 0)
        self.assertEqual(self.groups(self.SECOND), self.groups(self.FIRST))
        self.assertEqual(len(self.groups(self.FIRST)), 2)

    @case.fails_on("open-isns", "it takes everybody for a control node")
    def test_one_that_comes_from_another_address_does_not(self):
        self.assertEqual(self.call(self.FIRST, portal("127.0.0.12", 3260) + self.target(self.FIRST)).status, 0)
        self.assertEqual(self.call(self.SECOND, self.target(self.SECOND), "127.0.0.14").status, 8)


class ManyPortals(ShapeTest):
    """NetApp ONTAP and Cisco MDS register the same things again every few minutes; arrays have many portals."""

    def registration(self, portals=32):
        addresses = [f"127.0.2.{n}" for n in range(portals // 2)] + [f"2001:db8::{n:x}" for n in range(portals // 2)]
        return (tlv(pdu.EID, "array.example.org") + tlv(pdu.PROTOCOL, 2) +
                b"".join(portal(ip, 3260) for ip in addresses) + node(DISK1, pdu.TARGET))

    def index(self):
        return self.disk.ok(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, DISK1), tlv(pdu.NODE_INDEX)).numbers(pdu.NODE_INDEX)

    def test_thirty_two_portals_of_two_families_in_one_entity(self):
        self.disk.ok(pdu.DEV_ATTR_REG, b"", self.registration())
        answer = self.disk.ok(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, DISK1), tlv(pdu.PORTAL_IP) + tlv(pdu.PORTAL_PORT))
        self.assertEqual(len(answer.values(pdu.PORTAL_IP)), 32)

    def test_the_same_registration_again_keeps_the_index_of_the_node(self):
        self.disk.ok(pdu.DEV_ATTR_REG, b"", self.registration())
        first = self.index()
        for _ in range(3):
            self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "array.example.org"), self.registration())
        self.assertEqual(self.index(), first)

    def test_the_same_registration_with_replace_keeps_index_and_zone(self):
        self.raw(HOST).ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, "host1") + node(HOST, pdu.INITIATOR))
        self.disk.ok(pdu.DEV_ATTR_REG, b"", self.registration())
        self.raw().zone("zone1", HOST, DISK1)
        first = self.index()
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "array.example.org"), self.registration(), flags=pdu.REPLACE)
        self.assertEqual(self.index(), first)
        self.assertEqual(self.names(HOST), [DISK1, HOST])


    def test_a_changed_address_replaces_the_old_one(self):
        self.register_disk()
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "disk1"), tlv(pdu.EID, "disk1") + portal("127.0.0.77", 3260) +
                     node(DISK1, pdu.TARGET), flags=pdu.REPLACE)
        self.assertEqual([address[-1] for address, _ in self.groups(DISK1)], [77])


class OtherShapes(ShapeTest):
    @case.fails_on("open-isns", "it gives every entity its own period")
    def test_periods_from_120_to_900_seconds_are_taken_as_asked(self):
        for period in (120, 900):
            self.register_disk()
            answer = self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "disk1"), tlv(pdu.EID, "disk1") +
                                  tlv(pdu.PERIOD, period))
            told = answer.numbers(pdu.PERIOD) or self.disk.ok(
                pdu.DEV_ATTR_QRY, tlv(pdu.EID, "disk1"), tlv(pdu.PERIOD)).numbers(pdu.PERIOD)
            self.assertEqual(told, [period])

    def test_open_isns_sends_whole_group_objects(self):
        self.register_disk()
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "disk1"), tlv(pdu.PG_NAME, DISK1) +
                     portal("127.0.0.12", 3260, pdu.PG_IP) + tlv(pdu.PG_TAG, 4))
        self.assertEqual(list(self.groups(DISK1).values()), [4])

    def test_wasabi_registers_six_nodes_and_one_portal_without_groups(self):
        names = [f"{DISK1}.{n}" for n in range(6)]
        self.disk.ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, "wasabi") + tlv(pdu.PROTOCOL, 2) + portal("127.0.0.12", 3260) +
                     b"".join(node(name, pdu.TARGET) for name in names), source=names[0])
        self.assertEqual(self.names(names[0]), names)
        self.assertEqual(list(self.groups(names[5]).values()), [1])

    def test_iscsiadm_registers_name_and_type_only_and_is_given_an_entity(self):
        answer = self.raw(HOST).ok(pdu.DEV_ATTR_REG, b"", node(HOST, pdu.INITIATOR))
        self.assertEqual(len(answer.texts(pdu.EID)[0]) > 0, True)
        self.raw(HOST).ok(pdu.DEV_DEREG, b"", tlv(pdu.NAME, HOST))
        self.assertEqual(self.raw().ok(pdu.DEV_ATTR_QRY, tlv(pdu.EID), tlv(pdu.EID)).after_delimiter(), [])

    def test_tgtd_deregisters_from_notifications_without_a_delimiter(self):
        listener = Listener(self)
        self.register_disk(tlv(pdu.SCN_PORT, listener.port))
        self.disk.ok(pdu.SCN_REG, tlv(pdu.NAME, DISK1), tlv(pdu.SCN_BITMAP, 0x1C))
        self.disk.ok(pdu.SCN_DEREG, tlv(pdu.NAME, DISK1))

    @case.fails_on("open-isns", "an answer that passes 8 KiB becomes status 11")
    def test_a_large_answer_is_one_pdu_of_up_to_65532_bytes(self):
        count = 300
        for first in range(0, count, 50):
            nodes = b"".join(node(f"{DISK1}.{n:03}", pdu.TARGET) for n in range(first, first + 50))
            self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "big") if first else b"", tlv(pdu.EID, "big") +
                         portal("127.0.0.12", 3260) + nodes, source=f"{DISK1}.000")
        answer = self.disk.ok(pdu.DEV_ATTR_QRY, tlv(pdu.NODE_TYPE, pdu.TARGET), tlv(pdu.NAME) + tlv(pdu.NODE_TYPE) +
                              tlv(pdu.PG_NAME) + tlv(pdu.PG_IP) + tlv(pdu.PG_PORT) + tlv(pdu.PG_TAG),
                              source=f"{DISK1}.000")
        self.assertEqual(answer.flags & pdu.WHOLE, pdu.WHOLE)
        self.assertEqual(len(answer.texts(pdu.NAME)), count)
        self.assertGreater(len(answer.raw), 32768)


class Tolerance(ShapeTest):
    """What servers must put up with in general."""

    def test_padding_beyond_the_next_multiple_of_four(self):
        self.disk.ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, pdu.text("disk1", 8)) + portal("127.0.0.12", 3260) +
                     tlv(pdu.NAME, pdu.text(DISK1, 4)) + tlv(pdu.NODE_TYPE, pdu.TARGET))
        self.assertEqual(self.names(key=tlv(pdu.EID, "disk1")), [DISK1])

    @case.fails_on("open-isns", "it compares names as they come")
    def test_names_in_another_case(self):
        self.register_disk()
        self.assertEqual(self.names(key=tlv(pdu.NAME, DISK1.upper().replace("IQN", "iqn"))), [DISK1])

    @case.fails_on("open-isns", "it compares names as they come")
    def test_entity_identifiers_in_another_case(self):
        self.register_disk()
        self.assertEqual(self.names(key=tlv(pdu.EID, "DISK1")), [DISK1])

    def test_replace_of_an_entity_that_is_not_there(self):
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "disk1"), tlv(pdu.EID, "disk1") + tlv(pdu.PROTOCOL, 2) +
                     portal("127.0.0.12", 3260) + node(DISK1, pdu.TARGET), flags=pdu.REPLACE)
        self.assertEqual(self.names(), [DISK1])

    @case.fails_on("open-isns", "it refuses a group whose portal is not registered")
    def test_a_group_that_names_a_portal_that_is_not_registered(self):
        self.register_disk()
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "disk1"), tlv(pdu.PG_NAME, DISK1) +
                     portal("127.0.0.99", 3260, pdu.PG_IP) + tlv(pdu.PG_TAG, 2))

    def test_the_same_portal_again_by_the_same_entity(self):
        self.register_disk()
        self.disk.ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "disk1"), portal("127.0.0.12", 3260))

    def test_a_portal_twice_in_one_message_does_no_harm(self):
        answer = self.disk.call(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, "disk1") + portal("127.0.0.12", 3260) +
                                portal("127.0.0.12", 3260) + node(DISK1, pdu.TARGET))
        self.assertIn(answer.status, (0, 2, 3))  # RFC 4171 5.6.5.1: an object occurs once; the connection goes on
        self.register_disk()

    def test_an_attribute_that_the_server_does_not_know_in_a_query(self):
        self.register_disk()
        answer = self.disk.ok(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, DISK1), tlv(pdu.NAME) + tlv(1999) + tlv(pdu.NODE_TYPE))
        self.assertEqual(answer.after_delimiter()[:2], [(pdu.NAME, pdu.text(DISK1)), (pdu.NODE_TYPE, pdu.u32(1))])

    def test_a_source_that_is_not_registered_may_ask(self):
        self.register_disk()
        answer = self.raw("iqn.2024-01.org.example:nobody").call(pdu.DEV_ATTR_QRY, tlv(pdu.NODE_TYPE, pdu.TARGET),
                                                                 tlv(pdu.NAME))
        self.assertIn(answer.status, (0, 6))

    def test_pipelined_requests_are_answered_in_order(self):
        self.register_disk()
        query = tlv(pdu.NAME, DISK1) + tlv(pdu.NAME, DISK1) + tlv(pdu.DELIMITER) + tlv(pdu.NAME)
        self.disk.send(b"".join(pdu.pdu(pdu.DEV_ATTR_QRY, query, xid) for xid in range(100, 150)))
        self.assertEqual([self.disk.receive().xid for _ in range(50)], list(range(100, 150)))

    def test_a_client_that_has_ended_its_sending_still_gets_its_answer(self):
        self.register_disk()
        query = tlv(pdu.NAME, DISK1) + tlv(pdu.NAME, DISK1) + tlv(pdu.DELIMITER) + tlv(pdu.NAME)
        self.disk.send(pdu.pdu(pdu.DEV_ATTR_QRY, query, 9))
        self.disk.end_of_sending()
        self.assertEqual(self.disk.receive().xid, 9)

    def test_a_request_in_single_bytes(self):
        self.register_disk()
        query = tlv(pdu.NAME, DISK1) + tlv(pdu.NAME, DISK1) + tlv(pdu.DELIMITER) + tlv(pdu.NAME)
        for byte in pdu.pdu(pdu.DEV_ATTR_QRY, query, 9):
            self.disk.send(bytes([byte]))
        self.assertEqual(self.disk.receive().xid, 9)


class Notifications(ShapeTest):
    """How notifications reach clients over TCP."""

    def register_host(self, name, eid):
        self.raw(name).ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, eid) + portal("127.0.0.11", 860) + node(name, pdu.INITIATOR))

    def listen_for(self, listener, *names):
        """These targets in one entity, all with the listener's port and registered for notifications."""
        self.disk.ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, "disk1") + tlv(pdu.PROTOCOL, 2) + portal("127.0.0.1", 3260) +
                     tlv(pdu.SCN_PORT, listener.port) + b"".join(node(name, pdu.TARGET) for name in names))
        for name in names:
            self.disk.ok(pdu.SCN_REG, tlv(pdu.NAME, name), tlv(pdu.SCN_BITMAP, 0x1C), source=name)

    def events_about(self, listener, name, count):
        """The destinations that were told of this node."""
        told = set()
        while len(told) < count:
            message = listener.next()
            if name in message.texts(pdu.NAME)[1:]:
                told.add(message.texts(pdu.NAME)[0])
        return told

    def test_answers_with_the_flag_of_a_client_are_taken_too(self):
        listener = Listener(self, answer_flags=pdu.CLIENT)
        self.listen_for(listener, DISK1)
        self.register_host(HOST, "host1")
        self.events_about(listener, HOST, 1)
        self.raw(HOST).ok(pdu.DEV_DEREG, b"", tlv(pdu.NAME, HOST))
        removed = listener.next()
        self.assertIn(HOST, removed.texts(pdu.NAME))
        self.assertEqual(removed.numbers(pdu.SCN_BITMAP)[0] & 0x10, 0x10)

    @case.fails_on("open-isns", "it opens one connection per node")
    def test_nodes_with_the_same_address_share_one_connection(self):
        listener = Listener(self)
        self.listen_for(listener, DISK1, DISK2)
        self.register_host(HOST, "host1")
        self.assertEqual(self.events_about(listener, HOST, 2), {DISK1, DISK2})
        self.assertEqual(listener.most_open, 1)

    @case.fails_on("open-isns", "it sends to the second node before the first has answered")
    def test_one_notification_is_outstanding_at_a_time(self):
        listener = Listener(self, answers=False)
        self.listen_for(listener, DISK1, DISK2)
        self.register_host(HOST, "host1")
        first = listener.next()
        # A request that the server answers later than it would have sent another notification.
        self.raw(HOST).ok(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, HOST), tlv(pdu.NAME))
        others = [m for m in list(listener.messages.queue) if m.xid != first.xid]
        self.assertEqual((others, listener.most_open), ([], 1))


if __name__ == "__main__":
    case.main()
