"""A test of a store that takes changes no more: registers, remembers what was acknowledged, and compares."""

import rig
from lib import pdu
from lib.pdu import portal, tlv
from lib.process import eventually

CLIENTS = 4
STORE_FAILED, STORE_RECOVERED = "ISNS-5001", "ISNS-5002"


def name_of(number):
    return f"iqn.2024-01.org.example:disk{number}"


class RegistrarTest(rig.ServerTest):
    def setUp(self):
        super().setUp()
        self.held = []  # numbers of the nodes whose registration was acknowledged
        self.number = 0
        self.clients = []

    def begin(self, server):
        """Clients, and some entities; all is well."""
        self.connect(server)
        for client in self.clients * 5:
            self.assertEqual(self.register(client), 0)
        self.expect_health(server)

    def connect(self, server):
        self.clients = [self.raw(server) for _ in range(CLIENTS)]

    def restart(self, server):
        """An orderly end and a start; what is there then is what was acknowledged."""
        for client in self.clients:
            client.close()
        server.stop()
        server.start()
        self.check(server)
        self.connect(server)

    def register(self, client):
        """The next entity; the status of its registration."""
        self.number += 1
        name = name_of(self.number)
        operating = (tlv(pdu.EID, f"disk{self.number}") + tlv(pdu.PROTOCOL, 2) +
                     portal(f"10.0.{self.number >> 8}.{self.number & 255}", 3260) + tlv(pdu.NAME, name) +
                     tlv(pdu.NODE_TYPE, pdu.TARGET) + tlv(pdu.ALIAS, "a" * 200))
        status = client.call(pdu.DEV_ATTR_REG, b"", operating, source=name).status
        if status == 0:
            self.held.append(self.number)
        return status

    def registered(self, server):
        with rig.Client(server.port, rig.CONTROL) as client:
            answer = client.ok(pdu.DEV_ATTR_QRY, tlv(pdu.NAME), tlv(pdu.NAME))
        return sorted(value.rstrip(b"\0").decode() for tag, value in answer.after_delimiter() if tag == pdu.NAME)

    def check(self, server):
        self.assertEqual(self.registered(server), sorted(map(name_of, self.held)))

    def expect_refusals(self, server):
        """Registers until a change is refused; then all are, and queries go on with right answers."""
        statuses = set()
        while 11 not in statuses:
            statuses |= {self.register(client) for client in self.clients}
        self.assertLessEqual(statuses, {0, 11})
        self.assertEqual({self.register(client) for client in self.clients * 3}, {11})
        gone = self.clients[0].call(pdu.DEV_DEREG, b"", tlv(pdu.NAME, name_of(1)), source=name_of(1))
        self.assertEqual(gone.status, 11)
        self.check(server)

    def expect_health(self, server):
        self.assertEqual(server.get("/readyz"), (200, "ready\n"))
        self.assertEqual(server.metric("isns_store_healthy"), 1)

    def expect_illness(self, server, reason, times):
        """Pages and log say why, and the log once, however often it is tried again."""
        status, why = server.get("/readyz")
        self.assertEqual(status, 503)
        self.assertRegex(why, reason)
        self.assertIn(server.database, why)
        self.assertEqual(server.get("/healthz")[0], 200)
        self.assertEqual(server.metric("isns_store_healthy"), 0)
        failures = server.metric("isns_commit_failures_total")
        eventually(lambda: server.metric("isns_commit_failures_total") >= failures + 2, "the store is tried again")
        self.assertEqual(len(server.events(STORE_FAILED, times)), times)
        self.assertRegex(server.events(STORE_FAILED)[-1], reason)

    def expect_recovery(self, server, times):
        """Within seconds, by itself; then all is as before."""
        eventually(lambda: self.register(self.clients[0]) == 0, "changes are taken again", patience=10)
        self.expect_health(server)
        self.assertEqual(len(server.events(STORE_RECOVERED, times)), times)
        for client in self.clients * 3:
            self.assertEqual(self.register(client), 0)
        self.check(server)

    def check_after_kill(self, server):
        """Everything acknowledged, and of what was refused at most the commit that failed last (db/store/store.h)."""
        names = set(self.registered(server))
        held = set(map(name_of, self.held))
        self.assertLessEqual(held, names)
        self.assertLessEqual(len(names - held), CLIENTS)
        self.held = [number for number in range(1, self.number + 1) if name_of(number) in names]
        status, output = server.command("verify", server.database)
        self.assertEqual(status, 0, output)
