#!/usr/bin/env python3
"""conformance.md names tests: each must exist, each transcript has its place there, and no status or message is left out."""

import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "support"))
import named_tests  # noqa: E402 (the path comes first)

PAGE = os.path.join(HERE, "conformance.md")
ANSWER = re.compile(r"^(?:\w+Rsp|reserved 8\w+) (\d+) ", re.MULTILINE)
RESERVED = {4}
NEVER_GIVEN = {1}  # the page says why


class Conformance(unittest.TestCase):
    def setUp(self):
        self.tests = named_tests.Tests()
        self.page = named_tests.text_of(PAGE)
        self.transcripts = "\n".join(self.tests.transcripts.values())

    def test_each_test_that_is_named_exists(self):
        for number, line in enumerate(self.page.splitlines(), 1):
            self.assertEqual(list(self.tests.missing_in(line)), [], f"conformance.md:{number}")

    def test_each_rule_has_its_proof_or_a_reason(self):
        for number, cells in named_tests.rows(PAGE):
            self.assertEqual(len(cells), 3, f"conformance.md:{number}")
            said = self.tests.names_any(cells[2]) or re.search(r"\bno test: \w+", cells[2])
            self.assertTrue(all(cells) and said, f"conformance.md:{number}")

    def test_each_transcript_proves_something(self):
        named = set(named_tests.TRANSCRIPT.findall(self.page))
        self.assertEqual(sorted(set(self.tests.transcripts) - named), [])

    def test_each_status_occurs_in_a_transcript(self):
        given = {int(status) for status in ANSWER.findall(self.transcripts)}
        self.assertEqual(set(range(24)) - RESERVED - NEVER_GIVEN, given)

    def test_each_message_occurs_in_a_transcript(self):
        names = re.findall(r'^  \{F::\w+,\s*"(\w+)"', named_tests.text_of(
            os.path.join(named_tests.ROOT, "shared", "isns", "functions.cpp")), re.MULTILINE)
        self.assertEqual(len(names), 17)
        for name in names:
            self.assertRegex(self.transcripts, rf"(?m)^(to \S+ )?{name}\b", name)


if __name__ == "__main__":
    unittest.main()
