#!/usr/bin/env python3
"""sanctl against the management API: first administrator, login with a pinned authority, and the answers of the model about
a SAN that Debian's open-isns clients registered."""

import json
import os
import re
import stat
import subprocess
import time

from lib import case
from lib.isnsadm import Isnsadm
from lib.process import PATIENCE
from lib.servers import Policy

HOST = "iqn.2024-01.org.example:host1"
DISK = "iqn.2024-01.org.example:disk1"


class SanctlApi(case.InteropTest):
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

    def init(self):
        self.sanctl("init", "admin", "--socket", self.socket, "--password-out", self.password)

    def log_in(self):
        """By the local socket, which needs no authority."""
        self.init()
        self.sanctl("login", "--socket", self.socket, "--user", "admin", "--password-file", self.password)
        end = time.monotonic() + PATIENCE
        while len(self.json("list", "nodes")) != 2:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def test_the_first_administrator_is_made_once_and_its_password_is_not_readable_by_others(self):
        self.init()
        self.assertEqual(stat.S_IMODE(os.stat(self.password).st_mode), 0o600)
        self.assertIn("already-initialised", self.sanctl("init", "other", "--socket", self.socket, code=10))

    def test_a_login_is_kept_where_nobody_else_reads_it(self):
        self.log_in()
        folder = os.path.join(self.home, ".config", "sanctum")
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(folder + "/logins.json").st_mode), 0o600)
        self.assertEqual(self.json("whoami")["user"], "admin")
        self.sanctl("logout")
        with open(folder + "/logins.json", encoding="utf-8") as file:
            (login,) = json.load(file)["logins"]
        self.assertEqual(login["token"], "")

    def test_a_wrong_password_and_a_wrong_token_are_refused(self):
        self.log_in()
        wrong = os.path.join(self.home, "wrong")
        with open(os.open(wrong, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write("ABCD-no-token\n")
        self.assertIn("login-failed", self.sanctl("login", "--socket", self.socket, "--user", "admin", "--password-file",
                                                  wrong, code=9))
        self.assertIn("token-ended", self.sanctl("whoami", code=9, SANCTL_TOKEN_FILE=wrong))

    def test_the_authority_is_pinned_by_its_fingerprint(self):
        self.init()
        log = ""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(r'api-serving.*?"address":\s*"([^"]*)".*?"authority":\s*"([^"]*)"', log)):
            self.assertLess(time.monotonic(), end, "the server does not say where it serves")
            time.sleep(0.05)
            log = self.server.process.output()
        address, print_ = found.groups()
        login = ("login", "--server", address, "--user", "admin", "--password-file", self.password)
        self.assertIn("nobody to compare", self.sanctl(*login, code=1))
        self.assertIn("another fingerprint", self.sanctl(*login, "--fingerprint", "00" * 32, code=9))
        self.assertFalse(os.path.exists(self.home + "/.config/sanctum/logins.json"))
        self.sanctl(*login, "--fingerprint", print_)
        self.assertEqual(self.json("whoami")["user"], "admin")
        self.assertEqual(self.json("status")["initialised"], True)

    def test_the_model_answers_about_what_stock_clients_registered(self):
        self.log_in()
        names = {node["name"] for node in self.json("list", "nodes")}
        self.assertEqual(names, {HOST, DISK})
        (target,) = self.json("list", "nodes", "--filter", "target:yes")
        self.assertEqual(target["name"], DISK)
        self.assertIn("host1", self.sanctl("search", "host1"))
        self.assertEqual(self.json("show", f"node:{DISK}")["target"], True)
        self.assertIn("bad-filter", self.sanctl("list", "nodes", "--filter", "(", code=4))
        self.assertIn("no-such-object", self.sanctl("reach", "host1", "nothing", code=5))
        self.assertIn("findings", self.json("finding", "list"))
        revision = self.json("status")["revision"]
        self.assertEqual(self.json("diff", str(revision))["diff"]["objects"], [])


if __name__ == "__main__":
    case.main(uses_sanctl=True)
