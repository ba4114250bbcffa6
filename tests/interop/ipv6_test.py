#!/usr/bin/env python3
"""The name server over IPv6 alone: requests over TCP and UDP, notifications and inquiries to portals with such addresses."""

import socket

from lib import case, pdu
from lib.client import Client
from lib.listener import Listener
from lib.pdu import portal, tlv
from lib.process import PATIENCE
from lib.servers import Policy

HERE = "::1"
HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
UDP = 0x10000  # in a port attribute


class Ipv6(case.InteropTest):
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.server.stop()
        self.server.more = {"listen.addresses": [HERE]}
        self.server.start()

    def raw(self, source=DISK):
        client = Client(self.server.port, source, HERE)
        self.addCleanup(client.close)
        return client

    def datagrams(self):
        here = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.addCleanup(here.close)
        here.settimeout(PATIENCE)
        here.bind((HERE, 0))
        return here

    def register(self, name, kind, port, more=b""):
        self.raw(name).ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, name.rpartition(":")[2]) + tlv(pdu.PROTOCOL, 2) +
                          portal(HERE, port) + more + tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, kind))

    def register_disk(self, more):
        self.register(DISK, pdu.TARGET, 3260, more)
        self.raw().ok(pdu.SCN_REG, tlv(pdu.NAME, DISK), tlv(pdu.SCN_BITMAP, 0x1C))

    def test_nobody_answers_over_ipv4(self):
        with self.assertRaises(ConnectionRefusedError):
            Client(self.server.port, DISK)

    def test_a_portal_comes_back_as_it_was_registered(self):
        self.register(DISK, pdu.TARGET, 3260)
        answer = self.raw().ok(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, DISK), tlv(pdu.PORTAL_IP) + tlv(pdu.PG_IP))
        addresses = [value for tag, value in answer.after_delimiter() if tag in (pdu.PORTAL_IP, pdu.PG_IP)]
        self.assertEqual(addresses, [socket.inet_pton(socket.AF_INET6, HERE)] * 2)

    def test_notifications_and_inquiries_go_there_by_tcp(self):
        listener = Listener(self, host=HERE)
        self.register_disk(tlv(pdu.ESI_INTERVAL, 2) + tlv(pdu.ESI_PORT, listener.port) + tlv(pdu.SCN_PORT, listener.port))
        self.register(HOST, pdu.INITIATOR, 860)
        seen = {}
        while len(seen) < 2:
            message = listener.next()
            seen[message.function] = message
        self.assertIn(HOST, seen[pdu.SCN].texts(pdu.NAME))
        self.assertIn(socket.inet_pton(socket.AF_INET6, HERE), [value for _, value in seen[pdu.ESI].attributes])

    def test_requests_and_notifications_go_by_udp(self):
        here = self.datagrams()
        self.register_disk(tlv(pdu.SCN_PORT, UDP | here.getsockname()[1]))
        query = tlv(pdu.NAME, DISK) + tlv(pdu.NAME, DISK) + tlv(pdu.DELIMITER) + tlv(pdu.NAME)
        asks = self.datagrams()
        asks.sendto(pdu.pdu(pdu.DEV_ATTR_QRY, query, 77), (HERE, self.server.port))
        answer = pdu.decode(asks.recv(65536))
        self.assertEqual((answer.xid, answer.status, answer.texts(pdu.NAME)[-1:]), (77, 0, [DISK]))
        self.register(HOST, pdu.INITIATOR, 860)
        told = pdu.decode(here.recv(65536))
        self.assertEqual(told.function, pdu.SCN)
        self.assertIn(HOST, told.texts(pdu.NAME))


if __name__ == "__main__":
    case.main()
