#!/usr/bin/env python3
"""quirks.md and trouble.md name tests, trouble.md lines of the operations guide, too: each of them must exist, so that no list
can outlive what it promises."""

import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "support"))
import named_tests  # noqa: E402 (the path comes first)

PAGE = os.path.join(HERE, "quirks.md")
TROUBLE = os.path.join(HERE, "trouble.md")
GUIDE = os.path.join(named_tests.ROOT, "docs", "operations", "agent.md")


class Quirks(unittest.TestCase):
    def setUp(self):
        self.tests = named_tests.Tests(python_folder=HERE)

    def test_each_test_that_is_named_exists(self):
        for page in (PAGE, TROUBLE):
            for number, line in enumerate(named_tests.text_of(page).splitlines(), 1):
                self.assertEqual(list(self.tests.missing_in(line)), [], f"{page}:{number}")

    def test_a_name_that_is_not_there_is_noticed(self):
        for line in ("gone_test", "tgtd_test::Gone", "tgtd_test::TargetDaemon.test_gone", "test_gone", "gone.txt",
                     "tests/unit/gone", "EsiMonitor.IsGone", "EsiMonitor.isGone"):
            self.assertNotEqual(list(self.tests.missing_in(line)), [], line)

    def test_each_line_says_which_test_or_why_none(self):
        for number, cells in named_tests.rows(PAGE):
            self.assertEqual(len(cells), 2, f"quirks.md:{number}")
            said = named_tests.Tests.names_any(cells[1]) or re.search(r"\bno (test|capture)\b.*:", cells[1])
            self.assertTrue(cells[0] and said, f"quirks.md:{number}")

    def test_each_trouble_of_an_agent_has_its_line_in_the_guide_and_a_test(self):
        guide = " ".join(named_tests.text_of(GUIDE).split())
        for number, cells in named_tests.rows(TROUBLE):
            self.assertEqual(len(cells), 3, f"trouble.md:{number}")
            self.assertIn(cells[1], guide, f"trouble.md:{number}")
            self.assertTrue(named_tests.Tests.names_any(cells[2]), f"trouble.md:{number}")


if __name__ == "__main__":
    unittest.main()
