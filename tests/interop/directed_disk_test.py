#!/usr/bin/env python3
"""A disk that another process directs, over several portals: failover, refusals, paths that come and go, secrets."""

import os
import socket
import stat
import subprocess
import threading
import time

from lib import disk_case
from lib.directed_disk import DirectedDisk, Refused
from lib.disk_case import DiskTest
from lib.iscsi_serve import Served, iscsi_targets, missing
from lib.portal_proxy import PortalProxy
from lib.process import eventually, run
from lib.secret_scan import assert_nowhere

FAILOVER = 5.0  # seconds that a program may wait at most for one request


class DirectedTest(DiskTest):
    def directed(self, *words):
        self.count += 1
        disk = DirectedDisk(disk_case.program(), self.path(f"disk{self.count}"), *words)
        self.addCleanup(disk.end)
        return disk.start()

    def proxy(self, port=None):
        proxy = PortalProxy(port or self.target.port)
        self.addCleanup(proxy.close)
        return proxy

    @property
    def lun(self):
        return self.target.setup.first_lun

    def over_two(self, **more):
        """A disk over two portals that can be cut, both up."""
        self.target.start()
        first, second = self.proxy(), self.proxy()
        disk = self.directed()
        disk.configure(first.portal, second.portal, lun=self.lun, **more)
        disk.is_in("ready")
        disk.path_states("up", "up")
        return disk, first, second

    def longest_wait(self, disk, count, act):
        """Writes 4 KiB again and again by one program, while `act` is done, each time looking how long it took."""
        longest, done, failures = 0.0, threading.Event(), []

        def later():
            try:
                act()
            except Exception as failure:
                failures.append(failure)
            done.set()
        thread = threading.Thread(target=later)
        after = 0
        with Pipe(disk.uri) as pipe:
            for i in range(100000):
                if i == 3:
                    thread.start()
                began = time.monotonic()
                self.assertNotIn("rror", pipe.command(f"write -P {i % 250 + 1} {i % 1024 * 4}k 4k"))
                longest = max(longest, time.monotonic() - began)
                after += done.is_set()
                if after >= count:
                    break
        thread.join()
        if failures:
            raise failures[0]
        return longest

    def wait_over(self, disk, lose, proxy):
        """The longest wait of a request while the proxy's path is lost; both are up before, and after. A machine that is
        busy makes one look too late: of several the first that is short enough counts.
        """
        def act():
            so_far = len(disk.process.lines)
            lose()
            disk.told("event=disk-path-lost .*" + proxy.portal, so_far)
        for left in (2, 1, 0):
            longest = self.longest_wait(disk, 20, act)
            proxy.mend()
            disk.path_states("up", "up")  # it was told as lost, so this is its new session
            if longest < FAILOVER or not left:
                return longest


class Pipe:
    """qemu-io with one command after the other."""

    def __init__(self, uri):
        self._argv = ["qemu-io", "-f", "raw", "-t", "none", uri]

    def __enter__(self):
        self._child = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True, bufsize=1)
        return self

    def say(self, words):
        self._child.stdin.write(words + "\n")
        self._child.stdin.flush()

    def command(self, words):
        """What it says until it has said how fast it was, or that it failed."""
        self.say(words)
        said = ""
        while True:
            line = self._child.stdout.readline()
            said += line
            if not line or "ops/sec" in line or "failed" in line:
                return said if line else said + "Error: it ended"

    def __exit__(self, *_):
        self._child.stdin.close()
        self._child.wait(20)
        self._child.stdout.close()


