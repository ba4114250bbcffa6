#!/usr/bin/env python3
"""CHAP credentials by the management API: who is given which secret, foreign ends, and that a secret is nowhere in clear but
where it must be. Rotation is in chap_rotation_test.py.
"""

import concurrent.futures
import json
import sqlite3

from lib import case, pdu
from lib.agent_case import DISK, HOST, UNIT, registration
from lib.chap_case import OTHER, PLANTED, PLANTED_DRAFT, PLANTED_MUTUAL, PLANTED_NEXT, SHORT, ChapTest
from lib.memory import memory_of
from lib.process import eventually
from lib.secret_scan import assert_not_in_files, assert_nowhere


class Making(ChapTest):
    def test_each_end_is_given_its_own_and_nobody_else_anything(self):
        self.enrol_host()
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("disk2", "127.0.0.13", OTHER, pdu.TARGET))
        stranger = self.enrolled("storage2", "disk2", (OTHER,))
        made = self.make(mutual=True)
        self.assertEqual((made["change_state"] in ("committing", "confirmed"), made["findings"]), (True, []))
        credential = made["credential"]
        self.assertEqual((credential["initiator"], credential["target"], credential["mutual"], credential["user_name"]),
                         (HOST, DISK, True, HOST))
        number = credential["id"]
        # The target first: an initiator that has it before would be refused.
        self.assertEqual(self.host_holds(), {})
        disk = self.disk_applies(number)
        host = self.host_applies(number)
        self.assertEqual(disk["accept"], host["answer"])
        self.assertEqual(disk["answer"], host["accept"])
        self.assertEqual(len(host["answer"][0]["secret"]), 32)
        self.assertNotEqual(host["answer"], host["accept"])
        self.assertEqual((host["mutual_user_name"], host["target"], host["prove"]), (DISK, DISK, False))
        eventually(lambda: [end["holds"] for end in self.chap(number)["ends"]] == ["yes", "yes"], "both ends hold it")
        secrets = (host["answer"][0]["secret"], host["accept"][0]["secret"])
        for secret in secrets:
            self.assertIn(secret, json.dumps(self.host.desired()))
        assert_nowhere(self, "what a stranger is told", json.dumps(stranger.desired()), secrets, "revision")
        # It took one change set, without a window for nobody's loss.
        eventually(lambda: self.ask(f"/changes/{made['change']}")["state"] == "confirmed", "it stands")
        self.assertIn("secret.created", self.audit())
        self.assertIn("secret.read", self.audit())

    def test_a_waiting_agent_is_woken(self):
        since = self.disk.desired()["revision"]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(self.disk.desired, since, 30)
            number = self.make()["credential"]["id"]
            news = waiting.result(timeout=25)
        self.assertEqual(news["targets"][0]["initiators"][0]["credentials"][0]["credential"], number)

    def test_what_is_wrong_is_pointed_at(self):
        same = self.refused(422, "bad-value", "POST", "/chap", {"initiator": HOST, "target": DISK, "mutual": True,
                                                               "secret": PLANTED, "mutual_secret": PLANTED})
        self.assertIn(same["pointer"], ("/secret", "/mutual_secret"))
        for body, pointer in (({"initiator": "iqn.2024-01.org.example:nobody"}, "/initiator"),
                              ({"initiator": HOST, "target": "nothing"}, "/target"),
                              ({"initiator": HOST, "mutual_secret": PLANTED}, "/mutual_secret"),
                              ({"initiator": HOST, "secret": "x" * 256}, "/secret"),
                              ({"initiator": HOST, "colour": "red"}, "/colour")):
            answer = self.refused(422, "bad-value", "POST", "/chap", body)
            self.assertEqual(answer["pointer"], pointer)
            self.assertNotIn(PLANTED, json.dumps(answer))
        weak = self.make(secret="password1234")
        self.assertIn("dictionary", weak["weaknesses"])
        self.assertTrue(weak["findings"])
        self.assertNotIn("password1234", json.dumps(weak))
        self.assertIn("dictionary", weak["credential"]["weaknesses"])
        again = self.refused(422, "bad-value", "POST", "/chap", {"initiator": HOST, "target": DISK})
        self.assertIn("already", again["detail"])

    def test_by_a_draft(self):
        draft = self.ask("/changes", "POST", {"title": "two things", "edits": []})
        made = self.make(draft=draft["id"], secret=PLANTED_DRAFT)
        self.assertEqual((made["credential"], made["change_version"]), (None, 2))
        self.assertEqual(self.ask("/chap")["items"], [])
        shown = self.ask(f"/changes/{draft['id']}")
        self.assertNotIn(PLANTED_DRAFT, json.dumps(shown))
        self.assertEqual(len(self.rows("pending_secret")), 1)
        self.ask(f"/changes/{draft['id']}", "DELETE")
        eventually(lambda: not self.rows("pending_secret"), "the secret goes with its draft")
        # And one that is committed.
        draft = self.ask("/changes", "POST", {"title": "again", "edits": []})
        made = self.make(draft=draft["id"], secret=PLANTED_DRAFT)
        path = f"/changes/{draft['id']}"
        sent = self.ask(path + "/submit", "POST", {"version": made["change_version"], "reason": "it is needed"})
        self.ask(path + "/commit", "POST", {"version": sent["version"]})
        number = eventually(lambda: self.ask("/chap")["items"], "it is in force")[0]["id"]
        self.assertEqual(self.disk_applies(number)["accept"], [{"version": 1, "secret": PLANTED_DRAFT}])
        self.assertEqual(self.rows("pending_secret"), [])

    def test_a_secret_that_was_withdrawn_from_a_draft_is_not_put_in_force(self):
        draft = self.ask("/changes", "POST", {"title": "x", "edits": []})
        path = f"/changes/{draft['id']}"
        made = self.make(draft=draft["id"], secret=PLANTED_DRAFT)
        again = self.refused(422, "bad-value", "POST", "/chap", {"initiator": HOST, "target": DISK, "secret": PLANTED_NEXT,
                                                                "draft": draft["id"]})
        self.assertIn("already", again["detail"])
        self.assertEqual(len(self.rows("pending_secret")), 1, "what was refused leaves nothing, and takes nothing away")
        version = made["change_version"]
        for secret in (PLANTED, None):
            edits = len(self.ask(path)["edits"])
            self.ask(path, "PATCH", {"version": version, "drop": list(range(edits))})
            self.assertEqual(self.rows("pending_secret"), [])
            made = self.make(draft=draft["id"], **({"secret": secret} if secret else {}))
            version = made["change_version"]
            self.assertEqual(len(self.rows("pending_secret")), 1 if secret else 0)
        sent = self.ask(path + "/submit", "POST", {"version": version, "reason": "it is needed"})
        self.assertEqual(self.commit(path, sent["version"])[0], 200)
        number = eventually(lambda: self.ask("/chap")["items"], "it is in force")[0]["id"]
        self.assertNotIn(self.disk_applies(number)["accept"][0]["secret"], (PLANTED, PLANTED_DRAFT, PLANTED_NEXT))

    def test_a_secret_that_an_older_version_left_with_a_draft_is_gone_after_the_upgrade(self):
        draft = self.ask("/changes", "POST", {"title": "x", "edits": []})
        path = f"/changes/{draft['id']}"
        made = self.make(draft=draft["id"], secret=PLANTED_DRAFT)
        edits = self.ask(path)["edits"]
        left = self.rows("pending_secret")
        self.ask(path, "PATCH", {"version": made["change_version"], "drop": list(range(len(edits)))})
        self.assertEqual(self.rows("pending_secret"), [])
        self.server.stop()
        with sqlite3.connect(f"{self.folder}/registry.db") as store:
            store.execute(f"INSERT INTO pending_secret VALUES ({', '.join('?' * len(left[0]))})", left[0])
        self.server.start()
        eventually(lambda: not self.rows("pending_secret"), "no edit of the draft makes its credential")

    def settings(self, **fields):
        edits = [{"op": "create", "object": "settings:#1"}] * (not self.ask("/settings")["items"])
        edits += [{"op": "set", "object": "settings:#1", "field": name, "value": value}
                  for name, value in fields.items()]
        self.committed(edits)

    def commit(self, path, version):
        """When no other change set is told to targets any more."""
        said = {}

        def free():
            said["answer"] = self.admin.call("POST", path + "/commit", {"version": version}, self.token)
            return said["answer"][0] != 503
        eventually(free, "it is its turn")
        return said["answer"][:2]

    def committed(self, edits, confirm=True):
        draft = self.ask("/changes", "POST", {"title": "x", "edits": edits})
        path = f"/changes/{draft['id']}"
        sent = self.ask(path + "/submit", "POST", {"version": draft["version"], "reason": "test"})
        status, answer = self.commit(path, sent["version"])
        if status == 200 and confirm:
            eventually(lambda: self.ask(path)["state"] in ("confirming", "confirmed"), "it is carried out")
            if self.ask(path)["state"] == "confirming":
                self.ask(path + "/confirm", "POST")
        return status, answer

    def test_where_approval_is_needed_it_waits_for_it(self):
        self.settings(approval_needed=True)
        status, answer, _ = self.admin.call("POST", "/chap", {"initiator": HOST, "target": DISK, "secret": PLANTED},
                                            self.token)
        self.assertEqual((status, answer["change_state"], answer["credential"]), (202, "submitted", None))
        self.assertEqual(self.ask("/chap")["items"], [])

    def test_where_approval_is_needed_an_exception_waits_with_it(self):
        self.ask("/chap", "POST", {"initiator": HOST})
        self.settings(approval_needed=True)
        # The host has no agent, so the guard supersedes-credential asks for a reason.
        status, made, _ = self.admin.call("POST", "/chap", {"initiator": HOST, "target": DISK,
                                                            "exception": "it is typed in now"}, self.token)
        self.assertEqual(status, 202, made)
        change = f"/changes/{made['change']}"
        self.assertEqual((made["change_state"], self.ask(change)["exception"]), ("submitted", "it is typed in now"))
        approved = self.ask(change + "/approve", "POST", {})
        status, answer = self.commit(change, approved["version"])
        self.assertEqual(status, 200, answer)

    def test_a_demand_without_a_credential_is_refused(self):
        self.committed([{"op": "create", "object": "map:+0"},
                        {"op": "set", "object": "map:+0", "field": "who", "value": f"node:{HOST}"},
                        {"op": "set", "object": "map:+0", "field": "target", "value": f"node:{DISK}"},
                        {"op": "set", "object": "map:+0", "field": "unit", "value": f"logical-unit:{UNIT}"},
                        {"op": "set", "object": "map:+0", "field": "lun", "value": 1}])
        demand = [{"op": "set", "object": f"node:{DISK}", "field": "chap", "value": "one-way"}]
        status, answer = self.committed(demand)
        self.assertEqual((status, answer["code"]), (409, "guard"), answer)
        self.assertEqual(answer["objections"][0]["code"], "no-credential")
        number = self.make()["credential"]["id"]
        status, answer = self.committed(demand)
        self.assertEqual(status, 200, answer)
        # And then it cannot be taken away.
        refused = self.refused(409, "guard", "POST", f"/chap/{number}/rotate", {"action": "retire", "reason": "leaver"})
        self.assertEqual(refused["objections"][0]["code"], "no-credential")

    def test_for_all_targets_of_an_initiator(self):
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("disk2", "127.0.0.13", OTHER, pdu.TARGET))
        other = self.enrolled("storage2", "disk2", (OTHER,))
        number = self.ask("/chap", "POST", {"initiator": HOST})["credential"]["id"]
        self.assertEqual(self.chap(number)["target"], None)
        self.disk_applies(number)
        self.raw().zone("zone2", HOST, OTHER)

        def given():
            return [held["credential"] for target in other.desired()["targets"] for one in target["initiators"]
                    for held in one["credentials"]] == [number]
        eventually(given, "the other target is given it when it is zoned")
        # One of its own goes before: a person has to set it at the host, which has no agent.
        pair = {"initiator": HOST, "target": OTHER}
        stopped = self.refused(409, "guard", "POST", "/chap", pair)
        self.assertEqual([one["code"] for one in stopped["objections"]], ["supersedes-credential"])
        made = self.ask("/chap", "POST", pair | {"exception": "it is typed in now"})
        self.assertGreater(made["confirm_within"], 0)
        own = made["credential"]["id"]
        eventually(lambda: [end["node"] for end in self.chap(number)["ends"]] == [HOST, DISK],
                   "it is not for that any more")
        self.assertEqual([end["node"] for end in self.chap(own)["ends"]], [HOST, OTHER])
        change = f"/changes/{made['change']}"
        eventually(lambda: self.ask(change)["state"] == "confirming", "it waits for somebody")
        self.assertEqual(self.ask(change)["exception"], "it is typed in now")
        self.ask(change + "/rollback", "POST", {"reason": "it cannot log in"})
        eventually(lambda: [end["node"] for end in self.chap(number)["ends"]] == [HOST, DISK, OTHER],
                   "it is for that again")

    def test_an_erased_one_comes_back_with_its_secrets_when_that_is_taken_back(self):
        number = self.settled_pair()
        secret = self.disk_holds()[number]["accept"]
        erase = [{"op": "erase", "object": f"credential:#{number}"}]
        draft = self.ask("/changes", "POST", {"title": "x", "edits": erase})
        path = f"/changes/{draft['id']}"
        sent = self.ask(path + "/submit", "POST", {"version": draft["version"], "reason": "test"})
        self.assertEqual(self.commit(path, sent["version"])[0], 200)
        eventually(lambda: self.ask(path)["state"] == "confirming", "it is carried out")
        self.assertEqual(self.disk_holds(), {})
        self.assertEqual(self.host_holds(), {})
        self.ask(path + "/rollback", "POST", {"reason": "it was wrong"})
        eventually(self.disk_holds, "it is back")
        self.assertEqual([held["accept"] for held in self.disk_holds().values()], [secret])


    def test_one_that_is_made_anew_has_another_secret_and_the_old_one_retires(self):
        number = self.settled_pair(secret=PLANTED)
        made = "credential:+1"
        anew = [{"op": "erase", "object": f"credential:#{number}"}, {"op": "create", "object": made},
                {"op": "set", "object": made, "field": "initiator", "value": f"node:{HOST}"},
                {"op": "set", "object": made, "field": "target", "value": f"node:{DISK}"}]
        status, answer = self.committed(anew)
        self.assertEqual(status, 200, answer)
        (other,) = [one["id"] for one in self.ask("/chap")["items"]]
        self.assertNotEqual(self.disk_applies(other)["accept"][0]["secret"], PLANTED)
        self.assertIn("secret.created", self.audit())
        eventually(lambda: "secret.retired" in self.audit(), "nobody can take that back any more")

    def test_of_a_past_revision_the_model_of_then_is_told(self):
        number = self.settled_pair()
        page = self.ask("/chap")
        then = page["items"][0]
        retired = self.ask(f"/chap/{number}/rotate", "POST", {"action": "retire", "reason": "it is old"})
        self.assertEqual(retired["state"], "retired")
        (past,) = self.ask(f"/chap?revision={page['revision']}")["items"]
        for member in ("state", "set_at", "proven_at", "user_name", "weaknesses"):
            self.assertEqual(past[member], then[member], member)
        self.assertEqual([(end["node"], end["holds"]) for end in past["ends"]],
                         [(end["node"], end["holds"]) for end in then["ends"]])
        # What is kept beside the model is of the present alone.
        self.assertEqual((past["phase"], past["version"], past["ends"][0]["managed"]), (None, None, None))


