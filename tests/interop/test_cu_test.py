"""Tests of what reads iscsi-test-cu's output and its table of expectations: run by ctest."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

from lib import cu_page, test_cu  # noqa: E402
from lib.iscsi_initiator import Place  # noqa: E402

HEAD = "    [SKIPPED] REPORT_SUPPORTED_OPCODES is not implemented.\n\n     CUnit - A unit testing framework for C\n\n"
PASSED = HEAD + """
Suite: Inquiry
  Test: Standard ...passed

Run Summary:    Type  Total    Ran Passed Failed Inactive
              suites      1      1    n/a      0        0
               tests      1      1      1      0        0
             asserts      5      5      5      0      n/a
"""
SKIPPED = PASSED.replace("...passed", "...    [SKIPPED] It is not there.\n    [SKIPPED] It is not there.\npassed")
FAILED = PASSED.replace("...passed", "...    [FAILED] It says GOOD\nFAILED\n    1. a.c:38  - CU_ASSERT_EQUAL(_r,0)").replace(
    "tests      1      1      1      0", "tests      1      1      0      1")


class Judge(unittest.TestCase):
    def test_passed(self):
        self.assertEqual(test_cu.judge("Inquiry.Standard", PASSED, 0).result, "passed")

    def test_a_skip_has_its_reason_once_and_not_that_of_the_begin(self):
        outcome = test_cu.judge("Inquiry.Standard", SKIPPED, 0)
        self.assertEqual((outcome.result, outcome.reason), ("skipped", "It is not there."))

    def test_a_failure_has_the_words_of_the_tool(self):
        outcome = test_cu.judge("Inquiry.Standard", FAILED, 1)
        self.assertEqual((outcome.result, outcome.reason), ("failed", "It says GOOD"))

    def test_a_failure_without_words_has_its_assertion(self):
        outcome = test_cu.judge("x.y", FAILED.replace("    [FAILED] It says GOOD\n", ""), 1)
        self.assertEqual(outcome.reason, "a.c:38  - CU_ASSERT_EQUAL(_r,0)")

    def test_no_summary_is_a_failure(self):
        outcome = test_cu.judge("x.y", "Failed to connect to SCSI device\n", 10)
        self.assertEqual(outcome.result, "failed")
        self.assertIn("Failed to connect", outcome.reason)

    def test_a_summary_of_no_test_is_a_failure(self):
        nothing = PASSED.replace("tests      1      1      1      0", "tests      1      0      0      0")
        self.assertEqual(test_cu.judge("x.y", nothing, 0).result, "failed")


class Expected(unittest.TestCase):
    def table(self, *lines):
        with tempfile.NamedTemporaryFile("w", suffix=".md", delete=False) as file:
            file.write("# Title\n\n| test | expected | why |\n|---|---|---|\n" + "\n".join(lines) + "\n")
        self.addCleanup(os.unlink, file.name)
        return test_cu.Expectations(file.name)

    def test_what_no_line_names_shall_pass(self):
        outcomes = [test_cu.Outcome("A.One", "passed"), test_cu.Outcome("A.Two", "failed", "because")]
        self.assertEqual(test_cu.Expectations().surprises(outcomes), ["A.Two failed (because); expected: passed"])

    def test_a_pattern_names_many(self):
        outcomes = [test_cu.Outcome("A.One", "skipped"), test_cu.Outcome("A.Two", "skipped")]
        self.assertEqual(self.table("| A.* | skipped | SBC-3 |").surprises(outcomes), [])

    def test_a_pass_that_was_not_expected_is_a_surprise(self):
        outcomes = [test_cu.Outcome("A.One", "passed")]
        self.assertEqual(len(self.table("| A.One | failed | SBC-3 |").surprises(outcomes)), 1)

    def test_either_may_be(self):
        self.assertEqual(self.table("| A.One | either | a race |").surprises([test_cu.Outcome("A.One", "failed")]), [])

    def test_a_line_that_names_nothing_is_a_surprise(self):
        outcomes = [test_cu.Outcome("A.One", "passed")]
        self.assertEqual(self.table("| B.One | failed | SBC-3 |").surprises(outcomes), ["no test is named by B.One"])

    def test_a_line_without_a_reason_is_refused(self):
        with self.assertRaises(SystemExit):
            self.table("| A.One | skipped | |")


class Page(unittest.TestCase):
    def page(self, lines, **runs):
        tables = {}
        for store in runs:
            tables[store] = test_cu.Expectations()
            tables[store].lines = [test_cu.Expectation(*line) for line in lines]
        return cu_page.page(runs, tables, "command")

    def test_it_shows_reasons_and_what_was_not_expected(self):
        outcomes = [test_cu.Outcome("A.One", "skipped", "not there"), test_cu.Outcome("A.Two", "failed", "a|b"),
                    test_cu.Outcome("B.One", "passed")]
        page = self.page([("A.One", "skipped", "optional")], file=outcomes)
        self.assertIn("| A.One | skipped | all | optional |", page)
        self.assertIn("| A.Two | failed | all | **not expected**: a\\|b |", page)
        self.assertIn("| A | 0 of 2 |", page)
        self.assertIn("| B | 1 |", page)

    def test_stores_that_say_the_same_share_a_line(self):
        skipped, passed = [test_cu.Outcome("A.One", "skipped")], [test_cu.Outcome("A.One", "passed")]
        page = self.page([("A.One", "skipped", "optional")], file=skipped, memory=passed, nbd=skipped)
        self.assertIn("| A.One | skipped | file, nbd | optional |", page)
        self.assertIn("| passed | 0 | 1 | 0 |", page)

    def test_chance_does_not_change_it(self):
        line = [("A.One", "either", "a race")]
        pages = {self.page(line, file=[test_cu.Outcome("A.One", result)]) for result in ("passed", "failed")}
        self.assertEqual(len(pages), 1)
        self.assertIn("| A.One | either | all | a race |", pages.pop())


class Places(unittest.TestCase):
    def test_a_url_with_a_user_of_the_target(self):
        place = Place.of("iscsi://a%b@127.0.0.1:4000/iqn.2026-01.org.example:disk/3?target_user=c&target_password=d")
        self.assertEqual((place.user, place.secret, place.target_user, place.target_secret), ("a", "b", "c", "d"))

    def test_a_url_with_a_user(self):
        self.assertEqual(Place.of("iscsi://user%secret@127.0.0.1:4000/iqn.2026-01.org.example:disk/3?header_digest=crc32c"),
                         Place("127.0.0.1", 4000, "iqn.2026-01.org.example:disk", 3, "user", "secret"))


if __name__ == "__main__":
    unittest.main()
