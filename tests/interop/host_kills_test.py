#!/usr/bin/env python3
"""Agent and helper of a host are killed at each step on which a disk comes and goes: it comes and goes all the same, once, and
has its data."""

import os
import re
import shutil
import subprocess
import unittest

from host_disks_test import HostTest
from lib import case, loop_devices
from lib.process import eventually
from support import fuse_disk
from support.iscsi_targets import TARGET

PATIENCE = 30
UNIT = os.path.join(os.path.dirname(__file__), "../../agent/packaging/san-agent-attach.service")


class KillTest(HostTest):
    def kill_after(self, command, victim):
        """SIGKILL once the helper has done this for the next time, and a new start of whom it hit."""
        pattern = rf"event=attach-done command={command}\b"
        so_far = self.done(pattern)
        yield_to = {"agent": self.host.process, "helper": self.host.helper}[victim]

        def hit():
            eventually(lambda: self.done(pattern) > so_far, lambda: f"{command} is done: {self.host.helper.output()}",
                       PATIENCE)
            yield_to.kill()
            if victim == "agent":
                self.host.start_agent()
            else:
                self.host.start_helper()
        return hit

    def done(self, pattern):
        return len(re.findall(pattern, self.host.helper.output()))

    def has_it(self):
        [disk] = self.host.comes_to_have(1, PATIENCE)
        self.assertEqual(os.readlink(self.host.link(TARGET, self.lun)), disk["device"])
        self.assertEqual(len(os.listdir(f"{self.host.attach_folder}/disks")), 1)
        self.assertEqual(len(self.host.disk_processes()), 1)
        return disk

    def has_none(self):
        eventually(lambda: not self.host.disks() and not os.listdir(f"{self.host.attach_folder}/disks") and
                   not os.listdir(f"{self.host.attach_folder}/devices"),
                   lambda: f"nothing is left: {self.host.disks()}\n{self.host.helper.output()}", PATIENCE)
        self.assertEqual(self.host.disk_processes(), {})
        self.assertFalse(os.path.lexists(self.host.link(TARGET, self.lun)))


class Steps(KillTest):
    def test_at_each_step_of_attach(self):
        written = False
        for command in ("attach.start", "attach.device"):
            for victim in ("helper", "agent"):
                with self.subTest(command=command, victim=victim):
                    hit = self.kill_after(command, victim)
                    domain = self.raw().zone(f"zone-{command[7:]}-{victim}", "iqn.2026-01.org.example:host", TARGET)
                    hit()
                    disk = self.has_it()
                    if written:
                        self.pattern(disk["device"], "read -P 7 0 16M")
                    self.pattern(disk["device"], "write -P 7 0 16M", "flush")
                    written = True
                    self.leave(domain)
                    self.has_none()

    def test_at_each_step_of_detach(self):
        for number, (command, victim) in enumerate((command, victim) for command in ("attach.remove", "attach.clear")
                                                   for victim in ("helper", "agent")):
            with self.subTest(command=command, victim=victim):
                domain = self.raw().zone(f"zone{number}", "iqn.2026-01.org.example:host", TARGET)
                disk = self.has_it()
                if number:
                    self.pattern(disk["device"], "read -P 9 0 16M")
                self.pattern(disk["device"], "write -P 9 0 16M")
                hit = self.kill_after(command, victim)
                self.leave(domain)
                hit()
                self.has_none()


