#!/usr/bin/env python3
"""san-agent finds its name server by itself: by the heartbeat of our isns-server, and by DNS-SD with a real
avahi-daemon. In a network of its own, with an interface that takes multicasts."""

import json
import os
import shutil
import socket
import struct
import subprocess
import unittest

from lib import case, pdu
from lib.process import Process, eventually
from lib.san_agent import SanAgent
from support.ports import free_port

V4, V6 = "198.51.100.1", "2001:db8:51::1"
GROUP4, GROUP6 = "239.255.0.5", "ff05::5"


def run(*words):
    subprocess.run(words, check=True, capture_output=True, text=True)


def setUpModule():
    run("ip", "link", "add", "lan0", "type", "veth", "peer", "name", "lan1")
    for end in ("lan0", "lan1"):
        run("ip", "link", "set", end, "up")
    run("ip", "address", "add", f"{V4}/24", "brd", "198.51.100.255", "dev", "lan0")
    run("ip", "address", "add", f"{V6}/64", "dev", "lan0", "nodad")
    run("ip", "route", "add", "224.0.0.0/4", "dev", "lan0")


class FindingCase(case.InteropTest):
    address = V4

    def serve(self, **more):
        """The server anew, at the address of the network."""
        self.server.stop()
        self.server.more = {"listen.addresses": [self.address, "127.0.0.1"], **more}
        self.server.start()

    @property
    def at(self):
        return f"[{self.address}]:{self.server.port}" if ":" in self.address else f"{self.address}:{self.server.port}"

    def agent(self, servers=(), **isns):
        agent = SanAgent(self, case.agent(), servers, enforce_zones="false", **isns)
        self.capture.ports.add(agent.notice_port)
        return agent.start()

    def known(self, agent):
        done = subprocess.run([case.sanctl(), "agent", "status", "--output", "json", "--socket",
                               agent.setup.path("agent.sock")], capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)["name_servers"]


