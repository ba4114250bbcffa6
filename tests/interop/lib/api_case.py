"""A server with its management API for tests of that: Python's http.client against it, every answer held against
docs/reference/openapi.json. Nothing here knows the product's code.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from lib.api_client import ApiClient, Description
from lib.process import PATIENCE, eventually
from lib.servers import Policy, Sanctum
from lib.test_agent import Agent
from support.ports import free_port

CHOSEN = argparse.Namespace()  # what the command line says
HOST = "iqn.2026-01.example:web1"
DISK = "iqn.2026-01.example:disk1"
DESCRIPTION = Description()


class ApiServer:
    """A server with its API, the first administrator and a client who is logged in."""

    def __init__(self, **more):
        self.folder = tempfile.mkdtemp(prefix="san-api-")
        self.sanctum = Sanctum(self.folder, Policy(), CHOSEN.program)
        self.sanctum.more |= {"api.port": free_port()} | more
        self.lines = []
        self.sanctum.start()
        self.client = ApiClient(f"{self.folder}/management.sock", self.sanctum.more["api.port"], DESCRIPTION)

    def initialise(self):
        made = self.client.call("POST", "/init", {"user": "admin"}, local=True)
        if made.status != 201:
            raise AssertionError(made.body)
        self.password = made.json["password"]
        self.client.token = self.client.login("admin", self.password)

    def restart(self):
        self.sanctum.stop()
        self.lines += self.sanctum.process.lines
        self.sanctum.start()

    def isns(self, *words):
        done = subprocess.run([CHOSEN.sanctl, "isns", "--server", f"127.0.0.1:{self.sanctum.port}", *words],
                              capture_output=True, text=True, timeout=30, check=False)
        if done.returncode:
            raise AssertionError(done.stderr)

    def agent(self, name, entity, *nodes):
        """A small agent that has its certificate."""
        invitation = self.client.call("POST", "/agents/invitations", {"agent": name, "entity": entity, "nodes": list(nodes)})
        made = Agent(self.client.port, self.folder, name)
        status, answer = made.enrol(invitation.json["token"])
        if status != 200:
            raise AssertionError(answer)
        return made

    def reports(self, name, entity, target, unit, admitted=(), lun=0):
        """An agent that says that there is a logical unit behind the target, which the admitted ones have."""
        agent = self.agent(name, entity, target)
        status, receipt = agent.report(
            full=True, sessions=[],
            targets=[{"target": target, "desired": agent.desired()["revision"], "applied_at": 1, "enforcement": "zoning",
                      "chap": "none", "admitted": list(admitted),
                      "maps": [{"initiator": one, "unit": unit, "lun": lun, "right": "read-write"} for one in admitted]}],
            units=[{"designator": unit, "bytes": 1 << 30, "paths": [{"target": target, "lun": lun}]}])
        agent.close()
        if status != 200 or not receipt["taken"]:
            raise AssertionError(receipt)

    def committed(self, edits, **more):
        """Drafts, submits, commits and confirms as the administrator; what becomes of it."""
        def call(path, body):
            answer = self.client.call("POST", path, body)
            if answer.status >= 400:
                raise AssertionError(answer.body)
            return answer.json
        made = call("/changes", {"title": "of a test", "edits": edits})
        made = call(f"/changes/{made['id']}/submit", {"version": made["version"], "reason": "a test", "ticket": "T-1"})
        call(f"/changes/{made['id']}/commit", {"version": made["version"], **more})
        made = self.until(f"/changes/{made['id']}", lambda change: change["state"] != "committing")
        return call(f"/changes/{made['id']}/confirm", {}) if made["state"] == "confirming" else made

    def until(self, path, good):
        """What the path gives when `good` says so of it."""
        def answered():
            answer = self.client.get(path)
            return answer if answer.status == 200 and good(answer.json) else None
        return eventually(answered, lambda: f"{path} stays {self.client.get(path).body}").json

    def register(self):
        self.isns("register", "--eid", "host1", "--initiator", HOST, "--portal", "127.0.0.11:860")
        self.isns("register", "--eid", "array", "--target", DISK, "--portal", "127.0.0.12:3260")

    def stop(self):
        self.sanctum.stop()
        self.lines += self.sanctum.process.lines

    def clean(self):
        if self.sanctum.process.running():
            self.sanctum.stop()
        shutil.rmtree(self.folder)


class ApiTest(unittest.TestCase):
    """One server a class."""

    MORE = {}  # of its configuration

    @classmethod
    def setUpClass(cls):
        cls.server = ApiServer(**cls.MORE)
        cls.addClassCleanup(cls.server.clean)
        cls.server.initialise()
        cls.api = cls.server.client

    def refusal(self, code, answer):
        self.assertEqual(answer.code, code, answer.body)
        return answer

    def added(self, name, *roles, password=None, scope=None):
        answer = self.api.call("POST", "/users", {"name": name, "roles": list(roles), "password": password, "scope": scope})
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def audit(self, event):
        """Records of an event."""
        answer = self.api.get("/audit", event=event, limit=1000)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json["items"]

    def recorded(self, event, good=lambda one: True, count=1, patience=PATIENCE):
        """The records of an event that `good` says so of, once there are so many: some come after the answer."""
        def there():
            found = [one for one in self.audit(event) if good(one)]
            return found if len(found) >= count else None
        return eventually(there, lambda: f"{count} of {event} are recorded: {self.audit(event)}", patience)

    def checked(self, what, content):
        """Whether the offline check finds it whole and signed by this server's key, and what it says."""
        path = os.path.join(self.server.folder, "to-check")
        with open(path, "wb") as file:
            file.write(content)
        done = subprocess.run([CHOSEN.evidence, what, self.audit("log.begun")[0]["details"]["key"], path],
                              capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr


def run(*more):
    """The tests of the program, with the options that all of them have and those named in `more`. `--seen` names a file that
    gets the operations that were answered and refused, for every_route_test.py.
    """
    parser = argparse.ArgumentParser()
    for name in ("--program", "--sanctl", *more):
        parser.add_argument(name, required=True)
    parser.add_argument("--seen", metavar="FILE", help="write here which routes were used")
    chosen, rest = parser.parse_known_args()
    CHOSEN.__dict__.update(chosen.__dict__)
    done = unittest.main(module="__main__", argv=["test", *rest], exit=False)
    if chosen.seen:
        with open(chosen.seen, "w", encoding="utf-8") as file:
            json.dump({"good": sorted(ApiClient.good), "refused": sorted(ApiClient.refused)}, file)
    sys.exit(not done.result.wasSuccessful())
