#!/usr/bin/env python3
"""A target agent that is told to end (SIGTERM), as for an upgrade, and started again, under the I/O of initiators.

Each of them must come back by itself, go on, and see no error; what it wrote is what the target holds. Our host agent has
its test in host_disks_test.py, the kernel's initiator in tests/guest.
"""

from lib import disk_case
from lib.disk_case import DiskTest
from lib.process import Process, eventually


class Upgrade(DiskTest):
    """`copy_to(image)` begins to write it to the unit, slowly."""

    rounds = 2

    def upgrade(self):
        """The agent ends in good order while somebody writes, and the next one begins."""
        status = self.target.process.stop()
        self.assertEqual(status, 0, "a clean end")
        self.target.start()

    def go_on_over_upgrades(self, copy_to):
        for seed in range(self.rounds):
            image = self.image(f"image{seed}", seed)
            copy = copy_to(image)
            self.addCleanup(copy.kill)
            eventually(lambda: self.begun(image) or not copy.running(), "the copy is under way")
            self.assertTrue(copy.running(), copy.output())
            self.upgrade()
            self.assertTrue(copy.running(), "it was under way all the time: " + copy.output())
            self.assertEqual(self.ended(copy), 0, copy.output())
            self.assertTrue(self.holds(image), copy.output())

    def ended(self, copy):
        eventually(lambda: not copy.running(), lambda: "it ends: " + copy.output(), patience=60)
        return copy.kill()

    def setUp(self):
        super().setUp()
        self.target.start()

    def test_a_disk_of_a_host(self):
        disk = self.disk().start()
        self.go_on_over_upgrades(lambda image: Process(
            ["qemu-img", "convert", "-r", "8M", "-n", "-f", "raw", "-O", "raw", image, disk.uri]))
        disk.told("event=disk-back")

    def test_libiscsi_in_qemu(self):
        self.go_on_over_upgrades(lambda image: Process(
            ["qemu-img", "convert", "-r", "8M", "-n", "-f", "raw", "-O", "raw", image, self.target.url(anonymous=True)]))


if __name__ == "__main__":
    disk_case.main("qemu-img")
