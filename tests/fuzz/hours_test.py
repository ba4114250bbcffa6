"""Tests of the ledger of fuzz hours: run by ctest."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import hours  # noqa: E402

LOG = """\
#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb
#9\tNEW    cov: 482 ft: 900 corp: 2/9b
#77\tDONE   cov: 483 ft: 901 corp: 3/12b
stat::number_of_executed_units: 123456
stat::average_exec_per_sec:     34
"""


class Ledger(unittest.TestCase):
    def test_inputs_and_edges_are_the_last_that_libfuzzer_said(self):
        row = hours.row_of("cdb", 3600, LOG)
        self.assertEqual((row["target"], row["seconds"], row["inputs"], row["edges"]), ("cdb", 3600, 123456, 483))

    def test_a_log_without_figures_counts_no_inputs(self):
        self.assertEqual(hours.row_of("cdb", 600, "")["inputs"], 0)

    def test_less_than_five_minutes_of_processor_time_do_not_count(self):
        self.assertEqual([hours.counts(seconds) for seconds in (1.5, 299.9, 300.0, 3600.0)], [False, False, True, True])

    def test_the_page_sums_runs_of_a_target_and_shows_its_last(self):
        def run(date, target, seconds, inputs, edges):
            return dict(zip(hours.FIELDS, (date, "abc", target, str(seconds), str(inputs), str(edges)), strict=True))
        page = hours.page_of([run("2026-01-01", "login", 1800, 1000, 5), run("2026-01-03", "cdb", 3600, 7, 3),
                              run("2026-01-02", "login", 5400, 2000, 6)])
        self.assertIn("| cdb | 1.0 | 7 | 3 | 2026-01-03 |\n| login | 2.0 | 3,000 | 6 | 2026-01-02 |\n"
                      "| all | 3.0 | 3,007 |  | 2026-01-03 |\n", page)

    def test_the_readme_names_each_target(self):
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "CMakeLists.txt"), encoding="utf-8") as file:
            targets = set(re.findall(r"^ *san_fuzz\((\w+) ", file.read(), re.MULTILINE))
        with open(os.path.join(here, "README.md"), encoding="utf-8") as file:
            words = set(re.findall(r"\w+", file.read()))
        self.assertGreater(len(targets), 30)
        self.assertEqual(targets - words, set())


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
