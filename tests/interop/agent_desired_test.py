#!/usr/bin/env python3
"""What the server tells an agent of the state that is desired, and when: at once, and of a change set in the order in which
access is given and taken.
"""

import concurrent.futures
import json
import time

from lib import case, pdu
from lib.agent_case import DISK, HOST, AgentApiTest, registration
from lib.edits import create, zoning
from lib.process import eventually

OTHER = "iqn.2024-01.org.example:host2"


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
        path = self.commit(zoning(f"node:{HOST}", f"node:{DISK}"))
        granted = agent.desired(before["revision"], 10)
        self.assertEqual([one["name"] for one in granted["targets"][0]["initiators"]], [HOST])
        self.assertEqual(self.members(), [], "the name server shows nothing yet")
        self.assertEqual(self.ask(path)["state"], "committing")
        began = time.monotonic()
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

    def test_what_others_do_between_the_parts_of_a_commit_is_none_of_it(self):
        self.register()
        agent = self.enrolled()
        eventually(lambda: agent.desired()["targets"], "the agent answers for its target")
        before = agent.desired()
        self.applied(agent, before, full=True)
        path = self.commit(zoning(f"node:{HOST}", f"node:{DISK}"))
        granted = agent.desired(before["revision"], 10)
        # A refusal is a record of its own, and a client registers another host.
        other = self.ask("/changes", "POST", {"title": "another", "edits": create("label", "PCI")})
        other = self.ask(f"/changes/{other['id']}/submit", "POST", {"version": other["version"], "reason": "for the test"})
        status, refused = self.admin.call("POST", f"/changes/{other['id']}/approve",
                                          {"version": other["version"], "hash": "0" * 64}, self.token)[:2]
        self.assertEqual((status, refused["refusal"]), (409, "impact-differs"), refused)
        eventually(lambda: self.records("access.refused"), "it is recorded")
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("host2", "127.0.0.13", OTHER, pdu.INITIATOR))
        eventually(lambda: [one for one in self.ask("/nodes")["items"] if one["name"] == OTHER], "the model has it")
        self.assertEqual(self.ask(path)["state"], "committing")
        self.assertEqual(self.members(), [], "the name server shows nothing yet")
        self.applied(agent, granted)
        eventually(lambda: self.ask(path)["state"] == "confirming", "the agent has answered")
        self.assertIn(f"node:{HOST}", self.members())
        for look in ("/diff", "/impact"):
            self.assertNotIn("host2", json.dumps(self.ask(path + look)))
        self.assertIn("zone1", json.dumps(self.ask(path + "/diff")))

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


if __name__ == "__main__":
    case.main("openssl")