class Scan(ChapTest):
    """Planted secrets are looked for in files, answers and the memory of the server."""

    def in_memory(self, secrets):
        memory = memory_of(self.server.process.pid)
        return sorted(secret for secret in secrets if secret.encode() in memory)

    def test_secrets_are_nowhere_in_clear(self):
        secrets = {PLANTED, PLANTED_MUTUAL, PLANTED_DRAFT, PLANTED_NEXT, SHORT}
        answers = []
        number = self.settled_pair(mutual=True, secret=PLANTED, mutual_secret=PLANTED_MUTUAL)
        secrets |= {one["secret"] for one in self.host_holds()[number]["answer"]}
        draft = self.ask("/changes", "POST", {"title": "later", "edits": []})
        answers.append(self.ask("/chap", "POST", {"initiator": HOST, "draft": draft["id"], "secret": PLANTED_DRAFT}))
        answers.append(self.ask(f"/changes/{draft['id']}"))
        self.raw(OTHER).ok(pdu.DEV_ATTR_REG, b"", registration("disk2", "127.0.0.13", OTHER, pdu.TARGET))
        own = self.ask("/chap", "POST", {"initiator": HOST, "target": OTHER, "secret": SHORT})
        answers.append(own)
        shown = self.admin.ok("POST", f"/chap/{own['credential']['id']}/reveal",
                              {"reason": "typed at the array by hand"}, self.login_of("olga", "credential-officer"))
        self.assertEqual(shown["secret"], SHORT)
        answers.append(self.ask(f"/chap/{number}/rotate", "POST", {"action": "rotate", "reason": "once a year",
                                                                 "secret": PLANTED_NEXT}))
        held = self.disk_applies(number)
        secrets |= {one["secret"] for one in held["accept"] + held["answer"]}
        self.host_applies(number, [1])
        self.host_applies(number, [2, 1])
        self.assertGreaterEqual(len(secrets), 6)
        for path in ("/chap", f"/chap/{number}", "/credentials", "/snapshot", "/changes", "/audit?limit=1000",
                     f"/changes/{draft['id']}/diff", "/findings", "/agents", "/document", "/chap/rotations"):
            answers.append(self.ask(path))
        self.admin.send("GET", "/audit/export", token=self.token)
        exported = self.admin.raw()
        self.admin.send("POST", "/evidence", {"title": "pack"}, self.token)
        pack = self.admin.raw()
        self.assertTrue(exported and pack)
        # A pack is compressed: what it says in clear is the names of its files.
        for where, content, known in (("answers", json.dumps(answers), HOST), ("the exported log", exported, HOST),
                                      ("the pack", pack, "manifest")):
            assert_nowhere(self, where, content, secrets, known)
        # Files: the database with its journal, keys, the capture of what was said.
        scanned = assert_not_in_files(self, self.folder, secrets, leave_out=(self.folder_of_agents,))
        self.assertIn(f"{self.folder}/registry.db", scanned)
        with open(f"/proc/{self.server.process.pid}/cmdline", "rb") as file:
            assert_nowhere(self, "arguments", file.read(), secrets, "--config")
        assert_nowhere(self, "the log", "\n".join(self.server.process.lines), secrets, "ISNS-1001")
        self.admin.close()
        self.disk.close()
        self.host.close()
        self.assertEqual(self.in_memory({HOST}), [HOST], "the memory can be read")
        eventually(lambda: not self.in_memory(secrets), "no secret is left in memory", 10)


if __name__ == "__main__":
    case.main("openssl")
