"""The base of tests of `sanctl iscsi`: how it is called, the files of a test, and the main() of such a program."""

import argparse
import json
import os
import random
import subprocess
import sys
import unittest

from lib import sandbox
from lib.process import PATIENCE, Process

HOST = "iqn.2024-01.org.example:host"
MIB = 1 << 20
chosen = argparse.Namespace(sanctl="", program="")


class ToolTest(unittest.TestCase):
    server = None  # of tests that have a name server

    def setUp(self):
        # Short: the path of a Unix socket has 107 bytes at most.
        self.folder = os.path.join(sandbox.FOLDER, f"t{len(os.listdir(sandbox.FOLDER))}")
        os.makedirs(self.folder)

    def path(self, name, size=None, seed=1):
        """A file of this test; with a size, of bytes that have no pattern."""
        path = os.path.join(self.folder, name)
        if size is not None:
            with open(path, "wb") as out:
                out.write(random.Random(seed).randbytes(size))
        return path

    def disk(self, name, size):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.truncate(size)
        return path

    def environment(self, extra=None):
        return {**os.environ, "SANCTL_ISCSI_INITIATOR": HOST, **(extra or {})}

    def run_iscsi(self, *words, env=None, data=None, patience=PATIENCE):
        """(exit code, standard output as bytes, standard error)."""
        done = subprocess.run([chosen.sanctl, "iscsi", *words], input=data, capture_output=True, timeout=patience,
                              env=self.environment(env), check=False)
        return done.returncode, done.stdout, done.stderr.decode()

    def iscsi(self, *words, env=None, data=None):
        code, out, err = self.run_iscsi(*words, env=env, data=data)
        if code:
            raise AssertionError(f"sanctl iscsi {' '.join(words)} ended with {code}: {err}")
        return out

    def json(self, *words, env=None):
        return json.loads(self.iscsi(*words, "--output", "json", env=env))

    def start(self, *words):
        return Process([chosen.sanctl, "iscsi", *words], self.environment())


def main(*tools):
    """Runs the tests of the calling program; tools are the stock programs that they need."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sanctl", required=True, help="sanctl")
    parser.add_argument("--program", default="", help="san-agent, where it is needed")
    _, rest = parser.parse_known_args(namespace=chosen)
    if not os.access(chosen.sanctl, os.X_OK):
        sys.exit(f"there is no program {chosen.sanctl!r}")
    sandbox.need(*tools)
    sandbox.enter()
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])
