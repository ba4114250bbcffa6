"""The machines on which pages are run: each has a network interface at one bridge, a host name, and folders of its own, so
that paths, ports and names are those that a page has. Needs the sandbox of `lib.sandbox` around it.

The programs are those of the build. What a page types and no program of this suite answers is in `page_commands`: systemctl,
journalctl, scp.
"""

import os
import re
import shutil
import subprocess

from lib import sandbox
from lib.process import Process

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
COMMANDS = os.path.join(HERE, "page_commands")
PROGRAMS = ("isns-server", "sanctl", "san-agent")
ADDRESSES = {"desk": "192.0.2.9", "san": "192.0.2.5", "san2": "192.0.2.6", "oldsan": "192.0.2.7", "storage1": "192.0.2.21", "storage2": "192.0.2.22",
             "db1": "192.0.2.31", "web1": "192.0.2.32"}
# Of a system, what programs read there.
FROM_ETC = ("passwd", "group", "nsswitch.conf", "ld.so.cache", "protocols", "services")
END = "===== end of a command:"
PATIENCE = 60  # seconds, for one command

FURNISH = """set -e
mount --make-rprivate /
for folder in usr proc sys; do mount --rbind /$folder {root}/$folder; done
for device in null zero urandom random; do touch {root}/dev/$device; mount --bind /dev/$device {root}/dev/$device; done
ln -s /proc/self/fd {root}/dev/fd
mount --bind /etc/ssl {root}/etc/ssl
mount -t tmpfs none {root}/usr/local/bin
mount --bind {machines} {root}/machines
for folder in {shown}; do mkdir -p {root}$folder; mount --bind $folder {root}$folder; done
for program in {programs}; do ln -s {bin}/$program {root}/usr/local/bin; done
for program in {commands}/*; do ln -s $program {root}/usr/local/bin; done
hostname {name}
exec chroot {root} /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/usr/sbin HOME=/root LC_ALL=C.UTF-8 bash --norc
"""


class Network:
    """The bridge, and the machines that were asked for."""

    def __init__(self, programs):
        self.programs = os.path.abspath(programs)
        self.folder = f"{sandbox.FOLDER}/machines"
        os.mkdir(self.folder)
        # A name server of the DNS, to whom a page gives another address; every machine reads it.
        with open(f"{self.folder}/hosts", "w", encoding="utf-8") as file:
            file.write("127.0.0.1 localhost\n192.0.2.5 san.example.com\n")
            file.writelines(f"{address} {name}\n" for name, address in ADDRESSES.items())
        # The sandbox has this network for itself on its loopback, and would answer for all machines.
        _ip("address", "del", "192.0.2.1/24", "dev", "lo")
        _ip("link", "add", "san0", "type", "bridge")
        _ip("link", "set", "san0", "up")
        self._machines = {}

    def machine(self, name):
        if name not in self._machines:
            self._machines[name] = Machine(self, name)
        return self._machines[name]


class Machine:
    """A shell in it takes commands, one after the other, and keeps its folder and variables."""

    def __init__(self, network, name):
        self.name, self.folder = name, f"{network.folder}/{name}"
        self._lay_out()
        shown = [ROOT] + ([] if network.programs.startswith(ROOT + "/") else [network.programs])
        script = FURNISH.format(root=self.folder, name=name, machines=network.folder, shown=" ".join(shown), bin=network.programs,
                                programs=" ".join(PROGRAMS), commands=COMMANDS)
        self._shell = Process(["unshare", "--net", "--mount", "--uts", "bash", "-c", script], fed=True)
        self.run("cd /root")
        interface = f"to-{name}"
        _ip("link", "add", interface, "type", "veth", "peer", "name", "eth0", "netns", str(self._shell.pid))
        _ip("link", "set", interface, "master", "san0", "up")
        self.run(f"ip link set lo up && ip address add {ADDRESSES[name]}/24 dev eth0 && ip link set eth0 up")

    def _lay_out(self):
        for path in ("usr", "dev", "proc", "sys", "machines", "etc/ssl", "etc/sanctum", "etc/iscsi", "etc/isns", "run", "var/lib/isns", "var/log",
                     "root", "tmp", "srv", "backup", "safe"):
            os.makedirs(f"{self.folder}/{path}")
        for path in ("bin", "sbin", "lib", "lib64"):
            if os.path.exists(f"/{path}"):
                os.symlink(f"usr/{path}", f"{self.folder}/{path}")
        for name in FROM_ETC:
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", f"{self.folder}/etc/{name}")
        os.symlink("/machines/hosts", f"{self.folder}/etc/hosts")

    def run(self, command):
        """What it printed, and how it ended."""
        before = self._shell.feed(f"{{ {command}\n}} </dev/null; ended=$?; echo; echo '{END}'$ended")
        status = int(self._shell.expect(re.escape(END) + r"(\d+)$", before, PATIENCE)[1])
        printed = self._shell.lines[before:-1]
        return printed[:-1] if printed and not printed[-1] else printed, status

    def ok(self, command):
        printed, status = self.run(command)
        if status:
            raise AssertionError(f"{self.name}: {command} ended with {status}: " + "\n".join(printed))
        return printed


def _ip(*words):
    subprocess.run(["ip", *words], check=True)
