#!/usr/bin/env python3
"""What the management server makes of requests that come by iSNS: refusals of strangers in the audit log, and changes of
domains by a control node that a change set could not have made.
"""

from lib import pdu
from lib.api_case import DISK, HOST, ApiTest, run
from lib.client import Client
from lib.servers import CONTROL

UNIT = "naa.6000000000000001"


class Wire(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, UNIT)

    def client(self, source):
        made = Client(self.server.sanctum.port, source)
        self.addCleanup(made.close)
        return made

    def test_a_strangers_requests_are_a_record_and_a_flood_is_few(self):
        stranger = self.client(HOST)
        for _ in range(50):
            answer = stranger.call(pdu.DD_REG, b"", pdu.tlv(pdu.DD_NAME, "mine") + pdu.tlv(pdu.DD_NODE_NAME, DISK))
            self.assertEqual(answer.status, 8)
        # An object of another entity.
        self.assertEqual(stranger.call(pdu.DEV_DEREG, b"", pdu.tlv(pdu.EID, "array")).status, 8)
        records = self.recorded("isns.refused")
        self.assertLessEqual(len(records), 2)
        first = records[0]
        self.assertEqual((first["outcome"], first["actor"], first["origin"], first["actorKind"]),
                         ("refused", HOST, "127.0.0.1", "node"))
        self.assertIn(first["details"]["function"], ("DDReg", "DevDereg"))
        self.assertGreaterEqual(int(first["details"]["count"]), 1)
        self.assertEqual(self.api.get("/domains").json["items"], [])

    def test_logins_that_a_target_refused_are_records(self):
        agent = self.server.agent("storage2", "array2", DISK + ".second")
        tried = [{"initiator": "iqn.2026-01.example:thief", "target": DISK + ".second", "reason": "chap", "at": 1}] * 200
        for sequence in (1, 2):
            status, answer = agent.call("POST", "/agent/report", {"sequence": sequence, "full": True, "targets": [], "units": [],
                                                                  "sessions": [], "refused_logins": tried})
            self.assertEqual(status, 200, answer)
        agent.close()
        (record,) = self.recorded("target.refused")  # the other 399 or so come when the minute is over
        self.assertEqual((record["actor"], record["object"], record["outcome"]),
                         ("iqn.2026-01.example:thief", f"node:{DISK}.second", "refused"))
        self.assertEqual(record["details"], {"reason": "chap", "count": "200"})

    def test_a_zone_that_breaks_a_separation_rule_holds_and_is_told(self):
        def create(kind, number, **fields):
            made = f"{kind}:+{number}"
            return [{"op": "create", "object": made}, *({"op": "set", "object": made, "field": field, "value": value}
                                                        for field, value in fields.items())]
        self.server.committed(
            create("label", 0, name="PCI") + create("label", 1, name="test") + create("host", 0, name="web1") +
            # Where no network is declared, whether a host works is unknown, and R16 is about what it knows.
            create("network", 0, name="storage", subnets=["127.0.0.0/24"]) +
            create("separation-rule", 0, name="PCI apart", subject="label:+0", mode="never-with", other="label:+1") +
            [{"op": "add", "object": "host:+0", "field": "entities", "value": "entity:host1"},
             {"op": "add", "object": "host:+0", "field": "labels", "value": "label:+1"},
             {"op": "add", "object": f"logical-unit:{UNIT}", "field": "labels", "value": "label:+0"}] +
            create("map", 0, who="host:+0", target=f"node:{DISK}", unit=f"logical-unit:{UNIT}"))
        self.client(CONTROL).zone("zone1", HOST, DISK)
        # It holds, as a change set that nobody has approved.
        self.server.until("/changes", lambda changes: [c for c in changes["items"] if c["origin"] == "wire"])
        wire = [c for c in self.api.get("/changes").json["items"] if c["origin"] == "wire"]
        self.assertEqual({(c["author"], c["state"], c["approver"]) for c in wire}, {(CONTROL, "committed", None)})
        self.assertEqual(self.api.get("/domains/zone1").status, 200)
        # And is told: in the audit log and the log.
        (record,) = self.recorded("isns.administrative", lambda one: "PCI" in one["reason"])
        self.assertEqual((record["actor"], record["actorKind"], record["outcome"]), (CONTROL, "node", "done"))
        self.assertIn(record["object"], [f"change-set:#{change['id']}" for change in wire])
        self.assertTrue(self.server.sanctum.process.expect(r"wire-violation"))

    def test_a_zone_beyond_the_size_limit_is_told(self):
        def limit(value):
            return [{"op": "set", "object": "settings:#1", "field": "max_changed_objects", "value": value}]
        self.server.committed([{"op": "create", "object": "settings:#1"}] + limit(1))
        self.addCleanup(self.server.committed, limit(0))
        control = self.client(CONTROL)
        control.zone("zone2", HOST, DISK)
        self.server.until("/domains", lambda domains: domains["items"])
        domain = self.api.get("/domains/zone2").json["id"]
        # The domain, and the set that loses it.
        self.assertEqual(control.call(pdu.DD_DEREG, pdu.tlv(pdu.DD_ID, domain)).status, 0)
        self.recorded("isns.administrative", lambda one: "more than the settings allow" in one["reason"])


if __name__ == "__main__":
    run()
