#!/usr/bin/env python3
"""What bad input gets from the whole server: a status, a count, a line in the log, and nobody else suffers."""

import socket
import struct
import time

import rig
from lib import pdu
from lib.pdu import tlv
from lib.process import eventually, is_sanitized

NODE = "iqn.2024-01.org.example:node"
OF_THE_SERVER = 0x10000  # from here on kinds of changes that no message asked for (isns-server/core/change_kind.h)
MALFORMED, TOO_LARGE, PARTIAL, RATE = "ISNS-2002", "ISNS-2003", "ISNS-2004", "ISNS-2007"
FORMAT_ERROR, VERSION, BUSY, OPTION, UNSUPPORTED = 2, 10, 12, 13, 15


def query(xid=1, **header):
    payload = tlv(pdu.NAME, rig.CONTROL) + tlv(pdu.NAME, NODE + "0") + tlv(pdu.DELIMITER) + tlv(pdu.NAME)
    return pdu.pdu(pdu.DEV_ATTR_QRY, payload, xid, **header)


def registration(number=0, more=b"", before=b""):
    name = f"{NODE}{number}"
    return pdu.pdu(pdu.DEV_ATTR_REG, tlv(pdu.NAME, name) + tlv(pdu.DELIMITER) + tlv(pdu.EID, f"entity{number}") +
                   tlv(pdu.PROTOCOL, 2) + before + tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, pdu.TARGET) + more, 1)


class BadInputTest(rig.ServerTest):
    def changes(self, server):
        """What messages have changed. The server notes things of its own, some a while after its start."""
        return [change for change in server.history() if change[1] < OF_THE_SERVER]

    def revision(self, server):
        return self.changes(server)[-1:]

    def register(self, client, number=0):
        client.send(registration(number))
        self.assertEqual(client.receive().status, 0)

    def fill(self, client, count):
        """Entities with an alias of 250 bytes each."""
        for number in range(count):
            client.send(registration(number, tlv(pdu.ALIAS, "a" * 250)))
        for _ in range(count):
            self.assertEqual(client.receive().status, 0)

    def expect(self, client, raw, status):
        client.send(raw)
        answer = client.receive()
        self.assertIsNotNone(answer, "the connection was closed")
        self.assertEqual(answer.status, status)

    def malformed(self, server):
        kinds = ("header", "sequence", "too_large", "tlv", "order", "authentication")
        return {kind: server.metric("isns_malformed_total", f'kind="{kind}"') for kind in kinds}


