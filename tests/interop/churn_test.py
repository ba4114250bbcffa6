#!/usr/bin/env python3
"""Memory and descriptors of server, storage agent, host agent and helper stay what they are while disks come and go, entities
register and leave, hosts are turned away and people read: SANCTUM_CHURN seconds of it (an hour), after a warm-up in which what
the server keeps becomes as much as it may be: its past snapshots (api::Timeline) and its committed change sets.

Of the server what is allocated counts (/metrics): what lies between its objects in memory settles over hours, and is told.
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
from lib.status_page import StatusPage
from support.ports import free_port
from managed_host_test import ManagedHostCase

SECONDS = float(os.environ.get("SANCTUM_CHURN", "3600"))
WARM_REVISIONS = 11_000
WARM_ROUNDS = int(os.environ.get("SANCTUM_CHURN_WARM", "1010"))  # a change set each; 1,000 are kept
PACE = 2  # seconds, of a round after the warm-up
SAMPLES = 60
PART = SAMPLES // 6  # of which the median counts, at the begin and at the end
STRANGERS = 8
STRANGER = "iqn.2024-01.org.example:stranger"
# What may come: the allocator's own.
GROWTH = 0.05
LEAST = 1024  # KiB


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
        while rounds < WARM_ROUNDS or self.ask("/status")["revision"] < min(WARM_REVISIONS, 11 * WARM_ROUNDS):
            self.a_round()
            rounds += 1
        return rounds

    def page_of_the_server(self):
        """On a port that is known: the server begins anew with it."""
        self.server.more["http.port"] = free_port()
        self.server.stop()
        self.server.start()
        self.find_port()
        self.log_in()
        return StatusPage(self.server.more["http.port"])

    def test_what_comes_and_goes_leaves_nothing_behind(self):
        page = self.page_of_the_server()
        self.strangers = [self.raw() for _ in range(STRANGERS)]
        warm = self.warm_up()
        samples, resident, rounds = [], [], 0
        began, pause = time.monotonic(), threading.Event()
        while len(samples) < SAMPLES:
            self.a_round()
            rounds += 1
            if time.monotonic() - began >= SECONDS * (len(samples) + 1) / SAMPLES:
                samples.append({name: Seen(pid) for name, pid in self.processes().items()})
                resident.append(samples[-1]["isns-server"].memory)
                samples[-1]["isns-server"].memory = int(page.sample("isns_memory_allocated_bytes")) // 1024
            pause.wait(max(0, began + rounds * PACE - time.monotonic()))  # so much an hour, and the machine is not full
        said, faults = [], []
        for name in samples[0]:
            memory = [one[name].memory for one in samples]
            begin, end = statistics.median(memory[:PART]), statistics.median(memory[-PART:])
            said.append(f"{name}: {begin} KiB, at the end {end} KiB")
            if end - begin > max(LEAST, GROWTH * begin):
                faults.append(f"{name} grew by {end - begin} KiB: {memory}")
            descriptors = [one[name].descriptors for one in samples]
            if max(descriptors[-PART:]) > max(descriptors[:PART]) + 4:
                faults.append(f"{name} has more and more descriptors: {descriptors}")
        print(f"{warm} rounds to warm up, then {rounds} in {time.monotonic() - began:.0f} s; {'; '.join(said)}; "
              f"in memory the server: {resident[:PART]} ... {resident[-PART:]} KiB", file=sys.stderr)
        self.assertEqual(faults, [])


if __name__ == "__main__":
    case.main("qemu-io", "iscsi-inq", uses_agent=True, uses_sanctl=True)
