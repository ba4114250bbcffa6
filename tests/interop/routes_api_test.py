#!/usr/bin/env python3
"""The routes of change sets, agents, keys and credentials, each answered and refused once: their shapes. What becomes of a
SAN by them is in change_api_test.py, the agent_*_test.py and chap_test.py.
"""

from lib.api_case import DISK, HOST, ApiTest, run
from lib.edits import alias, set_field, zoning
from lib.test_agent import Agent


class Changes(ApiTest):
    """Each route of change sets; what becomes of a SAN by them is in change_api_test.py."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, "naa.6001")

    @staticmethod
    def zone(name):
        """A zone of the host and the disk, and a map of the unit."""
        return zoning(f"node:{HOST}", f"node:{DISK}", name=name) + [
            {"op": "create", "object": "map:+0"}, set_field("map:+0", "who", f"node:{HOST}"),
            set_field("map:+0", "target", f"node:{DISK}"), set_field("map:+0", "unit", "logical-unit:naa.6001")]

    def made(self, edits, title="of a test"):
        answer = self.api.call("POST", "/changes", {"title": title, "edits": edits})
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def submitted(self, edits):
        made = self.made(edits)
        return self.api.call("POST", f"/changes/{made['id']}/submit", {"version": made["version"], "reason": "a test", "ticket": "T-1"}).json

    def test_one_that_is_edited_looked_at_and_discarded(self):
        made = self.made(self.zone("a"))
        path = f"/changes/{made['id']}"
        self.refusal("bad-value", self.api.call("PATCH", path, {"version": 1, "append": [], "drop": []}))
        edited = self.api.call("PATCH", path, {"version": 1, "append": alias(DISK, "x"), "title": "better"}).json
        self.assertEqual((edited["version"], edited["edit_count"]), (2, 13))
        self.refusal("old-version", self.api.call("PATCH", path, {"version": 1, "drop": [0]}))
        self.assertEqual(self.api.call("PATCH", path, {"version": 2, "drop": [12]}).json["edit_count"], 12)
        self.assertIn("created", [change["fate"] for change in self.api.get(path + "/diff").json["objects"]])
        impact = self.api.get(path + "/impact").json
        self.assertEqual(impact["cells"], {"gained": 1, "lost": 0, "rights": 0})
        self.assertTrue(impact["listed"] and impact["hosts"] and impact["units"] and impact["sentences"])
        self.assertEqual(self.api.call("POST", path + "/merge", {"version": 3}).json["conflicts"], [])
        self.assertIn(made["id"], [change["id"] for change in self.api.get("/changes", state="open").json["items"]])
        self.refusal("bad-parameter", self.api.get("/changes", state="asleep"))
        self.assertEqual(self.api.call("DELETE", path).status, 204)
        self.refusal("wrong-state", self.api.call("DELETE", path))

    def test_what_others_have_changed_is_merged(self):
        mine = self.made(alias(DISK, "mine"))
        self.server.committed(alias(DISK, "theirs"))
        answer = self.refusal("stale-draft", self.api.call("POST", f"/changes/{mine['id']}/submit", {"version": 1, "reason": "r"}))
        self.assertTrue(answer.json["conflicts"])
        merged = self.api.call("POST", f"/changes/{mine['id']}/merge", {"version": 1}).json
        self.assertEqual((merged["conflicts"][0]["theirs"], merged["conflicts"][0]["ours"]), ("theirs", "mine"))

    def test_one_that_is_sent_back_approved_committed_and_taken_back(self):
        sent = self.submitted(self.zone("b"))
        path = f"/changes/{sent['id']}"
        back = self.api.call("POST", path + "/reject", {"version": sent["version"], "reason": "not yet"})
        self.assertEqual(back.json["state"], "open")
        sent = self.api.call("POST", path + "/submit", {"version": back.json["version"], "reason": "now", "ticket": "T-1"}).json
        seen = self.api.get(path + "/impact").json["hash"]
        self.refusal("approval-needed", self.api.call("POST", path + "/approve", {"version": sent["version"], "hash": "x"}))
        good = self.api.call("POST", path + "/approve", {"version": sent["version"], "hash": seen})
        self.assertEqual(good.json["state"], "approved")
        self.assertEqual(self.api.call("POST", path + "/commit", {"version": good.json["version"]}).status, 200)
        self.server.until(path, lambda change: change["state"] == "confirming")
        self.assertEqual(self.api.call("POST", path + "/confirm").json["state"], "confirmed")
        self.assertEqual(self.api.get(path + "/impact").json["cells"]["gained"], 1)
        undo = self.api.call("POST", path + "/rollback", {"reason": "wrong host"})
        self.assertEqual((undo.status, undo.json["undoes"]), (201, sent["id"]))
        self.refusal("wrong-state", self.api.call("POST", path + "/confirm"))
        self.refusal("wrong-state", self.api.call("POST", path + "/commit", {}))
        self.refusal("bad-value", self.api.call("POST", path + "/rollback", {"version": 9, "reason": ""}))
        self.refusal("bad-value", self.api.call("POST", "/baseline", {}))
        baseline = self.api.call("POST", "/baseline", {"reason": "reviewed"})
        self.assertEqual((baseline.status, baseline.json["state"]), (200, "confirmed"))

    def test_those_that_are_not_there(self):
        for method, path, body in (("GET", "", None), ("GET", "/diff", None), ("GET", "/impact", None), ("POST", "/merge", {}),
                                   ("POST", "/reject", {"reason": "r"}), ("POST", "/submit", {"reason": "r"})):
            self.refusal("no-such-object", self.api.call(method, "/changes/999" + path, body))
        self.refusal("bad-value", self.api.call("POST", "/changes", {"title": "t", "edits": "none"}))

    def test_documents(self):
        document = self.api.get("/document", kinds="nodes,domains").json
        self.assertEqual(sorted(document), ["domains", "format", "nodes"])
        self.refusal("bad-parameter", self.api.get("/document", kinds="unicorns"))
        planned = self.api.call("POST", "/document/plan", {"format": 1, "nodes": [{"name": HOST, "alias": "web"}]}, {"title": "planned"})
        self.assertEqual((planned.status, planned.json["edit_count"]), (201, 1))
        wrong = self.refusal("bad-value", self.api.call("POST", "/document/plan", {"format": 1, "nodes": [{"name": HOST, "wings": 2}]}))
        self.assertTrue(wrong.json["errors"])


class Agents(ApiTest):
    def test_an_agent_from_its_invitation_to_its_end(self):
        self.server.register()
        for body in ({}, {"agent": "a", "entity": "array", "nodes": [7]}):
            self.refusal("bad-value", self.api.call("POST", "/agents/invitations", body))
        self.refusal("token-ended", self.api.call("POST", "/agent/enrol", {"token": "x", "csr": "y"}, token=None))
        invitation = self.api.call("POST", "/agents/invitations", {"agent": "storage1", "entity": "array", "nodes": [DISK]})
        agent = Agent(self.api.port, self.server.folder, "storage1")
        unreadable = {"token": invitation.json["token"], "csr": "y"}  # the token is not used up by it
        self.refusal("bad-value", self.api.call("POST", "/agent/enrol", unreadable, token=None))
        enrolled = self.api.call("POST", "/agent/enrol", {"token": invitation.json["token"], "csr": agent.request()}, token=None)
        agent.keep(enrolled.json)
        desired = self.api.as_agent(agent, "GET", "/agent/desired")
        self.assertTrue(desired.json["changed"] and desired.json["targets"][0]["initiators"] == [])
        same = self.api.as_agent(agent, "GET", f"/agent/desired?since={desired.json['revision']}")
        self.assertFalse(same.json["changed"])
        report = {"sequence": 1, "full": True, "sessions": [], "units": [{"designator": "naa.6001", "bytes": 1, "paths": [{"target": DISK, "lun": 0}]}],
                  "targets": [{"target": DISK, "desired": desired.json["revision"], "applied_at": 1, "enforcement": "list", "chap": "none",
                               "admitted": [HOST, "iqn.2026-01.example:unknown"], "maps": [{"initiator": HOST, "unit": "naa.6001", "lun": 0, "right": "read-only"}]}],
                  "refused_logins": [{"initiator": HOST, "target": DISK, "reason": "chap", "at": 1}]}
        taken = self.api.as_agent(agent, "POST", "/agent/report", report)
        self.assertEqual((taken.json["taken"], taken.json["unknown"]), (True, ["iqn.2026-01.example:unknown"]))
        self.refusal("bad-value", self.api.as_agent(agent, "POST", "/agent/report", report | {"sequence": 2, "wings": 2}))
        self.refusal("bad-parameter", self.api.as_agent(agent, "GET", "/agent/desired?wait=soon"))
        self.refusal("bad-value", self.api.as_agent(agent, "POST", "/agent/renew", {}))
        self.assertEqual(self.api.as_agent(agent, "POST", "/agent/renew", {"csr": agent.request()}).status, 200)
        self.refusal("bad-value", self.api.call("POST", "/agents/storage1/revoke", {}))
        self.assertTrue(self.api.call("POST", "/agents/storage1/revoke", {"reason": "it is gone"}).json["revoked"])
        self.refusal("certificate-refused", self.api.as_agent(agent, "GET", "/agent/desired"))
        agent.close()


class Keys(ApiTest):
    def test_authorities_and_sealing_keys_are_shown_and_changed(self):
        (root,) = self.api.get("/keys").json["authorities"]
        self.assertTrue(root["current"])
        answer = self.api.call("POST", "/keys/authority", {"reason": "a test", "overlap_days": 1})
        self.assertEqual([one["current"] for one in answer.json["authorities"]], [True, False])
        self.assertEqual(self.api.call("POST", "/keys/authority/disown", {"reason": "a test"}).status, 200)
        self.refusal("limit-reached", self.api.call("POST", "/keys/authority/disown", {"reason": "a test"}))
        seals = self.api.call("POST", "/keys/sealing", {"reason": "a test"}).json["sealing_keys"]
        self.assertTrue(seals[-1]["current"])
        signer = self.api.get("/keys").json["log_key"]["fingerprint"]
        answer = self.api.call("POST", "/keys/log", {"reason": "a test"})
        self.assertEqual(answer.status, 200, answer.body)
        self.assertNotEqual(answer.json["log_key"]["fingerprint"], signer)
        self.assertEqual(self.api.call("POST", "/keys/clock", {"reason": "a test"}).status, 200)
        self.assertEqual(self.audit("clock.accepted")[-1]["reason"], "a test")

    def test_keys_are_not_changed_without_a_reason_nor_without_the_right(self):
        for path in ("/keys/authority", "/keys/authority/disown", "/keys/sealing", "/keys/log", "/keys/clock"):
            self.assertEqual(self.refusal("bad-value", self.api.call("POST", path, {"reason": ""})).json["pointer"], "/reason")
        self.assertEqual(self.refusal("bad-value", self.api.call("POST", "/keys/authority", {"reason": "x", "overlap_days": 9999}))
                         .json["pointer"], "/overlap_days")
        self.added("kay", "viewer", password="a long password of hers")
        kay = self.api.login("kay", "a long password of hers")
        self.refusal("right-missing", self.api.call("GET", "/keys", token=kay))
        self.refusal("right-missing", self.api.call("POST", "/keys/log", {"reason": "mine"}, token=kay))


class Chap(ApiTest):
    """The shapes of credentials; what becomes of them is in chap_test.py."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.register()
        cls.server.reports("storage1", "array", DISK, "naa.6000000000000001")
        cls.made = cls.api.call("POST", "/chap", {"initiator": HOST, "target": DISK})

    def rotations(self, **body):
        return self.api.call("POST", "/chap/rotations", body)

    def test_a_credential_is_made_listed_shown_and_rotated(self):
        self.assertEqual(self.made.status, 201, self.made.body)
        number = self.made.json["credential"]["id"]
        self.assertEqual([one["id"] for one in self.api.get("/chap").json["items"]], [number])
        self.assertEqual(self.api.get(f"/chap/{number}").json["initiator"], self.made.json["credential"]["initiator"])
        self.added("olga", "credential-officer", password="a long password of hers")
        officer = self.api.login("olga", "a long password of hers")
        why = {"end": "initiator", "reason": "typed at the host by hand"}
        self.refusal("right-missing", self.api.call("POST", f"/chap/{number}/reveal", why))
        self.assertEqual(self.api.call("POST", f"/chap/{number}/reveal", why, token=officer).json["node"], HOST)
        step = {"action": "rotate", "reason": "a test"}
        self.assertEqual(self.api.call("POST", f"/chap/{number}/rotate", step).json["next_version"], 2)
        self.assertEqual(self.api.call("POST", f"/chap/{number}/rotate", step | {"action": "cancel"}).status, 200)
        batch = self.rotations(older_than=0, at_once=1, reason="a test").json
        self.assertEqual(self.api.get(f"/chap/rotations/{batch['id']}").json["state"], "running")
        self.assertEqual(self.api.call("POST", f"/chap/rotations/{batch['id']}", {"action": "pause"}).json["state"], "paused")
        self.assertEqual(len(self.api.get("/chap/rotations").json["items"]), 1)

    def test_what_is_wrong_with_them_is_said(self):
        self.refusal("bad-filter", self.api.get("/chap", filter="initiator:("))
        self.refusal("no-such-object", self.api.get("/chap/99"))
        self.refusal("bad-value", self.api.call("POST", "/chap", {"initiator": 7}))
        self.refusal("no-such-object", self.api.call("POST", "/chap/99/rotate", {"action": "rotate", "reason": "r"}))
        self.refusal("bad-value", self.rotations(reason="all of them"))
        self.refusal("no-such-object", self.api.get("/chap/rotations/99"))
        self.refusal("no-such-object", self.api.call("POST", "/chap/rotations/99", {"action": "pause"}))
        self.added("vic", "viewer", password="a long password of his")
        self.refusal("right-missing", self.api.call("POST", "/chap", {}, token=self.api.login("vic", "a long password of his")))
        self.refusal("login-needed", self.api.call("GET", "/chap/rotations", token=None))


if __name__ == "__main__":
    run()
