"""A raw iSCSI initiator for clean-up and small checks: one command at a time, codec of its own.

A session that the target ends, or an answer that is no iSCSI, is an OSError or a ProtocolError.
"""

import base64
import dataclasses
import hashlib
import itertools
import os
import socket
import struct
import time
import urllib.parse

HEADER = 48
NO_TAG = 0xFFFFFFFF
UNIT_ATTENTION = 6
# NOT READY that ends by itself: becoming ready, format, operation, sanitize in progress.
PASSING = {(2, 0x04, code) for code in (0x01, 0x04, 0x07, 0x1B)}
ABORT_TASK_SET, LUN_RESET, TARGET_WARM_RESET = 2, 5, 6


class ProtocolError(Exception):
    """The target says something that this initiator does not understand, or refuses a login."""


@dataclasses.dataclass
class Answer:
    """Of a SCSI command."""

    status: int
    data: bytes = b""
    sense: bytes = b""

    @property
    def key_and_code(self):
        """Sense key, ASC and ASCQ, or None."""
        if len(self.sense) >= 4 and self.sense[0] & 0x7F in (0x72, 0x73):  # descriptor format
            return self.sense[1] & 15, self.sense[2], self.sense[3]
        return (self.sense[2] & 15, self.sense[12], self.sense[13]) if len(self.sense) > 13 else None


@dataclasses.dataclass(frozen=True)
class Place:
    """A LUN, as iscsi://host:port/target/lun says it."""

    host: str
    port: int
    target: str
    lun: int
    user: str = ""  # of CHAP with MD5
    secret: str = ""
    target_user: str = ""  # not empty: the target must prove itself too
    target_secret: str = ""

    @classmethod
    def of(cls, url):
        parts = urllib.parse.urlsplit(url)
        _, target, lun = parts.path.split("/")
        user, _, secret = (parts.username or "").partition("%")
        more = dict(urllib.parse.parse_qsl(parts.query))
        return cls(parts.hostname, parts.port or 3260, urllib.parse.unquote(target), int(lun), user, secret,
                   more.get("target_user", ""), more.get("target_password", ""))


def _response(identifier, secret, challenge):
    """CHAP with MD5 (RFC 1994 4.1)."""
    return hashlib.md5(bytes([int(identifier, 0)]) + secret.encode() + challenge).digest()


def _binary(text):
    """A binary value of a key: hexadecimal or base64 (RFC 7143 6.1)."""
    if text[:2].lower() == "0b":
        return base64.b64decode(text[2:])
    return bytes.fromhex("0" * (len(text) % 2) + text[2:])


