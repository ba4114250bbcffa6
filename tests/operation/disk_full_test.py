#!/usr/bin/env python3
"""A full disk, a real one: changes are refused, queries go on, /readyz says why, and room alone mends it."""

import os
import subprocess
import tempfile

import daemon
from lib import sandbox


class FullDisk(daemon.OperationTest):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=sandbox.FOLDER)
        self.disk = f"{self.folder}/disk"
        os.makedirs(self.disk)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", self.disk], check=True)

    def fill(self):
        with open(f"{self.disk}/ballast", "wb", buffering=0) as file:
            for size in (65536, 4096, 512):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def test_service_goes_on_as_far_as_it_can_and_comes_back_by_itself(self):
        server = self.daemon(words=["--set", f"store.path={self.disk}/registry.db"])
        self.assertEqual(server.register("before")[0], 0)
        self.fill()
        refused = None
        for number in range(200):  # what the log of the database has room for still goes through
            code, _, error = server.register(f"n{number}")
            if code:
                refused = error
                break
        self.assertIsNotNone(refused)
        self.assertIn("11 Internal Error", refused)
        status, _, why = server.http("/readyz")
        self.assertEqual(status, 503)
        self.assertRegex(why, r"^the store does not take changes: .*(full|space)")
        self.assertEqual(server.http("/healthz")[0], 200)
        self.assertEqual(server.metric("isns_store_healthy"), 0)
        self.assertIn("before", server.control("list", "nodes"))
        server.log("ISNS-5001")

        os.remove(f"{self.disk}/ballast")
        server.log("ISNS-5002")
        self.assertEqual(server.http("/readyz")[0], 200)
        self.assertEqual(server.register("after")[0], 0)
        server.stop()
        nodes = self.daemon(words=["--set", f"store.path={self.disk}/registry.db"]).control("list", "nodes")
        self.assertIn("before", nodes)
        self.assertIn("after", nodes)


sandbox.enter()
daemon.main()