@unittest.skipIf(os.geteuid() != 0, "only root has capabilities to take away")
class AsItsUnitAllows(KillTest):
    """The helper has the capabilities of its unit and no others, and processes of disks are another user's."""

    def setUp(self):
        super().setUp()
        self.host.helper.kill()
        with open(UNIT, encoding="utf-8") as unit:
            bounds = re.search(r"^CapabilityBoundingSet=(.*)$", unit.read(), re.MULTILINE).group(1)
        # Those that this machine gives to root.
        known = subprocess.run(["setpriv", "--dump"], capture_output=True, text=True, check=True).stdout
        named = [name.removeprefix("CAP_").lower() for name in bounds.split()]
        bounding = ",".join(["-all", *(f"+{name}" for name in named if name in known)])
        os.chmod(self.host.folder, 0o711)
        self.host.start_helper("daemon", ["setpriv", "--bounding-set", bounding, "--inh-caps=-all", "--no-new-privs"])
        self.host.told("event=helper-there", len(self.host.process.lines) - 1)

    def test_a_disk_whose_process_is_killed_is_made_anew(self):
        domain = self.raw().zone("zone", "iqn.2026-01.org.example:host", TARGET)
        self.has_it()
        [before] = self.host.disk_processes().values()
        os.kill(before, 9)
        eventually(lambda: [pid for pid in self.host.disk_processes().values() if pid != before],
                   lambda: f"another process: {self.host.disks()}\n{self.host.helper.output()}", PATIENCE)
        self.has_it()
        self.leave(domain)
        self.has_none()


@unittest.skipIf(fuse_disk.why_not(), fuse_disk.why_not())
class WithinAStep(KillTest):
    """The helper is killed while `losetup` runs, which then makes a device of which nobody has noted anything."""

    means = "fuse"

    def setUp(self):
        super().setUp()
        self.host.helper.kill()
        self.tools = f"{self.host.folder}/tools"
        os.makedirs(self.tools)
        # The helper takes programs of the system's folders alone.
        place = shutil.which("losetup", path="/usr/sbin:/sbin:/usr/bin:/bin")
        real = shutil.copy(place, f"{self.tools}/real")
        with open(f"{self.tools}/losetup", "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\ncase \"$*\" in *--show*) touch {self.tools}/asked\n"
                         f"while [ ! -e {self.tools}/go ]; do sleep 0.02; done;; esac\n"
                         f"{real} \"$@\"\nstatus=$?\ntouch {self.tools}/made\nexit $status\n")
        os.chmod(f"{self.tools}/losetup", 0o755)
        subprocess.run(["mount", "--bind", f"{self.tools}/losetup", place], check=True)
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        self.host.start_helper()
        self.host.told("event=helper-there", len(self.host.process.lines) - 1)
        self.addCleanup(loop_devices.detach, self.host.folder)

    def touch(self, name):
        with open(f"{self.tools}/{name}", "w", encoding="utf-8"):
            pass

    def killed_within(self):
        domain = self.zone()
        eventually(lambda: os.path.exists(f"{self.tools}/asked"), "a loop device is to be made")
        self.host.helper.kill()
        self.touch("go")
        eventually(lambda: os.path.exists(f"{self.tools}/made"), "it is made")
        [self.orphan] = loop_devices.on_files_of(self.host.folder)
        return domain

    def left_behind(self):
        """Whether the device still has a disk of ours; where that is unmounted its path is only the end of what it was."""
        try:
            with open(f"/sys/block/{os.path.basename(self.orphan)}/loop/backing_file", encoding="utf-8") as file:
                path = file.read().strip()
        except OSError:
            return False
        return path in ("/disk", "/disk (deleted)") or self.host.folder in path

    def test_the_device_is_taken_up_and_there_is_no_second_one(self):
        domain = self.killed_within()
        self.host.start_helper()
        disk = self.has_it()
        self.assertEqual(loop_devices.on_files_of(self.host.folder), [disk["device"]])
        self.assertEqual(self.left_behind(), disk["device"] == self.orphan)
        content = os.urandom(1 << 20)
        with open(disk["device"], "r+b") as device:
            device.write(content)
            device.flush()
            os.fsync(device.fileno())
        with open(disk["device"], "rb") as device:
            self.assertEqual(device.read(1 << 20), content)
        self.leave(domain)
        self.has_none()
        self.assertFalse(self.left_behind())

    def test_out_of_the_zone_meanwhile_it_goes(self):
        domain = self.killed_within()
        self.leave(domain)
        self.host.start_helper()
        self.has_none()
        self.assertFalse(self.left_behind())


if __name__ == "__main__":
    case.main("qemu-io", uses_agent=True, uses_sanctl=True)
