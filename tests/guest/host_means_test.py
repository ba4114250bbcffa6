#!/usr/bin/env python3
"""A host's disks by what Debian's kernel has and this machine may not have: its NBD client, its iSCSI initiator.

In a guest of QEMU (guest.py) run the name server, a storage agent, the helper and a host agent. The disk must come by
itself, hold a file system, go on over kills of agent and helper and over an upgrade of its target, and go when its map goes.
What somebody else has made of the name of its device by then stays.
"""

from stage import OPEN_ISCSI, GuestTest, main

SCRIPT = """
BEFORE
name_server --set store.kind=memory --set registry.default_domain=true --set api.enabled=false
storage; helper; agent
until_ '[ -b $disk ]'
device=$(readlink $disk); echo "DEVICE $device"
grep -o 'event=attach-ready.*' /tmp/helper.log | head -1
is "$(cat /sys/block/${device#/dev/}/size)" 65536 "its size"
must /bin/mke2fs -q -t ext4 $device
mkdir /mnt; must mount -t ext4 $device /mnt
dd if=/dev/urandom of=/mnt/file bs=64k count=64 2>/dev/null; sum=$(md5sum </mnt/file)
kill -9 $a $h
must dd if=/mnt/file of=/mnt/copy bs=64k 2>/dev/null; must sync
helper; agent
until_ 'sanctl agent disks --socket /tmp/host.sock --output csv 2>/dev/null | grep -q attached'
umount /mnt; must mount -t ext4 $device /mnt
is "$(md5sum </mnt/copy)" "$sum" "the data"
echo "DATA HOLDS"
while [ ! -e /tmp/enough ]; do
  dd if=/dev/urandom of=/mnt/more bs=64k count=16 conv=fsync 2>/dev/null || touch /tmp/failed
  echo written >>/tmp/writes
done &
writer=$!
until_ '[ -s /tmp/writes ]'
kill $s; must wait $s
rm /tmp/writes; storage
until_ '[ -s /tmp/writes ]'
touch /tmp/enough; wait $writer
[ ! -e /tmp/failed ] || { echo "a write failed"; cat /tmp/*.log; exit 1; }
sync; echo 3 >/proc/sys/vm/drop_caches
is "$(md5sum </mnt/copy)" "$sum" "the data"
echo "OVER AN UPGRADE OF THE TARGET"
must sanctl agent unmap STORE --lun 5 --initiator HOST --yes --socket /tmp/store.sock
until_ 'grep -q "event=host-disk-in-use.*mounted at /mnt" /tmp/host.log'
echo "IN USE IS TOLD"
umount /mnt
until_ '[ ! -e $disk ]'
until_ '! sanctl agent disks --socket /tmp/host.sock --output csv --fail-if-empty 2>/dev/null | grep -q attached'
echo "IT IS GONE"
AFTER
no_secret_is_told
exit 0
"""

# Somebody disconnects the device by hand, and connects it to something else.
BY_HAND = """
name_server --set store.kind=memory --set registry.default_domain=true --set api.enabled=false
storage; helper; agent
until_ '[ -b $disk ]'
device=$(readlink $disk); echo "DEVICE $device"
must nbd-client -d $device
san-agent disk --store memory:8M --socket /tmp/other.nbd >/tmp/other.log 2>&1 &
until_ '[ -S /tmp/other.nbd ]'
must nbd-client -unix /tmp/other.nbd $device
kill -9 $a; wait $a; agent
until_ '[ -b $disk ] && [ "$(readlink $disk)" != $device ]'
is "$(cat /sys/block/$(basename $(readlink $disk))/size)" 65536 "the size of ours"
echo "OURS IS MADE ANEW"
must sanctl agent unmap STORE --lun 5 --initiator HOST --yes --socket /tmp/store.sock
until_ '[ ! -e $disk ]'
is "$(cat /sys/block/${device#/dev/}/size)" 16384 "the size of somebody else's"
echo "THE OTHER ONE STAYS"
exit 0
"""


class HostMeans(GuestTest):
    def by(self, programs, before="", after=""):
        return self.run_guest(SCRIPT.replace("BEFORE", before).replace("AFTER", after), programs)

    def test_the_kernels_nbd_client(self):
        said = self.by(["nbd-client"])
        self.assertRegex(said, r"DEVICE /dev/nbd\d")
        self.assertIn("means=nbd", said)

    def test_an_nbd_device_that_is_somebody_elses_by_now_is_left_alone(self):
        self.assertIn("THE OTHER ONE STAYS", self.run_guest(BY_HAND, ["nbd-client"]))

    def test_the_kernels_iscsi_initiator_by_open_iscsi(self):
        said = self.by([*OPEN_ISCSI, "nbd-client"], "open_iscsi", "nothing_of_iscsi_is_left")
        self.assertRegex(said, r"DEVICE /dev/sd[a-z]")
        self.assertIn("means=kernel", said)


if __name__ == "__main__":
    main()
