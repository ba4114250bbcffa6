"""What the tests of a guest share: a storage agent and a host agent on one machine, and the words of a script for them."""

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
store = "file:/tmp/blocks,buffered"
[[target]]
name = "{STORE}"
"""
# Of a storage agent that no server manages.
ACCESS = f"""
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
"""
PROOF = f"""
[[chap]]
initiator = "{HOST}"
target = "{STORE}"
name = "host1"
secret = "/etc/store-secret"
"""
# Words for scripts. `disk` is the stable name of the unit.
WORDS = """
until_() { i=0; while ! eval "$1"; do i=$((i+1)); [ $i -lt 600 ] || { echo "never: $1"; cat /tmp/*.log; exit 1; }; sleep 0.2; done; }
must() { "$@" || { echo "failed: $*"; cat /tmp/*.log; exit 1; }; }
is() { [ "$1" = "$2" ] || { echo "$3: $1 and not $2"; cat /tmp/*.log; exit 1; }; }
chmod 600 /etc/store-secret
echo root:x:0:0:root:/:/bin/sh > /etc/passwd; echo root:x:0: > /etc/group
name_server() {
  isns-server --config /dev/null --set http.enabled=false "$@" >/tmp/isns.log 2>&1 &
  until_ 'grep -q event=started /tmp/isns.log'
}
truncate -s 32M /tmp/blocks
storage() { san-agent --config /etc/store.toml >/tmp/store.log 2>&1 & s=$!; until_ 'grep -q event=registered /tmp/store.log'; }
helper() { san-agent attach --user root >>/tmp/helper.log 2>&1 & h=$!; }
agent() { san-agent --config /etc/host.toml >>/tmp/host.log 2>&1 & a=$!; }
open_iscsi() {
  mkdir -p /etc/iscsi /run/lock /var/lock; echo InitiatorName=iqn.2026-01.org.example:else > /etc/iscsi/initiatorname.iscsi
  echo 'iscsid.startup = /bin/iscsid' > /etc/iscsi/iscsid.conf
  iscsid; until_ 'iscsiadm -m iface >/dev/null 2>&1'
}
# A management server, at which this shell is logged in.
management() {
  name_server --set store.path=/tmp/registry.db --set api.socket=/tmp/management.sock --set api.key_folder=/tmp/keys
  must sanctl init admin --socket /tmp/management.sock --password-out /tmp/password
  must sanctl login --socket /tmp/management.sock --user admin --password-file /tmp/password
}
# The agent of this name, which is its entity's too, and its node.
join_() {
  must sanctl agent invite $1 --entity $1 --node $2 -f /tmp/token
  must sanctl agent join --server 127.0.0.1 --token-file /tmp/token --socket /tmp/$1.sock
  rm /tmp/token
}
nothing_of_iscsi_is_left() {
  until_ 'iscsiadm -m session 2>&1 | grep -q "No active sessions"'
  until_ '! find /etc/iscsi/nodes -type f | grep -q .'
}
# The scan finds what is planted for it, and looks at the logs of programs, too.
no_secret_is_told() {
  echo "a secret of the guest" >/tmp/planted.log
  is "$(grep -l "a secret of the guest" /tmp/*.log)" /tmp/planted.log "logs with a secret"
  rm /tmp/planted.log; must grep -q event= /tmp/*.log
}
disk=/dev/sanctum/by-target/STORE/lun-5
"""
OPEN_ISCSI = ("iscsid", "iscsiadm")


class GuestTest(unittest.TestCase):
    def run_guest(self, script, programs, store=STORE_CONFIGURATION + ACCESS, host=HOST_CONFIGURATION + PROOF, modules=(), files=None, folders=None,
                  patience=300):
        """What the guest said from "DEVICE" on. `programs` are this machine's, beside those of the suite."""
        if why := guest.why_not("mke2fs", *programs):
            self.skipTest(why)
        script = (WORDS + script).replace("STORE", STORE).replace("HOST", HOST)
        with tempfile.TemporaryDirectory() as folder:
            made = guest.Guest(folder, guest.kernel(chosen.kernel),
                               [chosen.agent, chosen.sanctl, chosen.program, "mke2fs", "losetup", *programs], script,
                               {"etc/store.toml": store, "etc/host.toml": host,
                                "etc/store-secret": "a secret of the guest\n", **(files or {})}, modules, folders)
            said = made.run(patience)
        print(said[said.find("DEVICE"):], file=sys.stderr)
        return said


def main():
    parser = argparse.ArgumentParser()
    for option, what in (("--agent", "san-agent"), ("--sanctl", "sanctl"), ("--program", "isns-server"),
                         ("--kernel", "the kernel of the guests")):
        parser.add_argument(option, required=True, help=what)
    _, rest = parser.parse_known_args(namespace=chosen)
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
