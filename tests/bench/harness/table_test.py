"""Tests of rows and tables: run by ctest."""

import os
import sys
import tempfile
import unittest

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TREE = os.path.dirname(os.path.dirname(BENCH))
sys.path.insert(0, BENCH)

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

    def test_the_curve_stands_under_the_table(self):
        grows = result(self.row)
        steps = [float(n) for n in range(1, 51)] + [50.0 + 2 * n for n in range(1, 51)]
        grows["raw"] = [{"what": what, "curve_seconds": steps} for what in ("curve", "bare writer curve")]
        page = table.page({"curve": grows})
        costs = " | ".join(["1.00"] * 5 + ["2.00"] * 5)
        self.assertIn(f"| server | {costs} |\n| bare writer | {costs} |", page)

    def test_results_come_back_as_they_were_written(self):
        with tempfile.TemporaryDirectory() as folder:
            table.write_result(folder, "queries", result(self.row))
            back = table.read_results(folder, ["floors", "queries"])
        self.assertEqual(list(back), ["queries"])
        self.assertEqual(Row.from_json(back["queries"]["rows"][0]), self.row)


def chosen_rows(shown):
    return [Row(figure, [0.4, 0.5], unit, "at least", 0.6, "1 to 20", note="by processor time 0.5") for figure, unit in shown.in_readme]


class Readme(unittest.TestCase):
    def pages(self, more=()):
        return [table.page({"part": result(*chosen_rows(shown), *more)}, shown) for shown in table.PAGES]

    def tree(self, text, pages):
        tree = tempfile.TemporaryDirectory()
        self.addCleanup(tree.cleanup)
        folder = os.path.join(tree.name, "docs", "operations")
        os.makedirs(folder)
        with open(os.path.join(tree.name, "README.md"), "w", encoding="utf-8") as file:
            file.write(text)
        for shown, page in zip(table.PAGES, pages):
            with open(os.path.join(folder, shown.file), "w", encoding="utf-8") as file:
                file.write(page)
        return tree.name

    def readme(self, tree):
        with open(os.path.join(tree, "README.md"), encoding="utf-8") as file:
            return file.read()

    def test_the_chosen_lines_of_each_page_are_shown_without_note_and_command(self):
        block = table.readme_block(self.pages())
        self.assertIn("| iSNS server | keyed query, 100,000 nodes, one open on each of 64 connections | 0.45 of the bare echo (0.40 to 0.50) "
                      "| at least 0.60 | **not met** | isnsd 1 to 20 |\n", block)
        self.assertEqual(block.count("\n| "), sum(len(shown.in_readme) for shown in table.PAGES))

    def test_what_is_not_chosen_is_counted_and_the_page_is_named(self):
        met, none = Row("another", [1.0], "times", "at least", 1), Row("a third", [1.0], "times", "at least", None)
        skipped = Row("a fourth", [], "times", "at least", 1, skipped="no san-agent in this build")
        beyond = Row("a fifth", [1.0], "times", "at least", 4, floor=2)
        block = table.readme_block(self.pages([met, none, skipped, beyond]))
        self.assertNotIn("another", block)
        bars = len(table.CONSOLE.in_readme) + 2
        self.assertIn(f"[console](docs/operations/measured-console.md) 1 of {bars}.", block)

    def test_a_line_of_another_unit_or_of_a_longer_name_is_another_line(self):
        line = table.lines_of(table.page({"queries": result(Row("reads, memory", [1.0, 2.0], "times tgtd", "at least", 1))}))[0]
        self.assertTrue(line.is_of("reads, memory", "times tgtd"))
        self.assertFalse(line.is_of("reads, memory", "times"))
        self.assertFalse(line.is_of("reads", "times tgtd"))

    def test_only_the_block_between_the_markers_changes(self):
        pages = self.pages()
        tree = self.tree("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n", pages)
        self.assertTrue(table.write_readme(tree))
        self.assertEqual(self.readme(tree), f"before\n<!-- bench -->\n{table.readme_block(pages)}<!-- /bench -->\nafter\n")

    def test_without_markers_nothing_is_touched(self):
        tree = self.tree("text\n", self.pages())
        self.assertFalse(table.write_readme(tree))
        self.assertEqual(self.readme(tree), "text\n")

    def test_the_readme_of_the_tree_says_what_its_pages_say_and_has_each_chosen_line(self):
        texts = []
        for shown in table.PAGES:
            with open(os.path.join(TREE, "docs", "operations", shown.file), encoding="utf-8") as file:
                texts.append(file.read())
            lines = table.lines_of(texts[-1])
            for figure, unit in shown.in_readme:
                self.assertEqual(sum(1 for line in lines if line.is_of(figure, unit)), 1, f"{shown.file}: {figure}, {unit}")
        self.assertIn(f"<!-- bench -->\n{table.readme_block(texts)}<!-- /bench -->", self.readme(TREE), "run tests/bench/run.py --table")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
