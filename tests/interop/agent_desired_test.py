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

OTHER = "iqn.2024-01.org.example:other"


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

    def others_act(self, path, other, number):
        """A refusal, which is a record of its own, and a client that registers another host. The members of all domains
        after that, while the change set waits for the agent; None where it has gone on.
        """
        status, refused = self.admin.call("POST", f"/changes/{other['id']}/approve",
                                          {"version": other["version"], "hash": "0" * 64}, self.token)[:2]
        self.assertEqual((status, refused["refusal"]), (409, "impact-differs"), refused)
        name = f"{OTHER}-{number}"
        self.raw(name).ok(pdu.DEV_ATTR_REG, b"", registration(f"other{number}", f"127.0.0.{40 + number}", name, pdu.INITIATOR))
        eventually(lambda: self.knows(name), "the model has it")
        eventually(lambda: self.records("access.refused"), "it is recorded, once in a minute")
        members = self.members()
        return members if self.ask(path)["state"] == "committing" else None

    def knows(self, name):
        return any(one["name"] == name for one in self.ask("/nodes")["items"])

    @staticmethod
    def let_in(desired):
        return [one["name"] for one in desired["targets"][0]["initiators"]]

    def answered(self, agent, path):
        self.applied(agent, agent.desired())
        eventually(lambda: self.ask(path)["state"] == "confirming", "the agent has answered")

    def test_what_others_do_between_the_parts_of_a_commit_is_none_of_it(self):
        """The server waits five seconds for the agent, and a busy machine needs longer for what is done meanwhile: then it
        is done once more, with another host."""
        self.register()
        agent = self.enrolled()
        eventually(lambda: agent.desired()["targets"], "the agent answers for its target")
        self.applied(agent, agent.desired(), full=True)
        other = self.ask("/changes", "POST", {"title": "another", "edits": create("label", "PCI")})
        other = self.ask(f"/changes/{other['id']}/submit", "POST", {"version": other["version"], "reason": "for the test"})
        for number in range(1, 6):
            host = f"{HOST}-{number}"
            self.raw(host).ok(pdu.DEV_ATTR_REG, b"", registration(f"first{number}", f"127.0.0.{20 + number}", host, pdu.INITIATOR))
            eventually(lambda name=host: self.knows(name), "the model has it")
            before = agent.desired()
            path = self.commit(zoning(f"node:{host}", f"node:{DISK}", name=f"zone{number}"))
            self.assertIn(host, self.let_in(agent.desired(before["revision"], 10)))
            between = self.others_act(path, other, number)
            if between is not None:
                self.assertNotIn(f"node:{host}", between, "the name server shows nothing yet")
                break
            self.answered(agent, path)
            self.ask(path + "/confirm", "POST")
        else:
            self.fail("the server never waited for the agent")
        self.answered(agent, path)
        self.assertIn(f"node:{host}", self.members())
        for look in ("/diff", "/impact"):
            self.assertNotIn(f"other{number}", json.dumps(self.ask(path + look)))
        self.assertIn(f"zone{number}", json.dumps(self.ask(path + "/diff")))

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


class Bound(AgentApiTest):
    """An agent takes 65,536 initiators of all its targets together (shared/san/desired_bounds.h)."""

    TARGETS = [f"{DISK}-{number}" for number in range(256)]
    HOSTS = [f"{HOST}-{number}" for number in range(257)]
    MOST = 65_536

    def register_all(self, eid, address, names, kind):
        more = b"".join(pdu.tlv(pdu.NAME, name) + pdu.tlv(pdu.NODE_TYPE, kind) for name in names[1:])
        self.raw(names[0]).ok(pdu.DEV_ATTR_REG, b"", registration(eid, address, names[0], kind) + more)

    @staticmethod
    def admitted(desired):
        return sum(len(one["initiators"]) for one in desired["targets"])

    def test_what_a_zone_of_the_wire_gives_beyond_it_is_left_out_and_told_until_there_is_room(self):
        self.register_all("disk1", "127.0.0.12", self.TARGETS, pdu.TARGET)
        self.register_all("hosts", "127.0.0.11", self.HOSTS, pdu.INITIATOR)
        agent = self.enrolled(nodes=self.TARGETS)
        eventually(lambda: len(agent.desired()["targets"]) == len(self.TARGETS), "the agent answers for its targets")
        zone = self.raw().zone("everything", *self.TARGETS, *self.HOSTS)
        eventually(lambda: self.admitted(agent.desired()) == self.MOST, "it is given what it takes")
        self.server.process.expect(r'"id":"ISNS-1550"[^\n]*"agent":"storage1"[^\n]*"without":"256 initiators"')
        # All of it is for the last host; of what is taken away there is room for it.
        self.raw().ok(pdu.DD_DEREG, pdu.tlv(pdu.DD_ID, zone), pdu.tlv(pdu.DD_NODE_NAME, self.HOSTS[0]))
        def is_let_in(name):
            return all(name in [one["name"] for one in target["initiators"]] for target in agent.desired()["targets"])
        eventually(lambda: is_let_in(self.HOSTS[-1]), "what was left out is given")
        self.assertFalse(is_let_in(self.HOSTS[0]))
        self.assertEqual(self.admitted(agent.desired()), self.MOST)


if __name__ == "__main__":
    case.main("openssl")
