"""What went over the loopback interface, as tshark decodes it.

The capture is a packet socket of this program: from its bind() on nothing is missed, and stop() reads up to a marker
datagram, so that there is no moment to guess. tshark judges the file.
"""

import collections
import dataclasses
import os
import re
import socket
import struct
import subprocess
import threading
import time
import xml.etree.ElementTree as xml

from lib import pdu
from lib.process import PATIENCE

ETH_P_ALL = 3
PACKET_OUTGOING = 4
MARKER_PORT = 9
# Wireshark's levels; below a warning it tells of ordinary things, such as the end of a connection.
WARNING = 0x600000
ERROR = 0x800000


@dataclasses.dataclass
class Seen:
    """One iSNS PDU in the capture: put together by tshark, taken apart by lib.pdu."""

    frame: int
    time: float
    transport: str
    sender: tuple
    receiver: tuple
    message: pdu.Message


class Capture:
    def __init__(self, folder):
        self.file = os.path.join(folder, "capture.pcap")
        self.ports = set()  # iSNS is looked for on these, TCP and UDP
        self.iscsi_ports = set()  # and iSCSI on these
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 20)
        self._socket.bind(("lo", 0))
        self._marks = 0
        self._news = threading.Condition()
        self._out = open(self.file, "wb")
        self._out.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while True:
            frame, origin = self._socket.recvfrom(262144)
            if origin[2] == PACKET_OUTGOING:
                continue  # on loopback each frame passes twice
            if frame.endswith(b"sanctum-end"):
                return
            if frame.endswith(b"sanctum-mark"):
                with self._news:
                    self._out.flush()
                    self._marks += 1
                    self._news.notify_all()
                continue
            now = time.time_ns()
            head = struct.pack("=IIII", now // 10**9, now // 1000 % 10**6, len(frame), len(frame))
            self._out.write(head + frame)

    @staticmethod
    def _send_marker(word):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(word, ("127.0.0.1", MARKER_PORT))

    def _catch_up(self):
        """Returns when all that was sent before the call is in the file."""
        with self._news:
            wanted = self._marks + 1
            self._send_marker(b"sanctum-mark")
            if not self._news.wait_for(lambda: self._marks >= wanted, PATIENCE):
                raise AssertionError("the capture is stuck")

    def stop(self):
        self._send_marker(b"sanctum-end")
        self._thread.join(PATIENCE)
        self._socket.close()
        self._out.close()

    def _tshark(self, *options):
        ports = [word for port in sorted(self.ports) for kind in ("tcp", "udp") for word in
                 ("-d", f"{kind}.port=={port},isns")]
        ports += [word for port in sorted(self.iscsi_ports) for word in ("-d", f"tcp.port=={port},iscsi")]
        command = ["tshark", "-n", "-r", self.file, *ports, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"tshark failed: {done.stderr}")
        return done.stdout

    def complaints(self):
        """Frames with iSNS in which tshark finds something malformed or worth a warning, with their bytes."""
        self._catch_up()
        # It does not put messages of several PDUs together and says so by a warning. Warnings of TCP in the same frame are
        # about packets that the capture lost on a busy machine.
        known = "isns.not_first_pdu || tcp.analysis.flags"
        wrong = f"isns && (_ws.malformed || (_ws.expert.severity >= {WARNING} && !({known})))"
        return self._tshark("-Y", wrong, "-O", "isns", "-x")

    def isns_pdus(self):
        """How many iSNS PDUs tshark has decoded: what a clean bill is worth."""
        self._catch_up()
        said = self._tshark("-Y", "isns", "-T", "fields", "-e", "isns.functionid")
        return len(re.split(r"[,\s]+", said.strip())) if said.strip() else 0

    def iscsi_complaints(self):
        """Frames in which tshark finds iSCSI malformed, with their bytes.

        SCSI within is not judged: INQUIRY data that the ALLOCATION LENGTH cuts off look malformed to it, and its
        warnings tell of mode pages that it cannot name.
        """
        self._catch_up()
        wrong = f"iscsi && (_ws.malformed || _ws.expert.severity >= {ERROR})"
        said = self._tshark("-Y", wrong, "-O", "iscsi,scsi", "-x")
        frames = re.split(r"\n(?=Frame \d+: )", said)
        return "\n".join(frame for frame in frames if frame.strip() and "[Malformed Packet: SCSI]" not in frame)

    def iscsi_opcodes(self):
        """How often each opcode of iSCSI was seen: what a clean bill is worth."""
        self._catch_up()
        said = self._tshark("-Y", "iscsi", "-T", "fields", "-e", "iscsi.opcode")
        return collections.Counter(int(word, 0) for word in re.split(r"[,\s]+", said) if word)

    def login_answers(self):
        """All KEY=VALUE that targets have answered in a login so far."""
        self._catch_up()
        said = self._tshark("-Y", "iscsi.opcode == 0x23", "-T", "fields", "-e", "iscsi.keyvalue", "-E", "aggregator=/s")
        return set(said.split())

    def block_commands(self):
        """Operation codes of SBC that were sent so far, in order, each with whether it forces unit access."""
        self._catch_up()
        said = self._tshark("-Y", "scsi_sbc.opcode && iscsi.opcode == 1", "-T", "fields", "-e",
                            "iscsi.initiatortasktag", "-e", "scsi_sbc.opcode", "-e", "scsi_sbc.fua", "-e", "tcp.stream", "-e",
                            "iscsi.cmdsn")
        # A command whose data come in another segment is shown with both of them. Tags serve again: a later command with
        # the tag of an earlier one has another CmdSN.
        seen = {}
        for line in said.splitlines():
            tags, opcodes, forced, stream, numbers = line.split("\t")
            for tag, opcode, number in zip(tags.split(","), opcodes.split(","), numbers.split(",")):
                seen.setdefault((stream, number, tag, opcode), (int(opcode, 0), "1" in forced or "True" in forced))
        return list(seen.values())

    def pdus(self):
        """All iSNS PDUs so far, in order."""
        self._catch_up()
        packets = xml.fromstring(self._tshark("-Y", "isns", "-T", "pdml"))
        return [seen for packet in packets.iter("packet") for seen in _seen_in(packet)]


HEADER_FIELDS = ("PVer", "functionid", "pdulength", "flags", "transactionid", "sequenceid", "payload")


def _seen_in(packet):
    fields = {field.get("name"): field.get("show") for field in packet.iter("field")}
    transport = "tcp" if "tcp.srcport" in fields else "udp"
    ip = "ip" if "ip.src" in fields else "ipv6"
    sender = (fields[ip + ".src"], int(fields[transport + ".srcport"]))
    receiver = (fields[ip + ".dst"], int(fields[transport + ".dstport"]))
    for proto in packet.iter("proto"):
        if proto.get("name") == "isns":
            raw = {field.get("name"): field.get("value") for field in proto.iter("field")}
            whole = bytes.fromhex("".join(raw.get("isns." + name, "") for name in HEADER_FIELDS))
            yield Seen(int(fields["frame.number"]), float(fields["frame.time_epoch"]), transport, sender, receiver,
                       pdu.decode(whole))
