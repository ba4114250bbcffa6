#!/usr/bin/env python3
"""Helper and agent of a host are killed within each call of the program that makes kernel devices of disks (iscsiadm,
nbd-client): the disk comes and goes all the same, once, and has its data.

In a guest of QEMU (guest.py). In the place of the program stands a script that halts before the call of a given number;
then the victim is killed, the call goes on by itself, as it does when only its parent is hit, and the victim starts anew.
"""

import re

from stage import OPEN_ISCSI, GuestTest, main

SCRIPT = """
BEFORE
mv /bin/PROGRAM /bin/PROGRAM.real
cat >/bin/PROGRAM <<'END'
#!/applets/sh
number=$(($(/applets/cat /tmp/calls) + 1)); echo $number >/tmp/calls
if [ "$number" = "$(/applets/cat /tmp/halt)" ]; then
  echo "$*" >/tmp/halted
  while [ ! -e /tmp/go ]; do /applets/sleep 0.05; done
fi
exec /bin/PROGRAM.real "$@"
END
chmod 755 /bin/PROGRAM
echo 0 >/tmp/calls; echo none >/tmp/halt

map_() { must sanctl agent map STORE disk1 --lun 5 --initiator HOST --socket /tmp/store.sock; }
unmap_() { must sanctl agent unmap STORE --lun 5 --initiator HOST --yes --socket /tmp/store.sock; }
is_attached() { [ -b $disk ] && sanctl agent disks --socket /tmp/host.sock --output csv 2>/dev/null | grep -q attached; }
is_gone() { [ ! -e $disk ] && ! sanctl agent disks --socket /tmp/host.sock --output csv 2>/dev/null | grep -q STORE; }
comes() {
  until_ is_attached
  is "$(ls /sys/block | grep -c -E '^sd')" SD_DEVICES "devices of the kernel's initiator"
  [ ! -e /tmp/sum ] || is "$(dd if=$disk bs=64k count=16 iflag=direct 2>/dev/null | md5sum)" "$(cat /tmp/sum)" "the data"
  must dd if=/dev/urandom of=/tmp/content bs=64k count=16 2>/dev/null
  must dd if=/tmp/content of=$disk bs=64k conv=fsync 2>/dev/null
  md5sum </tmp/content >/tmp/sum
}
goes() {
  until_ is_gone
  until_ '! ls /sys/block | grep -q -E "^sd"'
  until_ 'for one in /sys/block/nbd*; do [ ! -e $one/pid ] || false; done'
}
# VICTIM CALL ACT: the act, within whose call of that number the victim is killed; false where it has so many calls not.
killed_within() {
  rm -f /tmp/halted /tmp/go; echo 0 >/tmp/calls; echo $2 >/tmp/halt
  $3_
  until_ "[ -e /tmp/halted ] || $4"
  echo none >/tmp/halt
  [ -e /tmp/halted ] || return 1
  if [ $1 = helper ]; then kill -9 $h; else kill -9 $a; fi
  touch /tmp/go
  $1
  echo "KILLED $1 WHILE $3: $(cat /tmp/halted)"
}
name_server --set store.kind=memory --set registry.default_domain=true --set api.enabled=false
storage; helper; agent
comes
echo "DEVICE $(readlink $disk)"
unmap_; goes
for victim in helper agent; do
  call=1
  while killed_within $victim $call map is_attached; do
    comes; unmap_; goes; call=$((call+1))
  done
  comes
  call=1
  while killed_within $victim $call unmap is_gone; do
    goes; map_; comes; call=$((call+1))
  done
  goes
done
AFTER
no_secret_is_told
exit 0
"""


class HostKills(GuestTest):
    def killed_at_each_call(self, program, programs, before="", after="", sd_devices=0):
        words = {"BEFORE": before, "AFTER": after, "PROGRAM": program, "SD_DEVICES": str(sd_devices)}
        script = re.sub("|".join(words), lambda found: words[found[0]], SCRIPT)
        said = self.run_guest(script, programs, patience=1000)
        for victim in ("helper", "agent"):
            for act in ("map", "unmap"):
                self.assertIn(f"KILLED {victim} WHILE {act}", said)

    def test_with_the_kernels_nbd_client(self):
        self.killed_at_each_call("nbd-client", ["nbd-client"])

    def test_with_the_kernels_iscsi_initiator(self):
        self.killed_at_each_call("iscsiadm", OPEN_ISCSI, "open_iscsi", "nothing_of_iscsi_is_left", sd_devices=1)


if __name__ == "__main__":
    main()
