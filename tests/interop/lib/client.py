"""A raw iSNS client: sends exactly the bytes that it is told to. For shapes of messages that no tool here produces."""

import itertools
import socket

from lib import pdu
from lib.process import PATIENCE


class Client:
    """One TCP connection to the server. Also the harness's own hand for zoning (isnsadm has no DDS command)."""

    def __init__(self, port, source="", host="127.0.0.1", local=None):
        self.source = source
        self._xids = itertools.count(1)
        self._socket = socket.create_connection((host, port), PATIENCE, local and (local, 0))
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    def send(self, raw):
        self._socket.sendall(raw)

    def end_of_sending(self):
        self._socket.shutdown(socket.SHUT_WR)

    def receive(self):
        """The next PDU; None when the server has closed the connection."""
        header = self._take(pdu.HEADER_SIZE)
        if header is None:
            return None
        body = self._take(pdu.payload_length(header))
        if body is None:
            raise AssertionError("connection closed within a PDU")
        return pdu.decode(header + body)

    def receive_in_reads(self):
        """As receive(), by two plain reads (header, then the rest) as clients do that cannot put pieces together."""
        header = self._socket.recv(pdu.HEADER_SIZE)
        return pdu.decode(header + self._socket.recv(pdu.payload_length(header)))

    def _take(self, count):
        while len(self._rest) < count:
            data = self._socket.recv(65536)
            if not data:
                return None
            self._rest += data
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def call(self, function, key=b"", operating=None, flags=0, source=None, xid=None):
        """A request in the usual order (source, key, delimiter, operating) and its answer."""
        xid = next(self._xids) if xid is None else xid
        payload = pdu.tlv(pdu.NAME, source or self.source) + key
        if operating is not None:
            payload += pdu.tlv(pdu.DELIMITER) + operating
        self.send(pdu.pdu(function, payload, xid, pdu.CLIENT | pdu.WHOLE | flags))
        answer = self.receive()
        if answer is None:
            raise AssertionError("the server closed the connection instead of answering")
        if answer.xid != xid or answer.function != function | pdu.RESPONSE:
            raise AssertionError(f"not the answer to this request: {answer}")
        return answer

    def ok(self, function, key=b"", operating=None, **more):
        """As call(), and the status must be 0."""
        answer = self.call(function, key, operating, **more)
        if answer.status != 0:
            raise AssertionError(f"function {function}: status {answer.status}: {answer.raw.hex()}")
        return answer

    def zone(self, name, *members):
        """A discovery domain of these nodes that gives visibility; its id. Source must be a control node."""
        nodes = b"".join(pdu.tlv(pdu.DD_NODE_NAME, member) for member in members)
        answer = self.ok(pdu.DD_REG, b"", pdu.tlv(pdu.DD_NAME, name) + nodes)
        domain = answer.numbers(pdu.DD_ID)[0]
        answer = self.call(pdu.DDS_REG, b"", pdu.tlv(pdu.DDS_NAME, name + "-set") + pdu.tlv(pdu.DDS_STATUS, 1) +
                           pdu.tlv(pdu.DD_ID, domain))
        # open-isns has no domain sets: there a domain alone gives visibility.
        if answer.status not in (0, 15):
            raise AssertionError(f"DDSReg: status {answer.status}")
        return domain
