#!/usr/bin/env python3
"""A host's disks by what Debian's kernel has and this machine may not have: its NBD client, its iSCSI initiator.

In a guest of QEMU (guest.py) run the name server, a storage agent, the helper and a host agent. The disk must come by
itself, hold a file system, go on over kills of agent and helper, and go when its map goes.
"""

import argparse
import os
import sys
import tempfile
import unittest

import guest

chosen = argparse.Namespace()
HOST, STORE = "iqn.2026-01.org.example:host", "iqn.2026-01.org.example:store"

STORE_CONFIGURATION = f"""
[state]
folder = "/tmp/store"
[control]
socket = "/tmp/store.sock"
[http]
enabled = false
[isns]
servers = ["127.0.0.1"]
entity = "store"
[[portal]]
address = "127.0.0.1:3260"
[[unit]]
id = "disk1"
store = "memory:32M"
[[target]]
name = "{STORE}"
[[access]]
target = "{STORE}"
initiator = "{HOST}"
authentication = "chap"
luns = ["5=disk1"]
[[chap]]
initiator = "{HOST}"
name = "host1"
secret = "/etc/store-secret"
"""
HOST_CONFIGURATION = f"""
[state]
folder = "/tmp/host"
[control]
socket = "/tmp/host.sock"
[http]
enabled = false
[initiator]
name = "{HOST}"
[host]
enabled = true
[isns]
servers = ["127.0.0.1"]
entity = "host"
[[portal]]
address = "127.0.0.1:3261"
[[chap]]
initiator = "{HOST}"
target = "{STORE}"
name = "host1"
secret = "/etc/store-secret"
"""
SCRIPT = """
until_() { i=0; while ! eval "$1"; do i=$((i+1)); [ $i -lt 300 ] || { echo "never: $1"; cat /tmp/*.log; exit 1; }; sleep 0.2; done; }
chmod 600 /etc/store-secret
echo root:x:0:0:root:/:/bin/sh > /etc/passwd; echo root:x:0: > /etc/group
BEFORE
isns-server --set store.kind=memory --set registry.default_domain=true --set api.enabled=false --set http.enabled=false >/tmp/isns.log 2>&1 &
until_ 'grep -q event=started /tmp/isns.log'
san-agent --config /etc/store.toml >/tmp/store.log 2>&1 &
until_ 'grep -q event=registered /tmp/store.log'
helper() { san-agent attach --user root >>/tmp/helper.log 2>&1 & }
agent() { san-agent --config /etc/host.toml >>/tmp/host.log 2>&1 & }
disk=/dev/sanctum/by-target/STORE/lun-5
helper; h=$!
agent; a=$!
until_ '[ -b $disk ]'
device=$(readlink $disk); echo "DEVICE $device"
grep -o 'event=attach-ready.*' /tmp/helper.log | head -1
[ "$(cat /sys/block/${device#/dev/}/size)" = 65536 ] || { echo "its size is wrong"; exit 1; }
/bin/mke2fs -q -t ext4 $device || exit 1
mkdir /mnt; mount -t ext4 $device /mnt || exit 1
dd if=/dev/urandom of=/mnt/file bs=64k count=64 2>/dev/null; sum=$(md5sum </mnt/file)
kill -9 $a $h
dd if=/mnt/file of=/mnt/copy bs=64k 2>/dev/null && sync || exit 1
helper; agent
until_ 'sanctl agent disks --socket /tmp/host.sock --output csv | grep -q attached'
umount /mnt && mount -t ext4 $device /mnt || exit 1
[ "$(md5sum </mnt/copy)" = "$sum" ] || { echo "other data"; exit 1; }
echo "DATA HOLDS"
sanctl agent unmap STORE --lun 5 --initiator HOST --yes --socket /tmp/store.sock || exit 1
until_ 'grep -q "event=host-disk-in-use.*mounted at /mnt" /tmp/host.log'
echo "IN USE IS TOLD"
umount /mnt
until_ '[ ! -e $disk ]'
until_ '! sanctl agent disks --socket /tmp/host.sock --output csv --fail-if-empty | grep -q attached'
echo "IT IS GONE"
AFTER
! grep -r "a secret of the guest" /tmp/*.log || exit 1
exit 0
"""


class HostMeans(unittest.TestCase):
    def run_guest(self, programs, before="", after=""):
        if why := guest.why_not("mke2fs", *programs):
            self.skipTest(why)
        script = SCRIPT.replace("BEFORE", before).replace("AFTER", after).replace("STORE", STORE).replace("HOST", HOST)
        with tempfile.TemporaryDirectory() as folder:
            made = guest.Guest(folder, guest.kernel(chosen.kernel),
                               [chosen.agent, chosen.sanctl, chosen.program, "mke2fs", "losetup", *programs], script,
                               {"etc/store.toml": STORE_CONFIGURATION, "etc/host.toml": HOST_CONFIGURATION,
                                "etc/store-secret": "a secret of the guest\n"})
            said = made.run()
        print(said[said.find("DEVICE"):], file=sys.stderr)
        return said

    def test_the_kernels_nbd_client(self):
        said = self.run_guest(["nbd-client"])
        self.assertRegex(said, r"DEVICE /dev/nbd\d")
        self.assertIn("means=nbd", said)

    def test_the_kernels_iscsi_initiator_by_open_iscsi(self):
        before = ("mkdir -p /etc/iscsi /run/lock /var/lock; echo InitiatorName=iqn.2026-01.org.example:else > /etc/iscsi/initiatorname.iscsi\n"
                  "echo 'iscsid.startup = /bin/iscsid' > /etc/iscsi/iscsid.conf\n"
                  "iscsid; sleep 1")
        after = ("iscsiadm -m session 2>&1 | grep -q 'No active sessions' || { echo 'a session is left'; exit 1; }\n"
                 "! find /etc/iscsi/nodes -type f | grep -q . || { echo 'a record is left'; exit 1; }\n")
        said = self.run_guest(["iscsid", "iscsiadm", "nbd-client"], before, after)
        self.assertRegex(said, r"DEVICE /dev/sd[a-z]")
        self.assertIn("means=kernel", said)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("--agent", "--sanctl", "--program", "--kernel"):
        parser.add_argument(option, required=True)
    chosen, rest = parser.parse_known_args(namespace=chosen)
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    unittest.main(argv=[sys.argv[0], *rest])
