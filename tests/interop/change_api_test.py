#!/usr/bin/env python3
"""Change sets by the management API, as Debian's open-isns clients see what becomes of them."""

import sqlite3
import time

from lib import case, pdu
from lib.edits import alias, zoning
from lib.local_api import Api, Refused
from lib.isnsadm import Isnsadm, having
from lib.process import eventually
from lib.process import run
from lib.servers import CONTROL, Policy

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"
LATER = "iqn.2024-01.org.example:later"


class ChangeApi(case.InteropTest):
    policy = Policy()

    def setUp(self):
        super().setUp()
        self.api = Api(f"{self.folder}/management.sock")
        self.api.init()
        self.host = Isnsadm(self, HOST)
        self.disk = Isnsadm(self, DISK)
        self.host.register("entity=host1", "initiator", "portal=127.0.0.11:860/tcp")
        self.disk.register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")
        self.api.until("/nodes", lambda nodes: len(nodes["items"]) == 2)

    def draft(self, edits, title="a change"):
        return self.api.post("/changes", {"title": title, "edits": edits})

    def submitted(self, edits):
        made = self.draft(edits)
        return self.api.post(f"/changes/{made['id']}/submit",
                             {"version": made["version"], "reason": "it is needed", "ticket": "T-1"})

    def committed(self, edits, state="confirming"):
        made = self.submitted(edits)
        self.api.post(f"/changes/{made['id']}/commit", {"version": made["version"]})
        return self.api.until(f"/changes/{made['id']}", lambda change: change["state"] == state)

    def confirmed(self, edits):
        made = self.committed(edits)
        return self.api.post(f"/changes/{made['id']}/confirm")

    def seen_targets(self):
        return having(self.host.query("iscsi-node-type=target"), pdu.NAME)

    def settings(self, **fields):
        self.confirmed([{"op": "create", "object": "settings:#1"}] * (not self.api.get("/settings")["items"]) +
                       [{"op": "set", "object": "settings:#1", "field": field, "value": value}
                        for field, value in fields.items()])

    def audited(self):
        """(event, object, revision) of the audit log, in its order."""
        store = sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True)
        try:
            return store.execute("select event, object, revision from audit_record order by id").fetchall()
        finally:
            store.close()

    def refused(self, status, code, call, *words):
        with self.assertRaises(Refused) as caught:
            call(*words)
        self.assertEqual((caught.exception.status, caught.exception.problem["code"]), (status, code))
        return caught.exception.problem

    def test_a_zone_from_its_draft_to_its_confirmation(self):
        self.assertEqual(self.seen_targets(), [])
        made = self.draft(zoning(f"node:{HOST}", f"node:{DISK}"), "first zone")
        self.assertEqual((made["state"], made["version"], made["author"]), ("open", 1, "admin"))
        diff = self.api.get(f"/changes/{made['id']}/diff")
        self.assertIn("created", [change["fate"] for change in diff["objects"]])
        impact = self.api.get(f"/changes/{made['id']}/impact")
        self.assertEqual(impact["objections"], [])
        self.assertIn("appeared", impact["findings"])
        self.assertEqual(self.seen_targets(), [], "a draft changes nothing")

        sent = self.api.post(f"/changes/{made['id']}/submit", {"version": 1, "reason": "new host", "ticket": "T-7"})
        self.assertEqual((sent["state"], sent["ticket"]), ("submitted", "T-7"))
        begun = self.api.post(f"/changes/{made['id']}/commit", {"version": sent["version"]})
        self.assertIsNotNone(begun["revision"])
        done = self.api.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
        self.assertGreater(done["confirm_deadline"], 0)
        self.assertEqual(self.seen_targets(), [DISK])
        self.assertEqual(self.api.post(f"/changes/{made['id']}/confirm")["state"], "confirmed")
        self.assertEqual(self.seen_targets(), [DISK])
        self.assertEqual([change["id"] for change in self.api.get("/changes?state=confirmed")["items"]], [made["id"]])
        log = [event for event, about, _ in self.audited() if about == f"change-set:#{made['id']}"]
        self.assertEqual(log, ["change.draft", "change.submit", "change.commit", "change.confirm"])

    def test_why_it_is_done_in_a_freeze_and_against_a_guard_is_in_the_audit_log_and_in_the_change_set(self):
        now = int(time.time())
        self.confirmed([{"op": "create", "object": "window:+0"}] +
                       [{"op": "set", "object": "window:+0", "field": field, "value": value} for field, value in
                        (("name", "year's end"), ("purpose", "freeze"), ("starts", now - 60), ("ends", now + 3600))])
        made = self.submitted(zoning(f"node:{HOST}", f"node:{DISK}"))
        reasons = {"version": made["version"], "reason": "nobody works there"}
        self.refused(409, "guard", self.api.post, f"/changes/{made['id']}/commit", reasons)
        self.api.post(f"/changes/{made['id']}/commit", {**reasons, "override": "the disk of db1 is full"})
        record = self.api.get("/audit?event=change.commit&order=newest")["items"][0]
        self.assertEqual(record["object"], f"change-set:#{made['id']}")
        self.assertEqual((record["reason"], record["details"]["override"], record["details"]["exception"]),
                         ("it is needed", "the disk of db1 is full", "nobody works there"))
        shown = self.api.get(f"/changes/{made['id']}")
        self.assertEqual((shown["reason"], shown["override"], shown["exception"]),
                         ("it is needed", "the disk of db1 is full", "nobody works there"))

    def test_a_reason_against_a_freeze_is_of_who_may_and_for_a_freeze_that_holds(self):
        olga = Api(f"{self.folder}/management.sock")
        olga.password = "a long enough phrase 17"
        self.api.post("/users", {"name": "olga", "roles": ["zoner", "activator"], "password": olga.password})
        olga.login("olga")
        made = self.submitted(zoning(f"node:{HOST}", f"node:{DISK}"))
        reasons = {"version": made["version"], "override": "I cannot wait"}
        self.refused(403, "right-missing", olga.post, f"/changes/{made['id']}/commit", reasons)
        self.assertIsNone(self.api.post(f"/changes/{made['id']}/commit", reasons)["override"], "there is no freeze")

    def test_what_nobody_confirms_goes_by_itself(self):
        self.settings(confirm_within=1)
        made = self.committed(zoning(f"node:{HOST}", f"node:{DISK}"))
        self.assertEqual(self.seen_targets(), [DISK])
        ended = self.api.until(f"/changes/{made['id']}", lambda change: change["state"] == "rolled-back")
        self.api.until("/domains", lambda domains: not domains["items"])
        self.assertEqual(self.seen_targets(), [])
        self.assertIn("Nobody confirmed", ended["note"])
        self.assertIn(("change.rollback", f"change-set:#{made['id']}"), [record[:2] for record in self.audited()])

    def test_a_rollback_in_the_window_is_at_once(self):
        made = self.committed(zoning(f"node:{HOST}", f"node:{DISK}"))
        back = self.api.post(f"/changes/{made['id']}/rollback", {"reason": "wrong host"})
        self.assertEqual((back["state"], back["left"]), ("rolled-back", []))
        self.api.until("/domains", lambda domains: not domains["items"])
        self.assertEqual(self.seen_targets(), [])

    def test_the_ticket_and_the_version_of_a_rollback_count(self):
        made = self.submitted(zoning(f"node:{HOST}", f"node:{DISK}"))
        committed = self.api.post(f"/changes/{made['id']}/commit", {"version": made["version"], "ticket": "T-2"})
        self.assertEqual(committed["ticket"], "T-2")
        made = self.api.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
        with self.assertRaises(Refused) as refused:
            self.api.post(f"/changes/{made['id']}/rollback", {"reason": "x", "version": made["version"] - 1})
        self.assertEqual(refused.exception.problem["code"], "old-version")
        self.api.post(f"/changes/{made['id']}/rollback", {"reason": "x", "version": made["version"], "ticket": "T-3"})
        self.assertEqual(self.api.get("/changes")["items"][0]["ticket"], "T-3")

    def test_an_approval_without_a_hash_is_for_what_it_changes_now(self):
        made = self.submitted(zoning(f"node:{HOST}", f"node:{DISK}"))
        self.assertEqual(self.api.post(f"/changes/{made['id']}/approve", {})["state"], "approved")

    def test_the_newest_come_first_whoever_made_them(self):
        first = self.draft([])
        time.sleep(1.1)  # the order is by the second
        self.raw().zone("zone1", HOST, DISK)
        self.api.until("/changes", lambda changes: len(changes["items"]) == 3)
        time.sleep(1.1)
        last = self.draft([])
        listed = [one["id"] for one in self.api.get("/changes")["items"]]
        self.assertEqual((len(listed), listed[0], listed[-1]), (4, last["id"], first["id"]))
        walked, page = [], self.api.get("/changes?limit=1")
        while True:
            walked += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            page = self.api.get(f"/changes?limit=1&cursor={page['next_cursor']}")
            self.draft([])  # what is new meanwhile moves nothing
        self.assertEqual(walked, listed)

    def test_a_host_is_zoned_before_it_registers(self):
        new = [{"op": "create", "object": "node:+9"},
               {"op": "set", "object": "node:+9", "field": "name", "value": LATER.upper().replace("IQN", "iqn", 1)}]
        self.confirmed(new + zoning("node:+9", f"node:{DISK}"))
        later = Isnsadm(self, LATER)
        later.register("entity=later", "initiator", "portal=127.0.0.13:860/tcp")
        self.assertEqual(having(later.query("iscsi-node-type=target"), pdu.NAME), [DISK])

    def test_clients_may_not_zone_and_a_control_node_makes_a_change_set(self):
        members = pdu.tlv(pdu.DD_NAME, "own") + pdu.tlv(pdu.DD_NODE_NAME, DISK)
        refused = self.raw(HOST).call(pdu.DD_REG, b"", members)
        self.assertEqual(refused.status, 8)
        self.assertEqual(self.api.get("/changes")["items"], [])

        self.raw().zone("zone1", HOST, DISK)
        self.assertEqual(self.seen_targets(), [DISK])
        made = self.api.until("/changes", lambda changes: len(changes["items"]) == 2)["items"]
        self.assertEqual({(change["origin"], change["state"], change["author"]) for change in made},
                         {("wire", "committed", CONTROL)})
        self.assertTrue(self.api.get(f"/changes/{made[0]['id']}/diff")["lines"])
        # Each has its record in the very change.
        revisions = {f"change-set:#{change['id']}": change["revision"] for change in made}
        log = {about: revision for event, about, revision in self.audited() if event == "isns.administrative"}
        self.assertEqual(log, revisions)

    def test_a_domain_of_the_highest_number_is_changed_by_change_sets_and_none_is_beyond(self):
        last = 0xffefffff
        beyond = self.raw().call(pdu.DD_REG, b"", pdu.tlv(pdu.DD_ID, last + 1) + pdu.tlv(pdu.DD_NAME, "beyond"))
        self.assertEqual(beyond.status, 3)
        self.raw().ok(pdu.DD_REG, b"", pdu.tlv(pdu.DD_ID, last) + pdu.tlv(pdu.DD_NAME, "far"))
        self.api.until("/domains", lambda found: [one["id"] for one in found["items"]] == [last])
        self.committed([{"op": "set", "object": "domain:far", "field": "name", "value": "near"},
                        {"op": "add", "object": f"domain:#{last}", "field": "nodes", "value": f"node:{DISK}"}])
        domain = self.api.get("/domains")["items"][0]
        self.assertEqual((domain["id"], domain["name"], domain["nodes"]), (last, "near", [f"node:{DISK}"]))

    def test_a_zone_in_its_window_is_not_the_wires_to_change(self):
        self.committed(zoning(f"node:{HOST}", f"node:{DISK}"))
        domain = self.api.get("/domains")["items"][0]["id"]
        members = pdu.tlv(pdu.DD_NODE_NAME, LATER)
        answer = self.raw().call(pdu.DD_REG, pdu.tlv(pdu.DD_ID, domain), members)
        self.assertEqual(answer.status, 12)

    def test_what_an_open_window_holds_is_free_when_the_model_cannot_be_made(self):
        # Nobody could confirm the change set or take it back: it would be held for ever.
        self.committed(zoning(f"node:{HOST}", f"node:{DISK}"))
        domain = self.api.get("/domains")["items"][0]["id"]
        other = self.draft([])
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:
            store.execute("update change_draft set edits = 'none' where id = ?", (other["id"],))
        self.server.start()
        members = pdu.tlv(pdu.DD_NODE_NAME, LATER)
        eventually(lambda: self.raw().call(pdu.DD_REG, pdu.tlv(pdu.DD_ID, domain), members).status == 0,
                   "the domain is a client's to change")
        self.refused(503, "not-ready", self.api.get, "/changes")

    def test_refusals_say_what_to_do(self):
        made = self.draft([{"op": "create", "object": "host:+0"},
                           {"op": "set", "object": "host:+0", "field": "name", "value": "web1"}])
        path = f"/changes/{made['id']}"
        self.refused(409, "old-version", self.api.call, "PATCH", path, {"version": 7, "title": "x"})
        self.refused(409, "wrong-state", self.api.post, path + "/commit", {})
        self.assertEqual(self.refused(422, "bad-value", self.api.post, path + "/submit", {})["pointer"], "/reason")
        wrong = self.refused(422, "bad-value", self.draft, [{"op": "create", "object": "host:+0"},
                                                           {"op": "set", "object": "host:+0", "field": "colour"}])
        self.assertTrue(wrong["pointer"].startswith("/edits/1"), wrong)
        foreign = [{"op": "set", "object": f"node:{HOST}", "field": "initiator", "value": False}]
        self.refused(422, "not-allowed-here", self.draft, foreign)
        self.refused(404, "no-such-object", self.api.get, "/changes/99")
        changed = self.api.call("PATCH", path, {"version": 1, "title": "better"})
        self.assertEqual((changed["title"], changed["version"]), ("better", 2))
        self.api.call("DELETE", path)
        self.assertEqual(self.api.get(path)["state"], "discarded")

    def test_a_draft_that_others_have_overtaken_is_merged(self):
        self.confirmed([{"op": "create", "object": "host:+0"},
                        {"op": "set", "object": "host:+0", "field": "name", "value": "web1"}])
        slow = self.draft([{"op": "set", "object": "host:web1", "field": "name", "value": "web2"}])
        self.confirmed([{"op": "set", "object": "host:web1", "field": "name", "value": "web3"}])
        path = f"/changes/{slow['id']}"
        self.assertTrue(self.api.get(path)["stale"])
        stale = self.refused(409, "stale-draft", self.api.post, path + "/submit", {"reason": "late"})
        self.assertEqual([one["theirs"] for one in stale["conflicts"]], ["web3"])
        merged = self.api.post(path + "/merge", {"version": slow["version"]})
        self.assertEqual([one["ours"] for one in merged["conflicts"]], ["web2"])
        self.assertFalse(merged["change"]["stale"])

    def test_a_draft_of_a_revision_that_its_author_has_seen_overwrites_nothing_unseen(self):
        self.confirmed([{"op": "create", "object": "host:+0"},
                        {"op": "set", "object": "host:+0", "field": "name", "value": "web1"}])
        seen = self.api.get("/status")["revision"]
        self.confirmed([{"op": "set", "object": "host:web1", "field": "name", "value": "web3"}])
        body = {"title": "late", "base_revision": seen,
                "edits": [{"op": "set", "object": "host:web1", "field": "name", "value": "web2"}]}
        late = self.api.post("/changes", body)
        self.assertEqual((late["base_revision"], late["stale"]), (seen, True))
        refused = self.refused(409, "stale-draft", self.api.post, f"/changes/{late['id']}/submit", {"reason": "late"})
        self.assertEqual([one["theirs"] for one in refused["conflicts"]], ["web3"])
        for wrong in (self.api.get("/status")["revision"] + 1, 0, "1"):
            problem = self.refused(422, "bad-value", self.api.post, "/changes", {**body, "base_revision": wrong})
            self.assertEqual(problem["pointer"], "/base_revision")
        self.assertFalse(self.api.post("/changes", {**body, "edits": [], "base_revision": None})["stale"])

    def test_a_merge_after_a_restart_lists_what_others_have_changed(self):
        self.confirmed([{"op": "create", "object": "host:+0"},
                        {"op": "set", "object": "host:+0", "field": "name", "value": "web1"}])
        slow = self.draft([{"op": "set", "object": "host:web1", "field": "name", "value": "web2"}])
        self.confirmed([{"op": "set", "object": "host:web1", "field": "name", "value": "web3"}])
        self.server.stop()
        self.server.start()
        self.api.login()
        self.api.until("/status", lambda status: status["ready"])
        merged = self.api.post(f"/changes/{slow['id']}/merge", {"version": slow["version"]})
        self.assertEqual([(one["theirs"], one["ours"]) for one in merged["conflicts"]], [("web3", "web2")])
        self.assertEqual(merged["change"]["edits"], [])
        self.assertFalse(merged["change"]["stale"])

    def test_a_document_becomes_a_draft(self):
        made = self.api.post("/document/plan?title=hosts",
                             {"format": 1, "hosts": [{"name": "web1", "nodes": [HOST]}]})
        self.assertEqual((made["title"], made["state"]), ("hosts", "open"))
        wrong = self.refused(422, "bad-value", self.api.post, "/document/plan",
                             {"format": 1, "hosts": [{"name": "web1", "site": "nowhere"}]})
        self.assertEqual(wrong["pointer"], "/hosts/0/site")
        self.assertEqual(self.api.get("/document?kinds=hosts")["hosts"], [])

    def test_a_server_that_is_killed_goes_on_with_what_it_stored(self):
        for round_number in range(3):
            made = self.submitted(zoning(f"node:{HOST}", f"node:{DISK}", name=f"zone{round_number}"))
            try:
                self.api.post(f"/changes/{made['id']}/commit", {"version": made["version"]})
                if round_number == 2:
                    self.api.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
            finally:
                self.server.process.kill()
            self.server.start()
            self.api.login()
            self.api.until("/status", lambda status: status["ready"])
            # The first part was stored, so it is done to its end.
            ended = self.api.until(f"/changes/{made['id']}", lambda change: change["state"] == "confirming")
            self.assertEqual(self.seen_targets(), [DISK])
            self.api.post(f"/changes/{ended['id']}/rollback", {"reason": "next round"})
            self.api.until("/domains", lambda domains: not domains["items"])
            self.assertEqual(self.seen_targets(), [])

    def program(self, *words):
        """The server's program on its database."""
        status, said = run([self.server.program, "--config", self.server.configure(), *words])
        self.assertEqual(status, 0, said)

    def test_a_window_that_an_older_database_brings_back_begins_anew_and_the_log_names_it(self):
        made = self.committed(zoning(f"node:{HOST}", f"node:{DISK}"))
        self.program("backup", f"{self.folder}/backup.db")
        self.api.post(f"/changes/{made['id']}/confirm")
        self.server.stop()
        self.program("restore", f"{self.folder}/backup.db")
        self.server.start()
        self.server.process.expect(rf'"id":"ISNS-1545"[^\n]*"event":"change-begun-anew"[^\n]*"change":{made["id"]},'
                                   r'"why":"Its confirm window begins anew, as an older database was put back')
        self.api.login()
        self.api.until("/status", lambda status: status["ready"])
        again = self.api.get(f"/changes/{made['id']}")
        self.assertEqual(again["state"], "confirming")
        self.assertGreaterEqual(again["confirm_deadline"], made["confirm_deadline"])
        self.assertEqual(self.seen_targets(), [DISK])
        # After each restore once.
        self.server.stop()
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        self.assertNotIn("ISNS-1545", self.server.process.output())

    def test_what_ended_and_what_changed_last_is_known_after_a_kill(self):
        later = Isnsadm(self, LATER)
        later.register("entity=later", "initiator", "portal=127.0.0.13:860/tcp")
        self.confirmed(zoning(f"node:{HOST}", f"node:{DISK}"))
        self.confirmed(alias(LATER, "not zoned"))
        [domain_set] = self.api.get("/domain-sets")["items"]
        self.confirmed([{"op": "set", "object": domain_set["ref"], "field": "name", "value": "renamed"}])
        self.host.deregister("eid=host1")
        later.deregister("eid=later")

        def facts():
            objects = self.api.get("/snapshot")["objects"]
            items = {kind: {one["name"]: one for one in objects[kind]} for kind in ("nodes", "domains", "domain-sets")}
            return ({name: node["last_seen"] for name, node in items["nodes"].items()},
                    {name: (one["created"], one["changed"]) for name, one in items["domains"].items()},
                    {name: (one["enabled_since"], one["changed"]) for name, one in items["domain-sets"].items()})

        self.api.until("/nodes", lambda nodes: sum(node["last_seen"] > 0 for node in nodes["items"]) == 2)
        before = facts()
        self.server.process.kill()
        self.server.start()
        self.api.login()
        self.api.until("/status", lambda status: status["ready"])
        self.assertEqual(facts(), before)
        enabled, changed = before[2]["renamed"]
        self.assertLess(enabled, changed)

    def test_the_past_is_read_over_restarts(self):
        self.host.deregister("eid=host1")
        # In the next process the disk has the number that the host had in this one.
        self.server.stop()
        self.server.start()
        self.api.login()
        self.api.until("/status", lambda status: status["ready"])
        made = self.committed(zoning(f"node:{DISK}"))
        self.server.stop()
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        self.api.login()
        nodes = {node["name"]: node for node in self.api.get(f"/nodes?revision={made['revision']}")["items"]}
        domain = self.api.get(f"/domains?revision={made['revision']}")["items"][0]
        self.assertEqual(nodes[DISK]["id"], self.api.get("/nodes")["items"][0]["id"])
        self.assertEqual(domain["nodes"], [f"node:{DISK}"])
        self.assertIsNone(nodes[HOST]["entity"])

    def test_what_changed_is_told_over_a_restart_by_revision_and_by_time(self):
        before = self.api.get("/status")["revision"]
        made = self.confirmed(zoning(f"node:{HOST}", f"node:{DISK}"))
        diff = self.api.get(f"/diff?from={before}")
        told = self.api.get(f"/changes/{made['id']}/diff")
        impact = self.api.get(f"/changes/{made['id']}/impact")
        self.assertIn("domain:zone1", [one["object"] for one in told["objects"]])
        self.server.stop()
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        self.assertEqual(self.api.get(f"/diff?from={before}&to={diff['to']}"), diff)
        self.assertEqual(self.api.get(f"/changes/{made['id']}/diff"), told)
        self.assertEqual(self.api.get(f"/changes/{made['id']}/impact"), impact)
        # By time: the store is given times that lie apart.
        revision = made["revision"]
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:
            store.execute("update change set time = ? where revision < ?", (1_700_000_000, revision))
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        self.assertEqual(self.api.get("/domains?revision=2023-11-15T00:00:00Z")["items"], [])
        self.assertEqual(self.api.get("/domains?revision=2033-11-15T00:00:00Z")["items"][0]["name"], "zone1")
        self.assertEqual(self.api.get("/diff?from=2023-11-15T00:00:00Z")["from"], revision - 1)
        with self.assertRaises(Refused) as refused:
            self.api.get("/domains?revision=2020-01-01T00:00:00Z")
        self.assertEqual(refused.exception.problem["code"], "revision-gone")
        with self.assertRaises(Refused) as refused:
            self.api.get("/domains?revision=yesterday")
        self.assertEqual(refused.exception.problem["code"], "bad-parameter")

    def test_what_an_old_change_set_did_is_told_by_its_record_when_its_row_is_gone(self):
        made = self.confirmed(zoning(f"node:{HOST}", f"node:{DISK}"))
        path = f"/changes/{made['id']}"
        diff, impact = self.api.get(path + "/diff"), self.api.get(path + "/impact")
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:  # as a thousand newer ones do
            store.execute("delete from change_draft where id = ?", (made["id"],))
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        told = self.api.get(path)
        self.assertEqual((told["version"], told["revision"]), (0, made["revision"]))
        self.assertIn("domain:zone1", [one["object"] for one in self.api.get(path + "/diff")["objects"]])
        self.assertEqual(self.api.get(path + "/diff"), diff)
        self.assertEqual(self.api.get(path + "/impact"), impact)

    def test_the_upgrade_tells_the_records_of_change_sets_what_their_rows_know_of_domains(self):
        made = self.confirmed(zoning(f"node:{HOST}", f"node:{DISK}"))
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:  # as version 17 was
            for table, columns in (("change_draft", ("anew", "anew_at")),
                                   ("san_change_set", ("zoned", "outside_windows", "freezes"))):
                for column in columns:
                    store.execute(f"alter table {table} drop column {column}")
            store.execute("update meta set value = 17 where name = 'schema_version'")
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        with sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True) as store:
            self.assertEqual(store.execute("select id, zoned from san_change_set").fetchall(),
                             [(made["id"], made["revision"])])

    def test_a_past_revision_has_the_policy_that_held_then(self):
        def policy(revision=None):
            at = "" if revision is None else f"?revision={revision}"
            return ([one["default_domain"] for one in self.api.get(f"/settings{at}")["items"]] or [False])[0]

        def restarted(**more):
            self.server.stop()
            self.server.more = {key.replace("__", "."): value for key, value in more.items()}
            self.server.start()
            self.api.until("/status", lambda status: status["ready"])
            self.api.until("/settings", lambda _: policy() == bool(more))  # it is noted with the first commit
            return self.api.get("/status")["revision"]

        off = self.api.get("/status")["revision"]
        on = restarted(registry__default_domain=True)
        again = restarted(registry__default_domain=True)
        self.assertEqual([policy(off), policy(on), policy(again)], [False, True, True])
        restarted()
        self.assertEqual([policy(off), policy(on), policy(again)], [False, True, True])

    def test_the_past_that_is_left_is_read_when_the_history_was_pruned(self):
        first = self.confirmed(zoning(f"node:{HOST}", f"node:{DISK}"))["revision"]
        second = self.confirmed(zoning(f"node:{DISK}", name="zone2"))["revision"]
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:
            store.execute("update change set time = time - 10 * 86400 where revision <= ?", (first,))
        self.server.more["store.history_days"] = 5
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        self.api.until("/audit?event=history.trimmed", lambda told: told["items"])
        self.server.stop()
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        domains = lambda revision: [one["name"] for one in self.api.get(f"/domains?revision={revision}")["items"]]
        self.assertEqual(domains(first), ["zone1"])
        self.assertEqual(domains(second), ["zone1", "zone2"])
        problem = self.refused(410, "revision-gone", self.api.get, f"/domains?revision={first - 1}")
        self.assertEqual(problem["detail"], f"The history is whole since revision {first}.")

    def test_past_findings_are_judged_by_their_own_time(self):
        self.confirmed(zoning(f"node:{HOST}"))
        rule = self.api.get("/findings")["findings"][0]["rule"]
        made = self.confirmed([{"op": "create", "object": "waiver:+0"},
                               {"op": "set", "object": "waiver:+0", "field": "rule", "value": rule},
                               {"op": "set", "object": "waiver:+0", "field": "reason", "value": "known"},
                               {"op": "set", "object": "waiver:+0", "field": "expires", "value": 4_000_000_000}])
        told = self.api.get("/audit?event=finding.waived")["items"]
        self.assertEqual([(one["object"], one["reason"], one["details"]) for one in told],
                         [("waiver:#1", "known", {"rule": rule, "until": "4000000000"})])
        past = made["revision"] + 1
        self.confirmed(zoning(f"node:{DISK}", name="zone2"))
        self.assertEqual(len(self.api.get("/audit?event=finding.waived")["items"]), 1, "told again by another change set")
        listed = lambda at="": rule in [one["rule"] for one in self.api.get(f"/findings{at}")["findings"]]
        self.assertFalse(listed())
        self.assertFalse(listed(f"?revision={past}"))
        # As if that revision had been made when the waiver was over.
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:
            store.execute("update change set time = ? where revision = ?", (4_100_000_000, past))
        self.server.start()
        self.api.until("/status", lambda status: status["ready"])
        self.assertTrue(listed(f"?revision={past}"))
        self.assertFalse(listed())

    def test_the_present_reach_is_approved_as_it_is(self):
        with self.assertRaises(Refused) as refused:
            self.api.post("/baseline", {})
        self.assertEqual(refused.exception.problem["pointer"], "/reason")
        made = self.api.post("/baseline", {"reason": "reviewed"})
        self.assertEqual((made["state"], made["origin"], made["reason"]), ("confirmed", "baseline", "reviewed"))
        self.assertEqual(self.audited()[-1][:2], ("change.approve", f"change-set:#{made['id']}"))


if __name__ == "__main__":
    case.main("isnsadm")
