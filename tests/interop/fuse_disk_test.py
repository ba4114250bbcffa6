#!/usr/bin/env python3
"""A logical unit as a block device where the kernel has nothing but FUSE and loop devices: `san-agent disk --fuse`,
with a file system on it that lives through what happens to target, unit and disk.
"""

import errno
import hashlib
import os
import random
import re
import subprocess
import sys

from lib import disk_case
from lib.capture import Capture
from lib.disk_case import MIB, DiskTest, write_durably
from lib.process import Process, eventually, run
from support.fuse_disk import FuseMount, LoopDevice, why_not

SYNCHRONIZE_CACHE, WRITE = (0x35, 0x91), (0x2A, 0x8A)
# Writes a file piece by piece, each synchronous; says so after each, and what became of it at the end.
WRITER = """
import os, sys
file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
with open(sys.argv[2], "rb") as source:
    while piece := source.read(1 << 16):
        os.write(file, piece)
        os.fsync(file)
        print("piece", flush=True)
print("all written", flush=True)
"""


class FuseDiskTest(DiskTest):
    def setUp(self):
        if why := why_not():
            self.skipTest(why)
        super().setUp()

    def file_disk(self, store=None, *words):
        """A disk and where its file is mounted."""
        mount = FuseMount(self.path(f"fuse{self.count}"))
        self.addCleanup(mount.close)
        disk = self.disk(store, "--fuse", str(mount.descriptor), *words)
        disk.descriptors = (mount.descriptor,)
        disk.start()
        mount.handed_over()
        return disk, mount

    def loop(self, mount, *options, direct=True):
        loop = LoopDevice(mount.file, *options, direct=direct)
        self.addCleanup(loop.close)
        return loop

    def mounted(self, device, *options):
        """Where the file system of the device is mounted."""
        self.count += 1
        place = self.path(f"mounted{self.count}")
        os.makedirs(place)
        ended, said = run(["mount", *options, device, place])
        if ended != 0 and "unknown filesystem" in said:
            self.skipTest(f"ext4 cannot be mounted here: {said}")
        self.assertEqual(ended, 0, said)
        self.addCleanup(lambda: run(["umount", "-l", place]))
        return place

    def attached(self, store=None, *words):
        """Disk, mount, loop device, and a new file system on it."""
        disk, mount = self.file_disk(store, *words)
        loop = self.loop(mount)
        self.tool("mkfs.ext4", "-q", loop.path)
        return disk, mount, loop, self.mounted(loop.path)

    def begun(self, lines=1):
        """Whether the writer has written so many pieces."""
        return lambda: len(self.writer.lines) >= lines or not self.writer.running()

    def start_writer(self, path, source):
        self.writer = Process([sys.executable, "-c", WRITER, path, source])
        self.addCleanup(self.writer.kill)
        eventually(self.begun(), "the writer has begun")

    def source(self, name, seed, mib=4):
        with open(self.path(name), "wb") as file:
            file.write(random.Random(seed).randbytes(mib << 20))
        return self.path(name)


def may_resize():
    """Whether ext4 grows while it is mounted: CAP_SYS_RESOURCE, which root of a container may lack."""
    with open("/proc/self/status", encoding="ascii") as status:
        return bool(int(re.search(r"CapEff:\s+(\w+)", status.read())[1], 16) >> 24 & 1)


def content(path):
    with open(path, "rb") as file:
        return file.read()


def digest(path):
    return hashlib.sha256(content(path)).hexdigest()


