#!/usr/bin/env python3
"""The agents' side of the management API, spoken by a small agent in Python: enrolment, desired state, reports."""

import concurrent.futures
import os
import random
import re
import select
import socket
import sqlite3
import ssl
import threading
import time

from lib import case, pdu
from lib.client import Client
from lib.pdu import portal, tlv
from lib.process import eventually
from lib.test_agent import Agent, Https, Local, openssl

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
UNIT = "naa.6000000000000001"


def node(name, kind):
    return tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, kind)


def registration(eid, address, name, kind):
    return (tlv(pdu.EID, eid) + tlv(pdu.PROTOCOL, 2) + portal(address, 3260) + node(name, kind))


class AgentApiTest(case.InteropTest):
    def setUp(self):
        super().setUp()
        self.folder_of_agents = f"{self.folder}/agents"
        os.makedirs(self.folder_of_agents)
        local = Local(f"{self.folder}/management.sock")
        status, first = local.post("/init", {"user": "admin"})
        local.close()
        self.assertEqual(status, 201, first)
        self.password = first["password"]
        self.find_port()
        self.log_in()

    def find_port(self):
        said = self.server.process.expect(r'"address": ?"127\.0\.0\.1:(\d+)"[^\n]*"authority"')
        self.port = int(said.group(1))

    def log_in(self):
        self.admin = self.https()
        self.token = self.admin.ok("POST", "/login", {"user": "admin", "password": self.password})["token"]

    def https(self, context=None):
        made = Https(self.port, context)
        self.addCleanup(made.close)
        return made

    def ask(self, path, method="GET", body=None):
        return self.admin.ok(method, path, body, self.token)

    def invite(self, agent="storage1", entity="disk1", nodes=(DISK,)):
        return self.ask("/agents/invitations", "POST", {"agent": agent, "entity": entity, "nodes": list(nodes)})

    def agent_called(self, name):
        made = Agent(self.port, self.folder_of_agents, name)
        self.addCleanup(made.close)
        return made

    def enrolled(self, agent="storage1", entity="disk1", nodes=(DISK,)):
        made = self.agent_called(agent)
        status, answer = made.enrol(self.invite(agent, entity, nodes)["token"])
        self.assertEqual(status, 200, answer)
        return made

    def register(self):
        """A host and a disk, which share no domain yet."""
        self.raw(HOST).ok(pdu.DEV_ATTR_REG, b"", registration("host1", "127.0.0.11", HOST, pdu.INITIATOR))
        self.raw(DISK).ok(pdu.DEV_ATTR_REG, b"", registration("disk1", "127.0.0.12", DISK, pdu.TARGET))

    def audit(self):
        """Events of the audit log as the store has them."""
        with sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True) as store:
            names = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            table = next(name for name in names if re.fullmatch(r"audit(_record)?s?", name))
            return [row[0] for row in store.execute(f"SELECT event FROM {table} ORDER BY id")]

    def records(self, event):
        """Of the audit log, the oldest first."""
        items = self.ask("/audit?limit=1000")["items"]
        return sorted((one for one in items if one["event"] == event), key=lambda one: one["sequence"])

    def reasons(self):
        """Why agents, or what claimed to be one, were turned away."""
        return [one["code"] for one in self.records("agent.refused")]

    def full(self, desired, **more):
        """What the disk's agent says when it has applied that the host gets LUN 1."""
        return {"full": True, "targets": [{"target": DISK, "desired": desired, "applied_at": int(time.time()),
                                           "enforcement": "zoning", "chap": "none", "admitted": [HOST],
                                           "maps": [{"initiator": HOST, "unit": UNIT, "lun": 1,
                                                     "right": "read-write"}]}],
                "units": [{"designator": UNIT, "bytes": 1 << 30, "paths": [{"target": DISK, "lun": 1}]}],
                "sessions": [], **more}


