"""An iSCSI initiator made by hand: PDUs as bytes, nothing checked but what a test asks; for what no real one sends."""

import hashlib
import socket
import struct

NAME = "iqn.2001-04.com.example:hand"
RESERVED = 0xffffffff
NOP_OUT, COMMAND, TASK, LOGIN, TEXT, DATA_OUT, LOGOUT, SNACK = 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10
NOP_IN, RESPONSE, TASK_RESPONSE, LOGIN_RESPONSE, TEXT_RESPONSE, DATA_IN, LOGOUT_RESPONSE = range(0x20, 0x27)
R2T, ASYNC, REJECT = 0x31, 0x32, 0x3f
IMMEDIATE = 0x40


class Pdu:
    def __init__(self, header, ahs, data):
        self.header, self.ahs, self.data = header, ahs, data
        self.opcode, self.flags = header[0] & 0x3f, header[1]
        self.tag, self.transfer_tag = struct.unpack_from(">II", header, 16)
        self.stat_sn, self.exp_cmd_sn, self.max_cmd_sn = struct.unpack_from(">III", header, 24)

    @property
    def status(self):
        """Of a Login Response both bytes, of a SCSI Response and Data-In one; of others the response."""
        if self.opcode == LOGIN_RESPONSE:
            return struct.unpack_from(">H", self.header, 36)[0]
        return self.header[3] if self.opcode in (RESPONSE, DATA_IN) else self.header[2]

    @property
    def pairs(self):
        return dict(pair.split("=", 1) for pair in self.data.decode().split("\0") if "=" in pair)


def text(*pairs):
    return b"".join(pair.encode() + b"\0" for pair in pairs)


class Initiator:
    """One connection. Numbers go up by themselves; `tag` of a call is the Initiator Task Tag."""

    def __init__(self, port, source="127.0.0.1", receive_buffer=0, timeout=10.0):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        try:
            self.socket.bind((source, 0))
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        self.cmd_sn, self.exp_stat_sn, self.isid = 1, 0, 1
        self._got = b""

    def close(self):
        self.socket.close()

    # --- PDUs ---
    @staticmethod
    def pdu(opcode, flags=0x80, tag=RESERVED, data=b"", ahs=b"", lun=0, **words):
        """`words`: w20 = 7 puts 7 at byte 20, four bytes big-endian; b2 = 7 one byte."""
        header = bytearray(48)
        header[0], header[1] = opcode, flags
        struct.pack_into(">I", header, 4, len(ahs) // 4 << 24 | len(data))
        header[9] = lun
        struct.pack_into(">I", header, 16, tag)
        for name, value in words.items():
            if name[0] == "w":
                struct.pack_into(">I", header, int(name[1:]), value & 0xffffffff)
            else:
                header[int(name[1:])] = value
        return bytes(header) + ahs + data + bytes(-len(data) % 4)

    def send(self, raw):
        self.socket.sendall(raw)

    def _exactly(self, size):
        while len(self._got) < size:
            more = self.socket.recv(65536)
            if not more:
                return None
            self._got += more
        taken, self._got = self._got[:size], self._got[size:]
        return taken

    def receive(self):
        """The next PDU; None when the target closed the connection."""
        try:
            header = self._exactly(48)
            if header is None:
                return None
            lengths = struct.unpack_from(">I", header, 4)[0]
            ahs, size = (lengths >> 24) * 4, lengths & 0xffffff
            rest = self._exactly(ahs + size + (-size % 4))
        except ConnectionError:
            return None
        if rest is None:
            return None
        pdu = Pdu(header, rest[:ahs], rest[ahs:ahs + size])
        if pdu.opcode not in (DATA_IN, R2T) or pdu.opcode == DATA_IN and pdu.flags & 1:
            self.exp_stat_sn = pdu.stat_sn + 1
        return pdu

    def closed(self):
        """Reads to the end; whether there was one."""
        try:
            while self.receive() is not None:
                pass
        except TimeoutError:
            return False
        return True

    # --- login ---
    def login_pdu(self, *pairs, csg=1, nsg=3, transit=True, flags=None, tsih=0, cid=0):
        flags = (0x80 if transit else 0) | csg << 2 | nsg if flags is None else flags
        isid_and_tsih = struct.pack(">BBHHH", 0x80, 0, 0, self.isid, tsih)
        high, low = struct.unpack(">II", isid_and_tsih)
        return self.pdu(LOGIN | IMMEDIATE, flags, 1, text(*pairs), w8=high, w12=low, w20=cid << 16, w24=self.cmd_sn,
                        w28=self.exp_stat_sn)

    def names(self, target, initiator=NAME):
        pairs = [f"InitiatorName={initiator}"]
        return pairs + ([f"TargetName={target}"] if target else ["SessionType=Discovery"])

    def login(self, target, *pairs):
        """The Login Response, None for a closed connection."""
        self.send(self.login_pdu(*self.names(target), *pairs))
        return self.receive()

    def challenge(self, target, *pairs):
        """A login up to the challenge of the target: identifier and bytes."""
        self.send(self.login_pdu(*self.names(target), "AuthMethod=CHAP", csg=0, nsg=1, transit=False))
        self.receive()
        self.send(self.login_pdu("CHAP_A=5", csg=0, nsg=1, transit=False))
        answer = self.receive()
        return int(answer.pairs["CHAP_I"]), bytes.fromhex(answer.pairs["CHAP_C"][2:])

    @staticmethod
    def response(identifier, secret, challenge):
        return "0x" + hashlib.md5(bytes([identifier]) + secret + challenge).hexdigest()

    # --- commands ---
    def next_cmd_sn(self):
        self.cmd_sn += 1
        return self.cmd_sn - 1

    def command(self, tag, cdb, length=0, read=False, write=False, data=b"", flags=None, **more):
        flags = (0x80 | (0x40 if read else 0) | (0x20 if write else 0) | 1) if flags is None else flags
        raw = bytearray(self.pdu(COMMAND, flags, tag, data, w20=length, w24=self.next_cmd_sn(), w28=self.exp_stat_sn,
                                 **more))
        raw[32:32 + len(cdb)] = cdb
        return bytes(raw)

    def read(self, tag, blocks, lba=0):
        return self.command(tag, struct.pack(">BBIBH", 0x28, 0, lba, 0, blocks), blocks * 512, read=True)

    def write(self, tag, blocks, lba=0, data=b"", flags=None):
        return self.command(tag, struct.pack(">BBIBH", 0x2a, 0, lba, 0, blocks), blocks * 512, write=True, data=data,
                            flags=flags)

    def data_out(self, tag, transfer_tag, data, offset=0, data_sn=0, final=True, **more):
        return self.pdu(DATA_OUT, 0x80 if final else 0, tag, data, w20=transfer_tag, w28=self.exp_stat_sn, w36=data_sn,
                        w40=offset, **more)

    def ping(self, tag):
        return self.pdu(NOP_OUT | IMMEDIATE, 0x80, tag, w20=RESERVED, w24=self.cmd_sn, w28=self.exp_stat_sn)

    def answered(self):
        """Whether a TEST UNIT READY gets an answer, whatever it is."""
        self.send(self.command(0x5010, bytes(6)))
        while (answer := self.receive()) is not None and answer.tag != 0x5010:
            pass
        return answer is not None

    def ready(self):
        """TEST UNIT READY until the unit attentions are gone; whether the session works."""
        for tag in range(0x5000, 0x5008):
            self.send(self.command(tag, bytes(6)))
            while (answer := self.receive()) is not None and answer.tag != tag:
                pass
            if answer is None:
                return False
            if answer.status == 0:
                return True
        return False
