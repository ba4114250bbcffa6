#!/usr/bin/env python3
"""That iscsi_load sees what a target does wrong: a small target of this test's own, with one fault at a time.

usage: iscsi_load_test.py ISCSI_LOAD [unittest arguments]
"""

import json
import socket
import struct
import subprocess
import sys
import threading
import unittest

HEADER = 48
NO_TAG = b"\xff" * 4
CAPACITY = 256 * 1024
MASK = (1 << 64) - 1


def pattern(size):
    """The begin of what iscsi_load expects on a LUN (pattern.cpp)."""
    words = []
    for number in range(1, size // 8 + 1):
        number = number * 0x9E3779B97F4A7C15 & MASK
        number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & MASK
        number = (number ^ number >> 27) * 0x94D049BB133111EB & MASK
        words.append(struct.pack("<Q", number ^ number >> 31))
    return b"".join(words)


PATTERN = pattern(CAPACITY)


class Target:
    """Serves one session from memory. `faults` are words that its methods look for; each is done from the first
    command on. Data-In come in pieces of 2 KiB, writes are solicited by R2Ts of 2 KiB unless `keys` say otherwise."""

    PIECE = 2048

    def __init__(self, fault=None, keys=None):
        self.fault = fault
        self.keys = keys or {"InitialR2T": "Yes", "ImmediateData": "No", "MaxRecvDataSegmentLength": "1024",
                             "MaxBurstLength": "2048", "FirstBurstLength": "2048"}
        self.memory = bytearray(PATTERN)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._stat_sn, self._exp_cmd_sn = 1000, 1
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._listener.close()
        self._thread.join(10)

    def _run(self):
        try:
            self._socket, _ = self._listener.accept()
            with self._socket:
                while self._serve():
                    pass
        except OSError:
            pass  # the load has seen enough

    def _exactly(self, size):
        got = b""
        while len(got) < size:
            piece = self._socket.recv(size - len(got))
            if not piece:
                raise OSError("gone")
            got += piece
        return got

    def _receive(self):
        header = self._exactly(HEADER)
        size = int.from_bytes(header[5:8], "big")
        return header, self._exactly(size + -size % 4)[:size]

    def _send(self, opcode, flags, tag, data=b"", numbered=True, fields=None):
        header = bytearray(HEADER)
        header[0:2] = opcode, flags
        header[5:8] = len(data).to_bytes(3, "big")
        header[16:20], header[20:24] = tag, NO_TAG
        header[24:36] = struct.pack(">III", self._stat_sn, self._exp_cmd_sn, self._exp_cmd_sn + 31)
        for at, value in (fields or {}).items():
            header[at:at + len(value)] = value
        if numbered:
            self._stat_sn += 2 if self.fault == "StatSN jumps" and opcode != 0x23 else 1
        self._socket.sendall(bytes(header) + data + bytes(-len(data) % 4))

    def _serve(self):
        header, _ = self._receive()
        opcode, tag = header[0] & 0x3F, header[16:20]
        if opcode == 0x03:
            return self._log_in(header, tag)
        if opcode == 0x06:
            self._send(0x26, 0x80, tag)
            return False
        if opcode == 0x01:
            self._exp_cmd_sn += 1
            self._command(header, tag)
        return True

    def _log_in(self, header, tag):
        stage = header[1] >> 2 & 3
        keys = self.keys if stage == 1 else {}
        text = b"".join(f"{key}={value}\0".encode() for key, value in keys.items())
        status = b"\x02\x03" if self.fault == "login refused" else b"\0\0"
        tsih = b"\0\1" if stage == 1 and self.fault != "no TSIH" else b"\0\0"
        self._send(0x23, header[1], tag, text, fields={14: tsih, 36: status})
        return status == b"\0\0"

    def _command(self, header, tag):
        cdb, expected = header[32:48], struct.unpack(">I", header[20:24])[0]
        at = struct.unpack(">I", cdb[2:6])[0] * 512
        if cdb[0] == 0x25:
            self._data_in(tag, struct.pack(">II", CAPACITY // 512 - 1, 512), None)
        elif cdb[0] == 0x28:
            self._data_in(tag, bytes(self.memory[at:at + expected]), self.fault)
        elif cdb[0] == 0x2A:
            self._solicit(tag, at, expected)
            self._send(0x21, 0x80, tag)
        else:
            self._send(0x21, 0x80, tag)

    def _data_in(self, tag, data, fault):
        if fault == "wrong data":
            data = bytes([data[0] ^ 1]) + data[1:]
        if fault == "wrong data in the middle":
            data = data[:1000] + bytes([data[1000] ^ 1]) + data[1001:]
        if fault == "data missing":
            data = data[:-512]
        if fault == "too much data":
            data += bytes(512)
        pieces = [data[at:at + self.PIECE] for at in range(0, len(data), self.PIECE)]
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            offset = 0 if fault == "buffer offset stays" else number * self.PIECE
            fields = {36: struct.pack(">I", number + (1 if fault == "DataSN jumps" else 0)), 40: struct.pack(">I", offset)}
            flags = 0x81 if last else 0x80 if number % 2 else 0
            if last and fault == "residual":
                flags |= 0x02
            if last and fault == "BUSY":
                fields[3] = b"\x08"
            self._send(0x25, flags, NO_TAG if fault == "unknown tag" else tag, piece, numbered=last, fields=fields)
        if fault == "answers twice":
            self._send(0x21, 0x80, tag)

    def _solicit(self, tag, at, expected):
        step = 2048
        for number, offset in enumerate(range(0, expected, step)):
            size = expected + step if self.fault == "R2T beyond the end" else min(step, expected - offset)
            fields = {20: struct.pack(">I", 77 + number), 36: struct.pack(">I", number),
                      40: struct.pack(">I", offset), 44: struct.pack(">I", size)}
            self._send(0x31, 0x80, tag, numbered=False, fields=fields)
            self._collect(at, offset, size, struct.pack(">I", 77 + number))
            if self.fault in ("GOOD too early", "R2T beyond the end"):
                return

    def _collect(self, at, offset, size, transfer_tag):
        """One sequence; anything that is not what was asked for makes the write fail to be there."""
        expected_sn = 0
        while size > 0:
            header, data = self._receive()
            if header[0] & 0x3F == 0x01:
                raise OSError("this target takes one write at a time")
            sn, begin = struct.unpack(">II", header[36:44])
            final = bool(header[1] & 0x80)
            if (header[20:24], sn, begin, final) != (transfer_tag, expected_sn, offset, len(data) == size):
                raise OSError("a Data-Out out of order")
            self.memory[at + begin:at + begin + len(data)] = data
            offset, size, expected_sn = offset + len(data), size - len(data), expected_sn + 1


class Load(unittest.TestCase):
    program = ""

    def load(self, verb, *options, fault=None, keys=None, depth=4):
        target = Target(fault, keys)
        self.addCleanup(target.close)
        argv = [self.program, verb, "--server", target.address, "--target", "iqn.2026-01.org.example:t", "--depth",
                str(depth), "--seconds", "0.05", "--warm", "0", *options]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        return target, done

    def test_a_good_target_has_no_fault(self):
        _, done = self.load("check", "--block", "8192")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["commands"], CAPACITY // 8192)

    def test_writes_go_by_r2t_in_order_and_arrive(self):
        target, done = self.load("fill", "--block", "8192", depth=1)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(bytes(target.memory), PATTERN)
        self.assertEqual(json.loads(done.stdout)["r2ts"], CAPACITY // 2048)

    def test_each_fault_ends_the_run_with_words_about_it(self):
        for fault, words in {
                "wrong data": "wrong data", "data missing": "before all data", "too much data": "more data than",
                "buffer offset stays": "buffer offset", "DataSN jumps": "DataSN", "StatSN jumps": "StatSN out of order;",
                "residual": "before all data", "BUSY": "status 8", "unknown tag": "not open",
                "answers twice": "not open", "login refused": "0203", "no TSIH": "TSIH"}.items():
            with self.subTest(fault):
                _, done = self.load("io", "--block", "8192", fault=fault)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(words, done.stderr)

    def test_each_fault_of_a_write_ends_the_run(self):
        for fault, words in {"R2T beyond the end": "R2T", "GOOD too early": "before all data"}.items():
            with self.subTest(fault):
                _, done = self.load("io", "--block", "8192", "--reads", "0", fault=fault, depth=1)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(words, done.stderr)

    def test_a_fault_in_the_middle_is_seen_when_every_byte_is_compared(self):
        _, done = self.load("io", "--block", "8192", "--verify", fault="wrong data in the middle")
        self.assertIn("wrong data", done.stderr)


if __name__ == "__main__":
    Load.program = sys.argv.pop(1)
    unittest.main()
