#!/usr/bin/env python3
"""While ./sanctum installs Debian packages no service may start, by a policy of its own; whatever ends it, the machine's owner
has his own one back, or none. Its programs are stand-ins, and it installs nothing."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import daemon
from maintainer_script import MaintainerScript

POLICY = "/usr/sbin/policy-rc.d"
OWNERS = "#!/bin/sh\nexit 104\n"


class Policy(daemon.OperationTest):
    def setUp(self):
        super().setUp()
        self.policy, self.seen = f"{self.folder}/policy-rc.d", f"{self.folder}/seen"
        with open(os.path.join(daemon.ROOT, "sanctum"), encoding="utf-8") as file:
            self.script = MaintainerScript(self.folder, file.read(), {POLICY: self.policy}, shell="bash")
        for name in ("cmake", "ccache", "xargs"):
            self.script.stand_in(name, "exit 0")
        self.script.stand_in("sudo", 'exec "$@"')
        self.apt(f"cp {self.policy} {self.seen}")

    def apt(self, does):
        self.script.stand_in("apt-get", does)

    def build(self, missing=True, **variables):
        """How ./sanctum build ends, on a machine without any of its packages, or with all."""
        self.script.stand_in("dpkg-query", "" if missing else "echo installed")
        return self.script.run("build", HOME=self.folder, **variables)

    def text(self, path):
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()

    def owner_has(self, text):
        with open(self.policy, "w", encoding="utf-8") as file:
            file.write(text)

    def is_killed(self):
        self.apt("kill -KILL $PPID")
        self.assertEqual(self.build()[0], -signal.SIGKILL)
        self.assertIn("exit 101", self.text(self.policy))
        self.apt(f"cp {self.policy} {self.seen}")

    def test_no_service_may_start_while_apt_runs_and_then_all_is_as_before(self):
        for owners in (None, OWNERS, "#!/bin/sh\nexit 101\n"):
            if owners:
                self.owner_has(owners)
            status, said = self.build()
            self.assertEqual(status, 0, said)
            self.assertIn("exit 101", self.text(self.seen))
            self.assertEqual(self.text(self.policy), owners)
            self.assertEqual([name for name in os.listdir(self.folder) if "before" in name or "new" in name], [])

    def test_a_run_that_shall_install_nothing_calls_no_apt_and_leaves_the_owners_policy(self):
        self.owner_has(OWNERS)
        status, said = self.build(SANCTUM_NO_INSTALL="1")
        self.assertEqual(status, 0, said)
        self.assertIsNone(self.text(self.seen))
        self.assertEqual(self.text(self.policy), OWNERS)

    def test_what_a_run_left_that_was_killed_is_not_taken_for_the_owners(self):
        for owners in (None, OWNERS):
            for missing in (True, False):
                with self.subTest(owners=owners, missing=missing):
                    if owners:
                        self.owner_has(owners)
                    self.is_killed()
                    status, said = self.build(missing)
                    self.assertEqual(status, 0, said)
                    self.assertEqual(self.text(self.policy), owners)

    def test_the_policy_of_a_run_that_still_installs_stays_until_that_ends(self):
        inside = f"env PATH={self.script.tools}:$PATH bash {self.script.path} build"
        self.apt(f'printf "echo installed" >{self.script.tools}/dpkg-query; {inside} >&2; cp {self.policy} {self.seen}')
        status, said = self.build()
        self.assertEqual(status, 0, said)
        self.assertIn("exit 101", self.text(self.seen))
        self.assertIsNone(self.text(self.policy))

    def test_of_two_runs_that_install_the_first_to_end_leaves_the_others_policy(self):
        self.owner_has(OWNERS)
        for run in ("first", "second"):
            for step in ("installs", "goes"):
                os.mkfifo(f"{self.folder}/{run}-{step}")
        self.apt(f'case "$*" in *" update") exit 0;; esac; echo >{self.folder}/$RUN-installs; read _ <{self.folder}/$RUN-goes')
        self.script.stand_in("dpkg-query", "")
        with ThreadPoolExecutor() as pool:
            runs = []
            for run in ("first", "second"):
                runs.append(pool.submit(self.script.run, "build", HOME=self.folder, RUN=run))
                self.text(f"{self.folder}/{run}-installs")
            left = []
            for run, ends in zip(("first", "second"), runs):
                with open(f"{self.folder}/{run}-goes", "w", encoding="utf-8") as file:
                    file.write("\n")
                status, said = ends.result()
                self.assertEqual(status, 0, said)
                left.append(self.text(self.policy))
        self.assertIn("exit 101", left[0], "the second still installs")
        self.assertEqual(left[1], OWNERS)


if __name__ == "__main__":
    daemon.main()