class Paths(DirectedTest):
    def test_both_portals_are_used_and_what_is_written_is_what_the_target_holds(self):
        disk, _, _ = self.over_two(policy="round-robin")
        image = self.image("image", 1)
        self.tool("nbdcopy", "--flush", image, disk.uri)
        self.assertTrue(self.holds(image))
        status = disk.status()
        self.assertEqual((status["bytes"], status["block_size"], status["read_only"]),
                         (disk_case.MIB << 20, 512, False))
        self.assertGreater(min(path["requests"] for path in status["paths"]), 3)
        self.assertEqual(status["bytes_written"], disk_case.MIB << 20)
        self.assertEqual(status["errors"], 0)
        self.assertRegex(status["unit"], "^naa[.]")
        for path in status["paths"]:
            self.assertEqual((path["why"], path["errors"], path["losses"]), ("", 0, 0))
            self.assertLessEqual(path["latency_us"], path["latency_max_us"])
        self.assertEqual(disk.stop(), 0)
        disk.told("event=disk-closed")

    def test_a_portal_that_is_cut_under_io_is_not_noticed(self):
        disk, first, second = self.over_two()
        for image, proxy in ((self.image("image2", 2), first), (self.image("image3", 3), second)):
            copy = self.slow_copy(image, disk)
            proxy.cut()
            disk.told("event=disk-path-lost .*" + proxy.portal)
            self.ends_well(copy)
            self.assertTrue(self.holds(image))
            proxy.mend()
            disk.path_states("up", "up")
        self.assertEqual([path["losses"] for path in disk.status()["paths"]], [1, 1])
        self.assertNotIn("event=disk-lost", disk.process.output())

    def test_a_request_waits_less_than_five_seconds_for_a_portal_that_is_cut_or_silent(self):
        disk, first, second = self.over_two()
        self.assertLess(self.wait_over(disk, second.cut, second), FAILOVER)
        self.assertLess(self.wait_over(disk, first.silence, first), FAILOVER)
        self.assertEqual(disk.status()["errors"], 0)

    def test_paths_are_added_and_taken_away_under_io(self):
        self.target.start()
        first, second = self.proxy(), self.proxy()
        disk = self.directed()
        disk.configure(first.portal, lun=self.lun)
        disk.is_in("ready")
        image = self.image("image", 4)
        copy = self.slow_copy(image, disk)
        disk.configure(first.portal, second.portal, lun=self.lun, policy="lowest-latency")
        disk.path_states("up", "up")
        disk.configure(second.portal, lun=self.lun, policy="lowest-latency")
        status = disk.path_states("up")
        self.assertEqual((status["paths"][0]["portal"], status["policy"]), (second.portal, "lowest-latency"))
        first.cut()
        self.ends_well(copy)
        self.assertTrue(self.holds(image))
        self.assertEqual(disk.status()["errors"], 0)

    def test_another_unit_behind_one_portal_is_told_and_never_written(self):
        self.target.start()
        other_blocks = self.path("other-blocks")
        other = Served("san-agent", self.path("other"), [iscsi_targets.Unit(mib=disk_case.MIB, path=other_blocks)],
                       program=disk_case.program())
        self.addCleanup(other.stop)
        other.start()
        disk = self.directed()
        disk.configure(f"127.0.0.1:{self.target.port}", lun=self.lun)
        disk.is_in("ready")
        disk.configure(f"127.0.0.1:{self.target.port}", f"127.0.0.1:{other.port}", lun=self.lun)
        disk.path_states("up", "another-unit")
        disk.told("event=disk-path-another-unit")
        image = self.image("image", 5)
        self.tool("nbdcopy", "--flush", image, disk.uri)
        self.assertTrue(self.holds(image))
        with open(other_blocks, "rb") as file:
            self.assertEqual(file.read(), bytes(disk_case.MIB << 20))

    def test_a_unit_that_is_not_the_wanted_one_is_no_disk(self):
        self.target.start()
        disk = self.directed()
        disk.configure(f"127.0.0.1:{self.target.port}", lun=self.lun, unit="naa.6001405000000000")
        status = disk.is_in("another-unit")
        self.assertIn("wanted is naa.6001405000000000", status["why"])
        self.assertFalse(os.path.exists(disk.path))


class Refusals(DirectedTest):
    chap = disk_case.Chap("host", "a-secret-of-16-b", "storage", "another-of-16-by")

    def credentials(self, **more):
        return {"user": self.chap.name, "secret": self.chap.secret, "target_user": self.chap.mutual_name,
                "target_secret": self.chap.mutual_secret, **more}

    def portals(self):
        return [f"127.0.0.1:{self.target.port}"]

    def test_credentials_are_replaced_without_a_restart_and_no_secret_is_seen(self):
        self.target.start()
        disk = self.directed()
        disk.configure(*self.portals(), lun=self.lun, **self.credentials(secret="not-the-secret-16"))
        status = disk.is_in("refused")
        self.assertRegex(status["why"], "^refused: ")
        disk.told("event=disk-path-refused")
        disk.told("event=disk-refused")
        disk.configure(*self.portals(), lun=self.lun, **self.credentials())
        disk.is_in("ready")
        disk.told("event=disk-configured .*credentials=replaced")
        self.qemu_io(disk, "write -P 1 0 64k", "flush")
        with open(f"/proc/{disk.process.pid}/cmdline", "rb") as file:
            places = (("the log", disk.process.output(), "event=disk-configured"), ("status", str(disk.status()), "ready"),
                      ("arguments", file.read(), "san-agent"))
        for where, content, known in places:
            assert_nowhere(self, where, content, (self.chap.secret, self.chap.mutual_secret, "not-the-secret-16"), known)
        with open(f"/proc/{disk.process.pid}/limits", encoding="ascii") as limits:
            self.assertRegex(limits.read(), r"Max core file size\s+0\s+0")

    def test_a_host_that_is_not_let_in_any_more_gets_errors_soon_and_its_disk_back_with_the_access(self):
        self.target.start()
        disk = self.directed()
        disk.configure(*self.portals(), lun=self.lun, **self.credentials())
        disk.is_in("ready")
        self.qemu_io(disk, "write -P 7 0 64k", "flush")
        self.target.stop()
        self.target.setup.chap = disk_case.Chap("host", "since-changed-16", "storage", "another-of-16-by")
        self.target.start()
        began = time.monotonic()
        self.qemu_io(disk, "read -P 7 0 64k", fails=True)
        self.assertLess(time.monotonic() - began, 15, "it does not wait for the 60 seconds of a lost target")
        disk.is_in("refused")
        disk.told("event=disk-refused")
        self.assertTrue(os.path.exists(disk.path), "the export stays")
        disk.configure(*self.portals(), lun=self.lun, **self.credentials(secret="since-changed-16"))
        disk.is_in("ready")
        self.qemu_io(disk, "read -P 7 0 64k")
        disk.told("event=disk-back")


