"""san-agent with a target of one unit in memory, registered with the name server of a test."""

import itertools
import json
import os
import signal
import socket
import subprocess

from lib.process import PATIENCE, Process, eventually
from support import iscsi_targets
from support.ports import free_port

TARGET = iscsi_targets.TARGET
_numbers = itertools.count()


class _Setup(iscsi_targets.SanAgent):
    more = ""

    def configuration(self):
        # Keys of [isns] stand before the records.
        return self.more + super().configuration()


class SanAgent:
    """One agent; start() again after stop() or kill() has the same state. `servers` are ports on 127.0.0.1."""

    def __init__(self, test, program, servers, entity="store", units=None, **isns):
        folder = f"{test.folder}/agent{next(_numbers)}"
        os.makedirs(folder)
        self.setup = _Setup(folder, free_port(), units or [iscsi_targets.Unit(mib=16)], None, program)
        self.settings = {"entity": f'"{entity}"', "notice_port": free_port(), **isns}
        self.notice_port = self.settings["notice_port"]
        self.use(servers)
        self.process = None
        self.folder = folder
        test.addCleanup(self.end)

    def use(self, servers):
        """At the next start or reload."""
        addresses = ", ".join(f'"127.0.0.1:{port}"' for port in servers)
        settings = {"servers": f"[{addresses}]", **self.settings}
        self.setup.more = "[isns]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()) + "\n"

    def reload(self):
        self.setup.prepare()
        os.kill(self.process.pid, signal.SIGHUP)

    def start(self):
        self.setup.prepare()
        self.process = Process(self.setup.command(), self.setup.environment())
        self.process.expect("started")
        return self

    def stop(self):
        status = self.process.stop()
        if status != 0:
            raise AssertionError(f"san-agent ended with status {status}:\n{self.process.output()}")

    def end(self):
        if self.process and self.process.running():
            self.process.kill()

    def told(self, pattern, so_far=0, patience=PATIENCE):
        return self.process.expect(pattern, start=so_far, patience=patience)

    def ask(self, command, **arguments):
        """The answer of its control socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.setup.path("agent.sock"))
            connection.sendall(json.dumps({"v": 1, "id": 1, "command": command, "arguments": arguments}).encode() + b"\n")
            return json.loads(connection.makefile().readline())

    def lets_in(self, initiator):
        """Whether libiscsi's iscsi-inq gets at the unit under this name. One that is dropped tries again for ever."""
        try:
            return subprocess.run(["iscsi-inq", "-i", initiator, self.setup.url()], capture_output=True, timeout=5,
                                  check=False).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def comes_to_let_in(self, initiator):
        eventually(lambda: self.lets_in(initiator), f"{initiator} is let in")

    def keeps(self):
        """The zones that hold over a kill too: initiators by target. They are saved a moment after they hold; None while
        that is under way, and before."""
        path = self.setup.path("state") + "/zones.json"
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            zones = {one["target"]: one["initiators"] for one in json.load(file)["zones"]}
        return None if os.path.exists(path + ".new") else zones  # the one that it has replaced goes last

    def comes_to_refuse(self, initiator):
        eventually(lambda: not self.lets_in(initiator), f"{initiator} is refused")
