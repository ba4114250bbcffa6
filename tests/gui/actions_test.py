#!/usr/bin/env python3
"""Actions of the console: their page is what the table says, and sanctl has each command that is named as their twin."""

import argparse
import itertools
import pathlib
import re
import subprocess
import unittest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/reference/console-actions.md"
parser = argparse.ArgumentParser()
parser.add_argument("--dump", required=True, help="dump-console-texts")
parser.add_argument("--sanctl", required=True, help="sanctl")
OPTIONS, REST = parser.parse_known_args()


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)


class Actions(unittest.TestCase):
    def setUp(self):
        self.page = run(OPTIONS.dump, "actions").stdout

    def test_the_page_is_what_the_table_says(self):
        self.assertEqual(PAGE.read_text(), self.page, "run ./sanctum docs")

    def test_sanctl_has_each_command_and_option(self):
        twins = sorted({one.strip() for found in re.findall(r"`(sanctl [^`]*)`", self.page) for one in found.split(";")})
        self.assertGreater(len(twins), 30)
        for twin in twins:
            with self.subTest(twin):
                words = twin.split()[1:]
                if words == ["--help"]:
                    continue
                # Words in small letters are the command's, but for a last one that is an argument: "list cables".
                names = list(itertools.takewhile(lambda word: re.fullmatch(r"[a-z][a-z-]*", word), words))
                page = run(OPTIONS.sanctl, *names, "--help").stdout
                if not page.startswith("sanctl " + " ".join(names) + ":"):
                    names.pop()
                    page = run(OPTIONS.sanctl, *names, "--help").stdout
                self.assertTrue(page.startswith("sanctl " + " ".join(names) + ":"), page[:80])
                usage = re.search(r"usage: .*", page).group(0)
                self.assertNotIn(" COMMAND", usage, "a command of its own is missing")
                for option in (word for word in words if word.startswith("--")):
                    self.assertIn("  " + option + " ", page + " ", option)
                for before, argument in zip(words, words[1:]):
                    if argument.isupper() and not before.startswith("--") and "..." not in usage:
                        self.assertIn(argument, usage)


unittest.main(argv=[__file__, *REST])
