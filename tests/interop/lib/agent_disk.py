"""`san-agent disk` as a process of a test."""

import os
import socket

from lib.process import NotifySocket, Process, eventually


class DiskProcess:
    """One export at `path`; `start()` returns once it says to systemd that it is ready."""

    def __init__(self, program, folder, *words):
        self.program, self.words = program, words
        os.makedirs(folder, exist_ok=True)
        self.path = os.path.join(folder, "disk.sock")
        self.descriptors = ()  # that it inherits
        self._notify = NotifySocket(os.path.join(folder, "notify.sock"))
        self.process = None

    @property
    def uri(self):
        return f"nbd+unix:///?socket={self.path}"

    def begin(self):
        """Without waiting until it is ready."""
        self.process = Process([self.program, "disk", "--socket", self.path, *self.words], self._notify.env(),
                               self.descriptors)
        return self

    def ready(self):
        self._notify.wait(self.process)
        return self

    def start(self):
        return self.begin().ready()

    def told(self, pattern, so_far=0):
        return self.process.expect(pattern, start=so_far)

    def stop(self):
        """The exit status after SIGTERM."""
        return self.process.stop()

    def end(self):
        if self.process:
            self.process.kill()
        self._notify.close()


class AgentDisk(DiskProcess):
    """Of a store; ready when it serves."""

    def __init__(self, program, folder, store, *words):
        super().__init__(program, folder, "--store", store, *words)

    def socket(self):
        """A connection for what no stock client would say."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(20)
        eventually(lambda: os.path.exists(self.path), "the socket is there")
        connection.connect(self.path)
        return connection
