"""A server, a storage agent and a host agent that has a disk of it, and the console beside them."""

import os

from lib import case
from lib.agent_case import HOST
from lib.console_window import Window, environment, logged_in_by_sanctl
from lib.process import run
from lib.san_agent import TARGET
from managed_host_test import ManagedHostCase


class ConsoleCase(ManagedHostCase):
    def setUp(self):
        super().setUp()
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home, 0o700)
        self.ask(self.zone_and_map() + "/confirm", "POST")
        self.disk()

    def address(self):
        return f"127.0.0.1:{self.port}"

    def window(self, user="admin", password=None):
        """A window that somebody has logged in to."""
        made = Window(self, case.program("window"), self.home)
        made.do(f"login {self.address()} {user}", password or self.password)
        return made

    def log_in_by_sanctl(self):
        (current,) = [one for one in self.ask("/keys")["authorities"] if one["current"]]
        logged_in_by_sanctl(case.sanctl(), self.home, self.address(), "admin", self.password, current["fingerprint"])

    def console(self, *options):
        """The program itself, which ends by itself; its exit status and output."""
        return run([case.program("console"), "--as-sanctl", *options], patience=60, env=environment(self.home))

    def credential(self, **more):
        """Of the pair, at both ends; its number."""
        return self.ask("/chap", "POST", {"initiator": HOST, "target": TARGET, **more})["credential"]["id"]
