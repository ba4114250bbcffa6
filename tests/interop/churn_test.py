#!/usr/bin/env python3
"""Memory and descriptors of server, storage agent, host agent and helper stay what they are while disks come and go, entities
register and leave, hosts are turned away and people read: SANCTUM_CHURN seconds of it (an hour), after a warm-up in which the
server's list of past snapshots (api::Timeline) becomes as long as it may be.
"""

import os
import statistics
import subprocess
import sys
import threading
import time

from lib import case, pdu
from lib.agent_case import HOST, registration
from lib.pdu import tlv
from managed_host_test import ManagedHostCase

SECONDS = float(os.environ.get("SANCTUM_CHURN", "3600"))
WARM_REVISIONS = 11_000
PACE = 2  # seconds, of a round after the warm-up
SAMPLES = 60
PART = SAMPLES // 6  # of which the median counts, at the begin and at the end
STRANGERS = 8
STRANGER = "iqn.2024-01.org.example:stranger"
# What may come: the allocator's, and what a change set leaves for ever in the server's list of them.
GROWTH = 0.05
LEAST = 1024  # KiB
CHANGE_SET = 2  # KiB


class Seen:
    """What a process holds: KiB of memory that is no file's, and descriptors."""

    def __init__(self, pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            [self.memory] = [int(line.split()[1]) for line in status if line.startswith("RssAnon:")]
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))


class Churn(ManagedHostCase):
    decodable, least_pdus = False, 0  # an hour of it is not judged by tshark

    def processes(self):
        return {"isns-server": self.server.process.pid, "san-agent of the storage": self.agent.process.pid,
                "san-agent of the host": self.host.process.pid, "san-agent attach": self.host.helper.pid}

    def strangers_come_and_go(self):
        names = [f"{STRANGER}{number}" for number in range(STRANGERS)]
        for number, name in enumerate(names):
            client = self.strangers[number]
            client.ok(pdu.DEV_ATTR_REG, b"", registration(f"stranger{number}", f"127.0.1.{number + 1}", name, pdu.INITIATOR),
                      source=name)
            client.ok(pdu.DEV_ATTR_QRY, tlv(pdu.NAME, name), tlv(pdu.EID), source=name)
        self.assertNotEqual(self.inquiry().returncode, 0, "a host without a zone")
        for number, name in enumerate(names):
            self.strangers[number].ok(pdu.DEV_DEREG, b"", tlv(pdu.EID, f"stranger{number}"), source=name)

    def people_read(self):
        for path in ("/snapshot", "/findings", f"/why?host={HOST}&unit={self.unit}", "/audit?limit=100", "/changes?limit=20"):
            self.ask(path)
        other = self.https()
        token = other.ok("POST", "/login", {"user": "admin", "password": self.password})["token"]
        other.call("POST", "/logout", None, token)
        other.close()

    def a_disk_comes_and_goes(self):
        path = self.zone_and_map()
        disk = self.disk()
        done = subprocess.run(["qemu-io", "-f", "raw", "-c", "write -P 5 0 64k", "-c", "read -P 5 0 64k", "-c", "flush",
                               f"nbd+unix:///?socket={disk['device']}"], capture_output=True, text=True, timeout=30, check=False)
        self.assertIn("read 65536/65536", done.stdout, done)
        self.people_read()
        self.ask(path + "/rollback", "POST", {"reason": "it was a test"})
        self.host.comes_to_have_none()

    def a_round(self):
        self.a_disk_comes_and_goes()
        self.strangers_come_and_go()

    def warm_up(self):
        rounds = 0
        while self.ask("/status")["revision"] < WARM_REVISIONS:
            self.a_round()
            rounds += 1
        return rounds

    def test_what_comes_and_goes_leaves_nothing_behind(self):
        self.strangers = [self.raw() for _ in range(STRANGERS)]
        warm = self.warm_up()
        samples, rounds, rounds_at = [], 0, []
        began, pause = time.monotonic(), threading.Event()
        while len(samples) < SAMPLES:
            self.a_round()
            rounds += 1
            if time.monotonic() - began >= SECONDS * (len(samples) + 1) / SAMPLES:
                samples.append({name: Seen(pid) for name, pid in self.processes().items()})
                rounds_at.append(rounds)
            pause.wait(max(0, began + rounds * PACE - time.monotonic()))  # so much an hour, and the machine is not full
        changes = rounds_at[-1] - rounds_at[0]
        said, faults = [], []
        for name in samples[0]:
            memory = [one[name].memory for one in samples]
            begin, end = statistics.median(memory[:PART]), statistics.median(memory[-PART:])
            said.append(f"{name}: {begin} KiB, at the end {end} KiB")
            allowed = max(LEAST, GROWTH * begin) + (changes * CHANGE_SET if name == "isns-server" else 0)
            if end - begin > allowed:
                faults.append(f"{name} grew by {end - begin} KiB: {memory}")
            descriptors = [one[name].descriptors for one in samples]
            if max(descriptors[-PART:]) > max(descriptors[:PART]) + 4:
                faults.append(f"{name} has more and more descriptors: {descriptors}")
        print(f"{warm} rounds to warm up, then {rounds} in {time.monotonic() - began:.0f} s; {'; '.join(said)}", file=sys.stderr)
        self.assertEqual(faults, [])


if __name__ == "__main__":
    case.main("qemu-io", "iscsi-inq", uses_agent=True, uses_sanctl=True)
