#!/usr/bin/env python3
"""How an agent gets its certificate and loses it: enrolment, renewal, revocation, and the server's own keys, which change
while agents are there. What was on its way is in agent_void_test.py.
"""

import concurrent.futures
import os
import socket
import ssl
import threading
import time

from lib import case
from lib.agent_case import DISK, AgentApiTest, context_of
from lib.process import eventually
from lib.test_agent import openssl


class Enrolment(AgentApiTest):
    def test_a_token_of_this_server_and_of_no_other(self):
        token = self.invite()["token"]
        agent = self.agent_called("storage1")
        self.assertTrue(agent.believes(token))
        # Another server has another root: the pin does not match, and the token stays with the agent.
        key, root = f"{self.folder}/rogue.key", f"{self.folder}/rogue.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=Sanctum CA",
                "-keyout", key, "-out", root, "-days", "2")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(root, key)
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            connection, _ = listener.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as safe:
                    safe.recv(1)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        agent.port = listener.getsockname()[1]
        self.assertFalse(agent.believes(token))

    def test_wrong_used_and_foreign_tokens_get_nothing(self):
        token = self.invite()["token"]
        first = self.agent_called("storage1")
        self.assertEqual(first.enrol(token)[0], 200)
        second = self.agent_called("thief")
        for wrong in (token, "nonsense", token[:-4] + "0000"):
            status, answer = second.enrol(wrong)
            self.assertEqual((status, answer["code"]), (401, "token-ended"), wrong)
        self.assertFalse(second.exists())
        # Its answer was lost: the same key asks again.
        self.assertEqual(first.enrol(token)[0], 200)
        self.assertEqual(self.reasons(), ["token-used", "token-malformed"])  # the third is told with the rest of its minute
        events = self.audit()
        self.assertEqual(events.count("agent.enrolled"), 2)

    def test_the_agent_is_an_object_of_the_model(self):
        self.register()
        self.enrolled()
        agent = self.ask("/agents/storage1")
        self.assertFalse(agent.get("revoked", False), agent)
        self.assertIn("disk1", str(agent["entity"]))
        self.assertIn(DISK, str(agent["nodes"]))

    def test_renewal_gives_another_certificate(self):
        agent = self.enrolled()
        before = agent.serial()
        status, answer = agent.call("POST", "/agent/renew", {"csr": agent.request()})
        self.assertEqual(status, 200, answer)
        agent.keep(answer)
        self.assertNotEqual(agent.serial(), before)
        self.assertEqual(agent.desired()["targets"], [])

    def test_self_made_foreign_and_no_certificates_are_refused(self):
        agent = self.enrolled()
        status, answer, _ = self.https().call("GET", "/agent/desired")
        self.assertEqual((status, answer["code"]), (401, "certificate-refused"))
        # A copy of its names under a root that the agent made itself.
        key, pem = f"{self.folder}/own.key", f"{self.folder}/own.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=storage1",
                "-addext", "subjectAltName=URI:urn:sanctum:entity:disk1", "-keyout", key, "-out", pem, "-days", "2")
        own = self.https(context_of(pem, key))
        for _ in range(2):
            status, answer, headers = own.call("GET", "/agent/desired")
            self.assertEqual((status, answer["code"]), (401, "certificate-refused"), answer)
            self.assertEqual(headers["Content-Type"], "application/problem+json")
        self.assertEqual(own.call("GET", "/nodes")[1]["code"], "certificate-refused")
        self.assert_reasons("no-certificate", "self-made")
        # A person's token is no certificate, and an agent's certificate no person's login.
        self.assertEqual(self.admin.call("GET", "/agent/desired", token=self.token)[0], 401)
        self.assertEqual(agent.call("GET", "/nodes")[0], 401)

    def test_revocation_ends_a_waiting_poll_at_once(self):
        agent = self.enrolled()
        since = agent.desired()["revision"]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(agent.call, "GET", f"/agent/desired?since={since}&wait=60")
            other = self.https(agent.context())
            self.assertEqual(other.call("GET", "/status")[0], 200)  # a handshake later the poll waits
            self.assertFalse(waiting.done())
            self.ask("/agents/storage1/revoke", "POST", {"reason": "stolen"})
            began = time.monotonic()
            status, answer = waiting.result(timeout=20)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual((status, answer["code"]), (401, "certificate-refused"))
        self.assertEqual(other.call("GET", "/agent/desired")[0], 401)
        self.assertTrue(self.ask("/agents/storage1")["revoked"])
        self.assertIn("agent.revoked", self.audit())


    def test_an_invitation_ends_with_the_token_that_made_it_and_with_its_user(self):
        soon = int(time.time()) + 3600
        self.ask("/users", "POST", {"name": "carol", "roles": ["administrator"], "password": "a password of carol's own"})
        login = {"user": "carol", "password": "a password of carol's own"}
        session = self.admin.ok("POST", "/login", login)["token"]
        token = self.admin.ok("POST", "/tokens", {"name": "robot", "expires": soon}, session)["token"]

        def invited(by):
            asked = {"agent": "storage1", "entity": "disk1", "nodes": [DISK]}
            return self.admin.ok("POST", "/agents/invitations", asked, by)["token"]

        agent = self.agent_called("storage1")
        by_token, by_session = invited(token), invited(session)
        self.admin.ok("DELETE", "/tokens/robot", None, session)
        status, answer = agent.enrol(by_token)
        self.assertEqual((status, answer["code"]), (401, "token-ended"), answer)
        (record,) = self.records("agent.revoked")
        self.assertEqual((record["object"], record["reason"]),
                         ("agent:storage1", "The token robot, with which it was made, has ended."))
        self.ask("/users/carol", "PATCH", {"disabled": True})
        self.assertEqual(agent.enrol(by_session)[0], 401)
        self.ask("/users/carol", "PATCH", {"disabled": False})
        self.assertEqual(agent.enrol(by_session)[0], 401)
        self.ask("/users/carol", "DELETE")
        self.assertEqual(agent.enrol(self.invite()["token"])[0], 200)


