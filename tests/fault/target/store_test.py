#!/usr/bin/env python3
"""Stores that are full, that fail and that hang below a whole san-agent: the sense that initiators get, and that other
units go on as if nothing were.

Called with --program PATH [unittest arguments].
"""

import argparse
import os
import signal
import struct
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "interop"))
from lib import sandbox  # noqa: E402  the path comes first
from lib.iscsi_initiator import Initiator, Place  # noqa: E402
from lib.iscsi_serve import Served, iscsi_targets, missing  # noqa: E402
from lib.process import Process, eventually  # noqa: E402
from lib.small_disk import SmallDisk  # noqa: E402

HOST = "iqn.2026-01.org.example:host"
GOOD, CHECK_CONDITION = 0, 2
BLOCKS = 64  # of a command
BAD_WRITE, BAD_READ = 2048, 4096  # sectors that fail
chosen = argparse.Namespace(program="")


def write(initiator, lba, fill=b"w"):
    return initiator.command(bytes([0x8A, 0]) + struct.pack(">QI", lba, BLOCKS) + bytes(2), write=fill * (BLOCKS * 512))


def read(initiator, lba):
    return initiator.command(bytes([0x88, 0]) + struct.pack(">QI", lba, BLOCKS) + bytes(2), read=BLOCKS * 512)


class StoreTest(unittest.TestCase):
    """The unit in trouble is the first, one in memory the second."""

    def setUp(self):
        self.folder = os.path.join(sandbox.FOLDER, f"t{len(os.listdir(sandbox.FOLDER))}")
        os.makedirs(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def serve(self, unit):
        self.served = Served("san-agent", self.path("agent"), [unit, iscsi_targets.Unit(mib=16)], None, chosen.program)
        self.addCleanup(self.served.stop)
        self.served.start()
        # A command to the unit in trouble waits until the others have shown that they go on.
        self.troubled, self.healthy = self.session(0, patience=120.0), self.session(1)

    def session(self, index, patience=10.0):
        initiator = Initiator(Place.of(self.served.url(index)), HOST, patience)
        self.addCleanup(initiator.close)
        initiator.until_ready()
        eventually(lambda: write(initiator, 0).status == GOOD, "the unit is there")
        return initiator

    def export(self, *options):
        """qemu-nbd with a file of 16 MiB without holes, which it would not read: its process, and the store."""
        with open(self.path("blocks"), "wb") as file:
            file.write(b"\1" * (16 << 20))
        socket = self.path("nbd.sock")
        server = Process(["qemu-nbd", "-t", "-e", "0", "-k", socket, *(options or ("-f", "raw", self.path("blocks")))])
        self.addCleanup(server.kill)
        eventually(lambda: os.path.exists(socket), "qemu-nbd listens: " + server.output())
        return server, f"nbd+unix:///?socket={socket}"

    def expect_sense(self, answer, *wanted):
        self.assertEqual((answer.status, answer.key_and_code), (CHECK_CONDITION, wanted))

    def expect_healthy(self):
        for lba in (0, 1000):
            self.assertEqual(write(self.healthy, lba, b"h").status, GOOD)
            self.assertEqual(read(self.healthy, lba).data, b"h" * (BLOCKS * 512))

    def test_a_full_disk_is_a_failed_space_allocation_until_there_is_room(self):
        disk = SmallDisk(self, self.path("disk"), 4 << 20)
        self.serve(iscsi_targets.Unit(mib=64, path=self.path("disk/unit"), thin=True))
        for times in range(2):
            lba = 8192 + times * 1024
            disk.fill()
            self.expect_sense(write(self.troubled, lba), 7, 0x27, 0x07)
            self.assertEqual(read(self.troubled, 0).data, b"w" * (BLOCKS * 512))
            self.assertEqual(read(self.troubled, lba).data, bytes(BLOCKS * 512))
            self.assertEqual(write(self.troubled, 0).status, GOOD)  # its room is there
            self.expect_healthy()
            disk.make_room()
            self.assertEqual(write(self.troubled, lba).status, GOOD)

    def test_blocks_that_fail_are_medium_errors_and_no_others(self):
        rules = [f"file.inject-error.{i}.event={event},file.inject-error.{i}.errno=5,file.inject-error.{i}.sector={sector}"
                 for i, (event, sector) in enumerate((("write_aio", BAD_WRITE), ("read_aio", BAD_READ)))]
        _, store = self.export("--image-opts", "driver=raw,file.driver=blkdebug,file.image.driver=file,"
                               f"file.image.filename={self.path('blocks')}," + ",".join(rules))
        self.serve(iscsi_targets.Unit(store=store))
        for _ in range(2):
            self.expect_sense(write(self.troubled, BAD_WRITE), 3, 0x0C, 0x00)
            self.expect_sense(read(self.troubled, BAD_READ), 3, 0x11, 0x00)
            self.assertEqual(write(self.troubled, BAD_READ).status, GOOD)
            self.assertEqual(read(self.troubled, 0).data, b"w" * (BLOCKS * 512))
            self.expect_healthy()

    def test_a_store_that_hangs_holds_up_its_own_unit_alone(self):
        server, store = self.export()
        self.serve(iscsi_targets.Unit(store=store))
        os.kill(server.pid, signal.SIGSTOP)
        self.addCleanup(lambda: server.running() and os.kill(server.pid, signal.SIGCONT))
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(write(self.troubled, 2000, b"s")))
        waiting.start()
        for _ in range(50):
            self.expect_healthy()
        newcomer = Initiator(Place.of(self.served.url(1)), HOST + "2")
        newcomer.until_ready()
        self.assertEqual(read(newcomer, 0).status, GOOD)
        newcomer.close()
        self.assertEqual(answers, [], "the hanging store has not answered")
        os.kill(server.pid, signal.SIGCONT)
        waiting.join()
        self.assertEqual([answer.status for answer in answers], [GOOD])
        self.assertEqual(read(self.troubled, 2000).data, b"s" * (BLOCKS * 512))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, help="san-agent")
    _, rest = parser.parse_known_args(namespace=chosen)
    if why := missing("san-agent", chosen.program):
        sandbox.skip(why)
    sandbox.need("qemu-nbd")
    sandbox.enter()
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest])


if __name__ == "__main__":
    main()
