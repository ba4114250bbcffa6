"""iscsiadm of open-iscsi as an iSNS client, without kernel modules and without iscsid."""

import contextlib
import re
import socket
import struct
import threading

from lib.process import run

TARGET = re.compile(r"^(\[?[0-9a-f.:]+\]?:\d+),(\d+) (\S+)$", re.MULTILINE)
REPLY_SIZE = 65536  # more than iscsiadm reads; it takes the length that it knows
CONFIG_NAME = 8


class IscsidStandIn:
    """Answers the one question that iscsiadm has for iscsid before a discovery: the name of this initiator.

    The real iscsid wants the kernel's iSCSI transport. Its socket is abstract, so it belongs to the network namespace.
    """

    def __init__(self, initiator):
        self._initiator = initiator
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind("\0ISCSIADM_ABSTRACT_NAMESPACE")
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(ConnectionError):
                self._answer(connection)

    def _answer(self, connection):
        """iscsiadm closes as soon as it has what it wants of the answer, so the rest of it may find nobody."""
        command = struct.unpack("=i", connection.recv(65536)[:4])[0]
        text = self._initiator if command == CONFIG_NAME else "/etc/iscsi/iscsid.conf"
        connection.sendall((struct.pack("=ii", command, 0) + text.encode()).ljust(REPLY_SIZE, b"\0"))

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Iscsiadm:
    """One host. Its records lie in /etc/iscsi, which the sandbox has emptied for the whole test program."""

    def __init__(self, test, initiator):
        self._portal = f"127.0.0.1:{test.server.port}"
        with open("/etc/iscsi/initiatorname.iscsi", "w", encoding="utf-8") as file:
            file.write(f"InitiatorName={initiator}\n")
        open("/etc/iscsi/iscsid.conf", "w", encoding="utf-8").close()
        daemon = IscsidStandIn(initiator)
        test.addCleanup(daemon.close)

    def discover(self):
        """[(portal, tag, target)] that the name server shows to this host, in order."""
        status, output = run(["iscsiadm", "-m", "discoverydb", "-t", "isns", "-p", self._portal, "--op", "new",
                              "--discover"])
        if status not in (0, 21):  # 21: no targets found
            raise AssertionError(f"iscsiadm: status {status}: {output}")
        return TARGET.findall(output)

    def records(self):
        """[(portal, tag, target)] of the node records that discovery has made."""
        return TARGET.findall(run(["iscsiadm", "-m", "node"])[1])
