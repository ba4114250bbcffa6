"""istgt, the target daemon of Debian's istgt package: one target with one disk."""

import os
import socket

from lib.process import Process, eventually
from support.ports import free_port

CONFIG = """[Global]
  NodeBase "iqn.2024-01.org.example"
  PidFile {folder}/istgt.pid
  AuthFile {folder}/auth.conf
  LogFacility "local7"
  Timeout 30
  NopInInterval 20
  DiscoveryAuthMethod Auto
  MaxSessions 16
  MaxConnections 4
  FirstBurstLength 65536
  MaxBurstLength 262144
  MaxRecvDataSegmentLength 65536
  InitialR2T Yes
  ImmediateData Yes
[UnitControl]
  AuthMethod CHAP Mutual
  AuthGroup None
  Portal UC1 127.0.0.1:{control_port}
  Netmask 127.0.0.1
[PortalGroup1]
  Portal DA1 127.0.0.1:{port}
[InitiatorGroup1]
  InitiatorName "ALL"
  Netmask 127.0.0.1
[LogicalUnit1]
  TargetName disk
  Mapping PortalGroup1 InitiatorGroup1
  AuthMethod {auth}
  AuthGroup AuthGroup1
  UseDigest {digest}
  UnitType Disk
  LUN0 Storage {folder}/disk.img {megabytes}MB
"""
AUTH = """[AuthGroup1]
  Auth "{user}" "{password}" "{target_user}" "{target_password}"
"""


class Istgt:
    """The target is NAME; it wants what `auth` says: Auto, CHAP, CHAP Mutual."""

    NAME = "iqn.2024-01.org.example:disk"

    def __init__(self, test, auth="Auto", digest="Auto", megabytes=16, credentials=None):
        # One after another of the same test: istgt does not start where its PidFile is.
        port = free_port()
        folder = f"{test.folder}/istgt{port}"
        os.makedirs(folder)
        names = dict(folder=folder, port=port, control_port=free_port(), auth=auth, digest=digest,
                     megabytes=megabytes)
        with open(f"{folder}/istgt.conf", "w", encoding="utf-8") as out:
            out.write(CONFIG.format(**names))
        none = dict(user="nobody", password="no password", target_user="none", target_password="none at all")
        with open(f"{folder}/auth.conf", "w", encoding="utf-8") as out:
            out.write(AUTH.format(**{**none, **(credentials or {})}))
        os.chmod(f"{folder}/auth.conf", 0o600)
        self.portal = f"127.0.0.1:{port}"
        self.file = f"{folder}/disk.img"
        self._folder, self._port, self._test = folder, port, test
        self.start()

    def start(self):
        """Also after a kill, which leaves its PidFile behind."""
        if os.path.exists(f"{self._folder}/istgt.pid"):
            os.unlink(f"{self._folder}/istgt.pid")
        self.process = Process(["istgt", "-D", "-c", f"{self._folder}/istgt.conf"])
        self._test.addCleanup(self.process.kill)
        eventually(lambda: self._listens(self._port), "istgt listens")

    @staticmethod
    def _listens(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
