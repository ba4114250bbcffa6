#!/usr/bin/env python3
"""The console's pages on a real server with a real storage agent and a real host that has a disk of it: what they show,
files of reports, the audit log, and what others do meanwhile.
"""

import csv
import json
import os
import struct
import subprocess

from lib import case
from lib.agent_case import HOST
from lib.console_case import ConsoleCase
from lib.console_window import PAGES
from lib.edits import create
from lib.process import eventually
from lib.san_agent import TARGET


def size_of_png(path):
    with open(path, "rb") as file:
        head = file.read(24)
    return head[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", head[16:24])


class Pages(ConsoleCase):
    def test_all_eight_pages_show_the_san_as_it_is(self):
        self.credential()
        eventually(lambda: self.ask("/chap")["items"][0]["proven_at"] or self.cell()["observed"], "it is in use")
        console = self.window()
        eventually(lambda: any("Live: " in text for text in console.texts()), "it follows the server")
        shown = {}
        for page in PAGES:
            shown[page] = "\n".join(console.page(page))
            self.assertIn(f"Live: {self.address()}", shown[page], page)
            self.assertIn("admin (administrator)", shown[page], page)
        self.assertIn("All 2 agents report", shown["overview"])
        self.assertRegex(shown["overview"], "1 hosts?, 1 targets?, 1 logical units?")
        self.assertIn(f"host1 → {self.unit}: reachable", shown["access"])
        self.assertIn(f"{HOST} | initiator", shown["zoning"])
        self.assertIn(f"{TARGET} | target", shown["zoning"])
        self.assertRegex(shown["zoning"], r"confirmed \| for the test \| admin")
        self.assertRegex(shown["credentials"], rf"host1.* \| {TARGET} \| in use \| .*\| one-way")
        self.assertIn("only through the portal", shown["findings"])
        self.assertIn(f"host1 | {self.unit} | read-write | works", shown["reports"])
        console.do("page topology")
        console.do("press Table")
        eventually(lambda: all(word in "\n".join(console.texts()) for word in ("host1", HOST, TARGET, "zone1", self.unit)),
                   lambda: f"the topology has all: {console.texts()}")
        self.assertEqual(console.faults(), [])

    def test_the_program_itself_saves_all_pages_of_it_by_the_login_of_sanctl(self):
        self.log_in_by_sanctl()
        folder = os.path.join(self.folder, "pictures")
        status, said = self.console("--save-pages", folder)
        self.assertEqual(status, 0, said)
        self.assertEqual(said.count("\nsaved ") + said.startswith("saved "), len(PAGES), said)
        pictures = {name: f"{folder}/{name}.png" for name in PAGES}
        for name, path in pictures.items():
            self.assertEqual(size_of_png(path), (1600, 900), name)
            self.assertGreater(os.path.getsize(path), 10_000, f"{name} is not empty")
        self.assertEqual(len({open(path, "rb").read() for path in pictures.values()}), len(PAGES), "no two are the same")

    def test_the_program_itself_says_when_the_first_page_is_shown(self):
        self.log_in_by_sanctl()
        self.assertIn("shown", self.console("--until-shown")[1])

    def test_the_program_itself_opens_no_page_that_there_is_not(self):
        status, said = self.console("--page", "topolgy")
        self.assertEqual(status, 2)
        self.assertIn("there is no page topolgy: overview, topology", said)

    def test_the_program_itself_says_why_nothing_comes(self):
        self.log_in_by_sanctl()
        self.server.stop()
        status, said = self.console("--save-pages", os.path.join(self.folder, "nothing"))
        self.assertEqual(status, 1)
        self.assertRegex(said, "Nothing has come: .*(refused|reached)")
        self.server.start()


class Reports(ConsoleCase):
    def setUp(self):
        super().setUp()
        self.console_ = self.window()
        self.console_.do("page reports")

    def saved(self, action, name):
        path = os.path.join(self.folder, name)
        start = len(self.console_.process.lines)
        self.console_.do(f"file {path}")
        self.console_.do(f"do {action}")
        self.console_.process.expect("^notice success ", start)
        return path

    def test_csv_and_json_have_the_pair(self):
        before = self.ask("/status")["revision"]
        with open(self.saved("report.csv", "r.csv"), encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        self.assertEqual((row["host"], row["unit"], row["right"]), ("host1", self.unit, "read-write"))
        with open(self.saved("report.json", "r.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertIn(self.unit, json.dumps(report))
        self.assertGreaterEqual(report["revision"], before)
        self.assertLessEqual(report["revision"], self.ask("/status")["revision"])

    def test_the_pdf_of_the_server_names_the_host(self):
        path = self.saved("report.pdf", "r.pdf")
        done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("host1", done.stdout)
        self.assertIn(self.unit, done.stdout.replace("\n", ""))

    def verdict(self, path):
        """What the page says of a pack."""
        self.console_.do(f"file {path}")
        self.console_.do("do report.verify")
        return "\n".join(self.console_.texts())

    def sanctl_says(self, path, key):
        return subprocess.run([case.sanctl(), "evidence", "verify", path, "--key", key], capture_output=True, text=True,
                              timeout=60, check=False)

    def test_the_pack_verifies_offline_by_the_console_and_by_sanctl_until_a_byte_differs(self):
        pack = self.saved("report.download", "p.sanctum-evidence.tar")
        (begun,) = self.records("log.begun")
        key = begun["details"]["key"]
        self.assertEqual(self.sanctl_says(pack, key).returncode, 0, self.sanctl_says(pack, key))
        self.assertIn("Intact, signer unknown: p.sanctum", self.verdict(pack))
        self.console_.do("press Take the keys of this server")
        eventually(lambda: "Verified: p.sanctum" in self.verdict(pack), lambda: self.verdict(pack))
        with open(pack, "rb") as file:
            whole = bytearray(file.read())
        at = whole.index(b"host1")
        whole[at] ^= 1
        broken = os.path.join(self.folder, "b.sanctum-evidence.tar")
        with open(broken, "wb") as file:
            file.write(whole)
        texts = self.verdict(broken)
        self.assertIn("Damaged: b.sanctum", texts)
        self.assertIn("What is broken", texts)
        self.assertNotEqual(self.sanctl_says(broken, key).returncode, 0)
        # Offline: the server is not asked.
        self.server.stop()
        self.assertIn("Verified: p.sanctum", self.verdict(pack))
        self.server.start()


class Activity(ConsoleCase):
    MORE = 410  # records: more than two pages of the console

    def test_the_log_is_paged_to_its_beginning(self):
        self.ask("/users", "POST", {"name": "olga", "roles": ["viewer"], "password": "a long enough phrase 17"})
        for i in range(self.MORE):
            self.ask("/users/olga", "PATCH", {"disabled": i % 2 == 0})
        total = max(one["sequence"] for one in self.ask("/audit?order=newest&limit=1")["items"])
        self.assertGreater(total, self.MORE)
        console = self.window()
        console.do("page activity")
        console.do("do activity.history")
        whole = False
        for _ in range(total // 200 + 3):
            _, why = console.tried("do activity.older")
            whole = whole or why == "This is the whole log."
        self.assertTrue(whole)
        self.assertRegex("\n".join(console.texts()), rf"\b{total + 1}\b|\b{total}\b")
        self.assertEqual(console.faults(), [])

    def test_what_somebody_else_commits_comes_into_the_feed_and_the_log(self):
        self.ask("/users", "POST", {"name": "olga", "roles": ["administrator"], "password": "a long enough phrase 17"})
        console = self.window()
        console.do("page activity")
        self.token = self.admin.ok("POST", "/login", {"user": "olga", "password": "a long enough phrase 17"})["token"]
        change = self.ask("/changes", "POST", {"title": "by olga", "edits": create("domain", "zone-of-olga")})
        path = f"/changes/{change['id']}"
        change = self.ask(path + "/submit", "POST", {"version": change["version"], "reason": "for the test"})
        self.ask(path + "/commit", "POST", {"version": change["version"], "reason": "for the test"})
        eventually(lambda: any("zone-of-olga" in line and "olga" in line.replace("zone-of-olga", "")
                               for line in console.texts()), lambda: f"in the feed: {console.texts()}")
        console.do("do activity.history")
        eventually(lambda: any("change.commit" in line and "olga" in line for line in console.texts()),
                   lambda: f"in the log: {console.texts()}")


if __name__ == "__main__":
    case.main("openssl", "pdftotext", uses_sanctl=True, uses_agent=True, programs=("window", "console"))
