"""The targets under measurement, each with one logical unit, behind the face of harness.servers.Server."""

import os

from harness.process import Daemon, Failed
from harness.servers import Server
from support import iscsi_targets
from support.ports import free_port

MIB = 1 << 20


class BareTarget(Server):
    """The floor: the same messages from and to its own memory."""

    def __init__(self, program, folder, processors, mib, options=()):
        super().__init__(folder, processors)
        self.program, self.mib, self.options = program, mib, options

    def command(self):
        return [self.program, "--port", str(self.port), "--size", str(self.mib), *self.options]

    def load_options(self):
        return ["--bare", "--span", str(self.mib * MIB)]


class Target(Server):
    """One of tests/support/iscsi_targets.py."""

    def __init__(self, kind, folder, processors, unit, program=None):
        super().__init__(folder, processors)
        more = {"control_port": free_port()} if kind is iscsi_targets.Istgt else {}
        self.setup = kind(folder, self.port, [unit], program=program, **more)
        self._digests = False

    def launch(self):
        self.setup.prepare()
        self.daemon = Daemon(self.setup.command(), os.path.join(self.folder, "log"), self.processors,
                             environment=self.setup.environment())

    def start(self):
        super().start()
        try:
            self.setup.configure()
        except RuntimeError as why:
            self.stop()
            raise Failed(str(why)) from None
        again, self._digests = self._digests, False
        self.use_digests(again)
        return self

    def stop(self):
        if self.daemon:
            self.daemon.stop(self.setup.patience)
        self.daemon = None

    def load_options(self):
        return ["--target", iscsi_targets.TARGET, "--lun", str(self.setup.first_lun)]

    def use_digests(self, on):
        """Where it must be told beforehand what a session may ask for."""
        if isinstance(self.setup, iscsi_targets.Tgtd) and on != self._digests:
            self.setup.use_digests(on)
        self._digests = on
