"""A server with an initiator and a target that Debian's open-isns clients registered, and sanctl against its management API."""

import json
import os
import subprocess

from lib import case
from lib.isnsadm import Isnsadm
from lib.process import PATIENCE, eventually
from lib.servers import Policy

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"


class SanctlCase(case.InteropTest):
    policy = Policy()

    def setUp(self):
        super().setUp()
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home)
        self.socket = f"{self.folder}/management.sock"
        self.password = os.path.join(self.home, "password")
        Isnsadm(self, HOST).register("entity=host1", "initiator", "portal=127.0.0.11:860/tcp")
        Isnsadm(self, DISK).register("entity=disk1", "target", "portal=127.0.0.12:3260/tcp")

    def sanctl(self, *words, code=0, **environment):
        """The standard output of a command that must end with the code; of one that fails the standard error."""
        done = subprocess.run([case.sanctl(), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, check=False,
                              env={"PATH": os.environ["PATH"], "HOME": self.home, **environment})
        self.assertEqual(done.returncode, code, f"sanctl {' '.join(words)}: {done.stdout}{done.stderr}")
        self.assertNotIn("\x1b", done.stdout)
        return done.stderr if code else done.stdout

    def json(self, *words, **environment):
        return json.loads(self.sanctl(*words, "--output", "json", **environment))

    def init(self, *more):
        return self.sanctl("init", "admin", "--socket", self.socket, "--password-out", self.password, *more)

    def log_in(self):
        """By the local socket, which needs no authority."""
        self.init()
        self.sanctl("login", "--socket", self.socket, "--user", "admin", "--password-file", self.password)
        eventually(lambda: len(self.json("list", "nodes")) == 2, "both nodes are in the model")

    def commit(self, *words):
        """A change set that is confirmed."""
        change = self.json(*words, "--commit", "--reason", "a test")
        self.assertIn(change["state"], ("confirming", "confirmed"))
        if change["state"] == "confirming":
            self.sanctl("change", "confirm", str(change["id"]))

    def file(self, name, text):
        path = os.path.join(self.home, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path