class Life(FuseDiskTest):
    def test_a_file_system_lives_on_it_and_is_what_the_target_holds(self):
        self.target.start()
        disk, mount, loop, place = self.attached()
        disk.told("event=disk-file-served")
        self.assertTrue(loop.is_direct())
        self.assertEqual(os.stat(mount.file).st_size, MIB << 20)
        self.assertEqual(os.listdir(mount.place), ["disk"])
        files = {f"{place}/{seed}": random.Random(seed).randbytes(2 << 20) for seed in range(3)}
        for path, data in files.items():
            write_durably(path, data)
        self.tool("umount", place)
        place_again = self.mounted(loop.path)
        for path, data in files.items():
            self.assertEqual(digest(path.replace(place, place_again)), hashlib.sha256(data).hexdigest())
        # What is trimmed goes back to the target.
        full = os.stat(self.blocks).st_blocks * 512
        os.unlink(f"{place_again}/0")
        self.tool("sync", "-f", place_again)
        self.tool("fstrim", "-v", place_again)
        self.assertLess(os.stat(self.blocks).st_blocks * 512, full - (3 << 19))
        self.tool("umount", place_again)
        loop.close()
        # By another way.
        copy = self.path("copy")
        self.tool("nbdcopy", disk.uri, copy)
        self.tool("fsck.ext4", "-f", "-n", copy)
        self.tool("debugfs", "-R", f"dump /2 {self.path('dumped')}", copy)
        self.assertEqual(content(self.path("dumped")), files[f"{place}/2"])
        self.assertEqual(disk.stop(), 0)
        self.tool("fsck.ext4", "-f", "-n", self.blocks)

    def test_holes_and_zeroes_read_as_zeroes(self):
        self.target.start()
        _, mount = self.file_disk()
        loop = self.loop(mount)
        image = self.image("image", 3)
        self.tool("dd", f"if={image}", f"of={loop.path}", "bs=1M", "oflag=direct", "conv=fsync", "status=none")
        full = os.stat(self.blocks).st_blocks * 512
        self.tool("blkdiscard", "--offset", "1M", "--length", "8M", loop.path)
        self.assertLess(os.stat(self.blocks).st_blocks * 512, full - (7 << 20))
        self.tool("blkdiscard", "--zeroout", "--offset", "16M", "--length", "1M", loop.path)
        wanted = bytearray(content(image))
        wanted[1 << 20:9 << 20] = bytes(8 << 20)
        wanted[16 << 20:17 << 20] = bytes(1 << 20)
        self.assertTrue(content(loop.path) == wanted)
        self.assertTrue(content(self.blocks) == wanted)

    def test_flush_and_synchronous_writes_are_commands_of_the_target(self):
        capture = Capture(self.folder)
        self.addCleanup(capture.stop)
        capture.iscsi_ports.add(self.target.port)
        self.target.start()
        _, mount = self.file_disk()
        loop = self.loop(mount)
        before = len(capture.block_commands())
        self.tool("dd", "if=/dev/zero", f"of={mount.file}", "bs=4k", "count=1", "oflag=direct,dsync", "conv=notrunc",
                  "status=none")
        self.tool("dd", "if=/dev/zero", f"of={loop.path}", "bs=4k", "count=1", "oflag=direct", "conv=fsync",
                  "status=none")
        self.target.stop()
        sent = capture.block_commands()[before:]
        self.assertEqual([forced for opcode, forced in sent if opcode in WRITE], [True, False])
        self.assertIn(sent[-1][0], SYNCHRONIZE_CACHE)

    def test_a_read_only_disk_is_a_read_only_device(self):
        self.target.start()
        _, mount = self.file_disk(None, "--read-only")
        with self.assertRaises(OSError) as refused:
            os.open(mount.file, os.O_RDWR)
        self.assertEqual(refused.exception.errno, errno.EROFS)
        loop = self.loop(mount, "--read-only")
        self.assertEqual(content(loop.path), content(self.blocks))
        self.tool("dd", "if=/dev/zero", f"of={loop.path}", "bs=4k", "count=1", "oflag=direct", "status=none", fails=True)
        self.assertEqual(content(loop.path), content(self.blocks))

    def test_blocks_of_4096_bytes_are_kept_to(self):
        disk, mount = self.file_disk("memory:16M,block=4096")
        for part in (512, 4096):
            reading = subprocess.run(["dd", f"if={mount.file}", "of=/dev/null", f"bs={part}", "count=1", "status=none"],
                                     capture_output=True, text=True, check=False)
            self.assertEqual(reading.returncode == 0, part == 4096, reading.stderr)
        loop = self.loop(mount, "--sector-size", "4096")
        self.tool("mkfs.ext4", "-q", loop.path)
        place = self.mounted(loop.path)
        write_durably(f"{place}/file", b"text" * 1000)
        self.tool("umount", place)
        self.tool("fsck.ext4", "-f", "-n", loop.path)
        self.assertEqual(disk.stop(), 0)

    def test_a_unit_that_is_not_thin_takes_zeroes_and_no_holes(self):
        image = self.image("image", 3)
        with open(self.blocks, "wb") as file:
            file.truncate(MIB << 20)
        _, mount = self.file_disk(f"file:{self.blocks},thick")
        loop = self.loop(mount)
        self.tool("dd", f"if={image}", f"of={loop.path}", "bs=1M", "oflag=direct", "conv=fsync", "status=none")
        # The first one is refused within the kernel, for which it is but a hint; then none is offered any more.
        self.tool("blkdiscard", "--offset", "1M", "--length", "1M", loop.path)
        self.tool("blkdiscard", "--offset", "1M", "--length", "1M", loop.path, fails=True)
        self.tool("blkdiscard", "--zeroout", "--offset", "2M", "--length", "1M", loop.path)
        wanted = bytearray(content(image))
        wanted[2 << 20:3 << 20] = bytes(1 << 20)
        self.assertTrue(content(self.blocks) == wanted)
        self.tool("mkfs.ext4", "-q", "-E", "lazy_itable_init=0", loop.path)
        self.tool("fsck.ext4", "-f", "-n", loop.path)

    def test_a_unit_that_grows_is_a_device_that_grows_under_a_file_system(self):
        self.target.start()
        disk, mount, loop, place = self.attached()
        data = random.Random(4).randbytes(2 << 20)
        write_durably(f"{place}/before", data)
        self.control("unit.resize", id="unit0", size=f"{2 * MIB}M")
        write_durably(f"{place}/during", data)
        disk.told(f"event=disk-size-changed .*bytes={2 * MIB << 20} before={MIB << 20}")
        loop.take_size()
        self.assertEqual(loop.size(), 2 * MIB << 20)
        self.assertEqual(os.stat(mount.file).st_size, 2 * MIB << 20)
        if not may_resize():
            self.tool("umount", place)
            self.tool("fsck.ext4", "-f", "-p", loop.path)
        self.tool("resize2fs", loop.path)
        if not may_resize():
            self.tool("mount", loop.path, place)
        write_durably(f"{place}/after", random.Random(5).randbytes(MIB << 20))
        self.assertEqual(content(f"{place}/before"), data)
        self.tool("umount", place)
        self.tool("fsck.ext4", "-f", "-n", loop.path)


