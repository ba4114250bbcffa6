"""A host and a disk in a zone, each with its agent, for tests of CHAP credentials between them."""

import sqlite3
import time

from lib.agent_case import DISK, HOST, AgentApiTest
from lib.process import eventually

OTHER = "iqn.2024-01.org.example:disk2"
# Long and of no word, so that they are found where they should not be.
PLANTED = "Hk3vTq9pWz7mXr2bLn5cYd8f"
PLANTED_MUTUAL = "Jw6sPf4gVx9aRt1kBm8hQe3n"
PLANTED_DRAFT = "Zc5yNu2dGj7oKi4wSa9lEv6x"
PLANTED_NEXT = "Tb8rMh1qUz6pFy3eXo7gCs5k"
SHORT = "Gv4nQz8wLk2p"  # 12 characters: it fits into a string object itself


class ChapTest(AgentApiTest):
    def setUp(self):
        super().setUp()
        self.register()
        self.raw().zone("zone1", HOST, DISK)
        self.disk = self.enrolled()
        self.agents = {"disk": self.disk}
        self.report_disk()

    def enrol_host(self):
        self.host = self.enrolled("web1", "host1", (HOST,))
        return self.host

    def report_disk(self, **more):
        status, receipt = self.disk.report(**self.full(self.disk.desired()["revision"], **more))
        self.assertTrue(receipt["taken"], (status, receipt))

    def login_of(self, name, role):
        """A token of somebody with this role."""
        phrase = "a long enough phrase 17"
        self.ask("/users", "POST", {"name": name, "roles": [role], "password": phrase})
        return self.https().ok("POST", "/login", {"user": name, "password": phrase})["token"]

    def refused(self, status, code, method, path, body=None, token=None):
        got, answer, _ = self.admin.call(method, path, body, token or self.token)
        self.assertEqual((got, answer["code"]), (status, code), answer)
        return answer

    def make(self, **more):
        return self.ask("/chap", "POST", {"initiator": HOST, "target": DISK, **more})

    def chap(self, number):
        return self.ask(f"/chap/{number}")

    def until(self, number, **wanted):
        """The credential when its members are so."""
        def so():
            seen = self.chap(number)
            return seen if wanted.items() <= seen.items() else None
        return eventually(so, lambda: f"{wanted}: {self.chap(number)}")

    def disk_holds(self):
        """What the disk's agent is to hold for the host: {number: hand-over}."""
        for target in self.disk.desired()["targets"]:
            for one in target["initiators"]:
                if one["name"] == HOST:
                    return {held["credential"]: held for held in one["credentials"]}
        return {}

    def host_holds(self):
        return {held["credential"]: held for held in self.host.desired()["credentials"]}

    def disk_applies(self, number, step=None):
        """Pulls, and tells that it holds it."""
        held = {}

        def there():
            held.update(self.disk_holds().get(number, {}))
            return held and (step is None or held["step"] == step)
        eventually(there, "the disk is given the credential")
        applied = self.full(self.disk.desired()["revision"])["targets"]
        status, receipt = self.disk.report(targets=applied, credentials=[{"credential": number, "step": held["step"]}])
        self.assertTrue(receipt["taken"], (status, receipt))
        return held

    def host_applies(self, number, answers=None):
        held = {}

        def there():
            held.clear()
            held.update(self.host_holds().get(number, {}))
            return held and (answers is None or [one["version"] for one in held["answer"]] == answers)
        eventually(there, f"the host is given the credential to answer with {answers}")
        first = {"full": True, "targets": [], "units": [], "sessions": []} if self.host.sequence == 0 else {}
        status, receipt = self.host.report(credentials=[{"credential": number, "step": held["step"]}], **first)
        self.assertTrue(receipt["taken"], (status, receipt))
        return held

    def session(self, number, version, mutual_version=0, since=None, md5=False):
        return {"initiator": HOST, "target": DISK, "portal": "127.0.0.12:3260/tcp",
                "since": int(time.time()) if since is None else since, "proof": "chap", "connections": 1, "units": [],
                "credential": number, "version": version, "mutual_version": mutual_version, "md5": md5}

    def settled_pair(self, **more):
        """A pair of ours with its credential at both ends."""
        self.enrol_host()
        number = self.make(**more)["credential"]["id"]
        self.disk_applies(number)
        self.host_applies(number)
        eventually(lambda: [end["holds"] for end in self.chap(number)["ends"]] == ["yes", "yes"], "both ends hold it")
        return number

    def restart(self):
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        for agent in (self.disk, getattr(self, "host", None)):
            if agent is not None:
                agent.move(self.port)
        self.report_disk()
        if hasattr(self, "host"):
            self.host.report(full=True, targets=[], units=[], sessions=[])

    def rows(self, table):
        with sqlite3.connect(f"file:{self.folder}/registry.db?mode=ro", uri=True) as store:
            return store.execute(f"SELECT * FROM {table}").fetchall()
