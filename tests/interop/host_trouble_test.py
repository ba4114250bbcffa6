#!/usr/bin/env python3
"""What a host makes of name servers and targets that do wrong, and of a disk that is full: docs/operations/agent.md says
what must come of each."""

import subprocess
import threading

from host_disks_test import HOST, HostTest
from lib import case, pdu
from lib.bad_target import BadTarget, login_response
from lib.host_agent import HostAgent
from lib.pdu import portal, tlv
from lib.process import eventually
from lib.san_agent import TARGET
from lib.small_disk import SmallDisk
from support.ports import free_port

LIE = "iqn.2026-01.org.example:aaa-lie"  # it sorts before the true one


class TroubleTest(HostTest):
    def registers(self, port, *names, entity="liar"):
        """Targets that somebody has registered at this port of this machine."""
        client = self.raw()
        for begin in range(0, len(names), 200):
            nodes = b"".join(tlv(pdu.NAME, name) + tlv(pdu.NODE_TYPE, pdu.TARGET) for name in names[begin:begin + 200])
            client.ok(pdu.DEV_ATTR_REG, b"", tlv(pdu.EID, entity) + tlv(pdu.PROTOCOL, 2) + portal("127.0.0.1", port) + nodes,
                      source=names[0])

    def joins(self, domain, *names):
        client = self.raw()
        for begin in range(0, len(names), 200):
            members = b"".join(tlv(pdu.DD_NODE_NAME, name) for name in names[begin:begin + 200])
            client.ok(pdu.DD_REG, tlv(pdu.DD_ID, domain), tlv(pdu.DD_ID, domain) + members)

    def zoned_with(self, port, *names):
        """The host sees the true target, whose disk it has, and these."""
        domain = self.zone()
        [disk] = self.host.comes_to_have(1)
        self.registers(port, *names)
        self.joins(domain, *names)
        return domain, disk

    def still_has(self, disk):
        self.assertEqual([one["disk"] for one in self.host.attached()], [disk["disk"]])
        self.pattern(disk["device"], "write -P 3 0 64k", "read -P 3 0 64k")
        self.assertFalse([line for line in self.host.process.lines if "host-disk-gone" in line])


class LyingNameServer(TroubleTest):
    def test_a_target_that_is_not_there_is_trouble_and_the_other_disks_go_on(self):
        _, disk = self.zoned_with(free_port(), LIE)
        self.host.told(f"event=target-trouble target={LIE} ")
        self.still_has(disk)


class FloodingNameServer(TroubleTest):
    def setUp(self):
        super().setUp()
        # tshark does not put PDUs of many fragments together.
        self.capture.ports.discard(self.server.port)

    def test_ten_thousand_targets_drive_out_no_disk_and_are_bounded(self):
        names = [f"{LIE}{number:05}" for number in range(10_000)]
        before = self.host.process.resident()
        _, disk = self.zoned_with(free_port(), *names)
        self.host.told(r"event=host-targets-left-out targets=\d+ most=256", 0)
        eventually(lambda: len(self.host.ask("disks")["targets"]) == 256, "it looks at 256")
        self.assertIn(TARGET, [one["target"] for one in self.host.ask("disks")["targets"]])
        self.still_has(disk)
        self.assertLess(self.host.process.resident() - before, 64 << 20)
        # The same over its restart, when it has no watch yet.
        self.host.process.kill()
        self.host.start_agent()
        eventually(lambda: len(self.host.ask("disks")["targets"]) == 256, "it looks at 256")
        self.host.comes_to_have(1)
        self.still_has(disk)


class ManyPortals(TroubleTest):
    def test_a_disk_goes_over_sixteen_portals_of_its_target_and_over_the_one_where_the_host_is_let_in(self):
        # They sort before the true one, and nobody answers there.
        dead = b"".join(portal("127.0.0.1", port) for port in range(1, 21))
        self.raw().ok(pdu.DEV_ATTR_REG, tlv(pdu.EID, "store"), tlv(pdu.EID, "store") + dead, source=TARGET)
        self.zone()
        [disk] = self.host.comes_to_have(1)
        self.host.told(f"event=host-portals-left-out target={TARGET} portals=5 most=16", 0)
        self.pattern(disk["device"], "write -P 3 0 64k", "flush", "read -P 3 0 64k")


