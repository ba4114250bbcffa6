"""Tests of rows and tables: run by ctest."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import table  # noqa: E402
from harness.parts import alternate  # noqa: E402
from harness.pauses import longer, own, pauses_of  # noqa: E402
from harness.rows import Row, ratios  # noqa: E402


def result(*rows):
    return {"part": "queries", "date": "2026-01-02", "command": "run.py queries", "quick": False, "raw": [],
            "machine": {"processors": 2, "model": "M", "memory_gib": 8, "kernel": "6.1"},
            "rows": [row.as_json() for row in rows]}


class Pauses(unittest.TestCase):
    def test_what_the_machine_does_to_both_is_nobodys_own(self):
        machine = [(100.0, 127.0), (300.0, 317.0)]
        self.assertEqual(own([(100.4, 127.3), (300.2, 317.0)], machine, 5), 0)
        self.assertEqual(own([(100.0, 127.0), (200.0, 206.0)], machine, 5), 1)
        self.assertEqual(own([(90.0, 127.0)], machine, 5), 1, "10 ms before the machine paused")
        self.assertEqual(own([(200.0, 205.0)], machine, 5), 0, "not longer than the limit")

    def test_pauses_are_begin_and_end_in_turn(self):
        pauses = pauses_of({"pauses_us": [1_000, 7_500, 20_000, 22_000]})
        self.assertEqual(pauses, [(1.0, 7.5), (20.0, 22.0)])
        self.assertEqual(longer(pauses, 5), 1)


class Rows(unittest.TestCase):
    def test_the_median_of_the_rounds_is_judged(self):
        self.assertTrue(Row("f", [0.1, 0.7, 0.8], "of the floor", "at least", 0.6).met)
        self.assertFalse(Row("f", [0.1, 0.5, 0.8], "of the floor", "at least", 0.6).met)
        self.assertTrue(Row("f", [2.5], "times", "at most", 2.5).met)
        self.assertFalse(Row("f", [2.0], "times", "below", 2.0).met)

    def test_without_values_nobody_says_whether_it_was_met(self):
        row = Row("f", [], "times tgtd", "at least", 12, skipped="no san-agent in this build")
        self.assertEqual((row.value, row.met), (None, None))

    def test_ratios_are_taken_inside_a_round(self):
        self.assertEqual(ratios([10, 1], [20, 2]), [0.5, 0.5])

    def test_odd_rounds_run_the_other_way_round(self):
        order = []
        results = alternate(2, {"a": lambda: order.append("a") or 1, "b": lambda: order.append("b") or 2})
        self.assertEqual(order, ["a", "b", "b", "a"])
        self.assertEqual(results, {"a": [1, 1], "b": [2, 2]})


class Tables(unittest.TestCase):
    row = Row("keyed query", [0.5, 0.6, 0.7], "of the bare echo", "at least", 0.5, "1 to 20")

    def test_the_page_has_figure_spread_target_peer_and_command(self):
        page = table.page({"queries": result(self.row)})
        self.assertIn("| keyed query | 0.60 of the bare echo (0.50 to 0.70) | at least 0.50 | met | 1 to 20 "
                      "| `run.py queries` | 2026-01-02 |", page)
        self.assertIn("2 processors (M), 8 GiB, Linux 6.1", page)

    def test_a_target_that_is_missed_stands_out(self):
        missed = Row("keyed query", [0.1], "of the bare echo", "at least", 0.5)
        self.assertIn("**not met**", table.page({"queries": result(missed)}))

    def test_a_target_that_the_bare_program_misses_too_says_so(self):
        row = Row("64 KiB reads", [2.5], "times tgtd", "at least", 4, floor=2.76)
        self.assertIn("**not met**, nor by the bare program (2.76)", table.page({"iscsi-blocks": result(row)}))
        self.assertFalse(Row("f", [2.5], "times tgtd", "at least", 4, floor=4.5).beyond_floor, "it could be met")
        self.assertFalse(Row("f", [4.5], "times tgtd", "at least", 4, floor=2.76).beyond_floor, "it is met")

    def test_what_was_skipped_says_why_and_still_shows_the_others(self):
        row = Row("4 KiB reads", [], "times tgtd", "at least", 12, "bare 700,000", skipped="no san-agent in this build")
        page = table.page({"iscsi-small": result(row)}, table.ISCSI)
        self.assertIn("# Measured: iSCSI", page)
        self.assertIn("| 4 KiB reads | skipped: no san-agent in this build | at least 12.00 | skipped | bare 700,000 |", page)

    def test_a_result_of_before_a_field_was_there_is_read(self):
        old = self.row.as_json()
        del old["skipped"]
        self.assertEqual(Row.from_json(old), self.row)

    def test_each_product_has_a_block_of_its_own(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "README.md")
            with open(path, "w", encoding="utf-8") as file:
                file.write("<!-- bench -->\none\n<!-- /bench -->\n<!-- bench-iscsi -->\ntwo\n<!-- /bench-iscsi -->\n")
            self.assertTrue(table.write_readme(path, {"queries": result(self.row)}, table.ISCSI))
            with open(path, encoding="utf-8") as file:
                text = file.read()
        self.assertIn("<!-- bench -->\none\n<!-- /bench -->", text)
        self.assertNotIn("two", text)

    def test_the_curve_stands_under_the_table(self):
        grows = result(self.row)
        steps = [float(n) for n in range(1, 51)] + [50.0 + 2 * n for n in range(1, 51)]
        grows["raw"] = [{"what": what, "curve_seconds": steps} for what in ("curve", "bare writer curve")]
        page = table.page({"curve": grows})
        costs = " | ".join(["1.00"] * 5 + ["2.00"] * 5)
        self.assertIn(f"| server | {costs} |\n| bare writer | {costs} |", page)

    def test_only_the_block_between_the_markers_changes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "README.md")
            with open(path, "w", encoding="utf-8") as file:
                file.write("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")
            self.assertTrue(table.write_readme(path, {"queries": result(self.row)}))
            with open(path, encoding="utf-8") as file:
                text = file.read()
        self.assertTrue(text.startswith("before\n<!-- bench -->\n| figure"))
        self.assertTrue(text.endswith("<!-- /bench -->\nafter\n"))
        self.assertNotIn("old", text)

    def test_without_markers_nothing_is_touched(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "README.md")
            with open(path, "w", encoding="utf-8") as file:
                file.write("text\n")
            self.assertFalse(table.write_readme(path, {"queries": result(self.row)}))

    def test_results_come_back_as_they_were_written(self):
        with tempfile.TemporaryDirectory() as folder:
            table.write_result(folder, "queries", result(self.row))
            back = table.read_results(folder, ["floors", "queries"])
        self.assertEqual(list(back), ["queries"])
        self.assertEqual(Row.from_json(back["queries"]["rows"][0]), self.row)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
