#!/usr/bin/env python3
"""A target that is killed under write load, over and over: nothing that it acknowledged is lost.

  kill_test.py --program build/release/bin/san-agent [--rounds 10] [--seed N]

Writers put numbered contents with FUA into slots of a LUN in a file, each slot by one writer, one write at a time. At some
moment the program gets SIGKILL. When it runs again, each block of a slot holds the last write that was acknowledged, or
the one that was on its way. A registration with APTPL that was made before the kill is there too, and so is a reservation of a
second LUN: it keeps strangers out at once, and its holder goes on.
"""

import argparse
import os
import random
import struct
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "interop"))
from lib.iscsi_initiator import Initiator, Place, ProtocolError  # noqa: E402
from lib.iscsi_serve import Served, missing  # noqa: E402
from support import iscsi_targets  # noqa: E402

BLOCK = 512
SLOT_BLOCKS = 8
SLOTS = 16  # of a writer
WRITERS = 4
GOOD, RESERVATION_CONFLICT = 0, 0x18
SKIPPED = 77
RESERVER = "iqn.2026-01.org.example:reserver"
STRANGER = "iqn.2026-01.org.example:stranger"
RESERVER_PORT = bytes([0x80, 0, 0, 0, 0, 1])  # its ISID


def content(writer, slot, number):
    """So many bytes as a slot has; every block says whose write it is."""
    return struct.pack(">IIQ", writer, slot, number) * (SLOT_BLOCKS * BLOCK // 16)


def write_fua(lba):
    return bytes([0x8A, 0x08]) + struct.pack(">QI", lba, SLOT_BLOCKS) + bytes(2)


def read(lba):
    return bytes([0x88, 0]) + struct.pack(">QI", lba, SLOT_BLOCKS) + bytes(2)


class Writer(threading.Thread):
    """Writes until the target goes. `acknowledged[slot]` is the number that is safe, `begun[slot]` the last one sent."""

    def __init__(self, place, number, seed):
        super().__init__()
        self.place, self.number = place, number
        self.random = random.Random(seed)
        self.acknowledged, self.begun = [0] * SLOTS, [0] * SLOTS
        self.acknowledgements = 0
        self.fault = None

    def lba(self, slot):
        return (self.number * SLOTS + slot) * SLOT_BLOCKS

    def run(self):
        try:
            with Initiator(self.place, f"iqn.2026-01.org.example:writer{self.number}") as initiator:
                initiator.until_ready()
                while True:
                    self.write(initiator, self.random.randrange(SLOTS))
        except (OSError, ProtocolError):
            pass  # the kill

    def write(self, initiator, slot):
        number = self.begun[slot] + 1
        self.begun[slot] = number
        answer = initiator.command(write_fua(self.lba(slot)), write=content(self.number, slot, number))
        if answer.status != GOOD:
            self.fault = f"writer {self.number}: status {answer.status:#x}, sense {answer.sense.hex()}"
            raise ProtocolError(self.fault)
        self.acknowledged[slot] = number
        self.acknowledgements += 1


def check(initiator, writer):
    """What is wrong with the slots of a writer; afterwards it goes on from what is there."""
    wrong = []
    for slot in range(SLOTS):
        data = initiator.command(read(writer.lba(slot)), read=SLOT_BLOCKS * BLOCK).data
        allowed, found = {writer.acknowledged[slot], writer.begun[slot]}, set()
        for block in range(SLOT_BLOCKS):
            who, where, number = struct.unpack(">IIQ", data[block * BLOCK:block * BLOCK + 16])
            found.add(number)
            empty = number == 0 and 0 in allowed
            if not empty and ((who, where) != (writer.number, slot) or number not in allowed):
                wrong.append(f"writer {writer.number}, slot {slot}, block {block}: holds {who}/{where}/{number}, "
                             f"acknowledged was {writer.acknowledged[slot]}")
        # A write that was on its way may be there in part.
        writer.acknowledged[slot], writer.begun[slot] = min(found), max(found)
    return wrong


def register(initiator, key):
    """REGISTER AND IGNORE EXISTING KEY with APTPL. A reservation would stop the writers."""
    out = bytes([0x5F, 6, 0, 0, 0, 0, 0, 0, 24, 0])
    answer = initiator.command(out, write=bytes(8) + key + bytes(4) + b"\x01" + bytes(3))
    return answer.status == GOOD


def keys(initiator):
    data = initiator.command(bytes([0x5E, 0, 0, 0, 0, 0, 0, 16, 0, 0]), read=4096).data
    size = struct.unpack(">I", data[4:8])[0]
    return [data[8 + i:16 + i] for i in range(0, min(size, len(data) - 8), 8)]


def reserve(initiator, key):
    """RESERVE of type Write Exclusive. Who holds it may do so again."""
    return initiator.command(bytes([0x5F, 1, 1, 0, 0, 0, 0, 0, 24, 0]), write=key + bytes(16)).status == GOOD


def check_reservation(place, key):
    """What is wrong with the reservation of the second LUN."""
    wrong = []
    for name, port, wanted in ((STRANGER, None, RESERVATION_CONFLICT), (RESERVER, RESERVER_PORT, GOOD)):
        with Initiator(place, name, isid=port) as initiator:
            initiator.until_ready()
            held = initiator.command(bytes([0x5E, 1, 0, 0, 0, 0, 0, 0, 24, 0]), read=24).data
            if held[8:16] != key or held[21:22] != b"\x01":
                wrong.append(f"{name} reads another reservation: {held.hex()}")
            status = initiator.command(write_fua(0), write=content(0, 0, 1)).status
            if status != wanted:
                wrong.append(f"{name} writes to the reserved LUN: status {status:#x} instead of {wanted:#x}")
    return wrong


def one_round(served, writers, number, seconds):
    place, reserved = (Place.of(served.url(i)) for i in range(2))
    key = struct.pack(">Q", number)
    for lun in (place, reserved):
        with Initiator(lun, RESERVER, isid=RESERVER_PORT) as initiator:
            initiator.until_ready()
            if not register(initiator, key) or (lun is reserved and not reserve(initiator, key)):
                return ["the registration or the reservation is refused"]
    running = [Writer(place, old.number, old.random.random()) for old in writers]
    for fresh, old in zip(running, writers):
        fresh.acknowledged, fresh.begun = old.acknowledged, old.begun
        fresh.start()
    time.sleep(seconds)
    served.stop()  # SIGKILL
    for writer in running:
        writer.join()
    served.start()
    wrong = [writer.fault for writer in running if writer.fault]
    with Initiator(place, "iqn.2026-01.org.example:checker") as initiator:
        initiator.until_ready()
        for fresh, old in zip(running, writers):
            wrong += check(initiator, fresh)
            old.acknowledged, old.begun = fresh.acknowledged, fresh.begun
            old.acknowledgements += fresh.acknowledgements
        if key not in keys(initiator):
            wrong.append(f"the registration with APTPL of round {number} is gone")
    return wrong + check_reservation(reserved, key)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="san-agent")
    parser.add_argument("--rounds", type=int, default=10, help="how many times the agent is killed (10)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31),
                        help="what a failing run printed; a new one if not given")
    chosen = parser.parse_args()
    if why := missing("san-agent", chosen.program):
        print(why)
        return SKIPPED
    chance = random.Random(chosen.seed)
    print(f"seed {chosen.seed}")
    with tempfile.TemporaryDirectory(prefix="sanctum-kill-") as folder:
        units = [iscsi_targets.Unit(mib=4, path=os.path.join(folder, name), thin=True) for name in ("unit", "reserved")]
        with Served("san-agent", os.path.join(folder, "agent"), units, None, chosen.program) as served:
            place = Place.of(served.url(0))
            writers = [Writer(place, number, chance.random()) for number in range(WRITERS)]
            for number in range(1, chosen.rounds + 1):
                wrong = one_round(served, writers, number, 0.05 + 0.4 * chance.random())
                if wrong:
                    print(f"round {number}:", *wrong, sep="\n  ")
                    return 1
    acknowledged = sum(writer.acknowledgements for writer in writers)
    print(f"{chosen.rounds} kills, {acknowledged} writes acknowledged, none lost; registration and reservation were there each time")
    return 0 if acknowledged else 1


if __name__ == "__main__":
    sys.exit(main())
