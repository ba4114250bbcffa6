#!/usr/bin/env python3
"""A host with multipathd, whose disk the kernel's own iSCSI initiator reaches over two portals.

In a guest of QEMU (guest.py) run udev and multipathd beside the agents. The disk must be the map of multipathd, over a
path a portal; go on when one path is lost, take another size, become read-only and writable, and go with all of it.
"""

import os

import guest
from stage import ACCESS, HOST_CONFIGURATION, OPEN_ISCSI, PROOF, STORE_CONFIGURATION, GuestTest, main

SCRIPT = """
ln -s udevadm /bin/systemd-udevd; mkdir -p /etc/udev /run/udev
must systemd-udevd --daemon
must multipathd
until_ '[ -s /run/multipathd.pid ]'
open_iscsi
name_server --set store.kind=memory --set registry.default_domain=true --set api.enabled=false
storage; helper; agent
until_ '[ -b $disk ]'
device=$(readlink $disk); echo "DEVICE $device"; name=${device#/dev/}
grep -o 'event=attach-ready.*' /tmp/helper.log | head -1
is "$(ls /sys/block/$name/slaves | wc -l)" 2 "its paths"
must /bin/mke2fs -q -t ext4 $device
mkdir /mnt; must mount -t ext4 $device /mnt
dd if=/dev/urandom of=/mnt/file bs=64k count=64 2>/dev/null; must sync; sum=$(md5sum </mnt/file)
for path in $(ls /sys/block/$name/slaves); do
  echo offline >/sys/block/$path/device/state
  echo 3 >/proc/sys/vm/drop_caches
  is "$(md5sum </mnt/file)" "$sum" "the data without $path"
  must dd if=/dev/urandom of=/mnt/more bs=64k count=16 conv=fsync 2>/dev/null
  echo running >/sys/block/$path/device/state
  until_ '[ "$(multipathd show paths format "%d %t" | grep -c active)" = 2 ]'
done
echo "OVER THE LOSS OF EACH PATH"
must sanctl agent unit resize disk1 48M --socket /tmp/store.sock
until_ '[ "$(cat /sys/block/$name/size)" = 98304 ]'
sed -i 's/5=disk1/5=disk1,ro/' /etc/store.toml; kill -HUP $s
until_ '[ "$(cat /sys/block/$name/ro)" = 1 ]'
sed -i 's/5=disk1,ro/5=disk1/' /etc/store.toml; kill -HUP $s
until_ '[ "$(cat /sys/block/$name/ro)" = 0 ]'
echo "ANOTHER SIZE AND ANOTHER RIGHT ARE SEEN"
must sanctl agent unmap STORE --lun 5 --initiator HOST --yes --socket /tmp/store.sock
until_ 'grep -q "event=host-disk-in-use.*mounted at /mnt" /tmp/host.log'
umount /mnt
until_ '[ ! -e $disk ]'
until_ '[ ! -e /sys/block/$name ]'
until_ '! ls /dev/sd* >/dev/null 2>&1'
echo "IT IS GONE"
nothing_of_iscsi_is_left
no_secret_is_told
exit 0
"""


class Multipath(GuestTest):
    def test_the_disk_is_the_map_over_all_portals(self):
        programs = [*OPEN_ISCSI, "multipathd", "multipath", "dmsetup", "udevadm"]
        if why := guest.why_not(*programs):
            self.skipTest(why)
        lib = os.path.join(os.path.dirname(os.path.dirname(guest.which("multipathd"))), "lib")
        store = STORE_CONFIGURATION.replace('[[portal]]', '[[portal]]\naddress = "127.0.0.2:3260"\n[[portal]]')
        said = self.run_guest(SCRIPT, programs, store + ACCESS, HOST_CONFIGURATION + PROOF,
                              ["dm-mod", "dm-multipath", "dm-service-time", "scsi_dh_alua"],
                              {"etc/multipath.conf": "defaults {\n  user_friendly_names yes\n}\n", "etc/multipath/wwids": ""},
                              {"lib/multipath": f"{lib}/multipath", "lib/udev": f"{lib}/udev"})
        self.assertRegex(said, r"DEVICE /dev/dm-\d")
        self.assertIn("all portals of a target, by multipathd", said)


if __name__ == "__main__":
    main()
