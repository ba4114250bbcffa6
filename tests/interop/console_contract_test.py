#!/usr/bin/env python3
"""What the console's pages ask, the demo inside of it and the real server answer in the same shape: the same members of the
same types. A member that is missing at either side fails, so that what is seen in the demo is true of a server.
"""

import json
import time

from lib import case
from lib.agent_case import HOST
from lib.console_case import ConsoleCase
from lib.console_window import Window
from lib.process import eventually
from lib.san_agent import TARGET

# Objects whose members are names of other things, not of the shape: details of an audit record, what a change has done.
OPEN = {"details"}
OF_DEMO = "iqn.2026-01.example.corp:db01"


def shape(value, path=""):
    """{path: {types}} of a value; lists are joined, null is of every type."""
    found = {}

    def add(at, kind):
        found.setdefault(at, set()).add(kind)
    if isinstance(value, dict):
        add(path, "object")
        for name, member in value.items():
            if name in OPEN:
                add(f"{path}.{name}", "object")
                continue
            for at, kinds in shape(member, f"{path}.{name}").items():
                found.setdefault(at, set()).update(kinds)
    elif isinstance(value, list):
        add(path, "list")
        for one in value:
            for at, kinds in shape(one, f"{path}[]").items():
                found.setdefault(at, set()).update(kinds)
    else:
        add(path, {bool: "truth", int: "number", str: "text", type(None): "null"}[type(value)])
    return found


class Contract(ConsoleCase):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.real = self.window()
        self.demo = Window(self, case.program("window"), self.home)
        self.demo.do("demo")

    def answer(self, window, question, body=None):
        text = question if body is None else f"{question} {json.dumps(body)}"
        (said,) = [line for line in window.do(f"ask {text}") if line.startswith(("answer ", "refused "))]
        self.assertTrue(said.startswith("answer "), f"{question}: {said}")
        return json.loads(said[7:])

    def same(self, real, demo, what):
        """Where a list is empty or a member null at one side, the other side says what would be there."""
        self.assertEqual(self.differences(shape(real), shape(demo)), [], what)

    def differences(self, real, demo):
        found = set()
        for here, there, name in ((real, demo, "the demo"), (demo, real, "the server")):
            for path, kinds in here.items():
                if path in there:
                    a, b = kinds - {"null"}, there[path] - {"null"}
                    if a and b and not a & b:
                        found.add(f"{path} is {sorted(kinds)}, at {name} {sorted(there[path])}")
                elif not self.is_open(path, there):
                    found.add(f"{name} has no {path}")
        return sorted(found)

    @staticmethod
    def is_open(path, there):
        """Nothing is known of what stands there: a list above it is empty, or an object null."""
        while path and path not in there:
            path = path[:-2] if path.endswith("[]") else path.rpartition(".")[0]
            if there.get(path) in ({"null"}, {"list"}, {"list", "null"}) and not (there[path] == {"list"} and f"{path}[]" in there):
                return True
        return False

    def settled(self, number):
        eventually(lambda: [end["holds"] for end in self.ask(f"/chap/{number}")["ends"]] == ["yes", "yes"], "both hold it")

    # --- credentials ---

    def test_credentials_made_shown_changed_taken_back_and_retired(self):
        made = self.answer(self.real, "POST /chap", {"initiator": HOST, "target": TARGET, "mutual": True, "reason": "a test"})
        number = made["credential"]["id"]
        of_demo = self.answer(self.demo, "POST /chap", {"initiator": OF_DEMO, "mutual": True, "reason": "a test"})
        self.same(made, of_demo, "a credential is made")
        theirs = of_demo["credential"]["id"]
        self.settled(number)
        self.same(self.answer(self.real, f"GET /chap/{number}"), self.answer(self.demo, f"GET /chap/{theirs}"), "one is shown")
        self.host.process.kill()
        for action in ("rotate", "cancel"):
            body = {"action": action, "reason": "a test"}
            self.same(self.answer(self.real, f"POST /chap/{number}/rotate", body),
                      self.answer(self.demo, f"POST /chap/{theirs}/rotate", body), action)
        self.host.start_agent()

    def test_batches_of_changes_of_secrets(self):
        number = self.credential()
        self.settled(number)
        self.same(self.answer(self.real, "GET /chap/rotations"), self.answer(self.demo, "GET /chap/rotations"), "none yet")
        self.host.process.kill()
        eventually(lambda: time.time() > self.ask(f"/chap/{number}")["set_at"] + 2, "it is older than a second")
        batch = {"reason": "a test", "at_once": 4}
        started = self.answer(self.real, "POST /chap/rotations", batch | {"older_than": 1})
        theirs = self.answer(self.demo, "POST /chap/rotations", batch | {"older_than": 86400})
        self.same(started, theirs, "a batch begins")
        self.same(self.answer(self.real, "GET /chap/rotations"), self.answer(self.demo, "GET /chap/rotations"), "the list")
        for action in ("pause", "resume", "cancel"):
            body = {"action": action, "reason": "a test"}
            self.same(self.answer(self.real, f"POST /chap/rotations/{started['id']}", body),
                      self.answer(self.demo, f"POST /chap/rotations/{theirs['id']}", body), action)
        self.host.start_agent()

    # --- change sets ---

    def way(self, window):
        """Every answer on the way of a change set from the draft to its rollback."""
        edits = [{"op": "create", "object": "domain:+0"},
                 {"op": "set", "object": "domain:+0", "field": "name", "value": "zone-of-contract"}]
        answers = {"made": self.answer(window, "POST /changes", {"title": "a test", "edits": edits})}
        path = f"/changes/{answers['made']['id']}"
        answers["submitted"] = self.answer(window, f"POST {path}/submit", {"version": answers["made"]["version"],
                                                                          "reason": "a test", "ticket": ""})
        answers["committed"] = self.answer(window, f"POST {path}/commit", {"version": answers["submitted"]["version"]})
        state = eventually(lambda: next((one["state"] for one in [self.answer(window, f"GET {path}")]
                                         if one["state"] not in ("committing", "approved")), None), "it takes effect")
        if state == "confirming":
            answers["confirmed"] = self.answer(window, f"POST {path}/confirm")
        answers["shown"] = self.answer(window, f"GET {path}")
        answers["list"] = self.answer(window, "GET /changes")
        return answers

    def test_change_sets_on_their_whole_way(self):
        real, demo = self.way(self.real), self.way(self.demo)
        for step in sorted(real.keys() & demo.keys()):
            with self.subTest(step):
                self.same(real[step], demo[step], step)

    # --- the log and the past ---

    def test_the_audit_log_and_what_differs(self):
        self.way(self.real)
        self.way(self.demo)
        self.same(self.answer(self.real, "GET /audit?order=newest&limit=3"),
                  self.answer(self.demo, "GET /audit?order=newest&limit=3"), "the log")
        ends = {}
        for name, window in (("real", self.real), ("demo", self.demo)):
            (revision,) = {one["revision"] for one in self.answer(window, "GET /changes")["items"]
                           if one["title"] == "a test" and one["revision"]} or {0}
            ends[name] = self.answer(window, f"GET /diff?from={revision - 1}&to={revision}")
        self.same(ends["real"], ends["demo"], "what differs")


if __name__ == "__main__":
    case.main("openssl", uses_sanctl=True, uses_agent=True, programs=("window", "console"))
