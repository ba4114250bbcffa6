"""`san-agent disk --control` as a process of a test, and whoever directs it."""

import json
import os
import socket

from lib.process import NotifySocket, Process, eventually

from support.iscsi_targets import TARGET


class Refused(Exception):
    """What the disk answered in place of a result."""


class DirectedDisk:
    """An export at `path`, directed over `control`."""

    def __init__(self, program, folder, *words):
        self.program, self.words = program, words
        os.makedirs(folder, exist_ok=True)
        self.path, self.control = os.path.join(folder, "disk.sock"), os.path.join(folder, "control.sock")
        self._notify = NotifySocket(os.path.join(folder, "notify.sock"))
        self.process = None

    @property
    def uri(self):
        return f"nbd+unix:///?socket={self.path}"

    def start(self):
        self.process = Process([self.program, "disk", "--control", self.control, "--socket", self.path, *self.words],
                               self._notify.env())
        self._notify.wait(self.process)
        return self

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

    def told(self, pattern, so_far=0):
        return self.process.expect(pattern, start=so_far)

    def stop(self):
        return self.process.stop()

    def end(self):
        if self.process:
            self.process.kill()
        self._notify.close()
