#!/usr/bin/env python3
"""A logical unit as a disk of a host: `san-agent disk` used by libnbd's and qemu's tools, and by a file system."""

import filecmp
import json
import os
import random
import re
import shutil
import subprocess
import sys

from lib import disk_case, loop_devices
from lib.capture import Capture
from lib.disk_case import MIB, DiskTest, write_durably
from lib.iscsi_serve import missing
from lib.process import Process, eventually, run
from lib.secret_scan import assert_nowhere

SYNCHRONIZE_CACHE, WRITE = (0x35, 0x91), (0x2A, 0x8A)


class Data(DiskTest):
    def test_what_stock_clients_write_is_what_the_target_holds_and_what_they_read(self):
        self.target.start()
        disk = self.disk().start()
        for seed, program in ((1, "nbdcopy"), (2, "qemu-img")):
            image, back = self.image(f"image{seed}", seed), self.path(f"back{seed}")
            if program == "nbdcopy":
                self.tool("nbdcopy", "--flush", image, disk.uri)
                self.tool("nbdcopy", disk.uri, back)
            else:
                self.tool("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image, disk.uri)
                self.tool("qemu-img", "convert", "-f", "raw", "-O", "raw", disk.uri, back)
            self.assertTrue(filecmp.cmp(image, back, shallow=False))
            self.assertTrue(self.holds(image), program)
        self.assertEqual(disk.stop(), 0)
        disk.told("event=disk-closed")
        self.assertFalse(os.path.exists(disk.path))

    def test_nbdinfo_is_told_what_the_unit_is(self):
        self.target.start()
        disk = self.disk().start()
        # What is on the disk it would ask the program "file", which a bare Debian lacks: then it prints garbage.
        export = json.loads(self.tool("nbdinfo", "--no-content", "--json", disk.uri))["exports"][0]
        self.assertEqual(export["export-size"], MIB << 20)
        for can in ("can_flush", "can_fua", "can_trim", "can_zero", "can_multi_conn", "can_cache", "can_df"):
            self.assertTrue(export[can], can)
        self.assertFalse(export["is_read_only"])
        self.assertEqual([export[f"block_{size}"] for size in ("minimum", "maximum")] if "block_minimum" in export else
                         [export["block_size_minimum"], export["block_size_maximum"]], [512, 32 << 20])
        self.assertIn("iqn.", export["description"])
        listed = json.loads(self.tool("nbdinfo", "--no-content", "--json", "--list", disk.uri))["exports"]
        self.assertEqual([each["export-name"] for each in listed], [""])
        self.assertIn("for export: other", self.tool("nbdinfo", f"nbd+unix:///other?socket={disk.path}", fails=True))

    def test_flush_and_fua_are_commands_of_the_target_and_outlive_its_kill(self):
        capture = Capture(self.folder)
        self.addCleanup(capture.stop)
        capture.iscsi_ports.add(self.target.port)
        self.target.start()
        disk = self.disk().start()
        self.qemu_io(disk, "write -P 1 0 64k")
        before = capture.block_commands()
        self.qemu_io(disk, "write -P 1 0 4k", "flush", "write -f -P 2 4k 4k")
        self.target.stop()
        with open(self.blocks, "rb") as file:
            self.assertEqual(file.read(8192), b"\1" * 4096 + b"\2" * 4096)
        sent = capture.block_commands()[len(before):]
        first = next(i for i, (opcode, _) in enumerate(sent) if opcode in WRITE)
        flushed = next(i for i, (opcode, _) in enumerate(sent) if opcode in SYNCHRONIZE_CACHE)
        self.assertLess(first, flushed)
        self.assertEqual([forced for opcode, forced in sent if opcode in WRITE], [False, True])

    def test_discard_gives_space_of_the_target_back_and_zeroes_read_as_such(self):
        self.target.start()
        disk = self.disk().start()
        self.tool("nbdcopy", self.image("image", 3), disk.uri)
        full = os.stat(self.blocks).st_blocks * 512
        self.qemu_io(disk, "discard 0 8M", "read -P 0 0 8M", "write -z 8M 1M", "write -z -u 9M 1M", "read -P 0 8M 2M",
                     "flush")
        self.assertLess(os.stat(self.blocks).st_blocks * 512, full - (7 << 20))
        with open(self.blocks, "rb") as file:
            self.assertEqual(file.read(10 << 20), bytes(10 << 20))
            with open(self.path("image"), "rb") as image:
                image.seek(10 << 20)
                self.assertEqual(file.read(), image.read())

    def test_two_clients_at_once_see_one_disk(self):
        self.target.start()
        disk = self.disk().start()
        image = self.image("image", 4)
        half = MIB // 2
        copies = [Process(["qemu-io", "-f", "raw", "-c", f"write -s {image} -q {start}M {half}M", "-c", "flush",
                           disk.uri]) for start in (0, half)]
        for copy in copies:
            self.assertEqual(copy.end(), 0, copy.output())
        with open(self.blocks, "rb") as file, open(image, "rb") as wanted:
            pattern = wanted.read(half << 20)
            self.assertEqual(file.read(), pattern * 2)
        # One that stays sees what another one writes.
        stays = subprocess.Popen(["qemu-io", "-f", "raw", disk.uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True)
        self.addCleanup(stays.kill)
        self.qemu_io(disk, "write -P 85 1M 64k")
        said, _ = stays.communicate("read -P 85 1M 64k\nquit\n", timeout=20)
        self.assertNotIn("failed", said)

    def test_a_read_only_disk_takes_no_writes(self):
        self.target.start()
        disk = self.disk(None, "--read-only").start()
        self.assertTrue(json.loads(self.tool("nbdinfo", "--no-content", "--json", disk.uri))["exports"][0]["is_read_only"])
        # The client's own check; the server's is for those that have none.
        self.tool("qemu-io", "-f", "raw", "-c", "write 0 64k", disk.uri, fails=True)
        self.tool("qemu-io", "-r", "-f", "raw", "-c", "read 0 64k", disk.uri)

    def test_blocks_of_4096_bytes_are_kept_to(self):
        disk = self.disk("memory:16M,block=4096").start()
        self.qemu_io(disk, "write -P 3 512 512", "read -P 3 512 512", "read -P 0 0 512", "write -z 4k 8k")
        self.tool("nbdcopy", disk.uri, self.path("back"))
        self.assertEqual(os.path.getsize(self.path("back")), 16 << 20)


class Size(DiskTest):
    thin = False

    def test_a_new_client_sees_a_unit_that_was_resized_and_an_old_one_goes_on(self):
        self.target.start()
        disk = self.disk().start()
        self.assertEqual(self.tool("nbdinfo", "--size", disk.uri).strip(), str(MIB << 20))
        old = subprocess.Popen(["qemu-io", "-f", "raw", disk.uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
        self.addCleanup(old.kill)
        disk.told("event=disk-client-came client=2")
        self.control("unit.resize", id="unit0", size=f"{2 * MIB}M")
        self.assertEqual(self.tool("nbdinfo", "--size", disk.uri).strip(), str(2 * MIB << 20))
        disk.told(f"event=disk-size-changed .*bytes={2 * MIB << 20} before={MIB << 20}")
        self.qemu_io(disk, f"write -P 7 {MIB}M 64k", f"read -P 7 {MIB}M 64k")
        said, _ = old.communicate("write -P 6 0 64k\nread -P 6 0 64k\nquit\n", timeout=20)
        self.assertNotIn("failed", said)


class Losses(DiskTest):
    def test_a_target_that_is_killed_and_started_again_under_a_copy_is_not_noticed(self):
        self.target.start()
        disk = self.disk().start()
        for seed in (5, 6):
            image = self.image(f"image{seed}", seed)
            so_far = len(disk.process.lines)
            copy = self.slow_copy(image, disk)
            self.target.stop()
            disk.told("event=disk-lost", so_far)
            self.assertTrue(copy.running(), copy.output())
            self.target.start()
            disk.told("event=disk-back", so_far)
            self.ends_well(copy)
            self.assertIn("identical", self.tool("qemu-img", "compare", "-f", "raw", "-F", "raw", image, disk.uri))
            self.assertTrue(self.holds(image))

    def test_it_waits_for_a_target_that_is_not_there_yet_and_ends_when_told_so_meanwhile(self):
        disk = self.disk().begin()
        disk.told("event=disk-waiting .*refused")
        self.assertFalse(os.path.exists(disk.path))
        self.target.start()
        disk.ready()
        self.assertEqual(self.tool("nbdinfo", "--size", disk.uri).strip(), str(MIB << 20))
        self.target.stop()
        waits = self.disk().begin()
        waits.told("event=disk-waiting")
        self.assertEqual(waits.stop(), 0)

    def test_a_client_that_sends_garbage_ends_alone(self):
        self.target.start()
        disk = self.disk().start()
        image = self.image("image", 7)
        copy = self.slow_copy(image, disk)
        before_words, in_transmission = disk.socket(), disk.socket()
        before_words.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        in_transmission.sendall(bytes([0, 0, 0, 3]) + b"IHAVEOPT" + bytes([0, 0, 0, 1, 0, 0, 0, 0]) + b"\xff" * 4096)
        for connection in (before_words, in_transmission):
            try:
                while connection.recv(65536):
                    pass
            except ConnectionResetError:
                pass
            connection.close()
        self.assertTrue(copy.running(), copy.output())
        self.ends_well(copy)
        self.assertTrue(self.holds(image))
        self.assertEqual(len(re.findall("event=disk-client-fault", "\n".join(disk.process.lines))), 2)

    def test_a_client_that_is_killed_leaves_nothing(self):
        self.target.start()
        disk = self.disk().start()
        image = self.image("image", 8)
        copy = self.slow_copy(image, disk)
        copy.kill()
        disk.told("event=disk-client-left .*client=1")
        self.tool("nbdcopy", image, disk.uri)
        self.assertTrue(self.holds(image))

    def test_stopped_under_a_copy_what_was_answered_is_at_the_target(self):
        self.target.start()
        disk = self.disk().start()
        copy = self.slow_copy(self.image("image", 9), disk)
        self.assertEqual(disk.stop(), 0)
        disk.told("event=disk-closed")
        self.assertNotEqual(copy.end(), 0, "the client hears that its disk has gone")


class Proof(DiskTest):
    chap = disk_case.Chap("host", "a-secret-of-16-b", "storage", "another-of-16-by")

    def store(self, **secrets):
        words = {"secret": self.chap.secret, "target-secret": self.chap.mutual_secret, **secrets}
        for name, secret in words.items():
            descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(secret)
        return (f"{self.target.url(anonymous=True)},user={self.chap.name},secret={self.path('secret')},"
                f"target-user={self.chap.mutual_name},target-secret={self.path('target-secret')}")

    def test_mutual_chap_is_used_and_no_secret_is_seen(self):
        self.target.start()
        disk = self.disk(self.store()).start()
        self.qemu_io(disk, "write -P 1 0 64k", "flush")
        with open(f"/proc/{disk.process.pid}/limits", encoding="ascii") as limits:
            self.assertRegex(limits.read(), r"Max core file size\s+0\s+0")
        said = self.tool("nbdinfo", "--no-content", disk.uri) + disk.process.output()
        self.assertEqual(disk.stop(), 0)
        secrets = (self.chap.secret, self.chap.mutual_secret, self.path("secret"))
        assert_nowhere(self, "nbdinfo and the log", said + disk.process.output(), secrets, "event=disk-closed")

    def test_a_wrong_secret_is_said_and_a_right_one_is_taken_without_a_restart(self):
        self.target.start()
        store = self.store(secret="not-the-secret-16")
        disk = self.disk(store).begin()
        disk.told("event=disk-waiting .*login was refused")
        self.store()
        disk.ready()


class Foreign(DiskTest):
    kind = "tgtd"
    thin = False

    def setUp(self):
        if why := missing("tgtd", ""):
            self.skipTest(why)
        super().setUp()

    def test_a_unit_of_tgtd_is_a_disk_and_comes_back_under_a_copy(self):
        self.target.start()
        disk = self.disk().start()
        image = self.image("image", 10)
        copy = self.slow_copy(image, disk)
        self.target.stop()
        disk.told("event=disk-lost")
        self.target.start()
        self.ends_well(copy)
        self.assertTrue(self.holds(image))


class FileSystem(DiskTest):
    """By nbdfuse and a loop device: what every Debian kernel can."""

    def setUp(self):
        if os.geteuid() != 0 or not os.access("/dev/fuse", os.W_OK) or not os.path.exists("/dev/loop-control"):
            self.skipTest("needs root, /dev/fuse and loop devices")
        if not shutil.which("mkfs.ext4", path=os.environ["PATH"]):
            self.skipTest("mkfs.ext4 is not installed")
        super().setUp()

    def attach(self, disk):
        """The loop device."""
        place = self.path("fuse")
        os.makedirs(place, exist_ok=True)
        fuse = Process(["nbdfuse", place, disk.uri])
        self.addCleanup(fuse.kill)
        self.addCleanup(lambda: run(["umount", "-l", place]))
        eventually(lambda: os.path.exists(f"{place}/nbd") or not fuse.running(), "nbdfuse has mounted")
        if not fuse.running():
            self.skipTest(f"FUSE does not work here: {fuse.output()}")
        ended, loop = run(["losetup", "--find", "--show", f"{place}/nbd"])
        if ended != 0:
            self.skipTest(f"loop devices do not work here: {loop}")
        device = loop.strip()
        self.addCleanup(loop_devices.detach, place)
        return device

    def test_a_file_system_lives_on_it_also_while_the_target_is_away(self):
        self.target.start()
        disk = self.disk().start()
        device, mounted = self.attach(disk), self.path("mounted")
        os.makedirs(mounted)
        self.tool("mkfs.ext4", "-q", device)
        ended, said = run(["mount", device, mounted])
        if ended != 0:
            self.skipTest(f"ext4 cannot be mounted here: {said}")
        self.addCleanup(lambda: run(["umount", "-l", mounted]))
        content = random.Random(11).randbytes(4 << 20)
        write_durably(f"{mounted}/before", content)
        self.target.stop()
        disk.told("event=disk-lost")
        writer = Process([sys.executable, "-c", "import os, sys\n"
                          f"file = open('{mounted}/during', 'wb'); file.write(bytes(range(256)) * 4096)\n"
                          "file.flush(); os.fsync(file.fileno())"])
        self.addCleanup(writer.kill)
        self.assertTrue(writer.running())
        self.target.start()
        self.assertEqual(writer.end(), 0, writer.output())
        self.tool("umount", mounted)
        self.tool("fsck.ext4", "-f", "-n", device)
        self.tool("losetup", "--detach", device)
        self.assertEqual(disk.stop(), 0)
        # The target's file is that file system.
        self.tool("fsck.ext4", "-f", "-n", self.blocks)
        self.tool("debugfs", "-R", f"dump /before {self.path('dumped')}", self.blocks)
        with open(self.path("dumped"), "rb") as file:
            self.assertEqual(file.read(), content)


class CommandLine(DiskTest):
    def refused(self, *words):
        ended, said = run([disk_case.program(), "disk", *words])
        self.assertEqual(ended, 2, said)
        return said

    def test_mistakes_are_told_with_status_2(self):
        self.assertIn("--store is missing", self.refused("--socket", "/run/x"))
        self.assertIn("did you mean \"--socket\"", self.refused("--sockt", "/run/x"))
        self.assertIn("unknown kind", self.refused("--store", "memry:1M", "--socket", "/run/x"))
        store = "iscsi://h/iqn.2026-01.org.example:t/0,user=u,secret=hush"
        assert_nowhere(self, "the refusal", self.refused("--store", store, "--socket", "/run/x"), ("hush",), "secret=")
        self.assertIn("initiator's name",
                      self.refused("--store", "memory:1M", "--socket", "/run/x", "--initiator", "me"))

    def test_what_keeps_it_from_the_start_is_told_with_status_1(self):
        disk = self.disk("memory:1M").start()
        for words, why in ((["memory:1M", disk.path], "another process serves"),
                           (["file:/nowhere/disk", self.path("s")], "/nowhere/disk"),
                           (["memory:1M", "/nowhere/socket"], "/nowhere/socket")):
            ended, said = run([disk_case.program(), "disk", "--store", words[0], "--socket", words[1]])
            self.assertEqual(ended, 1, said)
            self.assertIn(why, said)
        self.assertEqual(self.tool("nbdinfo", "--size", disk.uri).strip(), str(1 << 20))

    def test_the_help_page_says_how_to_use_it(self):
        ended, said = run([disk_case.program(), "disk", "--help"])
        self.assertEqual(ended, 0)
        self.assertIn("--store STORE", said)


if __name__ == "__main__":
    disk_case.main("nbdinfo", "nbdcopy", "nbdfuse", "qemu-img", "qemu-io", "tshark")
