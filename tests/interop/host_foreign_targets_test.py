#!/usr/bin/env python3
"""A host's disks at stock targets of Debian, tgtd and istgt, found by a name server: this project's, or open-isns."""

import os
import random
import signal
import subprocess

from lib import case
from lib.host_agent import HostAgent
from lib.isnsadm import Isnsadm
from lib.istgt import Istgt
from lib.process import eventually
from lib.servers import Policy
from lib.tgt import Tgtd

HOST = "iqn.2024-01.org.example:host"
DISK = "iqn.2024-01.org.example:store"
MIB = 1 << 20
SIZE = 16 * MIB
USER, SECRET = "host-user", "a secret of 16 b"
MUTUAL_USER, MUTUAL_SECRET = "store-user", "another of 16 b."


class HostTest(case.InteropTest):
    policy = Policy(default_domain=True)

    def setUp(self):
        super().setUp()
        self.host = None

    def disk_file(self, name, size=SIZE):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.truncate(size)
        return path

    def begin_host(self, secret="", mutual_secret=""):
        """With the secrets that it has for any target."""
        more = ""
        if secret:
            more = f'[[chap]]\nname = "{USER}"\nsecret = "{self.secret_file("secret", secret)}"\n'
        if mutual_secret:
            more += f'mutual_name = "{MUTUAL_USER}"\nmutual_secret = "{self.secret_file("mutual", mutual_secret)}"\n'
        self.host = HostAgent(self, case.agent(), [self.server.port], HOST, more=more)
        self.capture.ports.add(self.host.notice_port)
        self.host.start()
        self.host.told("event=registered")

    def secret_file(self, name, secret):
        path = os.path.join(self.folder, name)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as out:
            out.write(secret)
        return path

    def has_one(self, lun):
        [disk] = self.host.comes_to_have(1)
        self.assertEqual((disk["lun"], disk["bytes"]), (lun, SIZE))
        self.assertEqual(os.readlink(self.host.link(disk["target"], lun)), disk["device"])
        return disk

    def program(self, *words):
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def pattern(self, disk, *commands):
        words = [word for command in commands for word in ("-c", command)]
        said = self.program("qemu-io", "-f", "raw", *words, uri(disk))
        self.assertNotIn("failed", said)

    def holds_data(self, disk, file):
        """Written by one stock client and read by another; it stands in the target's file."""
        content = os.path.join(self.folder, "content")
        with open(content, "wb") as out:
            out.write(random.Random(1).randbytes(SIZE))
        self.program("nbdcopy", "--flush", content, uri(disk))
        with open(content, "rb") as wanted, open(file, "rb") as found:
            self.assertTrue(wanted.read() == found.read(), "what was written is in the target's file")
        back = os.path.join(self.folder, "back")
        self.program("nbdcopy", uri(disk), back)
        with open(content, "rb") as wanted, open(back, "rb") as found:
            self.assertTrue(wanted.read() == found.read(), "what was written is read")
        self.pattern(disk, "write -P 7 1M 64k", "flush", "write -f -P 9 2M 4k", "read -P 7 1M 64k", "read -P 9 2M 4k")

    def refused(self, *words):
        """It says why, and has no disk."""
        self.host.told("event=target-trouble .*the login was refused.*" + ".*".join(words))
        self.assertEqual(self.host.disks(), [])


def uri(disk):
    return f"nbd+unix:///?socket={disk['device']}"


class TgtdTest(HostTest):
    def setUp(self):
        super().setUp()
        self.tgtd = Tgtd(self)
        self.tgtd.add_target(DISK)
        self.file = self.disk_file("disk1")
        self.tgtd.add_disk(1, 1, self.file)
        self.tgtd.admit(1)

    def register(self):
        """By tgtd's own iSNS client; who may log in it asks the name server."""
        self.capture.ports.add(self.tgtd.use_isns())