class Heartbeat(FindingCase):
    group = GROUP4

    def setUp(self):
        super().setUp()
        self.beats = {"heartbeat.enabled": True, "heartbeat.address": self.group, "heartbeat.port": free_port(),
                      "heartbeat.interval": "1s", "heartbeat.server_address": self.address}

    def listener(self, servers=(), **isns):
        return self.agent(servers, heartbeat="true", heartbeat_groups=f'["{self.group}"]',
                          heartbeat_port=self.beats["heartbeat.port"], **isns)

    def test_the_server_of_a_heartbeat_is_registered_with_and_forgotten_when_it_is_silent(self):
        agent = self.listener()
        self.assertEqual(self.known(agent), [])
        self.serve(**self.beats)
        agent.told(f"event=server-found server={self.at!s} source=heartbeat".replace("[", r"\[").replace("]", r"\]"))
        agent.told("event=registered ")
        self.assertEqual(self.known(agent), [f"{self.at} (heartbeat)"])
        self.server.process.kill()
        agent.told("event=not-registered")
        agent.told("event=server-lost .*source=heartbeat")
        self.assertEqual(self.known(agent), [])
        so_far = len(agent.process.lines)
        self.server.start()
        agent.told("event=registered ", so_far)

    def beat(self, *ports, interval=1):
        """One heartbeat of an active server at the first port, with backups at the others."""
        def server(port):
            return pdu.address(self.address) + struct.pack(">HH", port, 0)
        payload = server(ports[0]) + struct.pack(">IIHH", interval, 7, 0, len(ports) - 1) + b"".join(map(server, ports[1:]))
        header = struct.pack(">HHHHHH", 1, 0x000E, len(payload), 0x4C00, 7, 0)
        with socket.socket(socket.AF_INET6 if ":" in self.group else socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(header + payload, (self.group, self.beats["heartbeat.port"]))

    def test_a_server_in_use_stays_when_its_heartbeats_end_and_its_backup_goes(self):
        self.serve()
        agent = self.listener()
        nobody = free_port()
        self.beat(self.server.port, nobody)
        agent.told("event=registered ")
        agent.told(f"event=server-lost .*:{nobody} source=heartbeat")
        self.assertEqual(self.known(agent), [f"{self.at} (heartbeat)"])
        self.server.process.kill()
        agent.told(f"event=server-lost .*:{self.server.port} source=heartbeat")
        self.server.start()

    def test_of_more_active_servers_than_are_used_it_says_how_many(self):
        agent = self.listener()
        for port in range(1, 6):
            self.beat(port, interval=60)
        agent.told("event=servers-left-out source=heartbeat servers=1 most=16")
        self.assertEqual(len(self.known(agent)), 4)

    def test_a_configured_server_is_tried_before_it(self):
        self.serve(**self.beats)
        nobody = free_port()
        agent = self.listener([nobody])
        agent.told("event=registered ")
        self.assertEqual(self.known(agent), [f"127.0.0.1:{nobody} (configured)", f"{self.at} (heartbeat)"])


class HeartbeatByIpv6(Heartbeat):
    address, group = V6, GROUP6


class Broadcast(FindingCase):
    def test_a_broadcast_needs_no_group(self):
        port = free_port()
        agent = self.agent(heartbeat="true", heartbeat_port=port)
        self.serve(**{"heartbeat.enabled": True, "heartbeat.address": "198.51.100.255", "heartbeat.port": port,
                      "heartbeat.interval": "1s", "heartbeat.server_address": self.address})
        agent.told("event=registered ")
        self.assertEqual(self.known(agent), [f"{self.at} (heartbeat)"])

    def test_a_port_that_is_taken_is_told_once(self):
        port = free_port()
        self.serve(**{"listen.port": port})
        agent = self.agent(heartbeat="true", heartbeat_port=port)
        agent.told("event=source-unavailable source=heartbeat")


SERVICE = """<?xml version="1.0" standalone='no'?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>{name}</name><service><type>_isns._tcp</type><port>{port}</port></service></service-group>
"""
BUS = """<busconfig><type>system</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
<allow user="*"/></policy></busconfig>
"""
AVAHI = """[server]
host-name=isns-test
allow-interfaces=lan0
use-ipv4=yes
use-ipv6=no
enable-dbus=yes
[publish]
publish-workstation=no
"""
SERVICES = "/etc/avahi/services"


def answers(path):
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(path) == 0


@unittest.skipUnless(shutil.which("avahi-daemon", path=os.environ["PATH"] + ":/usr/sbin") and
                     shutil.which("dbus-daemon"), "avahi-daemon or dbus-daemon is not installed")
class Mdns(FindingCase):
    def setUp(self):
        super().setUp()
        run("mount", "-t", "tmpfs", "none", SERVICES)
        self.addCleanup(run, "umount", SERVICES)
        os.makedirs("/run/dbus", exist_ok=True)
        os.makedirs("/run/avahi-daemon", exist_ok=True)
        self.bus = None
        self.serve()

    def announce(self, name="isns on lan0", port=None):
        with open(f"{SERVICES}/{name.split()[0]}.service", "w", encoding="utf-8") as file:
            file.write(SERVICE.format(name=name, port=port or self.server.port))

    def start_avahi(self):
        if not self.bus:
            config = f"{self.folder}/bus.conf"
            with open(config, "w", encoding="utf-8") as file:
                file.write(BUS.format(path="/run/dbus/system_bus_socket"))
            self.bus = Process(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"])
            self.addCleanup(self.bus.kill)
            # The socket of a bus that was killed is still there, so its presence says nothing.
            eventually(lambda: answers("/run/dbus/system_bus_socket"), "the bus is there")
        config = f"{self.folder}/avahi.conf"
        with open(config, "w", encoding="utf-8") as file:
            file.write(AVAHI)
        avahi = Process(["avahi-daemon", "-f", config, "--no-drop-root", "--no-rlimits", "--no-chroot"])
        avahi.expect("Server startup complete")
        self.addCleanup(lambda: avahi.running() and avahi.kill())
        return avahi

    def test_a_server_that_announces_itself_is_registered_with(self):
        self.announce()
        self.start_avahi()
        agent = self.agent(mdns="true")
        agent.told(f"event=server-found server={self.at} source=mDNS")
        agent.told("event=registered ")
        self.assertEqual(self.known(agent), [f"{self.at} (mDNS)"])

    def test_what_is_announced_no_more_goes_unless_it_is_in_use(self):
        self.announce()
        nobody = free_port()
        self.announce("gone", nobody)
        avahi = self.start_avahi()
        agent = self.agent(mdns="true")
        agent.told("event=registered ")
        eventually(lambda: len(self.known(agent)) == 2, lambda: str(self.known(agent)))
        for file in os.listdir(SERVICES):
            os.remove(f"{SERVICES}/{file}")
        os.kill(avahi.pid, 1)
        agent.told(f"event=server-lost server={V4}:{nobody} source=mDNS")
        self.assertEqual(self.known(agent), [f"{self.at} (mDNS)"])
        self.server.process.kill()
        agent.told(f"event=server-lost server={self.at} source=mDNS")
        self.server.start()

    def test_of_more_servers_than_are_used_it_says_how_many_and_they_come_when_others_go(self):
        most = 16
        for port in range(1, most + 3):
            self.announce(f"nobody-{port}", port)
        avahi = self.start_avahi()
        agent = self.agent(mdns="true")
        agent.told(f"event=servers-left-out source=mDNS servers=2 most={most}")
        first = set(self.known(agent))
        self.assertEqual(len(first), most)
        for one in sorted(first)[:2]:
            os.remove(f"{SERVICES}/nobody-{one.split()[0].rpartition(':')[2]}.service")
        os.kill(avahi.pid, 1)
        eventually(lambda: len(set(self.known(agent)) - first) == 2, lambda: str(self.known(agent)))

    def test_without_a_daemon_it_says_so_once_and_what_was_known_stays(self):
        self.announce()
        avahi = self.start_avahi()
        agent = self.agent(mdns="true")
        agent.told("event=registered ")
        avahi.stop()
        agent.told("event=source-unavailable source=mDNS")
        self.assertEqual(self.known(agent), [f"{self.at} (mDNS)"])

    def test_without_a_bus_it_serves_all_the_same(self):
        shutil.rmtree("/run/dbus")
        agent = self.agent(mdns="true")
        agent.told("event=source-unavailable source=mDNS")
        self.assertEqual(self.known(agent), [])
        agent.stop()


if __name__ == "__main__":
    case.main("ip", uses_sanctl=True, uses_agent=True)
