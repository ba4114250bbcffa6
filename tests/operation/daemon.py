"""isns-server as systemd would run it: its notify socket, its signals, its log; and sanctl to talk to it."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "interop"))

from lib.process import PATIENCE, NotifySocket, Process, eventually, run  # noqa: E402,F401
from lib.status_page import StatusPage  # noqa: E402
from support.ports import free_port  # noqa: E402,F401

PREFIX = "iqn.2024-01.org.example"
GROUP = "nogroup"  # of nobody, on Debian
_chosen = argparse.Namespace(bin="")


def program(name):
    return os.path.join(_chosen.bin, name)


def as_user(argv, user):
    """The command as another user, where one is named."""
    return ["setpriv", f"--reuid={user}", f"--regid={GROUP}", "--clear-groups", *argv] if user else argv


class Daemon:
    """A running server. `settings` is the text of its configuration beside what keeps it to itself."""

    def __init__(self, folder, settings="", words=(), environment=None, user=None):
        self.folder, self._settings, self._words = folder, settings, list(words)
        self._environment = environment or {}
        self._user = user
        self.config = f"{folder}/isns-server.toml"
        self.http_port = free_port()
        self.process = None
        self.port = None
        self.configure(settings)

    def configure(self, settings):
        # The settings stand first: a test may rely on their line numbers.
        own = (f'[store]\npath = "{self.folder}/registry.db"\n[http]\nport = {self.http_port}\n'
               # Another user may write nothing here but its database.
               + ('[api]\nenabled = false\n' if self._user else
                  f'[api]\nport = 0\nsocket = "{self.folder}/management.sock"\nkey_folder = "{self.folder}/server-keys"\n'))
        listen = '[listen]\naddresses = ["127.0.0.1"]\nport = 0\n'
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(settings + "\n" + own + listen)

    def argv(self, *words):
        return [program("isns-server"), "--config", self.config, *self._words, *words]

    def start(self):
        notify = NotifySocket(f"{self.folder}/notify")
        if self._user:
            os.chmod(f"{self.folder}/notify", 0o777)
        self.process = Process(as_user(self.argv(), self._user), {**notify.env(), **self._environment})
        try:
            notify.wait(self.process)
        finally:
            notify.close()
        self.port = int(self.process.expect(r'"?addresses"?[=:]"?127\.0\.0\.1:(\d+)').group(1))
        return self

    def log(self, event, start=0):
        """The first line from `start` on that has this id."""
        return self.process.expect(event, start).string

    def lines(self):
        return len(self.process.lines)

    def hang_up(self, wanted):
        """Reads its configuration again; the line that says how that went."""
        start = self.lines()
        os.kill(self.process.pid, signal.SIGHUP)
        return self.log(wanted, start)

    def http(self, path, method="GET"):
        """Status, type, body."""
        return StatusPage(self.http_port).get(path, method)

    def metric(self, sample):
        """The value of a sample as it stands in /metrics, labels included; 0 if it is not there."""
        return StatusPage(self.http_port).sample(sample) or 0.0

    def sanctl(self, *words, source=None, server=None):
        """Exit code, standard output, standard error."""
        argv = [program("sanctl"), "isns", "--server", server or f"127.0.0.1:{self.port}", *words]
        if source:
            argv += ["--source", f"{PREFIX}:{source}"]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout, done.stderr

    def ok(self, *words, **more):
        code, out, err = self.sanctl(*words, **more)
        if code:
            raise AssertionError(f"sanctl {' '.join(words)} ended with {code}: {out}{err}")
        return out

    def control(self, *words):
        return self.ok("--control", *words)

    def names(self, source):
        """The nodes that a source finds, without the common beginning."""
        return sorted(node["iscsi_name"].split(":")[1]
                      for node in json.loads(self.ok("list", "nodes", "--output", "json", source=source)))

    def register(self, name, **more):
        return self.sanctl("register", "--eid", name, "--initiator", f"{PREFIX}:{name}", **more)

    def stop(self):
        if self.process and self.process.running():
            return self.process.stop()
        return None


class OperationTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="sanctum-op-")
        self.addCleanup(shutil.rmtree, self.folder)

    def daemon(self, settings="", **more):
        """A server that runs until the end of the test."""
        server = Daemon(self.folder, settings, **more)
        self.addCleanup(server.stop)
        return server.start()

    def fails(self, server, *words, user=None):
        """A run that must end by itself: its exit status and all that it says."""
        return run(as_user(server.argv(*words), user))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="the folder of isns-server and sanctl")
    _, rest = parser.parse_known_args(namespace=_chosen)
    _chosen.bin = os.path.abspath(_chosen.bin)
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])