class Initiator:
    """A session, from its login to close()."""

    _numbers = itertools.count(1)

    def __init__(self, place, name, patience=10.0, isid=None):
        """`isid` is that of an initiator port which comes back: what is reserved belongs to it."""
        self.place, self.name = place, name
        self._socket = socket.create_connection((place.host, place.port), timeout=patience)
        self._isid = isid or bytes([0x80]) + os.urandom(3) + struct.pack(">H", next(self._numbers) & 0xFFFF)
        self._cmd_sn, self._stat_sn, self._task = 1, 0, 0
        try:
            self._log_in()
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Logs out; a target that has gone is no matter."""
        try:
            header = bytearray(HEADER)
            header[0:2] = 0x46, 0x80
            header[16:20] = struct.pack(">I", self._next_task())
            self._send(header)
            while self._receive()[0][0] & 0x3F != 0x26:
                pass
        except (OSError, ProtocolError):
            pass
        self._socket.close()

    # --- PDUs ---

    def _next_task(self):
        self._task += 1
        return self._task

    def _send(self, header, data=b""):
        header[5:8] = len(data).to_bytes(3, "big")
        header[24:28] = struct.pack(">I", self._cmd_sn)
        header[28:32] = struct.pack(">I", self._stat_sn)
        self._socket.sendall(bytes(header) + data + bytes(-len(data) % 4))

    def _exactly(self, size):
        got = b""
        while len(got) < size:
            piece = self._socket.recv(size - len(got))
            if not piece:
                raise OSError("the target closed the connection")
            got += piece
        return got

    def _receive(self):
        """The next PDU but answered pings: header and data."""
        while True:
            header = self._exactly(HEADER)
            size = int.from_bytes(header[5:8], "big")
            data = self._exactly(header[4] * 4 + size + -size % 4)[header[4] * 4:][:size]
            opcode = header[0] & 0x3F
            ping = opcode == 0x20 and header[20:24] != b"\xff" * 4
            if opcode != 0x31 and not (opcode == 0x25 and not header[1] & 1) and not ping:
                self._stat_sn = (struct.unpack(">I", header[24:28])[0] + 1) & NO_TAG
            if not ping:
                return header, data
            answer = bytearray(HEADER)
            answer[0:2] = 0x40, 0x80
            answer[8:16], answer[16:20], answer[20:24] = header[8:16], b"\xff" * 4, header[20:24]
            self._send(answer)

    def _log_in(self):
        method = "CHAP" if self.place.user else "None"
        keys = {"InitiatorName": self.name, "TargetName": self.place.target, "SessionType": "Normal"}
        more = {"HeaderDigest": "None", "DataDigest": "None", "InitialR2T": "No", "ImmediateData": "Yes"}
        answers, stage = self._login_step(0, 1, {**keys, "AuthMethod": method}, transit=method == "None")
        if method == "CHAP":
            answers, stage = self._login_step(0, 1, {"CHAP_A": "5"}, transit=False)
            proof = _response(answers["CHAP_I"], self.place.secret, _binary(answers["CHAP_C"]))
            stage = self._prove({"CHAP_N": self.place.user, "CHAP_R": "0x" + proof.hex()})
        for _ in range(4):
            if stage == 3:
                return
            # A target may want to say more before it goes on.
            _, stage = self._login_step(1, 3, more)
            more = {}
        raise ProtocolError("the login does not end")

    def _prove(self, keys):
        """The stage that comes next. Where the target has a name, it must prove that."""
        if not self.place.target_user:
            return self._login_step(0, 1, keys)[1]
        challenge = os.urandom(16)
        answers, stage = self._login_step(0, 1, {**keys, "CHAP_I": "7", "CHAP_C": "0x" + challenge.hex()})
        wanted = self.place.target_user, _response("7", self.place.target_secret, challenge)
        if (answers.get("CHAP_N"), _binary(answers.get("CHAP_R", "0x"))) != wanted:
            raise ProtocolError("the target does not prove who it is")
        return stage

    def _login_step(self, stage, following, keys, transit=True):
        """The keys of the answer, and the stage that comes next."""
        header = bytearray(HEADER)
        header[0:2] = 0x43, (0x80 | following if transit else 0) | stage << 2
        header[8:14] = self._isid
        self._send(header, b"".join(f"{key}={value}\0".encode() for key, value in keys.items()))
        answer, text = self._receive()
        if answer[0] & 0x3F != 0x23 or answer[36]:
            raise ProtocolError(f"the login is refused: {answer.hex()}")
        pairs = [pair.split("=", 1) for pair in text.decode(errors="replace").split("\0") if "=" in pair]
        return dict(pairs), answer[1] & 3 if answer[1] & 0x80 else stage

    # --- what tests ask for ---

    def command(self, cdb, read=0, write=b""):
        """A SCSI command; data to write goes with it and must fit FirstBurstLength."""
        header = bytearray(HEADER)
        header[0], header[1] = 0x01, 0x81 | (0x40 if read else 0) | (0x20 if write else 0)
        header[9] = self.place.lun
        tag = self._next_task()
        header[16:20] = struct.pack(">I", tag)
        header[20:24] = struct.pack(">I", read or len(write))
        header[32:32 + len(cdb)] = cdb
        self._send(header, write)
        self._cmd_sn = (self._cmd_sn + 1) & NO_TAG
        return self._answer(tag)

    def _answer(self, tag):
        data = b""
        while True:
            header, piece = self._receive()
            opcode = header[0] & 0x3F
            if opcode == 0x3F:
                raise ProtocolError(f"the target rejects a PDU, reason {header[2]}")
            if header[16:20] != struct.pack(">I", tag):
                continue
            if opcode == 0x25:
                data += piece
                if header[1] & 1:
                    return Answer(header[3], data)
            elif opcode == 0x21:
                return Answer(header[3], data, piece[2:])
            else:
                raise ProtocolError(f"opcode {opcode:#x} where an answer was expected")

    def task_management(self, function):
        """The response: 0 is complete."""
        header = bytearray(HEADER)
        header[0], header[1] = 0x42, 0x80 | function
        header[9] = self.place.lun
        header[16:20] = struct.pack(">I", self._next_task())
        header[20:24] = b"\xff" * 4
        self._send(header)
        while True:
            answer, _ = self._receive()
            if answer[0] & 0x3F == 0x22:
                return answer[2]

    def until_ready(self, patience=60.0):
        """TEST UNIT READY until all unit attentions are told and what runs in the unit, as SANITIZE, has ended."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            answer = self.command(bytes(6))
            busy = answer.status == 2 and answer.key_and_code in PASSING
            told = answer.status == 2 and (answer.key_and_code or ())[:1] == (UNIT_ATTENTION,)
            if not busy and not told:
                return
            if busy:
                time.sleep(0.05)
        raise ProtocolError(f"the unit is not ready after {patience:.0f} s")
