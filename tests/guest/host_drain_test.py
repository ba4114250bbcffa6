#!/usr/bin/env python3
"""A change set with a drain, at a host whose disk the kernel's own iSCSI initiator has.

In a guest of QEMU (guest.py) run the management server, and a storage agent and a host agent that have joined it. A
change set gives the disk; another one takes it away with a drain of a minute: the host is told, its block device
becomes read-only under the mounted file system, can be read, and goes when the minute is over.
"""

from stage import HOST_CONFIGURATION, OPEN_ISCSI, STORE_CONFIGURATION, GuestTest, main

SCRIPT = """
commit() {
  sanctl "$@" --commit --reason 'a test' --output json >/tmp/change.json 2>/tmp/change.log || { echo "failed: $*"; cat /tmp/*.log; exit 1; }
  grep -q confirming /tmp/change.json || return 0
  must sanctl change confirm $(sed -n 's/.*"id": *\\([0-9]*\\).*/\\1/p' /tmp/change.json | head -1)
}
open_iscsi
management
storage; helper; agent
until_ 'grep -q event=registered /tmp/host.log'
join_ store STORE; join_ host HOST
until_ 'sanctl list logical-units --output csv | grep -q naa'
unit=$(sanctl list logical-units --output csv | grep -o 'naa[^,]*' | head -1)
commit zone create zone1 HOST STORE --new-set set1
commit map add HOST STORE $unit --lun 5
until_ '[ -b $disk ]'
device=$(readlink $disk); echo "DEVICE $device"; name=${device#/dev/}
must /bin/mke2fs -q -t ext4 $device
mkdir /mnt; must mount -t ext4 $device /mnt
dd if=/dev/urandom of=/mnt/file bs=64k count=64 2>/dev/null; must sync; sum=$(md5sum </mnt/file)
is "$(cat /sys/block/$name/ro)" 0 "it may be written"

commit zone remove zone1 HOST --drain 1m
began=$(date +%s)
until_ 'grep -q event=host-disk-leaves /tmp/host.log'
grep -o 'event=host-disk-leaves.*' /tmp/host.log
until_ 'grep -q event=host-disk-protected /tmp/host.log'
until_ '[ "$(cat /sys/block/$name/ro)" = 1 ]'
sanctl agent disks --socket /tmp/host.sock | grep 'Leaves at' || exit 1
! dd if=/dev/zero of=/mnt/late bs=4k count=1 conv=fsync 2>/dev/null || { echo "a write came through"; exit 1; }
! dd if=/dev/zero of=$device bs=4k count=1 conv=fsync 2>/dev/null || { echo "a write of the device came through"; exit 1; }
echo 3 >/proc/sys/vm/drop_caches
is "$(md5sum </mnt/file)" "$sum" "the data"
umount /mnt
[ -b $disk ] && [ $(($(date +%s) - began)) -lt 60 ] || { echo "it is gone too early"; exit 1; }
echo "READ ONLY"
until_ '[ ! -e $disk ]'
[ $(($(date +%s) - began)) -ge 59 ] || { echo "it is gone too early"; exit 1; }
until_ 'grep -q event=host-disk-gone /tmp/host.log'
! grep event=host-disk-in-use /tmp/host.log || exit 1
until_ '! ls /dev/sd* >/dev/null 2>&1'
echo "IT IS GONE"
nothing_of_iscsi_is_left
exit 0
"""


class HostDrain(GuestTest):
    def test_the_host_is_told_its_disk_becomes_read_only_and_then_goes(self):
        said = self.run_guest(SCRIPT, OPEN_ISCSI, STORE_CONFIGURATION, HOST_CONFIGURATION)
        self.assertRegex(said, r"DEVICE /dev/sd[a-z]")
        self.assertRegex(said, r"event=host-disk-leaves .*leaves_at=")


if __name__ == "__main__":
    main()
