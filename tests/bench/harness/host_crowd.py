"""A SAN of agents on this machine: the management server, one storage agent with a unit for each host, and hosts, each
a `san-agent` with its helper as processes of their own; all of them enrolled. Hosts and storage are those of the
interop tests.
"""

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
import types

from harness.process import Daemon, Failed, wait_until
from harness.san_clients import NAME
from lib.host_agent import HostAgent
from lib.san_agent import TARGET, SanAgent
from support import iscsi_targets

LUN = 1
PATIENCE = 60


class Host(HostAgent):
    """Its logs are files: what reads pipes would take processor time from those who are measured."""

    def start_helper(self):
        self.helper = self._daemon("helper", [self.program, "attach", "--folder", self.attach_folder, "--names", self.names,
                                              "--means", self.means, "--user", "root"])
        wait_until(lambda: self.says("helper", "event=attach-ready"), "the helper is ready")

    def start_agent(self):
        with open(f"{self.folder}/agent.toml", "w", encoding="utf-8") as file:
            file.write(self.configuration)
        self.process = self._daemon("agent", [self.program, "--config", f"{self.folder}/agent.toml"])

    def _daemon(self, name, argv):
        return Daemon(argv, self.log(name), self.test.processors)

    def log(self, name):
        return f"{self.folder}/{name}.log"

    def says(self, name, text):
        with open(self.log(name), encoding="utf-8", errors="replace") as file:
            return text in file.read()

    @property
    def device(self):
        """The link to its disk."""
        return self.link(TARGET, LUN)

    def end(self):
        for daemon in (self.process, self.helper):
            if daemon:
                daemon.child.kill()
                daemon.child.wait()
        for pid in self.disk_processes().values():
            os.kill(pid, 9)


class Lines:
    """New lines of a file, as they come."""

    def __init__(self, path):
        self._file = open(path, encoding="utf-8", errors="replace")
        self._file.seek(0, os.SEEK_END)

    def new(self):
        return self._file.read()

    def close(self):
        self._file.close()


