#!/usr/bin/env python3
"""The systemd units: what systemd itself finds wrong with them, how much they take away, and sockets passed by it."""

import glob
import os
import re
import shutil
import socket
import subprocess
import unittest

import daemon

UNITS = sorted(path for folder in ("isns-server", "agent") for kind in ("service", "socket")
               for path in glob.glob(os.path.join(daemon.ROOT, folder, "packaging", f"*.{kind}")))


@unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
class Units(daemon.OperationTest):
    def setUp(self):
        super().setUp()
        for unit in UNITS:
            with open(unit, encoding="utf-8") as file:
                text = file.read()
            with open(os.path.join(self.folder, os.path.basename(unit)), "w", encoding="utf-8") as file:
                file.write(re.sub(r"/usr/bin/(isns-server|san-agent)", lambda found: daemon.program(found[1]), text))

    def analyze(self, *words):
        done = subprocess.run(["systemd-analyze", *words], cwd=self.folder, stdout=subprocess.PIPE, timeout=60,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def test_systemd_finds_nothing_wrong(self):
        self.assertEqual(len(UNITS), 5)
        status, said = self.analyze("verify", *("./" + os.path.basename(unit) for unit in UNITS))
        wrong = [line for line in said.splitlines() if "isns-server" in line or "san-agent" in line]
        self.assertEqual((status, wrong), (0, []), said)

    def test_what_keeps_a_service_from_beginning_is_waited_out_however_long_it_takes(self):
        services = [unit for unit in UNITS if unit.endswith(".service")]
        self.assertEqual(len(services), 4)
        for unit in services:
            with open(unit, encoding="utf-8") as file:
                text = file.read()
            self.assertRegex(text, r"(?s)\[Unit\].*\nStartLimitIntervalSec=0\n.*\[Service\].*\nRestart=on-failure\n", unit)

    def test_clients_that_knock_wake_a_server_that_cannot_begin_often_enough_and_not_without_end(self):
        # Started once a second while it waits for a port, and by the socket as fast as processes end after a mistake.
        socket_unit, = (unit for unit in UNITS if unit.endswith(".socket"))
        with open(socket_unit, encoding="utf-8") as file:
            found = re.search(r"(?m)^TriggerLimitIntervalSec=(\d+)s\nTriggerLimitBurst=(\d+)$", file.read())
        self.assertIsNotNone(found, "systemd's own limit, 20 in 2 s, is above what a program takes to end")
        seconds, burst = (int(number) for number in found.groups())
        self.assertGreater(burst, seconds)
        self.assertLessEqual(burst, 2 * seconds)

    def test_the_calls_that_a_program_needs_are_left_to_it(self):
        for program, needed in (("isns-server", "setpriority"), ("agent", "@chown")):
            unit, = (unit for unit in UNITS if unit.endswith(f"{program}.service"))
            with open(unit, encoding="utf-8") as file:
                filters = re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.MULTILINE)
            taken = filters.index("~@privileged @resources")  # with both of these calls; the last word counts
            self.assertIn(needed, filters[taken + 1:], unit)

    def test_little_is_left_that_the_server_could_do_to_its_host(self):
        _, said = self.analyze("security", "--offline=true", "./isns-server.service")
        exposure = re.search(r"exposure level for isns-server.service: ([\d.]+)", said)
        self.assertTrue(exposure, said)
        self.assertLess(float(exposure.group(1)), 2.0)


class PassedSockets(daemon.OperationTest):
    def test_the_server_serves_on_the_sockets_that_it_is_given(self):
        stream, datagram = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        port = daemon.free_port()
        stream.bind(("127.0.0.1", port))
        stream.listen()
        datagram.bind(("127.0.0.1", port))
        # As systemd does it: descriptors from 3 on, and the process that they are for.
        script = f'export LISTEN_PID=$$ LISTEN_FDS=2; exec 3<&{stream.fileno()} 4<&{datagram.fileno()} "$@"'
        server = daemon.Daemon(self.folder, words=["--set", "listen.port=1"])  # does not count then
        argv = ["bash", "-c", script, "bash", *server.argv()]
        server.argv = lambda *words: [*argv, *words]
        for passed in (stream, datagram):
            os.set_inheritable(passed.fileno(), True)
        self.addCleanup(server.stop)
        popen = subprocess.Popen
        subprocess.Popen = lambda *a, **more: popen(*a, **more, close_fds=False)
        try:
            server.start()
        finally:
            subprocess.Popen = popen
        self.assertEqual(server.port, port)
        for words in (["ping"], ["ping", "--udp"]):
            server.ok(*words)
        stream.close()
        datagram.close()


daemon.main()