class Tgt(TgtdTest):
    def setUp(self):
        super().setUp()
        self.begin_host()
        self.register()
        self.disk = self.has_one(1)

    def test_the_disk_holds_what_stock_nbd_clients_write(self):
        self.holds_data(self.disk, self.file)

    def test_a_unit_that_is_added_is_found_and_one_that_is_removed_goes(self):
        self.tgtd.add_disk(1, 2, self.disk_file("disk2", 8 * MIB))
        disks = self.host.comes_to_have(2)
        self.assertEqual({(disk["lun"], disk["bytes"]) for disk in disks}, {(1, SIZE), (2, 8 * MIB)})
        self.tgtd.admin("--op", "delete", "--mode", "logicalunit", "--tid", "1", "--lun", "2")
        [disk] = self.host.comes_to_have(1)
        self.assertEqual(disk["disk"], self.disk["disk"])
        self.pattern(disk, "write -P 1 0 64k", "read -P 1 0 64k")

    def test_a_target_that_goes_is_told_and_its_disk_goes(self):
        self.tgtd.admin("--op", "delete", "--mode", "target", "--force", "--tid", "1")
        self.host.told(f"event=host-disk-withdrawn .*{DISK}")
        # tgtd closes the connections of a login to what it has no more, so nobody says that the disk is not to come back:
        # its process waits for a path for a minute before it gives up what it holds.
        self.host.comes_to_have_none(patience=90)
        self.host.told("event=host-disk-gone")

    def test_a_target_that_is_killed_is_trouble_and_no_end_of_the_disk(self):
        self.pattern(self.disk, "write -P 5 0 64k", "flush")
        self.tgtd.process.kill()
        self.host.told(f"event=target-trouble target={DISK} ")
        again = Tgtd(self, port=self.tgtd.port)
        again.add_target(DISK)
        again.add_disk(1, 1, self.file)
        again.admit(1)
        eventually(lambda: self.host.attached()[0]["service"] == "ready", lambda: self.host.disks())
        [disk] = self.host.attached()
        self.assertEqual(disk["disk"], self.disk["disk"])
        self.pattern(disk, "read -P 5 0 64k")


class TgtChap(TgtdTest):
    def demand(self, mutual=False):
        self.tgtd.add_account(1, USER, SECRET)
        if mutual:
            self.tgtd.add_account(1, MUTUAL_USER, MUTUAL_SECRET, outgoing=True)

    def test_by_chap_the_disk_comes(self):
        self.demand()
        self.begin_host(SECRET)
        self.register()
        self.holds_data(self.has_one(1), self.file)

    def test_by_mutual_chap_the_disk_comes(self):
        self.demand(mutual=True)
        self.begin_host(SECRET, MUTUAL_SECRET)
        self.register()
        self.holds_data(self.has_one(1), self.file)

    def test_without_a_secret_it_is_refused_and_says_so(self):
        self.demand()
        self.begin_host()
        self.register()
        self.refused("without CHAP")

    def test_with_the_wrong_secret_it_is_refused_and_with_the_right_one_it_has_the_disk(self):
        self.demand()
        self.begin_host("a wrong one of 16 b")
        self.register()
        self.refused(f"by CHAP as {USER}")
        self.secret_file("secret", SECRET)
        os.kill(self.host.process.pid, signal.SIGHUP)
        self.holds_data(self.has_one(1), self.file)

    def test_a_target_that_cannot_prove_itself_is_not_used(self):
        self.demand(mutual=True)
        self.begin_host(SECRET, "not what it has..")
        self.register()
        self.refused(f"by mutual CHAP as {USER}")


class IstgtTest(HostTest):
    """istgt knows no name server: an administrator's isnsadm registers it."""

    def begin(self, auth="Auto", secret="", mutual_secret=""):
        credentials = dict(user=USER, password=SECRET, target_user=MUTUAL_USER, target_password=MUTUAL_SECRET)
        self.istgt = Istgt(self, auth=auth, megabytes=SIZE // MIB, credentials=credentials)
        self.begin_host(secret, mutual_secret)
        self.client = Isnsadm(self, Istgt.NAME)
        self.client.register("entity=istgt", "target", f"portal={self.istgt.portal}/tcp")


class IstgtDisks(IstgtTest):
    def test_the_disk_holds_what_stock_nbd_clients_write(self):
        self.begin()
        self.holds_data(self.has_one(0), self.istgt.file)

    def test_by_chap_the_disk_comes(self):
        self.begin("CHAP", SECRET)
        self.holds_data(self.has_one(0), self.istgt.file)

    def test_by_mutual_chap_the_disk_comes(self):
        self.begin("CHAP Mutual", SECRET, MUTUAL_SECRET)
        self.holds_data(self.has_one(0), self.istgt.file)

    def test_with_the_wrong_secret_it_is_refused_and_says_so(self):
        self.begin("CHAP", "a wrong one of 16 b")
        self.refused(f"by CHAP as {USER}")

    def test_a_target_that_is_deregistered_goes_with_its_disk(self):
        self.begin()
        self.has_one(0)
        self.client.deregister(f"iscsi-name={Istgt.NAME}")
        self.host.told(f"event=host-disk-withdrawn .*{Istgt.NAME}")
        self.host.comes_to_have_none()


if __name__ == "__main__":
    case.main("tgtd", "tgtadm", "istgt", "isnsadm", "qemu-io", "nbdcopy", uses_agent=True)
