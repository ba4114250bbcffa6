"""The base of tests of `san-agent disk`: a target with one unit in a file, disks of it, and stock tools that use them.

A test program ends with `disk_case.main()`; it is called with `--program PATH`.
"""

import argparse
import filecmp
import json
import os
import random
import socket
import sys
import unittest

from lib import sandbox
from lib.agent_disk import AgentDisk
from lib.iscsi_serve import Served, iscsi_targets, missing
from lib.process import Process, eventually, run

MIB = 24  # of the unit
Chap = iscsi_targets.Chap
_chosen = argparse.Namespace(program="")


def program():
    return _chosen.program


def write_durably(path, content):
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


class DiskTest(unittest.TestCase):
    """A target with one unit in a file, and disks of it. `kind` is whose target it is."""

    kind = "san-agent"
    chap = None
    thin = True

    def setUp(self):
        self.folder = os.path.join(sandbox.FOLDER, f"t{len(os.listdir(sandbox.FOLDER))}")
        os.makedirs(self.folder)
        self.blocks = self.path("blocks")
        unit = iscsi_targets.Unit(mib=MIB, path=self.blocks, thin=self.thin)
        program = _chosen.program if self.kind == "san-agent" else None
        self.target = Served(self.kind, self.path("target"), [unit], self.chap, program=program)
        self.addCleanup(self.target.stop)
        self.count = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def disk(self, store=None, *words):
        self.count += 1
        disk = AgentDisk(_chosen.program, self.path(f"disk{self.count}"),
                         store or self.target.url(anonymous=True), *words)
        self.addCleanup(disk.end)
        return disk

    def control(self, command, **arguments):
        """A command to the target, by its socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(os.path.join(self.path("target"), "agent.sock"))
            request = {"v": 1, "id": 1, "command": command, "arguments": arguments}
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(connection.makefile().readline())
        self.assertTrue(answer["ok"], answer)

    def tool(self, *argv, fails=False):
        ended, said = run(argv, patience=60)
        self.assertEqual(ended != 0, fails, said)
        return said

    def qemu_io(self, disk, *commands, fails=False):
        words = [word for command in commands for word in ("-c", command)]
        return self.tool("qemu-io", "-f", "raw", "-t", "writeback", *words, disk.uri, fails=fails)

    def image(self, name, seed):
        with open(self.path(name), "wb") as file:
            file.write(random.Random(seed).randbytes(MIB << 20))
        return self.path(name)

    def slow_copy(self, image, disk):
        """A copy that is under way for two seconds or more, when this returns."""
        copy = Process(["qemu-img", "convert", "-r", "8M", "-n", "-f", "raw", "-O", "raw", image, disk.uri])
        eventually(lambda: self.begun(image) or not copy.running(), "the copy is under way")
        self.assertTrue(copy.running(), copy.output())
        self.addCleanup(copy.kill)
        return copy

    def begun(self, image):
        with open(image, "rb") as wanted, open(self.blocks, "rb") as held:
            return wanted.read(1 << 16) == held.read(1 << 16)

    def ends_well(self, copy):
        eventually(lambda: not copy.running(), "the copy ends", patience=60)
        self.assertEqual(copy.output(), "")

    def holds(self, image):
        return filecmp.cmp(image, self.blocks, shallow=False)


def main(*tools):
    """Runs the tests of the calling program; tools are the stock programs that they need."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="", help="san-agent")
    _, rest = parser.parse_known_args(namespace=_chosen)
    if why := missing("san-agent", _chosen.program):
        sandbox.skip(why)
    sandbox.need(*tools)
    sandbox.enter()
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])
