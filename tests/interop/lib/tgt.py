"""tgtd, the target daemon of Debian's tgt, and tgtadm."""

import os

from lib.process import NotifySocket, Process, run
from support.ports import free_port


class Tgtd:
    """One daemon with targets but no disks. It reports to systemd's notify socket when tgtadm can speak to it."""

    def __init__(self, test, address="127.0.0.1", port=None):
        self.port = port or free_port()
        # A daemon after another of the same test: what a killed one left behind is in the way.
        number = len([name for name in os.listdir(test.folder) if name.startswith("tgtd-notify")])
        self._env = {"TGT_IPC_SOCKET": f"{test.folder}/tgtd{number}"}
        notify = NotifySocket(f"{test.folder}/tgtd-notify{number}")
        test.addCleanup(notify.close)
        self.process = Process(["tgtd", "-f", "--iscsi", f"portal={address}:{self.port}"], {**self._env, **notify.env()})
        test.addCleanup(self._kill)
        notify.wait(self.process)
        self._targets = 0
        self._server = test.server

    def _kill(self):
        # A tgtd that has frozen does not hear SIGTERM.
        self.process.kill()

    def admin(self, *words):
        status, output = run(["tgtadm", "--lld", "iscsi", *words], patience=10, env=self._env)
        if status:
            raise AssertionError(f"tgtadm {' '.join(words)}: status {status}: {output}")
        return output

    def add_portal(self, address):
        self.admin("--op", "new", "--mode", "portal", "--param", f"portal={address}:{self.port}")

    def add_target(self, name):
        self._targets += 1
        self.admin("--op", "new", "--mode", "target", "--tid", str(self._targets), "-T", name)

    def add_disk(self, target, lun, path):
        self.admin("--op", "new", "--mode", "logicalunit", "--tid", str(target), "--lun", str(lun), "-b", path)

    def admit(self, target, who="ALL"):
        self.admin("--op", "bind", "--mode", "target", "--tid", str(target), "-I", who)

    def set_target(self, target, name, value):
        self.admin("--op", "update", "--mode", "target", "--tid", str(target), "-n", name, "-v", value)

    def add_account(self, target, user, password, outgoing=False):
        """`outgoing`: with which the target proves itself."""
        self.admin("--op", "new", "--mode", "account", "--user", user, "--password", password)
        self.admin("--op", "bind", "--mode", "account", "--tid", str(target), "--user", user,
                   *(["--outgoing"] if outgoing else []))

    def remove_target(self, number):
        self.admin("--op", "delete", "--mode", "target", "--tid", str(number))

    def targets(self):
        return self.admin("--op", "show", "--mode", "target")

    def set(self, name, value):
        self.admin("--op", "update", "--mode", "sys", "--name", name, "-v", str(value))

    def use_isns(self):
        """Switches iSNS on: registers the targets there are, and each one added later."""
        self.set("iSNSServerIP", "127.0.0.1")
        self.set("iSNSServerPort", self._server.port)
        self.set("iSNSAccessControl", "On")
        self.set("iSNS", "On")
        return int(self.process.expect(r"scn listen port (\d+)").group(1))