class Losses(FuseDiskTest):
    def test_a_target_that_is_killed_and_started_again_under_a_file_system_is_not_noticed(self):
        self.target.start()
        disk, _, loop, place = self.attached()
        for seed in (6, 7):
            source, so_far = self.source(f"source{seed}", seed, mib=8), len(disk.process.lines)
            self.start_writer(f"{place}/{seed}", source)
            self.target.stop()
            disk.told("event=disk-lost", so_far)
            self.assertTrue(self.writer.running(), self.writer.output())
            self.target.start()
            disk.told("event=disk-back", so_far)
            self.assertEqual(self.writer.end(), 0, self.writer.output())
            self.assertIn("all written", self.writer.lines)
        self.tool("umount", place)
        self.tool("fsck.ext4", "-f", "-n", loop.path)
        place = self.mounted(loop.path)
        for seed in (6, 7):
            self.assertEqual(digest(f"{place}/{seed}"), digest(self.path(f"source{seed}")))

    def test_told_to_end_it_has_flushed_everything(self):
        capture = Capture(self.folder)
        self.addCleanup(capture.stop)
        capture.iscsi_ports.add(self.target.port)
        self.target.start()
        disk, mount = self.file_disk()
        loop = self.loop(mount)
        image = self.image("image", 8)
        # In small pieces: behind a PDU of many segments tshark may take its data for headers, and see no more commands.
        self.tool("dd", f"if={image}", f"of={loop.path}", "bs=32k", "oflag=direct", "status=none")
        self.assertEqual(disk.stop(), 0)
        disk.told("event=disk-closed")
        self.target.stop()
        self.assertTrue(self.holds(image))
        eventually(lambda: capture.block_commands()[-1][0] in SYNCHRONIZE_CACHE,
                   lambda: f"the last command is a flush: {capture.block_commands()[-3:]}")
        with self.assertRaises(OSError):
            content(loop.path)

    def test_a_disk_that_is_killed_gives_errors_and_a_new_one_has_all_that_was_synced(self):
        self.target.start()
        disk, mount, loop, place = self.attached()
        data = random.Random(9).randbytes(3 << 20)
        write_durably(f"{place}/synced", data)
        source = self.source("source", 10, mib=12)
        self.start_writer(f"{place}/writing", source)
        eventually(self.begun(3), "three pieces are synced")
        disk.process.kill()
        self.assertNotEqual(self.writer.end(), 0, "the writer hears that its disk has gone")
        pieces = self.writer.lines.count("piece")
        reading = subprocess.run(["dd", f"if={loop.path}", "of=/dev/null", "bs=4k", "count=1", "iflag=direct"],
                                 capture_output=True, text=True, check=False)
        self.assertNotEqual(reading.returncode, 0)
        self.tool("umount", place)
        loop.close()
        mount.unmount()
        _, mount = self.file_disk()
        loop = self.loop(mount)
        place = self.mounted(loop.path)
        self.assertEqual(content(f"{place}/synced"), data)
        kept = content(f"{place}/writing")
        self.assertGreaterEqual(len(kept), pieces << 16)
        self.assertTrue(content(source).startswith(kept[:pieces << 16]))
        self.tool("umount", place)
        self.tool("fsck.ext4", "-f", "-n", loop.path)

    def test_a_file_system_that_is_taken_away_leaves_the_export(self):
        self.target.start()
        disk, mount = self.file_disk()
        mount.unmount()
        disk.told("event=disk-file-ended .*unmounted")
        self.assertEqual(self.tool("nbdinfo", "--size", disk.uri).strip(), str(MIB << 20))
        self.assertEqual(disk.stop(), 0)


class CommandLine(FuseDiskTest):
    def test_a_descriptor_that_is_none_is_told(self):
        def ended(words, descriptors=()):
            process = Process([disk_case.program(), "disk", "--store", "memory:1M", "--socket", self.path("s"), *words],
                              descriptors=descriptors)
            self.addCleanup(process.kill)
            return process.end(), process.output()

        for words, status, why in ((["--fuse", "x"], 2, "number of an open descriptor"),
                                   (["--fuse", "1"], 2, "number of an open descriptor"),
                                   (["--fuse", "77"], 1, "no open descriptor of /dev/fuse")):
            self.assertEqual((found := ended(words))[0], status, found)
            self.assertRegex(found[1], re.escape(why))
        fuse = os.open("/dev/fuse", os.O_RDWR)
        self.addCleanup(os.close, fuse)
        status, said = ended(["--fuse", str(fuse)], (fuse,))
        self.assertEqual(status, 1)
        self.assertIn("no mounted FUSE file system", said)


if __name__ == "__main__":
    disk_case.main("nbdinfo", "nbdcopy", "mkfs.ext4", "tshark", "losetup")
