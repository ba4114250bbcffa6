"""isnsdd(8) of open-isns: registers what its registry file lists, answers ESI, follows SCNs."""

import os

from lib.process import Process, eventually

CALLOUT = '#!/bin/sh\necho "callout $*"\n'


class Isnsdd:
    """One daemon for one node. BindAddress stays out of its configuration: with it isnsdd 0.101 crashes at start."""

    def __init__(self, test, node, portal="127.0.0.1 portal-port=3260/tcp", options=(), esi_interval=2, security="Security = 0\n"):
        self.node = node
        folder = test.folder
        self._write(f"{folder}/callout", CALLOUT, 0o755)
        # The owner becomes part of the entity's name, as <HostName>:<owner>.
        self._write(f"{folder}/registry", f"portal-addr={portal} owner=iscsid:1\n"
                    f"iscsi-name={node} iscsi-node-type=Initiator owner=iscsid:1\n")
        self._write(f"{folder}/isnsdd.conf",
                    f"SourceName = {node}\nHostName = host.example.org\nServerAddress = 127.0.0.1:{test.server.port}\n"
                    f"{security}PIDFile = {folder}/isnsdd.pid\nLocalRegistry = {folder}/registry\n"
                    f"SCNCallout = {folder}/callout\nESIMinInterval = {esi_interval}s\n")
        before = udp_ports()
        self.process = Process(["isnsdd", "-4", "-f", "-d", "all", "-c", f"{folder}/isnsdd.conf", *options])
        test.addCleanup(self.process.stop)
        self.process.expect(r"Initial query returned")
        self.port = eventually(lambda: udp_ports() - before, "isnsdd opens its UDP socket").pop()
        test.capture.ports.add(self.port)

    @staticmethod
    def _write(path, text, mode=0o644):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def expect_callout(self, what, node):
        """Waits until isnsdd has asked the server about a notification and run its callout."""
        return self.process.expect(f'^callout {what} .*iscsi-name="{node}"')


def udp_ports():
    """The UDP ports open in this network namespace."""
    with open("/proc/net/udp", encoding="ascii") as table:
        return {int(line.split()[1].split(":")[1], 16) for line in list(table)[1:]}
