"""A target that runs for a test: one of tests/support/iscsi_targets.py, restarted when it dies."""

import os
import socket

from lib.process import Process, eventually

from support import iscsi_targets
from support.ports import free_port

NO_AGENT = "no san-agent in this build"


class Served:
    """A target of this kind with these units, from start() to stop(). Its files lie in `folder`."""

    def __init__(self, kind, folder, units, chap=None, program=None):
        os.makedirs(folder, exist_ok=True)
        more = {"control_port": free_port()} if kind == "istgt" else {}
        self.setup = iscsi_targets.KINDS[kind](folder, free_port(), units, chap, program, **more)
        self.process = None

    @property
    def port(self):
        return self.setup.port

    def url(self, index=0, **more):
        return self.setup.url(index, **more)

    def start(self):
        self.setup.prepare()
        self.process = Process(self.setup.command(), self.setup.environment())
        eventually(self._open, f"{self.setup.name} accepts connections")
        self.setup.configure()
        return self

    def _open(self):
        if not self.process.running():
            raise AssertionError(f"{self.setup.name} ended:\n{self.process.output()}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def running(self):
        return self.process is not None and self.process.running()

    def stop(self):
        """Kills it: what tgtd and istgt do on SIGTERM while sessions are open is not what is tested."""
        if self.process:
            self.process.kill()
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def missing(kind, program):
    """Why a target of this kind cannot be started, or an empty text."""
    if kind == "san-agent":
        found = os.access(program, os.X_OK) if program else iscsi_targets.SanAgent.installed()
        return "" if found else NO_AGENT
    return "" if iscsi_targets.KINDS[kind].installed() else f"{kind} is not installed"
