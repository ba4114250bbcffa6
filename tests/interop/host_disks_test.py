#!/usr/bin/env python3
"""A host finds its disks by itself: zoned to a target it has its units, out of the zone it has them no more."""

import dataclasses
import glob
import os
import re
import signal
import stat
import subprocess
import unittest

from lib import case, loop_devices, pdu
from lib.host_agent import HostAgent
from lib.process import eventually
from lib.san_agent import TARGET, SanAgent
from support import fuse_disk

HOST = "iqn.2026-01.org.example:host"


class HostTest(case.InteropTest):
    means = "socket"

    def setUp(self):
        super().setUp()
        self.store = SanAgent(self, case.agent(), [self.server.port])
        self.capture.ports.add(self.store.notice_port)
        self.store.start()
        self.store.told("event=registered")
        self.host = HostAgent(self, case.agent(), [self.server.port], HOST, self.means)
        self.capture.ports.add(self.host.notice_port)
        self.host.start()
        self.host.told("event=registered")
        self.lun = self.store.setup.first_lun

    def zone(self):
        return self.raw().zone("zone1", HOST, TARGET)

    def leave(self, domain):
        self.raw().ok(pdu.DD_DEREG, pdu.tlv(pdu.DD_ID, domain), pdu.tlv(pdu.DD_NODE_NAME, HOST))

    def store_says(self, *words):
        done = subprocess.run([case.sanctl(), "agent", *words, "--socket", self.store.setup.path("agent.sock")],
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def pattern(self, device, *commands, fails=False):
        """qemu-io at the NBD socket that a disk is."""
        words = [word for command in commands for word in ("-c", command)]
        done = subprocess.run(["qemu-io", "-f", "raw", *words, f"nbd+unix:///?socket={device}"], capture_output=True,
                              text=True, timeout=60, check=False)
        if not fails:
            self.assertEqual((done.returncode, "failed" in done.stdout + done.stderr), (0, False), done)
        return done


class Zoning(HostTest):
    def test_zoned_it_has_the_disk_and_out_of_the_zone_it_has_it_no_more(self):
        self.assertEqual(self.host.disks(), [])
        domain = self.zone()
        [disk] = self.host.comes_to_have(1)
        self.assertEqual((disk["target"], disk["lun"], disk["bytes"]), (TARGET, self.lun, 16 << 20))
        self.assertEqual(os.readlink(self.host.link(TARGET, self.lun)), disk["device"])
        self.pattern(disk["device"], "write -P 7 0 1M", "flush", "read -P 7 0 1M")
        self.leave(domain)
        self.host.comes_to_have_none()
        self.host.told("event=host-disk-gone")
        self.assertFalse(os.path.lexists(self.host.link(TARGET, self.lun)))
        self.assertEqual(self.host.disk_processes(), {})
        self.assertEqual(os.listdir(f"{self.host.attach_folder}/disks"), [])
        # And back, with what was written.
        self.raw().ok(pdu.DD_REG, pdu.tlv(pdu.DD_ID, domain),
                      pdu.tlv(pdu.DD_ID, domain) + pdu.tlv(pdu.DD_NODE_NAME, HOST))
        [disk] = self.host.comes_to_have(1)
        self.pattern(disk["device"], "read -P 7 0 1M")

    def test_a_unit_that_is_mapped_later_comes_and_one_that_is_unmapped_goes(self):
        self.zone()
        self.host.comes_to_have(1)
        self.store_says("unit", "create", "later", "memory", "--size", "8M")
        self.store_says("map", TARGET, "later", "--lun", "9", "--authentication", "none")
        disks = self.host.comes_to_have(2)
        self.assertEqual({disk["lun"] for disk in disks}, {self.lun, 9})
        self.store_says("unmap", TARGET, "--lun", "9", "--yes")
        self.host.comes_to_have(1)


class Independence(HostTest):
    def setUp(self):
        super().setUp()
        self.domain = self.zone()
        [self.disk] = self.host.comes_to_have(1)

    def load(self):
        """Writes to the first 4 MiB that go on until they are stopped."""
        return self.client(1, "qemu-img", "bench", "--image-opts", "-w", "-t", "none", "-c", "100000000", "-d", "8", "-s", "4096")

    def client(self, count, *command):
        """One of its disk, which has so many then; the image follows the command."""
        image = f"driver=raw,size=4M,file.driver=nbd,file.server.type=unix,file.server.path={self.disk['device']}"
        process = subprocess.Popen([*command, image], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.kill)
        eventually(lambda: self.host.disks()[0]["clients"] == count, "it is there")
        return process

    def metrics(self):
        return subprocess.run([case.sanctl(), "agent", "metrics", "--socket", f"{self.host.folder}/agent.sock"],
                              capture_output=True, text=True, timeout=30, check=False).stdout

    def test_a_kill_of_agent_and_helper_touches_no_disk_and_they_take_hold_of_it_again(self):
        load = self.load()
        before = self.host.disk_processes()
        self.host.process.kill()
        self.host.helper.kill()
        self.pattern(self.disk["device"], "write -P 1 8M 1M", "read -P 1 8M 1M")
        self.host.start()
        [disk] = self.host.comes_to_have(1)
        self.assertEqual((disk["disk"], disk["device"]), (self.disk["disk"], self.disk["device"]))
        self.assertEqual(self.host.disk_processes(), before)
        self.assertIsNone(load.poll(), "no I/O error")
        load.kill()
        load.wait()
        eventually(lambda: self.host.disks()[0]["service"] == "ready", "it serves")
        # It is theirs again: it goes with its zone.
        self.leave(self.domain)
        self.host.comes_to_have_none()

    def test_a_clean_end_of_the_agent_touches_no_disk_either(self):
        load = self.load()
        self.host.process.stop()
        self.host.helper.kill()
        self.pattern(self.disk["device"], "write -P 1 8M 1M", "flush", "read -P 1 8M 1M")
        self.host.start()
        [disk] = self.host.comes_to_have(1)
        self.assertEqual(disk["disk"], self.disk["disk"])
        self.assertIsNone(load.poll(), "no I/O error")
        load.kill()
        load.wait()
        self.leave(self.domain)
        self.host.comes_to_have_none()
        self.assertTrue(self.registered())
        self.host.process.stop()
        self.assertFalse(self.registered(), "without a disk it takes the registration back")

    def test_an_end_before_the_helper_is_heard_leaves_the_registration(self):
        """Nobody knows then whether there are disks, and a target lets in only who is registered."""
        self.host.process.stop()
        self.host.helper.kill()
        self.host.start_agent()
        self.host.told("event=registered ")
        self.host.process.stop()
        self.assertTrue(self.registered())

    def registered(self):
        """Whether the name server knows the host's initiator."""
        name = pdu.tlv(pdu.NAME, HOST)
        answer = self.raw().ok(pdu.DEV_ATTR_QRY, name, pdu.tlv(pdu.NAME, ""))
        return answer.raw.count(HOST.encode()) > 1  # the key, and what was found

    def test_without_a_name_server_its_disks_stay(self):
        self.server.process.kill()
        self.host.told("event=not-registered")
        self.pattern(self.disk["device"], "read 0 1M")
        self.host.process.kill()
        self.host.start_agent()
        [disk] = self.host.comes_to_have(1)
        self.assertEqual(disk["disk"], self.disk["disk"])
        self.server.start()

    def test_a_disk_that_is_in_use_stays_until_it_is_free_and_its_requests_fail(self):
        load = self.load()
        idle = self.client(2, "qemu-io", "--image-opts")  # the other one ends with its first error
        self.leave(self.domain)
        self.assertNotEqual(load.wait(timeout=30), 0, "its writes fail")
        self.host.told("event=host-disk-in-use .*NBD client")
        self.assertEqual(len(self.host.disks()), 1)
        idle.stdin.close()
        self.host.comes_to_have_none()

    def test_a_process_that_dies_is_replaced(self):
        [(_, pid)] = self.host.disk_processes().items()
        os.kill(pid, signal.SIGKILL)
        self.host.told("event=host-disk-lost")
        [disk] = self.host.comes_to_have(1)
        eventually(lambda: self.host.disk_processes() not in ({}, {disk["disk"]: pid}), "another one serves")
        self.pattern(disk["device"], "write 0 64k", "read 0 64k")

    def test_a_target_that_is_restarted_is_no_change_of_disks(self):
        so_far = len(self.host.process.lines)
        self.store.process.kill()
        self.host.told("event=target-trouble", so_far)
        self.store.start()
        self.host.told("event=target-watched", so_far)
        self.assertEqual([disk["disk"] for disk in self.host.attached()], [self.disk["disk"]])
        self.assertFalse(any("host-disk-gone" in line for line in self.host.process.lines))

    def test_a_target_that_ends_for_an_upgrade_is_no_error_of_a_disk_in_use_though_it_takes_its_registration_back(self):
        load = self.load()
        before = self.host.disk_processes()
        for _ in range(2):
            so_far = len(self.host.process.lines)
            self.store.stop()
            self.host.told("event=host-disk-in-use", so_far)
            self.store.start()
            eventually(lambda: self.host.attached(), lambda: f"it is shown again: {self.host.process.output()}")
            self.assertEqual([(one["disk"], one["device"]) for one in self.host.attached()],
                             [(self.disk["disk"], self.disk["device"])])
            eventually(lambda: self.host.disks()[0]["service"] == "ready", lambda: str(self.host.disks()))
        self.assertIsNone(load.poll(), "no I/O error")
        self.assertEqual(self.host.disk_processes(), before)
        eventually(lambda: re.search(rf'agent_path_losses_total{{target="{TARGET}",lun="{self.lun}",portal="[^"]*"}} [1-9]',
                                     self.metrics()), self.metrics)
        self.assertRegex(self.metrics(), r'agent_path_up\{[^}]*\} 1\n')
        self.pattern(self.disk["device"], "write -P 7 8M 1M", "flush", "read -P 7 8M 1M")


@unittest.skipIf(fuse_disk.why_not(), fuse_disk.why_not())
class BlockDevice(HostTest):
    means = "fuse"

    def setUp(self):
        super().setUp()
        self.domain = self.zone()
        [self.disk] = self.host.comes_to_have(1)
        self.device = self.disk["device"]
        self.assertTrue(stat.S_ISBLK(os.stat(self.host.link(TARGET, self.lun)).st_mode))
        self.addCleanup(loop_devices.detach, self.host.folder)

    def say(self, *words):
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def mounted(self):
        point = f"{self.folder}/mnt"
        os.makedirs(point)
        self.say("mkfs.ext4", "-q", self.device)
        self.say("mount", self.device, point)
        self.addCleanup(subprocess.run, ["umount", "-l", point], check=False, capture_output=True)
        return point

    def test_a_file_system_on_it_goes_on_over_kills_of_agent_and_helper(self):
        point = self.mounted()
        content = os.urandom(3 << 20)
        with open(f"{point}/file", "wb") as file:
            file.write(content[:1 << 20])
            self.host.process.kill()
            self.host.helper.kill()
            file.write(content[1 << 20:])
            os.fsync(file.fileno())
        self.host.start()
        [disk] = self.host.comes_to_have(1)
        self.assertEqual(disk["device"], self.device)
        self.say("umount", point)
        self.say("mount", self.device, point)
        with open(f"{point}/file", "rb") as file:
            self.assertEqual(file.read(), content)
        self.say("umount", point)

    def test_out_of_the_zone_a_mounted_disk_fails_io_stays_and_goes_when_it_is_unmounted(self):
        point = self.mounted()
        self.leave(self.domain)
        self.host.told(f"event=host-disk-in-use .*mounted at {point}")
        with self.assertRaises(OSError):
            for number in range(100):
                with open(f"{point}/file{number}", "wb") as file:
                    file.write(b"x" * 65536)
                    os.fsync(file.fileno())
        self.say("umount", point)
        self.host.comes_to_have_none()
        self.assertEqual(loop_devices.on_files_of(self.host.folder), [])

    def test_a_loop_device_of_somebody_else_that_has_its_name_by_now_is_not_touched(self):
        with open(f"{self.host.folder}/other", "wb") as file:
            file.truncate(1 << 20)
        other = self.say("losetup", "--find", "--show", f"{self.host.folder}/other").strip()
        [note] = glob.glob(f"{self.host.attach_folder}/devices/*/device")
        with open(note, "w", encoding="utf-8") as file:
            file.write(f"{other}\n")
        self.leave(self.domain)
        self.host.comes_to_have_none()
        self.assertEqual(loop_devices.on_files_of(self.host.folder), [other])

    def test_an_open_device_is_in_use(self):
        with open(self.device, "rb") as file:
            self.leave(self.domain)
            self.host.told(f"event=host-disk-in-use .*open in process {os.getpid()} ")
            self.assertEqual(file.fileno(), file.fileno())
        self.host.comes_to_have_none()

    def another_unit_stands_there_for_a_while(self):
        """Behind the LUN, and then the first one again."""
        unit = self.disk["unit"]
        self.store_says("unit", "create", "other", "memory", "--size", "16M")
        self.store_says("unmap", TARGET, "--lun", str(self.lun), "--yes")
        self.store_says("map", TARGET, "other", "--lun", str(self.lun), "--authentication", "none")
        eventually(lambda: [disk for disk in self.host.attached() if disk["unit"] != unit],
                   lambda: f"{self.host.disks()}\n{self.host.process.output()}")
        # A command hears of it.
        done = subprocess.run(["dd", f"if={self.device}", "of=/dev/null", "bs=64k", "count=1", "iflag=direct"],
                              capture_output=True, timeout=60, check=False)
        self.assertNotEqual(done.returncode, 0, "nothing of the other unit is read")
        self.store_says("unmap", TARGET, "--lun", str(self.lun), "--yes")
        self.store_says("map", TARGET, "unit0", "--lun", str(self.lun), "--authentication", "none")

    def test_a_mounted_disk_whose_unit_was_another_for_a_while_is_lost_and_made_anew_when_it_is_let_go(self):
        point = self.mounted()
        with open(f"{point}/file", "wb") as file:
            file.write(b"kept")
            file.flush()
            os.fsync(file.fileno())
        self.another_unit_stands_there_for_a_while()
        self.host.told("event=host-disk-lost .*another unit")
        eventually(lambda: [(disk["unit"], disk["state"], disk["withdrawn"]) for disk in self.host.disks()] ==
                   [(self.disk["unit"], "lost", False)], lambda: f"{self.host.disks()}\n{self.host.process.output()}")
        eventually(lambda: f"mounted at {point}" in self.host.disks()[0]["why"], lambda: f"{self.host.disks()}")
        so_far = len(self.host.process.lines)
        self.say("umount", "-l", point)
        self.host.told("event=host-disk-came", so_far)
        self.host.helper.expect("event=attach-unwritten .*cannot write back")
        [disk] = self.host.comes_to_have(1)
        self.assertEqual(os.readlink(self.host.link(TARGET, self.lun)), disk["device"])
        self.say("mount", disk["device"], point)
        with open(f"{point}/file", "rb") as file:
            self.assertEqual(file.read(), b"kept")
        self.say("umount", point)

    def test_a_unit_that_may_be_read_alone_is_a_read_only_device_and_later_one_to_write_again(self):
        def device_is(word):
            eventually(lambda: self.say("blockdev", "--getro", self.device).strip() == word,
                       lambda: f"{self.host.process.output()}\n{self.host.helper.output()}")

        def map_is(read_only):
            self.store.setup.units = [dataclasses.replace(self.store.setup.units[0], read_only=read_only)]
            self.store.reload()
        point = self.mounted()
        map_is(True)
        self.host.told(f"event=host-disk-protected .*device={self.device}")
        device_is("1")
        with self.assertRaises(OSError):
            for number in range(100):
                with open(f"{point}/file{number}", "wb") as file:
                    file.write(b"x" * 65536)
                    os.fsync(file.fileno())
        self.say("umount", "-l", point)
        map_is(False)
        self.host.told("event=host-disk-unprotected")
        device_is("0")
        self.say("dd", "if=/dev/zero", f"of={self.device}", "bs=64k", "count=1", "oflag=direct")

    def device_is_of(self, size):
        eventually(lambda: self.say("blockdev", "--getsize64", self.device).strip() == str(size),
                   lambda: f"the device has {size} bytes: {self.host.disks()}")

    def test_another_size_is_seen_by_the_block_device(self):
        self.store_says("unit", "resize", "unit0", "24M")
        self.device_is_of(24 << 20)

    def test_another_size_that_came_while_there_was_no_agent_is_seen_when_there_is_one_again(self):
        self.host.process.kill()
        self.store_says("unit", "resize", "unit0", "24M")
        self.say("dd", f"if={self.device}", "of=/dev/null", "bs=64k", "count=1", "iflag=direct")  # its process hears
        self.device_is_of(16 << 20)
        self.host.start()
        self.device_is_of(24 << 20)


class BegunReadOnly(HostTest):
    """A disk that came while its unit could only be read."""

    def setUp(self):
        super().setUp()
        self.map_is(True)
        self.zone()
        [self.disk] = self.host.comes_to_have(1)
        self.assertTrue(self.disk["read_only"])

    def map_is(self, read_only):
        self.store.setup.units = [dataclasses.replace(self.store.setup.units[0], read_only=read_only)]
        self.store.reload()

    def test_it_can_be_written_when_the_unit_can(self):
        self.pattern(self.disk["device"], "write 0 64k", fails=True)
        self.map_is(False)
        self.host.told("event=host-disk-unprotected")
        self.pattern(self.disk["device"], "read 0 64k", "write -P 7 0 64k", "flush", "read -P 7 0 64k")


@unittest.skipIf(fuse_disk.why_not(), fuse_disk.why_not())
class DeviceBegunReadOnly(BegunReadOnly):
    means = "fuse"

    def test_it_can_be_written_when_the_unit_can(self):
        device = self.disk["device"]
        self.addCleanup(loop_devices.detach, self.host.folder)

        def device_is(word):
            said = subprocess.run(["blockdev", "--getro", device], capture_output=True, text=True, timeout=60, check=False)
            return said.stdout.strip() == word
        write = ["dd", "if=/dev/zero", f"of={device}", "bs=64k", "count=1", "oflag=direct"]
        self.assertTrue(device_is("1"))
        self.map_is(False)
        self.host.told("event=host-disk-unprotected")
        eventually(lambda: device_is("0"), self.host.helper.output)
        done = subprocess.run(write, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    case.main("qemu-io", "qemu-img", uses_agent=True)
