#!/usr/bin/env python3
"""Evidence packs and audit logs checked without a line of the product's code: tar, openssl, sha256sum, pdftotext, and a
chain computed here from what docs/security/audit-log.md says. The commands are those that README.txt of a pack names.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from lib.audit_lines import SPKI, link, signed_bytes

MAKE = None  # the program make-evidence


def run(*command, cwd=None, check=True, shell=False):
    return subprocess.run(command[0] if shell else command, cwd=cwd, check=check, shell=shell, capture_output=True,
                          text=True)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="sanctum-evidence-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()


class PackTest(Folder):
    """A pack as an auditor has it: unpacked by tar, checked with the commands of its README.txt."""

    def setUp(self):
        super().setUp()
        made = run(MAKE, "pack", "300", self.path("pack.tar"))
        self.fingerprint = re.search(r"signer +(\w+)", made.stdout).group(1)
        run("tar", "xf", "pack.tar", cwd=self.folder)
        self.manifest = json.loads(self.text("manifest.json"))

    def command(self, word):
        """The line of README.txt that begins with a word, without the explanation behind it."""
        line = next(line for line in self.text("README.txt").splitlines() if line.startswith("  " + word))
        return re.split(r"\s{3,}must print", line.strip())[0]

    def test_openssl_prints_the_fingerprint(self):
        printed = run(self.command("openssl pkey "), cwd=self.folder, shell=True).stdout
        self.assertEqual(printed.split()[0], self.fingerprint)
        self.assertEqual(self.manifest["signer"]["fingerprint"], self.fingerprint)

    def test_openssl_verifies_the_signature_and_refuses_a_changed_manifest(self):
        verify = self.command("openssl pkeyutl ")
        self.assertIn("Signature Verified Successfully", run(verify, cwd=self.folder, shell=True).stdout)
        with open(self.path("manifest.json"), "a", encoding="utf-8") as file:
            file.write(" ")
        self.assertNotEqual(run(verify, cwd=self.folder, shell=True, check=False).returncode, 0)

    def test_sha256sum_prints_what_the_manifest_says(self):
        printed = dict(reversed(line.split()) for line in
                       run(self.command("sha256sum"), cwd=self.folder, shell=True).stdout.splitlines())
        self.assertEqual(len(self.manifest["files"]), 7)
        for file in self.manifest["files"]:
            self.assertEqual(printed[file["name"]], file["sha256"])

    def test_counts_are_the_rows(self):
        lines = self.text("population.jsonl").splitlines()
        self.assertEqual(len(lines), self.manifest["counts"]["population"])
        rows = [json.loads(line) for line in lines]
        import csv
        with open(self.path("population.csv"), newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        self.assertEqual([row["host"] for row in table], [row["host"] for row in rows])
        self.assertEqual([row["why"] for row in table], [row["why"] for row in rows])

    def test_two_packs_of_the_same_data_are_the_same_bytes(self):
        run(MAKE, "pack", "300", self.path("again.tar"))
        run("cmp", "pack.tar", "again.tar", cwd=self.folder)


class PdfTest(Folder):
    """What the pages say, read by poppler."""

    def pages(self, kind, rows):
        run(MAKE, kind, str(rows), self.path("pack.tar"))
        run("tar", "xf", "pack.tar", cwd=self.folder)
        read = run("pdftotext", "-layout", "summary.pdf", "-", cwd=self.folder)
        self.assertEqual(read.stderr, "", "the reader complains of the file")
        return read.stdout.split("\f")[:-1]

    def test_each_page_has_its_number_and_the_data_cut(self):
        pages = self.pages("pack", 300)
        self.assertGreater(len(pages), 10)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"Page {number} of {len(pages)}", page)
            self.assertIn("revision 12,345", page)

    def test_each_page_of_the_population_has_the_column_heads(self):
        pages = [page for page in self.pages("pack", 300) if "Access population" in page]
        self.assertGreater(len(pages), 5)
        for page in pages:
            self.assertRegex(page, r"Host +Logical unit +Right +State +Why +Since \(UTC\) +Revision +Approval +Proof +Labels")
        hosts = re.findall(r"^ *(?:db(\d+)|iqn\S+) ", "\n".join(pages), re.MULTILINE)
        self.assertGreaterEqual(len(hosts), 300)

    def test_the_title_page_has_cut_figures_completeness_and_findings(self):
        page = self.pages("pack", 30)[0]
        for text in ["Access to payment data", "Data cut at revision 12,345, 2026-02-02 02:40:00 UTC", "1,204",
                     "3 of 5 sources did not report", "db44.example.com", "Findings by severity", "critical",
                     "Supports evidence for", "record 4,711"]:
            self.assertIn(text, page)

    def test_nothing_says_compliant_and_no_page_is_overfull(self):
        for kind in ["pack", "stress"]:
            for page in self.pages(kind, 50):
                self.assertNotIn("complian", page.lower())
            boxes = run("pdftotext", "-bbox", "summary.pdf", "-", cwd=self.folder).stdout
            words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', boxes)
            self.assertGreater(len(words), 500)
            for left, top, right, bottom in (map(float, word) for word in words):
                self.assertTrue(40 <= left and right <= 842 - 40 and 20 <= top and bottom <= 595 - 10)

    def test_nothing_is_written_over_something_else(self):
        self.pages("stress", 50)
        boxes = run("pdftotext", "-bbox", "summary.pdf", "-", cwd=self.folder).stdout
        for page in boxes.split("<page ")[1:]:
            words = [list(map(float, found)) for found in re.findall(
                r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', page)]
            self.assertGreater(len(words), 5)
            for i, one in enumerate(words):
                for other in words[i + 1:]:
                    wide = min(one[2], other[2]) - max(one[0], other[0])
                    high = min(one[3], other[3]) - max(one[1], other[1])
                    small = min(one[3] - one[1], other[3] - other[1])
                    self.assertFalse(wide > 1 and high > small / 2, (one, other))


class LogTest(Folder):
    """The chain of an exported log, from the form that docs/security/audit-log.md describes."""

    def setUp(self):
        super().setUp()
        run(MAKE, "log", "10", self.path("log.jsonl"))
        self.lines = [json.loads(line) for line in self.text("log.jsonl").splitlines()]

    def test_every_hash_is_that_of_the_record_and_the_hash_before(self):
        head = self.lines[0]["log"]
        previous = hashlib.sha256(b"sanctum-audit-1\n" + head["server"].encode()).digest()
        self.assertEqual(head["previous"], previous.hex())
        records = [line for line in self.lines if "record" in line]
        self.assertEqual(len(records), 10)
        for line in records:
            previous = link(previous, line["record"])
            self.assertEqual(line["hash"], previous.hex())

    def test_openssl_verifies_every_checkpoint(self):
        checkpoints = [line["checkpoint"] for line in self.lines if "checkpoint" in line]
        self.assertEqual([one["sequence"] for one in checkpoints], [4, 8])
        for one in checkpoints:
            with open(self.path("key.der"), "wb") as file:
                file.write(SPKI + bytes.fromhex(one["key"]))
            with open(self.path("message"), "wb") as file:
                file.write(signed_bytes(one))
            with open(self.path("signature"), "wb") as file:
                file.write(bytes.fromhex(one["signature"]))
            run("openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin", "-in",
                "message", "-sigfile", "signature", cwd=self.folder)


def main():
    global MAKE
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", required=True, help="the program make-evidence")
    options, rest = parser.parse_known_args()
    MAKE = os.path.abspath(options.make)
    missing = [name for name in ["tar", "openssl", "sha256sum", "pdftotext"] if shutil.which(name) is None]
    if missing:
        print("skipped: not installed:", *missing)
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
