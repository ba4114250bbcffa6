"""A host: `san-agent` with host.enabled, and its helper `san-agent attach`, which makes its disks."""

import json
import os
import re
import socket
import subprocess

from lib.process import PATIENCE, Process, eventually
from support.ports import free_port


class Helper:
    """`san-agent attach`. Its log is a file, since the processes of its disks write there and outlive it."""

    def __init__(self, argv, log):
        self._log = log
        with open(log, "ab") as file:
            self._child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=file, stderr=file)

    @property
    def pid(self):
        return self._child.pid

    def output(self):
        with open(self._log, encoding="utf-8") as file:
            return file.read()

    def expect(self, pattern):
        eventually(lambda: re.search(pattern, self.output()), lambda: f"{pattern} in {self.output()}")

    def running(self):
        return self._child.poll() is None

    def kill(self):
        self._child.kill()
        self._child.wait()


class HostAgent:
    """One host. stop() and kill() of agent or helper leave its disks; end() takes all of it away."""

    def __init__(self, test, program, servers, initiator, means="socket", entity="host", more=""):
        self.test, self.program, self.initiator, self.means = test, program, initiator, means
        # Short: paths of sockets have 107 bytes at most.
        self.folder = f"{test.folder}/{entity}"
        os.makedirs(self.folder)
        self.attach_folder, self.names = f"{self.folder}/a", f"{self.folder}/by-target"
        addresses = ", ".join(f'"127.0.0.1:{port}"' for port in servers)
        self.notice_port = free_port()
        self.configuration = f"""
[state]
folder = "{self.folder}/state"
[control]
socket = "{self.folder}/agent.sock"
[http]
enabled = false
[initiator]
name = "{initiator}"
[host]
enabled = true
helper = "{self.attach_folder}/attach.sock"
[isns]
servers = [{addresses}]
entity = "{entity}"
notice_port = {self.notice_port}
{more}
[[portal]]
address = "127.0.0.1:{free_port()}"
"""
        self.process = self.helper = None
        test.addCleanup(self.end)

    def start(self):
        self.start_helper()
        self.start_agent()
        return self

    def start_helper(self, user="root", within=()):
        """`within`: words of a program that runs it, with less than root's rights."""
        self.helper = Helper([*within, self.program, "attach", "--folder", self.attach_folder, "--names", self.names,
                              "--means", self.means, "--user", user], f"{self.folder}/helper.log")
        self.helper.expect("event=attach-ready")

    def start_agent(self):
        with open(f"{self.folder}/agent.toml", "w", encoding="utf-8") as file:
            file.write(self.configuration)
        self.process = Process([self.program, "--config", f"{self.folder}/agent.toml"])
        self.process.expect("event=started")

    def told(self, pattern, so_far=0):
        return self.process.expect(pattern, start=so_far)

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(f"{self.folder}/agent.sock")
            connection.sendall(json.dumps({"v": 1, "id": 1, "command": command}).encode() + b"\n")
            answer = json.loads(connection.makefile().readline())
        if not answer["ok"]:
            raise AssertionError(answer)
        return answer["result"]

    def disks(self):
        return self.ask("disks")["disks"]

    def attached(self):
        return [disk for disk in self.disks() if disk["state"] == "attached" and not disk["withdrawn"]]

    def comes_to_have(self, count, patience=30):
        eventually(lambda: len(self.attached()) == count,
                   lambda: f"it has {count} disks: {json.dumps(self.ask('disks'), indent=1)}\n{self.process.output()}\n"
                           f"{self.helper.output()}", patience)
        return self.attached()

    def comes_to_have_none(self, patience=PATIENCE):
        eventually(lambda: not self.disks(), lambda: f"{self.disks()}\n{self.process.output()}", patience)

    def link(self, target, lun):
        return f"{self.names}/{target}/lun-{lun}"

    def disk_processes(self):
        """Their pids by id, as whoever serves their control sockets."""
        pids = {}
        folder = f"{self.attach_folder}/disks"
        for disk in os.listdir(folder) if os.path.isdir(folder) else []:
            try:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(f"{folder}/{disk}/control")
                    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
                    pids[disk] = int.from_bytes(credentials[:4], "little")
            except OSError:
                pass
        return pids

    def end(self):
        for process in (self.process, self.helper):
            if process and process.running():
                process.kill()
        for pid in self.disk_processes().values():
            os.kill(pid, 9)
