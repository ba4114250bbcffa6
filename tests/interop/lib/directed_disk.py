"""`san-agent disk --control` as a process of a test, and whoever directs it."""

import json
import os
import socket

from lib.agent_disk import DiskProcess
from lib.process import eventually

from support.iscsi_targets import TARGET


class Refused(Exception):
    """What the disk answered in place of a result."""


class DirectedDisk(DiskProcess):
    """Directed over `control`; ready when it can be."""

    def __init__(self, program, folder, *words):
        self.control = os.path.join(folder, "control.sock")
        super().__init__(program, folder, "--control", self.control, *words)

    def line(self, text):
        """The answer to a line, as it comes."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(70)
            connection.connect(self.control)
            connection.sendall(text.encode() + b"\n")
            return json.loads(connection.makefile().readline())

    def ask(self, command, **arguments):
        answer = self.line(json.dumps({"v": 1, "id": 1, "command": command, "arguments": arguments}))
        if not answer["ok"]:
            raise Refused(answer["error"]["text"])
        return answer["result"]

    def configure(self, *portals, lun=1, **more):
        return self.ask("disk.configure", target=TARGET, lun=lun, portals=list(portals), **more)

    def status(self, **arguments):
        return self.ask("disk.status", **arguments)

    def becomes(self, condition, what):
        """The first status of which the condition holds, by waiting for changes."""
        def now():
            status = self.status()
            return status if condition(status) else None
        return eventually(now, lambda: f"{what}: {json.dumps(self.status(), indent=1)}\n{self.process.output()}")

    def is_in(self, state):
        return self.becomes(lambda status: status["state"] == state, f"the disk is {state}")

    def path_states(self, *states):
        return self.becomes(lambda status: [path["state"] for path in status.get("paths", [])] == list(states),
                            f"the paths are {states}")