class Direction(DirectedTest):
    def test_it_waits_to_be_told_and_the_socket_is_private(self):
        disk = self.directed()
        self.assertEqual(stat.S_IMODE(os.stat(disk.control).st_mode), 0o600)
        self.assertEqual(disk.status()["state"], "unconfigured")
        self.assertFalse(os.path.exists(disk.path))
        self.assertEqual(disk.ask("disk.stop"), {"stopping": True})
        self.assertEqual(disk.process.end(), 0)

    def test_what_cannot_change_is_refused_and_what_is_said_twice_changes_nothing(self):
        self.target.start()
        disk = self.directed()
        portal = f"127.0.0.1:{self.target.port}"
        disk.configure(portal, lun=self.lun)
        status = disk.is_in("ready")
        for more, why in (({"lun": self.lun + 1}, "another disk is another process"),
                          ({"unit": "naa.1234"}, "not naa.1234")):
            with self.assertRaisesRegex(Refused, why):
                disk.configure(portal, **{"lun": self.lun, **more})
        # As it was begun; what else may be done with it the target says.
        disk.configure(portal, lun=self.lun, read_only=True)
        self.assertFalse(disk.status()["read_only"])
        for more, why in (({"policy": "best"}, "round-robin or lowest-latency"), ({"user": "u"}, "go together"),
                          ({"user": "u", "secret": ""}, "empty")):
            with self.assertRaisesRegex(Refused, why):
                disk.configure(portal, lun=self.lun, **more)
        with self.assertRaisesRegex(Refused, "portals"):
            disk.configure("nowhere", lun=self.lun)
        with self.assertRaisesRegex(Refused, "unknown command \"units\""):
            disk.ask("units")
        self.assertEqual(disk.configure(portal, lun=self.lun, unit=status["unit"])["change"], status["change"])

    def test_a_question_that_waits_is_answered_by_a_change(self):
        self.target.start()
        disk = self.directed()
        portal = f"127.0.0.1:{self.target.port}"
        disk.configure(portal, lun=self.lun)
        disk.is_in("ready")
        began = time.monotonic()
        status = disk.status()
        # Nothing but counters changes: the wait ends.
        later = disk.status(since=status["change"], wait=1)
        self.assertGreaterEqual(time.monotonic() - began, 1)
        answers = []
        thread = threading.Thread(target=lambda: answers.append(disk.status(since=later["change"], wait=60)))
        thread.start()
        self.target.stop()
        thread.join(20)
        self.assertFalse(thread.is_alive())
        self.assertNotEqual(answers[0]["change"], later["change"])
        disk.is_in("lost")

    def test_who_directs_it_may_send_garbage_and_go_and_the_disk_goes_on(self):
        disk, _, _ = self.over_two()
        image = self.image("image", 6)
        copy = self.slow_copy(image, disk)
        for garbage in (b"\xff" * 4096 + b"\n", b"{}\n", b"x" * (1 << 19),
                        b'{"v": 1, "id": 1, "command": "disk.status"'):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(disk.control)
                try:
                    connection.sendall(garbage)
                except BrokenPipeError:
                    pass
        waits = socket.socket(socket.AF_UNIX)
        waits.connect(disk.control)
        change = disk.status()["change"]
        waits.sendall(b'{"v":1,"id":1,"command":"disk.status","arguments":{"since":%d,"wait":60}}\n' % change)
        waits.close()
        os.unlink(disk.control)
        self.ends_well(copy)
        self.assertTrue(self.holds(image))
        self.assertEqual(disk.stop(), 0)

    def test_nobody_else_may_direct_it(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to be somebody else")
        disk = self.directed()
        os.chmod(disk.control, 0o666)
        folder = os.path.dirname(disk.control)
        while len(folder) > 4:
            os.chmod(folder, os.stat(folder).st_mode | 0o055)
            folder = os.path.dirname(folder)
        pid = os.fork()
        if pid == 0:
            try:
                os.setuid(65534)
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(disk.control)
                    os._exit(0 if connection.recv(1) == b"" else 1)
            except ConnectionResetError:
                os._exit(0)
            except OSError:
                os._exit(2)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        disk.told("event=disk-control-refused .*uid=65534")

    def test_mistakes_of_the_command_line_are_told_with_status_2(self):
        for words, why in ((["--control", "/run/c"], "--socket is missing"),
                           (["--control", "/run/c", "--store", "memory:1M", "--socket", "/run/s"],
                            "exclude each other"),
                           (["--control", "/run/c", "--socket", "/run/s", "--read-only"], "--read-only")):
            ended, said = run([disk_case.program(), "disk", *words])
            self.assertEqual(ended, 2, said)
            self.assertIn(why, said)


def answers(sock):
    """The opcodes of the PDUs that come (RFC 7143 11.2.1.2; without digests), until the connection ends."""
    held = b""
    while data := sock.recv(1 << 16):
        held += data
        while len(held) >= 48:
            size = 48 + held[4] * 4 + (int.from_bytes(held[5:8], "big") + 3 & ~3)
            if len(held) < size:
                break
            yield held[0] & 0x3F
            held = held[size:]


class Killed(DirectedTest):
    """A process that is killed with a write on its way, over a connection of which the target hears nothing."""

    SCSI_RESPONSE = 0x21
    WRITE = 48 + 4096  # bytes of the PDU

    def setUp(self):
        if why := missing(self.kind, disk_case.program()):
            self.skipTest(why)
        super().setUp()

    def begun(self, proxy):
        disk = self.directed()
        disk.configure(proxy.portal, lun=self.lun)
        disk.is_in("ready")
        return disk

    def test_what_it_left_is_not_written_over_what_its_successor_writes(self):
        self.target.start()
        proxy = self.proxy()
        disk = self.begun(proxy)
        with Pipe(disk.uri) as pipe:
            pipe.command("write -P 0x10 0 4k")
            (near, far), = proxy.strand()
            self.addCleanup(far.close)
            self.addCleanup(near.close)
            pipe.say("write -P 0x11 0 4k")
            eventually(lambda: len(near.recv(1 << 20, socket.MSG_PEEK)) >= self.WRITE, "the write is on its way")
            disk.process.kill()
        left = b"".join(iter(lambda: near.recv(1 << 20), b""))
        self.qemu_io(self.begun(proxy), "write -P 0x22 0 4k", "flush")
        far.settimeout(20)
        try:
            far.sendall(left)
            self.assertNotIn(self.SCSI_RESPONSE, answers(far), "the old write was done")
        except ConnectionError:
            pass
        with open(self.blocks, "rb") as blocks:
            self.assertEqual(blocks.read(4096), b"\x22" * 4096)


class KilledBeforeTgtd(Killed):
    kind = "tgtd"
    thin = False


class Foreign(DirectedTest):
    """Two addresses of one tgtd."""

    kind = "tgtd"
    thin = False

    def setUp(self):
        if why := missing("tgtd", ""):
            self.skipTest(why)
        super().setUp()
        self.target.setup.addresses = ("127.0.0.1", "127.0.0.2")

    def test_two_portals_of_tgtd_are_two_paths_and_one_may_go_under_a_copy(self):
        self.target.start()
        proxy = PortalProxy(self.target.port, "127.0.0.2")
        self.addCleanup(proxy.close)
        disk = self.directed()
        disk.configure(f"127.0.0.1:{self.target.port}", proxy.portal, lun=self.lun)
        disk.is_in("ready")
        disk.path_states("up", "up")
        image = self.image("image", 7)
        copy = self.slow_copy(image, disk)
        proxy.silence()
        disk.told("event=disk-path-lost .*" + proxy.portal)
        self.ends_well(copy)
        self.assertTrue(self.holds(image))
        proxy.mend()
        disk.path_states("up", "up")
        self.assertEqual(disk.status()["errors"], 0)


if __name__ == "__main__":
    disk_case.main("nbdcopy", "qemu-img", "qemu-io")
