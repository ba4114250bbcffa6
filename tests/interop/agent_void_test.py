#!/usr/bin/env python3
"""What an agent still gets when its certificates and tokens were made void: nothing, whatever was on its way."""

import time

from lib import case
from lib.agent_case import DISK, AgentApiTest, context_of
from lib.process import eventually
from lib.test_agent import openssl


class Voided(AgentApiTest):
    least_pdus = 0  # nothing registers

    def revoke(self, name="storage1"):
        return self.admin.call("POST", f"/agents/{name}/revoke", {"reason": "stolen"}, self.token)

    def test_a_revoked_agent_does_not_come_back_by_its_tokens(self):
        used = self.invite()["token"]
        agent = self.agent_called("storage1")
        self.assertEqual(agent.enrol(used)[0], 200)
        waits = self.invite()["token"]
        self.assertEqual(self.revoke()[0], 200)
        for token in (used, waits):
            status, answer = agent.enrol(token)
            self.assertEqual((status, answer["code"]), (401, "token-ended"))
        self.assertTrue(self.ask("/agents/storage1")["revoked"])
        status, answer, _ = self.revoke()
        self.assertEqual((status, answer["code"], answer["title"]),
                         (409, "wrong-state", "It is not in a state in which this can be done"))
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        agent.move(self.port)
        self.assertEqual(agent.enrol(used)[0], 401)
        self.assertEqual(agent.enrol(self.invite()["token"])[0], 200, "an administrator may have it back")

    def test_renewals_on_their_way_do_not_outlive_the_revocation(self):
        for turn in range(10):
            name, target = f"agent{turn}", f"{DISK}-{turn}"
            agent = self.enrolled(name, f"entity{turn}", [target])
            connections = [self.https(agent.context()) for _ in range(2)]
            for connection in connections:
                connection.ok("GET", "/agent/desired")
            body = {"csr": agent.request()}
            for connection in connections:
                connection.send("POST", "/agent/renew", body)
            self.assertEqual(self.revoke(name)[0], 200)
            for connection in connections:
                status, answer, _ = connection.receive()
                self.assertIn(status, (200, 401))
                if status == 200:
                    agent.keep(answer)
                    self.assertEqual(agent.call("GET", "/agent/desired")[0], 401, "a renewed certificate")
            self.assertTrue(self.ask(f"/agents/{name}")["revoked"])

    def test_another_enrolment_ends_the_wait_of_the_one_before(self):
        before = self.enrolled()
        since = before.desired()["revision"]
        stolen = self.https(before.context())
        stolen.ok("GET", "/agent/desired")
        stolen.send("GET", f"/agent/desired?since={since}&wait=60")
        self.ask("/status")  # the server's loop takes requests in the order in which they come: the wait has begun
        began = time.monotonic()
        after = self.agent_called("again")
        self.assertEqual(after.enrol(self.invite()["token"])[0], 200)
        status, answer, _ = stolen.receive()
        self.assertEqual((status, answer["code"]), (401, "certificate-refused"), answer)
        self.assertLess(time.monotonic() - began, 20)
        self.assertIn("revision", after.desired())

    def test_renewals_come_at_a_pace(self):
        agent = self.enrolled()
        connection = self.https(agent.context())
        statuses = []
        for _ in range(30):
            status, answer, headers = connection.call("POST", "/agent/renew", {"csr": agent.request()})
            statuses.append(status)
            if status == 429:
                self.assertGreater(int(headers["Retry-After"]), 60)
        self.assertEqual(statuses, [200] * 8 + [429] * 22)
        self.assertEqual(connection.call("GET", "/agent/desired")[0], 200, "its own holds among them")
        self.assertEqual(len(self.records("agent.enrolled")), 9)

    def test_many_gaps_are_few_records(self):
        agent = self.enrolled()
        self.assertTrue(agent.report(**self.full(1))[1]["taken"])
        for _ in range(50):
            agent.sequence += 2
            self.assertTrue(agent.report(targets=[])[1]["full_wanted"])
        for _ in range(50):
            agent.sequence += 4
            self.assertTrue(agent.report(**self.full(1))[1]["taken"])
        self.assertEqual(len(self.records("agent.gap")), 1, "the others come together when their minute is over")

    def test_what_an_agent_tells_by_the_thousand_is_few_records(self):
        agent = self.enrolled()
        glass = {"target": DISK, "initiator": "iqn.2024-01.org.example:host1", "command": "deny", "reason": "x", "uid": 0,
                 "at": 1}
        self.assertTrue(agent.report(**self.full(1), break_glass=[glass] * 1024)[1]["taken"])
        for turn in range(4):
            self.assertTrue(agent.report(break_glass=[glass] * 1024, addresses=[f"127.0.0.{20 + turn}"])[1]["taken"])
        counts = eventually(lambda: (told := [int(one["details"]["count"]) for one in self.records("agent.break-glass")])
                            and max(told) > 1 and told, "the others come together")
        self.assertEqual(counts.count(1), 64)
        self.assertLessEqual(len(counts), 66)
        # By a tick of the clock of their own, where one came between the reports.
        eventually(lambda: self.records("agent.addresses"), "so do the addresses")
        self.assertEqual(len(self.records("agent.addresses")), 1)

    def test_members_that_nobody_knows_are_refused(self):
        agent = self.enrolled()
        status, answer, _ = self.admin.call("POST", "/agents/invitations", {
            "agent": "a", "entity": "e", "nodes": [DISK], "zzz": 1}, self.token)
        self.assertEqual((status, answer["code"], answer["pointer"]), (422, "bad-value", "/zzz"))
        status, answer, _ = self.admin.call("POST", "/agents/invitations", {"agent": "a", "entity": "e"}, self.token)
        self.assertEqual((status, answer["pointer"]), (422, "/nodes"))
        token = self.invite()["token"]
        for connection, path, body in (
                (self.https(), "/agent/enrol", {"token": token, "csr": agent.request()}),
                (self.https(agent.context()), "/agent/renew", {"csr": agent.request()})):
            status, answer, _ = connection.call("POST", path, {**body, "zzz": 1})
            self.assertEqual((status, answer["pointer"]), (422, "/zzz"), path)
        status, answer, _ = self.admin.call("POST", "/agents/storage1/revoke", {"reason": "x", "zzz": 1}, self.token)
        self.assertEqual((status, answer["pointer"]), (422, "/zzz"))
        self.assertIn("revision", agent.desired(), "none of these did anything")

    def test_each_certificate_that_is_refused_has_its_word(self):
        agent = self.enrolled()
        # Of an authority that is none of ours, by way of an authority of its own.
        key, root = f"{self.folder}/ca.key", f"{self.folder}/ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=Sanctum CA", "-keyout", key, "-out", root, "-days", "2")
        own = self.agent_called("foreign")
        extensions = f"{self.folder}/extensions"
        with open(extensions, "w", encoding="ascii") as file:
            file.write("subjectAltName=URI:urn:sanctum:entity:disk1\nextendedKeyUsage=clientAuth\n")
        openssl("x509", "-req", "-in", own._csr, "-CA", root, "-CAkey", key, "-days", "1", "-extfile", extensions,
                "-out", own.chain)
        foreign = context_of(own.chain, own._key)
        self.assertEqual(self.https(foreign).call("GET", "/agent/desired")[1]["code"], "certificate-refused")
        # Not even to make another one, or to tell.
        for path, body in (("/agent/renew", {"csr": own.request()}), ("/agent/report", {"sequence": 1, "full": False})):
            self.assertEqual(self.https(foreign).call("POST", path, body)[0], 401)
        self.assert_reasons("foreign-authority")
        self.assertEqual(self.records("agent.refused")[0]["actor"], "disk1", "whom it claims to be")
        # Whoever lost his certificate's authority enrols with the old one still in his hand.
        self.assertEqual(self.https(foreign).call("POST", "/agent/enrol", {
            "token": self.invite("storage2", "disk2", [DISK + "2"])["token"], "csr": own.request()})[0], 200)
        # One of ours whose authority is disowned, on a connection that was open and on a new one.
        self.ask("/keys/authority", "POST", {"reason": "test", "overlap_days": 30})
        self.assertIn("revision", agent.desired())
        self.ask("/keys/authority/disown", "POST", {"reason": "test"})
        self.assertEqual(agent.call("GET", "/agent/desired")[0], 401)
        status, answer, _ = self.https(context_of(agent.chain, agent._key)).call("GET", "/agent/desired")
        self.assertEqual((status, answer["code"]), (401, "certificate-refused"))
        self.assert_reasons("foreign-authority", "disowned")
        # The rest of its minute is told together when that is over.
        connection = self.https(foreign)
        for _ in range(100):
            self.assertEqual(connection.call("GET", "/agent/desired")[0], 401)
        self.assert_reasons("foreign-authority", "disowned")


if __name__ == "__main__":
    case.main("openssl")