class BadTargets(TroubleTest):
    def test_one_that_hangs_within_a_pdu_is_given_up_and_tried_again(self):
        bad = BadTarget(self, lambda request: login_response(request, text=b"TargetPortalGroupTag=1\0")[:40])
        _, disk = self.zoned_with(bad.port, LIE)
        self.host.told(f"event=target-trouble target={LIE} ")
        eventually(lambda: bad.logins >= 2, "it is tried again")
        self.still_has(disk)

    def test_one_that_redirects_in_circles_is_given_up_and_makes_no_storm(self):
        bad = BadTarget(self, lambda request: login_response(
            request, 0x0101, f"TargetAddress=127.0.0.1:{bad.port}\0".encode()))
        _, disk = self.zoned_with(bad.port, LIE)
        self.host.told(f"event=target-trouble target={LIE} .*redirected too often")
        # 9 logins a try, and tries 0.25, 0.5, 1, 2, 4, 8 and then 10 s apart.
        seen, pause = bad.logins, threading.Event()
        pause.wait(3)
        self.assertLessEqual(bad.logins - seen, 5 * 9)
        self.still_has(disk)

    def test_one_that_refuses_is_trouble_with_its_reason(self):
        bad = BadTarget(self, lambda request: login_response(request, 0x0202))
        _, disk = self.zoned_with(bad.port, LIE)
        self.host.told(f"event=target-trouble target={LIE} .*refused .without CHAP.*: ")
        self.still_has(disk)

    def test_another_unit_behind_the_lun_under_io_never_gets_the_writes_nor_gives_its_data(self):
        self.zone()
        [first] = self.host.comes_to_have(1)
        self.store_says("unit", "create", "other", "memory", "--size", "16M")
        self.store_says("map", TARGET, "other", "--lun", "9", "--authentication", "none")
        other = next(disk for disk in self.host.comes_to_have(2) if disk["lun"] == 9)
        self.pattern(other["device"], "write -P 90 0 16M", "flush")
        self.store_says("unmap", TARGET, "--lun", "9", "--yes")
        self.host.comes_to_have(1)
        self.pattern(first["device"], "write -P 7 0 16M", "flush")
        load = subprocess.Popen(["qemu-img", "bench", "-f", "raw", "-w", "-t", "none", "-c", "100000000", "-d", "8", "-s",
                                 "4096", "--pattern=7", f"nbd+unix:///?socket={first['device']}"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(load.wait)
        self.addCleanup(load.kill)
        eventually(lambda: self.host.disks()[0]["clients"], "it has begun")
        self.store_says("unmap", TARGET, "--lun", str(self.lun), "--yes")
        self.store_says("map", TARGET, "other", "--lun", str(self.lun), "--authentication", "none")
        self.assertNotEqual(load.wait(timeout=60), 0, "its writes fail")

        def replaced():
            disks = self.host.disks()
            return disks if [(one["unit"], one["state"]) for one in disks] == [(other["unit"], "attached")] else None
        [now] = eventually(replaced, lambda: "\n".join([str(self.host.disks()), *self.host.process.lines[-20:]]), 60)
        self.assertEqual(now["lun"], self.lun)
        self.assertNotEqual(now["disk"], first["disk"])
        self.pattern(now["device"], "read -P 90 0 16M")


class OneNameTwice(TroubleTest):
    def test_the_second_host_is_refused_by_the_name_server_and_the_first_goes_on(self):
        self.zone()
        [disk] = self.host.comes_to_have(1)
        second = HostAgent(self, case.agent(), [self.server.port], HOST, entity="second")
        self.capture.ports.add(second.notice_port)
        second.start()
        second.told("event=not-registered .*the registration was refused")
        self.assertEqual((second.disks(), second.ask("disks")["targets"]), ([], []))
        self.still_has(disk)

    def test_at_the_target_both_have_sessions_and_none_ends_the_others(self):
        """Where the second one has come by another way, the target sees one initiator with more sessions."""
        self.zone()
        [disk] = self.host.comes_to_have(1)
        so_far = len(self.store.process.lines)
        # It may have heard of its zone before its target did, and been refused once.
        heard = len(self.host.process.lines)
        for _ in range(5):
            self.assertTrue(self.store.lets_in(HOST))
        self.still_has(disk)
        self.assertFalse([line for line in self.host.process.lines[heard:] if "target-trouble" in line])
        ended = [line for line in self.store.process.lines[so_far:] if "reinstate" in line or "replaced" in line]
        self.assertEqual(ended, [])


class FullDisk(TroubleTest):
    def setUp(self):
        super().setUp()
        self.host.helper.kill()
        self.small = SmallDisk(self, f"{self.host.folder}/small", 1 << 20)
        self.host.attach_folder = f"{self.host.folder}/small/a"
        self.host.configuration = self.host.configuration.replace("/a/attach.sock", "/small/a/attach.sock")
        self.host.process.kill()
        self.host.start()
        self.host.told("event=registered")

    def test_no_disk_comes_it_is_said_why_and_it_comes_when_there_is_room(self):
        self.small.fill()
        self.zone()
        self.host.told("event=host-disk-failed .*No space left")
        self.assertEqual(self.host.attached(), [])
        self.small.make_room()
        self.host.comes_to_have(1, 90)

    def test_what_is_there_goes_on_and_can_be_taken_away(self):
        domain = self.zone()
        [disk] = self.host.comes_to_have(1)
        self.small.fill()
        self.pattern(disk["device"], "write -P 5 0 1M", "read -P 5 0 1M")
        self.leave(domain)
        self.host.comes_to_have_none()


if __name__ == "__main__":
    case.main("qemu-io", "qemu-img", "iscsi-inq", uses_agent=True, uses_sanctl=True)
