"""Tests of the ledger of repeated runs: run by ctest."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import repeats  # noqa: E402

FAILED = """\
  3 - a_test_that_is_named_in_the_middle (Failed)
99% tests passed, 2 tests failed out of 204

Total Test time (real) = 730.35 sec

The following tests FAILED:
\t 15 - fault_server_bad_input (Failed)
\t117 - interop_console (Timeout)
Errors while running CTest
"""
PASSED = "\n100% tests passed, 0 tests failed out of 204\n\nTotal Test time (real) = 748.37 sec\n"


def run(date, commit, seconds, failed=""):
    return dict(zip(repeats.FIELDS, (date, commit, "204", str(seconds), failed), strict=True))


class Ledger(unittest.TestCase):
    def test_a_row_has_what_ctest_said_at_its_end(self):
        row = repeats.row_of("abc1234", 730.4, FAILED)
        self.assertEqual((row["commit"], row["tests"], row["seconds"], row["failed"]),
                         ("abc1234", 204, 730, "fault_server_bad_input interop_console"))
        self.assertEqual(repeats.row_of("abc1234", 748, PASSED)["failed"], "")

    def test_a_run_that_was_broken_off_is_no_row(self):
        with self.assertRaises(ValueError):
            repeats.row_of("abc1234", 10, FAILED.partition("99%")[0])

    def test_the_page_has_a_line_each_commit_and_counts_the_runs_since_the_last_failure(self):
        page = repeats.page_of([run("2026-01-01", "aaa", 700), run("2026-01-01", "aaa", 800, "x y"),
                                run("2026-01-02", "bbb", 600), run("2026-01-03", "bbb", 601)])
        self.assertIn("Runs: 4. The last 2 of them had no failure.", page)
        self.assertIn("| 2026-01-01 | aaa | 2 | 204 | 750 | x, y |\n| 2026-01-03 | bbb | 2 | 204 | 600 |  |\n", page)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
