#!/usr/bin/env python3
"""A disk that fails below the whole server, at any write or sync: as with a full one. It fails by a preloaded VFS."""

import random
import sys

import registrar
import rig

# Order to the VFS (tests/fault/vfs/preload.cpp), and what the server then says.
TROUBLES = {"full": "full", "torn": "full", "write": "I/O error", "sync": "I/O error"}


class FailingStoreTest(registrar.RegistrarTest):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(f"{rig.chosen.seed} {self._testMethodName}")
        self.control = f"{self.folder}/control"

    def serve_failing(self):
        server = self.serve(env=rig.failing(self.control))
        self.order("heal")
        return server

    def order(self, words):
        return rig.order(self.control, words)

    def break_it(self, trouble):
        # A commit has one sync and some writes: at any of them, of this commit or a later one.
        self.order(f"{trouble} {self.rng.randrange(4 if trouble == 'sync' else 20)}")

    def test_changes_are_refused_queries_go_on_and_service_resumes_by_itself(self):
        server = self.serve_failing()
        self.begin(server)
        for times, (trouble, reason) in enumerate(TROUBLES.items(), 1):
            self.break_it(trouble)
            self.expect_refusals(server)
            self.expect_illness(server, reason, times)
            self.assertGreater(self.order("heal"), 0)
            self.expect_recovery(server, times)
        self.restart(server)

    def test_killed_while_the_disk_fails_it_has_what_was_acknowledged(self):
        server = self.serve_failing()
        for trouble in TROUBLES:
            with self.subTest(trouble, seed=rig.chosen.seed):
                self.connect(server)
                self.break_it(trouble)
                while self.register(self.clients[0]) == 0:
                    pass
                server.process.kill()
                server.start()
                self.check_after_kill(server)


if __name__ == "__main__":
    if not any(argument.startswith("--preload") for argument in sys.argv):
        sys.exit("name the failing VFS by --preload")
    rig.main()