def context_of(chain, key):
    """What a client shows that believes everybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(chain, key)
    return context


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
        events = self.audit()
        self.assertEqual(events.count("agent.refused"), 3)
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
        eventually(lambda: self.reasons() == ["no-certificate", "self-made", "self-made"], "each has its word")
        # A person's token is no certificate, and an agent's certificate no person's login.
        self.assertEqual(self.admin.call("GET", "/agent/desired", token=self.token)[0], 401)
        self.assertEqual(agent.call("GET", "/nodes")[0], 401)

    def test_revocation_ends_a_waiting_poll_at_once(self):
        agent = self.enrolled()
        since = agent.desired()["revision"]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(agent.call, "GET", f"/agent/desired?since={since}&wait=60")
            other = self.https(agent.context())
            self.ask("/agents/storage1/revoke", "POST", {"reason": "stolen"})
            began = time.monotonic()
            status, answer = waiting.result(timeout=20)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual((status, answer["code"]), (401, "certificate-refused"))
        self.assertEqual(other.call("GET", "/agent/desired")[0], 401)
        self.assertTrue(self.ask("/agents/storage1")["revoked"])
        self.assertIn("agent.revoked", self.audit())


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


class Desired(AgentApiTest):
    def test_a_zone_made_on_the_wire_reaches_the_waiting_agent(self):
        self.register()
        agent = self.enrolled()
        state = agent.desired()
        # The agent's names are taken up by a commit of their own where they were registered later.
        eventually(lambda: agent.desired()["targets"], "the agent answers for its target")
        state = agent.desired()
        self.assertEqual(state["targets"][0]["initiators"], [])
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(agent.desired, state["revision"], 30)
            self.raw().zone("zone1", HOST, DISK)
            news = waiting.result(timeout=25)
        while not news["targets"][0]["initiators"]:  # the domain is there before its set is
            news = agent.desired(news["revision"], 10)
        self.assertTrue(news["changed"])
        self.assertEqual(news["targets"][0]["target"], DISK)
        self.assertEqual([one["name"] for one in news["targets"][0]["initiators"]], [HOST])
        self.assertGreater(news["revision"], state["revision"])

    def commit(self, edits, reason="for the test"):
        """A change set on its way; the rest of it is for the caller to wait for."""
        change = self.ask("/changes", "POST", {"title": "a change", "edits": edits})
        path = f"/changes/{change['id']}"
        change = self.ask(path + "/submit", "POST", {"version": change["version"], "reason": reason})
        self.ask(path + "/commit", "POST", {"version": change["version"], "reason": reason})
        return path

    def members(self):
        return [node for domain in self.ask("/domains")["items"] for node in domain["nodes"]]

    def applied(self, agent, desired, full=False):
        names = [one["name"] for one in desired["targets"][0]["initiators"]]
        told = {"target": DISK, "desired": desired["revision"], "applied_at": int(time.time()), "enforcement": "zoning",
                "chap": "none", "admitted": names, "maps": []}
        more = {"full": True, "units": [], "sessions": []} if full else {}
        status, receipt = agent.report(targets=[told], **more)
        self.assertEqual((status, receipt["taken"]), (200, True), receipt)

    def test_grants_reach_the_target_before_the_name_server_shows_them_and_revokes_after(self):
        self.register()
        agent = self.enrolled()
        eventually(lambda: agent.desired()["targets"], "the agent answers for its target")
        before = agent.desired()
        self.applied(agent, before, full=True)
        edits = [{"op": "create", "object": "domain:+0"},
                 {"op": "set", "object": "domain:+0", "field": "name", "value": "zone1"},
                 {"op": "add", "object": "domain:+0", "field": "nodes", "value": f"node:{HOST}"},
                 {"op": "add", "object": "domain:+0", "field": "nodes", "value": f"node:{DISK}"},
                 {"op": "create", "object": "domain-set:+1"},
                 {"op": "set", "object": "domain-set:+1", "field": "name", "value": "set1"},
                 {"op": "add", "object": "domain-set:+1", "field": "domains", "value": "domain:+0"},
                 {"op": "set", "object": "domain-set:+1", "field": "enabled", "value": True}]
        began = time.monotonic()
        path = self.commit(edits)
        granted = agent.desired(before["revision"], 10)
        self.assertEqual([one["name"] for one in granted["targets"][0]["initiators"]], [HOST])
        self.assertEqual(self.members(), [], "the name server shows nothing yet")
        self.assertEqual(self.ask(path)["state"], "committing")
        self.applied(agent, granted)
        eventually(lambda: self.ask(path)["state"] == "confirming", "the agent has answered")
        self.assertLess(time.monotonic() - began, 4.5, "nobody waited for an agent that had answered")
        self.assertIn(f"node:{HOST}", self.members())
        self.assertEqual(agent.desired(granted["revision"])["changed"], False)
        self.ask(path + "/confirm", "POST")
        # A pure revoke goes to the target first.
        path = self.commit([{"op": "remove", "object": "domain:zone1", "field": "nodes", "value": f"node:{HOST}"}])
        revoked = agent.desired(granted["revision"], 10)
        self.assertEqual(revoked["targets"][0]["initiators"], [])
        self.assertIn(f"node:{HOST}", self.members(), "the name server shows it still")
        self.applied(agent, revoked)
        eventually(lambda: self.ask(path)["state"] == "confirming", "the agent has answered")
        self.assertNotIn(f"node:{HOST}", self.members())

    def test_without_news_the_wait_ends_by_itself(self):
        agent = self.enrolled()
        revision = agent.desired()["revision"]
        began = time.monotonic()
        answer = agent.desired(revision, 1)
        self.assertGreaterEqual(time.monotonic() - began, 0.9)
        self.assertEqual((answer["revision"], answer["changed"]), (revision, False))
        self.assertNotIn("targets", answer)
        self.assertEqual(agent.call("GET", "/agent/desired?wait=61")[0], 400)

    def test_enrolled_before_it_registers(self):
        agent = self.enrolled()
        self.assertEqual(agent.desired()["targets"], [])
        self.register()
        self.raw().zone("zone1", HOST, DISK)
        eventually(lambda: agent.desired()["targets"] and agent.desired()["targets"][0]["initiators"], "it is found")


class Reports(AgentApiTest):
    def setUp(self):
        super().setUp()
        self.register()
        self.raw().zone("zone1", HOST, DISK)
        self.agent = self.enrolled()

    def cell(self, query="/reach"):
        return self.ask(f"{query}?host={HOST}&unit={UNIT}")

    def test_reach_goes_from_unknown_to_yes_with_proof(self):
        revision = self.agent.desired()["revision"]
        status, receipt = self.agent.report(**self.full(revision))
        self.assertEqual(status, 200, receipt)
        self.assertEqual((receipt["taken"], receipt["full_wanted"], receipt["unknown"]), (True, False, []))
        cell = self.cell()
        self.assertIn('"yes"', str(cell).replace("'", '"'))
        self.assertIn(UNIT, str(self.cell("/why")))
        # The agent takes the map away: a plain no.
        gone = self.full(revision)
        gone["targets"][0]["maps"] = []
        gone["targets"][0]["admitted"] = []
        self.assertTrue(self.agent.report(**gone)[1]["taken"])
        self.assertNotEqual(self.cell(), cell)

    def test_sessions_are_there_and_go(self):
        portal_text = "127.0.0.12:3260/tcp"
        session = {"initiator": HOST, "target": DISK, "portal": portal_text, "since": 100, "proof": "claimed-name",
                   "path": "optimized", "connections": 1, "units": [UNIT]}
        self.agent.report(**self.full(1, sessions=[session]))
        found = self.ask("/sessions")["items"]
        self.assertEqual(len(found), 1, found)
        revision = self.ask("/sessions")["revision"]
        self.agent.report(sessions=[])
        after = self.ask("/sessions")
        self.assertEqual((after["items"], after["revision"]), ([], revision))

    def test_the_same_report_again_and_an_older_one_change_nothing(self):
        body = {"sequence": 5, **self.full(1)}
        first = self.agent.call("POST", "/agent/report", body)
        revision = self.ask("/agents")["revision"]
        self.assertEqual(self.agent.call("POST", "/agent/report", body), first)
        other = {"sequence": 4, "full": True, "targets": [], "units": [], "sessions": []}
        status, receipt = self.agent.call("POST", "/agent/report", other)
        self.assertEqual((status, receipt["taken"], receipt["sequence"]), (200, False, 5))
        self.assertEqual(self.ask("/agents")["revision"], revision)
        self.assertEqual(len(self.ask("/applied-targets")["items"]), 1)

    def test_what_says_nothing_new_is_no_commit(self):
        self.agent.report(**self.full(1))
        revision = self.ask("/agents")["revision"]
        same = self.full(1)
        same["targets"][0]["applied_at"] = int(time.time()) - 1
        self.agent.report(**same)
        self.agent.report(**same)
        self.assertLessEqual(self.ask("/agents")["revision"], revision + 1)

    def test_a_gap_is_recorded_and_asks_for_a_full_report(self):
        self.agent.report(**self.full(1))
        self.agent.sequence += 3
        status, receipt = self.agent.report(targets=[])
        self.assertEqual((status, receipt["taken"], receipt["full_wanted"]), (200, False, True))
        self.assertEqual(len(self.ask("/applied-targets")["items"]), 1)
        self.assertIn("agent.gap", self.audit())
        self.assertTrue(self.agent.report(**self.full(1))[1]["taken"])

    def test_names_of_others_are_refused_and_nothing_changes(self):
        body = self.full(1)
        body["units"][0]["paths"].append({"target": "iqn.2024-01.org.example:other", "lun": 1})
        status, answer = self.agent.report(**body)
        self.assertEqual((status, answer["code"]), (403, "right-missing"))
        self.assertEqual(self.ask("/applied-targets")["items"], [])
        eventually(lambda: "agent.refused" in self.audit(), "the refusal is recorded")  # after the answer

    def test_nonsense_is_pointed_at(self):
        status, answer = self.agent.report(targets=[{"target": DISK}])
        self.assertEqual((status, answer["code"]), (422, "bad-value"))
        self.assertTrue(answer["pointer"].startswith("/targets/0"), answer)

    def test_a_restart_of_the_server_asks_for_a_full_report(self):
        revision = self.agent.desired()["revision"]
        self.agent.report(**self.full(revision))
        before = self.cell()
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        self.agent.move(self.port)
        self.assertEqual(self.cell(), before)
        self.assertEqual(self.agent.report(sessions=[])[1]["full_wanted"], True)
        self.assertTrue(self.agent.report(**self.full(revision))[1]["taken"])
        self.assertEqual(self.cell(), before)

    def rename(self, unit, name):
        """By a change set, which is carried over to the present as often as a report has overtaken it."""
        edits = [{"op": "set", "object": unit, "field": "name", "value": name}]
        change = self.ask("/changes", "POST", {"title": "a name", "edits": edits})
        path = f"/changes/{change['id']}"
        for _ in range(200):
            body = {"version": change["version"], "reason": "test"}
            status, answer, _ = self.admin.call("POST", path + "/submit", body, self.token)
            if status == 200:
                status, answer, _ = self.admin.call("POST", path + "/commit", {"version": answer["version"]}, self.token)
            if status == 200:
                break
            self.assertEqual(answer["code"], "stale-draft")
            change = self.ask(path + "/merge", "POST", {})["change"]
        eventually(lambda: self.ask(path)["state"] in ("confirming", "confirmed"), "it is carried out")
        if self.ask(path)["state"] == "confirming":
            self.ask(path + "/confirm", "POST")

    def test_reports_and_change_sets_do_not_undo_each_other(self):
        """Both write rows of the same unit: the agent its size, the administrator its name."""
        self.agent.report(**self.full(1))
        (unit,) = self.ask("/logical-units")["items"]
        over = threading.Event()
        sizes = []

        def report():
            while not over.wait(random.uniform(0, 0.02)):
                sizes.append((1 << 30) + 512 * len(sizes))
                status, receipt = self.agent.report(units=[{"designator": UNIT, "bytes": sizes[-1],
                                                            "paths": [{"target": DISK, "lun": 1}]}])
                assert status == 200 and receipt["taken"], receipt

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            reports = pool.submit(report)
            try:
                for turn in range(40):
                    self.rename(unit["ref"], f"disk {turn}")
                    self.assertEqual(self.ask("/logical-units")["items"][0]["name"], f"disk {turn}")
            finally:
                over.set()
            reports.result()
        (unit,) = self.ask("/logical-units")["items"]
        self.assertEqual((unit["name"], unit["bytes"]), ("disk 39", sizes[-1]))
        self.assertGreater(len(sizes), 12, "reports and change sets were under way together")


class Crowd(AgentApiTest):
    """Many agents wait at once, and a change wakes the right one. SANCTUM_CROWD says how many."""

    def contexts(self, names):
        """Registers the targets and enrols an agent for each; several at a time, since each is a few commits."""
        key = self.agent_called("crowd")

        def some(numbers):
            made = []
            admin = Https(self.port)
            for i in numbers:
                address = f"10.1.{i // 250}.{i % 250 + 1}"
                with Client(self.server.port, names[i]) as target:
                    target.ok(pdu.DEV_ATTR_REG, b"", registration(f"crowd{i}", address, names[i], pdu.TARGET))
                token = admin.ok("POST", "/agents/invitations",
                                 {"agent": f"crowd{i}", "entity": f"crowd{i}", "nodes": [names[i]]}, self.token)["token"]
                agent = Agent(self.port, self.folder_of_agents, f"crowd{i}", key)
                status, answer = agent.enrol(token)
                self.assertEqual(status, 200, answer)
                made.append((i, agent.context()))
            admin.close()
            return made

        workers = 16
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            parts = pool.map(some, [range(start, len(names), workers) for start in range(workers)])
            return [context for _, context in sorted((one for part in parts for one in part), key=lambda one: one[0])]

    def listeners(self, count):
        """Connections that listen to events, each past the first comment."""
        made = []
        for _ in range(count):
            listener = self.https()
            listener.send("GET", "/events", token=self.token)
            made.append(listener.stream())
        for stream in made:
            self.assertEqual(stream.readline(), b": listening\n")
            stream.readline()
        return made

    def test_one_of_many_is_woken(self):
        count = int(os.environ.get("SANCTUM_CROWD", "500"))
        names = [f"iqn.2024-01.org.example:crowd{i}" for i in range(count)]
        self.raw(HOST).ok(pdu.DEV_ATTR_REG, b"", registration("host1", "127.0.0.11", HOST, pdu.INITIATOR))
        contexts = self.contexts(names)
        streams = self.listeners(50)
        before = self.server.process.resident()
        crowd = Waiting(self.https, contexts)
        grown = (self.server.process.resident() - before) / count
        self.assertEqual(crowd.woken(0.5), {}, "nobody is woken without news")
        chosen = count // 2
        began = time.monotonic()
        self.raw().zone("zone1", HOST, names[chosen])
        woken = crowd.woken(20)
        took = time.monotonic() - began
        woken |= crowd.woken(0.5)
        self.assertEqual(set(woken), {chosen})
        self.assertTrue(woken[chosen]["changed"])
        for stream in streams:
            while b"event: change" not in (line := stream.readline()):
                self.assertTrue(line, "the stream has ended")
        print(f"{count} agents wait and {len(streams)} listeners; the right agent was woken after {took * 1000:.0f} ms; "
              f"a waiting agent costs {grown / 1024:.1f} KiB")


class Waiting:
    """Many agents, each waiting for news of its own. Whoever's wait ends without asks again: while so many connect, the
    first have waited for the minute that a wait is at most."""

    def __init__(self, https, contexts):
        self._revisions = {}
        self._connections = []

        def first(context):
            connection = https(context)
            return connection, connection.ok("GET", "/agent/desired")["revision"]

        self._poll = select.poll()
        self._numbers = {}
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            for i, (connection, revision) in enumerate(pool.map(first, contexts)):
                self._connections.append(connection)
                self._revisions[i] = revision
                self._numbers[connection.number()] = i
                self._poll.register(connection.number(), select.POLLIN)
                self._ask(i)

    def _ask(self, i):
        self._connections[i].send("GET", f"/agent/desired?since={self._revisions[i]}&wait=60")

    def woken(self, seconds):
        """The news that come within that time, by agent; no more than the first of them."""
        end = time.monotonic() + seconds
        news = {}
        while not news and (left := end - time.monotonic()) > 0:
            for number, _ in self._poll.poll(left * 1000):
                i = self._numbers[number]
                status, answer, _ = self._connections[i].receive()
                if status != 200:
                    raise AssertionError(f"agent {i}: {status} {answer}")
                if answer["changed"]:
                    news[i] = answer
                    self._revisions[i] = answer["revision"]
                self._ask(i)
        return news


if __name__ == "__main__":
    case.main("openssl")