class MalformedMessages(BadInputTest):
    # What is sent, the status that it gets, and the kind under which it is counted.
    MESSAGES = (
        ("version 2", query(version=2), VERSION, "header"),
        ("version 0", query(version=0), VERSION, "header"),
        ("a reserved flag", query(flags=pdu.CLIENT | pdu.WHOLE | 1), OPTION, "header"),
        ("a second PDU without a first", query(flags=pdu.CLIENT | pdu.LAST, sequence=1), FORMAT_ERROR, "sequence"),
        ("a TLV past the end", pdu.pdu(pdu.DEV_ATTR_QRY, struct.pack(">II", pdu.NAME, 0x7fffffff)), FORMAT_ERROR, "tlv"),
        ("half a TLV", registration(more=b"\0\0\0\x21"), FORMAT_ERROR, "tlv"),
        ("a node type of 8 bytes", registration(more=tlv(pdu.NODE_TYPE, bytes(8))), FORMAT_ERROR, "tlv"),
        ("a text without room for its NUL", registration(more=tlv(pdu.ALIAS, b"abcd" * 64)), FORMAT_ERROR, "tlv"),
        ("a port without its address", registration(more=tlv(pdu.PORTAL_PORT, 3260)), FORMAT_ERROR, "order"),
        ("an alias before its node", registration(before=tlv(pdu.ALIAS, "early")), FORMAT_ERROR, "order"),
    )

    def test_each_gets_its_status_and_one_count_and_changes_nothing_and_the_connection_is_kept(self):
        server = self.serve()
        client = self.raw(server)
        self.register(client)
        revision = self.revision(server)
        for what, raw, status, kind in self.MESSAGES:
            with self.subTest(what):
                before = self.malformed(server)
                self.expect(client, raw, status)
                self.expect(client, query(), 0)
                self.assertEqual(self.malformed(server), {**before, kind: before[kind] + 1})
                told = int(sum(self.malformed(server).values()))
                self.assertEqual(len(server.events(MALFORMED, told)), told)
        self.assertEqual(self.revision(server), revision)
        self.expect(client, pdu.pdu(0x0f, b""), UNSUPPORTED)

    def test_a_length_that_is_no_multiple_of_four_gets_its_status(self):
        server = self.serve()
        client = self.raw(server)
        self.expect(client, struct.pack(">HHHHHH", 1, pdu.DEV_ATTR_QRY, 5, pdu.CLIENT | pdu.WHOLE, 1, 0) + b"12345", FORMAT_ERROR)
        self.expect(client, query(), 0)

    def test_a_stream_that_is_no_isns_is_answered_and_closed(self):
        server = self.serve()
        client = self.raw(server)
        client.send(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")
        self.assertIn((answer := client.receive()) and answer.status, (None, VERSION))
        self.assertIsNone(answer and client.receive())
        client.close()
        eventually(lambda: server.metric("isns_connections_closed_total", 'reason="malformed"') == 1, "it is closed")
        self.expect(self.raw(server), query(), 0)

    def test_a_flood_of_them_is_counted_and_does_not_flood_the_log(self):
        server = self.serve()
        client = self.raw(server)
        count = 5000
        client.send(query(version=2) * count)
        for _ in range(count):
            self.assertEqual(client.receive().status, VERSION)
        self.assertEqual(self.malformed(server)["header"], count)
        self.assertLess(len(server.events(MALFORMED)), 60)

    def test_a_message_over_the_limit_gets_busy_and_is_skipped(self):
        server = self.serve(**{"limits.message_size": 65536})
        client = self.raw(server)
        self.register(client)
        parts = 4
        for sequence in range(parts):
            flags = pdu.CLIENT | (pdu.FIRST if sequence == 0 else 0) | (pdu.LAST if sequence == parts - 1 else 0)
            client.send(pdu.pdu(pdu.DEV_ATTR_REG, bytes(30_000), 7, flags, sequence))
        self.assertEqual(client.receive().status, BUSY)
        self.expect(client, query(), 0)
        self.assertEqual(len(server.events(TOO_LARGE, 1)), 1)
        self.assertEqual(self.malformed(server)["too_large"], 1)


class Overload(BadInputTest):
    def test_too_many_requests_of_one_address_get_busy_and_the_connection_is_kept(self):
        server = self.serve(**{"limits.requests_per_source": 50})
        client = self.raw(server)
        client.send(query() * 500)
        statuses = [client.receive().status for _ in range(500)]
        self.assertEqual(set(statuses), {0, BUSY})
        self.assertGreater(statuses.count(BUSY), 300)
        self.assertLess(len(server.events(RATE)), 60)
        # Once the second is over.
        eventually(lambda: client.call(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, NODE), tlv(pdu.NAME)).status == 0, "it is served again")

    def test_a_registry_that_is_full_refuses_with_busy_and_goes_on(self):
        most = 1000
        server = self.serve(**{"registry.max_objects": most})
        client = self.raw(server)
        for number in range(most):
            client.send(registration(number))
        statuses = [client.receive().status for _ in range(most)]
        held = statuses.index(BUSY)
        self.assertEqual(statuses, [0] * held + [BUSY] * (most - held))
        self.assertGreater(held, most // 2 - 10)  # an entity and a node each
        client.ok(pdu.DEV_DEREG, b"", tlv(pdu.NAME, NODE + "0"), source=NODE + "0")
        self.register(client, most)

    def test_an_answer_over_its_limit_gets_busy(self):
        server = self.serve(**{"limits.response_size": 65536})
        client = self.raw(server)
        self.fill(client, 300)
        self.assertEqual(client.call(pdu.DEV_ATTR_QRY, tlv(pdu.NAME), tlv(pdu.NAME) + tlv(pdu.ALIAS)).status, BUSY)
        self.expect(client, query(), 0)


class SlowPeers(BadInputTest):
    LIMIT = 2  # seconds for a request
    PAUSE = 0.05  # between two pieces of a slow one

    def patiently(self, attempt):
        """A machine that gives this test no time for a second proves nothing: then once more, with another server."""
        for _ in range(5):
            server = self.serve(**{"limits.partial_message_timeout": f"{self.LIMIT}s"})
            if attempt(server):
                return server
            server.stop()
        self.skipTest("this machine is too busy for it")

    def drip(self, server, pieces):
        """Sends one piece a time until the server closes; seconds that took, 0 when this machine stood still."""
        with socket.create_connection(("127.0.0.1", server.port), 20) as peer:
            peer.settimeout(self.PAUSE)
            began = last = time.monotonic()
            for piece in pieces:
                try:
                    peer.sendall(piece)
                    while peer.recv(100):
                        pass
                    return last - began
                except TimeoutError:
                    pass  # nothing more was said for a while: the next piece
                except (BrokenPipeError, ConnectionResetError):
                    return last - began
                now = time.monotonic()
                if now - last > self.LIMIT / 2:
                    return 0
                self.assertLess(now - began, 3 * self.LIMIT, "it is still open")
                last = now
        raise AssertionError("it took everything")

    def expect_closed_in_time(self, pieces):
        server = self.patiently(lambda server: self.drip(server, pieces()) > self.LIMIT / 2)
        eventually(lambda: server.metric("isns_connections_closed_total", 'reason="partial"') == 1, "it is counted")
        self.assertEqual(len(server.events(PARTIAL, 1)), 1)
        self.expect(self.raw(server), query(), 0)

    def test_a_request_in_single_bytes_is_closed_after_the_limit_with_one_event(self):
        raw = registration(more=tlv(pdu.ALIAS, "a" * 250))
        self.expect_closed_in_time(lambda: (bytes([byte]) for byte in raw))

    @staticmethod
    def endless(first_sequence=0):
        """PDUs of one message that never comes to its last."""
        for number in range(1000):
            flags = pdu.CLIENT | (pdu.FIRST if number == 0 else 0)
            yield pdu.pdu(pdu.DEV_ATTR_REG, b"\0\0\0\0", 7, flags, first_sequence + number)

    def test_a_request_in_ever_more_pdus_is_closed_after_the_limit_with_one_event(self):
        self.expect_closed_in_time(self.endless)

    def test_the_rest_of_a_refused_request_in_ever_more_pdus_is_closed_after_the_limit_with_one_event(self):
        self.expect_closed_in_time(lambda: self.endless(first_sequence=9))

    def test_requests_that_are_finished_in_time_are_served_though_there_is_always_one_unfinished(self):
        server = self.patiently(self.always_unfinished)
        self.assertEqual(server.events(PARTIAL), [])

    def always_unfinished(self, server):
        """Requests for twice the limit, each sent with the beginning of the next; false when this machine stood still."""
        client, raw = self.raw(server), query()
        client.send(raw[:20])
        began = last = time.monotonic()
        while last - began < 2 * self.LIMIT:
            client.send(raw[20:] + raw[:20])
            answer = client.receive()
            now = time.monotonic()
            if now - last > self.LIMIT / 2:
                return False
            self.assertEqual(answer.status, 0)
            last = now
        return True

    def test_peers_that_read_no_answers_do_not_grow_the_servers_memory_beyond_the_bound(self):
        server = self.serve()
        client = self.raw(server)
        self.fill(client, 150)
        everything = pdu.pdu(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, rig.CONTROL) + tlv(pdu.NAME) + tlv(pdu.DELIMITER) + tlv(pdu.NAME) +
                             tlv(pdu.ALIAS), 1)
        client.send(everything)
        answer = len(client.receive().raw)
        before = server.memory()
        peers = [socket.create_connection(("127.0.0.1", server.port), 20) for _ in range(20)]
        requests = everything * (65536 // len(everything))
        asked = self.ask_until_nothing_is_taken(client, peers, requests)
        grown = server.memory() - before
        for peer in peers:
            peer.close()
        # What would have to wait for them without a bound; and the bound: the output, an answer, the requests read.
        self.assertGreater(asked // len(everything) * answer, 1 << 30)
        if not is_sanitized(server.program):
            self.assertLess(grown, len(peers) * ((256 << 10) + answer + (128 << 10)) + (8 << 20))
        eventually(lambda: server.metric("isns_connections_open") == 1, "they are gone")

    def ask_until_nothing_is_taken(self, client, peers, requests):
        """Bytes sent. The server has stopped reading when it has answered others often and no socket had room."""
        asked = quiet = 0
        for peer in peers:
            peer.setblocking(False)
        while quiet < 50:
            taken = 0
            for peer in peers:
                try:
                    taken += peer.send(requests)
                except BlockingIOError:
                    pass
            self.expect(client, query(), 0)
            asked += taken
            quiet = 0 if taken else quiet + 1
        return asked


class RepeatedDatagrams(BadInputTest):
    """Who hears nothing sends the same bytes again (RFC 4171 5.1.5)."""

    def ask(self, port, raw):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.settimeout(20)
            peer.connect(("127.0.0.1", port))
            answers = []
            for _ in range(3):
                peer.send(raw)
                answers.append(peer.recv(65536))
        return answers

    def test_a_change_is_made_once_and_each_repetition_gets_its_answer(self):
        server = self.serve()
        first = self.ask(server.port, registration())
        self.assertEqual(first, [first[0]] * 3)
        self.assertEqual(int.from_bytes(first[0][12:16], "big"), 0)
        self.assertEqual(len(self.changes(server)), 1)


if __name__ == "__main__":
    rig.main()