class Keys(AgentApiTest):
    """The server's authority and its sealing key change while agents are there."""

    def setUp(self):
        super().setUp()
        self.register()
        self.agent = self.enrolled()

    def rotated(self, days=30):
        return self.ask("/keys/authority", "POST", {"reason": "it is time", "overlap_days": days})

    def test_an_agent_that_knows_the_old_root_goes_on_and_renews(self):
        before = self.ask("/keys")["authorities"]
        after = self.rotated()["authorities"]
        self.assertEqual([root["current"] for root in after], [True, False])
        self.assertEqual(after[1]["fingerprint"], before[0]["fingerprint"])
        # A new connection: the server shows another certificate, and the agent knows the old root alone.
        self.agent.close()
        self.assertEqual(self.agent.desired()["authority"], after[0]["fingerprint"])
        status, answer = self.agent.renew()
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["ca"].count("BEGIN CERTIFICATE"), 2)
        self.agent.close()
        self.assertIn("revision", self.agent.desired())
        self.assertIn("authority.rotated", self.audit())

    def test_of_a_disowned_root_nothing_is_believed(self):
        self.rotated()
        self.assertIn("revision", self.agent.desired())
        self.ask("/keys/authority/disown", "POST", {"reason": "the key was stolen"})
        self.assertEqual(self.agent.call("GET", "/agent/desired")[0], 401, "on the connection that is open already")
        (root,) = self.ask("/keys")["authorities"]
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        self.assertEqual(self.ask("/keys")["authorities"], [root])
        self.assertIn("authority.disowned", self.audit())

    def test_secrets_are_sealed_by_a_new_key_and_the_old_file_goes(self):
        folder = f"{self.folder}/server-keys"
        self.assertIn("seal.key", os.listdir(folder))
        seals = self.ask("/keys/sealing", "POST", {"reason": "it is time"})["sealing_keys"]
        self.assertEqual([(key["id"], key["current"]) for key in seals], [(1, False), (2, True)])
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        eventually(lambda: [key["id"] for key in self.ask("/keys")["sealing_keys"]] == [2], "the old key goes")
        self.assertNotIn("seal.key", os.listdir(folder))
        self.assertIn("seal-2.key", os.listdir(folder))
        # The key of the authority opens with it: a new certificate can be issued.
        self.agent.move(self.port)
        self.assertEqual(self.agent.renew()[0], 200)
        self.assertIn("sealing-key.rotated", self.audit())

    def test_keys_are_changed_by_administrators_and_with_a_reason(self):
        status, answer, _ = self.admin.call("POST", "/keys/authority", {"reason": ""}, self.token)
        self.assertEqual((status, answer["pointer"]), (422, "/reason"))
        self.ask("/users", "POST", {"name": "zoe", "roles": ["activator"], "password": "a long password of hers"})
        token = self.ask("/login", "POST", {"user": "zoe", "password": "a long password of hers"})["token"]
        self.assertEqual(self.admin.call("POST", "/keys/sealing", {"reason": "mine"}, token)[0], 403)
        self.assertEqual(self.admin.call("GET", "/keys", None, token)[0], 403)


if __name__ == "__main__":
    case.main("openssl")
