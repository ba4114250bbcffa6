#!/usr/bin/env python3
"""What an agent reports and what becomes of it: reach, sessions, sequence numbers, refusals; and that reports and change sets
of the same objects do not undo each other.
"""

import concurrent.futures
import json
import random
import threading
import time

from lib import case, pdu
from lib.agent_case import DISK, HOST, UNIT, AgentApiTest, registration
from lib.process import eventually

OTHER = "iqn.2024-01.org.example:host2"


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

    def first_event(self, since):
        """(id, name, data) of what a stream tells first; a comment has no name."""
        listener = self.https()
        listener.send("GET", f"/events?since={since}", token=self.token)
        stream = listener.stream()
        told = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(": ")
            told[name] = value
        listener.close()
        return told["id"], told.get("event"), json.loads(told.get("data", "null"))

    def test_sessions_that_came_and_went_meanwhile_are_told_to_who_comes_back(self):
        self.agent.report(**self.full(1))
        shown = self.ask("/snapshot")
        place = f"{shown['revision']}.{shown['state']}"
        self.assertEqual(self.first_event(place), (place, None, None))
        session = {"initiator": HOST, "target": DISK, "portal": "127.0.0.12:3260/tcp", "since": 100, "proof": "claimed-name",
                   "path": "optimized", "connections": 1, "units": [UNIT]}
        self.assertTrue(self.agent.report(sessions=[session])[1]["taken"])
        later, event, data = self.first_event(place)
        self.assertEqual((event, data["from"], data["from_state"], data["revision"]),
                         ("change", shown["revision"], shown["state"], shown["revision"]))
        self.assertEqual(later, f"{data['revision']}.{data['state']}")
        (change,) = [one for one in data["diff"]["objects"] if one["object"].startswith("session:")]
        self.assertEqual(change["fate"], "created")
        self.assertTrue(self.agent.report(sessions=[])[1]["taken"])
        _, _, data = self.first_event(later)
        self.assertEqual([one["fate"] for one in data["diff"]["objects"] if one["object"].startswith("session:")], ["erased"])
        # By the revision alone, as older clients ask, that is not told; of what another start had there is a gap.
        self.assertEqual(self.first_event(shown["revision"])[1], None)
        self.assertEqual(self.first_event(f"{shown['revision']}.{shown['state'] - 1000000}")[1], "gap")
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        self.assertEqual(self.first_event(later)[1], "gap")

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
        eventually(lambda: "agent.gap" in self.audit(), "it is recorded")
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

    def since(self):
        """Since when the host is let in and given the unit, by the proof, and in the snapshot since when each is let in."""
        path = self.cell("/why")["paths"][0]
        (applied,) = self.ask("/snapshot")["objects"]["applied-targets"]
        layers = {one["layer"]: one["since"] for one in path["layers"]}
        return layers["admitted"], layers["mapped"], dict(zip(applied["admitted"], applied["admitted_since"]))

    def test_since_when_a_host_has_access_outlives_other_hosts_and_restarts(self):
        self.agent.report(**self.full(1))
        admitted, mapped, each = self.since()
        self.assertEqual((admitted, mapped), (each[f"node:{HOST}"], each[f"node:{HOST}"]))
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("host2", "127.0.0.13", OTHER, pdu.INITIATOR))
        eventually(lambda: [one for one in self.ask("/nodes")["items"] if one["name"] == OTHER], "the model has it")
        more = self.full(2)
        more["targets"][0]["admitted"].append(OTHER)
        self.assertTrue(self.agent.report(**more)[1]["taken"])
        later, still, each = self.since()
        self.assertEqual((later, still), (admitted, mapped))
        self.assertGreater(each[f"node:{OTHER}"], admitted)
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        self.agent.move(self.port)
        self.assertEqual(self.since(), (admitted, mapped, each))
        more["targets"][0]["desired"] = 3
        self.assertTrue(self.agent.report(**more)[1]["taken"])
        self.assertEqual(self.since(), (admitted, mapped, each))

    def test_reports_of_several_agents_at_once_are_all_in_the_model_when_they_are_answered(self):
        """One that comes while another one's is being stored is not taken with that one."""
        agents = 4
        names = [f"iqn.2024-01.org.example:crowd{i}" for i in range(agents)]
        barrier = threading.Barrier(agents)

        def reports(agent, i):
            reader = self.https()
            unit = f"naa.60000000000001{i:02x}"
            for turn in range(25):
                size = (1 << 30) + 512 * turn
                barrier.wait(60)
                status, receipt = agent.report(full=turn == 0, targets=[], sessions=[], units=[
                    {"designator": unit, "bytes": size, "paths": [{"target": names[i], "lun": 1}]}])
                assert status == 200 and receipt["taken"], receipt
                found = [one for one in reader.ok("GET", "/logical-units", None, self.token)["items"]
                         if one["designator"] == unit]
                assert [one["bytes"] for one in found] == [size], (i, turn, found)

        made = []
        for i, name in enumerate(names):
            self.raw(name).ok(pdu.DEV_ATTR_REG, b"", registration(f"crowd{i}", f"127.0.0.{20 + i}", name, pdu.TARGET))
            made.append(self.enrolled(f"crowd{i}", f"crowd{i}", (name,)))
        with concurrent.futures.ThreadPoolExecutor(agents) as pool:
            running = [pool.submit(reports, agent, i) for i, agent in enumerate(made)]
            for one in running:
                one.add_done_callback(lambda done: barrier.abort() if done.exception() else None)
            for one in concurrent.futures.as_completed(running):
                one.result()

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
                # Until both were at it for a while, however slow this machine is.
                for turn in range(400):
                    self.rename(unit["ref"], f"disk {turn}")
                    self.assertEqual(self.ask("/logical-units")["items"][0]["name"], f"disk {turn}")
                    if turn >= 39 and len(sizes) > 12:
                        break
            finally:
                over.set()
            reports.result()
        (unit,) = self.ask("/logical-units")["items"]
        self.assertEqual((unit["name"], unit["bytes"]), (f"disk {turn}", sizes[-1]))
        self.assertGreater(len(sizes), 12, "reports and change sets were under way together")


if __name__ == "__main__":
    case.main("openssl")