class Crowd:
    """A context: all of it runs and is enrolled. `fuse`: whether there is one more host, the last, whose disks are block
    devices."""

    def __init__(self, bench, count, fuse):
        self.bench, self.count, self.fuse = bench, count, fuse
        # Short: paths of sockets have 107 bytes at most.
        self.folder = tempfile.mkdtemp(prefix="sanctum-hosts-", dir="/tmp")
        self._stack = contextlib.ExitStack()
        self.hosts, self.units = [], []

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.server = stack.enter_context(self.bench.managed())
            self._test = types.SimpleNamespace(folder=self.folder, addCleanup=stack.callback,
                                               processors=self.bench.processors.server)
            self._start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _start(self):
        total = self.count + (1 if self.fuse else 0)
        program = self.bench.agent_program
        self.storage = SanAgent(self._test, program, [self.server.port], "store",
                                [iscsi_targets.Unit(mib=1) for _ in range(total)], enforce_zones="false")
        self.storage.start()
        self.storage.told("event=registered ")
        for i in range(total):
            means = "fuse" if i == self.count else "socket"
            self.hosts.append(Host(self._test, program, [self.server.port], f"{NAME}host{i:05}", means, f"h{i}").start())
        for host in self.hosts:
            wait_until(lambda host=host: host.says("agent", "event=registered "), "a host is registered")
        self._join("store", "store", TARGET, self.storage.setup.path("agent.sock"))
        for i, host in enumerate(self.hosts):
            self._join(f"web{i}", f"h{i}", host.initiator, f"{host.folder}/agent.sock")
        wait_until(lambda: len(self._units()) == total, "all units are known")
        self.units = self._units()

    def _units(self):
        return [one["designator"] for one in self.server.get("/logical-units?limit=1000")["items"]]

    def _join(self, name, entity, node, at):
        token = self.server.post("/agents/invitations", {"agent": name, "entity": entity, "nodes": [node]})["token"]
        done = subprocess.run([self.bench.program("sanctl"), "agent", "join", "--server",
                               f"127.0.0.1:{self.server.api_port}", "--socket", at], input=token + "\n",
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode:
            raise Failed(f"{name} cannot join: {done.stderr}")

    # --- zones and maps ---

    def edits(self, numbers):
        """A zone of these hosts, and a unit for each."""
        edits = []

        def create(reference, **fields):
            edits.append({"op": "create", "object": reference})
            for field, value in fields.items():
                edits.append({"op": "set", "object": reference, "field": field, "value": value})
        create("domain:+0", name="crowd")
        for node in [TARGET, *(self.hosts[i].initiator for i in numbers)]:
            edits.append({"op": "add", "object": "domain:+0", "field": "nodes", "value": f"node:{node}"})
        create("domain-set:+1", name="crowd-set")
        edits.append({"op": "add", "object": "domain-set:+1", "field": "domains", "value": "domain:+0"})
        edits.append({"op": "set", "object": "domain-set:+1", "field": "enabled", "value": True})
        for i in numbers:
            create(f"map:+{i + 2}", who=f"node:{self.hosts[i].initiator}", target=f"node:{TARGET}",
                   unit=f"logical-unit:{self.units[i]}", lun=LUN, right="read-write")
        return edits

    def submitted(self, numbers):
        made = self.server.post("/changes", {"title": "disks", "edits": self.edits(numbers)})
        return self.server.post(f"/changes/{made['id']}/submit",
                                {"version": made["version"], "reason": "measured", "ticket": "T-1"})

    def roll_back(self, change, numbers):
        wait_until(lambda: self.server.get(f"/changes/{change['id']}")["state"] == "confirming", "it is carried out")
        self.server.post(f"/changes/{change['id']}/rollback", {"reason": "measured"})
        wait_until(lambda: not any(os.path.lexists(self.hosts[i].device) or
                                   os.listdir(f"{self.hosts[i].attach_folder}/disks") for i in numbers),
                   "the disks are gone")

    def given(self, numbers, steps=False):
        """Seconds from the moment at which the commit is sent until the disk of each of these hosts has answered a
        read; with `steps`, of one host, also until each step on the way, by its name. And the change, to roll back."""
        change = self.submitted(numbers)
        connection = self.server.connection()
        begun, seen = time.perf_counter(), {}

        def commit():
            self.server.timed(f"/changes/{change['id']}/commit", "POST", {"version": change["version"]}, connection)
            seen["commit answered"] = time.perf_counter() - begun
        sender = threading.Thread(target=commit)
        watch = Steps(self, numbers[0]) if steps else None
        begun = time.perf_counter()
        sender.start()
        waiting, took = list(numbers), {}
        while waiting:
            if time.perf_counter() > begun + PATIENCE:
                raise Failed(f"{len(waiting)} hosts have no disk: {self.hosts[waiting[0]].ask('disks')}")
            if watch:
                watch.look(seen, begun)
            for i in list(waiting):
                if os.path.lexists(self.hosts[i].device) and readable(self.hosts[i].device):
                    took[i] = time.perf_counter() - begun
                    waiting.remove(i)
            time.sleep(0.001)
        sender.join()
        if watch:
            watch.look(seen, begun)
            watch.close()
            seen["readable"] = took[numbers[0]]
        return list(took.values()), seen, change


class Steps:
    """When logs first say what a step says, seen to a millisecond or so."""

    def __init__(self, crowd, number):
        host = crowd.hosts[number]
        self._storage, self._begin = crowd.storage.process, len(crowd.storage.process.lines)
        self._logs = {"agent": Lines(host.log("agent")), "helper": Lines(host.log("helper"))}

    WORDS = {"agent": {"watch logged in": "event=target-watched", "disk attached": "event=host-disk-came"},
             "helper": {"process started": "command=attach.start", "device made": "command=attach.device"}}

    def look(self, seen, begun):
        now = time.perf_counter() - begun
        lines, self._begin = self._storage.lines[self._begin:], len(self._storage.lines)
        if any("event=state-applied" in line for line in lines):
            seen.setdefault("target applied", now)
        for name, log in self._logs.items():
            new = log.new()
            for step, words in self.WORDS[name].items():
                if words in new:
                    seen.setdefault(step, now)

    def close(self):
        for log in self._logs.values():
            log.close()


def disk_process(host):
    """Its numbers, as a Daemon's."""
    [pid] = host.disk_processes().values()
    stand_in = Daemon.__new__(Daemon)
    stand_in.child = types.SimpleNamespace(pid=pid)
    return stand_in


def readable(device):
    """Whether a read of 4 KiB is answered, by the NBD socket or the block device."""
    try:
        path = os.path.realpath(device, strict=True)
        if path.startswith("/dev/"):
            fd = os.open(path, os.O_RDONLY)
            try:
                return len(os.pread(fd, 4096, 0)) == 4096
            finally:
                os.close(fd)
        return nbd_read(path)
    except OSError:
        return False


def nbd_read(path):
    """By the shortest way that the protocol knows."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE)
        client.connect(path)
        stream = client.makefile("rb")
        stream.read(18)
        client.sendall(struct.pack(">I8sII", 3, b"IHAVEOPT", 1, 0))
        if len(stream.read(10)) != 10:
            return False
        client.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 0, 1, 0, 4096) + struct.pack(">IHHQQI", 0x25609513, 0, 2, 2, 0, 0))
        magic, error, _ = struct.unpack(">IIQ", stream.read(16))
        return (magic, error) == (0x67446698, 0) and len(stream.read(4096)) == 4096
