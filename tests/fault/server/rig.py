"""A whole isns-server for fault tests: started, asked over HTTP, killed, and started again on the same database.

A test program ends with `rig.main()`; it is called with `--program PATH [--preload PATH] [--seed N] [--rounds N]
[unittest arguments]`.
It borrows its codec, client and child processes from tests/interop/lib.
"""

import argparse
import os
import random
import shutil
import socket
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "interop"))

from lib.client import Client  # noqa: E402  the path comes first
from lib.process import eventually, run  # noqa: E402
from lib.servers import CONTROL, Policy, Sanctum  # noqa: E402
from lib.status_page import StatusPage  # noqa: E402
from support.ports import free_port  # noqa: E402

chosen = argparse.Namespace(program="", preload="", seed=0, rounds=20)


def failing(control):
    """The environment of a server below which the disk takes orders (tests/fault/vfs/preload.cpp) at this socket."""
    # A sanitizer's runtime wants to be first, and is told that it is not.
    options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
    return {"LD_PRELOAD": chosen.preload, "SANCTUM_FAULT_CONTROL": control, "ASAN_OPTIONS": options}


def order(control, words):
    """What that disk shall do from now on; how often it failed before."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(control)
        connection.sendall(words.encode())
        return int(connection.recv(64))


class Server(Sanctum):
    """isns-server with HTTP and a database in `folder`, or where `database` says."""

    def __init__(self, folder, database="", env=None, http=0, **more):
        super().__init__(folder, Policy(), chosen.program)
        self.env = env or {}
        self.database = database or f"{folder}/registry.db"
        self.http = http or free_port()
        self.more = {"store.path": self.database, "http.port": self.http, **more}

    def command(self, *words):
        """A command of the program, such as `verify`, with this server's configuration: status and output."""
        return run([self.program, "--config", self.configure(), *words])

    def get(self, path):
        """Status and text of a page."""
        status, _, body = StatusPage(self.http).get(path)
        return status, body

    def metric(self, name, labels=""):
        """The value of a metric; labels as they stand between the braces."""
        wanted = name + ("{" + labels + "}" if labels else "")
        value = StatusPage(self.http).sample(wanted)
        if value is None:
            raise AssertionError(f"no metric {wanted}")
        return value

    def events(self, number, least=0):
        """The log lines of this event, such as ISNS-5001, as soon as there are so many: a line may be on its way."""
        def found():
            return [line for line in self.process.lines if f'"{number}"' in line]
        eventually(lambda: len(found()) >= least, f"{least} lines of {number}")
        return found()

    def memory(self):
        """Bytes that the process has in memory."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) * 1024

    def history(self, after=0):
        """The revisions of the changes in the database after this one, ascending, and their kinds."""
        # Read-only, and only while a server has the database: then nothing is written into it by looking.
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT revision, kind FROM change WHERE revision > ? ORDER BY revision",
                                    (after,)).fetchall()
        database.close()
        return rows


class ServerTest(unittest.TestCase):
    """Each test has `self.folder`; what it starts by serve() is stopped at its end, and shown when the test failed."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="fault")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def serve(self, **more):
        server = Server(self.folder, **more)
        server.start()
        self.addCleanup(self._end, server)
        return server

    def _end(self, server):
        found = self._outcome.result
        if any(test is self for test, _ in found.failures + found.errors):
            print(f"\n--- the server in {self._testMethodName} ---\n{server.process.output()}", file=sys.stderr)
        if server.process.running():
            server.stop()

    def raw(self, server, source=CONTROL):
        """A raw client, closed with the test."""
        client = Client(server.port, source)
        self.addCleanup(client.close)
        return client


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="isns-server")
    parser.add_argument("--preload", default="", help="the failing VFS of tests/fault/vfs, where the test wants it")
    parser.add_argument("--seed", type=int, default=0, help="what a failing run printed; 0: a new one")
    parser.add_argument("--rounds", type=int, default=20, help="how many times the server is killed")
    _, rest = parser.parse_known_args(namespace=chosen)
    if not os.access(chosen.program, os.X_OK):
        sys.exit(f"there is no program {chosen.program!r}: name it by --program")
    chosen.seed = chosen.seed or random.SystemRandom().randrange(1, 1 << 31)
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])
